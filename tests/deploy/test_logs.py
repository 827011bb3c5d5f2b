"""Logs are static sentences with a few fields: read from the source, so that no line escapes."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.tools import ROOT

LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
FIELDS = {"advice", "kind", "where", "code", "reason", "status", "method", "exc_info"}
COUNTS = {"count", "of", "open_files", "peers", "connections"}
"""What a field may be called. None of them can hold who, where in the world, or what somebody said: ``kind`` is a class
or a part of kuuki, ``code`` and ``reason`` are of a known few, ``where`` is a line of source, ``advice`` a
sentence of the source; the others are numbers."""

Call = tuple[Path, ast.Call]


def calls_in(source: str, path: Path) -> Iterator[Call]:
    """Every call of a method of a logger: a variable that holds one, or one that was just made."""
    tree = ast.parse(source)
    loggers = {target.id for node in ast.walk(tree) for target in assigned(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS:
            holder = node.func.value
            if (isinstance(holder, ast.Name) and holder.id in loggers) or "get_logger" in ast.dump(holder):
                yield path, node


def assigned(node: ast.AST) -> list[ast.Name]:
    """The names to which this assigns a logger."""
    if not isinstance(node, ast.Assign):
        return []
    is_logger = any(word in ast.dump(node.value) for word in ("get_logger", "getLogger"))
    return [target for target in node.targets if isinstance(target, ast.Name)] if is_logger else []


def faults_of(call: ast.Call) -> list[str]:
    """What is wrong with a line of the log."""
    faults = []
    if len(call.args) != 1 or not (isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)):
        faults.append("its sentence is not a literal")
    elif any(mark in call.args[0].value for mark in "%{}"):
        faults.append("its sentence has a place to fill in")
    return faults + [f"field {each.arg}" for each in call.keywords if each.arg not in FIELDS | COUNTS]


def everywhere() -> list[Call]:
    folders = ("kuuki", "services", "client/headless", "models")
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [call for path in paths for call in calls_in(path.read_text(), path.relative_to(ROOT))]


CALLS = everywhere()


@pytest.mark.parametrize(("path", "call"), CALLS, ids=[f"{path}:{call.lineno}" for path, call in CALLS])
def test_a_line_is_a_static_sentence_with_known_fields(path, call):
    assert faults_of(call) == []


def test_lines_are_found():
    assert len(CALLS) > 15
    assert {"services/launch/running.py", "services/runtime/bus.py"} <= {str(path) for path, _ in CALLS}


def test_nothing_is_bound_to_a_logger():
    """``bind`` and context variables would put fields into lines that this does not see."""
    for folder in ("kuuki", "services", "client/headless", "models"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text()
            assert "contextvars.bind" not in text
            assert "log.bind(" not in text


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('log.info(f"somebody came: {name}")', "its sentence is not a literal"),
        ('log.info("came: %s", name)', "its sentence is not a literal"),
        ('log.info("came: " + name)', "its sentence is not a literal"),
        ('log.info("came: {}".format(name))', "its sentence is not a literal"),
        ('log.info("came {name}")', "its sentence has a place to fill in"),
        ('log.warning("came", room=room)', "field room"),
        ('log.error("came", **everything)', "field None"),
        ('structlog.get_logger().error("came", address=1)', "field address"),
    ],
)
def test_what_would_say_too_much_is_noticed(line, fault):
    ((_, call),) = calls_in(f"log = structlog.get_logger(__name__)\n{line}", Path("x.py"))
    assert fault in faults_of(call)
