"""Offers: a browser's is read, everything else is a BadOffer with a static reason, and nothing foreign is written."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuuki.errors import BadOffer
from kuuki.limits import SDP_BYTES, SDP_CANDIDATES, SDP_LINE_BYTES
from kuuki.offers import Offer, parse_offer, rewrite

FINGERPRINT = "sha-256 " + ":".join(["AB"] * 32)
LINES = [
    "v=0",
    "o=- 4611731400430051336 2 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    "a=group:BUNDLE 0",
    "a=extmap-allow-mixed",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "c=IN IP4 0.0.0.0",
    "a=candidate:2362164480 1 udp 2113937151 6e1f3a52-1f6c-4d3a-9a53-77e4c1dbd1a5.local 51234 typ host generation 0",
    "a=candidate:1 1 tcp 1518280447 2001:db8::1 9 typ host tcptype active",
    "a=ice-ufrag:Zx1/",
    "a=ice-pwd:abcdefghijklmnopqrstu+/0",
    "a=ice-options:trickle",
    f"a=fingerprint:{FINGERPRINT}",
    "a=setup:actpass",
    "a=mid:0",
    "a=sctp-port:5000",
    "a=max-message-size:262144",
    "",
]
OFFER = Offer("Zx1/", "abcdefghijklmnopqrstu+/0", FINGERPRINT, "actpass", "0", 5000)
CLEAN = [
    "v=0",
    "o=- 1 1 IN IP4 0.0.0.0",
    "s=-",
    "t=0 0",
    "a=group:BUNDLE 0",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "c=IN IP4 0.0.0.0",
    "a=mid:0",
    "a=ice-ufrag:Zx1/",
    "a=ice-pwd:abcdefghijklmnopqrstu+/0",
    f"a=fingerprint:{FINGERPRINT}",
    "a=setup:actpass",
    "a=sctp-port:5000",
    "a=max-message-size:65536",
]


def sdp(*more, end="\r\n", **changes):
    """A browser's offer; ``ice_pwd=""`` empties that attribute, ``ice_pwd=None`` leaves it out."""
    lines = list(LINES[:-1])
    for name, value in changes.items():
        prefix = f"a={name.replace('_', '-')}:"
        at = next(number for number, line in enumerate(lines) if line.startswith(prefix))
        lines[at : at + 1] = [] if value is None else [prefix + value]
    return end.join([*lines, *more, ""])


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_browsers_offer_is_read(end):
    assert parse_offer(sdp(end=end)) == OFFER


def test_what_may_be_missing_has_defaults():
    assert parse_offer(sdp(mid=None, sctp_port=None, max_message_size=None)) == OFFER


def test_a_passive_server_takes_an_active_client():
    assert parse_offer(sdp(setup="active")).setup == "active"


def test_of_several_fingerprints_the_sha_256_one_is_taken():
    sha_1 = "a=fingerprint:sha-1 " + ":".join(["00"] * 20)
    assert parse_offer(sdp(sha_1)) == OFFER
    with pytest.raises(BadOffer, match="no_fingerprint"):
        parse_offer(sdp(sha_1, fingerprint=None))


