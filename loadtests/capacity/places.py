"""Every place that names how many people a core carries, and what stands there. Pure, but for reading the files.

PEOPLE_PER_CORE in kuuki/limits.py is the source; ``python -m loadtests.capacity.places [--check]`` writes the others.
"""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from kuuki.limits import PEOPLE_PER_CORE

ROOT: Final = Path(__file__).parents[2]


def room_to_move(people: int) -> int:
    """What an autoscaler aims for: the rest is for those who move in when another gateway goes. In tens."""
    return people * 3 // 4 // 10 * 10


def pods_for(audience: int, people: int) -> int:
    """Gateways before doors open: as many as are needed, and one more that may go."""
    return -(-audience // room_to_move(people)) + 1


@dataclass(frozen=True, slots=True)
class Place:
    """A figure in a file: ``pattern`` has one group, which it is; ``value`` makes it of the people of a core."""

    file: str
    pattern: str
    value: Callable[[int], int]

    def written(self, text: str, people: int) -> str:
        """The file's text with the figure as it must be, wherever the pattern is. ValueError if it is nowhere."""
        figure = (
            f"{self.value(people):,}" if self.file.endswith(".md") or "," in self.pattern else str(self.value(people))
        )
        new, count = re.subn(self.pattern, lambda found: _with_group(found, figure), text)
        if count == 0:
            raise ValueError(f"{self.file}: nothing there is like {self.pattern}")
        return new


def _with_group(found: re.Match[str], figure: str) -> str:
    begin, end = (at - found.start() for at in found.span(1))
    return f"{found[0][:begin]}{figure}{found[0][end:]}"


def _same(people: int) -> int:
    return people


def _cores_for(audience: int, people: int) -> int:
    return -(-audience // people)


_RULES: Final = ("deploy/prometheus/rules/kuuki.yaml", "k8s/components/prometheus-operator/rules.yaml")
_BIG: Final = 3_000
PLACES: Final = (
    Place("compose.yaml", r"an audience of up to ([\d,]*\d)", lambda people: 2 * people),
    Place("k8s/base/signal.yaml", r'averageValue: "(\d+)"', room_to_move),
    Place("k8s/base/signal.yaml", r"A core serves (\d+) people", _same),
    *(Place(file, r"kuuki_peers\) > (\d+)", _same) for file in _RULES),
    *(Place(file, r"a core is planned for (\d+)", _same) for file in _RULES),
    Place("deploy/prometheus/tests/kuuki.yaml", r"a core is planned for (\d+)", _same),
    Place("deploy/prometheus/tests/kuuki.yaml", r"values: (\d+)x60  # what an autoscaler aims for", room_to_move),
    Place("deploy/grafana/kuuki.json", r"(\d+) is what a core is planned for", _same),
    Place("docs/deploy.md", r"a core for each ([\d,]*\d) people", _same),
    Place("docs/deploy.md", r"\| people a core \| ([\d,]*\d) \|", _same),
    Place("docs/deploy.md", r"on peers, not on CPU: ([\d,]*\d) a pod", room_to_move),
    Place("docs/deploy.md", r"expected people / ([\d,]*\d)", room_to_move),
    Place("docs/deploy.md", r"may go: ([\d,]*\d) for 3,000", lambda people: pods_for(_BIG, people)),
    Place(
        "docs/deploy.md", r'"minReplicas": (\d+)\}\}\'\nkubectl -n kuuki rollout', lambda people: pods_for(_BIG, people)
    ),
    Place("docs/operations.md", r"and a core, for each ([\d,]*\d) people", _same),
    Place("docs/operations.md", r"than a core is planned for \(([\d,]*\d);", _same),
    Place("docs/scaling.md", r"At ([\d,]*\d) people a core", _same),
    Place("docs/scaling.md", r"so ([\d,]*\d) people a core with room to spare", _same),
    *(
        Place("docs/scaling.md", rf"\| {audience:,} \| ([\d,]*\d) \|", partial(_cores_for, audience))
        for audience in (1_000, 10_000, 100_000, 1_000_000)
    ),
)


def main() -> int:
    """Write, or with ``--check`` only look: 1 if a place says something else."""
    texts = {file: (ROOT / file).read_text() for file in {place.file for place in PLACES}}
    new = dict(texts)
    for place in PLACES:
        new[place.file] = place.written(new[place.file], PEOPLE_PER_CORE)
    changed = sorted(file for file in texts if texts[file] != new[file])
    if "--check" in sys.argv:
        if changed:
            print(f"not {PEOPLE_PER_CORE} people a core: {', '.join(changed)}: run `make generate`", file=sys.stderr)
        return 1 if changed else 0
    for file in changed:
        (ROOT / file).write_text(new[file])
    return 0


if __name__ == "__main__":
    sys.exit(main())
