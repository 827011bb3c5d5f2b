"""Joining and leaving over HTTP, an offer for an answer; and making, marking and closing rooms. Each request takes 10 s
at most."""

import asyncio
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import urljoin

import aiohttp
from aiortc import RTCIceServer

from client.headless.errors import CannotJoin, TryLater
from client.headless.ice import parse_links
from client.headless.place import Place
from kuuki.mood.frames import READ
from kuuki.mood.room import Role
from kuuki.times import RETRY_AFTER_MAX_S

_TIMEOUT = aiohttp.ClientTimeout(total=10, sock_connect=3)
"""In seconds. A server that accepts no connection within three is gone: the next attempt may find another."""

_LATER = (408, 429)


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a join. ``participant`` is the URL to DELETE when leaving."""

    sdp: str
    participant: str
    seat: str | None
    ice_servers: list[RTCIceServer]


async def join(http: aiohttp.ClientSession, place: Place, role: Role, offer: str, seat: str | None) -> Answer:
    """POST an offer. Raises CannotJoin or TryLater.

    Each request has a TCP connection of its own: a kept one would lead to the process that answered before, which may
    be the one that goes away. After cancelling, the gateway may have made a pending peer; it expires by itself.
    """
    reads = ", ".join(map(str, READ))
    headers = {"Content-Type": "application/sdp", "Connection": "close", "Kuuki-Frames": reads, **place.headers}
    if seat is not None:
        headers["Kuuki-Seat"] = seat
    try:
        async with http.post(
            place.participants, params={"role": role}, data=offer, headers=headers, timeout=_TIMEOUT
        ) as answer:
            if answer.status != 201:
                await _refuse(answer)
            return Answer(
                sdp=await answer.text(),
                participant=urljoin(place.base + "/", answer.headers.get("Location", "")),
                seat=answer.headers.get("Kuuki-Seat"),
                ice_servers=parse_links(answer.headers.getall("Link", [])),
            )
    except (aiohttp.ClientError, TimeoutError) as error:
        raise unreachable(place.base, error) from error


async def leave(http: aiohttp.ClientSession, place: Place, participant: str) -> bool:
    """DELETE a participant, within 2 s. True if the gateway confirmed that it is gone."""
    try:
        async with asyncio.timeout(2), http.delete(participant, headers=place.headers) as answer:
            return answer.status in (204, 404)
    except (aiohttp.ClientError, TimeoutError):
        return False


async def room_facts(http: aiohttp.ClientSession, place: Place) -> dict[str, Any]:
    """GET what a room says of itself. Raises CannotJoin or TryLater."""
    try:
        async with http.get(f"{place.base}/rooms/{place.room}", headers=place.headers, timeout=_TIMEOUT) as answer:
            return await _object(answer, 200)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise unreachable(place.base, error) from error


async def make_room(
    http: aiohttp.ClientSession, base: str, wanted: dict[str, Any], admin_token: str | None
) -> dict[str, Any]:
    """POST a room: its id and its links. Raises CannotJoin or TryLater."""
    headers = {"Authorization": f"Bearer {admin_token}"} if admin_token else {}
    try:
        async with http.post(f"{base}/rooms", json=wanted, headers=headers, timeout=_TIMEOUT) as answer:
            return await _object(answer, 201)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise unreachable(base, error) from error


async def mark(http: aiohttp.ClientSession, place: Place, text: str) -> None:
    """POST a mark in the room's record, at this moment; the place has the stage's secret. Raises CannotJoin or
    TryLater."""
    url = f"{place.base}/rooms/{place.room}/marks"
    try:
        async with http.post(url, json={"text": text}, headers=place.headers, timeout=_TIMEOUT) as answer:
            await _object(answer, 201)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise unreachable(place.base, error) from error


async def close_room(http: aiohttp.ClientSession, place: Place) -> None:
    """DELETE a room that this client made. Never raises: a server that is gone has no room to close."""
    try:
        async with http.delete(f"{place.base}/rooms/{place.room}", headers=place.headers, timeout=_TIMEOUT):
            return
    except (aiohttp.ClientError, TimeoutError):
        return


async def _object(answer: aiohttp.ClientResponse, wanted: int) -> dict[str, Any]:
    if answer.status != wanted:
        await _refuse(answer)
    said = await answer.json()
    if not isinstance(said, dict):
        raise CannotJoin(f"{answer.url.origin()} answers, but not as a kuuki server does. Is the URL right?")
    return said


async def _refuse(answer: aiohttp.ClientResponse) -> NoReturn:
    problem, text = await _problem(answer)
    if answer.status in _LATER or answer.status >= 500:
        raise TryLater(text, _retry_after_s(answer), problem)
    raise CannotJoin(text, problem)


async def _problem(answer: aiohttp.ClientResponse) -> tuple[str, str]:
    """The name and the sentence of the server's error; of an answer that is no kuuki's, what its status means."""
    try:
        said = await answer.json()
        return str(said["error"]), str(said["message"])
    except (aiohttp.ClientError, ValueError, KeyError, TypeError):
        text = f"{answer.url.origin()} answers {answer.status}: no kuuki server speaks like that. Is the URL right?"
        return f"status_{answer.status}", text


def _retry_after_s(answer: aiohttp.ClientResponse) -> float:
    try:
        return min(RETRY_AFTER_MAX_S, max(0.0, float(answer.headers.get("Retry-After", "0"))))
    except ValueError:  # it is a date: then the backoff's own pause will do
        return 0.0


def unreachable(base: str, error: BaseException) -> TryLater:
    """What to tell of a server that does not answer, and why in brackets. It may be there later."""
    reason = error.os_error.strerror if isinstance(error, aiohttp.ClientConnectorError) else str(error)
    why = "no answer in time" if isinstance(error, TimeoutError) else reason or "no connection"
    text = f"{base} cannot be reached ({why}). Is kuuki running there? `kuuki serve` starts it."
    return TryLater(text, problem="unreachable")
