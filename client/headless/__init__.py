"""kuuki's client in Python: join a room, be a participant, bring a crowd, call someone."""

from client.headless.call import CannotCall, NotAnswered, call, wait
from client.headless.errors import AskedWrongly, CannotJoin, SourceFailed, TryLater
from client.headless.room import Room, join

__all__ = [
    "AskedWrongly",
    "CannotCall",
    "CannotJoin",
    "NotAnswered",
    "Room",
    "SourceFailed",
    "TryLater",
    "call",
    "join",
    "wait",
]
