"""Milestone XProtect analytics events (MAD XML), as they come over TCP 9090 or in an HTTP POST.

Shape from milestonesys/mipsdk-samples-protocol, TriggerAnalyticsEventXML (AnalyticsEvent.xsd). Traps: a byte order
mark, an ID of all zeros, a time that the sender never filled in. Free text of other events (port 1234) is not read.
"""

from xml.etree.ElementTree import Element

from telemetry.dialects.dialect import Payload
from telemetry.dialects.fields import clean, device_of, digest_of, fraction, if_so, needed, number_of
from telemetry.dialects.message_reading import given, refuse
from telemetry.dialects.times import iso_time
from telemetry.dialects.values import Arrival, DeviceEvent, Told
from telemetry.dialects.xml_reading import child_of, inside, local_name, read_xml, text_at
from telemetry.messages import Message
from vision.events.meanings import CLOSED_AREA, label_of, rule_category

NAME = "milestone"
NO_ID = "00000000-0000-0000-0000-000000000000"
NAMESPACE = b"urn:milestone-systems"
MEANINGS = (
    ("intrusion", CLOSED_AREA), ("perimeter", CLOSED_AREA), ("line", CLOSED_AREA), ("loiter", "loitering"),
    ("left", "left_object"), ("abandon", "left_object"), ("tamper", "tamper"), ("fire", "fire"), ("smoke", "smoke"),
    ("wrong way", "wrong_way"), ("speed", "speeding"), ("crowd", "crowd"), ("fight", "fight"),
)  # fmt: skip
"""Categories by words in the event's message or type, which are the site's own."""


def recognises(head: bytes) -> bool:
    """Whether it is an event; a schema of one is not."""
    return b"AnalyticsEvent" in head and b"<EventHeader" in head


def parse(payload: Payload, arrival: Arrival) -> list[Told]:
    """The event of one document. Raises BadObservation for anything else, a schema of one too."""
    root = read_xml(payload, name=NAME)
    header = child_of(root, "EventHeader")
    if local_name(root) != "AnalyticsEvent" or header is None:
        refuse(NAME, Message("events.other_root", root=clean(local_name(root))))
    source = child_of(header, "Source")
    guid = text_at(source, "FQID", "ObjectId")
    address = text_at(source, "Name")
    kind = clean(text_at(header, "Message") or text_at(header, "Type"))
    needed(NAME, "EventHeader.Message", kind)
    said_at = text_at(root, "StartTime") or text_at(header, "Timestamp")
    when = iso_time(said_at, arrival)
    ended = iso_time(text_at(root, "EndTime"), arrival)
    device = device_of(arrival, address or guid, name=NAME)
    seen = _label(root)
    meaning = next((one for word, one in MEANINGS if word in f"{kind} {text_at(header, 'Type')}".lower()), None)
    ref = text_at(header, "ID")
    if ref in ("", NO_ID):
        minute = when.at.isoformat()[:16]
        ref = digest_of(device, minute if when.known_at is None else said_at, kind)
    return [
        DeviceEvent(
            format=NAME,
            device=device,
            ref=clean(ref),
            label=seen,
            category=rule_category(meaning, seen),
            started_at=when.at,
            ended_at=if_so(ended.known_at is not None and ended.at >= when.at, ended.at),
            confidence=_confidence(root),
            attributes=given(
                rule=kind,
                type=clean(text_at(header, "Type")),
                tag=clean(text_at(header, "CustomTag")),
                vendor=clean(text_at(root, "Vendor", "Name")),
                objects=[clean(text_at(one, "Name")) for one in inside(root, "Object")][:20],
            )
            | when.attributes,
            also_called=tuple(name for name in (guid, address, address.partition(",")[0]) if name),
            rule=kind,
        )
    ]


def _label(root: Element) -> str:
    """What the overlay says was seen; the first word that is not a shape."""
    for one in inside(root, "Object"):
        word = label_of(clean(text_at(one, "Type") or text_at(one, "Name")))
        if word and word not in ("rectangle", "polygon", "line", "text"):
            return word
    return "object"


def _confidence(root: Element) -> float:
    """The surest of its objects, 0..1 or in percent."""
    said = [number_of({"": text_at(one, "Confidence")}, "") for one in inside(root, "Object")]
    scores = [score for score in said if score is not None]
    if not scores:
        return 1.0
    best = max(scores)
    if best > 1:
        return fraction(best, of=100)
    return fraction(best)
