"""Which pictures there are, and what people saw in each: folders named by label, or a CSV of path and label."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from client.headless.errors import BadPictures
from client.headless.evaluation.label_names import NAMES, NUMBERS, label_of
from kuuki.mood.labels import LABELS

Weights = tuple[float, ...]

_EXAMPLES: Final = 3
_READINGS: Final = ("label", *LABELS)


@dataclass
class Skipped:
    """What was not read: why, how often, and the first few."""

    counts: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, why: str, what: str) -> None:
        """One more."""
        self.counts[why] = self.counts.get(why, 0) + 1
        shown = self.examples.setdefault(why, [])
        if len(shown) < _EXAMPLES and what not in shown:
            shown.append(what)


@dataclass(frozen=True)
class Picture:
    """A file, and which expression people saw in it."""

    path: Path
    label: str


@dataclass(frozen=True)
class Read:
    """What one choice of models read in one face, and what people saw in it."""

    choice: str
    label: str
    weights: Weights


def pictures(given: Path, numbers: str | None, skipped: Skipped) -> list[Picture]:
    """All pictures of a folder, or of a CSV. What has no label of ours is skipped. Raises BadPictures."""
    if numbers is not None and numbers not in NUMBERS:
        raise BadPictures(f"--numbers {numbers} is not known. There are: {', '.join(NUMBERS)}.")
    if not given.exists():
        raise BadPictures(
            f"{given} is not there. Give a folder with a sub-folder for each label, or a CSV: path,label."
        )
    found = list(_labelled(_in_folder(given) if given.is_dir() else _in_csv(given), numbers, skipped))
    if not found:
        seen = "; ".join(f"{why}: {', '.join(skipped.examples[why])}" for why in skipped.counts) or "it is empty"
        raise BadPictures(
            f"{given} has no picture with a label of ours ({seen}). Sub-folders, or the CSV's labels, are called "
            f"{', '.join(LABELS)} (also {', '.join(sorted(set(NAMES) - set(LABELS)))}); "
            f"numbers need --numbers {' or '.join(NUMBERS)}."
        )
    return found


def _labelled(found: Iterable[tuple[Path, str]], numbers: str | None, skipped: Skipped) -> Iterator[Picture]:
    for path, said in found:
        label = label_of(said, numbers)
        if label is None:
            skipped.add(*(("a label that is none of the seven", said[:40]) if said else ("no label", str(path))))
        else:
            yield Picture(path, label)


def _in_folder(folder: Path) -> Iterator[tuple[Path, str]]:
    """A file's label is the name of the folder that it is in, at whatever depth."""
    for path in sorted(folder.rglob("*")):
        is_hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not is_hidden:
            yield path, path.parent.name if path.parent != folder else ""


def _in_csv(path: Path) -> Iterator[tuple[Path, str]]:
    for number, row in enumerate(_rows(path), 1):
        if number == 1 and [word.strip().lower() for word in row[:2]] == ["path", "label"]:
            continue
        if len(row) < 2:
            raise BadPictures(f"{path}, line {number}: there must be two columns, path and label; found: {row}.")
        yield path.parent / row[0].strip(), row[1]


def _rows(path: Path) -> list[list[str]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return [row for row in csv.reader(file) if row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadPictures(
            f"{path} cannot be read as CSV: {error}. It must be text: path,label on each line."
        ) from error


# --- readings: what was read once need not be read again, and holds no picture


def is_readings(given: Path) -> bool:
    """Whether this is a file of recorded readings: its first line says so."""
    if not given.is_file():
        return False
    with given.open("rb") as file:
        head = file.readline(1000).decode("utf-8-sig", errors="replace")
    return head.strip().replace("choice,", "", 1).split(",") == list(_READINGS)


def readings(path: Path, choice: str) -> list[Read]:
    """Recorded readings: label, then seven weights, and before them perhaps which models. Raises BadPictures."""
    head, *rows = _rows(path)
    lead = len(head) - len(_READINGS)
    return [_reading(path, number, row, lead, choice) for number, row in enumerate(rows, 2)]


def _reading(path: Path, number: int, row: list[str], lead: int, choice: str) -> Read:
    try:
        weights = [float(word) for word in row[lead + 1 :]]
        label = label_of(row[lead])
        total = sum(weights)
        if label is None or len(weights) != len(LABELS) or min(weights) < 0 or not 0 < total < float("inf"):
            raise ValueError("a label of ours and seven weights, none negative, not all 0")
    except (ValueError, IndexError) as error:
        raise BadPictures(f"{path}, line {number}: {error}; found: {','.join(row)[:80]}.") from error
    return Read(row[0] if lead else choice, label, tuple(weight / total for weight in weights))


def write_readings(path: Path, read: Iterable[Read]) -> None:
    """Numbers only, of every choice: a file for ``readings``. Raises BadPictures."""
    try:
        with path.open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(("choice", *_READINGS))
            rows.writerows((one.choice, one.label, *(f"{weight:.6f}" for weight in one.weights)) for one in read)
    except OSError as error:
        raise BadPictures(f"{path} cannot be written: {error.strerror}.") from error
