"""The events of a peer's joins, for a subclass to observe. Pure."""

from kuuki.errors import KuukiError


class JoinEvents:
    """Ignores all events; a subclass overrides what it observes. A join is offered, then answered, then open or failed.

    That it is open is told by Peer's ``on_open``. All are called on the event loop and must return at once.
    """

    def offered(self) -> None:
        """A join begins: its offer is about to be sent."""

    def answered(self) -> None:
        """The gateway has answered the offer."""

    def failed(self, error: KuukiError) -> None:
        """A join came to nothing: CannotJoin or TryLater."""

    def lost(self, code: int | None) -> None:
        """An open channel ended unasked, with this close code; None: the gateway fell silent."""

    def overtaken(self) -> None:
        """A mix came after a newer one of the same session; it was dropped."""
