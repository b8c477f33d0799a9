"""The commands as users type them: exit codes, both languages, and what a slip is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import scene
import yaml
from listening import listening
from processes import Done
from scene import Office

from conformance.certificate import issuing, trust

Say = Callable[..., Done]


@pytest.fixture
def signed(office: Office, tmp_path: Path) -> Path:
    """A file of signed attestations."""
    path = tmp_path / "signed.yaml"
    listed = office.later()["attestations"]
    path.write_text(yaml.safe_dump(listed, allow_unicode=True), "utf-8")
    return path


def certify(office: Office, run: Path, *more: str | Path) -> list[str]:
    body = office.folder / "body"
    words = ["certify", run, "--issuer", body / "issuer.yaml", "--signer", body / "decision.yaml"]
    words += ["--registry", office.folder / "registry", "--evaluator", scene.EVALUATES, *more]
    return [str(word) for word in words]


def verify(office: Office, folder: Path, *more: str | Path) -> list[str]:
    words = ["verify", folder, "--trust", office.folder / "trust.yaml", *more]
    return [str(word) for word in words]


def test_a_life_in_commands(
    say: Say, office: Office, run: Path, signed: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "certificate"
    done = say(*certify(office, run, "--attestations", signed, "--no-pdf", "--out", folder))
    assert done.code == 0, done.said
    assert "Giấy chứng nhận sự phù hợp" in done.out
    status = ("--status", office.public)
    name = scene.id_of(folder)
    assert say(*verify(office, folder, *status)).code == 0
    assert say(*verify(office, folder)).code == 4
    assert say(*verify(office, folder, *status, "--at", "2099-01-01")).code == 5
    place = ["--registry", str(office.folder / "registry")]
    place += ["--signer", str(office.folder / "body" / "decision.yaml")]
    assert "đình chỉ" in say("suspend", name, *place).out
    done = say(*verify(office, folder, *status, "--json"), lang="en")
    assert done.code == 5
    told = json.loads(done.out)
    assert told["answer"] == "not_valid"
    assert [s["step"] for s in told["steps"] if s["answer"] != "valid"] == ["status"]
    assert say("restore", name, *place).code == 0
    assert say(*verify(office, folder, *status, "--rejudge")).code == 0
    assert say("revoke", name, *place, "--reason", "key-compromise").code == 0
    assert say("restore", name, *place).code == 5
    assert say(*verify(office, folder, *status)).code == 5
    events = json.loads(say("registry", "show", place[1], name).out)
    kinds = [event["kind"] for event in events]
    assert kinds == ["issued", "suspended", "restored", "revoked"]
    assert say("registry", "audit", place[1]).code == 0
    assert say("registry", "publish", place[1]).code == 0


def test_verify_speaks_both_languages(say: Say, shared: Office, issued: Path) -> None:
    words = verify(shared, issued, "--status", shared.public)
    vietnamese, english = say(*words), say(*words, lang="en")
    assert "hợp lệ" in vietnamese.out
    assert "valid" in english.out
    assert "valid" not in vietnamese.out


def test_status_over_http(say: Say, shared: Office, issued: Path) -> None:
    class Shown(SimpleHTTPRequestHandler):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given, directory=str(shared.public))

        def log_message(self, *_: object) -> None:
            pass

    with listening(Shown) as at:
        assert say(*verify(shared, issued, "--status", f"http://{at}/")).code == 0
    # Nobody there any more: unknown, not valid.
    assert say(*verify(shared, issued, "--status", f"http://{at}/")).code == 4


def test_what_may_not_be_issued_is_1_and_says_every_reason(
    say: Say, office: Office, run: Path, failed: Path, tmp_path: Path
) -> None:
    done = say(*certify(office, run, "--out", tmp_path / "x"), lang="en")
    assert done.code == 1
    assert "the verdict is INCOMPLETE" in done.err
    assert say(*certify(office, failed, "--out", tmp_path / "x")).code == 1
    assert not (tmp_path / "x").exists()


def test_a_dry_run_changes_nothing(
    say: Say, office: Office, run: Path, signed: Path, tmp_path: Path
) -> None:
    done = say(*certify(office, run, "--attestations", signed, "--dry-run"))
    assert done.code == 0, done.said
    assert json.loads(done.out)["predicate"]["results"]["verdict"] == "CONFORMANT"
    with office.registry() as registry:
        assert registry.log.size == 0
    assert not any(tmp_path.glob("rehearsal-body-*"))


def test_drafts_are_filled_in_and_signed(
    say: Say, office: Office, run: Path, failed: Path, tmp_path: Path
) -> None:
    (drafted,) = yaml.safe_load(say("attest", str(run)).out)
    assert drafted["requirement"] == "T-OPS-01"
    assert drafted["version"] == scene.VERSION
    path = tmp_path / "draft.yaml"
    words = ["attest", str(run), "--sign", str(path)]
    words += ["--signer", str(office.folder / "body" / "evaluation.yaml")]
    path.write_text(yaml.safe_dump([drafted], allow_unicode=True), "utf-8")
    done = say(*words, lang="en")
    assert done.code == 2
    assert "not filled in: by.function, by.name, evidence_file" in done.err
    (tmp_path / "decision.pdf").write_bytes(b"the decision")
    drafted |= {"by": {"name": scene.EVALUATES, "function": "x", "role": "auditor"}}
    drafted["evidence_file"] = "decision.pdf"
    path.write_text(yaml.safe_dump([drafted], allow_unicode=True), "utf-8")
    out = tmp_path / "signed.yaml"
    assert say(*words, "-o", str(out)).code == 0
    (signed,) = yaml.safe_load(out.read_text("utf-8"))
    assert signed["evidence_digest"].startswith("sha256:")
    made = say(*certify(office, run, "--attestations", out, "--no-pdf", "--out", tmp_path / "c"))
    assert made.code == 0, made.said
    (waived,) = yaml.safe_load(say("attest", str(failed), "--waivers").out)
    assert waived["requirement"] == "T-SEC-01"
    assert waived["units"]


SLIPS = {
    "no certificate": (["verify", "none"], 2, "there is no certificate here"),
    "no time": (["verify", ".", "--at", "soon"], 2, "not a point in time"),
    "no registry": (["registry", "publish", "none"], 2, "registry.yaml"),
    "no trust": (["verify", ".", "--trust", "none.yaml"], 2, "none.yaml"),
    "no run": (["attest", "none"], 2, "no such directory"),
    "no bundle": (["rejudge", "pyproject"], 2, "no such directory"),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_told(say: Say, name: str) -> None:
    words, code, told = SLIPS[name]
    done = say(*words, lang="en")
    assert done.code == code, done.said
    assert told in done.err
    assert "Traceback" not in done.said


def test_files_that_do_not_hold_together_are_named(
    say: Say, office: Office, run: Path, tmp_path: Path
) -> None:
    path = office.folder / "trust.yaml"
    whole = path.read_text("utf-8")
    path.write_text(whole.replace("role: body", "role: king"), "utf-8")
    done = say(*verify(office, tmp_path), lang="en")
    assert done.code == 2
    assert "trust.yaml" in done.err
    path.write_text(whole.replace("authority/root.pem", "authority/none.pem"), "utf-8")
    done = say(*verify(office, tmp_path), lang="en")
    assert done.code == 2
    assert "none.pem" in done.err
    path.write_text(whole, "utf-8")
    done = say(*certify(office, run, "--signer", tmp_path / "no.yaml"))
    assert done.code == 2
    assert "no.yaml" in done.err


def test_two_bodies_one_registry(say: Say, office: Office, run: Path, tmp_path: Path) -> None:
    other = Office.new(tmp_path / "other")
    said = yaml.safe_load((office.folder / "trust.yaml").read_text("utf-8"))
    theirs = yaml.safe_load((other.folder / "trust.yaml").read_text("utf-8"))
    (body,) = [each for each in theirs["issuers"] if each["role"] == "body"]
    body |= {"id": "second-body", "roots": [str(other.folder / "authority" / "root.pem")]}
    said["issuers"].append(body)
    said["revocation"] += [
        str(other.folder / "authority" / name) for name in ("root.crl", "issuing.crl")
    ]
    (office.folder / "trust.yaml").write_text(yaml.safe_dump(said, allow_unicode=True), "utf-8")
    issuer = other.folder / "body" / "issuer.yaml"
    issuer.write_text(issuer.read_text("utf-8").replace("rehearsal-body", "second-body"), "utf-8")
    signed = tmp_path / "signed.yaml"
    signed.write_text(yaml.safe_dump(office.later()["attestations"], allow_unicode=True), "utf-8")
    first, second = tmp_path / "first", tmp_path / "second"
    shared = ("--attestations", signed, "--no-pdf")
    assert say(*certify(office, run, *shared, "--out", first)).code == 0
    words = certify(office, run, *shared, "--out", second)
    words[words.index("--issuer") + 1] = str(issuer)
    words[words.index("--signer") + 1] = str(other.folder / "body" / "decision.yaml")
    done = say(*words)
    assert done.code == 0, done.said
    for folder in (first, second):
        assert say(*verify(office, folder, "--status", office.public)).code == 0
    # Neither ends what is the other's, though both decide by the same name.
    place = ("--registry", str(office.folder / "registry"), "--signer")
    ours = str(office.folder / "body" / "decision.yaml")
    theirs_ = str(other.folder / "body" / "decision.yaml")
    assert say("revoke", scene.id_of(second), *place, ours).code == 5
    assert say("revoke", scene.id_of(first), *place, theirs_).code == 5
    assert say("revoke", scene.id_of(second), *place, theirs_).code == 0
    assert say(*verify(office, first, "--status", office.public)).code == 0
    assert say(*verify(office, second, "--status", office.public)).code == 5
    assert trust.read(office.folder / "trust.yaml").issuers.keys() >= {"second-body"}


def test_no_secret_is_in_any_byte(  # noqa: PLR0913, PLR0917  # fixtures
    say: Say,
    office: Office,
    run: Path,
    signed: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    password = "a-canary-of-a-password"
    monkeypatch.setenv("SEAL", password)
    person = office.authority.person(scene.DECIDES)
    body = office.folder / "body"
    (body / "seal.p12").write_bytes(person.store(password.encode(), office.authority.issuing))
    said = {"kind": "pkcs12", "file": "seal.p12", "password": "env:SEAL"}
    (body / "seal.yaml").write_text(yaml.safe_dump(said), "utf-8")
    words = certify(office, run, "--attestations", signed, "--out", tmp_path / "c")
    words[words.index("--signer") + 1] = str(body / "seal.yaml")
    done = say(*words)
    assert done.code == 0, done.said
    needles = [password.encode(), (body / "decision.key").read_bytes()[40:80]]
    needles.append(str(tmp_path).encode())
    told = [done.said.encode()]
    made = [*(tmp_path / "c").rglob("*"), *office.public.rglob("*"), office.folder / "registry"]
    made += list((office.folder / "registry").glob("log.db*"))
    told += [path.read_bytes() for path in made if path.is_file()]
    for needle in needles[:2]:
        assert not any(needle in content for content in told)
    assert not any(needles[2] in content for content in told[1:])
    assert (tmp_path / "c" / issuing.PAPER).is_file()
