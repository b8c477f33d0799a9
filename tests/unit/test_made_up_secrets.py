"""What is made up for a member of a secret's name is no secret; what lets somebody in stays one."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from making import (
    SCHEMES,
    SECURED,
    WRITING,
    Ran,
    Reply,
    Seen,
    agency,
    answers,
    contract,
    demand,
    goal,
    planned,
    profile,
    run,
)

from conformance import record as records
from conformance.door.recording import Recorder
from conformance.evidence import Request
from conformance.generation import values
from conformance.identities.credentials import Credentials
from conformance.privacy.redaction import Redactor
from conformance.probe.questions import GENERATED
from conformance.trees import TOKEN

CREDENTIAL, ISSUED, PASSWORD = "credential-canary", "issued-canary-1", "example-canary"
SECRETS = (CREDENTIAL, ISSUED, PASSWORD, CREDENTIAL.upper(), ISSUED.upper(), PASSWORD.upper())
TEXT = {"type": "string"}


def writing(name: str, member: str, **more: Any) -> dict[str, Any]:
    """Return an operation that takes a free text in a member, and a short code with it."""
    schema = {
        "type": "object",
        "required": [member],
        "properties": {member: TEXT, "code": {"type": "string", "maxLength": 9}, **more},
    }
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    return {
        "post": answers({"type": "object"}, operationId=name, requestBody=body, security=SECURED)
    }


PATHS: dict[str, Any] = {
    "/start": {"get": answers({"type": "object"}, operationId="start")},
    "/sessions": writing("open", "session_id"),
    "/joined": writing("join", "session", token=TEXT),
    "/notes": writing("note", "text"),
    "/accounts": writing("account", "text", password=TEXT),
}
WANTED = profile(
    demand("T-FUZ-01", "contract.answers.server_does_not_break"),
    demand("T-FUZ-02", "contract.generated.invalid_input_is_refused"),
    demand("T-FUZ-03", "contract.generated.types_are_not_juggled"),
)
_CREDENTIAL_FIELD = re.compile(r"-H 'Authorization: [^']*'")


def said(seen: Seen) -> Reply:
    """Repeat a body as systems store it; fail on what no text of PostgreSQL may hold."""
    if seen.path == "/start":
        return Reply(body=json.dumps({"token": ISSUED}).encode())
    try:
        told = json.loads(seen.body or b"{}")
    except ValueError:
        return Reply(400)
    if "\x00" in json.dumps(told, ensure_ascii=False):
        return Reply(500, json.dumps({"error": CREDENTIAL, "token": ISSUED}).encode())
    if isinstance(told, dict):
        told = {k: v.strip() if isinstance(v, str) else v for k, v in told.items()}
    return Reply(body=json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"))


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Return a run at the depth `standard` on a server that repeats what it takes."""
    with pytest.MonkeyPatch.context() as patched, agency(said) as server:
        patched.setenv("T_BEARER", CREDENTIAL)
        wanted = goal(
            server.base_url,
            **WRITING,
            identities={"a": {"bearer": "env:T_BEARER"}},
            examples={
                "open": {"owner": "a"},
                "join": {
                    "body": {"session": PASSWORD, "token": {"from": "start", "take": "/token"}}
                },
                "note": {"owner": "a"},
                "account": {"body": {"text": "mot", "code": "hai"}},
            },
        )
        plan = planned(contract(PATHS, **SCHEMES), wanted, WANTED)
        done = run(plan, tmp_path_factory.mktemp("made-up"))
        bodies = b"".join(seen.body for seen in server.seen if seen.path == "/joined")
        assert ISSUED.encode() in bodies
        assert PASSWORD.encode() in bodies
        return done


def generated(ran: Ran, unit: str) -> list[Request]:
    """Return the generated requests of an operation, as their record shows them."""
    exchanges = records.read(ran.folder).exchanges
    return [e.request for e in exchanges if e.facts.get("generated") and e.unit == unit]


