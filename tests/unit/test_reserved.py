"""What a target file keeps for an owner or an office, where the contract asks for nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from making import (
    SCHEMES,
    SECURED,
    WRITING,
    Reply,
    Seen,
    agency,
    answers,
    attempted,
    contract,
    demand,
    goal,
    planned,
    profile,
)

from conformance.contract import Contract
from conformance.plan.declarations import declared_operations
from conformance.verdict import Reason, Verdict

READ = "authorization.ownership.others_cannot_read"
CLOSED = "privacy.exposure.owned_data_are_closed_to_strangers"
PATHS = {
    "/people": {
        "get": answers(operationId="list"),
        "post": answers(operationId="add"),
    },
    "/people/{id}": {"get": answers(operationId="read")},
    "/settings": {"get": answers(operationId="settings")},
    "/news/{id}": {"get": answers(operationId="news")},
}
AGREED = contract(PATHS)
PEOPLE = {
    "citizen_a": {"bearer": "demo:the-token-of-a"},
    "citizen_b": {"bearer": "demo:the-token-of-b"},
}
SAID: dict[str, Any] = {
    "identities": PEOPLE,
    "examples": {
        name: {"id": "1", "owner": "citizen_a"} for name in ("list", "add", "read", "news")
    },
    "operations": {"personal": ["list", "read"], "privileged": ["settings"]},
}
OURS = [{"name": "Nguyễn Thị Bình An", "mail": "a@example.com"}]
THEIRS = [{"name": "Trần Văn Cường", "mail": "b@example.com"}]
LABELS = {"name": "Họ và tên", "mail": "Thư điện tử"}


def reserved(**more: Any) -> set[str]:
    operations = declared_operations(goal(**{**SAID, **more}), AGREED)
    return {operation.id for operation in operations if operation.guarded}


def test_what_somebody_owns_or_an_office_keeps_is_reserved() -> None:
    # `news` names an owner, though nobody said that it tells personal data.
    assert reserved() == {"list", "add", "read", "settings"}


def test_personal_data_without_an_owner_are_as_the_contract_says() -> None:
    assert reserved(examples={}) == {"settings"}


def test_what_the_target_file_calls_public_stays_so() -> None:
    said = {**SAID["operations"], "public": ["list", "read", "settings"]}
    assert reserved(operations=said) == {"add"}


def told(value: object, status: int = 200) -> Reply:
    return Reply(status, json.dumps(value).encode())


def found(
    check: str, others: Callable[[str], Reply], folder: Path, unit: str, **more: Any
) -> tuple[Verdict, Reason | None]:
    """Return what a check finds at a server that tells A's entries, and others what is given."""

    def serve(seen: Seen) -> Reply:
        who = seen.header("Authorization").removeprefix("Bearer the-token-of-")
        return told({"result": OURS, "labels": LABELS}) if who == "a" else others(who)

    with agency(serve) as server:
        wanted = goal(server.base_url, **{**SAID, **more})
        plan = planned(AGREED, wanted, profile(demand("T-AUT-01", check)))
        only = tuple(item for item in plan.items if item.unit == unit)
        _, (finding,) = attempted(replace(plan, items=only), folder)
        return finding.verdict, finding.reason


EVERYTHING = {"result": [*OURS, *THEIRS], "labels": LABELS}


def test_a_peer_who_reads_what_is_reserved_is_found(tmp_path: Path) -> None:
    outcome = found(READ, lambda _: told(EVERYTHING), tmp_path, "GET /people/{id}")
    assert outcome == (Verdict.FAIL, None)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (told(EVERYTHING), (Verdict.FAIL, None)),
        (told({}, 401), (Verdict.PASS, None)),
        (told({"result": THEIRS}), (Verdict.PASS, None)),
        # Nobody's data, as it seems, and no refusal either.
        (told({"result": [], "labels": LABELS}), (Verdict.NOT_TESTED, Reason.INCONCLUSIVE)),
        (told({}, 500), (Verdict.NOT_TESTED, Reason.INCONCLUSIVE)),
    ],
    ids=["everything", "refused", "others", "labels", "broken"],
)
def test_a_stranger_is_asked_where_data_have_an_owner(
    answer: Reply, outcome: tuple[Verdict, Reason | None], tmp_path: Path
) -> None:
    assert found(CLOSED, lambda _: answer, tmp_path, "GET /people") == outcome


