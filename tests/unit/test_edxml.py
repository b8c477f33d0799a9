"""XML with its namespaces, messages in edXML, and archives that nobody should unpack."""

import io
import time
import zipfile
import zlib
from pathlib import Path

import pytest
from making import (
    SCHEMES,
    SECURED,
    Reply,
    Seen,
    agency,
    answers,
    attempted,
    contract,
    demand,
    exchange,
    goal,
    planned,
    profile,
)

from conformance import check, edxml, xml_tree
from conformance.checks.protocols import archives
from conformance.sandbox.document_axis import data
from conformance.verdict import NotApplicable, NotTested, Reason, Verdict, Violation

MESSAGE = data.message("H57.01", ("G15", "H26"), "2026-10-01", "1", "Báo cáo & kế hoạch").encode()
DOCTYPE = b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'


def test_a_message_is_read_changed_and_written() -> None:
    root = edxml.read(MESSAGE)
    assert root is not None
    assert edxml.parties(root, "From") == ["H57.01"]
    assert edxml.parties(root, "To") == ["G15", "H26"]
    assert edxml.references(root) == [name for name, _ in edxml.attachments(root)] == ["tep-1"]
    assert edxml.drop(root, *edxml.HEADER, "To")
    edxml.say(
        root,
        "1",
        *edxml.TRACES,
        "Bussiness",
        "ReplacementInfoList",
        "ReplacementInfo",
        "DocumentId",
    )
    again = edxml.read(edxml.written(root))
    assert again is not None
    assert edxml.parties(again, "To") == []
    assert edxml.said(again, *edxml.HEADER, "Subject") == "Báo cáo & kế hoạch"
    assert (
        edxml.said(
            again,
            *edxml.TRACES,
            "Bussiness",
            "ReplacementInfoList",
            "ReplacementInfo",
            "DocumentId",
        )
        == "1"
    )


@pytest.mark.parametrize("body", [b"", b"<a>", DOCTYPE, b"\xff"])
def test_what_is_no_document_or_declares_a_type_is_not_read(body: bytes) -> None:
    assert xml_tree.read(body) is None


def test_another_prefix_changes_no_name() -> None:
    root = xml_tree.read(
        b'<a xmlns="urn:x" xmlns:l="urn:l" l:href="1 &amp; &quot;2&quot;"><b/>c</a>'
    )
    assert root is not None
    again = xml_tree.read(xml_tree.written(root, "p"))
    assert again is not None
    assert b"<p:a" in xml_tree.written(root, "p")
    assert [node.tag for node in again.iter()] == [node.tag for node in root.iter()]
    assert again.attrib == root.attrib


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-10-01", "2026-10-01"),
        ("2026/10/01", "2026-10-01"),
        ("2026/02/30", None),
        ("01/10/2026", None),
        ("", None),
    ],
)
def test_days(written: str, meant: str | None) -> None:
    assert edxml.as_date(written) == meant


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("../../vnct.txt", archives.climbing("../../vnct.txt")),
        ("vnct.txt", archives.growing()),
        ("vnct.txt", archives.encrypted()),
        ("giua.zip", archives.nested()),
    ],
)
def test_our_archives_are_what_readers_take_for_archives(name: str, made: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(made)) as opened:
        assert opened.namelist()[0] == name


def test_what_grows_is_small_and_bounded() -> None:
    made = archives.growing()
    with zipfile.ZipFile(io.BytesIO(made)) as opened:
        entries = opened.infolist()
    assert len(made) < 30_000
    assert sum(entry.file_size for entry in entries) == 64 * 1024 * 1024
    begins = made.index(b"vnct.txt") + len("vnct.txt")
    zeros = zlib.decompress(made[begins : begins + entries[0].compress_size], -15)
    assert zeros == bytes(entries[0].file_size)


def judged(check_id: str, body: bytes, media_type: str = "application/xml") -> None:
    law = check.find(check_id, place="test").ask
    law(exchange(headers=(("Content-Type", media_type),), body=body))


def test_xml_deeper_than_is_read_is_no_finding() -> None:
    with pytest.raises(NotTested) as outcome:
        judged("formats.xml.xml_is_well_formed", b"<a>" * 70 + b"</a>" * 70)
    assert outcome.value.reason is Reason.INCONCLUSIVE


