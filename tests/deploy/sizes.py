"""How long the files and functions of this project are: median, 99th percentile and the longest, as a table.

    python tests/deploy/sizes.py [a checkout]

Prints the table for this checkout, or for another one, so that before and after can be set side by side. A function's
lines are those of its body without the docstring; functions inside of others count by themselves and as their lines.
"""

import ast
import math
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parents[2]
FOLDERS = ("kuuki", "services", "client", "models", "loadtests")
SKIPPED = {"node_modules", "dist", "public", "test", "tests", "__pycache__"}
MOST_LINES = 320
"""A longer file says why at its head: a line that begins with the words ``Long because``."""

_REASON = re.compile(r"^[\s/*#]*Long because \w", re.MULTILINE)


class Spread(NamedTuple):
    """How long so many things are, in lines."""

    things: int
    median: int
    p99: int
    longest: int


def files(root: Path, suffix: str) -> list[Path]:
    """All source files of the folders that are counted, without tests and what is built."""
    found = (path for folder in FOLDERS for path in (root / folder).rglob(f"*{suffix}"))
    return sorted(path for path in found if not SKIPPED & set(path.relative_to(root).parts))


def lines_of(path: Path) -> int:
    return len(path.read_text().splitlines())


def function_lines(path: Path) -> Iterator[int]:
    """How long the body of each function in a Python file is."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[1] if ast.get_docstring(node) is not None and len(node.body) > 1 else node.body[0]
            yield (node.end_lineno or first.lineno) - first.lineno + 1


def spread(lines: Sequence[int]) -> Spread:
    """By nearest rank.

    >>> spread([3, 1, 2])
    Spread(things=3, median=2, p99=3, longest=3)
    """
    ordered = sorted(lines)
    median, p99 = (ordered[math.ceil(share * len(ordered)) - 1] for share in (0.5, 0.99))
    return Spread(len(ordered), median, p99, ordered[-1])


def says_why(path: Path) -> bool:
    """Whether the docstring, or the comment at the head of the file, has a line that says why the file is long."""
    text = path.read_text()
    head = ast.get_docstring(ast.parse(text)) or "" if path.suffix == ".py" else _head_comment(text)
    return _REASON.search(head) is not None


def _head_comment(text: str) -> str:
    """The comment that a TypeScript file begins with."""
    lines = []
    for line in text.splitlines():
        if not line.startswith(("//", "/*", " *")):
            break
        lines.append(line)
    return "\n".join(lines)


def too_long(root: Path) -> list[str]:
    """The files with more than MOST_LINES and no reason, with their lines."""
    every = [*files(root, ".py"), *files(root, ".ts")]
    long = [path for path in every if lines_of(path) > MOST_LINES and not says_why(path)]
    return [path.relative_to(root).as_posix() for path in long]


def table(root: Path) -> str:
    """The table, in Markdown."""
    python, pages = files(root, ".py"), files(root, ".ts")
    rows = {
        "Python, files": spread([lines_of(path) for path in python]),
        "Python, functions": spread([lines for path in python for lines in function_lines(path)]),
        "TypeScript, files": spread([lines_of(path) for path in pages]),
    }
    head = ["| lines | count | median | p99 | longest |", "|---|---|---|---|---|"]
    return "\n".join(head + [f"| {what} | " + " | ".join(map(str, row)) + " |" for what, row in rows.items()])


if __name__ == "__main__":
    sys.stdout.write(table(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE) + "\n")
