"""Where a participant's expression comes from: ``camera:0``, a film, or ``synthetic``."""

from client.headless.sources.opening import open_source
from client.headless.sources.source import Sensed, Source

__all__ = ["Sensed", "Source", "open_source"]
