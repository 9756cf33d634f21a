"""OwnTracks: positions of phones, by HTTP POST or on `owntracks/USER/DEVICE`.

Shapes from owntracks.org/booklet/tech/json and recorded messages. Traps: an accuracy of 3000 m is a cell tower, `tst`
as text, an empty body, -1 for what is not known. Encrypted messages, cards, waypoints and last wills are no positions.
"""

from typing import Any

from telemetry.dialects.dialect import Payload
from telemetry.dialects.fields import clean, device_of, known, needed, number_of, scaled, text_of
from telemetry.dialects.message_reading import given, marked_simulated, read_json, refuse, refuse_kind
from telemetry.dialects.times import epoch_time
from telemetry.dialects.values import Arrival, PassedOver, PositionReport, Told
from telemetry.messages import Message

NAME = "owntracks"
CELL_TOWER_M = 1_000.0
"""An accuracy from here on is that of a network cell."""
ACCURACY_M = 25.0
"""Where none is said."""
OTHERS = frozenset(
    {"lwt", "transition", "card", "encrypted", "waypoint", "waypoints", "configuration", "cmd", "beacon", "steps",
     "dump", "request", "status"}
)  # fmt: skip


def recognises(head: bytes) -> bool:
    """Whether it says a `_type`."""
    return b'"_type"' in head


def parse(payload: Payload, arrival: Arrival) -> list[Told]:
    """The position of one message. Raises BadObservation."""
    if isinstance(payload, bytes) and not payload.strip():
        return [PassedOver(NAME, Message("events.empty"))]
    raw = read_json(payload, name=NAME)
    kind = text_of(raw, "_type")
    if kind in OTHERS:
        return [PassedOver(NAME, Message("events.no_position", kind=kind))]
    if kind != "location":
        refuse_kind(NAME, kind or "_type")
    return [_position(raw, arrival)]


def _position(raw: dict[str, Any], arrival: Arrival) -> PositionReport:
    lat = number_of(raw, "lat")
    lon = number_of(raw, "lon")
    if lat is None or lon is None or abs(lat) > 90 or abs(lon) > 180:
        refuse(NAME, Message("events.no_place"))
    said = text_of(raw, "topic") or clean(arrival.topic)
    tracker = needed(NAME, "tid", "/".join(said.split("/")[1:3]) or text_of(raw, "tid") or arrival.sender)
    when = epoch_time(number_of(raw, "tst"), arrival)
    accuracy = min(known(number_of(raw, "acc")) or ACCURACY_M, 100_000.0)
    return PositionReport(
        format=NAME,
        device=device_of(arrival, tracker, name=NAME),
        at=when.at,
        lat=lat,
        lon=lon,
        accuracy_m=accuracy,
        alt_m=number_of(raw, "alt"),
        speed_mps=scaled(known(number_of(raw, "vel")), 1 / 3.6),
        course_deg=known(number_of(raw, "cog"), most=360),
        battery=scaled(known(number_of(raw, "batt"), most=100), 0.01),
        is_coarse=accuracy >= CELL_TOWER_M,
        attributes=given(tracker_id=text_of(raw, "tid"), trigger=text_of(raw, "t"))
        | when.attributes
        | marked_simulated(raw),
    )
