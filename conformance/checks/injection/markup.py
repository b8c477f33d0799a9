"""Input in XML: what a document may declare, and what its reader makes of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape
from typing import Annotated

from conformance.check import Lower, check, require
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.probe.markup import Document, Place, any_reads_xml, place
from conformance.text import Text
from conformance.verdict import NotTested, Reason

# A file that is there and empty, and one that is not: whoever reads neither treats them alike.
_EMPTY, _MISSING = "file:///dev/null", "file:///vnct/none"
_TELLING = "file:///etc/passwd"
_CONTENT = re.compile(rb"\broot:[^:\n]{0,100}:0:0:")


@check(catalogue="INJ-007", per="target", safety="intrusive", requests=6, applies=any_reads_xml)
def external_entities_stay_outside(probe: Probe) -> None:
    """A document cannot make its reader open files or addresses.

    Takes the first operation that is declared to read XML and reads only, else the first that is
    declared to read XML. After the example in XML, which has to succeed, sends it with a document
    type that declares an external entity: refused, the matter is settled. Else the entity is put
    into a text of the document: one of /etc/passwd, one that is empty (/dev/null) and one that is
    not there, both behind the true text, and, where `network.collector` of the target file
    says where the tester listens, one that lies there. Broken where an answer has the content of
    the file, where the empty file is read and the missing one is not, or where the collector was
    asked for. A document type that is overlooked is legal (OWASP ASVS 5.0, 1.5.1; CWE-611). Not
    judged: operations that read XML without saying so.
    """
    asked = place(probe)
    asked.control(probe)
    word = probe.canary()
    collecting = probe.collecting(word)
    if collecting is not None:
        answer = asked.ask(probe, _behind(_external(collecting)), word)
        require(not answer.fetched, expected=_OUTSIDE, observed=f"{asked.name}: {collecting}")
    if not asked.succeeds(asked.ask(probe, _behind(_external(_EMPTY), ""))):
        return
    answer = asked.ask(probe, _instead(_external(_TELLING)))
    require(
        not _CONTENT.search(answer.body),
        expected=_OUTSIDE,
        observed=f"{asked.name}: {_TELLING}",
    )
    empty, missing = (
        asked.succeeds(asked.ask(probe, _behind(_external(address))))
        for address in (_EMPTY, _MISSING)
    )
    require(missing or not empty, expected=_OUTSIDE, observed=_one_of_two(asked))
    if not (empty and missing) and collecting is None:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"{asked.name}: tài liệu có thực thể bên ngoài bị từ chối, không rõ trước hay"
                " sau khi đọc; nêu `network.collector` trong tệp đích để biết",
                en=f"{asked.name}: documents with an external entity are refused, before or after"
                " it was read; name `network.collector` in the target file to know",
            ),
        )


@check(catalogue="INJ-007", per="target", safety="intrusive", requests=3, applies=any_reads_xml)
def entities_are_not_expanded(probe: Probe) -> None:
    """A document cannot declare words of its own and have them unfolded.

    Takes the operation of `external_entities_stay_outside`. After the example in XML, which has to
    succeed, and the same with a canary in the place of one text, which must not, sends the text in
    pieces: three entities, each made of the one before, twenty bytes or so in all. Broken where
    that succeeds, or where an answer shows a canary that was sent in pieces: a few such lines more
    would fill the reader's memory, which is not tried. A document type that is refused or
    overlooked is legal (OWASP ASVS 5.0, 1.5.1; CWE-776).
    """
    asked = place(probe)
    asked.control(probe)
    word = probe.canary()
    matters = not asked.succeeds(asked.ask(probe, lambda document: document.with_(word)))
    answer = asked.ask(
        probe,
        lambda document: _typed(
            document, _nested(unescape(document.written) if matters else word), "&c;"
        ),
    )
    shown = not matters and word.encode() in answer.body
    require(
        not (shown or (matters and asked.succeeds(answer))),
        expected=Text(
            vi="thực thể khai báo trong tài liệu không được mở ra",
            en="entities that a document declares not to be unfolded",
        ),
        observed=asked.name,
    )
    if not matters and asked.succeeds(answer):
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"{asked.name}: nội dung không làm thay đổi trả lời",
                en=f"{asked.name}: the content changes nothing in the answer",
            ),
        )


@check(catalogue="INJ-007", per="target", safety="intrusive", requests=4, applies=any_reads_xml)
def external_types_stay_outside(probe: Probe) -> None:
    """A document cannot make its reader fetch the document type that it names.

    Takes the operation of `external_entities_stay_outside`. After the example in XML, which has to
    succeed, sends it with a document type that lies elsewhere: where the tester listens, if
    `network.collector` of the target file says where that is, in a file that is empty (/dev/null),
    and in one that is not there. Broken where the collector was asked for, or where the empty one
    is read and the missing one is not. A document type that is refused or overlooked is legal
    (OWASP ASVS 5.0, 1.5.1; CWE-611). Not judged without a collector: a reader that fetches
    addresses and no files.
    """
    asked = place(probe)
    asked.control(probe)
    word = probe.canary()
    collecting = probe.collecting(word)
    if collecting is not None:
        answer = asked.ask(probe, _of_type(collecting), word)
        require(not answer.fetched, expected=_OUTSIDE, observed=f"{asked.name}: {collecting}")
    if asked.succeeds(asked.ask(probe, _of_type(_EMPTY))):
        missing = asked.succeeds(asked.ask(probe, _of_type(_MISSING)))
        require(missing, expected=_OUTSIDE, observed=_one_of_two(asked))


@check(catalogue="INJ-007", per="target", safety="intrusive", requests=3, applies=any_reads_xml)
def growing_entities_do_no_harm(probe: Probe, *, max_seconds: Annotated[int, Lower] = 5) -> None:
    """A few lines of XML that would grow a thousandfold neither break nor hold up the reader.

    Takes the operation of `external_entities_stay_outside`. Sends the example in XML, which has to
    succeed, then with entities of entities that would unfold to a million letters behind one text,
    which are far fewer than a server has to bear, then the example once more. Broken where the
    second is answered with 5xx, or not within `max_seconds`, while the example is (OWASP ASVS 5.0,
    1.5.1; CWE-776). Whether they are unfolded is asked by `entities_are_not_expanded`.
    """
    asked = place(probe)
    before = asked.control(probe)
    answer = asked.ask(probe, lambda document: _typed(document, _GROWING, f"{document.written}&g;"))
    after = asked.control(probe)
    require(
        answer.status < _BROKEN,
        expected=Text(
            vi="tài liệu có thực thể nở lớn bị từ chối, không làm hỏng máy chủ",
            en="a document with growing entities to be refused, not to break the server",
        ),
        observed=f"{asked.name}: {answer.status}",
        by=answer,
    )
    usual = max(_seconds(before), _seconds(after))
    require(
        _seconds(answer) <= max_seconds or usual > max_seconds,
        expected=Text(
            vi=f"trả lời trong {max_seconds} giây", en=f"an answer within {max_seconds} seconds"
        ),
        observed=Text(
            vi=f"{asked.name}: {_seconds(answer):.1f} giây",
            en=f"{asked.name}: {_seconds(answer):.1f} seconds",
        ),
        by=answer,
    )


_BROKEN = 500
_OUTSIDE = Text(
    vi="tài liệu XML không khiến hệ thống mở tệp hay địa chỉ nào",
    en="no file or address to be opened for an XML document",
)
# Six steps of ten: a million letters.
_GROWING = '<!ENTITY a "x">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">'
    for before, name in zip("abcdef", "bcdefg", strict=True)
)


def _seconds(answer: Exchange) -> float:
    return answer.response.seconds if answer.response else 0.0


def _one_of_two(asked: Place) -> Text:
    return Text(
        vi=f"{asked.name}: {_EMPTY} được đọc, {_MISSING} thì không",
        en=f"{asked.name}: {_EMPTY} is read, {_MISSING} is not",
    )


def _typed(document: Document, declared: str, written: str) -> bytes:
    """Return a document that declares something and has another text."""
    return document.with_(written, f"<!DOCTYPE {document.root} [{declared}]>\n")


def _behind(declared: str, entity: str = "&e;") -> Callable[[Document], bytes]:
    """Return what puts an entity behind the text of a document that declares it."""
    return lambda document: _typed(document, declared, f"{document.written}{entity}")


def _instead(declared: str) -> Callable[[Document], bytes]:
    return lambda document: _typed(document, declared, "&e;")


def _of_type(address: str) -> Callable[[Document], bytes]:
    """Return what says of a document that its type lies elsewhere."""
    return lambda document: document.with_(
        document.written, f'<!DOCTYPE {document.root} SYSTEM "{address}">\n'
    )


def _external(address: str) -> str:
    return f'<!ENTITY e SYSTEM "{address}">'


def _nested(text: str) -> str:
    """Declare a text as three entities, each made of the one before it."""
    third = max(1, len(text) // 3)
    parts = (text[:third], text[third : 2 * third], text[2 * third :])
    first, second, last = (escape(part).replace("%", "&#37;") for part in parts)
    return f'<!ENTITY a "{first}"><!ENTITY b "&a;{second}"><!ENTITY c "&b;{last}">'
