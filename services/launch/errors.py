"""What ``kuuki`` commands cannot do, in sentences that say what to do."""

from kuuki.errors import KuukiError


class CannotRender(KuukiError):
    """``kuuki render`` cannot make the sound that it was asked for."""


class BadRecord(CannotRender):
    """The file is not a record."""
