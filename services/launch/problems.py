"""What is wrong with the settings of a command: a sentence that says what to do, or None."""

from pathlib import Path

from services.runtime.redis.url import BadUrl, parse_url
from services.runtime.settings import Settings
from services.signal.http.ice import ice_servers


def problem_of_gateway(settings: Settings) -> str | None:
    """What is wrong for a command that serves people over HTTP."""
    if not settings.open_to_all and settings.admin_token is None:
        return (
            "beyond loopback, rooms need protection: set KUUKI_ADMIN_TOKEN (16 characters or more); "
            "it is what POST /rooms will ask for."
        )
    if (settings.tls_cert is None) != (settings.tls_key is None):
        return "--tls-cert and --tls-key go together."
    if settings.port and settings.port == settings.health_port:
        return f"port {settings.port} is for people: give the health port (KUUKI_HEALTH_PORT) another one."
    for path in (settings.tls_cert, settings.tls_key):
        if path is not None and not path.is_file():
            return f"there is no file {path}."
    try:
        ice_servers(settings, None, 0.0)
    except ValueError as error:
        return str(error)
    return None


def problem_of_serve(settings: Settings, demo_people: int, workers: int) -> str | None:
    """What is wrong for ``kuuki serve``."""
    if demo_people and not settings.open_to_all:
        return "--demo is for trying kuuki on this machine: leave out --host and --public-url."
    if workers and demo_people:
        return "--demo is for one process: leave out --workers."
    if workers and settings.redis_url is None:
        return "--workers needs a Redis that the gateways share: set KUUKI_REDIS_URL, e.g. redis://127.0.0.1:6379."
    if workers and (problem := problem_of_redis(settings, "--workers")):
        return problem
    if workers and settings.tls == "self-signed":
        return "--tls self-signed is for one process: give --tls-cert and --tls-key with --workers."
    return problem_of_gateway(settings)


def problem_of_demo(people: int, cues: Path | None) -> str | None:
    """What is wrong with the cue sheet of a demo's crowd."""
    if cues is None:
        return None
    if not people:
        return "--demo-cues is the show of a demo's crowd: say how many people it has with --demo."
    from client.headless.crowd.cues import read_cues  # here: it brings aiortc, which no other command needs
    from client.headless.errors import BadCueSheet

    try:
        read_cues(cues)
    except BadCueSheet as error:
        return str(error)
    return None


def problem_of_redis(settings: Settings, command: str) -> str | None:
    """What is wrong for a process that shares a Redis with others; ``command`` begins the sentence."""
    if settings.redis_url is None:
        return f"{command} is one of many, which share a Redis: set KUUKI_REDIS_URL. `kuuki serve` alone needs none."
    try:
        parse_url(settings.redis_url.get_secret_value())
    except BadUrl as error:
        return f"KUUKI_REDIS_URL: {error}"
    return None
