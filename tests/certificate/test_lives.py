"""Issue, verify, expire, suspend, restore, revoke, supersede; two bodies, one registry."""

from __future__ import annotations

import json
import sqlite3
import time
from datetime import timedelta
from pathlib import Path

import pytest
import scene
from scene import Office

from conformance.certificate import issuing, lives, signers, verification
from conformance.certificate.events import Kind
from conformance.certificate.registry import Registry, audit
from conformance.certificate.verification import Answer, Step
from conformance.errors import CertificateError, UsageError
from conformance.moments import now


def wrong(steps: list[Step]) -> set[str]:
    return {step.name for step in steps if step.answer is not Answer.VALID}


def test_an_issued_certificate_is_valid_at_every_step(shared: Office, issued: Path) -> None:
    steps = shared.ask(issued, rejudge=True)
    assert not wrong(steps), [step.because.en for step in steps]
    assert [step.name for step in steps] == [*verification.STEPS, "rejudge"]
    words = json.loads((issued / issuing.STATEMENT).read_text("utf-8"))["predicate"]
    assert words["kind"] == "certificate"
    assert words["results"]["verdict"] == "CONFORMANT"
    assert words["results"]["counts"]["must"]["attested"] == 1


def test_it_never_outlives_an_attestation(shared: Office, issued: Path) -> None:
    words = json.loads((issued / issuing.STATEMENT).read_text("utf-8"))["predicate"]
    assert words["valid_until"] == scene.attestation()["until"]
    later = now() + timedelta(days=201)
    assert "validity" in wrong(shared.ask(issued, at=later))
    assert "validity" not in wrong(shared.ask(issued, at=later - timedelta(days=2)))
    assert "validity" in wrong(shared.ask(issued, at=now() - timedelta(days=2)))


def test_a_status_past_its_life_is_unknown_and_never_valid(shared: Office, issued: Path) -> None:
    steps = shared.ask(issued, at=now() + timedelta(hours=49))
    assert wrong(steps) == {"checkpoint", "status"}
    assert verification.overall(steps) is Answer.UNKNOWN


def test_a_life(office: Office, run: Path) -> None:
    certificate = office.issue(run)
    assert not wrong(office.ask(certificate))
    office.happen(Kind.SUSPENDED, certificate, "nonconformity")
    assert wrong(office.ask(certificate)) == {"status"}
    office.happen(Kind.RESTORED, certificate, "resolved")
    assert not wrong(office.ask(certificate))
    office.happen(Kind.REVOKED, certificate, "key-compromise")
    steps = office.ask(certificate)
    assert wrong(steps) == {"status"}
    assert verification.overall(steps) is Answer.NOT_VALID
    with pytest.raises(CertificateError, match="revoked"):
        office.happen(Kind.RESTORED, certificate, "resolved")
    with office.registry() as registry:
        assert audit.wrong(registry) == []


def test_one_that_replaces_another(office: Office, run: Path) -> None:
    old = office.issue(run)
    new = office.issue(run, supersedes=(scene.id_of(old), "tên hệ thống ghi sai"))
    assert wrong(office.ask(old)) == {"status"}
    assert not wrong(office.ask(new))
    words = json.loads((new / issuing.STATEMENT).read_text("utf-8"))["predicate"]
    assert words["supersedes"] == {"id": scene.id_of(old), "because": "tên hệ thống ghi sai"}


def test_what_cannot_be_replaced_is_not_issued(office: Office, run: Path) -> None:
    other = office.issue(run, role="agency")
    with office.registry() as registry:
        size = registry.log.size
    for name in ("rehearsal-body-2026-00000000", scene.id_of(other)):
        with pytest.raises(CertificateError, match="no such certificate"):
            office.issue(run, supersedes=(name, "x"), out=office.folder / "x")
        assert not (office.folder / "x").exists()
    with office.registry() as registry:
        assert registry.log.size == size


def test_a_self_test_yields_a_declaration(office: Office, run: Path) -> None:
    made = office.issue(run, role="agency")
    words = json.loads((made / issuing.STATEMENT).read_text("utf-8"))["predicate"]
    assert words["kind"] == "declaration"
    assert words["title"]["vi"] == "Bản tự công bố sự phù hợp"
    assert not wrong(office.ask(made))


def test_a_declaration_outside_a_registry_has_nobody_who_tells_when(
    office: Office, run: Path
) -> None:
    made = office.issue(run, role="agency", registered=False)
    assert wrong(office.ask(made)) == {"timestamp"}


def test_an_agency_cannot_make_itself_a_body(office: Office, run: Path) -> None:
    path = office.folder / "agency" / "issuer.yaml"
    path.write_text(path.read_text("utf-8").replace("role: agency", "role: body"), "utf-8")
    with pytest.raises(issuing.NotEligibleError, match="not that of the trust file"):
        office.issue(run, role="agency", evaluators=(scene.EVALUATES,))


def test_an_issuer_ends_only_what_is_its_own(office: Office, run: Path) -> None:
    body, agency = office.issue(run), office.issue(run, role="agency")
    for folder, by in ((body, "agency/decision"), (agency, "body/decision")):
        with pytest.raises(CertificateError, match="refuses"):
            office.happen(Kind.REVOKED, folder, "error", by=by)
        assert not wrong(office.ask(folder))
    with pytest.raises(CertificateError, match="does not decide"):
        office.happen(Kind.REVOKED, body, "error", by="body/evaluation")


