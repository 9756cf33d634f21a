"""What the API answers of incidents."""

from typing import ClassVar, Literal

from incidents.attachments.reading import AttachmentKind
from incidents.merging import State
from incidents.timeline.tables import EntryKind
from incidents.timeline.transitions import Transition
from mapserver.observations.schemas import ObservationAnswer
from mapserver.web.schemas import AccuratePlace, Answer, Json, KeptMessage, PlaceAnswer, Utc
from telemetry.observations.values import SourceKind


class IncidentHeadline(Answer):
    """An incident in the map's picture and in news: all but the ids of its observations."""

    id: str
    city: str
    category: str
    title: str
    """In the language of the request; in news that are sent to all, in English."""
    title_message: KeptMessage
    state: State
    severity: int
    """1 to 5, 5 the worst."""
    opened_at: Utc
    closed_at: Utc | None
    updated_at: Utc
    position: AccuratePlace | None
    sources: list[SourceKind]
    """Kinds of source that saw it."""
    observation_count: int
    simulated: bool


class IncidentAnswer(IncidentHeadline):
    """An incident: what several sources saw of one event."""

    EXAMPLE: ClassVar[Json] = {
        "id": "ebf464b0-d54b-5780-9a3e-0f5c5d1c7a11",
        "city": "dobele",
        "category": "illegal_dumping",
        "title": "Illegal dumping",
        "title_message": {"code": "categories.illegal_dumping", "params": {}},
        "state": "new",
        "severity": 2,
        "opened_at": "2026-11-30T21:40:12Z",
        "closed_at": None,
        "updated_at": "2026-11-30T21:43:05Z",
        "position": {"lat": 56.6253, "lon": 23.2771, "accuracy_m": 25.0},
        "sources": ["fixed_camera", "report"],
        "observation_count": 1,
        "observation_ids": ["35f7e1ef-f2ed-5b59-8a38-4b3c1f0f6c02"],
        "simulated": False,
        "owner": "ilze",
        "assigned": ["janis"],
        "closing_code": None,
        "transitions": ["acknowledge", "dispatch", "resolve", "false_alarm"],
    }

    observation_ids: list[str]
    owner: str | None
    """The person who answers for it."""
    assigned: list[str]
    """The people who work on it."""
    closing_code: str | None
    """How it ended, while it is closed and where somebody said so."""
    transitions: list[Transition]
    """What can be done with it now."""


class ClosingCodeAnswer(Answer):
    """One way in which an incident can end."""

    name: str
    closes_as: State
    title: str
    """In the language of the request."""


class Weighed(Answer):
    """One reason why an observation joined the incident, or opened it."""

    EXAMPLE: ClassVar[Json] = {
        "term": "distance",
        "code": "merging.distance",
        "params": {"apart_m": 12.0, "limit_m": 60.0},
        "text": "12 m apart, where up to 60 m is plausible",
        "value": 12.0,
        "limit": 60.0,
    }

    term: str
    code: str | None = None
    """What is meant; absent in reasons kept before there were codes, which are shown as they were written."""
    params: Json | None = None
    text: str
    value: float | str | None
    limit: float | None


class StruckAnswer(Answer):
    """How an entry was struck through."""

    by: str
    at: Utc
    reason: str
    seq: int
    """Of the entry that does it."""


class AttachmentAnswer(Answer):
    """The file of a note."""

    kind: AttachmentKind
    content_type: str
    """Of what is shown."""
    sha256: str
    """Of what is shown."""
    size: int
    """Bytes."""
    original_sha256: str
    """Of the file as it came."""
    original_size: int


class TimelineEntry(Answer):
    """One entry of an incident's timeline; entries are only ever appended."""

    EXAMPLE: ClassVar[Json] = {
        "seq": 1,
        "at": "2026-11-30T21:40:13Z",
        "happened_at": "2026-11-30T21:40:12Z",
        "who": "merging",
        "kind": "opened",
        "code": "timeline.opened",
        "params": {"title": {"code": "categories.illegal_dumping", "params": {}}},
        "text": "Opened: Illegal dumping",
        "why": [],
        "observation": None,
        "moved_to": None,
        "clock_ahead_s": None,
        "struck": None,
        "file": None,
    }

    seq: int
    """1, 2, 3, without a gap."""
    at: Utc
    """When it was written."""
    happened_at: Utc
    who: str
    kind: EntryKind
    code: str
    """What is meant; `written.text` for what a person wrote, and for entries of before there were codes."""
    params: Json
    text: str
    """In the language of the request."""
    why: list[Weighed]
    clock_ahead_s: float | None
    """How many seconds the clock of the observation's source is taken to be ahead, which `happened_at` is without;
    null: it is taken to be right."""
    observation: ObservationAnswer | None
    """What it tells of, where it is an observation that is still kept."""
    moved_to: str | None
    """The incident that the observation belongs to now, where that is another one."""
    file: AttachmentAnswer | None
    """Of a note; at `notes/{seq}/file`."""
    struck: StruckAnswer | None
    """An entry that is struck through stays, and no longer holds."""


class SearchSource(Answer):
    """Who said it."""

    kind: SourceKind
    id: str


class SearchHit(Answer):
    """One thing that was said."""

    EXAMPLE: ClassVar[Json] = {
        "kind": "entry",
        "at": "2026-11-30T21:44:02Z",
        "text": "driver left",
        "category": "vehicle_in_closed_area",
        "source": None,
        "who": "coordinator.dobele",
        "position": {"lat": 56.6216, "lon": 23.2751},
        "observation_id": None,
        "incident": None,
        "seq": 4,
    }

    kind: Literal["observation", "entry", "incident"]
    """An observation; an entry of a timeline that tells of none, such as a note; an incident whose number was asked
    for."""
    at: Utc
    """When it happened."""
    text: str
    """In the language of the request; what a person wrote, as written."""
    category: str
    """Of an entry, that of its incident when it was written."""
    source: SearchSource | None
    who: str | None
    """Who wrote an entry."""
    position: PlaceAnswer | None
    observation_id: str | None
    incident: IncidentHeadline | None
    """None for what passed by and belongs to none."""
    seq: int | None
    """The number of its entry in the incident's timeline."""
