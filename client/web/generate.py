"""Writes what both languages share as TypeScript: ``python -m client.web.generate [--check]``.

Labels, kinds, limits, times and close codes are said once, in ``kuuki``; ``src/core/generated.ts`` repeats them.
With ``--check`` nothing is written, and the exit status is 1 when the file is not current.
"""

import json
import sys
from enum import IntEnum
from pathlib import Path
from typing import Final

from kuuki import limits, times
from kuuki.errors import CloseCode
from kuuki.frames import GRID, TAPS, VERSION, Kind, Presence, State
from kuuki.labels import AROUSAL, EMOTIONML, LABELS, VALENCE, WHOLE

TARGET: Final = Path(__file__).parent / "src" / "core" / "generated.ts"
_HEAD: Final = (
    "// Made from Python by `python -m client.web.generate`; do not edit.\n"
    "// The reasons stand where the values do: kuuki/labels.py, frames.py, limits.py, times.py, errors.py.\n"
)
_LIMITS: Final = (
    "FRAME_BYTES",
    "MIX_FRAME_BYTES",
    "SEQ_MAX",
    "TAPS_PER_S",
    "MIN_GROUP",
    "MIN_GROUP_MAX",
    "SURE_MIN",
    "SHOW_URL_BYTES",
    "ROOM_ID",
)
_TIMES: Final = (
    "TICK",
    "KEEP_ALIVE",
    "REPEAT",
    "MIX_STALE",
    "GATEWAY_DEAD",
    "RETRY_FIRST",
    "RETRY_MIN",
    "RETRY_MAX",
    "PENDING_OFFER",
    "UDP_BLOCKED",
)


def source() -> str:
    """The whole text of generated.ts."""
    return _HEAD + "".join(f"\n{part}" for part in (_shared(), _enums(), _limits(), _times()))


def _shared() -> str:
    tables = {"LABELS": LABELS, "VALENCE": VALENCE, "AROUSAL": AROUSAL, "EMOTIONML": EMOTIONML, "TAPS": TAPS}
    numbers = {"VERSION": VERSION, "GRID": GRID, "WHOLE": WHOLE}
    lines = [_const(name, value) for name, value in {**tables, **numbers}.items()]
    return "".join(lines) + "\nexport type Label = (typeof LABELS)[number];\n"


def _enums() -> str:
    return "".join(map(_enum, (Kind, Presence, State, CloseCode)))


def _enum(kinds: type[IntEnum]) -> str:
    """An enumeration as a constant object: TypeScript's own enums are not erasable."""
    members = "".join(f"  {kind.name}: {kind.value},\n" for kind in kinds)
    name = kinds.__name__
    values = f"export const {name} = {{\n{members}}} as const;\n"
    return values + f"export type {name} = (typeof {name})[keyof typeof {name}];\n"


def _limits() -> str:
    return "".join(_const(name, getattr(limits, name)) for name in _LIMITS)


def _times() -> str:
    """Seconds become milliseconds, the browser's unit."""
    return "".join(_const(f"{name}_MS", round(getattr(times, f"{name}_S") * 1000)) for name in _TIMES)


def _const(name: str, value: object) -> str:
    if isinstance(value, tuple):
        items = ", ".join(json.dumps(item) for item in value)
        return f"export const {name} = [{items}] as const;\n"
    return f"export const {name} = {json.dumps(value)};\n"


def main(arguments: list[str]) -> int:
    """Write the file, or check it; the exit status."""
    if "--check" not in arguments:
        TARGET.write_text(source())
        return 0
    if TARGET.is_file() and TARGET.read_text() == source():
        return 0
    print("client/web/src/core/generated.ts is not current: run `make generate`", file=sys.stderr)  # noqa: T201
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
