"""tests/golden/frames.json is current, and the Python decoders say of every case what stands there."""

import json

import pytest

from kuuki.errors import BadFrame
from kuuki.mood.frames import Beat, Mix, decode_from_client, decode_from_gateway, encode
from kuuki.mood.labels import to_integers
from tests.golden.make_frames import FRAMES, GOLDEN, NEWER, WIDER, golden

CASES = json.loads(GOLDEN.read_text())


def title_of(case):
    return case["title"]


def decode(frame, data):
    return (decode_from_gateway if isinstance(frame, Mix) else decode_from_client)(data)


def test_the_file_is_current():
    assert golden() == CASES


@pytest.mark.parametrize(("title", "frame"), FRAMES)
def test_a_frame_is_its_bytes(title, frame):
    data = bytes.fromhex(next(case["hex"] for case in CASES["frames"] if case["title"] == title))
    assert encode(frame) == data
    assert decode(frame, data) == frame
    if isinstance(frame, Beat):
        assert decode_from_gateway(data) == frame


@pytest.mark.parametrize(("_title", "given", "frame"), NEWER)
def test_a_client_reads_version_2(_title, given, frame):
    assert decode_from_gateway(given) == frame


@pytest.mark.parametrize(("_title", "given", "frame"), WIDER)
def test_wider_forms_are_understood(_title, given, frame):
    assert decode(frame, bytes.fromhex(given)) == frame
    assert encode(frame) != bytes.fromhex(given)


@pytest.mark.parametrize("case", CASES["bad"], ids=title_of)
def test_bad_bytes_are_dropped_for_the_reason_given(case):
    data = bytes.fromhex(case["hex"]) * case.get("repeat", 1)
    for decoder, reason in ((decode_from_client, case["gateway"]), (decode_from_gateway, case["client"])):
        if reason is not None:
            with pytest.raises(BadFrame) as caught:
                decoder(data)
            assert caught.value.reason == reason


@pytest.mark.parametrize("case", CASES["weights"], ids=str)
def test_weights_become_these_integers(case):
    assert list(to_integers(case["weights"])) == case["integers"]
    assert sum(case["integers"]) == 255
