"""The document axis of the sandbox: what it reads, unpacks, delivers, and to whom."""

import io
import zipfile
from datetime import date
from typing import Any

import pytest

from conformance.sandbox import demonstration
from conformance.sandbox.document_axis import archives, data, elements, envelope, target
from conformance.sandbox.document_axis.envelope import Envelope
from conformance.sandbox.document_axis.store import MOVES, Store
from conformance.sandbox.messages import Refusal

SENDER, OUTSIDER, RECEIVER = demonstration.AGENCIES
NONE: frozenset[str] = frozenset()
LIST = "<edXML:ReplacementInfoList><edXML:ReplacementInfo>"
END_OF_LIST = "</edXML:ReplacementInfo></edXML:ReplacementInfoList>"


def message(number: str = "1", change: tuple[str, str] = ("", "")) -> bytes:
    return target.new_message().replace("{}", number).replace(*change).encode()


def said(body: bytes) -> Envelope:
    return envelope.opened(body, data.CLOSED)


def zipped(*files: tuple[str, bytes], deflated: bool = False) -> bytes:
    made = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED
    with zipfile.ZipFile(made, "w", method) as opened:
        for name, content in files:
            # Without the time of day: the same archive whenever tests are collected.
            opened.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return made.getvalue()


def flagged(content: bytes, flag: int) -> bytes:
    """Return an archive of one file with a flag in both of its headers."""
    made = bytearray(content)
    central = content.index(b"PK\x01\x02")
    made[6] |= flag
    made[central + 8] |= flag
    return bytes(made)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<a>",
        b"<a/><b/>",
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a/>',
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<?xml version="1.0" encoding="ISO-8859-1"?><a/>',
        b"<a>\xe9</a>",
        b"<a>" * 41 + b"</a>" * 41,
        b"<a>" + b"<b/>" * 5001 + b"</a>",
        b"<n:a/>",
    ],
)
def test_what_is_no_proper_document_is_refused(body: bytes) -> None:
    with pytest.raises(elements.NotXMLError):
        elements.read(body)


def test_a_document_is_read_with_its_namespaces() -> None:
    root = elements.read(b'<p:a xmlns:p="urn:x">1<b>2</b></p:a>')
    assert (root.namespace, root.name, root.text) == ("urn:x", "a", "1")
    assert [(node.namespace, node.name) for node in root.children] == [("", "b")]


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (zipped(("cong-van.txt", b"a")), set()),
        (zipped(("thu-muc/..a/b.txt", b"a")), set()),
        (zipped(("../a", b"a")), {"slip"}),
        (zipped(("a/../../b", b"a")), {"slip"}),
        (zipped(("/etc/a", b"a")), {"slip"}),
        (zipped(("C:/a", b"a")), {"slip"}),
        (zipped(("trong.ZIP", b"a")), {"nested"}),
        (flagged(zipped(("a", b"a")), 1), {"sealed"}),
        (zipped(("a", bytes(2 * 1024 * 1024)), deflated=True), {"bomb"}),
        (zipped(("a", bytes(6 * 1024 * 1024)), deflated=True), {"bomb"}),
        (zipped(*((f"{n}", b"") for n in range(201))), {"bomb"}),
        (zipped(("a", b"van ban " * 4000), deflated=True), set()),
        (zipped(("a", b"a"))[:-10], {"broken"}),
    ],
    ids=lambda value: "archive" if isinstance(value, bytes) else "-".join(sorted(value)) or "right",
)
def test_archives_are_looked_through(content: bytes, wrong: set[str]) -> None:
    assert archives.is_archive(content)
    assert archives.flaws(content) == wrong


def test_an_archive_that_lies_about_its_size_is_no_less_refused() -> None:
    content = bytearray(zipped(("a", bytes(2 * 1024 * 1024)), deflated=True))
    central = content.index(b"PK\x01\x02")
    content[central + 24 : central + 28] = (10).to_bytes(4, "little")
    assert archives.flaws(bytes(content)) & {"bomb", "broken"}