SPOILT = {
    "a kind": "update entries set kind = 'restored' where kind = 'revoked'",
    "a certificate": "update entries set certificate = 'x' where number = 1",
    "a body": "update entries set body = replace(body, 'A', 'B') where number = 1",
    "an entry gone": "delete from entries where number = 1",
    "a hash": "update nodes set hash = zeroblob(32) where level = 0 and place = 0",
    "a place": "update places set place = place + 1",
}


@pytest.mark.parametrize("what", SPOILT)
def test_an_audit_finds_what_was_done_to_the_file(office: Office, run: Path, what: str) -> None:
    certificate = office.issue(run)
    office.happen(Kind.REVOKED, certificate, "nonconformity")
    with office.registry() as registry:
        assert audit.wrong(registry) == []
    database = sqlite3.connect(office.folder / "registry" / "log.db")
    triggers = database.execute("select name from sqlite_master where type = 'trigger'").fetchall()
    for (name,) in triggers:
        database.execute(f"drop trigger {name}")
    changed = database.execute(SPOILT[what]).rowcount
    database.commit()
    database.close()
    assert changed > 0
    with office.registry() as registry:
        assert audit.wrong(registry) != []


def test_an_event_is_of_its_own_certificate(office: Office, run: Path) -> None:
    one, other = office.issue(run), office.issue(run, role="agency")
    with pytest.raises(CertificateError, match="another issuer's"):
        # Replaced by something that is not in the log, or is somebody else's.
        superseded(office, one, "rehearsal-body-2026-00000000")
    with pytest.raises(CertificateError, match="another issuer's"):
        superseded(office, one, scene.id_of(other))
    assert not wrong(office.ask(one))


def superseded(office: Office, folder: Path, by: str) -> None:
    path = office.folder / "body" / "decision.yaml"
    with office.registry() as registry, signers.opened(path) as signer:
        name = scene.id_of(folder)
        lives.happen(registry, Kind.SUPERSEDED, name, signer, now(), replaced_by=by)


def test_a_place_of_another_hides_no_revocation(
    office: Office, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # An issuer that would like the bit of a certificate which nobody revokes.
    other = json.loads((office.issue(run) / issuing.STATEMENT).read_bytes())
    taken = other["predicate"]["status"]["place"]
    monkeypatch.setattr(Registry, "place", lambda _self, _name: taken)
    with pytest.raises(CertificateError, match="is another's"):
        office.issue(run, out=office.folder / "x")
    assert not (office.folder / "x").exists()


def test_a_lost_proof_is_made_again(office: Office, run: Path) -> None:
    made = office.issue(run)
    (made / issuing.PROOF).unlink()
    assert "log" in wrong(office.ask(made))
    with office.registry() as registry:
        (made / issuing.PROOF).write_bytes(registry.proof(scene.id_of(made), now()))
        with pytest.raises(UsageError, match="not in the log"):
            registry.proof("x", now())
    assert not wrong(office.ask(made))


def test_who_was_revoked_signs_nothing_more(office: Office, run: Path) -> None:
    before = office.issue(run)
    text = (office.folder / "body" / "decision.pem").read_bytes()
    from cryptography import x509  # noqa: PLC0415

    serial = x509.load_pem_x509_certificate(text).serial_number
    office.authority.revoked[serial] = now() + timedelta(seconds=1)
    office.authority.write(office.folder / "authority")
    time.sleep(2)
    with pytest.raises(CertificateError, match="revoked"):
        office.issue(run)
    # What was signed before stays signed.
    assert not wrong(office.ask(before))
    office.authority.revoked[serial] = now() - timedelta(days=1)
    office.authority.write(office.folder / "authority")
    assert {"log", "chain"} <= wrong(office.ask(before))


def test_without_trust_or_registry_nothing_is_taken_for_good(shared: Office, issued: Path) -> None:
    steps = shared.ask(issued, trusted=None)
    assert verification.overall(steps) is Answer.UNKNOWN
    assert {"signatures", "chain"} <= wrong(steps)
    assert wrong(shared.ask(issued, published=None)) == {"checkpoint", "status"}
    assert verification.overall(shared.ask(issued, published=None)) is Answer.UNKNOWN


def test_runs_in_production_and_sandbox_become_one(
    office: Office, secure: scene.Serving, tmp_path: Path
) -> None:
    said = {"T_SEC_01": "production", "T_IOP_01": "sandbox"}
    one = scene.run(secure, tmp_path / "a", said=said)
    other = scene.run(secure, tmp_path / "b", said=said, environment="production")
    for alone in (one, other):
        with pytest.raises(issuing.NotEligibleError, match="INCOMPLETE"):
            office.issue(alone)
    made = office.issue(one, other)
    assert not wrong(office.ask(made, rejudge=True))
    words = json.loads((made / issuing.STATEMENT).read_text("utf-8"))["predicate"]
    assert {each["environment"] for each in words["item"]["endpoints"]} == {"production", "sandbox"}


def test_a_fail_anywhere_is_a_fail(office: Office, run: Path, failed: Path) -> None:
    # Of two systems nothing is made one.
    with pytest.raises(CertificateError, match="not of one system"):
        office.issue(run, failed)
    with pytest.raises(issuing.NotEligibleError, match="NONCONFORMANT"):
        office.issue(failed)
