import re
from pathlib import Path

import pytest

from kuuki import errors
from kuuki.errors import (
    BadFrame,
    BadMessage,
    BadOffer,
    CloseCode,
    DropReason,
    Full,
    KuukiError,
    Malformed,
    NotRecorded,
    Refused,
    TooMany,
    Unavailable,
)

PROTOCOL = Path(__file__).parents[2] / "docs" / "protocol.md"


@pytest.mark.parametrize("code", CloseCode)
def test_a_close_code_is_in_one_of_the_two_ranges(code):
    assert 3000 <= code < 4000


def test_what_passes_is_tried_again_and_nothing_else():
    passing = {CloseCode.GOING_AWAY, CloseCode.SLOW, CloseCode.SILENT, CloseCode.FULL}
    assert {code for code in CloseCode if code < 3500} == passing


def test_the_protocol_lists_exactly_these_close_codes():
    listed = re.findall(r"^\| (3\d{3}) \| (\w+) \|", PROTOCOL.read_text(), re.MULTILINE)
    assert {(int(code), name) for code, name in listed} == {(code.value, code.name.lower()) for code in CloseCode}


@pytest.mark.parametrize("kind", [BadFrame, BadOffer, BadMessage])
def test_malformed_things_carry_a_static_reason(kind):
    error = kind("too_large")
    assert isinstance(error, Malformed)
    assert error.reason == str(error) == "too_large"


@pytest.mark.parametrize(("kind", "reason"), [(TooMany, "rooms"), (NotRecorded, "disk")])
def test_what_was_refused_says_why(kind: type[TooMany | NotRecorded], reason: str):
    error = kind(reason)
    assert isinstance(error, Refused)
    assert error.reason == str(error) == reason


def test_every_exception_is_in_the_drawn_tree():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    assert all(issubclass(kind, KuukiError) for kind in kinds)
    assert all(kind.__name__ in (errors.__doc__ or "") for kind in kinds)


@pytest.mark.parametrize("reason", DropReason)
def test_drop_reasons_are_fit_for_a_metrics_label(reason):
    assert re.fullmatch(r"[a-z_]+", reason)


def test_no_room_passes_and_says_of_what():
    full = Full("files")
    assert isinstance(full, Unavailable)
    assert full.reason == "files"
