"""The eight lines that tell a crowd from what only sounds like one: measured, and what is wrong.

The bounds were found with a prototype and 17 sounds that were made to be bad; docs/sound.md has what was measured.
"""

import dataclasses

import numpy as np

from tests.sound import measures
from tests.sound.renders import RATE
from tests.sound.spectra import Sound

RHYTHM_LEAST_DB = {30: 12.0, 100: 8.0, 300: 5.0}
BANDS = {"laughter": (0.25, 0.55), "applause": (0.45, 0.75)}
ENVELOPE_REPEATS_MOST = 0.25
PIECES_REPEAT_MOST = 0.55
PITCH_OF_30 = (0.45, 0.70)
EARS = (0.3, 0.85)
KURTOSIS_OF_30 = (1.2, 4.0)
CENTROID_HZ = (1200.0, 2400.0)


@dataclasses.dataclass(frozen=True)
class Crowd:
    """What 30 who laugh sound like: lines 1 to 5 and 8, as far as one sound shows them."""

    rhythm_db: float
    bands: float
    envelope_repeats: float
    pieces_repeat: float
    pitch: float
    kurtosis: float
    centroid_hz: float

    @classmethod
    def of(cls, sound: Sound) -> "Crowd":
        """Measure one sound."""
        return cls(
            rhythm_db=measures.rhythm_over_noise_db(sound, RATE),
            bands=measures.togetherness_of_bands(sound, RATE),
            envelope_repeats=measures.repetition_of_envelope(sound, RATE),
            pieces_repeat=measures.repetition_of_pieces(sound, RATE),
            pitch=measures.pitch_strength(sound, RATE),
            kurtosis=measures.kurtosis(sound),
            centroid_hz=measures.centroid_hz(sound, RATE),
        )

    @classmethod
    def median(cls, crowds: list["Crowd"]) -> "Crowd":
        """Of several sounds, number by number."""
        return cls(*np.median([dataclasses.astuple(crowd) for crowd in crowds], axis=0).tolist())

    def wrongs(self) -> set[str]:
        """The lines that it fails."""
        kept = {
            "1 rhythm": self.rhythm_db >= RHYTHM_LEAST_DB[30],
            "2 bands": within(self.bands, BANDS["laughter"]),
            "3 loop": self.envelope_repeats <= ENVELOPE_REPEATS_MOST and self.pieces_repeat <= PIECES_REPEAT_MOST,
            "4 pitch": within(self.pitch, PITCH_OF_30),
            "5 crowd": within(self.kurtosis, KURTOSIS_OF_30),
            "8 centroid": within(self.centroid_hz, CENTROID_HZ),
        }
        return {line for line, is_kept in kept.items() if not is_kept}


def within(value: float, bounds: tuple[float, float]) -> bool:
    """Bounds included."""
    return bounds[0] <= value <= bounds[1]
