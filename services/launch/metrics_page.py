"""docs/metrics.md from the metrics themselves: ``python -m services.launch.metrics_page [--check]``."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from prometheus_client import Metric

from services.runtime.metrics import Metrics

TARGET: Final = Path(__file__).resolve().parents[2] / "docs" / "metrics.md"
_INTRODUCTION: Final = """\
# Metrics

Every process of kuuki serves these at `/metrics` on its health port (`KUUKI_HEALTH_PORT`), and nowhere else. They are
in base units, and tell of no room, no person and no address. All values of a label that are listed exist from the
start, at 0. [operations.md](operations.md) has the alerts that are made of them.

| metric | kind | labels | meaning |
|---|---|---|---|
"""


def page() -> str:
    """The page as text. Generated, so that it is never wrong."""
    families = sorted(Metrics().registry.collect(), key=_name)
    return _INTRODUCTION + "".join(_row(family) for family in families)


def _name(family: Metric) -> str:
    return f"{family.name}_total" if family.type == "counter" else family.name


def _row(family: Metric) -> str:
    labels = "; ".join(f"`{name}`: {', '.join(values)}" for name, values in _labels(family))
    return f"| `{_name(family)}` | {family.type} | {labels} | {family.documentation} |\n"


def _labels(family: Metric) -> Iterator[tuple[str, list[str]]]:
    names = sorted({name for sample in family.samples for name in sample.labels} - {"le"})
    for name in names:
        yield name, sorted({sample.labels[name] for sample in family.samples})


def main(arguments: list[str]) -> int:
    """Write the page, or with ``--check`` say whether it is current."""
    if "--check" not in arguments:
        TARGET.write_text(page())
        return 0
    if TARGET.is_file() and TARGET.read_text() == page():
        return 0
    print("docs/metrics.md is not current: run `make generate`", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
