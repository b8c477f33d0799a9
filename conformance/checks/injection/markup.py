"""Input in XML: what a document may declare, and what its reader makes of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape, unescape

from conformance import packets, soap
from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.packets import XML
from conformance.probe import Probe
from conformance.probe.scene import Scene
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

# A file that is there and empty, and one that is not: whoever reads neither treats them alike.
_EMPTY, _MISSING = "file:///dev/null", "file:///vnct/none"
# So many texts of a document are tried, where one decides nothing.
_LEAVES = 2
_TELLING = "file:///etc/passwd"
_CONTENT = re.compile(rb"\broot:[^:\n]{0,100}:0:0:")
_BODY = re.compile(r"<(?:[\w.-]+:)?Body[\s>]")
_LEAF = re.compile(r"<([\w.:-]+)(?:\s[^<>]*)?>([^<>&]*\S[^<>&]*)</\1>")


def _any_reads_xml(scene: Scene, _: object) -> bool:
    return bool(_reading(scene))


@check(catalogue="INJ-007", per="target", safety="intrusive", requests=12, applies=_any_reads_xml)
def external_entities_stay_outside(probe: Probe) -> None:
    """A document cannot make its reader open files or addresses.

    Takes, of packets and of SOAP each, the first operation that is declared to read XML and reads
    only, else the first that is declared to read XML. After the example in XML, which has to
    succeed, sends it with a document
    type that declares an external entity: refused, the matter is settled. Else the entity is put
    into a text of the document: one of /etc/passwd, one that is empty (/dev/null) and one that is
    not there, both behind the true text, and, where `network.collector` of the target file
    says where the tester listens, one that lies there. Broken where an answer has the content of
    the file, where the empty file is read and the missing one is not, or where the collector was
    asked for. A document type that is overlooked is legal (OWASP ASVS 5.0, 1.5.1; CWE-611; a SOAP
    message must not contain one: SOAP 1.1, section 3). Not judged: operations that read XML without
    saying so.
    """
    _at_each_place(probe, _stays_outside)


@check(catalogue="INJ-007", per="target", safety="intrusive", requests=22, applies=_any_reads_xml)
def entities_are_not_expanded(probe: Probe) -> None:
    """A document cannot declare words of its own and have them unfolded.

    Takes the operation of `external_entities_stay_outside`. After the example in XML, which has to
    succeed, and the same with a canary in the place of one text, which must not, sends the text in
    pieces: three entities, each made of the one before, twenty bytes or so in all. Broken where
    that succeeds and an empty text does not, or where an answer shows a canary that was sent in
    pieces: a few such lines more would fill the reader's memory, which is not tried. A document
    type that is refused or overlooked is legal (OWASP ASVS 5.0, 1.5.1; CWE-776).
    """
    _at_each_place(probe, _expands_nothing)


def _expands_nothing(probe: Probe, place: _Place) -> None:
    _control(probe, place)
    told = None
    for each in (replace(place, at=at) for at in place.leaves[:_LEAVES]):
        told = _unfolds(probe, each)
        if told is False:
            return
    if told is None:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"{place.name}: nội dung không làm thay đổi trả lời",
                en=f"{place.name}: the content changes nothing in the answer",
            ),
        )


def _stays_outside(probe: Probe, place: _Place) -> None:
    _control(probe, place)
    word = probe.canary()
    collecting = probe.collecting(word)
    if collecting is not None:
        answer = place.ask(probe, _external(collecting), f"{place.written}&e;", word)
        require(not answer.fetched, expected=_OUTSIDE, observed=f"{place.name}: {collecting}")
    if not place.succeeds(place.ask(probe, _external(_EMPTY), place.written)):
        return
    answer = place.ask(probe, _external(_TELLING), "&e;")
    require(
        not _CONTENT.search(answer.body),
        expected=_OUTSIDE,
        observed=f"{place.name}: {_TELLING}",
    )
    empty, missing = _reads(probe, place)
    require(
        missing or not empty,
        expected=_OUTSIDE,
        observed=Text(
            vi=f"{place.name}: {_EMPTY} được đọc, {_MISSING} thì không",
            en=f"{place.name}: {_EMPTY} is read, {_MISSING} is not",
        ),
    )
    if not (empty and missing) and collecting is None:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"{place.name}: tài liệu có thực thể bên ngoài bị từ chối, không rõ trước hay"
                " sau khi đọc; nêu `network.collector` trong tệp đích để biết",
                en=f"{place.name}: documents with an external entity are refused, before or after"
                " it was read; name `network.collector` in the target file to know",
            ),
        )


def _unfolds(probe: Probe, place: _Place) -> bool | None:
    """Return False where a text in pieces is not put together, None where that does not show.

    Raises:
        Violation: it is put together.
    """
    word = probe.canary()
    matters = not place.succeeds(place.ask(probe, "", word))
    answer = place.ask(probe, _nested(unescape(place.written) if matters else word), "&c;")
    shown = not matters and word.encode() in answer.body
    served = place.succeeds(answer)
    if matters and served and place.succeeds(place.ask(probe, "", "")):
        # An entity that stands for nothing leaves the text empty, and that is served too.
        return _unfolds_behind(probe, place)
    require(
        not (shown or (matters and served)),
        expected=_WHOLE,
        observed=place.name,
        by=answer,
    )
    return None if served else False


def _unfolds_behind(probe: Probe, place: _Place) -> bool | None:
    """Ask the same with the first half of the text as it is, and the second in pieces."""
    text = unescape(place.written)
    head, rest = escape(text[: len(text) // 2]), text[len(text) // 2 :]
    answer = place.ask(probe, _nested(rest), f"{head}&c;")
    if not place.succeeds(answer):
        return False
    require(place.succeeds(place.ask(probe, "", head)), expected=_WHOLE, observed=place.name)
    return None


_WHOLE = Text(
    vi="thực thể khai báo trong tài liệu không được mở ra",
    en="entities that a document declares not to be unfolded",
)
_OUTSIDE = Text(
    vi="tài liệu XML không khiến hệ thống mở tệp hay địa chỉ nào",
    en="no file or address to be opened for an XML document",
)


@dataclass(frozen=True)
class _Place:
    """One text of the XML that an operation is called with.

    Attributes:
        operation: what is called.
        media_type: the media type of XML that it reads.
        document: the example, without a declaration of any kind.
        root: the name of its root.
        at: where the text begins and ends.
        leaves: where each of its texts does.
    """

    operation: Operation
    media_type: str
    document: str
    root: str
    at: tuple[int, int]
    leaves: tuple[tuple[int, int], ...] = ()

    @property
    def name(self) -> str:
        return self.operation.unit

    @property
    def written(self) -> str:
        """The text as the document has it."""
        begin, end = self.at
        return self.document[begin:end]

    def succeeds(self, answer: Exchange) -> bool:
        return self.operation.succeeded(answer)

    def ask(self, probe: Probe, declared: str, written: str, word: str = "") -> Exchange:
        """Call the operation with a document that declares something and has another text."""
        begin, end = self.at
        typed = f"<!DOCTYPE {self.root} [{declared}]>\n" if declared else ""
        body = f"{self.document[:begin]}{written}{self.document[end:]}"
        sent = f'<?xml version="1.0" encoding="UTF-8"?>\n{typed}{body}'
        return probe.call(
            self.operation,
            headers=(("Accept", self.media_type), ("Content-Type", self.media_type)),
            body=sent.encode(),
            wellformed=not declared and written == self.written,
            collects=word,
        )


def _control(probe: Probe, place: _Place) -> None:
    answer = place.ask(probe, "", place.written)
    if not place.succeeds(answer):
        raise probe.why_no_success(place.operation, answer)


def _reads(probe: Probe, place: _Place) -> tuple[bool, bool]:
    empty, missing = (
        place.succeeds(place.ask(probe, _external(address), f"{place.written}&e;"))
        for address in (_EMPTY, _MISSING)
    )
    return empty, missing


def _external(address: str) -> str:
    return f'<!ENTITY e SYSTEM "{address}">'


def _nested(text: str) -> str:
    """Declare a text as three entities, each made of the one before it."""
    third = max(1, len(text) // 3)
    parts = (text[:third], text[third : 2 * third], text[2 * third :])
    first, second, last = (escape(part).replace("%", "&#37;") for part in parts)
    return f'<!ENTITY a "{first}"><!ENTITY b "&a;{second}"><!ENTITY c "&b;{last}">'


def _at_each_place(probe: Probe, ask: Callable[[Probe, _Place], None]) -> None:
    """Ask at one operation of each protocol; what one leaves open another may still break."""
    found = sorted(_reading(probe.scene), key=lambda operation: not operation.reads)
    if not found:
        raise NotApplicable(
            Text(
                vi="không thao tác nào khai báo là đọc XML",
                en="no operation is declared to read XML",
            )
        )
    left_open: list[NotTested] = []
    first = {operation.protocol == soap.PROTOCOL: operation for operation in reversed(found)}
    for operation in first.values():
        try:
            ask(probe, _place(probe, operation))
        except NotTested as outcome:
            left_open.append(outcome)
    if left_open:
        raise left_open[0]


def _place(probe: Probe, operation: Operation) -> _Place:
    media_type, document = _document(probe, operation)
    # The header of a SOAP message is the platform's, which may look at it without reading on.
    body = _BODY.search(document) if operation.protocol == soap.PROTOCOL else None
    leaves = list(_LEAF.finditer(document, body.end() if body else 0))
    root = re.search(r"<([\w.:-]+)", document)
    if not leaves or root is None:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"{operation.unit}: tài liệu XML mẫu không có văn bản nào để thay",
                en=f"{operation.unit}: the example in XML has no text to vary",
            ),
        )
    texts = tuple(leaf.span(2) for leaf in leaves)
    return _Place(operation, media_type, document, root[1], texts[0], texts)


def _reading(scene: Scene) -> list[Operation]:
    """Return the operations that are declared to read XML."""
    return [o for o in scene.operations if any(map(packets.is_xml, o.request_types))]


def _document(probe: Probe, operation: Operation) -> tuple[str, str]:
    """Return the example of an operation in XML, and its media type, without its declaration."""
    media_type = next(filter(packets.is_xml, operation.request_types))
    given = (probe.scene.examples(operation) or {}).get("body")
    if isinstance(given, str):
        text = given
    elif operation.protocol == soap.PROTOCOL:
        formed = probe.form(operation, identity=None)
        media_type = next(value for name, value in formed.headers if name == "Content-Type")
        text = formed.body.decode()
    else:
        text = packets.written(probe.example_body(operation), XML).decode()
    return media_type, re.sub(r"^\s*<\?xml[^>]*\?>\s*", "", text)
