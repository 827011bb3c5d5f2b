"""What a recorded room sounds like: the rows of a record (one a second) as the numbers that the sound follows."""

import dataclasses
import datetime
import json
import math
import statistics
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from services.launch.errors import BadRecord

STEP_S: Final = 0.2
"""Between two rows the numbers go in a straight line, in such steps: a room's tick."""
_STALE_S: Final = 2.0
"""A second that is missing is bridged; a room of which nothing is known for longer is silent (as pages show it)."""
_BEFORE_S: Final = 45.0
"""A wave is a surge over what was before, in this long; 30 % of the time was below it."""
_BEFORE_QUANTILE: Final = 3
_WAVE_FROM, _WAVE_WHOLE = 0.06, 0.20
"""So far above it, smiling begins to be laughter; all who smile laugh when it is as far as this."""
_TAPPED_RATE: Final = 6.0
"""Taps of a kind a minute and person (docs/mix.md, Taps) that mean everybody: one in each 10 s window."""


@dataclasses.dataclass(frozen=True)
class Air:
    """``RoomAir`` of client/web/src/core/sound/air.ts, from a second of the sound on."""

    at_s: float
    people: float = 0.0
    level: float = 0.0
    laughing: float = 0.0
    clapping: float = 0.0
    wowing: float = 0.0


@dataclasses.dataclass(frozen=True)
class _Wave:
    """One that goes on in a row's second."""

    kind: str
    is_tapped: bool
    share: float


@dataclasses.dataclass(frozen=True)
class _Row:
    at_s: float
    people: float
    smiling: float
    taps: dict[str, float]
    waves: tuple["_Wave", ...] | None


def load_rows(path: Path) -> list[_Row]:
    """The rows of an exported record, oldest first. Raises BadRecord with what is wrong, where, and what to do."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadRecord(f"there is no file {path}.") from None
    except OSError as error:
        raise BadRecord(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise BadRecord(f"{path} is not JSON. {_WANTED}") from None
    rows = record.get("rows") if isinstance(record, dict) else None
    if not isinstance(rows, list):
        raise BadRecord(f'{path} is JSON, but no record: it has no "rows". {_WANTED}')
    if not rows:
        raise BadRecord(f"{path} has no rows: nothing was recorded in this room.")
    return sorted((_row(path, index, row) for index, row in enumerate(rows)), key=lambda row: row.at_s)


_WANTED: Final = "Wanted is a record as the stage page saves it (History, JSON)."


def _row(path: Path, index: int, row: Any) -> _Row:
    try:
        mix = row["mix"]
        is_there = mix["state"] == "live"  # of few, nothing is known
        return _Row(
            at_s=datetime.datetime.fromisoformat(row["at"]).timestamp(),
            people=_finite(mix["people"]["at_least"]) if is_there else 0.0,
            smiling=_finite(mix.get("smiling", 0.0)),
            taps={kind: _finite(rate) for kind, rate in mix.get("taps", {}).items()},
            waves=_waves(mix["waves"]) if "waves" in mix else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadRecord(f"{path}: row {index + 1} is not a row of a record ({error!r}). {_WANTED}") from None


def _finite(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("no finite number")
    return number


def _waves(said: list[dict[str, Any]]) -> tuple[_Wave, ...]:
    """Those that go on: what has ended by its row is heard in the rows before."""
    return tuple(
        _Wave(wave["kind"], bool(wave.get("tapped")), _finite(wave["share"]))
        for wave in said
        if wave.get("lasts_ms") is None or wave["lasts_ms"] >= wave["began_ms"]
    )


def airs_of(rows: list[_Row]) -> Iterator[Air]:
    """The room from the first row on, every 0.2 s; silence where nothing is known."""
    began_s = rows[0].at_s
    airs = [_air(row, _usual(rows, index), row.at_s - began_s) for index, row in enumerate(rows)]
    for now, following in zip(airs, [*airs[1:], None], strict=True):
        if following is not None and following.at_s - now.at_s <= _STALE_S:
            yield from _between(now, following)
        else:
            yield now
            yield Air(now.at_s + _STALE_S)


def _between(now: Air, following: Air) -> Iterable[Air]:
    steps = max(1, round((following.at_s - now.at_s) / STEP_S))
    first, last = dataclasses.astuple(now), dataclasses.astuple(following)
    for step in range(steps):
        part = step / steps
        air = Air(*(a + part * (b - a) for a, b in zip(first, last, strict=True)))
        yield dataclasses.replace(air, people=now.people)


def _air(row: _Row, usual: float, at_s: float) -> Air:
    return Air(
        at_s=at_s,
        people=row.people,
        level=row.smiling,
        laughing=max(_laughing(row, usual), _share(row, "laugh")),
        clapping=_share(row, "applause"),
        wowing=_share(row, "wow"),
    )


def _laughing(row: _Row, usual: float) -> float:
    """Who smiles laughs in a wave of faces; in a record that has none, where smiling surges."""
    if row.waves is not None:
        return row.smiling if any(not wave.is_tapped for wave in row.waves) else 0.0
    surge = (row.smiling - usual - _WAVE_FROM) / (_WAVE_WHOLE - _WAVE_FROM)
    return row.smiling * min(1.0, max(0.0, surge))


def _share(row: _Row, kind: str) -> float:
    """Who taps: in a wave of taps the share that it says; between waves, and in a record without, by the rate."""
    waves = [wave.share for wave in row.waves or () if wave.is_tapped and wave.kind == kind]
    return max(waves) if waves else min(1.0, row.taps.get(kind, 0.0) / _TAPPED_RATE)


def _usual(rows: list[_Row], index: int) -> float:
    """How much the room smiled lately, its surges aside."""
    since_s = rows[index].at_s - _BEFORE_S
    lately = [row.smiling for row in rows[max(0, index - round(_BEFORE_S)) : index + 1] if row.at_s >= since_s]
    return statistics.quantiles(lately, n=10)[_BEFORE_QUANTILE - 1] if len(lately) > 1 else lately[0]
