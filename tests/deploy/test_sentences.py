"""Docstrings are sentences of their own: none says "See …" and sends the reader elsewhere to learn what a thing is.

What implements a Protocol inherits it and is marked @override; there no docstring is asked for.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]
FOLDERS = ("kuuki", "services", "client", "models", "loadtests")


def docstrings(path: Path) -> Iterator[tuple[str, str]]:
    """Each public docstring of a module, with where it stands."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            name = getattr(node, "name", "")
            is_public = not name.startswith("_") or name.startswith("__")
            if is_public and (text := ast.get_docstring(node)):
                yield f"{path.relative_to(HERE)}:{node.body[0].lineno}", text


def test_no_public_docstring_sends_the_reader_elsewhere():
    modules = [path for folder in FOLDERS for path in (HERE / folder).rglob("*.py") if "node_modules" not in path.parts]
    sends = [place for path in modules for place, text in docstrings(path) if text.startswith("See ")]
    assert sends == []
