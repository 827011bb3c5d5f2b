"""The room that a crowd plays in: one that is named, or one of its own, which it closes at the end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from client.headless import signaling
from client.headless.place import Place, parse_base, parse_place

EXACT: Final = {"purpose": "private", "privacy": "exact"}
"""Mixes that can be held against the truth; only a kuuki bound to loopback makes such a room."""


@dataclass(frozen=True, slots=True)
class Opened:
    """Where to take part and where to watch; whether its mixes are exact, and whether nobody else can be in it."""

    place: Place
    stage: Place
    is_exact: bool
    is_alone: bool


@asynccontextmanager
async def open_room(
    http: aiohttp.ClientSession,
    url: str,
    room: str | None = None,
    *,
    wanted: dict[str, Any] = EXACT,
    admin_token: str | None = None,
) -> AsyncIterator[Opened]:
    """The room; without ``room`` one as ``wanted``. Raises BadPlace, CannotJoin or TryLater."""
    if room is not None:
        place = parse_place(url, room)
        facts = await signaling.room_facts(http, place)
        yield Opened(place, place, is_exact=_is_exact(facts), is_alone=False)
        return
    base = parse_base(url)
    made = await signaling.make_room(http, base, wanted, admin_token)
    links: dict[str, Any] = made["links"]
    place, stage = (Place(base, made["room"], parse_place(links[role]).key) for role in ("audience", "stage"))
    try:
        yield Opened(place, stage, is_exact=_is_exact(wanted), is_alone=True)
    finally:
        await signaling.close_room(http, stage)


def _is_exact(facts: dict[str, Any]) -> bool:
    return facts.get("privacy") == EXACT["privacy"]
