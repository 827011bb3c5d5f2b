"""The seven labels of an expression: their order, where they lie on the circumplex, how weights become integers.

The labels are Ekman's six basic expressions (EmotionML vocabulary ``big6``, W3C Note 2014) and *neutral*. Their
order is part of the protocol: a score's weights are seven integers in this order.
"""

from collections.abc import Sequence
from functools import reduce
from operator import add
from typing import Final

LABELS: Final = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
HAPPY: Final = LABELS.index("happy")

WHOLE: Final = 255
"""The integer weights of one score sum to exactly this."""

VALENCE: Final = (-0.51, -0.60, -0.64, 0.81, -0.63, 0.40, 0.0)
"""Pleasure of each label, -1..1, in the order of LABELS.

Source: Russell & Mehrabian, "Evidence for a three-factor theory of emotions", J. Research in Personality 11
(1977) 273-294; the plane that Russell's circumplex (1980) lays out. Neutral is the origin.
"""

AROUSAL: Final = (0.59, 0.35, 0.60, 0.51, -0.27, 0.67, 0.0)
"""Arousal of each label, -1..1, same source and order."""

EMOTIONML: Final = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
"""Names for export: EmotionML ``big6`` and an item of our own for neutral."""


def to_integers(weights: Sequence[float]) -> tuple[int, ...]:
    """Seven non-negative finite weights (any positive sum) as integers that sum to 255, by largest remainder.

    Ties go to the earlier label, so both languages agree. Raises ValueError when the weights are not seven, not
    finite, negative or all zero.
    """
    exact = [float(weight) for weight in weights]  # a float32 would round differently from the browser's doubles
    total = reduce(add, exact, 0.0)  # left to right like the browser: sum() compensates from Python 3.12 on
    if len(exact) != len(LABELS) or not 0 < total < float("inf") or min(exact) < 0:
        raise ValueError("weights are seven finite numbers, none negative, not all zero")
    shares = [weight / total * WHOLE for weight in exact]
    whole = [int(share) for share in shares]
    by_remainder = sorted(range(len(LABELS)), key=lambda i: (whole[i] - shares[i], i))
    for i in by_remainder[: WHOLE - sum(whole)]:
        whole[i] += 1
    return tuple(whole)
