"""``kuuki render``: what a recorded evening sounded like, as a WAV. The sound is that of the pages, made by Node."""

import dataclasses
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from services.launch.errors import CannotRender
from services.launch.record_airs import Air, airs_of, load_rows
from services.signal.app import WEB

RATE_HZ: Final = 48_000
_ROOT: Final = WEB.parents[2]
_RENDERER: Final = WEB / "render" / "render-sound.js"
_LONGEST_S: Final = 6 * 3600.0
"""A WAV holds 4 GB, which is 6.2 hours."""
_TAIL_S: Final = 3.0
"""The last laugh dies away."""


@dataclasses.dataclass(frozen=True)
class Wish:
    """What to render: from this second of the record on, so many seconds (None: all), and whose voices."""

    from_s: float = 0.0
    seconds: float | None = None
    seed: int = 1


def run_render(record: Path, out: Path, wish: Wish) -> int:
    """Write the WAV; the exit status: 0, or 2 for what cannot be rendered, with the reason on standard error."""
    try:
        seconds = _render(record, out, wish)
    except CannotRender as error:
        print(f"kuuki render: {error}", file=sys.stderr)
        return 2
    print(f"{out}: {seconds:.0f} s of the room, {RATE_HZ} Hz, 16 bit, stereo")
    return 0


def _render(record: Path, out: Path, wish: Wish) -> float:
    airs = list(airs_of(load_rows(record)))
    seconds = _length_s(airs, wish)
    plan = {
        "seconds": seconds,
        "airs": [dataclasses.asdict(air) for air in _part(airs, wish.from_s)],
        "rate": RATE_HZ,
        "seed": wish.seed,
        "format": "wav",
    }
    _run(_node(), json.dumps(plan).encode(), out)
    return seconds


def _length_s(airs: list[Air], wish: Wish) -> float:
    whole_s = airs[-1].at_s + _TAIL_S
    if wish.from_s >= whole_s:
        raise CannotRender(f"the record is {whole_s:.0f} s long: begin before that (--from).")
    seconds = min(whole_s - wish.from_s, whole_s if wish.seconds is None else wish.seconds)
    if seconds > _LONGEST_S:
        raise CannotRender("that is more than 6 hours, which no WAV holds: render it in parts (--from, --seconds).")
    return seconds


def _part(airs: list[Air], from_s: float) -> list[Air]:
    """The airs from there on; what was there already is there from the beginning."""
    return [dataclasses.replace(air, at_s=max(0.0, air.at_s - from_s)) for air in airs]


def _node() -> str:
    """Node, where `make node` puts it or where the system has it."""
    path = os.pathsep.join([str(_ROOT / "build/node/bin"), os.environ.get("PATH", "")])
    node = shutil.which("node", path=path)
    if node is None:
        raise CannotRender("Node is not here, which makes the sound: `apt install nodejs`, or `make node`.")
    if not _RENDERER.is_file():
        raise CannotRender("the renderer is not built here: `make setup`, then again.")
    return node


def _run(node: str, plan: bytes, out: Path) -> None:
    """Into a file beside it first: what is called ``out`` is whole."""
    part = out.with_name(out.name + ".part")
    try:
        with part.open("wb") as sound, tempfile.TemporaryFile() as asked:
            asked.write(plan)
            asked.seek(0)
            command = [node, str(_RENDERER)]
            _wait(subprocess.Popen(command, stdin=asked, stdout=sound, stderr=subprocess.PIPE))  # noqa: S603 - ours
        part.replace(out)
    except OSError as error:
        raise CannotRender(f"{out} cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)


def _wait(rendering: subprocess.Popen[bytes]) -> None:
    """Until it is done; it says percents, which are said on."""
    last, wrong = "", ""
    with rendering:
        for line in rendering.stderr or ():
            last = line.decode(errors="replace").strip()
            wrong = last if "Error" in last else wrong
            if last.isdigit():
                print(f"\rkuuki render: {last} %", end="", file=sys.stderr, flush=True)
        if rendering.wait() != 0:
            raise CannotRender(f"Node could not run it (it must be 20.19 or newer): {wrong or last}")
    if last.isdigit():
        print(f"\r{' ' * 24}\r", end="", file=sys.stderr)
