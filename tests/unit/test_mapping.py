"""Roles and fields: who says what they are, in which order, and what nobody said."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from making import answers, contract, demand, exchange, goal, planned, profile

from conformance import engine, mapping
from conformance import plan as plans
from conformance.contract import Contract
from conformance.errors import TargetError
from conformance.mapping import Mapped
from conformance.plan.declarations import declared_operations
from conformance.verdict import NotApplicable, NotTested, Reason, Verdict

PERSON = {
    "type": "object",
    "properties": {
        "soDinhDanh": {"type": "string", "format": "vn-personal-id"},
        "ten": {"type": "string", "x-vnda-field": "person.name"},
        "con": {"type": "array", "items": {"$ref": "#/components/schemas/Person"}},
    },
}


def agency(**annotations: Any) -> Contract:
    paths = {
        "/hoso": {"get": answers({"$ref": "#/components/schemas/Person"}, operationId="dsHoSo")},
        "/hoso/{ma}": {"get": answers({"type": "object"}, operationId="docHoSo", **annotations)},
    }
    return contract(paths, components={"schemas": {"Person": PERSON}})


def national() -> Contract:
    return contract(
        {
            "/dossiers": {"get": answers(operationId="dsHoSo", **{"x-vnda-role": "dossier.list"})},
            "/hoso/{ma}": {"get": answers(operationId="read", **{"x-vnda-role": "dossier.read"})},
            "/none": {"get": answers(operationId="other", **{"x-vnda-role": "dossier.other"})},
        }
    )


def resolved(theirs: Contract | None = None, own: Contract | None = None, **more: Any) -> Mapped:
    own = own or agency()
    wanted = goal(**more)
    return mapping.resolve(wanted, own, declared_operations(wanted, own), theirs)


def test_a_target_file_goes_before_everything() -> None:
    own = agency(**{"x-vnda-role": "dossier.list"})
    found = resolved(national(), own, roles={"dossier.list": "dsHoSo"})
    assert found.unit("dossier.list") == "GET /hoso"
    assert found.sources["dossier.list"] == "target"


def test_an_annotation_goes_before_the_national_contract() -> None:
    found = resolved(national(), agency(**{"x-vnda-role": "dossier.list"}))
    assert found.unit("dossier.list") == "GET /hoso/{ma}"
    assert found.sources["dossier.list"] == "annotation"


def test_the_national_contract_is_matched_by_id_then_by_path() -> None:
    found = resolved(national())
    assert found.sources == {
        "dossier.list": "operation_id",
        "dossier.read": "path",
        "personal_id": "annotation",
        "person.name": "annotation",
    }


def test_what_nobody_said_is_open_and_names_the_line() -> None:
    with pytest.raises(NotTested) as outcome:
        resolved().unit("dossier.read")
    assert outcome.value.reason is Reason.NO_MAPPING
    assert "`roles: {dossier.read: operationId}`" in outcome.value.because.en


def test_what_the_owner_denies_is_not_applicable() -> None:
    found = resolved(national(), roles={"dossier.read": "none"}, fields={"personal_id": "none"})
    with pytest.raises(NotApplicable):
        found.unit("dossier.read")
    with pytest.raises(NotApplicable):
        found.values(exchange(), "personal_id")


@pytest.mark.parametrize(
    ("pointer", "found"),
    [
        ("/a", {"/a": 1}),
        ("/b/*/c", {"/b/0/c": 2, "/b/1/c": 3}),
        ("/**/c", {"/b/0/c": 2, "/b/1/c": 3, "/d/e/c": 4}),
        ("/d/*/c", {"/d/e/c": 4}),
        ("/nowhere", {}),
        ("/x~1y", {"/x~1y": 5}),
    ],
)
def test_pointers_with_wildcards_find_values(pointer: str, found: dict[str, Any]) -> None:
    body = {"a": 1, "b": [{"c": 2}, {"c": 3}], "d": {"e": {"c": 4}}, "x/y": 5}
    assert mapping.at(body, pointer) == found


def test_fields_of_recursive_schemas_are_found_once() -> None:
    body = {"soDinhDanh": "1", "con": [{"soDinhDanh": "2", "con": []}]}
    answer = exchange(body=json.dumps(body).encode(), operation="GET /hoso")
    assert ("/soDinhDanh", "1") in resolved().values(answer, "personal_id")


def test_a_field_of_one_operation_is_not_looked_for_in_another() -> None:
    answer = exchange(body=b'{"soDinhDanh": "1"}', operation="GET /hoso/{ma}")
    assert resolved().values(answer, "personal_id") == []


def test_a_mapping_travels_as_json() -> None:
    found = resolved(national(), roles={"x.y": "none"}, fields={"a": ["/b", "/**/c"]})
    assert Mapped.of(json.loads(json.dumps(found.as_json()))) == found


def test_a_role_that_the_contract_has_not_is_refused(tmp_path: Any) -> None:
    file = tmp_path / "openapi.json"
    file.write_bytes(json.dumps(dict(agency().document)).encode())
    wanted = goal(contract=str(file), roles={"dossier.list": "dsHoSoo"})
    with pytest.raises(TargetError) as error:
        engine.prepare((), wanted, options=plans.Options(date(2026, 11, 21), 1))
    assert "dsHoSo" in error.value.into("en")


CHECK = "contract.answers.status_is_documented"


def preset(**more: Any) -> Any:
    wanted = profile(demand("T-IOP-01", CHECK, when={"role": ["dossier.list", "dossier.read"]}))
    return planned(agency(), goal(**more), wanted).items[0].preset


def test_a_requirement_of_a_role_is_asked_of_its_operation_only() -> None:
    wanted = profile(demand("T-IOP-01", CHECK, when={"role": ["dossier.read"]}))
    items = planned(agency(), goal(roles={"dossier.read": "docHoSo"}), wanted).items
    assert {item.unit for item in items} <= {"GET /hoso/{ma}", "target"}
    assert items[0].preset is None


def test_one_unmapped_role_leaves_a_requirement_open() -> None:
    made = preset(roles={"dossier.list": "dsHoSo"})
    assert (made.verdict, made.reason) == (Verdict.NOT_TESTED, Reason.NO_MAPPING)


def test_a_requirement_whose_roles_are_all_denied_is_not_applicable() -> None:
    made = preset(roles={"dossier.list": "none", "dossier.read": "none"})
    assert made.verdict is Verdict.NOT_APPLICABLE


def test_a_denied_role_does_not_hide_one_that_is_there() -> None:
    assert preset(roles={"dossier.list": "none", "dossier.read": "docHoSo"}) is None


IDS = "formats.identifiers.personal_ids_are_right"


def foreseen(*uses: Any, own: Contract | None = None, **more: Any) -> Any:
    wanted = profile(demand("T-IOP-01", *uses))
    (item,) = planned(own or contract({"/x": {"get": answers()}}), goal(**more), wanted).items
    return item.asked[0].preset


def test_a_check_on_fields_that_nobody_mapped_is_foreseen_as_open() -> None:
    made = foreseen(IDS)
    assert (made.verdict, made.reason) == (Verdict.NOT_TESTED, Reason.NO_MAPPING)
    assert "personal_id" in made.because.en


def test_a_check_on_fields_that_the_owner_denies_is_foreseen_as_not_applicable() -> None:
    assert foreseen(IDS, fields={"personal_id": "none"}).verdict is Verdict.NOT_APPLICABLE


def test_the_fields_that_the_profile_names_are_what_counts() -> None:
    use = {IDS: {"fields": ["a.number"]}}
    assert foreseen(use, fields={"personal_id": "/x"}).reason is Reason.NO_MAPPING
    assert foreseen(use, fields={"a.number": "/x"}) is None


def test_an_annotation_is_enough_for_a_check_on_fields() -> None:
    assert foreseen(IDS, own=agency()) is None
