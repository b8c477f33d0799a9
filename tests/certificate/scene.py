"""Runs that a certificate may rest on, and everything that issuing one takes."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import requests
import yaml

from conformance import documents, engine, moments, opening
from conformance.certificate import acts, issuing, lives, rehearsal, signers, statement, trust
from conformance.certificate import registry as registries
from conformance.certificate.acts import Act
from conformance.certificate.events import Kind
from conformance.certificate.issuing import Commission
from conformance.certificate.registry import Registry, publication
from conformance.certificate.rehearsal.pki import Authority
from conformance.certificate.statement import Said
from conformance.certificate.trust import Trust
from conformance.certificate.verification import Question, Step, verify
from conformance.opening import Wishes
from conformance.sandboxes import Serving

DECIDES, EVALUATES, WAIVES = "Trần Thị Diễn Tập", "Lê Văn Diễn Tập", "Phạm Thị Diễn Tập"
DECLARES = "Nguyễn Văn Diễn Tập"
VERSION = "1.0"
LAST_YEAR = timedelta(days=365)


def profile(**where: str) -> dict[str, Any]:
    """Return a small profile: a header, a protocol rule, and a word of an auditor."""

    def demand(name: str, **more: Any) -> dict[str, Any]:
        return {
            "id": name,
            "group": name.split("-")[1],
            "level": "MUST",
            "impact": "medium",
            "basis": "scheme",
            "norm": {"document": "QD-3090-QD-BKHCN-2025"},
            "in_force": {"from": "2025-10-08"},
            "where": where.get(name.replace("-", "_"), "either"),
            "text": {"vi": f"Yêu cầu {name}.", "en": f"Requirement {name}."},
            "rationale": {"vi": "Để thử.", "en": "To try."},
            "mend": {"vi": "Sửa.", "en": "Mend it."},
            **more,
        }

    seen = {"vi": "quyết định phê duyệt", "en": "the decision"}
    return {
        "profile": "trial",
        "version": "1.0.0",
        "title": {"vi": "Bộ thử", "en": "Trial"},
        "description": {"vi": "Một bộ nhỏ.", "en": "A small one."},
        "extends": [],
        "requirements": [
            demand("T-SEC-01", checks=["headers.sniffing.sniffing_is_refused"]),
            demand("T-IOP-01", checks=["http.methods.head_has_no_body"]),
            demand("T-OPS-01", attested={"by": "auditor", "evidence": seen}),
        ],
    }


def run(
    serving: Serving,
    folder: Path,
    *,
    environment: str = "sandbox",
    said: Mapping[str, str] | None = None,
    **changes: Any,
) -> Path:
    """Run the small profile against a sandbox over TLS, and return the run directory.

    Args:
        serving: the sandbox.
        folder: where.
        environment: what the target file says of it.
        said: where requirements are decided, by id with underscores.
        changes: members of the target file; None takes one away.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "trial.yaml"
    path.write_text(yaml.safe_dump(profile(**(said or {})), allow_unicode=True), "utf-8")
    with requests.Session() as plain:
        plain.trust_env = False
        document = yaml.safe_load(plain.get(serving.target, timeout=10).content)
    document |= {"environment": environment, "version": VERSION, "attestations": [], **changes}
    document = {key: value for key, value in document.items() if value is not None}
    if environment == "production":
        document["allow"] = ["read"]
    goal = folder / "target.yaml"
    goal.write_text(json.dumps(document, default=str, ensure_ascii=False), "utf-8")
    plan = opening.plan((str(path),), Wishes(target=str(goal), depth="standard", seed=1))
    session = engine.open_session(plan, folder / "runs")
    try:
        engine.run_all(session)
        session.finish()
    finally:
        session.close()
    return session.folder


def attestation(**changes: Any) -> dict[str, Any]:
    """Return an unsigned attestation of what only an auditor can say."""
    today = moments.now().date()
    return {
        "requirement": "T-OPS-01",
        "by": {"name": EVALUATES, "role": "auditor", "function": "Kiểm định viên"},
        "date": today.isoformat(),
        "until": (today + timedelta(days=200)).isoformat(),
        "evidence": {"vi": "Quyết định số 1", "en": "Decision no. 1"},
        "evidence_digest": "sha256:" + "ab" * 32,
        "version": VERSION,
        **changes,
    }


