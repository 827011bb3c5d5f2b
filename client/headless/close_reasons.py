"""Why a gateway closed a peer: the static name of a close code, and a sentence for a person."""

from typing import Final

from kuuki.errors import CloseCode

_WHY: Final = {
    CloseCode.ROOM_CLOSED: "The room was closed.",
    CloseCode.SEAT_TAKEN: "This seat was taken by a newer peer of the same participant.",
    CloseCode.FLOOD: "The gateway closed this peer: it sent too much.",
    CloseCode.MALFORMED: "The gateway closed this peer: it sent frames that are none.",
    CloseCode.REMOVED: "This participant was removed from the room.",
}


def close_name(code: int | None) -> str:
    """The static name of a close code; None: the gateway fell silent.

    >>> close_name(CloseCode.ROOM_CLOSED), close_name(None)
    ('room_closed', 'gateway_silent')
    """
    if code is None:
        return "gateway_silent"
    return next((known.name.lower() for known in CloseCode if known == code), f"close_{code}")


def why_closed(code: int | None) -> str:
    """What to tell the person whose peer was closed with this code; a sentence."""
    return next((text for known, text in _WHY.items() if known == code), f"The gateway closed this peer ({code}).")
