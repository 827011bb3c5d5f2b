"""Guessing the victim's strongest expression from what was seen: two ways, and the better one counts.

*Bayes over faces*: of the linear effect of a face on what is seen, and of the covariance of what is left, both learned
from simulated trials, follows how likely each known face is. *By class*: a normal distribution for each label
(quadratic discriminant analysis). Each is trained on other trials than it is judged by: in turn on four fifths of them.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from kuuki.mood.labels import LABELS, WHOLE
from loadtests.privacy.faces import FACES, STRONGEST, Floats, Ints

_FOLDS: Final = 5
_CHUNK: Final = 1000
_LABELS: Final = len(LABELS)
_OF_LABEL: Final = np.eye(_LABELS)[STRONGEST]

Guesser = Callable[[Floats, Ints, Floats], Ints]
"""From what was seen and the faces (rows of FACES) of trials to learn from, and what is seen of others: their
labels."""


def described(faces: Ints) -> Floats:
    """Faces as an attacker thinks of them: weights 0..1, and the sum of their squares."""
    weights = FACES[faces] / WHOLE
    return np.column_stack((weights, (weights**2).sum(1)))


_KNOWN: Final = described(np.arange(len(FACES)))


def by_faces(seen: Floats, faces: Ints, news: Floats) -> Ints:
    """Bayes over all known faces."""
    causes = np.column_stack((described(faces)[:, 1:], np.ones(len(faces))))  # the first weight follows from the others
    effect, *_ = np.linalg.lstsq(causes, seen, rcond=None)
    spread = _whitening(seen - causes @ effect)
    known = np.column_stack((_KNOWN[:, 1:], np.ones(len(_KNOWN)))) @ effect @ spread
    return np.concatenate([_likeliest(news[at : at + _CHUNK] @ spread, known) for at in range(0, len(news), _CHUNK)])


def _likeliest(news: Floats, known: Floats) -> Ints:
    log = news @ known.T - 0.5 * (known**2).sum(1)
    return np.asarray((np.exp(log - log.max(1, keepdims=True)) @ _OF_LABEL).argmax(1))


def _whitening(rests: Floats) -> Floats:
    """Where the rests have no variance (weights sum to 1), what is seen tells nothing more."""
    values, vectors = np.linalg.eigh(np.cov(rests.T))
    keep = values > 1e-9 * values.max()
    return np.asarray(vectors[:, keep] / np.sqrt(values[keep]))


def by_class(seen: Floats, faces: Ints, news: Floats) -> Ints:
    """A normal distribution for each label, of what of the seen goes with faces; of rare labels, mostly that of all."""
    causes = np.column_stack((described(faces)[:, 1:], np.ones(len(faces))))
    effect, *_ = np.linalg.lstsq(causes, seen, rcond=None)
    spread = _whitening(seen - causes @ effect)
    along = (
        spread @ (effect[:-1] @ spread).T
    )  # to as many numbers as faces have: a sufficient statistic, were all normal
    return _quadratic(seen @ along, STRONGEST[faces], news @ along)


def _quadratic(seen: Floats, labels: Ints, news: Floats) -> Ints:
    there = np.unique(labels)
    rests = np.concatenate([seen[labels == k] - seen[labels == k].mean(0) for k in there])
    pooled, strange = rests.T @ rests / len(rests), 10 * seen.shape[1]
    log = np.full((len(news), _LABELS), -np.inf)
    for k in there:
        its = seen[labels == k]
        cov = (len(its) * np.atleast_2d(np.cov(its.T, bias=True)) + strange * pooled) / (len(its) + strange)
        off = news - its.mean(0)
        _, size = np.linalg.slogdet(cov)
        log[:, k] = np.log(len(its) / len(seen)) - 0.5 * (size + np.einsum("ij,jk,ik->i", off, np.linalg.inv(cov), off))
    return np.asarray(log.argmax(1))


@dataclass(frozen=True, slots=True)
class Guessed:
    """How a cell ended. ``right`` of ``trials``, by the way that was best."""

    right: int
    trials: int
    way: str = ""

    @property
    def share(self) -> float:
        """Of the trials, how many were guessed right."""
        return self.right / self.trials

    @property
    def at_most(self) -> float:
        """Upper end of the 95 % interval (Wilson), two-sided."""
        z, n, p = 1.96, self.trials, self.share
        return (p + z * z / (2 * n) + z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n)


def best(seen: Mapping[str, Floats], faces: Ints, kinds: Ints | None = None) -> Guessed:
    """Guess by each of these, in both ways, and take what was right most often. ``faces``: of the victims. ``kinds``:
    of event, each of which is learned by itself."""
    groups = [np.ones(len(faces), bool)] if kinds is None else [kinds == kind for kind in np.unique(kinds)]
    tried = [
        Guessed(sum(_right(guesser, its[group], faces[group]) for group in groups), len(faces), f"{name}, {way}")
        for name, its in seen.items()
        for way, guesser in (("by faces", by_faces), ("by class", by_class))
    ]
    return max(tried, key=lambda each: each.right)


def _right(guesser: Guesser, seen: Floats, faces: Ints) -> int:
    """Each fifth of the trials is guessed by who has learned from the rest."""
    fold = np.arange(len(faces)) % _FOLDS
    return sum(
        int((guesser(seen[fold != k], faces[fold != k], seen[fold == k]) == STRONGEST[faces[fold == k]]).sum())
        for k in range(_FOLDS)
    )
