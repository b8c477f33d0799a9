"""Packets read from JSON and XML, leniently and without danger."""

import json

import pytest

from conformance import packets
from conformance.packets import JSON, XML

DOSSIER = {"MaHoSo": "H57.01-250701-00001", "ChuHoSo": "Đặng Quốc Ưng & con", "GhiChu": ""}
PACKET = {"error_code": "00", "result": [DOSSIER, {**DOSSIER, "TaiLieuNop": [{"SoLuong": "1"}]}]}


def test_a_packet_says_the_same_in_both_formats() -> None:
    in_xml = packets.parsed(packets.written(PACKET, XML), "Application/XML; charset=utf-8")
    in_json = packets.parsed(packets.written(PACKET, JSON), "application/json;charset=UTF-8")
    assert in_json == PACKET
    assert in_xml is not None
    assert packets.told(in_xml) == packets.told(PACKET)
    assert packets.error_code(in_xml) == "00"


@pytest.mark.parametrize(
    "document",
    [
        "<r><error_code>00</error_code><result><item><a>1</a></item><item><a>2</a></item></result></r>",
        "<r><error_code>00</error_code><result><a>1</a></result><result><a>2</a></result></r>",
        "<n:r xmlns:n='u'><n:error_code>0</n:error_code><result><a> 1 </a><a>2</a></result></n:r>",
        "<r>\n <error_code>00</error_code>\n <result>\n <a>1</a>\n <b><a>2</a></b>\n</result></r>",
    ],
)
def test_lists_may_be_written_in_other_ways(document: str) -> None:
    found = packets.parsed_xml(document.encode())
    assert found is not None
    expected = {"error_code": 0, "result": [{"a": "1"}, {"a": 2}]}
    ignored = ("error_code",)
    assert packets.told(found, without=ignored) == packets.told(expected, without=ignored)
    assert packets.is_success(found)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<r>",
        b"<r><a></r>",
        b"<r/><r/>",
        b"<!DOCTYPE r><r><error_code>00</error_code></r>",
        b'<!DOCTYPE r [<!ENTITY a "&b;"><!ENTITY b "x">]><r>&a;</r>',
        b"<r>" * 100 + b"</r>" * 100,
        b"\xff\xfe",
    ],
)
def test_what_is_no_xml_or_dangerous_is_no_packet(body: bytes) -> None:
    assert packets.parsed_xml(body) is None
    assert packets.flaw_of_xml(body)


def test_a_document_type_has_its_own_name() -> None:
    assert packets.flaw_of_xml(b"<!DOCTYPE r><r/>") == "DOCTYPE"
    assert packets.flaw_of_xml(b"\xef\xbb\xbf<?xml version='1.0'?><r/>") is None


@pytest.mark.parametrize("body", [b"", b"[]", b'"00"', b"{", b"1" * 9000])
def test_what_is_no_object_is_no_packet(body: bytes) -> None:
    assert packets.parsed(body, JSON) is None


@pytest.mark.parametrize(
    ("packet", "success", "refusal", "nothing"),
    [
        ({"error_code": 0}, True, False, False),
        ({"error_code": "00", "result": [1]}, True, False, False),
        ({"error_code": "-1"}, False, True, True),
        ({"error_code": -1, "data": []}, False, True, True),
        ({"error_code": "01", "data": [{}]}, False, False, False),
        ({"error_code": False}, False, False, True),
        ({"title": "Unauthorized"}, False, False, True),
        ({"result": [1]}, False, False, False),
        (None, False, False, False),
    ],
)
def test_what_a_packet_claims(
    *, packet: packets.Packet | None, success: bool, refusal: bool, nothing: bool
) -> None:
    assert packets.is_success(packet) == success
    assert packets.is_refusal(packet) == refusal
    assert packets.hands_out_nothing(packet) == nothing


def test_nesting_has_a_bound() -> None:
    deep: object = "x"
    for _ in range(500):
        deep = [deep]
    assert list(packets.objects(json.loads(json.dumps(deep)))) == []
