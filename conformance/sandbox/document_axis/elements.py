"""Reading XML from strangers: elements with their namespaces, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

_DEEPEST = 40
_MOST = 5000
_SEPARATOR = " "


class NotXMLError(ValueError):
    """The bytes are no document in UTF-8, or one that declares a type, which none needs."""


@dataclass
class Node:
    """An element: its namespace and name, its children, its text."""

    namespace: str
    name: str
    children: list[Node] = field(default_factory=list)
    text: str = ""

    def all(self, *path: str) -> list[Node]:
        """Return every element that lies at the end of a path of names."""
        found = [self]
        for name in path:
            found = [child for node in found for child in node.children if child.name == name]
        return found

    def said(self, *path: str) -> str:
        """Return the text of the first element at the end of a path; empty where there is none."""
        return next((node.text.strip() for node in self.all(*path)), "")

    def every(self) -> Iterator[Node]:
        """Yield this element and all below it."""
        yield self
        for child in self.children:
            yield from child.every()


def read(data: bytes) -> Node:
    """Return the root of a document; nothing outside it is ever looked at.

    Raises:
        NotXMLError: it is none, declares a type, or is in another encoding.
    """
    top = Node("", "")
    open_, count = [top], 0

    def start(name: str, _attributes: Mapping[str, str]) -> None:
        nonlocal count
        count += 1
        if len(open_) > _DEEPEST or count > _MOST:
            raise NotXMLError("too deep, or too many elements")
        namespace, _, local = name.rpartition(_SEPARATOR)
        open_[-1].children.append(Node(namespace, local))
        open_.append(open_[-1].children[-1])

    def text(said: str) -> None:
        open_[-1].text += said

    def declared(_version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding or "utf-8").lower() not in {"utf-8", "utf8"}:
            raise NotXMLError("another encoding than UTF-8")

    def refuse(*_: object) -> None:
        raise NotXMLError("a document type is declared")

    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=_SEPARATOR)
    parser.buffer_text = True
    parser.XmlDeclHandler = declared
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _name: open_.pop()
    parser.CharacterDataHandler = text
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise NotXMLError(str(error)) from None
    return top.children[0]
