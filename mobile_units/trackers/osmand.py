"""OsmAnd's and Traccar Client's reports: a query or form (`id`, `lat`, `lon`, `timestamp`, ...), or a JSON body.

Shapes from traccar's OsmAndProtocolDecoder and its tests. Traps: times in s, ms, ISO or `yyyy-MM-dd HH:mm:ss`; speed in
knots; reports of cells and networks without a place; -1 for what is not known.
"""

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from telemetry.dialects.dialect import Payload
from telemetry.dialects.fields import clean, device_of, known, number_of, object_of, scaled, text_of
from telemetry.dialects.message_reading import read_json, refuse
from telemetry.dialects.times import DeviceTime, epoch_time, iso_time
from telemetry.dialects.values import Arrival, PassedOver, PositionReport, Quarantined, Told
from telemetry.errors import BadObservation
from telemetry.messages import Message

NAME = "osmand"
KNOT_MPS = 0.514444
ACCURACY_M = 25.0
"""Where none is said."""
DILUTION_M = 5.0
"""Metres of error for each unit of dilution of precision."""
MILLISECONDS_FROM = 100_000_000_000
MOST_FIELDS = 100
MOST_LINES = 1_000
QUERY = re.compile(rb"^\s*(?:(?:GET|POST)\s+)?/?\??[\w]{1,40}=")
KEYS = re.compile(rb"[?&](?:id|deviceid|lat|lon|location|timestamp|cell)=")


def recognises(head: bytes) -> bool:
    """Whether it is a query with the fields of a report, or Traccar Client's JSON."""
    if head.lstrip()[:1] == b"{":
        return b'"coords"' in head and (b'"device_id"' in head or b'"location"' in head)
    line = head.lstrip().split(b"\n")[0]
    return QUERY.match(line) is not None and KEYS.search(b"?" + line.lstrip(b"/?")) is not None


def parse(payload: Payload, arrival: Arrival) -> list[Told]:
    """The position of a report, or those of several lines. Raises BadObservation for one without an id."""
    if isinstance(payload, dict) or payload.lstrip()[:1] == b"{":
        return [_json_report(read_json(payload, name=NAME), arrival)]
    lines = [line for line in payload.splitlines() if line.strip()]
    if not lines and not arrival.sender:
        refuse(NAME, Message("events.empty"))
    if len(lines) > MOST_LINES:
        refuse(NAME, Message("events.too_many_events", most=MOST_LINES))
    return [_line(line, arrival) for line in lines]


def _line(line: bytes, arrival: Arrival) -> Told:
    try:
        return _query(line, arrival)
    except BadObservation as error:
        return Quarantined.because(error, NAME, line, "text/plain")


def _query(line: bytes, arrival: Arrival) -> Told:
    query = line.decode("utf-8", "replace").strip()
    query = query.rpartition("?")[2].lstrip("/")
    try:
        pairs = parse_qsl(query.partition(" HTTP/")[0], max_num_fields=MOST_FIELDS)
    except ValueError:
        refuse(NAME, Message("events.no_query"))
    said = {key: clean(value) for key, value in pairs}
    if not said:
        refuse(NAME, Message("events.no_query"))
    device = said.get("id") or said.get("deviceid") or ""
    if not device:
        refuse(NAME, Message("events.field_missing", field="id"))
    place = said.get("location", "").split(",")
    lat = number_of(said, "lat")
    lon = number_of(said, "lon")
    if len(place) == 2:
        lat = number_of({"": place[0]}, "")
        lon = number_of({"": place[1]}, "")
    if lat is None and lon is None and not place[0] and ("cell" in said or "wifi" in said):
        return PassedOver(NAME, Message("events.no_position", kind="cell"))
    return _report(
        device, lat, lon, _time(said.get("timestamp", ""), arrival), arrival,
        accuracy_m=_accuracy(said),
        alt_m=number_of(said, "altitude"),
        speed_mps=scaled(number_of(said, "speed"), KNOT_MPS),
        course_deg=number_of({"": said.get("bearing", said.get("heading"))}, ""),
        battery=scaled(number_of(said, "batt"), 0.01),
    )  # fmt: skip


def _accuracy(said: dict[str, str]) -> float | None:
    for key in ("accuracy", "hacc"):
        told = number_of(said, key)
        if told:
            return told
    dilution = number_of(said, "hdop")
    return scaled(dilution, DILUTION_M)


def _time(said: str, arrival: Arrival) -> DeviceTime:
    """Seconds, milliseconds, ISO 8601 or `yyyy-MM-dd HH:mm:ss` in UTC."""
    number = number_of({"": said}, "")
    if number is not None:
        if number >= MILLISECONDS_FROM:
            number /= 1000
        return epoch_time(number, arrival)
    try:
        return iso_time(datetime.strptime(said, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).isoformat(), arrival)
    except ValueError:
        return iso_time(said, arrival)


def _json_report(raw: dict[str, Any], arrival: Arrival) -> Told:
    device = text_of(raw, "device_id") or text_of(raw, "deviceid") or text_of(raw, "id")
    if not device:
        refuse(NAME, Message("events.field_missing", field="device_id"))
    location = object_of(raw, "location")
    coords = object_of(location, "coords")
    if not coords:
        return PassedOver(NAME, Message("events.no_position", kind=text_of(location, "event") or "location"))
    level = number_of(location, "battery", "level")
    return _report(
        device, number_of(coords, "latitude"), number_of(coords, "longitude"),
        _time(text_of(location, "timestamp"), arrival), arrival,
        accuracy_m=number_of(coords, "accuracy"),
        alt_m=number_of(coords, "altitude"),
        speed_mps=number_of(coords, "speed"),
        course_deg=number_of(coords, "heading"),
        battery=level,
    )  # fmt: skip


def _report(
    device: str,
    lat: float | None,
    lon: float | None,
    when: DeviceTime,
    arrival: Arrival,
    *,
    accuracy_m: float | None,
    alt_m: float | None,
    speed_mps: float | None,
    course_deg: float | None,
    battery: float | None,
) -> PositionReport:
    if lat is None or lon is None or abs(lat) > 90 or abs(lon) > 180:
        refuse(NAME, Message("events.no_place"))
    accuracy = min(known(accuracy_m) or ACCURACY_M, 100_000.0)
    return PositionReport(
        format=NAME,
        device=device_of(arrival, device, name=NAME),
        at=when.at,
        lat=lat,
        lon=lon,
        accuracy_m=accuracy,
        alt_m=alt_m,
        speed_mps=known(speed_mps),
        course_deg=known(course_deg, most=360),
        battery=known(battery, most=1),
        is_coarse=accuracy >= 1_000,
        attributes=when.attributes,
    )
