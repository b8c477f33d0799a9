"""What nothing may be issued on: failed or open runs, acts that are no acts, deciding alone."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import scene
from scene import Office

from conformance import engine
from conformance.certificate import issuing, outcome
from conformance.certificate.issuing import NotEligibleError
from conformance.certificate.verification import Answer
from conformance.errors import CertificateError, RecordError
from conformance.moments import now

TODAY = now().date()


def day(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def attested_by_agency() -> dict[str, Any]:
    return {"by": {"name": scene.DECLARES, "role": "auditor", "function": "x"}}


ATTESTATIONS = {
    "unsigned": ({}, "not signed"),
    "ended": ({"date": day(-20), "until": day(-1)}, "INCOMPLETE"),
    "not begun": ({"date": day(2), "until": day(20)}, "INCOMPLETE"),
    "longer than a year": ({"until": day(400)}, "longer than twelve months"),
    "without the digest of its evidence": ({"evidence_digest": None}, "lacks evidence_digest"),
    "without a function": (
        {"by": {"name": scene.EVALUATES, "role": "auditor"}},
        "lacks by.function",
    ),
    "of another version": ({"version": "0.9"}, "of another version"),
    "of somebody else": (
        {"by": {"name": scene.DECIDES, "role": "auditor", "function": "x"}},
        "may not sign such an act",
    ),
}


@pytest.mark.parametrize("name", ATTESTATIONS)
def test_no_certificate_rests_on_an_attestation(office: Office, run: Path, name: str) -> None:
    changes, why = ATTESTATIONS[name]
    said = {k: v for k, v in scene.attestation(**changes).items() if v is not None}
    if name != "unsigned":
        said = office.signed("attestation", said)
    later = {"attestations": [said]}
    with pytest.raises(NotEligibleError, match=why):
        office.issue(run, later=later)
    with office.registry() as registry:
        assert registry.log.size == 0


def test_an_auditors_word_takes_an_auditor(office: Office, run: Path) -> None:
    said = scene.attestation(**attested_by_agency())
    signed = office.signed("attestation", said, by="agency/decision")
    with pytest.raises(NotEligibleError, match="may not sign such an act"):
        office.issue(run, later={"attestations": [signed]})


def test_what_was_signed_is_not_what_is_said(office: Office, run: Path) -> None:
    signed = office.signed("attestation", scene.attestation())
    for key, value in (("evidence_digest", "sha256:" + "cd" * 32), ("until", day(300))):
        with pytest.raises(NotEligibleError, match="not over what it says"):
            office.issue(run, later={"attestations": [{**signed, key: value}]})


def test_a_waiver_that_is_one(office: Office, failed: Path) -> None:
    with pytest.raises(NotEligibleError, match="NONCONFORMANT"):
        office.issue(failed)
    made = office.issue(failed, later=office.later(waivers=[scene.waiver()]), on_paper=True)
    words = json.loads((made / issuing.STATEMENT).read_bytes())["predicate"]
    assert words["results"]["verdict"] == "CONFORMANT_WITH_WAIVERS"
    assert words["valid_until"] == scene.waiver()["until"]
    (shown,) = words["waivers"]
    assert shown["compensating"] == "Tường lửa thêm trường"
    assert "signed" not in shown
    steps = office.ask(made, rejudge=True)
    assert [step.name for step in steps if step.answer is not Answer.VALID] == []


WAIVERS = {
    "unsigned": ({}, "not signed"),
    "ended": ({"date": day(-20), "until": day(-1)}, "NONCONFORMANT"),
    "longer than a year": ({"until": day(400)}, "longer than twelve months"),
    "for everything": ({"units": None}, "too broad"),
    "without a reason": ({"reason": None}, "lacks reason"),
    "without a ticket": ({"ticket": None}, "lacks ticket"),
    "without a compensating control": ({"compensating": None}, "lacks compensating"),
    "stale, of an older version": ({"version": "0.9"}, "of another version"),
    "of who may not waive": ({"by": scene.EVALUATES}, "may not sign such an act"),
}


@pytest.mark.parametrize("name", WAIVERS)
def test_no_certificate_rests_on_a_waiver(office: Office, failed: Path, name: str) -> None:
    changes, why = WAIVERS[name]
    said = {k: v for k, v in scene.waiver(**changes).items() if v is not None}
    by = "body/evaluation" if changes.get("by") == scene.EVALUATES else ""
    if name != "unsigned":
        said = office.signed("waiver", said, by=by)
    with pytest.raises(NotEligibleError, match=why):
        office.issue(failed, later={**office.later(), "waivers": [said]})


def test_who_evaluated_does_not_decide(office: Office, run: Path) -> None:
    with pytest.raises(NotEligibleError, match="one of those who evaluated"):
        office.issue(run, evaluators=(scene.EVALUATES, "trần  thị Diễn Tập"))
    with pytest.raises(NotEligibleError, match="no evaluator"):
        office.issue(run, evaluators=())


def test_who_attested_as_an_auditor_does_not_decide(office: Office, run: Path) -> None:
    path = office.folder / "trust.yaml"
    whole = path.read_text("utf-8")
    path.write_text(
        whole.replace("  - decision\n", "  - decision\n    - attestation\n", 1), "utf-8"
    )
    by = {"name": scene.DECIDES, "role": "auditor", "function": "x"}
    said = office.signed("attestation", scene.attestation(by=by), by="body/decision")
    with pytest.raises(NotEligibleError, match="one of those who evaluated"):
        office.issue(run, later={"attestations": [said]})


def test_a_certificate_without_a_registry_is_none(office: Office, run: Path) -> None:
    with pytest.raises(NotEligibleError, match="has to be in a registry"):
        office.issue(run, registered=False)


def test_nothing_is_decided_before_the_run_is_over(office: Office, run: Path) -> None:
    with pytest.raises(NotEligibleError, match="before the runs were finished"):
        office.issue(run, issued=now() - timedelta(days=3))


def test_a_run_without_a_version_is_of_nothing(
    office: Office, secure: scene.Serving, tmp_path: Path
) -> None:
    nameless = scene.run(secure, tmp_path / "a", version=None)
    with pytest.raises(NotEligibleError, match="does not say `version`"):
        office.issue(nameless)


def test_what_the_record_does_not_say_is_not_certified(
    office: Office, run: Path, tmp_path: Path
) -> None:
    spoilt = scene.copied(run, tmp_path / "a")
    path = spoilt / "results.json"
    path.write_text(path.read_text("utf-8").replace("INCOMPLETE", "CONFORMANT", 1), "utf-8")
    with pytest.raises(CertificateError, match="do not follow from the evidence"):
        office.issue(spoilt)
    spoilt = scene.copied(run, tmp_path / "b")
    record = spoilt / "record.jsonl"
    record.write_bytes(record.read_bytes()[:-30])
    with pytest.raises(RecordError):
        office.issue(spoilt)


# --- two runs as one ----------------------------------------------------------------------------


def entry(verdict: str, reason: str | None = None) -> dict[str, Any]:
    return {"id": "X", "verdict": verdict, "reason": reason, "results": [], "level": "MUST"}


CASES = [
    # Decided anywhere; what one could not look at, the other decides.
    ("either", entry("pass"), entry("not_tested", "not_authorised"), "pass"),
    ("either", entry("not_tested", "redacted"), entry("pass"), "pass"),
    ("either", entry("not_applicable"), entry("pass"), "pass"),
    ("either", entry("not_applicable"), entry("not_tested", "not_authorised"), "not_applicable"),
    # What was looked at in vain stays open.
    ("either", entry("pass"), entry("not_tested", "flaky"), "not_tested"),
    ("either", entry("not_tested", "inconclusive"), entry("pass"), "not_tested"),
    # A fail anywhere.
    ("either", entry("pass"), entry("fail"), "fail"),
    ("production", entry("fail"), entry("pass"), "fail"),
    ("sandbox", entry("pass"), entry("fail"), "fail"),
    ("either", entry("waived"), entry("pass"), "waived"),
    ("either", entry("error"), entry("pass"), "error"),
    # Only the run there decides.
    ("production", entry("not_tested", "not_authorised"), entry("pass"), "pass"),
    ("production", entry("pass"), entry("not_tested", "throttled"), "not_tested"),
    ("sandbox", entry("pass"), entry("not_tested", "not_authorised"), "pass"),
]


@pytest.mark.parametrize(("where", "sandbox", "production", "whole"), CASES)
def test_two_runs_become_one(
    where: str, sandbox: dict[str, Any], production: dict[str, Any], whole: str
) -> None:
    several = [("sandbox", sandbox), ("production", production)]
    assert outcome._merged(where, several)["verdict"] == whole
    assert outcome._merged(where, several[::-1])["verdict"] == whole


def test_acts_of_later_go_before_the_runs_own(run: Path) -> None:
    said = scene.attestation()
    again = engine.rejudge(run, acts={"attestations": [said]})
    assert again.results["verdict"] == "CONFORMANT"
    assert engine.rejudge(run).results["verdict"] == "INCOMPLETE"
    assert not again.same_profiles
