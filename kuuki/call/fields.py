"""Checks of the fields of a JSON object from the network. Each returns a value that is safe to pass on, or raises
BadMessage with a static reason, which is the field's name as a rule. Time and memory are bounded.
"""

import json
import re
from typing import Any, Final

from kuuki.errors import BadMessage
from kuuki.limits import CALL_ID, NAME_CHARS

Fields = dict[str, Any]

_RAW_NAME_CHARS: Final = 4 * NAME_CHARS
"""A name may come with characters that are not kept."""


def parse_object(text: str, most_bytes: int) -> Fields:
    """The JSON object in this text. BadMessage: ``too_large``, ``not_json`` or ``not_an_object``."""
    if len(text) > most_bytes or len(text.encode(errors="replace")) > most_bytes:
        raise BadMessage("too_large")
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadMessage("not_json") from error
    if not isinstance(fields, dict):
        raise BadMessage("not_an_object")
    return fields


def text_field(fields: Fields, key: str, most_chars: int) -> str:
    """A text of at most ``most_chars`` characters that can be encoded as UTF-8."""
    value = fields.get(key)
    if not isinstance(value, str) or len(value) > most_chars or not is_unicode(value):
        raise BadMessage(key)
    return value


def match_field(fields: Fields, key: str, pattern: str) -> str:
    """A text that the regular expression ``pattern`` describes as a whole."""
    value = fields.get(key)
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        raise BadMessage(key)
    return value


def int_field(fields: Fields, key: str, low: int, high: int) -> int:
    """An integer from ``low`` to ``high``; ``low`` if the field is missing."""
    value = fields.get(key, low)
    if type(value) is not int or not low <= value <= high:
        raise BadMessage(key)
    return value


def call_field(fields: Fields) -> str:
    """The id of a call."""
    return match_field(fields, "call", CALL_ID)


def name_field(fields: Fields) -> str:
    """A name without control and direction characters, its spaces folded; NAME_CHARS at most."""
    name = text_field(fields, "name", _RAW_NAME_CHARS)
    plain = "".join(char if char.isprintable() else " " for char in name)
    return " ".join(plain.split())[:NAME_CHARS]


def is_unicode(value: str) -> bool:
    """Whether every encoding can carry this text: JSON may spell half a surrogate pair, which none can."""
    return not any("\ud800" <= char <= "\udfff" for char in value)
