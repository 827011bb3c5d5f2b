"""The figures as the tables of docs/models.md, and as one JSON object."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from client.headless.evaluation.figures import SMILES, Figures, Room, Smile
from client.headless.evaluation.labelled_pictures import Skipped
from kuuki.mood.labels import LABELS

ByChoice = Mapping[str, Figures]


def as_json(source: str, pictures: int | None, by_choice: ByChoice, skipped: Skipped) -> dict[str, Any]:
    """Everything, shares as 0..1. ``pictures``: how many had a label; None: readings were given."""
    told = {choice: asdict(each) for choice, each in by_choice.items()}
    return {"source": source, "pictures": pictures, "skipped": skipped.counts, "choices": told}


def as_text(source: str, pictures: int | None, by_choice: ByChoice, skipped: Skipped, default: str) -> str:
    """Tables, as Markdown. ``default``: the choice whose labels are told one by one."""
    parts = [_top(source, by_choice), _smiles(source, by_choice)]
    chosen = by_choice.get(default) or next(iter(by_choice.values()))
    parts += [_labels(chosen), _rooms(chosen.smile), _found(pictures, chosen, skipped)]
    return "\n".join(part for part in parts if part)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.1f}"


def _area(area: float | None) -> str:
    return "–" if area is None else f"{area:.3f}".removeprefix("0")


def _top(source: str, by_choice: ByChoice) -> str:
    faces = str(max(each.faces for each in by_choice.values()))
    tops = [f"{_percent(each.accuracy)} ± {_percent(each.error)}" for each in by_choice.values()]
    weights = [_percent(each.top_weight) for each in by_choice.values()]
    head = ["pictures", "faces", *(f"`{choice}`" for choice in by_choice)]
    rows = [[source, faces, *tops], ["mean weight of the top label", "", *weights]]
    return "Top label of seven, per cent of faces:\n\n" + _table(head, rows)


def _smiles(source: str, by_choice: ByChoice) -> str:
    if all(each.smile is None for each in by_choice.values()):
        return "Nothing is said of smiles: that takes faces labelled happy, and others.\n"
    head = ["", "area, against the rest", "against neutral", f"smiles found at {SMILES:g}", "false alarms", "fit"]
    rows = [[f"`{choice}`", *_smile_row(each.smile)] for choice, each in by_choice.items()]
    return f"The smile (*happy*), {source}; area under the ROC curve, shares in per cent:\n\n" + _table(head, rows)


def _smile_row(smile: Smile | None) -> Iterator[str]:
    if smile is None:
        yield from ["–"] * 5
        return
    yield from (_area(smile.auc_rest), _area(smile.auc_neutral), _percent(smile.found), _percent(smile.alarms))
    yield f"{smile.offset:.3f} + {smile.gain:.3f} × share"


def _labels(chosen: Figures) -> str:
    head = ["people saw", "faces", "recall, %", *(f"read {label}" for label in LABELS)]
    rows = [
        [label, str(chosen.counts[label]), _percent(chosen.recall[label]), *map(str, counts)]
        for label, counts in zip(LABELS, chosen.confusion, strict=True)
        if chosen.counts[label]
    ]
    return "Label by label:\n\n" + _table(head, rows)


def _rooms(smile: Smile | None) -> str:
    if smile is None:
        return ""
    head = ["size of the group", *(str(room.size) for room in smile.rooms)]
    rows = [["raw mean", *(f"{room.raw:.1f}" for room in smile.rooms)]]
    if all(room.calibrated is not None for room in smile.rooms):
        rows.append(["calibrated, as rooms are", *map(_calibrated, smile.rooms)])
    rows.append(["calibrated by the fit to these faces", *(f"{room.fitted:.1f}" for room in smile.rooms)])
    return "The share of a room that smiles, mean error in percentage points:\n\n" + _table(head, rows)


def _calibrated(room: Room) -> str:
    return f"{room.calibrated:.1f}"


def _found(pictures: int | None, chosen: Figures, skipped: Skipped) -> str:
    lines = []
    if pictures is not None:
        lines.append(f"A face was read in {chosen.faces:,} of {pictures:,} pictures that have a label.")
    for why, count in skipped.counts.items():
        lines.append(f"Skipped {count:,}: {why}. For example {'; '.join(skipped.examples[why])}")
    return "".join(f"{line}\n" for line in lines)
