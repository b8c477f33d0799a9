"""XML as SOAP messages need it: a reader that takes no document type, and a writer."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

_DEEPEST = 40
_BETWEEN = "\n"


class NotXMLError(ValueError):
    """The bytes are no XML document, or one with a document type (SOAP 1.1, section 3)."""


@dataclass(frozen=True)
class Node:
    """An element: namespace, local name, attributes by namespace and name, children, text."""

    namespace: str
    name: str
    attributes: Mapping[tuple[str, str], str] = field(default_factory=dict)
    children: tuple[Node, ...] = ()
    text: str = ""

    def child(self, name: str) -> Node | None:
        """Return the first child of a local name."""
        return next((part for part in self.children if part.name == name), None)

    def said(self, name: str) -> str:
        """Return the text of the first child of a local name; empty where there is none."""
        found = self.child(name)
        return found.text if found else ""


def leaf(namespace: str, name: str, text: str) -> Node:
    """Return an element that holds a text."""
    return Node(namespace, name, text=text)


@dataclass
class _Open:
    namespace: str
    name: str
    attributes: Mapping[tuple[str, str], str]
    children: list[Node] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    def closed(self) -> Node:
        text = "".join(self.pieces).strip()
        return Node(self.namespace, self.name, self.attributes, tuple(self.children), text)


def read(data: bytes) -> Node:
    """Return the root element of a document; nothing outside it is ever looked at.

    Raises:
        NotXMLError: it is none, or declares a document type, and with it entities.
    """
    open_ = [_Open("", "", {})]

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if len(open_) > _DEEPEST:
            raise NotXMLError("too deep")
        told = {_split(key): value for key, value in attributes.items()}
        open_.append(_Open(*_split(name), told))

    def end(_name: str) -> None:
        done = open_.pop().closed()
        open_[-1].children.append(done)

    def refuse(*_: object) -> None:
        raise NotXMLError("a document type is declared")

    parser = expat.ParserCreate(namespace_separator=_BETWEEN)
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    # The innermost element changes: what is open is looked up each time.
    parser.CharacterDataHandler = lambda text: open_[-1].pieces.append(text)  # noqa: PLW0108
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError) as error:
        raise NotXMLError(str(error)) from None
    return open_[0].children[0]


def written(root: Node, prefixes: Mapping[str, str]) -> bytes:
    """Write a document.

    Args:
        root: its root.
        prefixes: the prefix of each namespace that may occur; others are declared where they do.
    """
    names = "".join(f' xmlns:{prefix}="{html.escape(uri)}"' for uri, prefix in prefixes.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_element(root, prefixes, names)}'.encode()


def _element(node: Node, prefixes: Mapping[str, str], declared: str = "") -> str:
    name, told = _named((node.namespace, node.name), prefixes)
    for key, value in node.attributes.items():
        attribute, more = _named(key, prefixes) if key[0] else (key[1], "")
        told += f'{more} {attribute}="{html.escape(value)}"'
    inner = html.escape(node.text, quote=False)
    inner += "".join(_element(child, prefixes) for child in node.children)
    return f"<{name}{declared}{told}>{inner}</{name}>"


def _named(name: tuple[str, str], prefixes: Mapping[str, str]) -> tuple[str, str]:
    """Return a qualified name, and the declaration that it takes."""
    namespace, local = name
    if not namespace:
        return local, ""
    if namespace in prefixes:
        return f"{prefixes[namespace]}:{local}", ""
    return f"ns:{local}", f' xmlns:ns="{html.escape(namespace)}"'


def _split(name: str) -> tuple[str, str]:
    namespace, _, local = name.rpartition(_BETWEEN)
    return namespace, local
