"""Messages with data of citizens: CongdanCollection of QCVN 109:2017/BTTTT, in XML and in JSON.

Annexes B and D were read: the rules of the schema and a sample message.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from conformance import packets, xml_tree
from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.likeness import Told, differing_names, differing_texts
from conformance.packets import JSON, XML
from conformance.probe import Probe
from conformance.probe.obstacles import unbroken
from conformance.text import Text
from conformance.verdict import NotTested, Reason
from conformance.xml_tree import Element, local_time

NAMESPACE = "http://www.mic.gov.vn/dancu/1.0"
_ROOT, _CITIZEN = "CongdanCollection", "CongDan"


def offers_both(_scene: Any, operation: Operation | None) -> bool:
    """Whether the successes of an operation come in JSON and in XML."""
    if operation is None:
        return True
    told = {
        name for status, types in operation.responses.items() if status[:1] == "2" for name in types
    }
    return JSON in told and any(packets.is_xml(name) for name in told)


@check(catalogue="FMT-028", per="operation", requests=2, contract=True, applies=offers_both)
def collections_are_of_the_norm(probe: Probe, operation: Operation) -> None:
    """Citizens come in a CongdanCollection, in the namespace of the norm.

    Accepts XML only, after a success in JSON: the answer is XML, well-formed, without a document
    type; its root is `CongdanCollection` and each child of it `CongDan`, all in the namespace
    http://www.mic.gov.vn/dancu/1.0, under whatever prefix (QCVN 109:2017/BTTTT, Annex D).
    """
    probe.control(operation)
    answer = _in_xml(probe, operation)
    require(
        answer.succeeded and packets.is_xml(answer.media_type),
        expected=Text(vi="trả lời dạng XML", en="an answer in XML"),
        observed=f"{answer.status} {answer.media_type}",
    )
    root = xml_tree.read(answer.body)
    require(
        root is not None,
        expected=Text(
            vi="XML đúng cú pháp, không có DOCTYPE", en="well-formed XML without a DOCTYPE"
        ),
        observed=packets.flaw_of_xml(answer.body),
    )
    assert root is not None  # noqa: S101  # it was demanded just now
    wanted = [f"{{{NAMESPACE}}}{_ROOT}", f"{{{NAMESPACE}}}{_CITIZEN}"]
    tags = list(dict.fromkeys([root.tag, *(child.tag for child in root)]))
    require(
        tags[0] == wanted[0] and set(tags[1:]) <= {wanted[1]},
        expected=Text(
            vi=f"phần tử {_ROOT} gồm các {_CITIZEN} thuộc không gian tên {NAMESPACE}",
            en=f"a {_ROOT} of {_CITIZEN}s in the namespace {NAMESPACE}",
        ),
        observed=", ".join(tags[:3]),
    )


@check(catalogue="DAT-005", per="operation", requests=2, contract=True, applies=offers_both)
def collections_count_their_citizens(probe: Probe, operation: Operation) -> None:
    """SoCongDan is how many citizens the message has, and ThoiDiemDuLieu when that was so.

    Accepts XML only, after a success in JSON, and reads the attributes of the root: the first is
    the number of the `CongDan` in it, the second an `xsd:dateTime`, with or without an offset
    (QCVN 109:2017/BTTTT, Annexes B and D).
    """
    probe.control(operation)
    root = _collection(_in_xml(probe, operation))
    count = str(sum(xml_tree.local(child) == _CITIZEN for child in root))
    require(
        root.get("SoCongDan") == count,
        expected=Text(vi=f"SoCongDan = {count}", en=f"a SoCongDan of {count}"),
        observed=root.get("SoCongDan") or Text(vi="không có", en="none"),
    )
    told = root.get("ThoiDiemDuLieu") or ""
    require(
        local_time(told) is not None,
        expected=Text(
            vi="ThoiDiemDuLieu dạng YYYY-MM-DDThh:mm:ss", en="a ThoiDiemDuLieu YYYY-MM-DDThh:mm:ss"
        ),
        observed=told or Text(vi="không có", en="none"),
    )


@check(catalogue="FUZ-023", per="operation", requests=3, contract=True, applies=offers_both)
def formats_say_the_same(probe: Probe, operation: Operation) -> None:
    """The same query tells the same in JSON and in XML.

    Asks in JSON, in XML and in JSON again, and compares the texts of elements and attributes with
    those of members: by name where XML has all names of JSON, else by text alone. What changes
    between the two answers in JSON is left out, what is empty says nothing, and a time without an
    offset is one of Viet Nam (QCVN 109:2017/BTTTT).
    """
    first = _said(probe.control(operation))
    root = _collection(_in_xml(probe, operation))
    again = _said(probe.control(operation))
    other = _told(root)
    named = {name for name, _ in first} <= {name for name, _ in other}
    names = sorted(differing_names(first, other, again)) if named else []
    count = differing_texts(first, other, again)
    require(
        not names and not count,
        expected=Text(vi="XML và JSON cùng nội dung", en="the same content in XML and JSON"),
        observed=", ".join(names[:5])
        or Text(vi=f"{count} giá trị khác nhau", en=f"{count} different values"),
    )


def _in_xml(probe: Probe, operation: Operation) -> Exchange:
    return unbroken(probe.call(operation, headers=(("Accept", XML),)))


def _collection(answer: Exchange) -> Element:
    """Return the root of an answer.

    Raises:
        NotTested: it is no XML that can be read; another check says so.
    """
    is_xml = answer.succeeded and packets.is_xml(answer.media_type)
    root = xml_tree.read(answer.body) if is_xml else None
    if root is None:
        raise NotTested(
            Reason.DEPENDENCY_FAILED,
            Text(vi="không có trả lời dạng XML đọc được", en="no answer in XML that can be read"),
        )
    return root


def _said(answer: Exchange) -> Told:
    told = packets.told(answer.json_object())
    return Counter((name, _plain(text)) for name, text in told.elements())


def _told(root: Element) -> Told:
    """Return the named texts of leaves and attributes; those of namespaces are the schema's."""
    found: Told = Counter()
    for element in root.iter():
        words = _plain(element.text or "")
        if words and not len(element):
            found[xml_tree.local(element), words] += 1
        for name, value in element.attrib.items():
            if not name.startswith("{") and value.split():
                found[name, _plain(value)] += 1
    return found


def _plain(text: str) -> str:
    """Return a text without what layout and the way of writing a time add to it."""
    words = " ".join(text.split())
    # Without an offset it is a time of the country: the norm's example has none.
    return local_time(words) or words
