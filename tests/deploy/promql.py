"""The selectors in a PromQL expression: metric names with their matchers. As much of the language as that takes.

https://prometheus.io/docs/prometheus/latest/querying/basics/
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`)
    | (?P<duration>\d+(?:ms|[smhdwy])(?:\d+(?:ms|[smhdwy]))*\b)
    | (?P<number>\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+)
    | (?P<variable>\$\w+|\$\{\w+\})
    | (?P<name>[A-Za-z_:][\w:]*)
    | (?P<symbol>=~|!~|!=|==|>=|<=|[-+*/%^<>=(){}\[\],@:])
    )""",
    re.VERBOSE,
)
_LISTS = {"by", "without", "on", "ignoring", "group_left", "group_right"}
_WORDS = _LISTS | {"and", "or", "unless", "bool", "offset", "atan2", "inf", "nan"}


class Token(NamedTuple):
    """A word of the language, and which kind."""

    kind: str
    text: str


def tokens(expression: str) -> list[Token]:
    """The words of an expression. ValueError at what is none."""
    found, at = [], 0
    while expression[at:].strip():
        match = _TOKEN.match(expression, at)
        if match is None:
            raise ValueError(f"not PromQL at {at}: {expression[at:]}")
        found.append(Token(str(match.lastgroup), match[str(match.lastgroup)]))
        at = match.end()
    return found


def selectors(expression: str) -> list[str]:
    """Every selector, as text without ranges: ``up{job="x"}``."""
    return list(_selectors(tokens(expression)))


def _selectors(words: list[Token]) -> Iterator[str]:
    at = 0
    while at < len(words):
        kind, text = words[at]
        following = words[at + 1].text if at + 1 < len(words) else ""
        if text in _LISTS and following == "(":
            at = _end(words, at + 1, ")")
        elif text == "[":
            at = _end(words, at, "]")
        elif kind == "name" and text.lower() not in _WORDS and following not in ("(", "by", "without"):
            end = _end(words, at + 1, "}") if following == "{" else at
            yield "".join(word.text for word in words[at : end + 1])
            at = end
        at += 1


def _end(words: list[Token], start: int, closing: str) -> int:
    return next(at for at in range(start, len(words)) if words[at].text == closing)
