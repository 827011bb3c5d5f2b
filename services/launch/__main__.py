"""The ``kuuki`` command. Options override the environment (KUUKI_*); docs/configuration.md lists both."""

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
import uvloop
from pydantic import ValidationError

from services.launch.demo import Demo
from services.launch.problems import problem_of_demo, problem_of_gateway, problem_of_redis, problem_of_serve
from services.launch.serve import serve as run_serve
from services.launch.workers import serve_workers
from services.runtime.settings import Settings

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="kuuki: the mood of a room, over the internet.",
)
models_app = typer.Typer(no_args_is_help=True, help="The models that read expressions.")
app.add_typer(models_app, name="models")

Url = Annotated[str, typer.Option(help="Where kuuki serves, e.g. http://127.0.0.1:8080")]
HealthHost = Annotated[str | None, typer.Option(help="Address of the health port [127.0.0.1].")]
HealthPort = Annotated[int | None, typer.Option(help="Port of probes and metrics; a free one unless told.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line on standard output.")]


@app.command()
def serve(  # noqa: PLR0913, PLR0917 - a parameter for each option
    host: Annotated[str | None, typer.Option(help="Address to bind [127.0.0.1].")] = None,
    port: Annotated[int | None, typer.Option(help="Port to bind; 0 picks a free one [8080].")] = None,
    public_url: Annotated[str | None, typer.Option(help="The URL that people open.")] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="Certificate chain, PEM.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Private key, PEM.")] = None,
    tls: Annotated[str | None, typer.Option(help="self-signed: make a certificate for this run.")] = None,
    demo: Annotated[int, typer.Option(min=0, max=200, help="A demo room with a crowd of this many people.")] = 0,
    demo_cues: Annotated[Path | None, typer.Option(help="The cue sheet of that crowd, else a show of its own.")] = None,
    workers: Annotated[int, typer.Option(min=0, max=64, help="That many gateways behind one port; needs a Redis.")] = 0,
    health_host: HealthHost = None,
    health_port: HealthPort = None,
) -> None:
    """Serve rooms: everything in one process, or with --workers in one per core."""
    options = {"host": host, "port": port, "public_url": public_url, "tls_cert": tls_cert, "tls_key": tls_key}
    settings = _settings(options | {"tls": tls, "health_host": health_host, "health_port": health_port})
    _refuse("serve", problem_of_serve(settings, demo, workers) or problem_of_demo(demo, demo_cues))
    if workers:
        raise typer.Exit(serve_workers(settings, workers))
    raise typer.Exit(run_serve(settings, Demo(demo, demo_cues) if demo else None))


@app.command()
def signal(
    host: Annotated[str | None, typer.Option(help="Address to bind [127.0.0.1].")] = None,
    port: Annotated[int | None, typer.Option(help="Port to bind; a free one unless told.")] = None,
    public_url: Annotated[str | None, typer.Option(help="The URL that people open.")] = None,
    health_host: HealthHost = None,
    health_port: HealthPort = None,
    listen_fd: Annotated[int | None, typer.Option(hidden=True)] = None,
    with_parent: Annotated[bool, typer.Option("--with-parent", hidden=True)] = False,
) -> None:
    """One gateway of many, over Redis: HTTP, data channels, calls."""
    from services.launch.signal import Descent, run_signal

    health = {"health_host": health_host, "health_port": health_port}
    settings = _settings({"host": host, "port": _port(port), "public_url": public_url} | health)
    _refuse("signal", problem_of_redis(settings, "signal") or problem_of_gateway(settings))
    raise typer.Exit(run_signal(settings, Descent(listen_fd, with_parent)))


@app.command()
def aggregator(
    health_host: HealthHost = None,
    health_port: HealthPort = None,
    with_parent: Annotated[bool, typer.Option("--with-parent", hidden=True)] = False,
) -> None:
    """One aggregator of many, over Redis: partials in, mixes and their record out."""
    from services.launch.aggregator import run_aggregator

    settings = _settings({"health_host": health_host, "health_port": health_port})
    _refuse("aggregator", problem_of_redis(settings, "aggregator"))
    raise typer.Exit(run_aggregator(settings, with_parent))


@app.command()
def join(
    url: Url,
    room: Annotated[str, typer.Option(help="The room's id.")],
    source: Annotated[str, typer.Option(help="camera:0, a video file, or synthetic.")] = "camera:0",
    once: Annotated[bool, typer.Option(help="End when the file ends, instead of repeating it.")] = False,
    as_json: AsJson = False,
) -> None:
    """Join a room from this machine: read expressions from a source, print the room's mix."""
    from client.headless.command import run_join

    raise typer.Exit(uvloop.run(run_join(url=url, room=room, source=source, once=once, as_json=as_json)))


