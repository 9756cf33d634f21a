"""XML as KML, GPX and WPML need it: elements by local name whatever their namespace, and text that XML can hold."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold."""


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def named(element: Element, name: str) -> Iterator[Element]:
    """Every element inside `element`, at any depth, that has this local name; in the order of the file."""
    return (inner for inner in element.iter() if local(inner) == name)


def children(element: Element, name: str) -> list[Element]:
    """The elements directly inside that have this local name."""
    return [inner for inner in element if local(inner) == name]


def child(element: Element | None, name: str) -> Element | None:
    """The first of them."""
    if element is None:
        return None
    return next((inner for inner in element if local(inner) == name), None)


def text(element: Element | None, name: str) -> str | None:
    """What a child says, without the blanks around it; None where there is no such child or it is empty."""
    inner = child(element, name)
    if inner is None:
        return None
    return (inner.text or "").strip() or None


def add(parent: Element, tag: str, said: object = None) -> Element:
    """A new last child that says something: numbers without needless zeros, truths as 1 and 0."""
    element = SubElement(parent, tag)
    if isinstance(said, bool):
        element.text = str(int(said))
    elif isinstance(said, float):
        element.text = decimal(said)
    elif said is not None:
        element.text = ILLEGAL.sub("?", str(said))
    return element


def decimal(value: float) -> str:
    """At most nine decimals, never an exponent."""
    digits = f"{value:.9f}".rstrip("0").rstrip(".")
    if digits in ("-0", ""):
        return "0"
    return digits


def document(root: Element) -> bytes:
    """The whole file."""
    indent(root)
    body = tostring(root, encoding="unicode")
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + body + "\n").encode()
