"""Tattile number plate cameras: one XML message a vehicle, under any of three roots.

Shapes from indexed documents and a bridge's test. Traps: local time without a zone, scores as 092, 92.5 or 0..999.
Pictures in base64 are not kept.
"""

import re
from datetime import datetime
from xml.etree.ElementTree import Element

from telemetry.dialects.dialect import Payload
from telemetry.dialects.fields import clean, device_of, fraction, needed, number_of, ref_of, what_of
from telemetry.dialects.message_reading import given, refuse
from telemetry.dialects.times import DeviceTime, at_arrival, town_time
from telemetry.dialects.values import Arrival, DeviceEvent, Told, normal_plate
from telemetry.dialects.xml_reading import inside, local_name, read_xml, text_at
from telemetry.messages import Message

NAME = "tattile"
ROOTS = ("message", "msg", "root")
CLOCK = re.compile(r"(\d\d)[-:.](\d\d)[-:.](\d\d)(?:[-:.,](\d{1,6}))?")
BOX = ("ORIG_PLATE_MIN_X", "ORIG_PLATE_MIN_Y", "ORIG_PLATE_MAX_X", "ORIG_PLATE_MAX_Y")


def recognises(head: bytes) -> bool:
    """Whether it names a plate as Tattile does."""
    return b"<PLATE_STRING" in head


def parse(payload: Payload, arrival: Arrival) -> list[Told]:
    """The vehicle of one message. Raises BadObservation for what lacks PLATE_STRING or DEVICE_SN."""
    root = read_xml(payload, name=NAME)
    if local_name(root).lower() not in ROOTS:
        refuse(NAME, Message("events.other_root", root=clean(local_name(root))))
    if next(inside(root, "PLATE_STRING"), None) is None:
        refuse(NAME, Message("events.field_missing", field="PLATE_STRING"))
    serial = needed(NAME, "DEVICE_SN", clean(text_at(root, "DEVICE_SN")))
    plate = normal_plate(text_at(root, "PLATE_STRING"))
    when = _time(root, arrival)
    lane = clean(text_at(root, "LANE_ID"))
    label, category = what_of(plate)
    corners = [number_of({"": text_at(root, name)}, "") for name in BOX]
    said_at = ref_of(text_at(root, "DATE"), text_at(root, "TIME")) or when.at.isoformat(timespec="minutes")
    return [
        DeviceEvent(
            format=NAME,
            device=device_of(arrival, serial, name=NAME),
            ref=ref_of(serial, said_at, lane, text_at(root, "ID")),
            label=label,
            category=category,
            started_at=when.at,
            ended_at=when.at,
            confidence=_score(number_of({"": text_at(root, "OCRSCORE")}, "")),
            identity=plate,
            attributes=given(
                direction=clean(text_at(root, "DIRECTION")),
                lane=lane,
                region=clean(text_at(root, "PLATE_COUNTRY_CODE")),
                plate_box=[corner for corner in corners if None not in corners],
            )
            | when.attributes,
            also_called=(serial,),
            rule="plate",
        )
    ]


def _time(root: Element, arrival: Arrival) -> DeviceTime:
    """DATE and TIME by the town's clocks."""
    day = text_at(root, "DATE")
    said = f"{day} {text_at(root, 'TIME')}".strip()
    clock = CLOCK.fullmatch(text_at(root, "TIME"))
    if clock is None:
        return at_arrival(arrival, said)
    try:
        date = datetime.strptime(day.replace("/", "-"), "%Y-%m-%d")  # noqa: DTZ007 the town's, said below
        local = date.replace(hour=int(clock[1]), minute=int(clock[2]), second=int(clock[3]))
    except ValueError:
        return at_arrival(arrival, said)
    return town_time(local.replace(microsecond=int((clock[4] or "0").ljust(6, "0"))), arrival, said)


def _score(said: float | None) -> float:
    """Percent, or per mille where it is more than a hundred."""
    if said is not None and said > 100:
        return fraction(said, of=999)
    return fraction(said, of=100)
