"""What can go wrong between a client and its gateway.

KuukiError (kuuki/errors.py)
├── CannotJoin     joining again would not help; the text says what is wrong and what to do
├── TryLater       joining again may help, after ``after_s`` at the earliest
├── SourceFailed   a camera, a file or the models; the text says which and what to do
└── BadCueSheet    a line of a cue sheet; the text says which and what is expected
"""

from kuuki.errors import KuukiError


class CannotJoin(KuukiError):
    """Joining again would not help."""


class TryLater(KuukiError):
    """Joining again may help, after ``after_s`` seconds at the earliest."""

    def __init__(self, text: str, after_s: float = 0.0) -> None:
        super().__init__(text)
        self.after_s = after_s


class SourceFailed(KuukiError):
    """A source gives no frames: no such file or camera, not a video, models not built."""


class BadCueSheet(KuukiError):
    """A cue sheet that cannot be followed."""
