"""tests/golden/callframes.json is current, and the Python decoder says of every case what stands there."""

import json

import pytest

from kuuki.call.frames import decode, encode
from kuuki.errors import BadFrame
from tests.golden.make_callframes import FRAMES, GOLDEN, golden

CASES = json.loads(GOLDEN.read_text())


def title_of(case):
    return case["title"]


def test_the_file_is_current():
    assert golden() == CASES


@pytest.mark.parametrize(("title", "frame"), FRAMES)
def test_a_frame_is_its_bytes(title, frame):
    data = bytes.fromhex(next(case["hex"] for case in CASES["frames"] if case["title"] == title))
    assert encode(frame) == data
    assert decode(data) == frame


@pytest.mark.parametrize("case", CASES["bad"], ids=title_of)
def test_bad_bytes_are_dropped_for_the_reason_given(case):
    with pytest.raises(BadFrame) as caught:
        decode(bytes.fromhex(case["hex"]))
    assert caught.value.reason == case["reason"]
