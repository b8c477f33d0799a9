"""What leaves for a target, as a server that records everything sees it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from loopback import CONTRACT, TARGET, TOKENS, Seen, api, recording
from processes import conformance, exchanges, only_run, results

from conformance import plan as plans
from conformance import target
from conformance.contract import Contract
from conformance.door.guard import Guard
from conformance.generation.depth import DEPTHS
from conformance.plan import Options
from conformance.probe.questions import Question
from conformance.verdict import NotTested, Reason

READS = {"GET", "HEAD", "OPTIONS"}
AUTHORISED = {"authorisation": {"reference": "document 1", "by": "the owner"}}
EVERYTHING = ("--allow", "write,intrusive")


def run(
    folder: Path,
    base_url: str,
    *more: str,
    environment_variables: Mapping[str, str] | None = None,
    **changes: Any,
) -> Path:
    """Test a small API with the whole base profile; return the run directory."""
    (folder / "contract.json").write_text(json.dumps(CONTRACT), encoding="utf-8")
    document = {**TARGET, "base_url": base_url, **changes}
    (folder / "target.json").write_text(json.dumps(document), encoding="utf-8")
    words = ("run", "base", "--target", "target.json", "--seed", "1", "--quiet", *more)
    done = conformance(*words, cwd=folder, **(environment_variables or {}))
    assert done.code in {0, 1, 4}, done.said
    return only_run(folder / "runs")


def harmless(seen: Seen) -> bool:
    return seen.method in READS or (seen.method, seen.path) == ("POST", "/search")


@pytest.mark.parametrize(
    ("changes", "more"),
    [
        pytest.param({"environment": "production", **AUTHORISED}, EVERYTHING, id="production"),
        pytest.param({**AUTHORISED}, EVERYTHING, id="nothing said means production"),
        pytest.param({"environment": "sandbox"}, EVERYTHING, id="no authorisation"),
        pytest.param({"environment": "sandbox", **AUTHORISED}, (), id="not allowed"),
    ],
)
def test_only_reads_and_the_declared_safe_search_leave(
    tmp_path: Path, changes: dict[str, Any], more: tuple[str, ...]
) -> None:
    with recording(api) as server:
        folder = run(tmp_path, server.base_url, *more, **changes)
    assert [s for s in server.seen if not harmless(s)] == []
    assert ("POST", "/search") in {(s.method, s.path) for s in server.seen}
    assert {"GET", "HEAD"} <= {s.method for s in server.seen}
    assert not [s for s in server.seen if s.method in READS and s.body]
    # What was not sent is said to be open, never passed over.
    open_ = {r["id"]: r["reason"] for r in results(folder)["requirements"] if r["reason"]}
    assert open_["BASE-IOP-04"] == "not_authorised"


def test_an_authorised_sandbox_gets_writes(tmp_path: Path) -> None:
    with recording(api) as server:
        run(tmp_path, server.base_url, *EVERYTHING, environment="sandbox", **AUTHORISED)
    methods = {s.method for s in server.seen}
    assert {"POST", "PUT", "DELETE", "VNCT"} <= methods


def test_nothing_is_taken_from_the_environment_and_nothing_followed(tmp_path: Path) -> None:
    """Proxies, .netrc, cookies and redirects tempt; a second server sees whether one worked."""
    with recording() as elsewhere:

        def tempting(seen: Seen) -> tuple[int, dict[str, str], bytes]:
            if seen.path == "/things/7":
                return 302, {"Location": f"{elsewhere.base_url}/taken"}, b""
            return api(seen)

        home = tmp_path / "home"
        home.mkdir()
        (home / ".netrc").write_text("default login netrc password netrc\n", encoding="utf-8")
        (home / ".netrc").chmod(0o600)
        names = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy")
        proxies = dict.fromkeys(names, elsewhere.base_url)
        variables = {**proxies, "NO_PROXY": "", "no_proxy": "", "HOME": str(home)}
        work = tmp_path / "work"
        work.mkdir()
        with recording(tempting) as server:
            run(work, server.base_url, environment_variables=variables)
    assert elsewhere.seen == []
    assert server.seen
    assert [s for s in server.seen if s.header("Cookie")] == []
    told = {value for s in server.seen for value in s.header("Authorization")}
    ours = {f"Bearer {token}" for token in TOKENS.values()}
    assert {value for value in told - ours if "vnct-invalid" not in value} == set()


@pytest.fixture(scope="module")
def owned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Seen]]:
    """One run in which each identity owns something, and what the server saw of it."""
    owners = {"listThings": {"owner": "citizen_a"}, "getThing": {"id": "7", "owner": "citizen_b"}}
    with recording(api) as server:
        folder = run(
            tmp_path_factory.mktemp("owned"),
            server.base_url,
            examples={**TARGET["examples"], **owners},
        )
    return folder, server.seen


def test_identities_do_not_leak_from_call_to_call(owned: tuple[Path, list[Seen]]) -> None:
    folder, arrived = owned
    identities = set()
    for exchange, seen in zip(exchanges(folder), arrived, strict=True):
        # Canary credentials are named after the identity in whose place they are tried.
        who = (exchange["identity"] or "").removesuffix(":citizen_a").removesuffix(":citizen_b")
        identities.add(who)
        told = seen.header("Authorization")
        if who == "invalid":
            assert told
            assert told[0].removeprefix("Bearer ") not in TOKENS.values()
        else:
            assert told == ([f"Bearer {TOKENS[who]}"] if who else []), exchange["id"]
    assert identities == {"", "invalid", "citizen_a", "citizen_b"}


def test_the_record_holds_no_token(owned: tuple[Path, list[Seen]]) -> None:
    for path in owned[0].rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [t for t in TOKENS.values() if t.encode() in content], path


# --- the guard itself -----------------------------------------------------------------------------

BASE = "http://127.0.0.1:8000/api"


@pytest.fixture
def guard() -> Guard:
    goal = target.of({**TARGET, "base_url": BASE, "environment": "production"}, place="t")
    contract = Contract(CONTRACT, "contract.json")
    options = Options(date(2026, 11, 21), 1, depth=DEPTHS["quick"])
    return Guard(plans.make([], goal, contract, options).scene)


def refuse(guard: Guard, question: Question) -> None:
    with pytest.raises(NotTested) as refused:
        guard.check(question)
    assert refused.value.reason is Reason.NOT_AUTHORISED


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8001/api/things",
        "http://127.0.0.1/api/things",
        "https://127.0.0.1:8000/api/things",
        "http://127.0.0.2:8000/api/things",
        "http://127.0.0.1:8000@example.vn/things",
        "http://127.0.0.1:8000.example.vn/things",
        "//127.0.0.1:8000/api/things",
        "http://user@127.0.0.1:8000/api/things",
    ],
)
def test_no_other_origin_is_asked(guard: Guard, url: str) -> None:
    refuse(guard, Question("GET", url))


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "VNCT", "get", "Get"]
)
def test_no_other_method_leaves(guard: Guard, method: str) -> None:
    refuse(guard, Question(method, f"{BASE}/things"))


def test_a_read_with_a_body_does_not_leave(guard: Guard) -> None:
    refuse(guard, Question("GET", f"{BASE}/things", body=b"{}"))


def test_the_declared_safe_search_leaves_as_the_contract_means_it_only(guard: Guard) -> None:
    search = Question("POST", f"{BASE}/search", operation="POST /search", body=b"{}")
    guard.check(search)
    refuse(guard, replace(search, wellformed=False))
    refuse(guard, replace(search, operation=None))


@pytest.mark.parametrize(
    ("method", "path"), [("DELETE", "/things/7"), ("POST", "/things"), ("DELETE", "/search")]
)
def test_the_label_of_a_safe_operation_covers_no_other_request(
    guard: Guard, method: str, path: str
) -> None:
    refuse(guard, Question(method, f"{BASE}{path}", operation="POST /search"))


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_no_read_carries_another_method_in_a_header(guard: Guard, name: str) -> None:
    refuse(guard, Question("GET", f"{BASE}/things/7", headers=((name, "DELETE"),)))


# --- services behind one path ---------------------------------------------------------------------

PACKETS: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Packets", "version": "1"},
    "paths": {
        "/integration": {
            "post": {
                "operationId": "exchange",
                "x-vnda-services": {
                    "member": "service",
                    "values": {"Read": {"safe": True}, "Write": {"safe": False}},
                },
                "requestBody": {"content": {"application/json": {}, "application/xml": {}}},
                "responses": {"200": {"description": "ok"}},
            }
        }
    },
}


def packet(body: str, media_type: str = "application/json", service: str = "Read") -> Question:
    return Question(
        "POST",
        "https://agency.example/integration",
        (("Content-Type", media_type),),
        body.encode(),
        operation=f"POST /integration#{service}",
    )


def packet_guard() -> Guard:
    goal = target.of({"target": "t", "base_url": "https://agency.example"}, place="t")
    options = Options(date(2026, 11, 21), 1, depth=DEPTHS["quick"])
    return Guard(plans.make([], goal, Contract(PACKETS, "c"), options).scene)


@pytest.mark.parametrize(
    "question",
    [
        packet('{"service": "Read", "x": 1}'),
        packet("<p><service>Read</service></p>", "application/xml"),
        packet('<p xmlns="urn:x"><service> Read </service></p>', "text/xml; charset=utf-8"),
    ],
)
def test_a_service_that_was_declared_safe_leaves(question: Question) -> None:
    packet_guard().check(question)


@pytest.mark.parametrize(
    "question",
    [
        packet('{"service": "Write"}', service="Write"),
        packet('{"service": "Write"}'),
        packet('{"service": "Read", "service": "Write"}'),
        packet('{"service": "Read", "Service": "Write"}'),
        packet('{"service": ["Read"]}'),
        packet('{"x": {"service": "Read"}}'),
        packet("[]"),
        packet(""),
        packet("<p><service>Write</service></p>", "application/xml"),
        packet("<p><service>Read</service><service>Write</service></p>", "application/xml"),
        packet("<p><service>Read</service><a><service>Write</service></a></p>", "application/xml"),
        packet('<!DOCTYPE p [<!ENTITY e "x">]><p><service>Read</service></p>', "application/xml"),
        packet("<p><service>Read</service>", "application/xml"),
        packet("<p/>", "application/xml"),
    ],
)
def test_a_body_that_may_mean_another_service_does_not_leave(question: Question) -> None:
    with pytest.raises(NotTested) as outcome:
        packet_guard().check(question)
    assert outcome.value.reason is Reason.NOT_AUTHORISED
