"""The names by which processes meet: topics of the bus and keys in Redis. A process of another version knows them too.

They look like modules (``kuuki.lines`` was one), so whoever renames a module must not rename them with it.
"""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLACES = ("kuuki", "services")
NAME = re.compile(r"\{?kuuki[.:]")

TOPICS = {
    "kuuki.beats.",
    "kuuki.gateways",
    "kuuki.lines.",
    "kuuki.mixes.",
    "kuuki.partials.",
    "kuuki.rooms",
    "kuuki.veils.",
}
KEYS = {
    "kuuki:codes:",
    "kuuki:key",
    "kuuki:room:",
    "kuuki:rooms:{",
    "kuuki:schema",
    "kuuki:seat:",
    "kuuki:timeline:rewrite",
    "kuuki:timeline:{",
    "kuuki:timeline:{0}",
    "kuuki:veil",
    "{kuuki.leases}:beats",
    "{kuuki.leases}:holders",
}
MARKS = {"kuuki.reader"}
"""In the place of a gateway's id in a mix bulletin: what the aggregator reads."""


def _literals(source: str) -> set[str]:
    """The strings of a module, and the first part of each f-string; no docstrings, as those hold more than a name."""
    return {
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " not in node.value
    }


def _names() -> set[str]:
    files = (path for place in PLACES for path in (ROOT / place).rglob("*.py"))
    return {text for path in files for text in _literals(path.read_text(encoding="utf-8")) if NAME.match(text)}


def test_topics_and_keys_are_what_other_versions_know():
    others = {"kuuki.pem", "kuuki.webmanifest"}  # files' names
    assert _names() - others == TOPICS | KEYS | MARKS


def test_an_f_string_begins_with_its_name():
    assert _literals('topic = f"kuuki.lines.{line}"') == {"kuuki.lines."}
