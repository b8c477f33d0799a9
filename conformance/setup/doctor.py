"""Before a run: what would spoil it, each with the key of the target file that mends it.

One call of each operation that is safe, the log-in of each identity, and a look at what the target
file leaves unsaid. Nothing is changed, unless a value is taken from an operation that makes it
(`from`) and the target file permits that. Nothing is judged and nothing is kept.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from conformance.contract.operations import Operation
from conformance.door.network import PROXY_CREDENTIALS, PROXY_REFUSES, unreachable
from conformance.engine import Session
from conformance.errors import TargetError, UnreachableError
from conformance.evidence import Exchange
from conformance.plan import Plan
from conformance.probe.scene import REFUSED_IDENTITIES
from conformance.setup import answered, unsaid
from conformance.setup.preflight import reaching
from conformance.setup.symptoms import Symptom, once
from conformance.text import Text
from conformance.verdict import NotTested

# Where all answers are alike, the single ones tell nothing more.
_OF_ALL = frozenset({"wrong-base-path", "redirected"})


@dataclass(frozen=True)
class Called:
    """One operation and what became of its happy call: a status, or why there was none."""

    unit: str
    identity: str | None
    status: int
    why: Text | None = None


@dataclass(frozen=True)
class Examination:
    """What the doctor found."""

    symptoms: tuple[Symptom, ...]
    calls: tuple[Called, ...] = ()

    @property
    def healthy(self) -> bool:
        """Whether nothing stands in the way of a run."""
        return not any(symptom.blocking for symptom in self.symptoms)


def examine(plan: Plan) -> Examination:
    """Return what would spoil a run of a plan."""
    unreached = reaching(plan.target)
    if unreached is not None:
        return Examination((unreached, *unsaid.of(plan)))
    with tempfile.TemporaryDirectory() as folder:
        try:
            session = Session(plan, Path(folder))
        except TargetError as error:
            return Examination((_closed(error), *unsaid.of(plan)))
        try:
            return _examined(plan, session)
        finally:
            session.discard()


def _examined(plan: Plan, session: Session) -> Examination:
    first = session.greet()
    if first.response is None and not session.turns_strangers_away(first):
        return Examination((_silent(plan, first), *unsaid.of(plan)))
    symptoms = [*answered.manners(plan, first)]
    refused: dict[str, Symptom] = {}
    for name in plan.target.identities:
        try:
            session.log_in(name)
        except UnreachableError as error:
            mend = error.mend or answered.ADD_IDENTITY
            refused[name] = Symptom("log-in-refused", f"identities.{name}", error.what, mend)
    answers: list[tuple[Operation, Exchange]] = []
    calls = []
    for operation in plan.scene.operations:
        try:
            if not operation.reads or operation.ends_session:
                # Only formed, and only where the run is to make it: a change is for the run.
                if plan.target.permits("write"):
                    session.probe(operation.unit, "doctor").form(operation, identity=None)
                continue
            answer = session.baseline(operation)
        except NotTested as outcome:
            calls.append(Called(operation.unit, None, 0, outcome.because))
            symptoms += answered.of_outcome(plan, operation, outcome, set(refused))
            continue
        answers.append((operation, answer))
        calls.append(Called(operation.unit, answer.identity, answer.status))
    symptoms += answered.of_all(plan, answers)
    if not any(symptom.cause in _OF_ALL for symptom in symptoms):
        symptoms += refused.values()
        rejected = set(_rejected(plan, session, answers, set(refused)))
        symptoms += [answered.identity_refused(name) for name in sorted(rejected)]
        heard = [(o, a) for o, a in answers if a.identity not in rejected]
        symptoms += answered.of_answers(plan, heard)
    if any(answer.succeeded for _, answer in answers):
        symptoms = [
            replace(s, blocking=False) if s.cause == answered.WANTING else s for s in symptoms
        ]
    return Examination((*once(symptoms), *unsaid.of(plan)), tuple(calls))


def _closed(error: TargetError) -> Symptom:
    """Return what became of a secret, or of a certificate of a client, that cannot be read."""
    found = re.search(r"identities\.[a-z0-9_]+|network\.[a-z_]+", error.place or "")
    return Symptom(
        "secret-missing", found[0] if found else "identities", error.what, error.mend or _OPEN
    )


def _silent(plan: Plan, first: Exchange) -> Symptom:
    if first.error == PROXY_REFUSES:
        error = unreachable(plan.target.base_url, PROXY_REFUSES)
        return Symptom("proxy-refuses", "network.proxy", error.what, PROXY_CREDENTIALS)
    key = "network.proxy" if plan.target.proxy else "base_url"
    return Symptom(
        "proxy-refuses" if plan.target.proxy else "no-answer",
        key,
        Text(vi=f"không có trả lời: {first.error}", en=f"no answer: {first.error}"),
        Text(vi=f"kiểm tra `{key}`", en=f"check `{key}`"),
    )


def _rejected(
    plan: Plan, session: Session, answers: list[tuple[Operation, Exchange]], refused: set[str]
) -> Iterator[str]:
    """Yield the identities that are refused as such.

    A baseline is the call of one identity only, so each of the others calls once what somebody
    was let in to.
    """
    secured = [(o, answer) for o, answer in answers if o.secured and answer.identity is not None]
    opened = {answer.identity for _, answer in secured if answer.status != 401}  # noqa: PLR2004  # RFC 9110, 15.5.2
    # Who shows no certificate where one is demanded need not have a wrong credential.
    let_in = next((o for o, answer in secured if answer.succeeded and not o.certified), None)
    for _, answer in secured:
        if answer.identity is not None and answer.identity not in opened:
            yield answer.identity
    if let_in is None:
        return
    for name in set(plan.target.identities) - opened - refused - REFUSED_IDENTITIES:
        try:
            answer = session.probe(let_in.unit, "doctor").call(let_in, identity=name)
        except NotTested:
            continue
        if answer.status == 401:  # noqa: PLR2004  # RFC 9110, 15.5.2
            yield name


_OPEN = Text(
    vi="đặt bí mật vào biến môi trường hoặc tệp mà tệp đích nêu",
    en="put the secret into the environment variable or file that the target file names",
)