@pytest.mark.parametrize("check", [CLOSED, READ])
def test_an_envelope_around_nothing_is_nobodys(check: str, tmp_path: Path) -> None:
    def serve(seen: Seen) -> Reply:
        whose = seen.header("Authorization").endswith("-a")
        return told({"status": "success", "data": OURS[0] if whose else None})

    with agency(serve) as server:
        plan = planned(AGREED, goal(server.base_url, **SAID), profile(demand("T-AUT-01", check)))
        only = tuple(item for item in plan.items if item.unit == "GET /people/{id}")
        _, (finding,) = attempted(replace(plan, items=only), tmp_path)
    assert (finding.verdict, finding.reason) == (Verdict.NOT_TESTED, Reason.INCONCLUSIVE)


def test_a_stranger_is_asked_of_nothing_that_is_public() -> None:
    said = {**SAID, "operations": {**SAID["operations"], "public": ["list", "read"]}}
    (item,) = planned(AGREED, goal(**said), profile(demand("T-PRV-01", CLOSED))).items
    assert item.preset is not None
    assert item.preset.verdict is Verdict.NOT_APPLICABLE


PRIVILEGED = "authorization.functions.privileged_functions_are_closed"
CHANGE = "authorization.ownership.others_cannot_change"
GUARDED = contract(
    {
        "/people": {"get": answers(operationId="list", security=SECURED)},
        "/people/{id}": {
            "get": answers(operationId="read", security=SECURED),
            "patch": answers(operationId="change", security=SECURED),
        },
    },
    **SCHEMES,
)


def outcomes(check: str, agreed: Contract = GUARDED, **more: Any) -> set[tuple[str, Any, Any]]:
    """Return what is known before anything is asked: unit, verdict and reason."""
    wanted = goal(**{"identities": PEOPLE, **WRITING, **more})
    found = set()
    for item in planned(agreed, wanted, profile(demand("T-AUT-01", check))).items:
        for preset in [item.preset] if item.preset else [asked.preset for asked in item.asked]:
            known = (preset.verdict, preset.reason) if preset else (None, None)
            found.add((item.unit, *known))
    return found


OPEN = {("target", Verdict.NOT_TESTED, Reason.NO_MAPPING)}
NONE = {("target", Verdict.NOT_APPLICABLE, None)}


def test_silence_about_offices_leaves_it_open() -> None:
    assert outcomes(PRIVILEGED) == OPEN
    assert outcomes(PRIVILEGED, operations={"privileged": []}) == NONE
    said = outcomes(PRIVILEGED, operations={"privileged": ["list"]})
    assert said == {("GET /people", None, None)}


@pytest.mark.parametrize("check", [READ, CHANGE])
def test_silence_about_owners_leaves_it_open(check: str) -> None:
    assert outcomes(check) == OPEN
    assert outcomes(check, operations={"personal": []}) == NONE
    # What an official does belongs to the office, and that is said.
    people = {**PEOPLE, "official": {"bearer": "demo:the-token-of-c"}}
    theirs = {name: {"id": "1", "owner": "official"} for name in ("read", "change")}
    assert outcomes(check, identities=people, examples=theirs) == NONE


def test_an_owner_of_what_is_read_does_not_speak_for_what_is_changed() -> None:
    said: dict[str, Any] = {
        "operations": {"personal": ["read"]},
        "examples": {"read": {"id": "1", "owner": "citizen_a"}},
    }
    assert outcomes(READ, **said) == {("GET /people/{id}", None, None)}
    assert outcomes(CHANGE, **said) == OPEN


@pytest.mark.parametrize("check", [PRIVILEGED, READ, CHANGE])
def test_where_nobody_is_asked_who_they_are_nobody_owns_anything(check: str) -> None:
    assert outcomes(check, AGREED) == NONE


def test_permission_comes_before_owners() -> None:
    assert outcomes(CHANGE, allow=["read"]) == {
        ("target", Verdict.NOT_TESTED, Reason.NOT_AUTHORISED)
    }
