"""``python -m tests.sound.figures``: what the eight lines measure, for the table of docs/sound.md."""

import dataclasses
from collections.abc import Iterable

import numpy as np

from tests.sound import measures
from tests.sound.lines import Crowd
from tests.sound.loudness import integrated_lufs, momentary_lufs, true_peak_db
from tests.sound.renders import RATE, SETTLED_S, Air, clapping, ears, laughing, mono
from tests.sound.spectra import decibels, rms

_SEEDS = range(1, 7)
_SINES = '{"sine": true, "dry": true}'


def say(what: str, values: Iterable[float]) -> None:
    """From the least to the most."""
    all_of_them = list(values)
    print(f"{what}: {min(all_of_them):.3g} to {max(all_of_them):.3g}")


def main() -> None:
    """All of them; a minute or two."""
    crowds = [Crowd.of(mono(laughing(30), seconds=24, seed=seed)) for seed in _SEEDS]
    for field in dataclasses.fields(Crowd):
        say(f"30: {field.name}", [getattr(crowd, field.name) for crowd in crowds])
    for people in (5, 100, 300):
        sounds = [mono(laughing(people), seconds=24, seed=seed) for seed in _SEEDS]
        say(f"{people}: rhythm_db", [measures.rhythm_over_noise_db(sound, RATE) for sound in sounds])
        say(f"{people}: pitch", [measures.pitch_strength(sound, RATE) for sound in sounds])
        say(f"{people}: centroid_hz", [measures.centroid_hz(sound, RATE) for sound in sounds])
    claps = [mono(clapping(30), seconds=24, seed=seed) for seed in _SEEDS]
    say("30 clappers: bands", [measures.togetherness_of_bands(sound, RATE) for sound in claps])
    both = [ears(laughing(30), seconds=24, seed=seed)[:, SETTLED_S * RATE :] for seed in _SEEDS]
    say("ears", [measures.likeness_of_ears(left, right, RATE) for left, right in both])
    _loudness()
    _attack()


def _loudness() -> None:
    for deed in ("laughing", "clapping"):
        toggled = [Air(at_s=second, people=300, **{deed: 0.99 * (second % 2 == 0)}) for second in range(8)]
        sounds = [ears(*toggled, seconds=8, seed=seed, hooks=_SINES).mean(axis=0) for seed in _SEEDS]
        say(f"clicks of {deed}, dB", [measures.worst_click_db(sound, RATE) for sound in sounds])
    for name, doing in (("laughing", laughing), ("clapping", clapping)):
        powers = {n: [rms(mono(doing(n), seconds=12, seed=seed)) ** 2 for seed in _SEEDS] for n in (3, 30, 300)}
        print(f"{name}, raw dB of 3, 30, 300:", [round(decibels(float(np.mean(p)) ** 0.5), 1) for p in powers.values()])
    for people in (6, 30, 60, 300, 3000):
        sounds = [ears(laughing(people), seconds=15, seed=seed, master=True) for seed in _SEEDS]
        say(f"{people} mastered, LUFS", [integrated_lufs(sound[:, SETTLED_S * RATE :], RATE) for sound in sounds])
        say(f"{people} mastered, momentary", [momentary_lufs(sound, RATE).max() for sound in sounds])
        say(f"{people} mastered, dBTP", [true_peak_db(sound) for sound in sounds])


def _attack() -> None:
    for people in (30, 300):
        airs = (laughing(people, 0), laughing(people, 0.8, 1), laughing(people, 0, 8))
        sounds = [ears(*airs, seconds=11, seed=seed).mean(axis=0) for seed in range(1, 13)]
        say(f"{people}: rise, s", [measures.rise_s(sound, RATE, 1) for sound in sounds])
        say(f"{people}: fall, s", [measures.fall_s(sound, RATE, 8) for sound in sounds])


if __name__ == "__main__":
    main()
