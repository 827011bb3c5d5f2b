"""Bad offers by the list of what was once sent to a gateway: each is refused with a static reason, or harmless."""

import re

import pytest
from aiortc import RTCPeerConnection, RTCSessionDescription
from hypothesis import given
from hypothesis import strategies as st

from kuuki.errors import BadOffer
from kuuki.limits import SDP_BYTES, SDP_CANDIDATES, SDP_LINE_BYTES
from kuuki.offers import Offer, parse_offer, rewrite
from tests.patience import cost

DIGEST = ":".join(["AB"] * 32)
GOOD = f"""v=0
o=- 1 2 IN IP4 127.0.0.1
s=-
t=0 0
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 0.0.0.0
a=ice-ufrag:abcd
a=ice-pwd:{"p" * 22}
a=fingerprint:sha-256 {DIGEST}
a=setup:actpass
a=mid:0
a=sctp-port:5000
a=max-message-size:262144
"""
OFFER = Offer("abcd", "p" * 22, f"sha-256 {DIGEST}", "actpass", "0", 5000)


def without(name):
    return "".join(line + "\n" for line in GOOD.splitlines() if not line.startswith(f"a={name}"))


def candidates(*lines):
    return GOOD + "".join(f"a=candidate:{line}\n" for line in lines)


STATIC = re.compile(r"[a-z0-9_]{3,20}")


def outcome(text):
    """The offer, or why it is none."""
    try:
        return parse_offer(text)
    except BadOffer as error:
        return error.reason


