"""Whatever a server sends: an answer or an error, in bounded time, and the right verdict."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from corpus import BODIES, BROKEN, CORPUS, OK, SIZE, TIME, Hostile, answered
from measure import costs
from wires import Served, Speech, says, serving

from conformance import engine, plan, target
from conformance import profile as profiles
from conformance.contract import Contract, load
from conformance.door.live import LiveDoor
from conformance.evidence import Exchange, canonical
from conformance.generation.depth import DEPTHS
from conformance.identities.credentials import Credentials
from conformance.plan import Options
from conformance.privacy.redaction import Redactor
from conformance.probe.questions import Case, Question

OPTIONS = Options(date(2026, 11, 21), 7, depth=DEPTHS["quick"])
PATIENCE = 0.3
# What machines under load need beside what the pace allows; and what is beyond any answer.
SLACK = 6.0
MEMORY = 150 * 2**20
ITEM = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "integer", "multipleOf": 3, "maximum": 10},
        "name": {"type": "string", "pattern": "^([A-Z]+)+$", "format": "email", "maxLength": 10},
        "a": {"$ref": "#/components/schemas/Item"},
    },
}
LISTED = {
    "description": "ok",
    "content": {
        "application/json": {
            "schema": {
                "type": "array",
                "uniqueItems": True,
                "items": {"$ref": "#/components/schemas/Item"},
            }
        }
    },
}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Things", "version": "1"},
    "paths": {"/things": {"get": {"operationId": "listThings", "responses": {"200": LISTED}}}},
    "components": {"schemas": {"Item": ITEM}},
}
Opened = Callable[..., tuple[LiveDoor, list[Exchange]]]


def contract() -> Contract:
    return load(canonical(DOCUMENT), "contract.json")


def goal(
    base_url: str, *, real: bool = False, extra_ca: str | None = None, **pace: Any
) -> target.Target:
    pace = {"requests_per_second": 5000, "timeout_seconds": PATIENCE, **pace}
    document: dict[str, Any] = {
        "target": "hostile",
        "base_url": base_url,
        "pace": pace,
        "environment": "sandbox",
    }
    data = {"environment": "production", "data": "real"} if real else {"data": "synthetic"}
    if extra_ca:
        document["network"] = {"extra_ca": extra_ca}
    return target.of({**document, **data}, place="target.yaml")


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Open a door to a base URL; it is closed in the end."""
    with ExitStack() as stack:

        def open_door(base_url: str, **how: Any) -> tuple[LiveDoor, list[Exchange]]:
            wanted = goal(base_url, **how)
            scene = plan.make([], wanted, contract(), OPTIONS).scene
            kept: list[Exchange] = []
            redactor = Redactor({}, key=b"k" * 32, synthetic=wanted.synthetic)
            door = LiveDoor(scene, Credentials(wanted), redactor, kept.append)
            stack.callback(door.close)
            return door, kept

        yield open_door


def asked(door: LiveDoor, base_url: str, *, raw: bool = False) -> Exchange:
    question = Question("GET", f"{base_url}/things", raw=raw, operation="listThings")
    return door.ask(question, Case("target", "a test"))


# --- the door: an answer or an error, in time ----------------------------------------------------


@pytest.mark.parametrize("raw", [False, True], ids=["requests", "h11"])
@pytest.mark.parametrize("hostile", CORPUS, ids=lambda hostile: hostile.name)
def test_every_answer_is_an_answer_or_an_error_in_time(
    opened: Opened,
    hostile: Hostile,
    raw: bool,  # noqa: FBT001  # a case
) -> None:
    told = hostile.raw if raw else hostile.ordinary
    with serving(hostile.speech) as server:
        door, kept = opened(server.base_url)
        with costs() as cost:
            found = asked(door, server.base_url, raw=raw)
    assert cost.seconds < 2 * PATIENCE + SLACK
    assert cost.bytes < MEMORY
    assert (found.response is None) is (told is not None), found.error
    if told is not None:
        assert found.error
        assert re.search(told, found.error), found.error
        assert len(found.error) <= 300
    assert kept == [found]
    # What the record holds of it is read back as it was.
    assert Exchange.of(found.as_json()) == found


@pytest.mark.parametrize("hostile", BODIES, ids=lambda hostile: hostile.name)
def test_bodies_of_real_people_are_looked_through_in_time(opened: Opened, hostile: Hostile) -> None:
    with serving(hostile.speech) as server:
        door, _ = opened(server.base_url, real=True)
        with costs() as cost:
            asked(door, server.base_url)
    assert cost.seconds < 2 * PATIENCE + 2 * SLACK
    assert cost.bytes < 2 * MEMORY


# --- one question, one answer --------------------------------------------------------------------

MINE = answered(b'["mine"]')


def once(first: bytes, later: bytes = MINE) -> Speech:
    """Return a speech that goes on listening: the first answer, then another for all later."""

    def speech(wire: socket.socket, over: threading.Event) -> None:
        wire.sendall(first)
        while not over.is_set() and wire.recv(65536):
            wire.sendall(later)

    return speech


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(
            b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + answered(b'["first"]'),
            id="a hint",
        ),
        pytest.param(
            b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
            + answered(b'["first"]'),
            id="two interim answers",
        ),
        pytest.param(answered(b'["first"]') + answered(b'["poison"]'), id="an answer too many"),
        pytest.param(answered(b'["first"]') + b"garbage" * 10_000, id="garbage"),
        pytest.param(answered(b'["first"]') + b"HTTP/1.1 200 OK\r\nX-A", id="half an answer"),
    ],
)
def test_what_follows_an_answer_is_not_the_answer_to_the_next_question(
    opened: Opened, first: bytes
) -> None:
    with serving(once(first)) as server:
        door, _ = opened(server.base_url)
        answers = [asked(door, server.base_url) for _ in range(2)]
    assert answers[0].json() == ["first"], answers[0].error
    # On the same connection the answer is "mine", on a new one "first" again; never what was left.
    assert answers[1].json() in (["mine"], ["first"]), answers[1].error


