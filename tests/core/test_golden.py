"""The golden vectors that both languages read, from the file alone: nothing here knows how it was made."""

import json
from pathlib import Path

import pytest

from kuuki.errors import BadFrame
from kuuki.mood.frames import (
    LATEST,
    Beat,
    Body,
    Mix,
    Presence,
    Score,
    State,
    Tap,
    decode_from_client,
    decode_from_gateway,
    encode,
)
from kuuki.mood.labels import to_integers
from kuuki.mood.waves import Source, Wave, WaveKind

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "frames.json").read_text())
SIDES = {"gateway": decode_from_client, "client": decode_from_gateway}


def frame_of(kind, said):
    """The frame that a case describes."""
    if kind == "score":
        return Score(said["seq"], tuple(said["weights"]), said["sure"])
    if kind == "tap":
        return Tap(said["seq"], tuple(said["counts"]))
    if kind == "beat":
        return Beat(**said | {"presence": Presence(said["presence"])})
    waves = tuple(map(wave_of, said["waves"]))
    tapped = said["tapped"] and tuple(said["tapped"])
    rest = {"body": said["body"] and body_of(said["body"]), "waves": waves, "tapped": tapped}
    return Mix(**said | {"state": State(said["state"])} | rest)


def wave_of(said):
    return Wave(**said | {"kind": WaveKind(said["kind"]), "source": Source(said["source"])})


def body_of(said):
    return Body(**said | {"weights": tuple(said["weights"]), "taps": tuple(said["taps"])})


def title_of(case):
    return case["title"]


@pytest.mark.parametrize("case", GOLDEN["frames"], ids=title_of)
def test_a_good_frame_is_these_bytes_and_they_are_this_frame(case):
    frame, data = frame_of(case["kind"], case["frame"]), bytes.fromhex(case["hex"])
    assert encode(frame) == data
    for decode, takes in ((decode_from_client, Score | Tap | Beat), (decode_from_gateway, Beat | Mix)):
        if isinstance(frame, takes):
            assert decode(data) == frame
        else:
            with pytest.raises(BadFrame):
                decode(data)


@pytest.mark.parametrize("case", GOLDEN["newer"], ids=title_of)
def test_a_frame_of_the_latest_version_is_these_bytes(case):
    frame, data = frame_of(case["kind"], case["frame"]), bytes.fromhex(case["hex"])
    assert encode(frame, LATEST) == data
    assert decode_from_gateway(data) == frame


@pytest.mark.parametrize("case", GOLDEN["wider"], ids=title_of)
def test_a_wider_spelling_is_understood(case):
    assert decode_from_client(bytes.fromhex(case["hex"])) == frame_of(case["kind"], case["frame"])


@pytest.mark.parametrize("case", GOLDEN["bad"], ids=title_of)
def test_a_bad_frame_is_refused_for_the_reason_said(case):
    data = bytes.fromhex(case["hex"]) * case.get("repeat", 1)
    asked = [(SIDES[side], case[side]) for side in SIDES if case[side] is not None]
    assert asked
    for decode, reason in asked:
        with pytest.raises(BadFrame) as caught:
            decode(data)
        assert caught.value.reason == reason


@pytest.mark.parametrize("case", GOLDEN["weights"], ids=lambda case: str(case["weights"]))
def test_weights_become_these_integers(case):
    assert to_integers(case["weights"]) == tuple(case["integers"])


def test_the_vectors_leave_nothing_out():
    good = [frame_of(case["kind"], case["frame"]) for case in GOLDEN["frames"]]
    assert {type(frame) for frame in good} == {Score, Tap, Beat, Mix}
    assert {frame.presence for frame in good if isinstance(frame, Beat)} == set(Presence)
    assert {frame.state for frame in good if isinstance(frame, Mix)} == {State.EMPTY, State.FEW, State.LIVE}
    said = {case[side] for case in GOLDEN["bad"] for side in SIDES} - {None}
    assert said == {
        "too_large", "not_msgpack", "not_an_array", "version", "kind", "wrong_kind",
        "length", "integer", "bytes", "sum", "body", "weight", "waves",
    }  # fmt: skip
