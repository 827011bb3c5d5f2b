"""Offers that nobody follows up, beside honest people who come through the same address; and a crowd at the doors."""

import asyncio
from typing import Final

import aiohttp

from client.headless.connection import Connection
from loadtests.strangers.attack import Attack, Target, tell

_EACH: Final = 5
_EVERY_S: Final = 10.0
_NAT: Final = "203.0.113.7"
_OTHERS: Final = tuple(f"198.51.100.{number}" for number in range(1, 41))


async def _offers(target: Target, addresses: tuple[str, ...]) -> None:
    """From each address five offers, and five more every ten seconds."""
    connection = Connection([], "127.0.0.1", lambda data: None, lambda: None)
    offer = await connection.offer()
    try:
        async with aiohttp.ClientSession() as http:
            while target.left_s > 0:
                await asyncio.gather(*(_post(http, target, offer, each) for each in addresses for _ in range(_EACH)))
                await asyncio.sleep(max(0.0, min(_EVERY_S, target.left_s)))
    finally:
        await connection.close()


async def _post(http: aiohttp.ClientSession, target: Target, offer: str, address: str) -> None:
    headers = {"Content-Type": "application/sdp", "X-Forwarded-For": address}
    number = target.strike()
    try:
        async with http.post(f"{target.url}/rooms/{target.room}/participants", data=offer, headers=headers) as answer:
            tell("through" if answer.status == 201 else "refused", number=number, answer=str(answer.status))
    except aiohttp.ClientError:
        tell("cut", number=number)


async def _of_one_address(target: Target) -> None:
    await _offers(target, (_NAT,))


async def _of_many_addresses(target: Target) -> None:
    await _offers(target, _OTHERS)


async def _nobody(target: Target) -> None:
    await asyncio.sleep(target.left_s)


_FORTY: Final = ("--joins", "40", "--address", _NAT, "--over", "5")
_HUNDRED: Final = ("--joins", "100", "--address", _NAT)
GHOSTS = Attack(
    "ghosts",
    "five offers every 10 s that nobody follows up; 40 people at the same address in 5 s",
    _of_one_address,
    "none",
    _FORTY,
)
MANY_GHOSTS = Attack(
    "ghosts-40", "the same from each of 40 addresses; 40 people at another in 5 s", _of_many_addresses, "none", _FORTY
)
DOORS = Attack(
    "doors", "no attack: 100 people at one address, all at once", _nobody, "none", _HUNDRED, is_peaceful=True
)
