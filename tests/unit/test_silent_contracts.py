"""Contracts that say nothing of credentials: the target file and the server's own refusals tell."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from making import (
    SCHEMES,
    SECURED,
    Reply,
    Seen,
    agency,
    answers,
    contract,
    demand,
    goal,
    planned,
    run,
)
from making import profile as requiring

from conformance.engine import rejudge

ENFORCED = "identity.enforcement.declared_security_is_enforced"
REFUSED = "identity.enforcement.invalid_credentials_are_refused"
TAMPERED = "identity.tokens.tampered_tokens_are_refused"
# {"alg":"HS256"}.{"sub":"a","exp":4102444800}.signature
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIiwiZXhwIjo0MTAyNDQ0ODAwfQ.c2lnbmF0dXJlLW9mLWEtdGVzdA"
BODY = json.dumps({"ten": "Nguyễn Thị Hoa", "n": 1}).encode()
PATHS: dict[str, Any] = {"/data": {"get": answers({"type": "object"}, operationId="data")}}


def serving(opens: Callable[[str], bool]) -> Callable[[Seen], Reply]:
    """Return a server whose data are there for whoever's Authorization opens them."""

    def answer(seen: Seen) -> Reply:
        said = dict(seen.headers).get("Authorization", "")
        if not opens(said):
            return Reply(401, headers=(("WWW-Authenticate", "Bearer"),))
        return Reply(200, body=BODY)

    return answer


ANYTHING = serving(bool)
STRICT = serving(lambda said: said == f"Bearer {TOKEN}")
OPEN = serving(lambda _said: True)


def verdict(
    answer: Callable[[Seen], Reply],
    check: str,
    folder: Path,
    *,
    document: dict[str, Any] | None = None,
    **more: Any,
) -> tuple[str, str | None]:
    declared = {
        "identities": {"citizen_a": {"bearer": "env:TOKEN_A"}},
        "examples": {"data": {"owner": "citizen_a"}},
    }
    with agency(answer) as server:
        wanted = goal(server.base_url, **(declared | more))
        described = contract(**(document or {"paths": PATHS}))
        made = run(planned(described, wanted, requiring(demand("T-AUT-01", check))), folder)
    assert not rejudge(made.folder).differences
    (entry,) = made.results["requirements"]
    return entry["verdict"], entry["reason"]


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN_A", TOKEN)


@pytest.mark.parametrize(
    ("answer", "check", "wanted"),
    [
        (ANYTHING, REFUSED, ("fail", None)),
        (ANYTHING, TAMPERED, ("fail", None)),
        (STRICT, ENFORCED, ("pass", None)),
        (STRICT, REFUSED, ("pass", None)),
        (STRICT, TAMPERED, ("pass", None)),
        # Whether strangers may is nobody's word: neither right nor wrong.
        (OPEN, ENFORCED, ("not_tested", "no_mapping")),
        (OPEN, REFUSED, ("not_tested", "no_mapping")),
        (OPEN, TAMPERED, ("not_tested", "no_mapping")),
    ],
)
def test_what_somebody_calls_is_asked_as_strangers_would(
    answer: Callable[[Seen], Reply], check: str, wanted: tuple[str, str | None], tmp_path: Path
) -> None:
    assert verdict(answer, check, tmp_path) == wanted


@pytest.mark.parametrize("check", [ENFORCED, REFUSED, TAMPERED])
def test_callers_without_a_word_of_what_they_call_leave_it_open(check: str, tmp_path: Path) -> None:
    found = verdict(ANYTHING, check, tmp_path, examples={})
    assert found == ("not_tested", "no_mapping")


@pytest.mark.parametrize("check", [ENFORCED, REFUSED, TAMPERED])
@pytest.mark.parametrize(
    "said",
    [
        {"document": {"paths": PATHS, "security": []}},
        {"operations": {"public": ["data"]}, "examples": {}},
        {"identities": {}, "examples": {}},
    ],
    ids=["the contract says it is open", "the target file does", "there are no callers"],
)
def test_what_is_said_to_be_open_is_not_asked(
    check: str, said: dict[str, Any], tmp_path: Path
) -> None:
    verdict_, _ = verdict(OPEN, check, tmp_path, **said)
    assert verdict_ == "not_applicable"


def test_a_word_behind_a_reference_is_a_word(tmp_path: Path) -> None:
    behind = {"get": {**PATHS["/data"]["get"], "security": []}}
    document = {
        "paths": {"/data": {"$ref": "#/components/pathItems/data"}},
        "components": {"pathItems": {"data": behind}},
        "version": "3.1.0",
    }
    assert verdict(OPEN, ENFORCED, tmp_path, document=document)[0] == "not_applicable"


CHALLENGED = "identity.challenges.strangers_are_told_the_scheme"


@pytest.mark.parametrize(("silent", "wanted"), [("", "pass"), ("/one", "fail"), ("/two", "fail")])
def test_each_way_of_securing_tells_its_scheme(silent: str, wanted: str, tmp_path: Path) -> None:
    def answer(seen: Seen) -> Reply:
        if dict(seen.headers).get("Authorization", "") == f"Bearer {TOKEN}":
            return Reply(200, body=BODY)
        told = () if seen.path == silent else (("WWW-Authenticate", "Bearer"),)
        return Reply(401, headers=told)

    schemes = {name: {"type": "http", "scheme": "bearer"} for name in ("one", "two")}
    paths = {
        f"/{name}": {"get": answers({}, operationId=name, security=[{name: []}])}
        for name in schemes
    }
    document = {"paths": paths, "components": {"securitySchemes": schemes}}
    found = verdict(answer, CHALLENGED, tmp_path, document=document, examples={})
    assert found == (wanted, None)


def test_a_word_in_the_contract_decides(tmp_path: Path) -> None:
    document = {"paths": PATHS, "security": SECURED, **SCHEMES}
    assert verdict(OPEN, ENFORCED, tmp_path, document=document) == ("fail", None)
