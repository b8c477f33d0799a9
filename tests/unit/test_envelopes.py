"""Where in an answer the written object stands, told by what was sent and by no name."""

import json
from pathlib import Path
from typing import Any

import pytest
from making import (
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

from conformance.envelopes import TOP, content, level
from conformance.verdict import Reason, Verdict

EQUAL = "state.storing.vietnamese_comes_back_equal"
MEMBERS = "authorization.properties.privileged_members_are_ignored"
SENT = {"code": "HS-1", "note": "Ghi chú"}
NOTE = {"type": "string", "maxLength": 200}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({**SENT, "id": 1}, TOP),
        ({"result": SENT, "id": 1}, "result"),
        ({"result": SENT, "labels": {"code": "Code", "note": "Note"}}, "result"),
        ({"code": 200, "result": SENT}, "result"),
        ({**SENT, "author": {"note": "khác"}}, TOP),
        ({"result": {"id": 1}}, "result"),
        ({"id": 1, "meta": {"page": 1}}, TOP),
        ({"old": {"note": "a"}, "new": {"note": "b"}}, None),
        ([SENT], None),
        ("text", None),
    ],
    ids=[
        "at the top",
        "in an envelope",
        "labels beside it",
        "a code of another kind",
        "a part with a member of that name",
        "nothing but an envelope",
        "nothing of it",
        "two that fit alike",
        "a list",
        "no object",
    ],
)
def test_the_level_is_told_by_what_was_sent(body: Any, found: str | None) -> None:
    assert level(body, SENT) == found


def test_nothing_is_read_where_the_level_is_not_clear() -> None:
    assert content({"old": {"note": "a"}, "new": {"note": "b"}}, {"note": "c"}) == {}


def posted(
    check: str, told: Any, folder: Path, schema: dict[str, Any] | None, **body: Any
) -> tuple[Verdict, Reason | None]:
    """Return the verdict on a server that answers a POST with what `told` makes of its body."""

    def serve(seen: Seen) -> Reply:
        return Reply(200, json.dumps(told(json.loads(seen.body))).encode())

    asked = {"properties": {"code": {"type": "string"}, "note": NOTE}, **body}
    write = answers(schema, operationId="write", security=[{"token": []}])
    write["requestBody"] = {"content": {"application/json": {"schema": asked}}}
    schemes = {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}}
    with agency(serve) as server:
        allowed = goal(
            server.base_url,
            **WRITING,
            identities={"citizen_a": {"bearer": "demo:a-token"}},
            examples={"write": {"body": SENT}},
        )
        wanted = profile(demand("T-FMT-01", check))
        promised = contract({"/things": {"post": write}}, components=schemes)
        _, (finding,) = attempted(planned(promised, allowed, wanted), folder)
    return finding.verdict, finding.reason


def wrapped(**more: Any) -> Any:
    return lambda sent: {"result": {**sent, **more}, "id": 7}


def mangled(sent: dict[str, Any]) -> Any:
    return {"result": {**sent, "note": sent["note"].encode("ascii", "replace").decode()}}


ENVELOPE = {"properties": {"result": {"properties": {"note": NOTE}}}}
UNTOLD = {"properties": {"data": {"items": {"properties": {"note": NOTE}}}}}


@pytest.mark.parametrize(
    ("told", "schema", "outcome"),
    [
        (wrapped(), ENVELOPE, (Verdict.PASS, None)),
        (mangled, ENVELOPE, (Verdict.FAIL, None)),
        (wrapped(), UNTOLD, (Verdict.PASS, None)),
        (mangled, None, (Verdict.FAIL, None)),
        (lambda _: {"id": 7}, None, (Verdict.NOT_TESTED, Reason.NO_TEST_DATA)),
        (
            lambda _: {"message": "ok"},
            {"properties": {"message": NOTE}},
            (Verdict.NOT_APPLICABLE, None),
        ),
    ],
    ids=["promised", "mangled", "promised amiss", "untold and mangled", "not shown", "a message"],
)
def test_texts_are_looked_for_one_level_deeper(
    told: Any, schema: Any, outcome: Any, tmp_path: Path
) -> None:
    assert posted(EQUAL, told, tmp_path, schema) == outcome


@pytest.mark.parametrize(
    ("told", "closed", "outcome"),
    [
        (lambda sent: {"result": {"owner": 2, **sent}}, True, (Verdict.FAIL, None)),
        (lambda sent: {"result": {**sent, "owner": 2}}, True, (Verdict.PASS, None)),
        (lambda sent: {"result": {"owner": 2, **sent}}, False, (Verdict.NOT_APPLICABLE, None)),
        (lambda sent: [sent], True, (Verdict.NOT_TESTED, Reason.INCONCLUSIVE)),
    ],
    ids=["taken over", "ignored", "anything may be sent", "a list"],
)
def test_what_the_server_assigns_is_looked_for_one_level_deeper(
    told: Any, *, closed: bool, outcome: Any, tmp_path: Path
) -> None:
    body = {"additionalProperties": not closed}
    assert posted(MEMBERS, told, tmp_path, ENVELOPE, **body) == outcome
