"""XML: well-formed, in UTF-8, with the namespaces that it has."""

from __future__ import annotations

import re
from collections.abc import Callable

from conformance import packets, xml_tree
from conformance.check import check, law, require
from conformance.evidence import Exchange
from conformance.formats.encoding import is_utf8
from conformance.probe import Probe
from conformance.probe.markup import Document, Place, any_reads_xml, place
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_BROKEN = 500
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?\sencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_UTF8 = frozenset({"utf-8", "utf8", "us-ascii"})
# No namespace of anybody's.
_OTHER = "urn:vnct:khong-gian-ten-khac"


@law(catalogue="FMT-028", per="target", on="all")
def xml_is_well_formed(answer: Exchange) -> None:
    """XML in an answer is well-formed and declares no document type.

    Looks at answers that say that they are XML (XML 1.0, section 2.1; RFC 7303). A document type
    is legal XML; that none is declared is a rule of this programme: readers that are closed
    against entities refuse it.
    """
    flaw = packets.flaw_of_xml(_xml(answer))
    if flaw == packets.TOO_DEEP:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(vi="XML lồng quá sâu để đọc", en="the XML is nested deeper than we read"),
        )
    require(
        flaw is None,
        expected=Text(
            vi="XML đúng cú pháp, không có DOCTYPE", en="well-formed XML without a DOCTYPE"
        ),
        observed=flaw,
    )


@law(catalogue="FMT-028", per="target", on="all")
def xml_says_that_it_is_utf8(answer: Exchange) -> None:
    """XML in an answer is in UTF-8, and says nothing else.

    Looks at the bytes and at the encoding that the XML declaration names, if any; the charset of
    the media type is looked at by `formats.text.text_is_utf8` (XML 1.0, section 4.3.3; RFC 7303,
    section 3).
    """
    body = _xml(answer)
    declared = _DECLARED.search(body.removeprefix(b"\xef\xbb\xbf")[:200])
    named = declared[1].decode("ascii") if declared else "utf-8"
    require(
        named.lower() in _UTF8 and is_utf8(body),
        expected=Text(vi="XML theo bảng mã UTF-8", en="XML in UTF-8"),
        observed=named,
    )


@check(catalogue="FMT-028", per="target", safety="intrusive", requests=9, applies=any_reads_xml)
def broken_xml_is_refused(probe: Probe) -> None:
    """A document that is not well-formed is refused, and breaks nothing.

    Takes the first operation that is declared to read XML and reads only, else the first that is
    declared to read XML. After the example in XML, which has to succeed, sends it cut off, with a
    bare ampersand, with an entity that nobody declared, with a second root, with a byte that is
    no UTF-8, with a control character, and with an element that is never closed. Each is refused,
    by status or by packet, and none with 5xx: a processor must not go on in its normal way (XML
    1.0, section 1.2, fatal error; RFC 9110, section 15.5.1).
    """
    asked = place(probe)
    asked.control(probe)
    for said, change in _BREAKS:
        answer = asked.ask(probe, change)
        require(
            not asked.succeeds(answer) and answer.status < _BROKEN,
            expected=Text(
                vi="XML sai cú pháp bị từ chối bằng mã 4xx hoặc gói tin báo lỗi",
                en="XML that is not well-formed to be refused with 4xx, or in a packet",
            ),
            observed=Text(
                vi=f"{asked.name}: {said.vi} → {answer.status}",
                en=f"{asked.name}: {said.en} → {answer.status}",
            ),
            by=answer,
        )


