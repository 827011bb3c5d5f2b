"""Writes what both languages share as TypeScript: ``python -m client.web.generate [--check]``.

Labels, kinds, limits, times and close codes are said once, in ``kuuki``. The files ``generated.ts`` in ``src/core``
repeat them: one for each family, one for the ground below. The words of codes stand apart, in
``call/generated-codes.ts``: only the page for calls needs to load them.
With ``--check`` nothing is written, and the exit status is 1 when a file is not current.
"""

import json
import sys
from collections.abc import Mapping
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Final

from kuuki import limits, times
from kuuki.mood import surges
from kuuki.call import calling, codes
from kuuki.call.frames import CHANNEL_ID, STEP_BYTES, CallKind, Picture, Step
from kuuki.call.words import SYLLABLES, WORDS
from kuuki.errors import CloseCode
from kuuki.mood.frames import GRID, LATEST, READ, TAPS, VERSION, Kind, Presence, State
from kuuki.mood.waves import WaveKind
from kuuki.mood.labels import AROUSAL, EMOTIONML, LABELS, VALENCE, WHOLE

CORE: Final = Path(__file__).parent / "src" / "core"
_MADE: Final = "// Made from Python by `python -m client.web.generate`; do not edit.\n"
_HEAD: Final = _MADE + "// The reasons stand where the values do: kuuki/limits.py, times.py, errors.py.\n"
_MOOD_HEAD: Final = _MADE + "// The reasons stand where the values do: kuuki/mood/labels.py, frames.py, surges.py.\n"
_CALL_HEAD: Final = _MADE + "// The reasons stand where the values do: kuuki/call/frames.py, call/calling.py.\n"
_CODES_HEAD: Final = _MADE + "// The reasons stand where the values do: kuuki/call/words.py, call/codes.py.\n"
_LIMITS: Final = (
    "FRAME_BYTES",
    "MIX_FRAME_BYTES",
    "SEQ_MAX",
    "TAPS_PER_S",
    "MIN_GROUP",
    "MIN_GROUP_LEAST",
    "MIN_GROUP_MAX",
    "SURE_MIN",
    "SHOW_URL_BYTES",
    "ROOM_ID",
    "MALFORMED_FRAMES",
    "MESSAGE_BYTES",
    "WAITING_MESSAGES",
    "NAME_CHARS",
    "CALL_ID",
    "LINE_ID",
    "LINE_SECRET",
    "GENERATIONS",
    "MARK_CHARS",
    "WAVES_SAID",
    "FRESH",
)
_TIMES: Final = (
    "TICK",
    "KEEP_ALIVE",
    "REPEAT",
    "MIX_STALE",
    "GATEWAY_DEAD",
    "RETRY_AFTER_MAX",
    "RETRY_FIRST",
    "RETRY_MIN",
    "RETRY_MAX",
    "PENDING_OFFER",
    "JOIN_PATIENCE",
    "UDP_BLOCKED",
    "STREAM_SILENT",
    "SCORE_STALE",
    "FORMER",
    "CALL_ANSWER",
    "CALL_RING",
    "AGAIN",
    "SIGN",
    "SIGNS_LOST",
    "ICE_TROUBLE",
    "ICE_RESTART",
    "CALL_LOST",
)


def source() -> str:
    """The whole text of generated.ts: what every family stands on."""
    return _HEAD + "".join(f"\n{part}" for part in (_enum(CloseCode), _limits(), _times()))


def mood_source() -> str:
    """The whole text of mood/generated.ts: labels, and the numbers in a room's frames."""
    return _MOOD_HEAD + "".join(f"\n{part}" for part in (_labels(), _enums(Kind, Presence, State)))


def call_source() -> str:
    """The whole text of call/generated.ts: the numbers in a call's frames, and the states of a leg."""
    return _CALL_HEAD + "".join(f"\n{part}" for part in (_enums(CallKind, Picture, Step), _calling()))


def codes_source() -> str:
    """The whole text of call/generated-codes.ts: tables as text, for the core to split."""
    texts = {
        "CODE": codes.CODE,
        "WORDS": " ".join(WORDS),
        "SYLLABLES": _flat(SYLLABLES),
        "RESPELLED": _flat(dict(codes.RESPELLED)),
        "SPOKEN": _flat(codes.SPOKEN),
    }
    numbers = {"CODE_WORDS": codes.CODE_WORDS, "TYPED_CHARS": codes.TYPED_CHARS, "SLIPPED_CHARS": codes.SLIPPED_CHARS}
    return _CODES_HEAD + "\n" + "".join(_const(name, value) for name, value in {**texts, **numbers}.items())


