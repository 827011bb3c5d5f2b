"""docs/openapi.json from the typed bodies: ``python -m services.launch.openapi [--check]``."""

import json
import sys
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

from kuuki.limits import TIMELINE_ROWS
from kuuki.mood.frames import READ
from kuuki.mood.mixjson import MixBody
from services.signal.http.bodies import (
    FRAME_VERSIONS,
    MadeRoom,
    MarkBody,
    NewMark,
    NewRoom,
    Problem,
    RoomFacts,
    TimelineBody,
)

TARGET: Final = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
_BODIES: Final[tuple[type[Any], ...]] = (
    *(NewRoom, MadeRoom, RoomFacts, MixBody),
    *(TimelineBody, NewMark, MarkBody, Problem),
)
_ROOM: Final = {"name": "room", "in": "path", "required": True, "schema": {"type": "string"}}
_PARTICIPANT: Final = {"name": "participant", "in": "path", "required": True, "schema": {"type": "string"}}
_ROLE: Final = {"name": "role", "in": "query", "schema": {"enum": ["audience", "stage", "overlay"]}}
_AFTER: Final = {"name": "after", "in": "query", "schema": {"type": "string"}}
_LIMIT: Final = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": TIMELINE_ROWS}}
_FORMAT: Final = {"name": "format", "in": "query", "schema": {"enum": ["json", "csv"]}}
_SEAT: Final = {"name": "Kuuki-Seat", "in": "header", "schema": {"type": "string"}}
_FRAMES: Final = {
    "name": "Kuuki-Frames",
    "in": "header",
    "description": "The versions of frames that the client reads, the newest first. Where it is missing: 1.",
    "schema": {"type": "string", "pattern": f"^{FRAME_VERSIONS}$", "example": ", ".join(map(str, READ))},
}


def _json(body: type[Any], text: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{body.__name__}"}
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _operation(summary: str, answers: dict[str, Any], *parameters: dict[str, Any], body: Any = None) -> dict[str, Any]:
    made: dict[str, Any] = {"summary": summary, "responses": answers | {"default": _json(Problem, "A problem.")}}
    if parameters:
        made["parameters"] = list(parameters)
    if body is not None:
        made["requestBody"] = body
    return made


def _paths() -> dict[str, Any]:
    new_room = {"content": _json(NewRoom, "")["content"]}
    sdp = {"content": {"application/sdp": {"schema": {"type": "string"}}}}
    mix = _json(MixBody, "The newest mix; with Accept: text/event-stream, events named mix.")
    mix["content"]["text/event-stream"] = {"schema": {"type": "string"}}
    new_mark = {"content": _json(NewMark, "")["content"]}
    record = _json(TimelineBody, "Rows, marks and waves, oldest first; with format=csv a file.")
    record["content"]["text/csv"] = {"schema": {"type": "string"}}
    gone = {"204": {"description": "Done."}}
    joined = {
        "201": {"description": "The SDP answer; Location, ETag, Kuuki-Seat, Kuuki-Frames and Link headers.", **sdp}
    }
    return {
        "/rooms": {"post": _operation("Make a room.", {"201": _json(MadeRoom, "Made.")}, body=new_room)},
        "/rooms/{room}": {
            "get": _operation("What a page must know.", {"200": _json(RoomFacts, "The room.")}, _ROOM),
            "delete": _operation("Close the room.", gone, _ROOM),
        },
        "/rooms/{room}/mix": {"get": _operation("The mood of the room.", {"200": mix}, _ROOM)},
        "/rooms/{room}/timeline": {
            "get": _operation("The record of the room.", {"200": record}, _ROOM, _AFTER, _LIMIT, _FORMAT),
            "delete": _operation("Delete the record.", gone, _ROOM),
        },
        "/rooms/{room}/marks": {
            "post": _operation("Mark this moment.", {"201": _json(MarkBody, "Kept.")}, _ROOM, body=new_mark)
        },
        "/rooms/{room}/participants": {"post": _operation("Join.", joined, _ROOM, _ROLE, _SEAT, _FRAMES, body=sdp)},
        "/rooms/{room}/participants/{participant}": {"delete": _operation("Leave.", gone, _ROOM, _PARTICIPANT)},
    }


def document() -> str:
    """The OpenAPI document as JSON text."""
    _, schemas = TypeAdapter.json_schemas(
        [(body.__name__, "validation", TypeAdapter(body)) for body in _BODIES],
        ref_template="#/components/schemas/{model}",
    )
    bearer = {"bearer": {"type": "http", "scheme": "bearer"}}
    whole = {
        "openapi": "3.1.0",
        "info": {"title": "kuuki", "version": "1", "description": "See docs/protocol.md."},
        "paths": _paths(),
        "components": {"schemas": schemas["$defs"], "securitySchemes": bearer},
        "security": [{}, {"bearer": []}],
    }
    return json.dumps(whole, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def main(arguments: list[str]) -> int:
    """Write the document, or with ``--check`` say whether it is current."""
    if "--check" not in arguments:
        TARGET.write_text(document())
        return 0
    if TARGET.is_file() and TARGET.read_text() == document():
        return 0
    print("docs/openapi.json is not current: run `make generate`", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
