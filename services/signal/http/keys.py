"""The keys under which requests find the service's parts in their application."""

from pathlib import Path

from aiohttp import web

from services.runtime.metrics import Metrics
from services.runtime.rooms import Rooms
from services.runtime.settings import Settings
from services.runtime.timeline import Timeline
from services.signal.calls.relays import Relays
from services.signal.calls.switchboard import Switchboard
from services.signal.gateway.hub import Hub
from services.signal.http.limits import TimelineLimits

HUB = web.AppKey("hub", Hub)
ROOMS = web.AppKey("rooms", Rooms)
METRICS = web.AppKey("metrics", Metrics)
SETTINGS = web.AppKey("settings", Settings)
TIMELINE = web.AppKey("timeline", Timeline)
TIMELINE_LIMITS = web.AppKey("timeline_limits", TimelineLimits)
SWITCHBOARD = web.AppKey("switchboard", Switchboard)
RELAYS = web.AppKey("relays", Relays)
PAGES = web.AppKey("pages", Path)
ORIGIN = web.AppKey("origin", str)
"""Scheme, host and port that links begin with."""