@pytest.mark.parametrize(
    ("codes", "day", "merged", "fails"),
    [
        ("H57.01", "2026-10-01", (), False),
        ("000.00.01.H57", "2026-10-01", (), True),
        ("000.00.01.H57", "2019-10-01", (), False),
        ("G14.02", "2025-04-13", (), False),
        ("G14.02", "2025-04-14", (), True),
        ("H03.01", "2026-10-01", (), False),
        ("H03.01", "2026-10-01", ("H03",), True),
        ("0100112437", "2026-10-01", (), False),
    ],
)
def test_codes_are_judged_by_the_day_of_the_document(
    codes: str, day: str, merged: tuple[str, ...], *, fails: bool
) -> None:
    body = MESSAGE.replace(b">H57.01<", f">{codes}<".encode()).replace(
        b">2026-10-01<", f">{day}<".encode()
    )
    law = check.find("protocols.edxml.agencies_have_codes_in_force", place="test").ask
    answer = exchange(headers=(("Content-Type", "application/xml"),), body=body)
    if fails:
        with pytest.raises(Violation):
            law(answer, merged=merged)
    else:
        law(answer, merged=merged)


def test_json_and_xml_of_others_is_no_matter_of_documents() -> None:
    for media_type, body in (("application/json", b"{}"), ("application/xml", b"<a/>")):
        with pytest.raises(NotApplicable):
            judged("protocols.edxml.attachments_are_base64", body, media_type)


@pytest.mark.parametrize(
    ("theirs", "outcome"),
    [
        (Reply(200, b"<a>mine</a>", (("Content-Type", "application/xml"),)), (Verdict.FAIL, None)),
        (
            Reply(200, b"<a>other</a>", (("Content-Type", "application/xml"),)),
            (Verdict.NOT_TESTED, Reason.INCONCLUSIVE),
        ),
        (Reply(404, b"{}"), (Verdict.PASS, None)),
        (Reply(204, b""), (Verdict.PASS, None)),
    ],
)
def test_somebody_elses_document_that_is_no_json(
    theirs: Reply, outcome: tuple[Verdict, Reason | None], tmp_path: Path
) -> None:
    def serve(seen: Seen) -> Reply:
        if seen.header("Authorization")[-1] == "b":
            return theirs
        return Reply(200, b"<a>mine</a>", (("Content-Type", "application/xml"),))

    path = {"get": answers(operationId="read", security=SECURED)}
    path["parameters"] = [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    ]
    made = contract({"/a/{id}": path}, **SCHEMES)
    with agency(serve) as server:
        wanted = goal(
            server.base_url,
            identities={f"citizen_{who}": {"bearer": f"demo:token-{who}"} for who in "ab"},
            examples={"read": {"id": "1", "owner": "citizen_a"}},
            operations={"personal": ["read"]},
        )
        rules = profile(demand("T-AUT-01", "authorization.ownership.others_cannot_read"))
        _, found = attempted(planned(made, wanted, rules), tmp_path)
    assert [(finding.verdict, finding.reason) for finding in found] == [outcome]


@pytest.mark.parametrize(
    ("status", "pause", "verdict"),
    [(400, 0.0, Verdict.PASS), (500, 0.0, Verdict.FAIL), (400, 1.3, Verdict.FAIL)],
)
def test_growing_entities_are_weathered_in_time(
    status: int, pause: float, verdict: Verdict, tmp_path: Path
) -> None:
    def serve(seen: Seen) -> Reply:
        if b"<!ENTITY" not in seen.body:
            return Reply(200, b"{}")
        time.sleep(pause)
        return Reply(status, b"{}")

    body = {"content": {"application/xml": {"schema": {"type": "string"}}}}
    made = contract({"/a": {"post": answers(operationId="send", requestBody=body)}})
    with agency(serve) as server:
        wanted = goal(
            server.base_url,
            allow=["read", "write", "intrusive"],
            authorisation={"reference": "No. 1", "by": "The owner"},
            examples={"send": {"body": "<a><b>Kế hoạch</b></a>"}},
        )
        use = {"injection.markup.growing_entities_do_no_harm": {"max_seconds": 1}}
        _, found = attempted(planned(made, wanted, profile(demand("T-INJ-01", use))), tmp_path)
    assert [finding.verdict for finding in found] == [verdict]
