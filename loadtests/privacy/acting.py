"""What the people of the seeded crowd do in a show, in faces of an ideal: one neutral, one smile, one gasp for all.

The crowd itself has real faces. Here what people do is laid over the readings that the attack draws for itself, so it
must bring no other face; and it stays as it is, so that tables of today and of before can be held side by side.
"""

from client.headless.crowd.cues import Event
from client.headless.crowd.people import Person


def ideal(person: Person, t: float) -> tuple[float, ...]:
    """The seven weights (0..1, sum 1, order of LABELS) at the show's clock ``t``, in seconds."""
    mind, level, sway = person.temperament, _levels(person, t), person.sway(t)
    calm = 1.0 - level[Event.QUIET]
    delight = max(level[Event.LAUGH], 0.75 * level[Event.SMILE], 0.85 * level[Event.APPLAUSE])
    happy = min(0.97, mind.cheer * (0.4 + 0.6 * sway) * calm + delight * calm * mind.liveliness)
    surprise = (1.0 - happy) * min(0.9, 0.03 * sway + level[Event.WOW] * mind.liveliness)
    rest = 1.0 - happy - surprise
    dull = rest * mind.gloom * (1.0 - 0.5 * sway)
    return (0.25 * dull, 0.1 * dull, 0.15 * dull, happy, 0.5 * dull, surprise, rest - dull)


def _levels(person: Person, t: float) -> dict[Event, float]:
    level = dict.fromkeys(Event, 0.0)
    for reaction in person.current(t):
        level[reaction.event] = max(level[reaction.event], reaction.strength * reaction.envelope(t))
    return level
