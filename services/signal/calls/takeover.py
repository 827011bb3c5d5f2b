"""Which of a line's sessions is the newest, when several processes have one."""

import secrets

_SESSION_BYTES = 8


class Takeover:
    """One session's place among those of its line.

    A session that begins sends its id to every process that has the line, also to its own. All of them hear these
    notes in one order (services/runtime/exchange.py), so an id that comes after one's own is a newer session's: the
    page moved there. One that comes before one's own is an older session's, which will hear ours. Without that order
    two sessions that begin at once would end each other.
    """

    def __init__(self) -> None:
        self.session = secrets.token_hex(_SESSION_BYTES)
        self._is_heard = False

    def is_superseded_by(self, session: str) -> bool:
        """Whether the session with this id, which was just heard, has taken the line over from this one."""
        if session == self.session:
            self._is_heard = True
            return False
        return self._is_heard