def waiver(**changes: Any) -> dict[str, Any]:
    """Return an unsigned waiver of the header."""
    today = moments.now().date()
    return {
        "requirement": "T-SEC-01",
        "units": ["target"],
        "by": WAIVES,
        "reason": "Cổng API đang thay",
        "basis": "Công văn số 1/CV",
        "ticket": "T-1",
        "compensating": "Tường lửa thêm trường",
        "date": today.isoformat(),
        "until": (today + timedelta(days=90)).isoformat(),
        "version": VERSION,
        **changes,
    }


@dataclass
class Office:
    """A body, an agency and a registry, ready to work."""

    folder: Path
    authority: Authority
    made: int = field(default=0)

    @classmethod
    def new(cls, folder: Path) -> Office:
        return cls(folder, rehearsal.make(folder))

    @property
    def trusted(self) -> Trust:
        return trust.read(self.folder / "trust.yaml")

    @property
    def public(self) -> Path:
        return self.folder / "registry" / "public"

    @contextmanager
    def registry(self) -> Iterator[Registry]:
        with registries.opened(self.folder / "registry") as opened:
            yield opened

    def signed(self, kind: str, said: Mapping[str, Any], by: str = "") -> dict[str, Any]:
        names = {acts.ATTESTATION: "body/evaluation", acts.WAIVER: "body/waiver"}
        with signers.opened(self.folder / f"{by or names[kind]}.yaml") as signer:
            return acts.signed(Act(kind, said), signer)

    def later(self, **given: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
        """Return acts that a certificate may rest on, signed; by default the attestation."""
        listed = {"attestations": [attestation()], **given}
        return {
            name: [
                each if "signed" in each else self.signed(name.removesuffix("s"), each)
                for each in several
            ]
            for name, several in listed.items()
        }

    def issue(  # noqa: PLR0913  # what issuing takes
        self,
        *runs: Path,
        role: str = "body",
        signer_files: Sequence[str] = ("decision",),
        later: Mapping[str, Any] | None = None,
        registered: bool = True,
        on_paper: bool = False,
        out: Path | None = None,
        tsa: str | None = None,
        **changes: Any,
    ) -> Path:
        """Issue on runs, and return the folder; `changes` are members of what the issuer says."""
        self.made += 1
        issuer = documents.read(self.folder / role / "issuer.yaml")
        moment = moments.now()
        name = statement.new_id(issuer["id"], moment)
        with ExitStack() as stack:
            registry = stack.enter_context(self.registry()) if registered else None
            who = tuple(
                stack.enter_context(signers.opened(self.folder / role / f"{each}.yaml"))
                for each in signer_files
            )
            said = Said(
                issuer,
                (EVALUATES,) if role == "body" else (),
                DECIDES if role == "body" else DECLARES,
                "Giám đốc",
                moment,
                365,
                registry.origin if registry else None,
                on_paper,
            )
            said = replace(said, **changes)
            authority = None
            if tsa is not None:
                from conformance.certificate import timestamps  # noqa: PLC0415

                authority = (timestamps.authority(tsa), tsa)
            trusted = self.trusted
            wanted = Commission(
                runs,
                said,
                who,
                self.later() if later is None else later,
                trusted,
                trusted.crls,
                authority,
            )
            folder = out or self.folder / f"certificate-{self.made}"
            made = issuing.issue(wanted, name, folder, registry)
            if registry is not None:
                registry.publish(moment)
        return made

    def happen(self, kind: Kind, folder: Path, reason: str, by: str = "body/decision") -> None:
        """Make something become of a certificate, and publish it."""
        with self.registry() as registry, signers.opened(self.folder / f"{by}.yaml") as signer:
            moment = moments.now()
            lives.happen(registry, kind, id_of(folder), signer, moment, reason=reason, note="")
            registry.publish(moment)

    def ask(self, folder: Path, **changes: Any) -> list[Step]:
        """Verify a certificate by everything that the office shows."""
        asked = Question(folder, self.trusted, moments.now(), publication.source(str(self.public)))
        return verify(replace(asked, **changes))


def id_of(folder: Path) -> str:
    """Return the id of a certificate."""
    content = json.loads((folder / issuing.STATEMENT).read_text("utf-8"))
    found: str = content["predicate"]["id"]
    return found


def copied(folder: Path, to: Path) -> Path:
    """Return a copy of a folder, to be spoilt."""
    return Path(shutil.copytree(folder, to))


def told(*words: str | Path) -> str:
    """Return what another program says, which has to end well."""
    done = subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
