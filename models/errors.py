"""What can go wrong between a package and a model."""

from kuuki.errors import KuukiError


class ModelError(KuukiError):
    """A model could not be had. The text says what is wrong, where, and what to do."""

    def __init__(self, what: str, where: object, remedy: str) -> None:
        super().__init__(f"{what} ({where}). {remedy}")