def test_what_the_example_says() -> None:
    found = said(message("7"))
    assert (found.kind, found.sender, found.receivers) == ("edoc", "H57.01", ("G15",))
    assert found.document_id == "H57.01,2026/10/01,7/VPUB"
    assert found.promulgated == date(2026, 10, 1)


@pytest.mark.parametrize(
    "change",
    [
        (envelope.NAMESPACE, "http://www.go.vn/eDoc"),
        ("<edXML:From>", "<edXML:From/><edXML:From>"),
        ("edXML:To>", "edXML:Toi>"),
        ("edXML:DocumentId>", "edXML:DocumentCode>"),
        (">G15<", ">G14<"),
        (">G15<", ">000.00.00.G15<"),
        (">2026-10-01<", ">2026-02-30<"),
        (">2026-10-01<", ">01/10/2026<"),
        ("cid:tep-1", "cid:tep-2"),
        ("DocType>0<", "DocType>9<"),
        ("DocType>0<", "DocType>1<"),
        ("<ContentTransferEncoded>", "<ContentTransferEncoded>*"),
    ],
)
def test_a_message_that_breaks_a_rule_is_refused(change: tuple[str, str]) -> None:
    with pytest.raises(Refusal) as refusal:
        said(message(change=change))
    assert refusal.value.status == 400


def sent(store: Store, number: str = "1") -> str:
    body = message(number)
    return store.send(SENDER, body, said(body), NONE).doc_id


def told(store: Store, doc_id: str, *statuses: str, who: Any = RECEIVER) -> list[str]:
    return [store.tell(who, doc_id, {"status": status}, NONE)["status"] for status in statuses]


def test_a_document_is_delivered_to_its_parties_alone() -> None:
    store = Store()
    doc_id = sent(store)
    assert store.read(SENDER, doc_id) is store.read(RECEIVER, doc_id)
    with pytest.raises(Refusal) as refusal:
        store.read(OUTSIDER, doc_id)
    assert refusal.value.status == 404
    assert doc_id not in {document.doc_id for document in store.visible(OUTSIDER)}


def test_nobody_sends_in_another_name_nor_twice() -> None:
    store, body = Store(), message()
    with pytest.raises(Refusal) as refusal:
        store.send(OUTSIDER, body, said(body), NONE)
    assert refusal.value.status == 403
    sent(store)
    with pytest.raises(Refusal) as again:
        sent(store)
    assert again.value.status == 409


def test_statuses_move_forwards_and_are_told_once() -> None:
    store = Store()
    doc_id = sent(store)
    assert told(store, doc_id, "03", "03", "04", "05", "06") == ["03", "03", "04", "05", "06"]
    assert [step["status"] for step in store.read(SENDER, doc_id).steps] == ["03", "04", "05", "06"]
    with pytest.raises(Refusal) as refusal:
        told(store, doc_id, "03")
    assert refusal.value.status == 409


def test_the_sender_asks_back_and_tells_nothing_else() -> None:
    store = Store()
    doc_id = sent(store)
    with pytest.raises(Refusal) as refusal:
        told(store, doc_id, "03", who=SENDER)
    assert refusal.value.status == 403
    assert told(store, doc_id, "13", who=SENDER) == ["13"]
    assert told(store, doc_id, "15") == ["15"]


def test_every_status_that_can_be_reached_is_known() -> None:
    assert {then for moves in MOVES.values() for then in moves} <= set(MOVES)


@pytest.mark.parametrize(
    ("kind", "about", "state"),
    [
        ("1", "<edXML:DocumentId>{}</edXML:DocumentId>", "revoked"),
        (
            "3",
            f"{LIST}<edXML:DocumentId>{{}}</edXML:DocumentId>{END_OF_LIST}",
            "replaced",
        ),
    ],
)
def test_a_later_message_ends_a_document(kind: str, about: str, state: str) -> None:
    store = Store()
    first = store.read(SENDER, sent(store))
    named = about.format(first.said.document_id)
    body = message(
        "2",
        ("DocType>0</edXML:BussinessDocType>", f"DocType>{kind}</edXML:BussinessDocType>{named}"),
    )
    later = store.send(SENDER, body, said(body), NONE)
    assert first.end() == {"state": state, "endedBy": later.doc_id}
