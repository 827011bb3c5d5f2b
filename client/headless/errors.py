"""What can go wrong between a client and its gateway. Each text says what is wrong and what to do.

KuukiError (kuuki/errors.py)
├── AskedWrongly       what was asked for cannot be
│   ├── BadPlace       no URL of a server, no room id
│   ├── BadSource      no such file, or not a source's name
│   ├── BadCueSheet    a line of a cue sheet
│   └── BadPictures    no pictures to judge the models by
├── CannotJoin         joining again would not help
├── TryLater           joining again may help, after ``after_s`` at the earliest
└── SourceFailed       a camera or a film that gives no pictures
"""

from kuuki.errors import KuukiError


class AskedWrongly(KuukiError):
    """What was asked for cannot be: a matter of the command line, not of the network."""


class BadPlace(AskedWrongly):
    """No URL of a kuuki server, or no room id."""


class BadSource(AskedWrongly):
    """No such file, or not a source's name."""


class BadCueSheet(AskedWrongly):
    """A cue sheet that cannot be followed."""


class BadPictures(AskedWrongly):
    """No pictures with labels, or a file of them that cannot be read."""


class CannotJoin(KuukiError):
    """Joining again would not help. ``problem``: its static name, "" where it has none."""

    def __init__(self, text: str, problem: str = "") -> None:
        super().__init__(text)
        self.problem = problem


class TryLater(KuukiError):
    """Joining again may help, after ``after_s`` seconds at the earliest. ``problem``: as for CannotJoin."""

    def __init__(self, text: str, after_s: float = 0.0, problem: str = "") -> None:
        super().__init__(text)
        self.after_s = after_s
        self.problem = problem


class SourceFailed(KuukiError):
    """A camera or a film gives no pictures."""
