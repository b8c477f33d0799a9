"""Fields in what is sent, dates written otherwise, contents compared, messages in XML."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from conformance import sent, xml_tree
from conformance.contract import Contract
from conformance.fields import another_day, spellings
from conformance.likeness import Told, differing_names, differing_texts
from conformance.mapping import Mapped
from conformance.sandbox.population import message
from conformance.verdict import NotApplicable, NotTested

BODY = {"MucDich": "X", "Con": {"Ngay": "1990-05-17"}, "So": ["1", "2"]}
SCHEMA: dict[str, Any] = {
    "properties": {
        "MucDich": {"x-vnda-field": "access.purpose"},
        "Con": {"properties": {"Ngay": {"x-vnda-field": "person.birth"}}},
    }
}
CONTRACT = Contract(
    {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {
            "/a": {
                "post": {
                    "operationId": "ask",
                    "requestBody": {"content": {"application/json": {"schema": SCHEMA}}},
                    "responses": {"200": {"description": "ok"}},
                }
            }
        },
    },
    "here",
)
MAPPING = Mapped(fields={"numbers": ((None, "/**/So"),), "person.name": ()})


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("access.purpose", {"/MucDich": "X"}),
        ("person.birth", {"/Con/Ngay": "1990-05-17"}),
        ("numbers", {"/So": ["1", "2"]}),
        ("unheard.of", {}),
    ],
)
def test_a_field_is_found_by_annotation_or_target_file(field: str, found: dict[str, Any]) -> None:
    assert sent.find(CONTRACT, MAPPING, CONTRACT.operations[0], BODY, field) == found


def test_who_says_nothing_of_a_field_leaves_it_open_and_who_denies_it_does_not() -> None:
    operations = CONTRACT.operations
    assert sent.known(CONTRACT, MAPPING, operations, ["access.purpose"]) == ["access.purpose"]
    with pytest.raises(NotTested):
        sent.known(CONTRACT, MAPPING, operations, ["unheard.of"])
    with pytest.raises(NotApplicable):
        sent.known(CONTRACT, MAPPING, operations, ["person.name"])


def test_one_place_is_bent_and_the_rest_stays() -> None:
    assert json.loads(sent.put(BODY, "/Con/Ngay", "x")) == {**BODY, "Con": {"Ngay": "x"}}
    assert json.loads(sent.put(BODY, "/So/1", "x")) == {**BODY, "So": ["1", "x"]}
    assert json.loads(sent.without(BODY, "/Con/Ngay")) == {**BODY, "Con": {}}
    assert list(sent.texts(BODY)) == ["X", "1990-05-17", "1", "2"]


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ("1990-05-17", "1990-01-01"),
        ("1990-01-01", "1990-01-02"),
        ("19900517", "19900101"),
        ("An", None),
    ],
)
def test_another_day_is_of_the_same_year(written: str, other: str | None) -> None:
    assert another_day(written) == other


def test_a_date_is_known_in_each_spelling() -> None:
    assert spellings("1990-05-17") == ("1990-05-17", "17/05/1990", "19900517")
    assert spellings("An") == ()


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("2026-10-05T08:00:00", "2026-10-05T08:00:00"),
        ("2026-10-05T08:00:00+07:00", "2026-10-05T08:00:00"),
        ("2026-10-05T01:00:00.250Z", "2026-10-05T08:00:00"),
        ("20261005080000", None),
        ("2026-02-30T08:00:00", None),
        ("2026-10-05", None),
    ],
)
def test_times_of_messages(written: str, told: str | None) -> None:
    assert xml_tree.local_time(written) == told


def told(*pairs: tuple[str, str]) -> Told:
    return Counter(pairs)


def test_contents_are_compared_without_what_changes() -> None:
    first, again = told(("a", "1"), ("t", "8:00")), told(("a", "1"), ("t", "8:02"))
    same, other = told(("a", "1"), ("t", "8:01")), told(("a", "2"), ("t", "8:01"))
    assert differing_names(first, same, again) == set()
    assert differing_names(first, other, again) == {"a"}
    renamed = told(("b", "1"), ("u", "8:01"))
    assert differing_texts(first, renamed, again) == 0
    assert differing_texts(first, told(("u", "8:01")), again) == 1
    assert differing_texts(first, told(("b", "1"), ("u", "8:01"), ("v", "9")), again) == 1


def test_a_message_is_written_in_the_namespace_with_or_without_a_prefix() -> None:
    held = {"SoCongDan": 1, "ThoiDiemDuLieu": "x", "CongDan": [{"HoVaTen": {"Ten": "A & <B>"}}]}
    for rules in (frozenset[str](), frozenset({"prefix"})):
        root = xml_tree.read(message.written(held, rules))
        assert root is not None
        assert xml_tree.namespace(root) == message.NAMESPACE
        assert root.get("SoCongDan") == "1"
        assert [e.text for e in root.iter() if xml_tree.local(e) == "Ten"] == ["A & <B>"]