def many(count, candidate="a=candidate:1 1 udp 1 10.0.0.1 9 typ host"):
    return [candidate] * count


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not_sdp"),
        ("hello", "not_sdp"),
        ("\0", "not_sdp"),
        ("v=0\r\n", "no_media"),
        ("v=0\r\n" + "a" * (SDP_BYTES + 1), "too_large"),
        ("v=0\r\ns=" + "a" * SDP_LINE_BYTES, "line"),
        (sdp("s=\0"), "line"),
        (sdp("m=application 9 UDP/DTLS/SCTP webrtc-datachannel"), "media"),
        (sdp("m=audio 9 UDP/TLS/RTP/SAVPF 111"), "media"),
        (sdp().replace("m=application 9", "m=application -1"), "media"),
        (sdp().replace("UDP/DTLS/SCTP", "DTLS/SCTP"), "media"),
        (sdp(fingerprint=None), "no_fingerprint"),
        (sdp(fingerprint="md5 " + ":".join(["AB"] * 16)), "no_fingerprint"),
        (sdp(fingerprint="sha-256 AB"), "fingerprint"),
        (sdp(fingerprint="sha-256 " + ":".join(["GG"] * 32)), "fingerprint"),
        (sdp(ice_ufrag=None), "no_ice_ufrag"),
        (sdp(ice_ufrag=""), "ice_ufrag"),
        (sdp(ice_ufrag="abc"), "ice_ufrag"),
        (sdp(ice_ufrag="a b c"), "ice_ufrag"),
        (sdp(ice_ufrag="a" * 257), "ice_ufrag"),
        (sdp(ice_ufrag="abcd\r"), "ice_ufrag"),
        (sdp(ice_pwd=None), "no_ice_pwd"),
        (sdp(ice_pwd="short"), "ice_pwd"),
        (sdp(setup=None), "no_setup"),
        (sdp(setup="passive"), "setup"),
        (sdp(setup="bogus"), "setup"),
        (sdp(mid="a b"), "mid"),
        (sdp(sctp_port="five thousand"), "sctp_port"),
        (sdp(sctp_port="0"), "sctp_port"),
        (sdp(sctp_port="65536"), "sctp_port"),
        (sdp(sctp_port="٥٠٠٠"), "sctp_port"),
        (sdp(max_message_size="-1"), "max_message_size"),
        (sdp(*many(SDP_CANDIDATES - 1)), "candidates"),
        (sdp("a=candidate:"), "candidate"),
        (sdp("a=candidate:1 1 udp 1 10.0.0.1"), "candidate"),
        (sdp("a=candidate:1 1 udp 1 10.0.0.1 -1 typ host"), "candidate"),
        (sdp("a=candidate:1 1 udp 1 10.0.0.1 65536 typ host"), "candidate"),
        (sdp("a=candidate:1 1 udp 1 10.0.0.1 99999999 typ host"), "candidate"),
    ],
)
def test_a_bad_offer_says_why(text, reason):
    with pytest.raises(BadOffer) as caught:
        parse_offer(text)
    assert caught.value.reason == reason


def test_as_many_candidates_as_allowed_are_read():
    assert parse_offer(sdp(*many(SDP_CANDIDATES - 2))) == OFFER


def names(lines):
    return [line.partition(":")[0].partition(" ")[0] for line in lines]


def check(text):
    """Either a BadOffer, or an offer that is rewritten to the same facts and nothing else; no other error."""
    try:
        offer = parse_offer(text)
    except BadOffer:
        return
    clean = rewrite(offer)
    algorithm, digest = offer.fingerprint.split(" ")
    fingerprint = f"{algorithm.lower()} {digest.upper()}"
    assert parse_offer(clean) == dataclasses.replace(offer, fingerprint=fingerprint)
    assert names(clean.splitlines()) == names(CLEAN)
    assert clean.isascii()


@given(st.text(max_size=200) | st.lists(st.sampled_from(LINES) | st.text(max_size=20)).map("\r\n".join))
def test_any_text_is_an_offer_or_a_bad_offer(text):
    for candidate in (text, "v=0\r\n" + text, "\r\n".join(LINES) + text):
        check(candidate)


@given(st.data())
def test_a_damaged_offer_is_an_offer_or_a_bad_offer_and_rewrites_cleanly(data):
    text = sdp()
    at = data.draw(st.integers(0, len(text) - 1))
    check(text[:at] + data.draw(st.text(max_size=3)) + text[at + data.draw(st.integers(0, 3)) :])


def test_a_rewritten_offer_says_the_same_without_candidates():
    assert rewrite(OFFER) == "".join(line + "\r\n" for line in CLEAN)
    assert parse_offer(rewrite(OFFER)) == OFFER
    assert "a=fingerprint:sha-256 AB:AB" in rewrite(Offer("abcd", "p" * 22, FINGERPRINT.upper(), "active", "0", 1))
