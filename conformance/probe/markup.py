"""An operation called with XML: the document of the example, and the same with a part changed.

The document is formed anew for each call, so that what may be sent only once can be sent again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from conformance import packets
from conformance.contract.operations import Operation
from conformance.evidence import Exchange, media_type_of
from conformance.packets import XML
from conformance.probe import Probe
from conformance.probe.scene import Scene
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_LEAF = re.compile(r"<([\w.:-]+)(?:\s[^<>]*)?>([^<>&]*\S[^<>&]*)</\1>")
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True)
class Document:
    """A document, without a declaration of any kind, and one text in it.

    Attributes:
        text: all of it.
        root: the name of its root.
        at: where the text that can be varied begins and ends: the first.
        prose: where the text begins and ends that is likeliest to be free: the one of most words.
    """

    text: str
    root: str
    at: tuple[int, int]
    prose: tuple[int, int]

    @property
    def written(self) -> str:
        """The text that can be varied."""
        return self.text[slice(*self.at)]

    def with_(self, written: str, declared: str = "") -> bytes:
        """Return the document with another text, and with something declared at its head."""
        begin, end = self.at
        return f"{_HEAD}{declared}{self.text[:begin]}{written}{self.text[end:]}".encode()

    def behind_prose(self, added: str) -> bytes:
        """Return the document with something behind the text of most words."""
        _, end = self.prose
        return f"{_HEAD}{self.text[:end]}{added}{self.text[end:]}".encode()


@dataclass(frozen=True)
class Place:
    """An operation that reads XML, and the media type in which it is sent."""

    operation: Operation
    media_type: str

    @property
    def name(self) -> str:
        """How findings call it."""
        return self.operation.unit

    def succeeds(self, answer: Exchange) -> bool:
        """Whether an answer is a success."""
        return self.operation.succeeded(answer)

    def document(self, probe: Probe) -> Document:
        """Return the document with which the operation is called, formed anew.

        Raises:
            NotTested: there is none, or it has no text.
        """
        text = re.sub(r"^\s*<\?xml[^>]*\?>\s*", "", _formed(probe, self.operation))
        leaves, root = list(_LEAF.finditer(text)), re.search(r"<([\w.:-]+)", text)
        if not leaves or root is None:
            raise NotTested(
                Reason.NO_TEST_DATA,
                Text(
                    vi=f"{self.name}: tài liệu XML mẫu không có văn bản nào để thay",
                    en=f"{self.name}: the example in XML has no text to vary",
                ),
            )
        prose = max(leaves, key=lambda leaf: len(leaf[2].split()))
        return Document(text, root[1], leaves[0].span(2), prose.span(2))

    def ask(
        self,
        probe: Probe,
        change: Callable[[Document], bytes] | None = None,
        word: str = "",
        *,
        identity: str | None = "",
        query: Mapping[str, str] = MappingProxyType({}),
    ) -> Exchange:
        """Call the operation with its document, or with what a function makes of it.

        Args:
            probe: asks.
            change: returns the bytes to send.
            word: the word in them by which the collector would be asked for.
            identity: who calls; by default whoever may.
            query: query parameters to set.
        """
        document = self.document(probe)
        body = change(document) if change else document.with_(document.written)
        wanted = f"{self.media_type}, application/json;q=0.8, */*;q=0.5"
        return probe.call(
            self.operation,
            identity=identity,
            query=query,
            headers=(("Accept", wanted), ("Content-Type", self.media_type)),
            body=body,
            wellformed=change is None,
            collects=word,
        )

    def control(self, probe: Probe) -> Exchange:
        """Call the operation as it is meant.

        Raises:
            NotTested: the answer is not a success; the reason follows from its status.
        """
        answer = self.ask(probe)
        if not self.succeeds(answer):
            raise probe.why_no_success(self.operation, answer)
        return answer


def any_reads_xml(scene: Scene, _: object) -> bool:
    """Whether any operation is declared to read XML."""
    return bool(reading(scene))


def reading(scene: Scene) -> list[Operation]:
    """Return the operations that are declared to read XML, those that only read first."""
    found = [o for o in scene.operations if any(map(packets.is_xml, o.request_types))]
    return sorted(found, key=lambda operation: not operation.reads)


def place(probe: Probe) -> Place:
    """Return the first operation that is declared to read XML and reads only, else any.

    Raises:
        NotApplicable: none is declared to.
    """
    found = reading(probe.scene)
    if not found:
        raise NotApplicable(
            Text(
                vi="không thao tác nào khai báo là đọc XML",
                en="no operation is declared to read XML",
            )
        )
    return place_of(found[0])


def place_of(operation: Operation) -> Place:
    """Return an operation that reads XML with its media type.

    Raises:
        NotApplicable: it is declared to read none.
    """
    kinds = [name for name in operation.request_types if packets.is_xml(name)]
    if not kinds:
        raise NotApplicable(
            Text(
                vi=f"{operation.unit} không khai báo là đọc XML",
                en=f"{operation.unit} is not declared to read XML",
            )
        )
    return Place(operation, kinds[0])


def _formed(probe: Probe, operation: Operation) -> str:
    given: Any = (probe.scene.examples(operation) or {}).get("body")
    if isinstance(given, str):
        return given
    if not any("json" in name.lower() for name in operation.request_types):
        question = probe.form(operation, identity=None)
        if packets.is_xml(media_type_of(question.headers)):
            return question.body.decode()
    return packets.written(probe.example_body(operation), XML).decode()
