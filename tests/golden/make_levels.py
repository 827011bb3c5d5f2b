"""tests/golden/levels.json: mixes of a room, and what its level shows after each, for both languages.

``python -m tests.golden.make_levels`` writes it anew.
"""

import json
import math
from pathlib import Path
from random import Random

from kuuki.mood.frames import Body, Mix, State
from kuuki.mood.labels import LABELS
from kuuki.mood.level import Level
from kuuki.mood.waves import Source, Wave, WaveKind

GOLDEN = Path(__file__).parent / "levels.json"
DIGITS = 9


def mix_of(said):
    """The mix of a line: (ms, term, seq, draw, at_least, smiling, surprise, angry, agreement, laugh taps, kinds)."""
    _, term, seq, draw, at_least, smiling, surprise, angry, agreement, taps, kinds = said
    if smiling is None:
        return Mix(term, seq, State.FEW, 0.0, None, 4, None, 0, draw)
    rest = 1.0 - surprise - angry
    weights = (angry, 0.0, 0.0, rest / 2, 0.0, surprise, rest / 2)
    body = Body(smiling, weights, 0.0, 0.5, agreement, (0.0, taps, 0.0, 0.0))
    waves = tuple(Wave(1, WaveKind[kind.upper()], Source.FACES, 200, None, 0.3, 0.6) for kind in kinds)
    return Mix(term, seq, State.LIVE, 1.0, at_least, None, body, 0, draw, None, waves)


def scene(seed, at_least):
    """Two minutes: chance, laughs, a surprise, a heavy and a lively stretch, other people, silences, a take-over."""
    dice, ms, said = Random(seed), 0, []
    smiling, draw, term, seq = 0.14, 3, 1, 0
    for tick in range(600):
        ms += 200 if dice.random() > 0.05 else 400
        seq += 1
        if tick in (250, 400):
            ms += 5000
        if tick == 420:
            term, seq = term + 1, 1
        laughs = [begin for begin in (60, 100, 112, 200, 330, 500) if begin <= tick < begin + 14]
        target = 0.15 + (0.55 * math.sin(math.pi * (tick - laughs[0]) / 14) if laughs else 0.0)
        target += 0.45 if 530 <= tick < 590 else 0.0
        smiling += (target - smiling) * 0.5 + dice.gauss(0.0, 0.04)
        smiling = round(min(1.0, max(0.0, smiling)), 4)
        if dice.random() < 0.04:
            draw += 1
            smiling = round(min(1.0, smiling + 0.03), 4)
        kinds = (["smiles"] if laughs else []) + (["laugh"] if laughs and laughs[0] > 100 else [])
        kinds += ["applause"] if 560 <= tick < 566 else ["wow"] if 290 <= tick < 296 else []
        surprise, angry = (0.5 if 290 <= tick < 330 else 0.02), (0.6 if 150 <= tick < 185 else 0.05)
        agreement, taps = (0.3 if 440 <= tick < 480 else 0.7), (11.0 if 220 <= tick < 240 else 0.0)
        live = None if 270 <= tick < 276 else smiling
        said.append([ms, term, seq, draw, at_least, live, surprise, angry, agreement, taps, kinds])
    return said


def shown_after(said):
    level = Level()
    for line in said:
        shown = level.hear(mix_of(line), line[0] / 1000)
        yield shown and [
            round(shown.share, DIGITS),
            shown.percent,
            shown.word,
            shown.trend,
            round(shown.agreement, DIGITS),
            round(shown.mood, DIGITS),
            round(shown.told, DIGITS),
        ]


def golden():
    scenes = [scene(seed, at_least) for seed, at_least in ((1, 5), (2, 20), (3, 200))]
    return {
        "about": "mixes: ms, term, seq, draw, at_least, smiling (null: few), surprise, angry, agreement, laugh taps, "
        "kinds of the waves that go on; happy and neutral have the rest in halves. shown: share, percent, word, trend, "
        "agreement, mood, told.",
        "labels": list(LABELS),
        "scenes": [{"mixes": said, "shown": list(shown_after(said))} for said in scenes],
    }


if __name__ == "__main__":
    lines = json.dumps(golden(), separators=(",", ":")).replace("],[", "],\n[")
    GOLDEN.write_text(lines + "\n")
