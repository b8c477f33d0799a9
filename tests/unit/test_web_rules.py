"""Bodies, creation, health, steadiness, and what answers tell: against real servers on loopback."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from loopback import says, speaking
from making import (
    WRITING,
    Ran,
    Reply,
    Seen,
    agency,
    answers,
    contract,
    demand,
    exchange,
    goal,
    planned,
    profile,
    run,
)

from conformance.checks.http.bodiless import no_content_is_no_bytes
from conformance.checks.privacy.addresses import links_name_nobody
from conformance.checks.privacy.secrets import secrets_are_not_handed_back
from conformance.checks.privacy.undeclared import no_undeclared_personal_data_or_secrets
from conformance.contract import Contract, undeclared
from conformance.engine import rejudge
from conformance.evidence import Exchange
from conformance.formats.blanks import is_blanked
from conformance.formats.links import leads_to_a_person
from conformance.privacy.redaction import Redactor
from conformance.verdict import NotApplicable, NotTested, Violation

JSON_BODY = {
    "required": True,
    "content": {"application/json": {"schema": {"type": "object"}, "example": {"name": "n"}}},
}
MADE: dict[str, Any] = {"requestBody": JSON_BODY, "responses": {"201": {"description": "made"}}}
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}, "example": "1"}
THINGS: dict[str, Any] = {
    "/things": {"get": answers({"type": "object"}), "post": MADE},
    "/things/{id}": {"parameters": [ID], "get": answers({"type": "object"})},
}
CREATED = "http.creation.what_was_created_is_where_location_says"
TYPES = "http.bodies.unsupported_types_are_refused"
HEALTH = "operation.health.health_is_told_and_nothing_else"
STEADY = "operation.steadiness.reads_are_answered_steadily"
NO_BYTES = "http.bodiless.no_content_is_no_bytes"
WRITES = "http.bodiless.writes_without_content_send_no_bytes"
PEM = f"-----BEGIN PRIVATE KEY-----\n{'QUJD' * 30}\n-----END PRIVATE KEY-----\n"


def ran(
    answer: Callable[[Seen], Reply],
    folder: Path,
    *checks: Any,
    paths: Mapping[str, Any] = THINGS,
    **more: Any,
) -> Ran:
    """Run checks as one requirement against a server, and judge the record once more."""
    with agency(answer) as server:
        wanted = goal(server.base_url, **WRITING, **more)
        made = run(planned(contract(paths), wanted, profile(demand("T-IOP-01", *checks))), folder)
    again = rejudge(made.folder)
    assert not again.differences
    return made


def verdict(made: Ran) -> tuple[str, str | None]:
    found = made.findings[-1]
    return str(found.verdict), str(found.reason) if found.reason else None


# --- creation ------------------------------------------------------------------------------------


def creating(location: str, found: int = 200) -> Callable[[Seen], Reply]:
    def answer(seen: Seen) -> Reply:
        if seen.method == "POST":
            own = (("Location", location),) if location else ()
            return Reply(201, headers=(("Content-Type", "application/json"), *own))
        return Reply(found if seen.path == "/things/9" else 200)

    return answer


@pytest.mark.parametrize(
    ("location", "found", "wanted"),
    [
        ("/things/9", 200, ("pass", None)),
        ("things/9", 200, ("pass", None)),
        ("/things/9", 404, ("fail", None)),
        ("/things/9", 403, ("not_tested", "inconclusive")),
        ("/things/9", 500, ("not_tested", "inconclusive")),
        ("http://elsewhere.example/things/9", 200, ("not_tested", "inconclusive")),
        ("", 200, ("fail", None)),
    ],
)
def test_what_was_created_is_looked_for_at_its_location(
    location: str, found: int, wanted: tuple[str, str | None], tmp_path: Path
) -> None:
    made = ran(creating(location, found), tmp_path, CREATED)
    assert verdict(made) == wanted


def test_a_log_entry_without_address_owes_no_location(tmp_path: Path) -> None:
    paths = {"/things": THINGS["/things"]}
    assert verdict(ran(creating(""), tmp_path, CREATED, paths=paths))[0] == "not_applicable"


def test_what_was_taken_away_meanwhile_is_created_anew(tmp_path: Path) -> None:
    created: list[str] = []

    def answer(seen: Seen) -> Reply:
        if seen.method == "POST":
            created.append(f"/things/{len(created)}")
            return Reply(201, headers=(("Location", created[-1]),))
        return Reply(404 if seen.path == "/things/0" else 200)

    assert verdict(ran(answer, tmp_path, CREATED))[0] == "pass"


# --- media types ---------------------------------------------------------------------------------


def taking(refusal: int | None, control: int = 201) -> Callable[[Seen], Reply]:
    """Answer bodies of other types with a refusal, or take them; the true one with `control`."""
    called: list[str] = []

    def answer(seen: Seen) -> Reply:
        if seen.method != "POST":
            return Reply()
        if seen.header("Content-Type") == "application/json":
            called.append(seen.path)
            return Reply(201 if len(called) == 1 else control)
        return Reply(refusal or 201)

    return answer


@pytest.mark.parametrize(
    ("refusal", "control", "wanted", "posts"),
    [
        (415, 201, ("pass", None), 3),
        (400, 201, ("pass", None), 4),
        # Refused for another reason, as the true body is by now.
        (409, 409, ("not_tested", "no_test_data"), 4),
        (None, 201, ("fail", None), 3),
        (302, 201, ("not_tested", "inconclusive"), 2),
        (500, 201, ("not_tested", "inconclusive"), 2),
    ],
)
def test_unnamed_types_are_to_be_refused(
    refusal: int | None, control: int, wanted: tuple[str, str | None], posts: int, tmp_path: Path
) -> None:
    seen: list[str] = []
    answer = taking(refusal, control)

    def counted(one: Seen) -> Reply:
        seen.append(one.method)
        return answer(one)

    assert verdict(ran(counted, tmp_path, TYPES)) == wanted
    assert seen.count("POST") == posts


@pytest.mark.parametrize("safe", [False, True], ids=["a write", "a search"])
@pytest.mark.parametrize("example", [None, {"name": "Sổ"}], ids=["without a body", "with one"])
def test_what_has_no_content_has_no_unsupported_type(
    example: dict[str, str] | None, tmp_path: Path, *, safe: bool
) -> None:
    # The body is optional: nothing is taken for what it is not where nothing came.
    def serve(seen: Seen) -> Reply:
        mine = seen.header("Content-Type") == "application/json"
        return Reply(200 if mine or not seen.body else 415)

    media = {"schema": {"type": "object"}, **({"example": example} if example else {})}
    body = {"content": {"application/json": media}}
    paths = {"/things": {"post": answers(requestBody=body, **{"x-safe": safe})}}
    wanted = ("pass", None) if example else ("not_tested", "no_test_data")
    assert verdict(ran(serve, tmp_path, TYPES, paths=paths)) == wanted


# --- answers without a body ----------------------------------------------------------------------


def bare(status: int, *headers: tuple[str, str], body: bytes = b"", **facts: Any) -> Exchange:
    return exchange(status=status, headers=headers, body=body, **facts)


@pytest.mark.parametrize(
    "answer",
    [
        bare(204, excess_bytes=0),
        bare(204, ("Content-Length", "0"), excess_bytes=0),
        bare(304, ("Content-Length", "1234"), excess_bytes=0),
        bare(205, ("Content-Length", "0")),
    ],
)
def test_answers_that_end_with_their_headers_are_right(answer: Exchange) -> None:
    no_content_is_no_bytes(answer)


@pytest.mark.parametrize(
    "answer",
    [
        bare(204, excess_bytes=2),
        bare(304, excess_bytes=2),
        bare(204, ("Content-Length", "2")),
        bare(204, ("Transfer-Encoding", "chunked")),
        bare(205, ("Content-Length", "2"), body=b"{}"),
        bare(205, body=b"{}"),
    ],
)
def test_answers_that_go_on_are_found(answer: Exchange) -> None:
    with pytest.raises(Violation):
        no_content_is_no_bytes(answer)


def test_who_did_not_look_behind_the_headers_does_not_know() -> None:
    for status in (204, 304):
        with pytest.raises(NotTested):
            no_content_is_no_bytes(bare(status))
    with pytest.raises(NotApplicable):
        no_content_is_no_bytes(bare(200))


@pytest.mark.parametrize(("after", "wanted"), [(b"", "pass"), (b"{}", "fail")])
def test_bytes_behind_no_content_are_seen_on_the_wire(
    after: bytes, wanted: str, tmp_path: Path
) -> None:
    paths = {"/things": {"put": {**MADE, "responses": {"204": {"description": "done"}}}}}
    with speaking(says(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n" + after)) as url:
        wanted_plan = planned(
            contract(paths), goal(url, **WRITING), profile(demand("T-IOP-01", NO_BYTES, WRITES))
        )
        made = run(wanted_plan, tmp_path)
    assert {str(f.verdict) for f in made.findings} == {wanted}


# --- health --------------------------------------------------------------------------------------


def healthy(body: bytes, media_type: str = "application/json") -> Callable[[Seen], Reply]:
    def answer(seen: Seen) -> Reply:
        if seen.path in {"/health", "/things"}:
            return Reply(body=body, headers=(("Content-Type", media_type),))
        return Reply(404)

    return answer


PAGE = b"<!DOCTYPE html><title>all is well</title>"


@pytest.mark.parametrize("data", ["synthetic", "real"])
@pytest.mark.parametrize(
    ("body", "media_type", "wanted"),
    [
        (b'{"status": "UP", "version": "1.4.2"}', "application/json", ("pass", None)),
        (b'{"status": "UP", "db": "10.0.3.17"}', "application/json", ("fail", None)),
        (b'{"status": "UP", "db": "jdbc:oracle:thin"}', "application/json", ("pass", None)),
        (b'{"status": "UP", "db": "mysql://u@db"}', "application/json", ("fail", None)),
        (PAGE, "text/html", ("not_tested", "no_mapping")),
        (b"{}", "application/json", ("not_tested", "no_mapping")),
    ],
)
def test_health_is_found_by_what_it_says(
    body: bytes, media_type: str, wanted: tuple[str, str | None], data: str, tmp_path: Path
) -> None:
    assert verdict(ran(healthy(body, media_type), tmp_path, HEALTH, data=data)) == wanted


def test_an_operation_in_the_role_has_to_answer_json(tmp_path: Path) -> None:
    role = {"roles": {"health": "GET /things"}}
    assert verdict(ran(healthy(b"{}"), tmp_path / "a", HEALTH, **role))[0] == "pass"
    assert verdict(ran(healthy(PAGE, "text/html"), tmp_path / "b", HEALTH, **role))[0] == "fail"
    none = {"roles": {"health": "none"}}
    assert verdict(ran(healthy(b"{}"), tmp_path / "c", HEALTH, **none))[0] == "not_applicable"


# --- steadiness ----------------------------------------------------------------------------------

MANY = {f"/things/{n}": {"get": answers()} for n in range(12)}
ACCEPT = "http.negotiation.accept_never_breaks"


@pytest.mark.parametrize(
    ("every", "status", "wanted"),
    [
        (0, 502, ("pass", None)),
        (4, 502, ("fail", None)),
        (4, 500, ("fail", None)),
        (9, 503, ("pass", None)),
    ],
)
def test_calls_that_fail_at_times_are_counted(
    every: int, status: int, wanted: tuple[str, str | None], tmp_path: Path
) -> None:
    calls: list[str] = []

    def answer(seen: Seen) -> Reply:
        if seen.path not in MANY:
            return Reply(404)
        calls.append(seen.path)
        if every and not len(calls) % every:
            return Reply(status, headers=(("Retry-After", "0"),) if status == 503 else ())
        return Reply()

    assert verdict(ran(answer, tmp_path, ACCEPT, STEADY, paths=MANY)) == wanted


def test_too_few_calls_and_what_never_works_decide_nothing(tmp_path: Path) -> None:
    assert verdict(ran(lambda _: Reply(), tmp_path / "few", STEADY))[1] == "no_test_data"

    def answer(seen: Seen) -> Reply:
        return Reply(500 if seen.path == "/things/3" else 200)

    assert verdict(ran(answer, tmp_path / "never", STEADY, paths=MANY))[0] == "pass"


# --- what answers tell ---------------------------------------------------------------------------

PERSON = {"type": "object", "properties": {"name": {"type": "string"}}}


def schema_of(schema: Mapping[str, Any], **components: Any) -> Contract:
    return contract({"/x": {"get": answers(schema)}}, components={"schemas": components})


def beyond(schema: Mapping[str, Any], body: Any, **components: Any) -> list[str]:
    made = schema_of(schema, **components)
    pointer = made.operations[0].responses["200"]["application/json"]
    assert pointer is not None
    return [member.pointer for member in undeclared.members(made, pointer, body)]


@pytest.mark.parametrize(
    ("schema", "body", "wanted"),
    [
        (PERSON, {"name": "a", "b": 1}, ["/b"]),
        (PERSON, {"name": {"deep": 1}}, []),
        ({"type": "array", "items": PERSON}, [{"b": {"c": 1}}], ["/0/b", "/0/b/c"]),
        ({"allOf": [PERSON, {"properties": {"b": {}}}]}, {"name": "", "b": {"c": 1}}, []),
        ({"oneOf": [{"$ref": "#/components/schemas/P"}, PERSON]}, {"p": 1, "q": 1}, ["/q"]),
        ({"$ref": "#/components/schemas/P"}, {"p": 1, "w": 1}, ["/w"]),
        ({**PERSON, "additionalProperties": {"type": "string"}}, {"b": 1}, []),
        ({**PERSON, "additionalProperties": True}, {"b": 1}, []),
        ({**PERSON, "patternProperties": {"^b": {}}}, {"b": 1}, []),
        ({"$ref": "other.yaml#/X"}, {"b": 1}, []),
        ({"type": "object"}, {"b": 1}, []),
        ({**PERSON, "discriminator": {"propertyName": "name"}}, {"b": 1}, []),
    ],
)
def test_undeclared_members_are_those_that_no_part_of_a_schema_names(
    schema: Mapping[str, Any], body: Any, wanted: list[str]
) -> None:
    part = {"type": "object", "properties": {"p": {}, "w": {"writeOnly": True}}}
    assert beyond(schema, body, P=part) == wanted


def told(value: Any, **more: Any) -> Exchange:
    facts = {"operation": "GET /x", **more}
    return exchange(body=json.dumps(value, ensure_ascii=False).encode(), **facts)


@pytest.mark.parametrize(
    ("value", "broken"),
    [
        ({"passwordHash": "$2b$12$abcdefgh"}, True),
        ({"a": {"soDinhDanh": "000190000001"}}, True),
        ({"dateOfBirth": "1990-01-01"}, True),
        ({"cccd": "000190000001", "email": "a@example.com"}, True),
        ({"token": "abcdefgh"}, True),
        ({"items": [], "token": "abcdefgh"}, False),
        ({"email": "office@example.com", "dienThoai": "0900000003"}, False),
        ({"soDinhDanh": "0000*****001", "password": "********", "passwordHash": None}, False),
        ({"hasPassword": True, "passwordChangedAt": "2026-01-01"}, False),
        ({"password": "Mật khẩu"}, False),
    ],
)
def test_only_what_is_somebodys_is_minded(value: Any, *, broken: bool) -> None:
    made = schema_of(PERSON)
    asked = (told(value), made.operations[0], made)
    if not broken:
        no_undeclared_personal_data_or_secrets(*asked)
        return
    with pytest.raises(Violation) as caught:
        no_undeclared_personal_data_or_secrets(*asked)
    assert "000190000001" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "broken"),
    [
        ({"matKhau": "abc12345"}, True),
        ({"a": [{"privateKey": "abcdefghijkl"}]}, True),
        ({"otp": 123456}, True),
        ({"accessToken": "abcdefghijkl"}, True),
        ({"note": PEM}, True),
        ({"key": "AKIAQWERTYUIOPASDFGH"}, True),
        ({"key": "AKIAIOSFODNN7EXAMPLE"}, False),
        ({"note": "-----BEGIN PRIVATE KEY----- is how it begins"}, False),
        ({"password": None, "matKhau": "", "passwd": "[REDACTED]", "otp": 0}, False),
        ({"password": "your password, please"}, False),
        ({"openapi": "3.1.0", "password": "abcdefgh"}, False),
    ],
)
def test_secrets_in_answers_are_found_and_labels_are_none(value: Any, *, broken: bool) -> None:
    made = schema_of(PERSON)
    if not broken:
        secrets_are_not_handed_back(told(value), made)
        return
    with pytest.raises(Violation):
        secrets_are_not_handed_back(told(value), made)


@pytest.mark.parametrize("synthetic", [True, False])
def test_keys_never_reach_a_record_and_are_found_all_the_same(
    *, synthetic: bool, tmp_path: Path
) -> None:
    data = "synthetic" if synthetic else "real"

    def answer(_: Seen) -> Reply:
        return Reply(body=json.dumps({"note": f"key: {PEM}", "password": "********"}).encode())

    made = ran(
        answer, tmp_path, "privacy.secrets.secrets_are_not_handed_back", data=data, paths=MANY
    )
    assert verdict(made) == ("fail", None)
    kept = (made.folder / "record.jsonl").read_text("utf-8")
    assert "QUJDQUJD" not in kept


def test_many_headings_of_keys_are_looked_through_once() -> None:
    shown = Redactor({}, key=b"k", synthetic=True)
    heading = "-----BEGIN PRIVATE KEY-----" + "A" * 40
    assert shown.text(heading * 20_000) == heading * 20_000


def test_what_is_blanked_out_stays_readable() -> None:
    shown = Redactor({}, key=b"k", synthetic=True)
    assert shown.without_secrets('{"password": "********"}') == '{"password": "********"}'
    assert "hunter22" not in shown.without_secrets('{"password": "hunter22"}')
    assert is_blanked("đã che")
    assert not is_blanked("x-ray")


@pytest.mark.parametrize(
    ("link", "wanted"),
    [
        ("/citizens/000190000001", True),
        ("https://a.example/cong-dan/000190000001?x=1", True),
        ("/search?so_dinh_danh=000190000001", True),
        ("/search?soDienThoai=%2B84900000001", True),
        ("?email=an@example.com", True),
        ("/dossiers/000190000001", False),
        ("/citizens/search", False),
        ("/search?phone=19001234", False),
        ("mailto:an@example.com", False),
        ("tel:0900000001", False),
        ("a note / with ?phone=0900000001", False),
        ("http://[", False),
    ],
)
def test_links_to_people_say_so_themselves(link: str, *, wanted: bool) -> None:
    assert leads_to_a_person(link) is wanted
    answer = told({"href": link})
    if wanted:
        with pytest.raises(Violation) as caught:
            links_name_nobody(answer)
        assert "000190000001" not in str(caught.value)


@pytest.mark.parametrize("data", ["synthetic", "real"])
def test_links_are_judged_though_they_are_hidden(data: str, tmp_path: Path) -> None:
    law = "privacy.addresses.links_name_nobody"

    def linking(link: str) -> Callable[[Seen], Reply]:
        return lambda _: Reply(body=json.dumps({"href": link}).encode())

    bad = ran(linking("/citizens/000190000001"), tmp_path / "a", law, paths=MANY, data=data)
    good = ran(linking("https://a.example/b"), tmp_path / "b", law, paths=MANY, data=data)
    assert (verdict(bad)[0], verdict(good)[0]) == ("fail", "pass")
