r"""Four words that two people in a call read to each other: they are equal only if nobody stands between the two.

Whoever carries the signaling could give each side a connection of its own, and sit in the middle; the two DTLS
certificates that each side sees would then not be the same two. The words are a short form of both fingerprints. 32
bits are enough because neither side can choose what is hashed after it has seen the other's part: the caller sends
its commitment first, then the callee its nonce, then the caller its own, as in ZRTP (RFC 6189 section 4.4.1.1). A
middle that tries is found out with a probability of 1 - 2^-32 if the words are compared.

What is hashed, with SHA-256, is these octets one after the other, and nothing between them::

    the commitment        the words
    -------------------   ------------------------------
    label                 label
    caller's fingerprint  caller's fingerprint
    caller's nonce        callee's fingerprint
                          caller's nonce
                          callee's nonce

- A label is ASCII and one zero octet: ``kuuki call commitment 1\0`` (24 octets), ``kuuki call words 1\0`` (19).
- A fingerprint is the certificate's SHA-256 digest itself, 32 octets: what stands in ``a=fingerprint:sha-256 AB:CD:…``
  (RFC 8122 section 5) read as hexadecimal. It is of the certificate that DTLS uses: the one in one's own local
  description, and the one in the remote description, from which all others must be taken before it is used
  (``with_sha_256_alone``), so that the connection is held to this one.
- A nonce is 16 random octets, new for each connection.

The commitment is all 32 octets of its digest; it is right if it equals, octet for octet, what the callee computes from
the caller's fingerprint and nonce. The words are named by the first four octets of theirs, an octet a word
(``kuuki.call.words.WORDS``, counted from 0).
"""

import hashlib
import re
from typing import Final

from kuuki.call.words import WORDS

NONCE_BYTES: Final = 16
COMMITMENT_BYTES: Final = 32
CHECK_WORDS: Final = 4

_COMMITMENT_LABEL: Final = b"kuuki call commitment 1\0"
_WORDS_LABEL: Final = b"kuuki call words 1\0"
_FINGERPRINT: Final = re.compile(r"[sS][hH][aA]-256 ([0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){31})")
_FINGERPRINT_LINE: Final = re.compile(rf"a=fingerprint:({_FINGERPRINT.pattern})\r?")


def commit(fingerprint: str, nonce: bytes) -> bytes:
    """The caller's commitment (32 octets) to its own fingerprint and nonce. ValueError if either is malformed."""
    return hashlib.sha256(_COMMITMENT_LABEL + _octets(fingerprint) + _nonce(nonce)).digest()


def check_words(
    caller_fingerprint: str, callee_fingerprint: str, caller_nonce: bytes, callee_nonce: bytes
) -> tuple[str, ...]:
    """The four words of a connection, in their Latin form. ValueError if anything is malformed.

    The callee must have compared ``commit(caller_fingerprint, caller_nonce)`` with what it was sent first.
    """
    fingerprints = _octets(caller_fingerprint) + _octets(callee_fingerprint)
    digest = hashlib.sha256(_WORDS_LABEL + fingerprints + _nonce(caller_nonce) + _nonce(callee_nonce)).digest()
    return tuple(WORDS[octet] for octet in digest[:CHECK_WORDS])


def normal_fingerprint(text: str) -> str:
    """``sha-256 AB:CD:…`` as 64 lower-case hexadecimal digits. ValueError for anything else."""
    found = _FINGERPRINT.fullmatch(text)
    if found is None:
        raise ValueError("not a sha-256 fingerprint")
    return found[1].replace(":", "").lower()


def fingerprint_in(sdp: str) -> str | None:
    """The SHA-256 fingerprint of a description, ``sha-256 AB:CD:…`` as it stands there first.

    None when there is none, or when they differ: it would not be known which of them the connection is held to.
    """
    found = [line[1] for line in map(_FINGERPRINT_LINE.fullmatch, sdp.split("\n")) if line]
    return found[0] if len(set(map(normal_fingerprint, found))) == 1 else None


def with_sha_256_alone(sdp: str) -> str:
    """The description without any other fingerprint, for the peer connection.

    Browsers hold a connection to one of several fingerprints, not always to the SHA-256 one. A middle could leave the
    SHA-256 one as it was, so that the words fit, and add its own certificate's under another hash.
    """
    lines = sdp.split("\n")
    return "\n".join(
        line for line in lines if not line.startswith("a=fingerprint:") or _FINGERPRINT_LINE.fullmatch(line)
    )


def _octets(fingerprint: str) -> bytes:
    return bytes.fromhex(normal_fingerprint(fingerprint))


def _nonce(nonce: bytes) -> bytes:
    if len(nonce) != NONCE_BYTES:
        raise ValueError("not 16 octets")
    return nonce
