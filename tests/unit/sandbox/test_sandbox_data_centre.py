"""The data centre of the sandbox: what is taken in, what is refused, how XML is read."""

import json
from copy import deepcopy
from typing import Any

import pytest

from conformance.sandbox import contract
from conformance.sandbox.messages import Call, Refusal
from conformance.sandbox.national_data_centre import data, representation
from conformance.sandbox.national_data_centre.store import Store

NOTHING: frozenset[str] = frozenset()
SYSTEM = "national-data-centre"


def message(key: str, event: str = "NEW", version: int = 1, **told: Any) -> dict[str, Any]:
    made = deepcopy(next(data.records()))
    made["DuLieuTiepNhan"].update({"IdBanGhi": key, **told})
    made["TrangThaiDuLieu"].update({"SuKien": event, "PhienBan": version})
    return made


def kind_of(error: Refusal) -> Any:
    return error.members.get("errorType", error.status)


@pytest.mark.parametrize(
    ("event", "version", "kind"),
    [
        ("UPDATE", 2, "VERSION_CONFLICT"),
        ("CANCEL", 1, "VERSION_CONFLICT"),
        ("NEW", 2, "VERSION_CONFLICT"),
        ("NEW", 3, "DUPLICATE_RECORD"),
    ],
)
def test_what_does_not_fit_what_is_held_is_refused(event: str, version: int, kind: str) -> None:
    store = Store()
    store.take([message("a", version=2)], NOTHING)
    with pytest.raises(Refusal) as refused:
        store.take([message("a", event, version)], NOTHING)
    assert kind_of(refused.value) == kind
    assert store.current("a")["TrangThaiDuLieu"]["PhienBan"] == 2


@pytest.mark.parametrize("event", ["UPDATE", "CANCEL"])
def test_what_is_not_held_is_not_changed(event: str) -> None:
    with pytest.raises(Refusal) as refused:
        Store().take([message("a", event)], NOTHING)
    assert kind_of(refused.value) == "UNKNOWN_RECORD"


def test_a_batch_is_taken_in_whole_or_not_at_all() -> None:
    store = Store()
    batch = [message("a"), message("b"), message("a")]
    with pytest.raises(Refusal):
        store.take(batch, NOTHING)
    with pytest.raises(Refusal):
        store.current("b")
    assert store.counts["G01", "CON_NGUOI"]["rejected"] == 3
    told = store.take([*batch[:2], message("a", "UPDATE", 2), message("b", "CANCEL", 9)], NOTHING)
    assert told == {"inserted": 2, "updated": 1, "cancelled": 1}
    assert len(store.held["a"]) == 2
    assert list(store.cancelled)[-1] == "b"


@pytest.mark.parametrize("wrong", [{"HoVaTen": ""}, {"MaXa": "00001"}, {"MaTinh": "01"}])
def test_fields_that_identify_and_link_are_demanded(wrong: dict[str, str]) -> None:
    with pytest.raises(Refusal) as refused:
        Store().take([message("a", **wrong)], NOTHING)
    assert refused.value.status == 400


def test_every_acceptance_is_an_event_in_its_order() -> None:
    store = Store()
    store.take([message("a"), message("a", "UPDATE", 4)], NOTHING)
    ids = [event["id"] for event in store.events]
    assert ids == list(range(1, len(ids) + 1))
    assert [event["event"] for event in store.events][-2:] == ["NEW", "UPDATE"]


def test_quality_is_counted_over_what_is_held() -> None:
    report = dict(Store().quality())
    assert set(report) == set(data.GROUPS)
    assert all(
        some == every
        for name in ("DUNG", "DU", "SACH")
        for some, every in (group[name] for group in report.values())
    )


def taken(body: str, operation: str = "ingestBatch") -> Call:
    """Return a call as it is after its XML was put into JSON."""
    found = next(o for o in contract.read(SYSTEM).operations if o.id == operation)
    fields = (("content-type", "application/xml; charset=utf-8"),)
    call = Call("POST", found.template, headers=fields, body=body.encode(), operation=found)
    return representation.taken(call)


def test_a_list_in_xml_is_a_batch_with_its_number() -> None:
    written = "".join(representation.element("Root", message(key)) for key in ("a", "b"))
    call = taken(f"<DanhSach>{written}</DanhSach>")
    assert call.first("content-type") == "application/json; charset=utf-8"
    read = json.loads(call.body or b"")
    assert read == {"totalRecords": 2, "data": [message("a"), message("b")]}


@pytest.mark.parametrize(
    "body", ["<Root>", "<!DOCTYPE a [<!ENTITY e 'x'>]><Root>&e;</Root>", "no document"]
)
def test_what_is_no_plain_document_is_no_message(body: str) -> None:
    assert taken(body, "ingestRecord").body == b"\x00"


@pytest.mark.parametrize("wrapped", [True, False])
def test_files_in_xml_are_a_list_however_they_are_written(*, wrapped: bool) -> None:
    files = [{"Id": "1", "PhienBan": 1}, {"Id": "2", "PhienBan": 2}]
    one_by_one = "".join(representation.element("PhanPhoi", file) for file in files)
    told = representation.element("PhanPhoi", files) if wrapped else one_by_one
    call = taken(f"<Root><DuLieuTiepNhan>{told}</DuLieuTiepNhan></Root>", "ingestRecord")
    assert json.loads(call.body or b"") == {"DuLieuTiepNhan": {"PhanPhoi": files}}