def test_a_redirect_leads_nowhere(opened: Opened) -> None:
    with serving(says(MINE)) as elsewhere:
        moved = answered(
            b"", f"Location: {elsewhere.base_url}/things".encode(), start=b"HTTP/1.1 307 Go\r\n"
        )
        with serving(says(moved)) as server:
            door, _ = opened(server.base_url)
            for raw in (False, True):
                assert asked(door, server.base_url, raw=raw).status == 307
            assert len(server.asked) == 2
        assert elsewhere.connections == 0


def test_a_run_that_was_told_too_much_asks_no_further(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conformance.door.live.MOST_RECEIVED", 10_000)
    # Closed in so many words: a connection that ends unannounced may be asked once more.
    long = answered(b"1" * 6_000, b"Connection: close")
    with serving(says(long)) as server:
        door, _ = opened(server.base_url)
        answers = [asked(door, server.base_url) for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 0]
    assert answers[2].facts["unsent"] == "out_of_budget"


def test_a_deep_body_is_json_of_which_nothing_is_known(opened: Opened) -> None:
    from conformance.verdict import NotTested  # noqa: PLC0415  # this test alone

    for text in (b"[" * 101 + b"]" * 101, b'{"a":' * 101 + b"1" + b"}" * 101):
        with serving(says(answered(text))) as server:
            door, _ = opened(server.base_url)
            found = asked(door, server.base_url)
        with pytest.raises(NotTested):
            found.json()
    with serving(says(answered(b'["[[[' + b"[" * 500 + b'", ' + b"[" * 98 + b"]" * 99))) as server:
        door, _ = opened(server.base_url)
        assert asked(door, server.base_url).json() is not None


# --- the engine: the right verdict ---------------------------------------------------------------

# Not found by the answers but by our sandbox of a contract and the server's manners.
BASE = profiles.read("base")


def ran(server: Served, folder: Path, *, real: bool) -> dict[str, str]:
    """Run `base` to its end, which includes the rejudgement; return check → verdict."""
    wanted = goal(server.base_url, real=real)
    made = plan.make([BASE], wanted, contract(), OPTIONS)
    session = engine.open_session(made, folder)
    try:
        for item in made.items:
            session.run(item)
        results = session.finish()
    finally:
        session.close()
    lines = [line for entry in results["requirements"] for line in entry["results"]]
    assert [line for line in lines if line["verdict"] == "error"] == []
    return {line["check"]: line["verdict"] for line in lines}


def failed(verdicts: dict[str, str]) -> set[str]:
    return {check for check, verdict in verdicts.items() if verdict == "fail"}


SANE = answered(b'[{"id": 3}]', b"X-Content-Type-Options: nosniff")
STRICT, TRUE = "formats.json.json_is_strict", "headers.media.content_type_is_true"
UNIQUE, NUMBERS = "formats.json.names_are_unique", "formats.json.numbers_are_interoperable"
SHAPE = "contract.answers.body_matches_schema"
# What the target gets wrong, and nothing else: by the name of the server.
WRONG: dict[str, set[str]] = {
    "deep array": set(),
    "deep object": set(),
    "object of 900 levels": set(),
    "number of a million digits": {NUMBERS, SHAPE},
    "fraction of a million digits": {SHAPE},
    "NaN": {STRICT, SHAPE},
    "the last of 20,000 names twice": {UNIQUE, SHAPE},
    "gzip bomb": set(),
    "closed in the body": set(),
    "dripping head": set(),
    "flood of 1xx": set(),
    "header with NUL": set(),
}


@pytest.fixture(scope="module")
def manners(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return what fails with a sane answer: manners of the server, not of its answers."""
    with serving(says(SANE)) as server:
        return failed(ran(server, tmp_path_factory.mktemp("sane"), real=False))


@pytest.mark.parametrize("real", [False, True], ids=["synthetic", "real"])
@pytest.mark.parametrize(
    "hostile", [each for each in CORPUS if each.name in WRONG], ids=lambda hostile: hostile.name
)
def test_a_hostile_answer_is_judged_for_what_it_is(
    hostile: Hostile,
    manners: set[str],
    tmp_path: Path,
    real: bool,  # noqa: FBT001  # a case
) -> None:
    with serving(hostile.speech) as server, costs() as cost:
        verdicts = ran(server, tmp_path, real=real)
    assert cost.bytes < 2 * MEMORY
    wrong = {
        check
        for check in failed(verdicts)
        if check.startswith(("formats.", "contract.", "headers.media"))
    }
    assert wrong - manners == WRONG[hostile.name]


@pytest.mark.slow
@pytest.mark.parametrize("real", [False, True], ids=["synthetic", "real"])
@pytest.mark.parametrize("hostile", CORPUS, ids=lambda hostile: hostile.name)
def test_no_hostile_answer_ends_a_run(hostile: Hostile, tmp_path: Path, real: bool) -> None:  # noqa: FBT001  # a case
    with serving(hostile.speech) as server:
        assert ran(server, tmp_path, real=real)


def test_the_corpus_names_every_server_once() -> None:
    names = [hostile.name for hostile in (*TIME, *SIZE, *BROKEN, *BODIES)]
    assert len(names) == len(set(names))
    assert set(WRONG) <= set(names)
    assert OK.endswith(b"\r\n")
