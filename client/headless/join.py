"""``kuuki join``: one participant whose expression comes from a camera, a file or a synthetic walk."""


async def run_join(
    *,
    url: str,
    room: str | None = None,
    source: str = "synthetic",
    once: bool = False,
    as_json: bool = False,
    seed: int = 0,
) -> int:
    """Join and publish until the source ends or SIGINT. Exit code: 0 ended well, 1 failed, 2 asked wrongly."""
    raise NotImplementedError
