"""A certificate from beginning to end, with made-up keys: what the demonstration shows."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from conformance import documents, moments
from conformance.certificate import acts, drafts, issuing, signers, statement, trust, verification
from conformance.certificate import registry as registries
from conformance.certificate.acts import Act
from conformance.certificate.issuing import Commission
from conformance.certificate.registry import publication
from conformance.certificate.statement import Said
from conformance.certificate.verification import Question, Step
from conformance.evidence import digest
from conformance.text import Text

_FUNCTION = Text(vi="Kiểm định viên diễn tập", en="rehearsal auditor")


def certified(rehearsed: Path, run: Path, out: Path) -> list[Step]:
    """Issue a certificate on a run, and return the steps of its verification.

    Args:
        rehearsed: what `make` made.
        run: a run to which nothing is missing but attestations.
        out: the folder of the certificate, which must not exist.

    Raises:
        NotEligibleError: nothing may be issued on the run.
    """
    trusted = trust.read(rehearsed / "trust.yaml")
    body = rehearsed / "body"
    with ExitStack() as stack:
        registry = stack.enter_context(registries.opened(rehearsed / "registry"))
        decides = stack.enter_context(signers.opened(body / "decision.yaml"))
        evaluates = stack.enter_context(signers.opened(body / "evaluation.yaml"))
        issuer = documents.read(body / "issuer.yaml")
        people = trusted.issuers[issuer["id"]]
        who = {
            key: person.name
            for key, signer in (("decides", decides), ("evaluates", evaluates))
            if (person := people.person(trust.subject(signer.certificate))) is not None
        }
        moment = moments.now()
        name = statement.new_id(issuer["id"], moment)
        later = {
            "attestations": [
                acts.signed(Act(acts.ATTESTATION, said), evaluates)
                for said in _attestations(run, who["evaluates"])
            ]
        }
        said = Said(
            issuer,
            (who["evaluates"],),
            who["decides"],
            _FUNCTION.vi,
            moment,
            365,
            registry.origin,
        )
        wanted = Commission((run,), said, (decides, evaluates), later, trusted, trusted.crls)
        issuing.issue(wanted, name, out, registry)
        public = registry.publish(moment)
    shown = publication.source(str(public))
    return verification.verify(Question(out, trusted, moments.now(), shown, rejudge=True))


def _attestations(run: Path, by: str) -> list[dict[str, Any]]:
    """Return what the run needs somebody's word for, as if somebody had looked."""
    drafted = drafts.needed(run, moments.now().date())["attestations"]
    for each in drafted:
        del each["evidence_file"]
        each["by"] = {"name": by, "function": _FUNCTION.vi, "role": "auditor"}
        each["evidence_digest"] = digest(b"rehearsal")
    return drafted
