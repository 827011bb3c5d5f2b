"""kuuki's client in Python: join a room, be a participant, bring a crowd."""

from client.headless.errors import AskedWrongly, CannotJoin, SourceFailed, TryLater
from client.headless.room import Room, join

__all__ = ["AskedWrongly", "CannotJoin", "Room", "SourceFailed", "TryLater", "join"]
