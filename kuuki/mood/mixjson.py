"""A mix as JSON: what ``GET /rooms/{room}/mix``, its event stream, the record and ``kuuki join --json`` say.

The types are the source of docs/openapi.json too, so what is said and what is documented cannot differ.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Final, Literal, NotRequired

from annotated_types import Interval
from typing_extensions import TypedDict

from kuuki.mood.frames import TAPS, Body, Mix, State
from kuuki.mood.labels import LABELS
from kuuki.mood.waves import Source, Wave, WaveKind
from kuuki.times import MIX_STALE_S

Share = Annotated[float, Interval(ge=0, le=1)]
StateName = Literal["live", "few", "stale", "empty"]
WaveName = Literal["smiles", "laugh", "wow", "applause"]

_STATES: Final[Mapping[State, StateName]] = {
    State.LIVE: "live",
    State.FEW: "few",
    State.STALE: "stale",
    State.EMPTY: "empty",
}

_WAVES: Final[Mapping[WaveKind, WaveName]] = {
    WaveKind.SMILES: "smiles",
    WaveKind.LAUGH: "laugh",
    WaveKind.WOW: "wow",
    WaveKind.APPLAUSE: "applause",
}


class People(TypedDict):
    """Bounds of the number of contributors."""

    at_least: NotRequired[int]
    at_most: NotRequired[int]


class _Numbers(TypedDict, total=False):
    """What only a live mix says. ``weights``: by label. ``taps``: by kind, a rate."""

    smiling: Share
    weights: dict[str, float]
    warmth: Annotated[float, Interval(ge=-1, le=1)]
    energy: Share
    agreement: Share
    taps: dict[str, float]


class _Order(TypedDict):
    """``draw``: a counter; it is another one when other people are in a live mix than in the live one before."""

    draw: int
    term: int
    seq: int


class _Coverage(TypedDict, total=False):
    """Sensing people of those who are present."""

    coverage: Share


class WaveBody(TypedDict):
    """A surge of the room. ``number``: counts up within a term. ``tapped``: seen in taps, else in faces. ``began_ms``:
    before this mix. ``lasts_ms``: absent while it goes on. ``rise``: how far the share rose, ``share``: its peak."""

    number: int
    kind: WaveName
    tapped: bool
    began_ms: int
    lasts_ms: NotRequired[int]
    rise: Share
    share: Share


class _Moment(TypedDict, total=False):
    """``tapped``: how many people tapped each kind in the last second, as the lower edges of their buckets; absent
    where too few are there."""

    tapped: dict[str, int]


class PublishedMix(_Numbers, _Coverage, _Moment, _Order):
    """What a mix says. The six from smiling to taps, and coverage, are absent unless live. ``waves``: those that go on,
    and those that ended within the last 2 s."""

    state: StateName
    people: People
    waves: list[WaveBody]


class MixBody(PublishedMix):
    """Answer of GET /rooms/{room}/mix."""

    age_ms: int


NO_MIX: Final[MixBody] = {"state": "stale", "people": {}, "waves": [], "draw": 0, "term": 0, "seq": 0, "age_ms": 0}
"""What is said where no mix has come yet."""


def serialize_mix(mix: Mix, age_ms: int) -> MixBody:
    """The mix as a JSON object, ``age_ms`` old by now; stale (and without its numbers) when that is more than 2 s."""
    is_stale = age_ms > MIX_STALE_S * 1000 and mix.state is not State.EMPTY
    said = _serialize(replace(mix, body=None, tapped=None, waves=()), "stale") if is_stale else serialize_published(mix)
    return {**said, "age_ms": age_ms}


def serialize_published(mix: Mix) -> PublishedMix:
    """The mix as it was published, whatever has become of it since."""
    return _serialize(mix, _STATES[mix.state])


def _serialize(mix: Mix, state: StateName) -> PublishedMix:
    numbers: _Numbers = {} if mix.body is None else _numbers(mix.body)
    coverage: _Coverage = {} if mix.body is None else {"coverage": mix.coverage}
    moment: _Moment = {} if mix.tapped is None else {"tapped": dict(zip(TAPS, mix.tapped, strict=True))}
    waves = list(map(_wave, mix.waves))
    order: _Order = {"draw": mix.draw, "term": mix.term, "seq": mix.seq}
    return {"state": state, **numbers, "people": _people(mix), **coverage, **moment, "waves": waves, **order}


def _wave(wave: Wave) -> WaveBody:
    said: WaveBody = {
        "number": wave.number,
        "kind": _WAVES[wave.kind],
        "tapped": wave.source is Source.TAPS,
        "began_ms": wave.began_ms,
        "rise": wave.rise,
        "share": wave.share,
    }
    return said if wave.lasts_ms is None else {**said, "lasts_ms": wave.lasts_ms}


def _numbers(body: Body) -> _Numbers:
    return {
        "smiling": body.smiling,
        "weights": dict(zip(LABELS, body.weights, strict=True)),
        "warmth": body.warmth,
        "energy": body.energy,
        "agreement": body.agreement,
        "taps": dict(zip(TAPS, body.taps, strict=True)),
    }


def _people(mix: Mix) -> People:
    people: People = {}
    if mix.at_least is not None:
        people["at_least"] = mix.at_least
    if mix.at_most is not None:
        people["at_most"] = mix.at_most
    return people
