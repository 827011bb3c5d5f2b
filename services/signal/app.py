"""The signal service: composition of its routes and its gateway."""

import asyncio
import secrets
from pathlib import Path

from aiohttp import web

from kuuki.limits import BODY_BYTES, LINES, PEERS_PER_GATEWAY
from kuuki.times import CONNECTION_IDLE_S
from services.runtime.exchange import Exchange
from services.runtime.http.probes import Probes
from services.runtime.http.server import Runner
from services.runtime.metrics import Metrics
from services.runtime.rooms import Rooms
from services.runtime.settings import EVERY_ADDRESS, Settings
from services.runtime.timeline import NoTimeline, Timeline
from services.signal import feeds
from services.signal.calls import socket
from services.signal.calls.relays import Relays
from services.signal.calls.switchboard import Switchboard
from services.signal.gateway.aiortc_peer import AiortcMaker, count_addresses
from services.signal.gateway.hub import Hub
from services.signal.http import pages, participants, rooms
from services.signal.http import timeline as records
from services.signal.http.guards import host_and_origin
from services.signal.http.ice import has_relay
from services.signal.http.keys import (
    HUB,
    METRICS,
    ORIGIN,
    PAGES,
    RELAYS,
    ROOMS,
    SETTINGS,
    SWITCHBOARD,
    TIMELINE,
    TIMELINE_LIMITS,
)
from services.signal.http.limits import TimelineLimits
from services.signal.http.problems import kuuki_errors

WEB = Path(__file__).resolve().parents[2] / "client" / "web" / "dist"


def make_maker(settings: Settings, metrics: Metrics, sockets: int = PEERS_PER_GATEWAY) -> AiortcMaker:
    """The transport, which offers the addresses kuuki is bound to. ``sockets``: the most that all its peers have."""
    return AiortcMaker(
        _addresses(settings),
        settings.gateway_address,
        lambda reason: metrics.packets_dropped.labels(reason).inc(),
        sockets,
    )


def addresses_per_peer(settings: Settings) -> int:
    """How many addresses, and so sockets, a peer of this gateway has."""
    return count_addresses(_addresses(settings))


def _addresses(settings: Settings) -> list[str] | None:
    if settings.on_loopback:
        return ["127.0.0.1" if settings.host == "localhost" else settings.host]
    if settings.host not in EVERY_ADDRESS:
        return [settings.host]
    return None


def make_switchboard(
    settings: Settings, exchange: Exchange, metrics: Metrics, key: bytes | None = None, lines: int = LINES
) -> Switchboard:
    """The switchboard of this process, with so many lines at most. Without a key, codes change when it restarts."""
    if key is None:
        key = settings.code_key.encode() if settings.code_key else secrets.token_bytes(32)
    return Switchboard(exchange, metrics, key, has_relay(settings), lines)


def probes_of(hub: Hub) -> Probes:
    """Whether this gateway takes people, and whether its ticks are late."""
    return Probes(lambda: hub.is_ready(asyncio.get_running_loop().time()), lambda: hub.is_late)


def make_app(
    settings: Settings,
    registry: Rooms,
    hub: Hub,
    switchboard: Switchboard,
    metrics: Metrics,
    origin: str,
    timeline: Timeline | None = None,
) -> web.Application:
    """The HTTP application around a hub, a switchboard and a timeline, which the caller runs."""
    app = web.Application(middlewares=[kuuki_errors, host_and_origin], client_max_size=BODY_BYTES)
    app[SETTINGS], app[ROOMS], app[HUB], app[METRICS] = settings, registry, hub, metrics
    app[ORIGIN], app[PAGES], app[SWITCHBOARD] = origin, WEB, switchboard
    app[RELAYS] = Relays(settings)
    app[TIMELINE], app[TIMELINE_LIMITS] = timeline or NoTimeline(), TimelineLimits()
    app.on_shutdown.append(_turn_away)
    app.add_routes(
        [
            web.post("/rooms", rooms.make),
            web.get("/rooms/{room}", rooms.ask),
            web.delete("/rooms/{room}", rooms.close),
            web.get("/rooms/{room}/mix", feeds.mix),
            web.get("/rooms/{room}/timeline", records.read),
            web.delete("/rooms/{room}/timeline", records.delete),
            web.post("/rooms/{room}/marks", records.mark),
            web.post("/rooms/{room}/participants", participants.join),
            web.delete("/rooms/{room}/participants/{participant}", participants.leave),
            web.get("/calls", socket.calls),
            *probes_of(hub).routes(),
            *pages.routes(),
        ]
    )
    return app


def make_runner(app: web.Application, idle_s: float = CONNECTION_IDLE_S) -> web.AppRunner:
    """The server around the application. A client that has sent no whole request head after ``idle_s`` is cut."""
    return Runner(app, BODY_BYTES, keepalive_timeout=idle_s, shutdown_timeout=5.0)


async def _turn_away(app: web.Application) -> None:
    """Tell everyone, before the server waits for open requests: event streams would hold it until its time is over."""
    app[HUB].turn_away()
    await app[SWITCHBOARD].turn_away()
