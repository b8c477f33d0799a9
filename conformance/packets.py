"""Packets of QCVN 120:2019/BTTTT: requests and answers in JSON or XML, all through one address.

A packet is an object. In XML its members are child elements of the root, and a list is an element
whose children are all called `item`; other ways to write a list are read too. The tables of the
norm could not be read: this follows its public descriptions and what implementations do.
"""

from __future__ import annotations

import html
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from conformance import nesting
from conformance.evidence import Exchange

PROTOCOL = "qcvn120"
JSON = "application/json"
XML = "application/xml"
ROOT = "packet"
ITEM = "item"
# Both are seen for success: the number 0 and the text "00".
SUCCESS = frozenset({"0", "00"})
_RESULTS = ("result", "data")
_DEEPEST = 60
TOO_DEEP = "too deep"

Packet = Mapping[str, Any]


def is_xml(media_type: str) -> bool:
    """Whether a media type, without parameters and in lower case, is one of XML (RFC 7303)."""
    return media_type.endswith(("/xml", "+xml"))


def of(answer: Exchange) -> Packet | None:
    """Return the packet of an answer; None where its body is none.

    Raises:
        NotTested: the body was withheld.
    """
    if is_xml(answer.media_type):
        return parsed_xml(answer.body)
    found = answer.json() if answer.is_json else None
    return found if isinstance(found, dict) else None


def parsed(body: bytes, media_type: str) -> Packet | None:
    """Return the packet that a body of this media type holds; None where it holds none."""
    kind = media_type.partition(";")[0].strip().lower()
    if is_xml(kind):
        return parsed_xml(body)
    try:
        found = nesting.loads(body)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def written(packet: Packet, media_type: str) -> bytes:
    """Return a packet as it is sent."""
    if not is_xml(media_type):
        return json.dumps(packet, ensure_ascii=False).encode()
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_element(ROOT, packet)}'.encode()


def error_code(packet: Packet | None) -> str | None:
    """Return the error code as a text; None where there is none."""
    found = (packet or {}).get("error_code")
    return str(found) if isinstance(found, int | str) and not isinstance(found, bool) else None


def is_success(packet: Packet | None) -> bool:
    """Whether a packet says that the service was carried out."""
    return error_code(packet) in SUCCESS


def results(packet: Packet | None) -> Any:
    """Return what the service came to; None where there is nothing."""
    found = [value for name in _RESULTS if (value := (packet or {}).get(name))]
    return found[0] if found else None


def hands_out_nothing(packet: Packet | None) -> bool:
    """Whether something is a packet that neither claims success nor brings a result."""
    return packet is not None and not is_success(packet) and results(packet) is None


def is_refusal(packet: Packet | None) -> bool:
    """Whether a packet names an error and hands out nothing."""
    return hands_out_nothing(packet) and bool(error_code(packet))


def objects(value: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Yield every object inside a value, itself included."""
    if depth > _DEEPEST:
        return
    if isinstance(value, Mapping):
        yield value
    for part in _parts(value):
        yield from objects(part, depth + 1)


def told(packet: Packet, *, without: tuple[str, ...] = ()) -> Counter[tuple[str, str]]:
    """Return the named texts of a packet, wherever they stand, with how often each stands.

    What is empty says nothing, so an empty list in JSON is the empty element of XML.
    """
    found: Counter[tuple[str, str]] = Counter()
    for part in objects(packet):
        for name, value in part.items():
            # A list of texts is told under its own name: unwrapped XML knows no other.
            for text in value if isinstance(value, list) else [value]:
                words = " ".join(str(text).split())
                if isinstance(text, str | int | float) and words and name not in without:
                    found[name, words] += 1
    return found


# --- XML ------------------------------------------------------------------------------------------


@dataclass
class _Node:
    name: str
    children: list[_Node] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.pieces)


class DoctypeError(ValueError):
    """A document type declaration: nothing in a packet needs one, and entities come with it."""


def parsed_xml(body: bytes) -> Packet | None:
    """Return the packet of an XML document; None where it is none, or declares a type."""
    try:
        found = _plain(_tree(body))
    except (expat.ExpatError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def flaw_of_xml(body: bytes) -> str | None:
    """Return why bytes are no XML document as a packet wants it; None where they are."""
    try:
        _tree(body)
    except DoctypeError:
        return "DOCTYPE"
    except (expat.ExpatError, ValueError) as error:
        return str(error)
    return None


def _tree(body: bytes) -> _Node:
    top = _Node("")
    open_: list[_Node] = [top]

    def start(name: str, _: Mapping[str, str]) -> None:
        if len(open_) > _DEEPEST:
            raise ValueError(TOO_DEEP)
        node = _Node(name.rpartition(":")[2])
        open_[-1].children.append(node)
        open_.append(node)

    def data(text: str) -> None:
        open_[-1].pieces.append(text)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: open_.pop()
    parser.CharacterDataHandler = data
    parser.Parse(body, True)
    return top.children[0]


def _refuse(*_: object) -> None:
    raise DoctypeError


def _plain(node: _Node) -> Any:
    if not node.children:
        return node.text.strip()
    named: dict[str, list[Any]] = {}
    for child in node.children:
        named.setdefault(child.name, []).append(_plain(child))
    if set(named) == {ITEM}:
        return named[ITEM]
    return {name: parts[0] if len(parts) == 1 else parts for name, parts in named.items()}


def _element(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        inner = "".join(_element(key, part) for key, part in value.items())
    elif isinstance(value, list):
        inner = "".join(_element(ITEM, part) for part in value)
    else:
        inner = "" if value is None else html.escape(str(value), quote=False)
    return f"<{name}>{inner}</{name}>"


def _parts(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return list(value.values())
    return value if isinstance(value, list) else []