@check(catalogue="FMT-028", per="target", safety="intrusive", requests=2, applies=any_reads_xml)
def other_namespaces_are_refused(probe: Probe) -> None:
    """A document whose names are of another namespace is refused.

    Takes the operation of `broken_xml_is_refused`. After the example in XML, which has to succeed,
    sends it with an invented namespace in the place of that of its root: the names mean something
    else then (Namespaces in XML 1.0, section 2). Not asked where the example has none.
    """
    asked = place(probe)
    uri = _namespace(probe, asked)
    asked.control(probe)
    answer = asked.ask(
        probe,
        lambda document: document.with_(document.written).replace(uri.encode(), _OTHER.encode()),
    )
    require(
        not asked.succeeds(answer) and answer.status < _BROKEN,
        expected=Text(
            vi=f"chỉ nhận phần tử thuộc không gian tên {uri}",
            en=f"elements of the namespace {uri} alone to be taken",
        ),
        observed=Text(
            vi=f"{asked.name}: không gian tên {_OTHER} → {answer.status}",
            en=f"{asked.name}: the namespace {_OTHER} → {answer.status}",
        ),
        by=answer,
    )


@check(catalogue="FMT-028", per="target", safety="write", requests=2, applies=any_reads_xml)
def prefixes_do_not_matter(probe: Probe) -> None:
    """The same document with another prefix for its namespace means the same.

    Takes the operation of `broken_xml_is_refused`. After the example in XML, which has to succeed,
    sends it with all names of its root's namespace under a prefix of the tester's: a prefix is a
    placeholder for the namespace and nothing else (Namespaces in XML 1.0, section 4). Not asked
    where the example has no namespace.
    """
    asked = place(probe)
    _namespace(probe, asked)
    asked.control(probe)
    answer = asked.ask(probe, _with_prefix)
    require(
        asked.succeeds(answer),
        expected=Text(
            vi="tiền tố không gian tên không làm thay đổi ý nghĩa",
            en="the prefix of a namespace to change nothing",
        ),
        observed=f"{asked.name}: vnct: → {answer.status}",
        by=answer,
    )


def _xml(answer: Exchange) -> bytes:
    if not packets.is_xml(answer.media_type) or not answer.has_body:
        raise NotApplicable(Text(vi="không phải XML", en="not XML"))
    return answer.body


def _namespace(probe: Probe, asked: Place) -> str:
    """Return the namespace of the root of the example.

    Raises:
        NotApplicable: it is in none.
        NotTested: the example is no XML.
    """
    document = asked.document(probe)
    root = xml_tree.read(document.with_(document.written))
    if root is None:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(vi="tài liệu mẫu không phải là XML đúng", en="the example is no proper XML"),
        )
    uri = xml_tree.namespace(root)
    if not uri:
        raise NotApplicable(
            Text(vi="tài liệu không có không gian tên", en="the document has no namespace")
        )
    return uri


def _with_prefix(document: Document) -> bytes:
    root = xml_tree.read(document.with_(document.written))
    assert root is not None  # noqa: S101  # it has a namespace
    return xml_tree.written(root, "vnct")


def _behind(text: str) -> Callable[[Document], bytes]:
    return lambda document: document.behind_prose(text)


def _cut(document: Document) -> bytes:
    whole = document.with_(document.written).rstrip()
    return whole[: whole.rindex(b"</")]


def _twice(document: Document) -> bytes:
    return document.with_(document.written).rstrip() + b"<vnct/>"


def _no_utf8(document: Document) -> bytes:
    return _behind("vnct")(document).replace(b"vnct", b"\xe9\xff", 1)


_BREAKS: tuple[tuple[Text, Callable[[Document], bytes]], ...] = (
    (Text(vi="tài liệu bị cắt dở", en="cut off"), _cut),
    (Text(vi="dấu & đứng một mình", en="a bare ampersand"), _behind(" & ")),
    (Text(vi="thực thể không khai báo", en="an undeclared entity"), _behind("&vnct;")),
    (Text(vi="hai phần tử gốc", en="two roots"), _twice),
    (Text(vi="byte không phải UTF-8", en="a byte that is no UTF-8"), _no_utf8),
    (Text(vi="ký tự điều khiển", en="a control character"), _behind("\x01")),
    (Text(vi="phần tử không đóng", en="an element never closed"), _behind("<vnct>")),
)
