"""Sounds of rooms, by the renderer that `kuuki render` runs; each made once."""

import dataclasses
import functools
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np

from tests.sound.spectra import Sound

RATE = 48_000
SETTLED_S = 3
"""Statistics begin here."""
_RENDERER = Path(__file__).parents[2] / "client/web/dist/render/render-sound.js"


@dataclasses.dataclass(frozen=True)
class Air:
    """What a room does from a second on."""

    at_s: float = 0.0
    people: float = 30
    level: float = 0.0
    laughing: float = 0.0
    clapping: float = 0.0
    wowing: float = 0.0


def laughing(people: float, share: float = 0.99, at_s: float = 0.0) -> Air:
    """A room that laughs."""
    return Air(at_s=at_s, people=people, level=share, laughing=share)


def clapping(people: float, share: float = 0.99) -> Air:
    """A room that claps, and does nothing else."""
    return Air(people=people, clapping=share)


@functools.cache
def ears(*airs: Air, seconds: float, seed: int = 1, master: bool = False, hooks: str = "{}", rate: int = RATE) -> Sound:
    """Both ears, two rows. ``hooks``: JSON."""
    node = shutil.which("node")
    assert node is not None, "no Node: `make setup` says how to get it"
    assert _RENDERER.is_file(), "not built: `make setup`"
    plan: dict[str, Any] = {"seconds": seconds, "seed": seed, "master": master, "rate": rate, "format": "f32"}
    plan |= {"hooks": json.loads(hooks), "airs": [dataclasses.asdict(air) for air in airs]}
    done = subprocess.run([node, str(_RENDERER)], input=json.dumps(plan).encode(), capture_output=True, check=True)
    return np.frombuffer(done.stdout, dtype=np.float32).astype(np.float64).reshape(-1, 2).T


def mono(*airs: Air, seconds: float, seed: int = 1, hooks: str = "{}") -> Sound:
    """The mean of both ears, raw, from 3 s on."""
    return np.asarray(ears(*airs, seconds=seconds, seed=seed, hooks=hooks).mean(axis=0)[SETTLED_S * RATE :])
