"""XML as a tree, with namespaces: read without ever looking outside it, and written again."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from xml.etree import ElementTree as ET  # reads only what `packets` found to declare no type
from xml.sax.saxutils import escape, quoteattr

from conformance import packets

Element = ET.Element
_VIETNAM = timezone(timedelta(hours=7))
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)


def read(body: bytes) -> Element | None:
    """Return the root of a document; None where it is not well-formed, or declares a type."""
    if packets.flaw_of_xml(body) is not None:
        return None
    try:
        return ET.fromstring(body)  # noqa: S314  # it declares no type, so no entities
    except ET.ParseError:
        return None


def namespace(element: Element) -> str:
    """Return the namespace of an element; empty where it is in none."""
    return element.tag[1:].partition("}")[0] if element.tag.startswith("{") else ""


def local(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def local_time(text: str) -> str | None:
    """Return an `xsd:dateTime` as a time of Viet Nam, to the second; None for what is none.

    Without an offset it is one already (XML Schema Part 2, section 3.2.7).
    """
    if not _TIME.fullmatch(text):
        return None
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        return None
    return f"{told.astimezone(_VIETNAM) if told.tzinfo else told:%Y-%m-%dT%H:%M:%S}"


def written(root: Element, prefix: str) -> bytes:
    """Write a document in which every name of the root's namespace has this prefix."""
    prefixes = {namespace(root): prefix}
    for element in root.iter():
        for name in (element.tag, *element.attrib):
            if name.startswith("{"):
                prefixes.setdefault(name[1:].partition("}")[0], f"n{len(prefixes)}")
    known = {uri: said for uri, said in prefixes.items() if uri}
    declared = "".join(f" xmlns:{said}={quoteattr(uri)}" for uri, said in known.items())
    text = _element(root, known, declared)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _element(element: Element, prefixes: dict[str, str], declared: str = "") -> str:
    name = _name(element.tag, prefixes)
    attributes = "".join(
        f" {_name(key, prefixes)}={quoteattr(value)}" for key, value in element.attrib.items()
    )
    inner = escape(element.text or "") + "".join(
        _element(child, prefixes) + escape(child.tail or "") for child in element
    )
    return f"<{name}{declared}{attributes}>{inner}</{name}>"


def _name(tag: str, prefixes: dict[str, str]) -> str:
    uri, _, local_name = tag[1:].rpartition("}") if tag.startswith("{") else ("", "", tag)
    return f"{prefixes[uri]}:{local_name}" if uri else local_name
