"""All attacks, by their names, in the order in which the bench runs them."""

from typing import Final

from loadtests.strangers.attack import Attack
from loadtests.strangers.bombs import BOMBS
from loadtests.strangers.chunks import BYTES, HEARTBEATS, RECONFIGS, SACKS, SHUTDOWNS
from loadtests.strangers.connections import IDLE, STREAMS
from loadtests.strangers.frames import FRAGMENTS, UNMASKED
from loadtests.strangers.ghosts import DOORS, GHOSTS, MANY_GHOSTS

ATTACKS: Final[dict[str, Attack]] = {
    attack.name: attack
    for attack in (
        BOMBS,
        SACKS,
        BYTES,
        HEARTBEATS,
        RECONFIGS,
        SHUTDOWNS,
        IDLE,
        GHOSTS,
        MANY_GHOSTS,
        DOORS,
        STREAMS,
        UNMASKED,
        FRAGMENTS,
    )
}
