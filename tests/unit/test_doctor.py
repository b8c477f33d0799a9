"""What the doctor says of targets that are ill in one way each: the cause, and the key to mend."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from loopback import CONTRACT, TARGET, Seen, api, recording, says, speaking
from making import goal
from processes import Done

from conformance import contract as contracts
from conformance import mapping, plan, profile
from conformance.cli import doctor as shown
from conformance.contract import Contract
from conformance.plan.declarations import declared_operations
from conformance.sandboxes import Serving
from conformance.setup import answered, doctor, preflight, unsaid
from conformance.setup.doctor import Called, Examination
from conformance.setup.symptoms import Symptom
from conformance.target import Target
from conformance.text import Text

PARTS = (doctor, preflight, answered, unsaid)
Say = Callable[..., Done]
Answer = Callable[[Seen], tuple[int, dict[str, str], bytes]]
JSON = {"Content-Type": "application/json"}


def agreed(**changes: Any) -> Contract:
    return contracts.load(json.dumps({**CONTRACT, **changes}).encode(), "contract.json")


def examined(
    base_url: str, *, contract: Contract | None = None, profiles: str = "base", **more: Any
) -> Examination:
    known = {key: value for key, value in TARGET.items() if key not in {"target", "contract"}}
    wanted = goal(base_url, **{**known, "operations": {"personal": []}, **more})
    return doctor.examine(planned(wanted, contract or agreed(), profiles))


def planned(wanted: Target, contract: Contract, profiles: str) -> plan.Plan:
    operations = declared_operations(wanted, contract)
    mapped = mapping.resolve(wanted, contract, operations, None)
    options = plan.Options(datetime.now(UTC).date(), 7)
    return plan.make([profile.read(profiles)], wanted, contract, options, mapping=mapped)


def found(examination: Examination) -> set[tuple[str, str]]:
    """Return what stands in the way: each cause with the key that mends it."""
    return {(s.cause, s.key) for s in examination.symptoms if s.blocking}


def mentioned(examination: Examination) -> set[tuple[str, str]]:
    return {(s.cause, s.key) for s in examination.symptoms if not s.blocking}


@contextlib.contextmanager
def answering(answer: Answer = api) -> Iterator[str]:
    with recording(answer) as recorder:
        yield recorder.base_url


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def but(status: int, headers: dict[str, str], body: bytes, path: str = "") -> Answer:
    """Answer in this way, or only below one path."""
    return lambda seen: (status, headers, body) if seen.path.startswith(path) else api(seen)


# --- nothing is wrong ----------------------------------------------------------------------------


def test_a_healthy_target_is_ready() -> None:
    with answering() as base_url:
        examination = examined(base_url)
    assert found(examination) == set()
    assert examination.healthy
    assert {(c.unit, c.identity, c.status) for c in examination.calls} == {
        ("GET /things", "citizen_a", 200),
        ("GET /things/{id}", "citizen_a", 200),
        ("POST /search", "citizen_a", 200),
    }


def test_nothing_is_changed() -> None:
    with recording(api) as recorder:
        examined(recorder.base_url)
    assert {(seen.method, seen.path) for seen in recorder.seen if seen.method != "GET"} == {
        ("POST", "/search")  # which the contract declares to be safe
    }


# --- on the way there ----------------------------------------------------------------------------


def test_a_name_that_nobody_knows() -> None:
    examination = examined("http://nobody.invalid", identities={})
    assert found(examination) == {("name-unknown", "base_url")}
    assert examination.calls == ()


def test_a_port_on_which_nobody_listens() -> None:
    examination = examined(f"http://127.0.0.1:{closed_port()}")
    assert found(examination) == {("connection-refused", "base_url")}


def test_a_server_that_says_nothing() -> None:
    with speaking(says()) as base_url:
        assert found(examined(base_url)) == {("no-answer", "base_url")}


def test_a_dead_proxy() -> None:
    with answering() as base_url:
        dead = f"http://127.0.0.1:{closed_port()}"
        examination = examined(base_url, network={"proxy": dead})
    assert found(examination) == {("proxy-refuses", "network.proxy")}


def test_a_proxy_that_wants_a_password() -> None:
    refusal = (407, {"Proxy-Authenticate": "Basic"}, b"")
    with answering() as base_url, recording(lambda _: refusal) as proxy:
        examination = examined(base_url, network={"proxy": proxy.base_url})
    assert ("proxy-refuses", "network.proxy") in found(examination)


def test_plain_http_where_tls_is_expected() -> None:
    with answering() as base_url:
        examination = examined(base_url.replace("http:", "https:"))
    assert found(examination) == {("no-tls", "base_url")}


def test_an_authority_that_cannot_be_read() -> None:
    broken = "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n"
    with answering() as base_url:
        secure = base_url.replace("http:", "https:")
        examination = examined(secure, network={"extra_ca": broken})
    assert found(examination) == {("authority-unreadable", "network.extra_ca")}


# --- the first answer ----------------------------------------------------------------------------


def test_another_place_answers() -> None:
    there = {"Location": "https://elsewhere.example.vn/things"}
    with answering(but(301, there, b"")) as base_url:
        assert found(examined(base_url)) == {("redirected", "base_url")}


def test_every_path_leads_to_the_log_in() -> None:
    with answering(but(302, {"Location": "/login"}, b"")) as base_url:
        assert found(examined(base_url)) == {("redirected", "base_url")}


def test_unknown_paths_may_lead_to_a_page() -> None:
    def portal(seen: Seen) -> tuple[int, dict[str, str], bytes]:
        status, headers, body = api(seen)
        return (302, {"Location": "/"}, b"") if status == 404 else (status, headers, body)

    with answering(portal) as base_url:
        assert examined(base_url).healthy


@pytest.mark.parametrize(("minutes", "blocking"), [(2, False), (-60, True)])
def test_a_clock_that_is_wrong(*, minutes: int, blocking: bool) -> None:
    with speaking(_at(datetime.now(UTC) + timedelta(minutes=minutes))) as base_url:
        examination = examined(base_url)
    (symptom,) = [s for s in examination.symptoms if s.cause == "clock-skew"]
    assert (symptom.key, symptom.blocking) == ("target", blocking)


def _at(when: datetime) -> Any:
    head = f"HTTP/1.1 404 N\r\nDate: {format_datetime(when, usegmt=True)}\r\nContent-Length: 0\r\n"
    return says(head.encode() + b"Connection: close\r\n\r\n")


def test_a_firewall_in_the_way() -> None:
    page = (403, {"Content-Type": "text/html", "CF-Ray": "1"}, b"<html>blocked</html>")
    with answering(lambda _: page) as base_url:
        assert ("firewall", "base_url") in found(examined(base_url))


def test_a_target_that_throttles() -> None:
    with answering(but(429, JSON | {"Retry-After": "0"}, b"{}")) as base_url:
        examination = examined(base_url)
    assert found(examination) == {("throttled", "pace.requests_per_second")}
    (symptom,) = [s for s in examination.symptoms if s.blocking]
    assert "1000" in symptom.mend.en


# --- the answers of operations -------------------------------------------------------------------


def test_a_base_path_that_is_missing() -> None:
    with answering(but(404, JSON, b"{}")) as base_url:
        examination = examined(base_url, contract=agreed(servers=[{"url": "/api/v2"}]))
    assert found(examination) == {("wrong-base-path", "base_url")}
    assert "/api/v2" in examination.symptoms[0].what.en


def test_values_that_the_target_does_not_hold() -> None:
    with answering(but(404, JSON, b"{}", "/things/")) as base_url:
        examination = examined(base_url)
    assert examination.healthy
    assert mentioned(examination) >= {("no-test-data", "examples.getThing")}


def test_values_that_nobody_named() -> None:
    with answering() as base_url:
        examination = examined(base_url, examples={})
    assert examination.healthy
    assert mentioned(examination) >= {("no-test-data", "examples.getThing")}


def test_where_nothing_at_all_has_its_values_there_is_no_run() -> None:
    paths = {"/things/{id}": CONTRACT["paths"]["/things/{id}"]}
    with answering() as base_url:
        examination = examined(base_url, examples={}, contract=agreed(paths=paths))
    assert found(examination) == {("no-test-data", "examples.getThing")}


def test_values_of_changes_matter_where_changes_are_permitted() -> None:
    permitted = {
        "allow": ["read", "write"],
        "authorisation": {"reference": "No. 1", "by": "The owner"},
        "examples": {"getThing": {"id": "7"}},
    }
    with answering() as base_url:
        examination = examined(base_url, **permitted)
    assert examination.healthy
    assert mentioned(examination) >= {
        ("no-test-data", "examples.putThing"),
        ("no-test-data", "examples.deleteThing"),
    }


def test_an_operation_that_fails() -> None:
    with answering(but(500, JSON, b"{}", "/things/")) as base_url:
        assert found(examined(base_url)) == {("server-error", "examples.getThing")}


def test_an_operation_that_is_forbidden() -> None:
    with answering(but(403, JSON, b"{}", "/things/")) as base_url:
        assert found(examined(base_url)) == {("forbidden", "examples.getThing.owner")}


def test_a_sample_of_the_contract_that_is_forbidden_wants_another_value() -> None:
    document = json.loads(json.dumps(CONTRACT))
    document["paths"]["/things/{id}"]["parameters"][0]["example"] = "8cbb43fe"
    with answering(but(403, JSON, b"{}", "/things/8")) as base_url:
        examination = examined(base_url, examples={}, contract=agreed(paths=document["paths"]))
    assert examination.healthy
    assert ("no-test-data", "examples.getThing") in mentioned(examination)


def test_an_operation_that_is_secured_in_truth() -> None:
    with answering() as base_url:
        examination = examined(base_url, contract=agreed(security=[]))
    assert found(examination) == {("secured-in-truth", "contract")}


@pytest.mark.parametrize("data", ["synthetic", "real"])
def test_a_page_in_place_of_data(data: str) -> None:
    page = but(200, {"Content-Type": "text/html"}, b"<html></html>", "/things")
    with answering(page) as base_url:
        assert found(examined(base_url, data=data)) == {("page-instead-of-data", "base_url")}


@pytest.mark.parametrize("data", ["synthetic", "real"])
def test_a_word_that_is_called_html_is_no_page(data: str) -> None:
    word = but(200, {"Content-Type": "text/html"}, b"pong", "/things")
    with answering(word) as base_url:
        assert found(examined(base_url, data=data)) == set()


# --- identities ----------------------------------------------------------------------------------


def test_no_identity_at_all() -> None:
    with answering() as base_url:
        assert ("identity-missing", "identities") in found(examined(base_url, identities={}))


def test_an_identity_that_is_refused_everywhere() -> None:
    wrong = {"citizen_a": {"bearer": "demo:of-yesterday"}}
    with answering() as base_url:
        assert found(examined(base_url, identities=wrong)) == {
            ("identity-refused", "identities.citizen_a")
        }


def test_the_second_identity_is_tried_too() -> None:
    people = {**TARGET["identities"], "citizen_b": {"bearer": "demo:of-yesterday"}}
    with answering() as base_url:
        assert found(examined(base_url, identities=people)) == {
            ("identity-refused", "identities.citizen_b")
        }


def test_identities_that_are_to_be_refused_may_be() -> None:
    people = {**TARGET["identities"], "expired": {"bearer": "demo:of-yesterday"}}
    with answering() as base_url:
        assert examined(base_url, identities=people).healthy


def test_a_log_in_that_fails() -> None:
    login = {
        "login": {
            "path": "/nowhere",
            "body": {"username": "a", "password": "demo:password-of-a"},
            "take": {"cookie": "session"},
        }
    }
    with answering() as base_url:
        examination = examined(base_url, identities={**TARGET["identities"], "citizen_c": login})
    assert found(examination) == {("log-in-refused", "identities.citizen_c")}


def test_a_base_path_that_is_missing_spoils_the_log_in_too() -> None:
    login = {"path": "/log-in", "body": {"username": "a"}, "take": {"cookie": "session"}}
    with answering(but(404, JSON, b"{}")) as base_url:
        people = {"citizen_a": {"login": login}}
        examination = examined(base_url, identities=people, contract=agreed(security=[]))
    assert found(examination) == {("wrong-base-path", "base_url")}


def test_a_secret_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH_TOKEN", raising=False)
    people = {**TARGET["identities"], "citizen_b": {"bearer": "env:NO_SUCH_TOKEN"}}
    with answering() as base_url:
        examination = examined(base_url, identities=people)
    assert found(examination) == {("secret-missing", "identities.citizen_b")}


def test_one_person_under_two_names() -> None:
    people = {name: {"bearer": "demo:the-token-of-a"} for name in ("citizen_a", "citizen_b")}
    with answering() as base_url:
        assert found(examined(base_url, identities=people)) == {
            ("one-person-twice", "identities.citizen_b")
        }


# --- what is left unsaid -------------------------------------------------------------------------


def test_roles_that_nobody_mapped() -> None:
    with answering() as base_url:
        examination = examined(base_url, profiles="procedure-system", system="procedure-system")
    assert ("role-unmapped", "roles.dossier.read") in found(examination)
    assert ("fields-unsaid", "fields") in mentioned(examination)


def test_what_does_not_stand_in_the_way_is_mentioned() -> None:
    alone = {"citizen_a": TARGET["identities"]["citizen_a"]}
    with answering() as base_url:
        examination = examined(base_url, identities=alone, operations={})
    assert examination.healthy
    assert {
        ("second-identity-missing", "identities.citizen_b"),
        ("personal-unsaid", "operations.personal"),
        ("privileged-unsaid", "operations.privileged"),
    } <= mentioned(examination)


def test_a_list_that_nobody_declared() -> None:
    document = json.loads(json.dumps(CONTRACT))
    ok = document["paths"]["/things"]["get"]["responses"]["200"]
    ok["content"] = {"application/json": {"schema": {"type": "array", "items": {}}}}
    with answering() as base_url:
        examination = examined(base_url, contract=agreed(paths=document["paths"]))
    assert ("lists-unsaid", "lists") in mentioned(examination)


def test_a_contract_that_leads_nowhere() -> None:
    document = json.loads(json.dumps(CONTRACT))
    document["paths"]["/things"]["get"]["responses"]["200"] = {"$ref": "#/components/none"}
    with answering() as base_url:
        examination = examined(base_url, contract=agreed(paths=document["paths"]))
    assert ("contract-unreadable", "contract") in mentioned(examination)


def test_a_budget_that_may_not_last() -> None:
    with answering() as base_url:
        assert ("budget-short", "pace.budget") in mentioned(examined(base_url, pace={"budget": 60}))
        assert ("budget-short", "pace.budget") not in mentioned(examined(base_url))


def test_what_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering() as base_url:
        assert ("drafts-missing", "depth") not in mentioned(examined(base_url))
        # As importing sees it where it is not there.
        monkeypatch.setitem(sys.modules, "schemathesis", None)
        assert ("drafts-missing", "depth") in mentioned(examined(base_url))


def test_the_end_of_a_session_is_not_tried_out() -> None:
    paths = {**CONTRACT["paths"], "/logout": {"get": {"operationId": "logout", "responses": {}}}}
    with recording(api) as recorder:
        examination = examined(recorder.base_url, contract=agreed(paths=paths))
    assert examination.healthy
    assert ("session-end", "identities") in mentioned(examination)
    assert not any(seen.path == "/logout" for seen in recorder.seen)


# --- the handbook --------------------------------------------------------------------------------


def test_every_cause_is_explained() -> None:
    root = Path(doctor.__file__).parents[2]
    text = "".join(Path(part.__file__).read_text("utf-8") for part in PARTS)
    causes = set(re.findall(r'(?:Symptom\(\s*|WANTING = )"([a-z-]+)"', text))
    causes |= {"fields-unsaid", "lists-unsaid"}
    howto = (root / "docs" / "howto" / "examine-a-target.md").read_text("utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \|", howto, re.MULTILINE)
    assert sorted(rows) == sorted(causes | {"proxy-refuses", "no-answer"})


# --- certificates, and the command line ----------------------------------------------------------


def told(say: Say, target: str) -> tuple[int, dict[str, Any]]:
    done = say("doctor", "--target", target, "--json")
    return done.code, json.loads(done.out)


@pytest.mark.parametrize(
    ("variation", "cause", "key"),
    [
        ("certificate_of_nobody", "certificate-untrusted", "network.extra_ca"),
        ("certificate_signed_by_itself", "certificate-untrusted", "network.extra_ca"),
        ("intermediate_missing", "certificate-untrusted", "network.extra_ca"),
        ("certificate_for_another_host", "certificate-of-another-name", "base_url"),
        ("address_not_in_certificate", "certificate-of-another-name", "base_url"),
        ("certificate_expired", "certificate-not-in-time", "base_url"),
        ("certificate_not_valid_yet", "certificate-not-in-time", "base_url"),
        ("rsa_key_too_short", "certificate-too-weak", "base_url"),
        ("tls10_only", "no-tls", "base_url"),
    ],
)
def test_certificates_that_nobody_would_trust(
    agency: Serving, say: Say, variation: str, cause: str, key: str
) -> None:
    code, document = told(say, agency.target_of(variation))
    assert code == 3
    assert {(s["cause"], s["key"]) for s in document["symptoms"] if s["blocking"]} == {(cause, key)}
    assert document["calls"] == []


def test_the_sandbox_is_healthy(agency: Serving, say: Say) -> None:
    code, document = told(say, agency.target)
    assert (code, document["healthy"]) == (0, True)
    assert set(document) == {"healthy", "symptoms", "contract_flaws", "mapping", "calls"}
    assert set(document["mapping"]) == {"roles", "fields", "sources"}
    assert document["mapping"]["roles"]["dossier.read"] == "GET /dossiers/{maHoSo}"
    assert {call["status"] for call in document["calls"]} == {200}
    assert all(set(call) == {"unit", "identity", "status", "why"} for call in document["calls"])


def test_symptoms_are_told_in_both_languages(agency: Serving, say: Say) -> None:
    _, document = told(say, agency.target_of("certificate_expired"))
    for symptom in document["symptoms"]:
        assert set(symptom) == {"cause", "key", "blocking", "what", "mend"}
        assert set(symptom["what"]) == set(symptom["mend"]) == {"vi", "en"}
        assert symptom["what"]["vi"] != symptom["what"]["en"]


def test_people_are_told_the_key_and_the_way(agency: Serving, say: Say) -> None:
    done = say("doctor", "--target", agency.target_of("certificate_expired"), "--lang", "vi")
    assert done.code == 3
    assert "base_url: chứng thư hết hạn" in done.out
    assert "→ cấp lại chứng thư" in done.out
    assert "Sẵn sàng" not in done.out


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_why_an_operation_was_not_called_is_told_once(lang: str) -> None:
    why, other = Text(vi="thiếu giá trị", en="a value is missing"), Text(vi="khác", en="other")
    mend = Text(vi="thêm vào", en="add it")
    examination = Examination(
        (Symptom("no-test-data", "examples.getThing", why, mend),),
        (
            Called("GET /things/{id}", None, 0, why),
            Called("GET /others", None, 0, other),
            Called("GET /things", None, 200),
        ),
    )
    said = [row[-1] for row in shown._calls(examination, lang)]
    assert why.into(lang) not in said
    assert said[1:] == [other.into(lang), "200"]


def test_no_secret_is_told(agency: Serving, say: Say) -> None:
    done = say("doctor", "--target", agency.target)
    assert "Sẵn sàng chạy kiểm thử" in done.out
    assert "eyJ" not in done.said
