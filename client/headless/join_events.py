"""What a peer tells of its joins; every method may be left as it is. Pure."""

from kuuki.errors import KuukiError


class JoinEvents:
    """Nobody listens. Each join is offered, answered, and then open (see Peer's ``on_open``), or has failed."""

    def offered(self) -> None:
        """A join begins: its offer is about to be sent."""

    def answered(self) -> None:
        """The gateway has answered the offer."""

    def failed(self, error: KuukiError) -> None:
        """A join came to nothing: CannotJoin or TryLater."""

    def lost(self, code: int | None) -> None:
        """An open channel ended unasked, with this close code; None: the gateway fell silent."""

    def overtaken(self) -> None:
        """A mix came after a newer one of the same join; it is not heard."""
