"""What a phone tells of itself. Pure."""

from client.headless.call.ladder import Link
from client.headless.call.partner import Weights
from kuuki.call.line_messages import LegStatus


class Listener:
    """Called by a phone at each change. Its methods do nothing: a program overrides those that it wants."""

    def code(self, code: str, link: str) -> None:
        """The line's code from now on."""

    def state(self, leg: LegStatus) -> None:
        """Where the call stands, at every change."""

    def partner(self, weights: Weights | None) -> None:
        """A score of the partner; None: there is none any more."""

    def check(self, words: tuple[str, ...]) -> None:
        """The four words that both sides see if nobody stands between."""

    def media(self, link: Link) -> None:
        """How the media fare, at every change."""

    def server(self, is_open: bool) -> None:
        """The line was opened, or the server is lost and looked for."""
