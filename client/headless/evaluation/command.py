"""``kuuki models evaluate``: the model card's figures, of pictures that whoever asks has."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from client.headless.errors import AskedWrongly, BadPictures
from client.headless.evaluation import labelled_pictures, report
from client.headless.evaluation.figures import Figures, figures
from client.headless.evaluation.labelled_pictures import Read, Skipped
from client.headless.evaluation.reading import read_all
from client.headless.vision import Sensor
from models.errors import ModelError
from models.manifest import Common, load_runtime, load_source


def evaluate(given: Path, numbers: str | None, save: Path | None, *, as_json: bool) -> int:
    """Print the figures; the exit status: 0, 1 where no face could be read, 2 for what cannot be asked."""
    try:
        return _evaluate(given, numbers, save, as_json)
    except (AskedWrongly, ModelError) as error:
        print(f"kuuki models evaluate: {error}", file=sys.stderr)  # noqa: T201 - a command's word
        return 2


def _evaluate(given: Path, numbers: str | None, save: Path | None, as_json: bool) -> int:
    skipped = Skipped()
    read, pictures, known = _read(given, numbers, skipped)
    if not read:
        print(f"kuuki models evaluate: no face could be read.\n{_told(skipped)}{_HINT}", file=sys.stderr)  # noqa: T201
        return 1
    if save is not None:
        labelled_pictures.write_readings(save, read)
    by_choice = of_each(read, known)
    told = json.dumps(report.as_json(given.name, pictures, by_choice, skipped))
    if not as_json:
        told = report.as_text(given.name, pictures, by_choice, skipped, known.default.expression)
    print(told)  # noqa: T201
    return 0


def _read(given: Path, numbers: str | None, skipped: Skipped) -> tuple[list[Read], int | None, Common]:
    """What was read, of how many pictures (None: it was read before), and what is known of the models."""
    if labelled_pictures.is_readings(given):
        source = load_source()
        return labelled_pictures.readings(given, source.default.expression), None, source
    found = labelled_pictures.pictures(given, numbers, skipped)
    built = load_runtime()
    sensors = {choice: Sensor(expression=choice) for choice in built.expressions}
    return read_all(found, sensors, skipped), len(found), built


_HINT: Final = (
    "The detector looks for whole faces, 32 px or wider: pictures that are cut closer need a margin around them."
)


def _told(skipped: Skipped) -> str:
    return "".join(f"{count} × {why}: {'; '.join(skipped.examples[why])}\n" for why, count in skipped.counts.items())


def of_each(read: Sequence[Read], known: Common) -> dict[str, Figures]:
    """The figures of each choice that something was read by."""
    choices = dict.fromkeys(one.choice for one in read)
    if strange := choices.keys() - known.expressions.keys():
        raise BadPictures(
            f"no such expression models: {', '.join(strange)}. There are: {', '.join(known.expressions)}."
        )
    return {
        choice: figures([one for one in read if one.choice == choice], known.calibrations.get(choice))
        for choice in choices
    }