REFUSED = {
    "1 empty": ("", "not_sdp"),
    "2 garbage": ("\x00\x01garbage\xff", "not_sdp"),
    "3 no m-line": (GOOD.replace("m=application", "x=application"), "no_media"),
    "4 no fingerprint": (without("fingerprint"), "no_fingerprint"),
    "5 md5 fingerprint": (GOOD.replace("sha-256", "md5"), "no_fingerprint"),
    "6 no ufrag": (without("ice-ufrag"), "no_ice_ufrag"),
    "7 bogus setup": (GOOD.replace("actpass", "bogus"), "setup"),
    "8 sctp-port text": (GOOD.replace("5000", "ssh"), "sctp_port"),
    "9 negative max-message-size": (GOOD.replace("262144", "-1"), "max_message_size"),
    "10 port 99999999": (GOOD.replace("5000", "99999999"), "sctp_port"),
    "10 m-line port 99999999": (GOOD.replace("application 9", "application 99999999"), "media"),
    "11 50 m-lines": (GOOD + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\n" * 50, "media"),
    "12 audio": (GOOD + "m=audio 9 UDP/TLS/RTP/SAVPF 111\n", "media"),
    "12 video alone": (GOOD.replace("m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "m=video 9 X 1"), "media"),
    "13 5,000 candidates": (candidates(*["1 1 udp 1 10.0.0.1 9 typ host"] * 5000), "too_large"),
    "13 more candidates than allowed": (candidates(*["1 1 udp 1 ::1 9 typ host"] * (SDP_CANDIDATES + 1)), "candidates"),
    "14 a 1 MB line": (GOOD + "a=" + "x" * 1_000_000, "too_large"),
    "14 a long line": (GOOD + "a=" + "x" * SDP_LINE_BYTES, "line"),
    "16 short candidate": (candidates("1 1 udp"), "candidate"),
    "17 candidate port -1": (candidates("1 1 udp 1 10.0.0.1 -1 typ host"), "candidate"),
    "17 candidate port 65536": (candidates("1 1 udp 1 10.0.0.1 65536 typ host"), "candidate"),
    "19 a flood of .local names": (candidates(*["1 1 udp 1 a-b.local 9 typ host"] * 21), "candidates"),
    "20 an answer": (GOOD.replace("actpass", "passive"), "setup"),
    "20 a rollback": ("rollback", "not_sdp"),
}
HARMLESS = {
    "15 LF only": GOOD,
    "15 CR LF": GOOD.replace("\n", "\r\n"),
    "18 candidates at places of ours": candidates(
        "1 1 udp 1 127.0.0.1 6379 typ host", "1 1 udp 1 169.254.169.254 80 typ host", "1 1 tcp 1 10.0.0.1 22 typ host"
    ),
    "19 .local names": candidates(*["1 1 udp 1 0a1b-2c3d.local 9 typ host generation 0"] * SDP_CANDIDATES),
    "session attributes of others": GOOD + "a=group:BUNDLE 0 1 2\na=ice-lite\na=remote-candidates:1 10.0.0.1 22\n",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_says_why(name):
    text, reason = REFUSED[name]
    assert outcome(text) == reason


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_accepted_leaves_nothing_but_the_facts(name):
    offer = parse_offer(HARMLESS[name])
    assert offer == OFFER
    assert rewrite(offer) == rewrite(OFFER)
    assert "candidate" not in rewrite(offer)


FIELDS = {
    "ice-ufrag": "abcd",
    "ice-pwd": "p" * 22,
    "fingerprint": f"sha-256 {DIGEST}",
    "setup": "actpass",
    "mid": "0",
    "sctp-port": "5000",
}


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(
    "injected", ["\r", "\r\r", "\0", "\x0b", "\x85", "\u2028", " ", "\ra=candidate:1", "é", "\ud800"]
)
@pytest.mark.parametrize("where", ["front", "middle", "end"])
def test_no_field_carries_a_line_into_what_is_written(field, injected, where):
    value = FIELDS[field]
    at = {"front": 0, "middle": len(value) // 2, "end": len(value)}[where]
    text = GOOD.replace(f"a={field}:{value}", f"a={field}:{value[:at]}{injected}{value[at:]}")
    assert text != GOOD
    read = outcome(text)
    if (injected, where) == ("\r", "end"):  # a carriage return before the line feed belongs to the line's end
        assert read == OFFER
    else:
        assert STATIC.fullmatch(read)


@given(st.lists(st.sampled_from(GOOD.splitlines()) | st.text(max_size=30), max_size=25).map("\n".join))
def test_any_lines_are_an_offer_that_the_stack_can_read_or_a_static_reason(text):
    read = outcome("v=0\n" + text)
    assert outcome(rewrite(read)) == read if isinstance(read, Offer) else STATIC.fullmatch(read)


def slow(prefix, body):
    """A text as long as an offer may be, and its beginning of a quarter of that."""
    text = GOOD + prefix + body * (SDP_BYTES // len(body))
    return text[:SDP_BYTES], text[: SDP_BYTES // 4]


def cost_s(text):
    """CPU seconds of reading the text, at best of five."""

    def once():
        with cost() as so_far_s:
            for _ in range(10):
                outcome(text)
            return so_far_s()

    return min(once() for _ in range(5))


@pytest.mark.parametrize(
    ("whole", "quarter"),
    [
        slow("a=candidate:", "1 "),
        slow("a=candidate:", "1 1 udp 1 10.0.0.1 9 typ host \n"),
        slow("", "a=candidate:1 1 udp 1 " + "a" * 255 + " 9 typ " + "a" * 700 + "!\n"),
        slow("a=fingerprint:sha-256 ", "AB:"),
        slow("", "a=fingerprint:sha-256 " + "AB:" * 300 + "\n"),
        slow("", "a=ice-ufrag:" + "a" * 1000 + "\n"),
        slow("", "\n"),
        slow("", "\r"),
        slow("", "a=\n"),
        slow("", "m=\n"),
    ],
)
def test_reading_is_linear_in_the_worst_text(whole, quarter):
    """Four times the text: four times the cost when it is linear, sixteen when it is quadratic."""
    assert cost_s(whole) < 10 * max(cost_s(quarter), 0.0005)


async def test_the_stack_reads_what_is_written():
    for setup in ("actpass", "active"):
        for mid in ("0", "data", "a+b.c_d-"):
            connection = RTCPeerConnection()
            written = rewrite(Offer("a" * 256, "p" * 256, OFFER.fingerprint, setup, mid, 65535))
            await connection.setRemoteDescription(RTCSessionDescription(written, "offer"))
            assert connection.sctp.mid == mid
            await connection.close()
