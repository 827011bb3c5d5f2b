"""Which kuuki may open what: the rule of docs/adr/0010."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuuki.errors import Malformed
from kuuki.schema import Schema, Verdict, judge

OURS = Schema(5, 4)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (None, Verdict.FORWARD),
        (Schema(3, 3), Verdict.OLDER),
        (Schema(4, 3), Verdict.FORWARD),
        (Schema(5, 4), Verdict.OPEN),
        (Schema(5, 5), Verdict.OPEN),
        (Schema(6, 5), Verdict.OPEN),
        (Schema(9, 2), Verdict.OPEN),
        (Schema(6, 6), Verdict.NEWER),
    ],
)
def test_the_rule(found, expected):
    assert judge(found, OURS, oldest=4) is expected


@given(st.integers(2, 1000))
def test_a_step_forward_and_a_step_back_are_always_possible(version):
    """As long as each version is readable from the one before."""
    former, newer = Schema(version - 1, max(1, version - 2)), Schema(version, version - 1)
    assert judge(former, newer, oldest=newer.version - 1) is Verdict.FORWARD
    assert judge(newer, former, oldest=former.version - 1) is Verdict.OPEN


@given(st.integers(1, 999_999_999), st.integers(1, 999_999_999))
def test_what_is_kept_is_understood(one, other):
    schema = Schema(max(one, other), min(one, other))
    assert Schema.parse(str(schema)) == schema
    assert Schema.parse(f"{schema} and more") == schema


@pytest.mark.parametrize("text", ["", "1", "1 2", "0 0", "1 0", "-1 1", "1.0 1", "x y", "9999999999 1", "１ １"])
def test_what_is_no_schema_is_malformed(text):
    with pytest.raises(Malformed):
        Schema.parse(text)
