import dataclasses
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from kuuki.mood.frames import Body, Mix, State
from kuuki.mood.labels import LABELS
from kuuki.mood.mixjson import NO_MIX, MixBody, PublishedMix, serialize_mix, serialize_published
from kuuki.mood.waves import Source, Wave, WaveKind

BODY = Body(0.66, (0.01, 0.0, 0.0, 0.6, 0.0, 0.09, 0.3), 0.5, 0.6, 0.7, (0.0, 1.5, 0.0, 0.5))
LIVE = Mix(
    *(1, 7, State.LIVE, 0.8, 10, 19, BODY),
    draw=9,
    tapped=(0, 5, 0, 1),
    waves=(
        Wave(7, WaveKind.LAUGH, Source.FACES, 1800, None, 0.31, 0.62),
        Wave(8, WaveKind.APPLAUSE, Source.TAPS, 900, 400, 0.2, 0.2),
    ),
)
ONLY_LIVE = {"smiling", "weights", "warmth", "energy", "agreement", "taps", "coverage"}
FRESH = ONLY_LIVE | {"tapped"}


def test_a_live_mix_says_everything():
    assert serialize_mix(LIVE, 31) == {
        "state": "live",
        "smiling": 0.66,
        "weights": dict(zip(LABELS, BODY.weights, strict=True)),
        "warmth": 0.5,
        "energy": 0.6,
        "agreement": 0.7,
        "taps": {"smile": 0.0, "laugh": 1.5, "wow": 0.0, "applause": 0.5},
        "people": {"at_least": 10, "at_most": 19},
        "coverage": 0.8,
        "tapped": {"smile": 0, "laugh": 5, "wow": 0, "applause": 1},
        "waves": [
            {"number": 7, "kind": "laugh", "tapped": False, "began_ms": 1800, "rise": 0.31, "share": 0.62},
            {
                **{"number": 8, "kind": "applause", "tapped": True, "began_ms": 900, "lasts_ms": 400},
                **{"rise": 0.2, "share": 0.2},
            },
        ],
        "draw": 9,
        "term": 1,
        "seq": 7,
        "age_ms": 31,
    }


def test_few_say_only_that_they_are_few():
    said = serialize_mix(Mix(1, 7, State.FEW, 0.5, at_most=4), 0)
    assert said["state"] == "few"
    assert said["people"] == {"at_most": 4}
    assert not ONLY_LIVE & said.keys()


@given(st.integers(0, 100_000))
@example(2000)
@example(2001)
def test_a_mix_older_than_two_seconds_is_never_live(age_ms):
    said = serialize_mix(LIVE, age_ms)
    assert said["state"] == ("stale" if age_ms > 2000 else "live")
    assert ONLY_LIVE & said.keys() == (set() if age_ms > 2000 else ONLY_LIVE)
    assert said["age_ms"] == age_ms


def test_few_go_stale_and_empty_stays_empty():
    few = Mix(1, 7, State.FEW, 0.5, at_most=4)
    assert serialize_mix(few, 2001)["state"] == "stale"
    empty = serialize_mix(dataclasses.replace(few, state=State.EMPTY, at_most=0), 60_000)
    assert (empty["state"], empty["people"]) == ("empty", {"at_most": 0})


def test_it_is_json():
    assert json.loads(json.dumps(serialize_mix(LIVE, 0)))["people"] == {"at_least": 10, "at_most": 19}


FEW = Mix(1, 7, State.FEW, 0.5, at_most=4)
MANY = dataclasses.replace(LIVE, at_most=None)
KEYS = [
    "state",
    "smiling",
    "weights",
    "warmth",
    "energy",
    "agreement",
    "taps",
    "people",
    "coverage",
    "tapped",
    "waves",
    "draw",
    "term",
    "seq",
]


@pytest.mark.parametrize(
    "said", [serialize_mix(LIVE, 0), serialize_mix(LIVE, 2001), serialize_mix(FEW, 5), serialize_mix(MANY, 5), NO_MIX]
)
def test_it_says_what_its_type_documents_and_nothing_else(said):
    assert TypeAdapter(MixBody).validate_python(said, strict=True) == said, "the document's reader knows every key"


def test_the_order_of_what_it_says_stays():
    assert list(serialize_mix(LIVE, 0)) == [*KEYS, "age_ms"]
    assert list(serialize_mix(FEW, 0)) == [key for key in [*KEYS, "age_ms"] if key not in FRESH]


def test_as_it_was_published_it_has_no_age_and_is_never_stale():
    assert serialize_published(LIVE) == {key: said for key, said in serialize_mix(LIVE, 0).items() if key != "age_ms"}
    assert TypeAdapter(PublishedMix).validate_python(serialize_published(FEW)) == serialize_published(FEW)