def _flat(pairs: Mapping[str, str]) -> str:
    return " ".join(f"{key} {value}" for key, value in pairs.items())


def _labels() -> str:
    tables = {"LABELS": LABELS, "VALENCE": VALENCE, "AROUSAL": AROUSAL, "EMOTIONML": EMOTIONML, "TAPS": TAPS, "READ": READ}
    tables |= {"WAVE_KINDS": tuple(kind.name.lower() for kind in WaveKind)}
    numbers = {"VERSION": VERSION, "LATEST": LATEST, "GRID": GRID, "WHOLE": WHOLE}
    chance = {name: getattr(surges, name) for name in ("SPREADS", "PEOPLE", "LEAST", "STEADIED", "GAIN")}
    lines = [_const(name, value) for name, value in {**tables, **numbers, **chance}.items()]
    types = {"Label": "LABELS", "WaveKind": "WAVE_KINDS"}
    unions = "".join(f"export type {name} = (typeof {values})[number];\n" for name, values in types.items())
    return "".join(lines) + "\n" + unions


def _enums(*kinds: type[IntEnum]) -> str:
    return "".join(map(_enum, kinds))


def _enum(kinds: type[IntEnum]) -> str:
    """An enumeration as a constant object: TypeScript's own enums are not erasable."""
    members = "".join(f"  {kind.name}: {kind.value},\n" for kind in kinds)
    name = kinds.__name__
    values = f"export const {name} = {{\n{members}}} as const;\n"
    return values + f"export type {name} = (typeof {name})[keyof typeof {name}];\n"


def _calling() -> str:
    """The state table of a leg; an end is a state that nothing leads out of."""
    unions = (("Side", calling.Side), ("LegState", calling.LegState), ("LegEvent", calling.Event))
    kinds = "".join(map(_union, *zip(*unions, strict=True)))
    rows = "".join(f"  {state}: {_row(calling.TABLE.get(state, {}))},\n" for state in calling.LegState)
    table = f"export const LEG_TABLE: Record<LegState, Partial<Record<LegEvent, LegState>>> = {{\n{rows}}};\n"
    steps = "".join(f"  {step.value}: {size},\n" for step, size in STEP_BYTES.items())
    return kinds + table + f"export const STEP_BYTES = {{\n{steps}}} as const;\n" + _const("CHANNEL_ID", CHANNEL_ID)


def _union(name: str, kinds: type[StrEnum]) -> str:
    """Words as a tuple to look them up in, and as a type."""
    tuple_name = "".join(f"_{char}" if char.isupper() else char.upper() for char in name).strip("_") + "S"
    return _const(tuple_name, tuple(kinds)) + f"export type {name} = (typeof {tuple_name})[number];\n"


def _row(leads: dict[calling.Event, calling.LegState]) -> str:
    return "{" + ", ".join(f"{event}: {json.dumps(state)}" for event, state in leads.items()) + "}"


def _limits() -> str:
    return "".join(_const(name, getattr(limits, name)) for name in _LIMITS)


def _times() -> str:
    """Seconds become milliseconds, the browser's unit."""
    return "".join(_const(f"{name}_MS", round(getattr(times, f"{name}_S") * 1000)) for name in _TIMES)


def _const(name: str, value: object) -> str:
    if isinstance(value, tuple):
        items = ", ".join(json.dumps(item) for item in value)
        return f"export const {name} = [{items}] as const;\n"
    return f"export const {name} = {json.dumps(value, ensure_ascii=False)};\n"


def sources() -> dict[str, str]:
    """The text of every file, by its path within ``src/core``."""
    return {
        "generated.ts": source(),
        "mood/generated.ts": mood_source(),
        "call/generated.ts": call_source(),
        "call/generated-codes.ts": codes_source(),
    }


def main(arguments: list[str]) -> int:
    """Write the files, or check them; the exit status."""
    if "--check" not in arguments:
        for name, text in sources().items():
            (CORE / name).write_text(text, encoding="utf-8")
        return 0
    stale = [name for name, text in sources().items() if _text(CORE / name) != text]
    for name in stale:
        print(f"client/web/src/core/{name} is not current: run `make generate`", file=sys.stderr)  # noqa: T201
    return 1 if stale else 0


def _text(target: Path) -> str | None:
    """What stands in that file; None if there is no such file."""
    return target.read_text(encoding="utf-8") if target.is_file() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
