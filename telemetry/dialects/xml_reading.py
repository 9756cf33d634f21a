"""XML of devices, read without entities and within limits; elements by local name, whatever their namespace."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from telemetry.dialects.message_reading import refuse
from telemetry.messages import Message
from telemetry.shallow_xml import ShallowTree

MOST_BYTES = 12_000_000
"""A message with its pictures in base64."""
MOST_ELEMENTS = 50_000
DEEPEST_ELEMENT = 40
LONGEST_TEXT = 1_000
"""Characters of a text that is kept; pictures in base64 are longer and are not."""
DECLARATION = re.compile(rb"(?=<\?xml\s)")


def read_xml(payload: object, *, name: str) -> Element:
    """The root of the document in `payload`. Raises BadObservation for what is too large, cut off or no XML, and for
    document types and entities."""
    if not isinstance(payload, bytes):
        refuse(name, Message("events.no_xml"))
    if len(payload) > MOST_BYTES:
        refuse(name, Message("events.message_too_large", size=len(payload), most=MOST_BYTES))
    if payload.count(b"<") - payload.count(b"</") > MOST_ELEMENTS:
        refuse(name, Message("events.too_many_elements", most=MOST_ELEMENTS))
    parser = DefusedXMLParser(
        target=ShallowTree(DEEPEST_ELEMENT, lambda: refuse(name, Message("events.too_deep"))), forbid_dtd=True
    )
    try:
        parser.feed(payload.lstrip(b"\xef\xbb\xbf \t\r\n"))
        root = parser.close()
    except DefusedXmlException:
        refuse(name, Message("events.xml_entities"))
    except (ParseError, ValueError, LookupError) as error:
        refuse(name, Message("events.not_xml", reason=str(error)[:100]))
    if not isinstance(root, Element):
        refuse(name, Message("events.no_xml"))
    return root


def documents(payload: bytes) -> list[bytes]:
    """The documents that follow each other in a stretch of a stream, each with a declaration of its own."""
    parts = [part for part in DECLARATION.split(payload) if part.strip(b"\xef\xbb\xbf \t\r\n")]
    return parts or [payload]


def local_name(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def inside(element: Element, name: str) -> Iterator[Element]:
    """Every element inside, at any depth, that has this local name."""
    return (inner for inner in element.iter() if local_name(inner) == name)


def child_of(element: Element | None, name: str) -> Element | None:
    """The first child that has this local name."""
    if element is None:
        return None
    return next((inner for inner in element if local_name(inner) == name), None)


def text_at(element: Element | None, *path: str) -> str:
    """The text of the first child down `path`, without blanks around it; empty where there is none, and for one that is
    too long to be anything but a picture."""
    for name in path:
        element = child_of(element, name)
    if element is None:
        return ""
    said = (element.text or "").strip()
    return said if len(said) <= LONGEST_TEXT else ""
