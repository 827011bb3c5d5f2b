"""HTTP bodies as typed models: the source of docs/openapi.json."""

import re
from typing import Annotated, Final, Literal, NotRequired
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator
from typing_extensions import TypedDict

from kuuki.errors import PurposeRefused
from kuuki.limits import MARK_CHARS, MIN_GROUP, MIN_GROUP_MAX, SHOW_URL_BYTES
from kuuki.mood.mixjson import PublishedMix, Share, WaveName
from kuuki.mood.privacy import Privacy
from services.runtime.rooms import Language, Purpose
from services.runtime.timeline import Refusal
from services.signal.http.hosts import is_plain_host

REFUSED_PURPOSES = ("work", "education", "recruitment")
REFUSED_WHY = (
    "Inferring emotions of people at work, in education or in recruitment is prohibited "
    "(EU AI Act, Art. 5(1)(f)), and kuuki does not serve it anywhere."
)
FRAME_VERSIONS: Final = r"[0-9]{1,3}([ \t]*,[ \t]*[0-9]{1,3}){0,9}"
"""The header Kuuki-Frames of a join: the versions of frames that its client reads."""

_PLAIN_URL: Final = re.compile(r"https://[A-Za-z0-9._~:/?#\[\]@!$&()*+=%-]+")
_NO_CONTROLS: Final = "^[^\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]*$"


class NewRoom(BaseModel):
    """Body of POST /rooms."""

    model_config = ConfigDict(extra="forbid")

    purpose: Purpose = "event"
    min_group: Annotated[int, Field(ge=1, le=MIN_GROUP_MAX, strict=True)] = MIN_GROUP
    language: Language = "en"
    privacy: Privacy = Privacy.STANDARD
    show: Annotated[str, Field(max_length=SHOW_URL_BYTES)] | None = None
    record: Annotated[bool, Field(strict=True)] | None = None

    @field_validator("purpose", mode="before")
    @classmethod
    def _lawful(cls, purpose: object) -> object:
        if purpose in REFUSED_PURPOSES:
            raise PurposeRefused(REFUSED_WHY)
        return purpose

    @field_validator("show")
    @classmethod
    def _embeddable(cls, url: str | None) -> str | None:
        if url is None:
            return None
        if not _PLAIN_URL.fullmatch(url) or not is_plain_host(urlsplit(url).netloc):
            raise ValueError("show must be an https URL: ASCII, without credentials, quotes, commas or semicolons")
        return url


class Links(BaseModel):
    """Where people go."""

    audience: str
    stage: str


class MadeRoom(BaseModel):
    """Answer of POST /rooms."""

    room: str
    links: Links


class RoomFacts(BaseModel):
    """Answer of GET /rooms/{room}: what a page must know before it joins."""

    room: str
    purpose: Purpose
    min_group: int
    language: Language
    privacy: Privacy
    show: str | None
    recorded: bool
    retention_s: int


class Problem(BaseModel):
    """Every error: a static name, and what to do."""

    error: str
    message: str


class NewMark(BaseModel):
    """Body of POST /rooms/{room}/marks."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(max_length=MARK_CHARS, pattern=_NO_CONTROLS)] = ""


class MarkBody(BaseModel):
    """A moment that somebody marked; answer of POST /rooms/{room}/marks."""

    id: str
    at: str
    text: str


class RowBody(TypedDict):
    """One second of a room as it was published, and the cursor that stands after it."""

    at: str
    cursor: str
    mix: PublishedMix


class RecordedWave(TypedDict):
    """A surge of the room, as the rows of an answer said it last. ``at``: its beginning, good to a second.
    ``lasts_ms``: absent where it still went on. ``term`` and ``number`` are those of the rows' mixes."""

    at: str
    term: int
    number: int
    kind: WaveName
    tapped: bool
    lasts_ms: NotRequired[int]
    rise: Share
    share: Share


class Recording(TypedDict):
    """Whether a room is recorded at this time, and why not."""

    recording: Literal["on", "off", "refused"]
    reason: Refusal | None
    retention_s: int


class TimelineBody(Recording):
    """Answer of GET /rooms/{room}/timeline: rows, marks, and the rows' waves (each once), oldest first; ``next`` leads
    on, null if this is all."""

    rows: list[RowBody]
    marks: list[MarkBody]
    waves: list[RecordedWave]
    next: str | None
