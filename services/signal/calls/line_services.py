"""What all lines of a process share."""

from dataclasses import dataclass

from services.runtime.exchange import Exchange
from services.runtime.metrics import Metrics
from services.signal.calls.code_directory import CodeDirectory


@dataclass(frozen=True, slots=True)
class LineServices:
    """By what a line reaches others. ``has_relay``: whether this server has a TURN server to tell pages of."""

    exchange: Exchange
    directory: CodeDirectory
    metrics: Metrics
    has_relay: bool = False
