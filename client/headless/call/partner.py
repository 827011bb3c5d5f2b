"""What is known of the partner from the call's channel, by whatever connection. Pure; ``now`` is an argument."""

from dataclasses import dataclass

from kuuki.call.frames import Picture, Sign
from kuuki.limits import SURE_MIN
from kuuki.mood.frames import Presence, Score
from kuuki.mood.labels import LABELS, WHOLE
from kuuki.times import SCORE_STALE_S

Weights = dict[str, float]
"""Label to weight, 0..1, of sum 1."""


@dataclass(slots=True)
class Partner:
    """``weights``: the newest score; None while there is none: not shared, paused, no face, or older than 2 s."""

    sound: bool = False
    picture: Picture = Picture.OFF
    presence: Presence = Presence.WATCHING
    weights: Weights | None = None
    _scored_at: float = 0.0

    @property
    def has_left(self) -> bool:
        """Whether they said bye."""
        return self.presence is Presence.BYE

    def see(self, frame: Score | Sign, now: float) -> bool:
        """A newer score or sign. Whether there is news of the expression: a score, or that it was withdrawn."""
        if isinstance(frame, Sign):
            self.presence, self.sound, self.picture = frame.presence, frame.sound, frame.picture
            return self.presence is not Presence.SENSING and self._withdraw()
        self.presence = Presence.SENSING
        if frame.sure < SURE_MIN:
            return self._withdraw()
        self.weights = {label: round(part / WHOLE, 4) for label, part in zip(LABELS, frame.weights, strict=True)}
        self._scored_at = now
        return True

    def age(self, now: float) -> bool:
        """Asked several times a second: whether the newest score has just become too old to count."""
        return now - self._scored_at > SCORE_STALE_S and self._withdraw()

    def _withdraw(self) -> bool:
        had = self.weights is not None
        self.weights = None
        return had
