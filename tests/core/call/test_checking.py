"""The words of a check: the octets as they are documented, and what a middle would have to do."""

import dataclasses
import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuuki.call.checking import (
    CHECK_WORDS,
    COMMITMENT_BYTES,
    NONCE_BYTES,
    check_words,
    commit,
    fingerprint_in,
    normal_fingerprint,
    with_sha_256_alone,
)
from kuuki.call.words import WORDS

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "codes.json").read_text(encoding="utf-8"))
CALLER = GOLDEN["checks"][0]["caller"]
CALLEE = GOLDEN["checks"][0]["callee"]

nonces = st.binary(min_size=16, max_size=16)
fingerprints = st.binary(min_size=32, max_size=32).map(lambda octets: "sha-256 " + octets.hex(":").upper())


@pytest.mark.parametrize("case", GOLDEN["checks"], ids=lambda case: "-".join(case["words"]))
def test_the_octets_that_are_hashed(case):
    nonces = bytes.fromhex(case["caller_nonce"]), bytes.fromhex(case["callee_nonce"])
    assert commit(case["caller"], nonces[0]).hex() == case["commitment"]
    assert hashlib.sha256(bytes.fromhex(case["commit_bytes"])).hexdigest() == case["commitment"]
    assert list(check_words(case["caller"], case["callee"], *nonces)) == case["words"]
    digest = hashlib.sha256(bytes.fromhex(case["check_bytes"])).digest()
    assert [WORDS[octet] for octet in digest[:CHECK_WORDS]] == case["words"]


@given(fingerprints, fingerprints, nonces, nonces)
def test_spelling_changes_nothing(caller, callee, caller_nonce, callee_nonce):
    assert len(commit(caller, caller_nonce)) == COMMITMENT_BYTES
    assert commit(caller.lower(), caller_nonce) == commit(caller, caller_nonce)
    said = check_words(caller, callee, caller_nonce, callee_nonce)
    assert said == check_words(caller.lower(), callee.replace("sha", "SHA"), caller_nonce, callee_nonce)
    assert len(said) == 4
    assert set(said) <= set(WORDS)


@dataclasses.dataclass(frozen=True)
class Parts:
    caller: str = CALLER
    callee: str = CALLEE
    caller_nonce: bytes = bytes(16)
    callee_nonce: bytes = bytes(range(16))

    def words(self):
        return check_words(self.caller, self.callee, self.caller_nonce, self.callee_nonce)


@pytest.mark.parametrize(
    "change",
    [
        {"caller": CALLEE},
        {"callee": CALLER},
        {"caller": CALLEE, "callee": CALLER},
        {"caller_nonce": bytes(15) + b"\x01"},
        {"callee_nonce": bytes(range(1, 17))},
        {"caller_nonce": bytes(range(16)), "callee_nonce": bytes(16)},
    ],
    ids=str,
)
def test_every_part_counts(change):
    assert dataclasses.replace(Parts(), **change).words() != Parts().words()


@pytest.mark.parametrize("size", [0, 15, 17, 32])
def test_a_nonce_is_sixteen_octets(size):
    assert NONCE_BYTES == 16
    with pytest.raises(ValueError, match="16 octets"):
        commit(CALLER, bytes(size))
    for nonces in ((bytes(size), bytes(16)), (bytes(16), bytes(size))):
        with pytest.raises(ValueError, match="16 octets"):
            check_words(CALLER, CALLEE, *nonces)


@pytest.mark.parametrize("text", GOLDEN["bad_fingerprints"], ids=ascii)
def test_what_is_no_fingerprint_is_refused(text):
    with pytest.raises(ValueError, match="not a sha-256 fingerprint"):
        normal_fingerprint(text)


@given(st.binary(min_size=32, max_size=32))
def test_a_fingerprint_is_its_digits(octets):
    assert normal_fingerprint("sha-256 " + octets.hex(":").upper()) == octets.hex()


@pytest.mark.parametrize("case", GOLDEN["descriptions"], ids=lambda case: case["title"])
def test_a_description_has_one_fingerprint_or_none(case):
    assert fingerprint_in(case["sdp"]) == case["fingerprint"]
    assert with_sha_256_alone(case["sdp"]) == case["alone"]
    assert fingerprint_in(case["alone"]) == case["fingerprint"]


@given(
    st.lists(st.sampled_from(["a=fingerprint:", CALLER, CALLEE, "sha-1 AB", "\r\n", "\n", "\r", "a=x"])).map("".join)
)
def test_nothing_but_sha_256_is_left(sdp):
    left = with_sha_256_alone(sdp)
    assert with_sha_256_alone(left) == left
    for line in left.split("\n"):
        if line.startswith("a=fingerprint:"):
            assert normal_fingerprint(line.removeprefix("a=fingerprint:").removesuffix("\r"))