@app.command()
def crowd(  # noqa: PLR0913, PLR0917 - a parameter for each option
    url: Url,
    people: Annotated[int, typer.Option(min=1, max=2000)],
    seconds: Annotated[float, typer.Option(min=0, help="How long; 0: until stopped.")],
    room: Annotated[str | None, typer.Option(help="The room's id; without it one is made.")] = None,
    cues: Annotated[Path | None, typer.Option(help="A cue sheet.")] = None,
    seed: Annotated[int, typer.Option()] = 1,
    marks: Annotated[
        bool, typer.Option("--marks", help="Mark named cues in the room's record; takes the stage's secret.")
    ] = False,
    as_json: AsJson = False,
    with_parent: Annotated[bool, typer.Option("--with-parent", hidden=True)] = False,
) -> None:
    """A seeded audience over real data channels, which knows the truth."""
    from client.headless.crowd import print_crowd

    token = os.environ.get("KUUKI_ADMIN_TOKEN")
    work = print_crowd(
        url=url,
        room=room,
        people=people,
        seconds=seconds,
        cues=cues,
        seed=seed,
        admin_token=token,
        as_json=as_json,
        with_parent=with_parent,
        marks=marks,
    )
    raise typer.Exit(uvloop.run(work))


@app.command()
def call(  # noqa: PLR0913, PLR0917 - a parameter for each option
    url: Url,
    code: Annotated[str | None, typer.Argument(help="Whom to call: a code or a link; without it, wait.")] = None,
    source: Annotated[str, typer.Option(help="camera:0, a video file, or synthetic.")] = "synthetic",
    name: Annotated[str, typer.Option(help="What the partner sees.")] = "",
    language: Annotated[str, typer.Option(help="ja or en.")] = "en",
    once: Annotated[bool, typer.Option(help="End after the first call, instead of waiting for the next.")] = False,
    share: Annotated[bool, typer.Option(help="Share the expression of the source with the partner.")] = True,
    face_off: Annotated[bool, typer.Option("--face-off", help="Send no picture.")] = False,
    seconds: Annotated[float, typer.Option(min=0, help="Hang up after this long in a call; 0: never.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Call someone, or wait for calls: sound, picture and expression without a browser."""
    from client.headless.call.command import Asked, run_call

    asked = Asked(url, code, source, name, language, once, share, face_off, seconds)
    raise typer.Exit(uvloop.run(run_call(asked, as_json=as_json)))


@app.command()
def render(
    record: Annotated[Path, typer.Argument(help="A room's record, as the stage page saves it (JSON).")],
    out: Annotated[Path, typer.Option(help="The WAV to write.")],
    from_s: Annotated[float, typer.Option("--from", min=0, help="Begin at this second of the record.")] = 0,
    seconds: Annotated[float | None, typer.Option(min=0.1, help="So many seconds of it; all unless told.")] = None,
    seed: Annotated[int, typer.Option(help="Another seed: another crowd.")] = 1,
) -> None:
    """The room of a record, to be heard: laughter, applause, wow and murmur as a WAV. Needs Node."""
    from services.launch.render import Wish, run_render

    raise typer.Exit(run_render(record, out, Wish(from_s, seconds, seed)))


@models_app.command("check")
def check_models() -> None:
    """Check that the models are here, whole, and as recorded."""
    from models.check import check

    results = check()
    for result in results:
        print(f"{'ok ' if result.good else 'BAD'} {result.line}")
    raise typer.Exit(0 if all(result.good for result in results) else 1)


@app.command()
def licences() -> None:
    """The licences of all that this kuuki is made of: Python packages, and what pages bring to browsers."""
    from models.errors import ModelError
    from models.licences import as_text, of_environment
    from services.signal.app import WEB

    try:
        print(as_text("What kuuki runs with on a server, and under which licences", of_environment()))
    except ModelError as error:
        print(f"kuuki licences: {error}", file=sys.stderr)
        raise typer.Exit(1) from error
    pages = WEB / "licences.txt"
    print(pages.read_text() if pages.is_file() else "The pages are not built here: `make setup`, then again.")


@models_app.command("evaluate")
def evaluate_models(
    pictures: Annotated[Path, typer.Argument(help="A folder with a sub-folder for each label, or a CSV: path,label.")],
    numbers: Annotated[
        str | None, typer.Option(help="Labels are the numbers of this set: fer2013, affectnet or raf-db.")
    ] = None,
    save: Annotated[Path | None, typer.Option(help="Write what was read (numbers only) to this CSV.")] = None,
    as_json: AsJson = False,
) -> None:
    """How well the models read pictures that you have: the tables of docs/models.md. Nothing leaves this machine."""
    from client.headless.evaluation.command import evaluate

    raise typer.Exit(evaluate(pictures, numbers, save, as_json=as_json))


def _settings(options: dict[str, Any]) -> Settings:
    try:
        return Settings(**{name: value for name, value in options.items() if value is not None})
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            name = "_".join(map(str, problem["loc"]))
            print(f"kuuki: {name} (KUUKI_{name.upper()}): {problem['msg']}", file=sys.stderr)
        raise typer.Exit(2) from error


def _refuse(command: str, problem: str | None) -> None:
    if problem is not None:
        print(f"kuuki {command}: {problem}", file=sys.stderr)
        raise typer.Exit(2)


def _port(port: int | None) -> int | None:
    """One of many takes a free port, unless it is told which."""
    return 0 if port is None and "KUUKI_PORT" not in os.environ else port


def main() -> None:
    """The console script."""
    app()


if __name__ == "__main__":
    main()