@pytest.mark.parametrize("unit", ["POST /sessions", "POST /notes"])
def test_no_difficult_text_is_hidden(ran: Ran, unit: str) -> None:
    asked = generated(ran, unit)
    assert len(asked) > 20
    assert not [r for r in asked if TOKEN.search(r.url + r.body.decode("latin-1"))]
    whole = b"".join(r.body for r in asked)
    for difficult in values.TEXTS:
        assert json.dumps(difficult.value)[1:-1].encode() in whole or (
            json.dumps(difficult.value, ensure_ascii=False)[1:-1].encode("utf-8", "replace")
            in whole
        )


def test_incidents_can_be_repeated(ran: Ran) -> None:
    lines = [
        line["curl"]
        for entry in ran.results["requirements"]
        for line in entry["results"]
        if line.get("curl") and not line["unit"].endswith("/joined")
    ]
    assert lines
    # The credential itself is told by its name alone.
    bare = [_CREDENTIAL_FIELD.sub("", line) for line in lines]
    assert not [line for line in bare if TOKEN.search(line)]


def test_what_lets_somebody_in_is_nowhere(ran: Ran) -> None:
    files = [path for path in ran.folder.rglob("*") if path.is_file()]
    assert files
    content = b"".join(path.read_bytes() for path in files)
    assert [s for s in SECRETS if s.encode() in content] == []


def test_what_the_target_file_or_an_answer_gave_is_not_bent(ran: Ran) -> None:
    exchanges = records.read(ran.folder).exchanges
    told = [
        e.facts["generated"] for e in exchanges if "generated" in e.facts and e.case == GENERATED
    ]
    # What others draft is made of the contract alone.
    places = {bend["place"] for bend in told if bend["origin"] == "value"}
    assert "body /session_id" in places
    assert "body /session" not in places


def test_no_draft_sets_a_password(ran: Ran) -> None:
    asked = generated(ran, "POST /accounts")
    assert len(asked) > 20
    assert not [r for r in asked if b'"password"' in r.body]


def test_a_resumed_run_knows_what_was_made_up(ran: Ran) -> None:
    scene = planned(contract(PATHS, **SCHEMES), goal(), WANTED).scene
    redactor = Redactor({}, key=b"for tests", synthetic=True)
    recorder = Recorder(scene, Credentials(scene.target), redactor)
    text = "Kiểm thử tuân thủ"
    stored = Request("POST", "http://127.0.0.1/x", (), json.dumps({"session_id": text}).encode())
    for each in records.read(ran.folder).exchanges:
        if each.unit == "POST /sessions":
            recorder.take_up(each)
    assert redactor.request(stored) == stored


@pytest.mark.parametrize("origin", ["generated", "known", "contract"])
def test_a_value_is_made_up_only_where_nobody_handed_it_out(origin: str) -> None:
    redactor = Redactor({}, key=b"for tests", synthetic=True)
    asked = Request("POST", "http://127.0.0.1/x", (), '{"token": " đất 7 "}'.encode())
    if origin == "known":  # too short to be looked for everywhere
        redactor.examples({"x": {"body": '{"token": " đất 7 "}'}})
    shown = redactor.request(asked, made_up=origin != "contract")
    stored = Request("POST", asked.url, (), json.dumps({"token": "ĐẤT 7"}).encode())
    assert (shown == asked) is (origin == "generated")
    assert (redactor.request(stored) == stored) is (origin == "generated")
    other = Request("GET", asked.url, (), b'{"token": "handed-out-1"}')
    assert b"handed-out-1" not in redactor.request(other).body


def test_what_holds_a_known_secret_is_not_made_up() -> None:
    redactor = Redactor({"a": CREDENTIAL}, key=b"for tests", synthetic=True)
    body = json.dumps({"session": CREDENTIAL * 2 + "x", "id": PASSWORD}).encode()
    redactor.examples({"x": {"session_id": PASSWORD}})
    shown = redactor.request(Request("POST", "http://127.0.0.1/x", (), body), made_up=True)
    assert b"canary" not in shown.body
