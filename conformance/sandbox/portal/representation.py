"""Packets as bytes, in JSON and in XML."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from conformance.sandbox.negotiation import JSON, XML, XML_TOO

_ROOT, _ITEM = "packet", "item"
_DEEPEST = 40


class NotXMLError(ValueError):
    """The bytes are no XML document, or one with a document type, which no packet needs."""


@dataclass
class Node:
    """An element: its name, its children, its text."""

    name: str
    children: list[Node] = field(default_factory=list)
    text: str = ""

    def child(self, name: str) -> str | None:
        """Return the text of the first child of this name."""
        return next((c.text.strip() for c in self.children if c.name == name), None)


def sent_as(content_type: str) -> str | None:
    """Return in which of the two a body was sent; None for any other media type."""
    kind = content_type.partition(";")[0].strip().lower()
    return XML if kind in XML_TOO else JSON if kind == JSON else None


def read(data: bytes) -> Node:
    """Return the root element of an XML document; nothing outside it is ever looked at.

    Raises:
        NotXMLError: it is none, or declares a document type, and with it entities.
    """
    top = Node("")
    open_ = [top]

    def start(name: str, _attributes: Mapping[str, str]) -> None:
        if len(open_) > _DEEPEST:
            raise NotXMLError("too deep")
        open_[-1].children.append(Node(name))
        open_.append(open_[-1].children[-1])

    def text(data: str) -> None:
        open_[-1].text += data

    def refuse(*_: object) -> None:
        raise NotXMLError("a document type is declared")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _name: open_.pop()
    parser.CharacterDataHandler = text
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise NotXMLError(str(error)) from None
    return top.children[0]


def value_of(node: Node, schema: Mapping[str, Any]) -> Any:
    """Return what an element means where the contract says of which shape it is."""
    if _is("array", schema):
        return [value_of(child, schema.get("items", {})) for child in node.children]
    members = _members(schema)
    if members or _is("object", schema):
        return {c.name: value_of(c, members.get(c.name, {})) for c in node.children}
    return node.text.strip()


def written(packet: Mapping[str, Any]) -> bytes:
    """Write a packet as XML."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_element(_ROOT, packet)}'.encode()


def _element(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        inner = "".join(_element(key, part) for key, part in value.items())
    elif isinstance(value, list | tuple):
        inner = "".join(_element(_ITEM, part) for part in value)
    else:
        inner = "" if value is None else html.escape(str(value), quote=False)
    return f"<{name}>{inner}</{name}>"


def _is(kind: str, schema: Mapping[str, Any]) -> bool:
    types = schema.get("type")
    return types == kind or (isinstance(types, list) and kind in types)


def _members(schema: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in schema.get("allOf", ()):
        found |= _members(part)
    found |= schema.get("properties", {})
    return found
