"""The safety check of one connection: commit, nonce, reveal, and the four words (see kuuki/call/checking.py). Pure."""

from dataclasses import dataclass

from kuuki.call.calling import Side
from kuuki.call.checking import check_words, commit
from kuuki.call.frames import Step

CheckStep = tuple[Step, bytes]


@dataclass(slots=True)
class SafetyCheck:
    """``own`` and ``partner``: the fingerprints as they stand in the descriptions; ``nonce``: 16 random octets.

    ``words``: None before both nonces are known, and for good if the caller's is not the one it committed to.
    """

    side: Side
    own: str
    partner: str
    nonce: bytes
    words: tuple[str, ...] | None = None
    _commitment: bytes | None = None
    _theirs: bytes | None = None

    def __post_init__(self) -> None:
        if self.side is Side.CALLER:
            self._commitment = commit(self.own, self.nonce)

    def repeat(self) -> CheckStep | None:
        """What is said with each sign until the next step came."""
        if self._commitment is None or self._theirs is not None:
            return None
        return (Step.COMMIT, self._commitment) if self.side is Side.CALLER else (Step.NONCE, self.nonce)

    def hear(self, step: Step, octets: bytes) -> CheckStep | None:
        """A step of the partner's, and what to answer at once."""
        if self.side is Side.CALLER:
            return self._hear_nonce(octets) if step is Step.NONCE else None
        if step is Step.COMMIT:
            self._commitment = self._commitment or octets
            return self.repeat()
        if step is Step.REVEAL:
            self._hear_reveal(octets)
        return None

    def _hear_nonce(self, nonce: bytes) -> CheckStep:
        if self._theirs is None:
            self._theirs = nonce
            self.words = check_words(self.own, self.partner, self.nonce, nonce)
        return Step.REVEAL, self.nonce

    def _hear_reveal(self, nonce: bytes) -> None:
        if self._commitment is None or self._theirs is not None:
            return
        self._theirs = nonce
        if commit(self.partner, nonce) == self._commitment:
            self.words = check_words(self.partner, self.own, nonce, self.nonce)
