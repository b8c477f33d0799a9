"""From what passed the door to the exchange that a record shows: redacted, with its facts.

What is hidden in an exchange cannot be looked at later; so whatever checks may have to know of it
is looked up here, while it can still be seen, and noted as a fact.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from conformance import nesting
from conformance.evidence import (
    Exchange,
    Request,
    Response,
    header_values,
    is_coded,
    media_type_of,
)
from conformance.formats import codings
from conformance.formats.encoding import is_utf8
from conformance.formats.markup import is_xml
from conformance.identities import issuers, sign_ins
from conformance.identities.credentials import Credentials
from conformance.identities.forging import CannotForgeError
from conformance.privacy import shapes
from conformance.privacy.redaction import Redactor
from conformance.privacy.signatures import marks
from conformance.probe.questions import Case, Question, question_digest
from conformance.probe.scene import Scene

# Cut after redaction, never before: half a secret would not be recognised.
LONGEST_ERROR = 300
_GZIP = frozenset({"gzip", "x-gzip"})
# What is noted of a generated request, in the order in which its question tells it.
# Where an answer was not read for anything.
NOTHING = object()
BENT = ("origin", "place", "scenario", "control", "control_seconds")
_PUBLISHED: Mapping[str, Callable[[bytes], Any]] = {
    issuers.KEYS: issuers.keys_of,
    issuers.METADATA: issuers.metadata_of,
}


@dataclass(frozen=True)
class Passed:
    """What passed the door for a question, or why nothing did; nothing of it is redacted yet.

    Attributes:
        question: what was asked.
        case: for what.
        at: when.
        sent: the request as it left.
        shown: the request as it may be told: with the tokens that stood in the question.
        response: the answer, if there is one.
        error: what came in its place.
    """

    question: Question
    case: Case
    at: str
    sent: Request
    shown: Request
    response: Response | None = None
    error: str | None = None


class Recorder:
    """Makes exchanges of what passed the door, numbered for each unit.

    Args:
        scene: the target and its contract.
        credentials: the opened identities.
        redactor: what makes an exchange fit to be seen.
    """

    def __init__(self, scene: Scene, credentials: Credentials, redactor: Redactor) -> None:
        self._scene = scene
        self._credentials = credentials
        self._redactor = redactor
        self._ordinals: dict[str, int] = {}
        # Those that the issuer published last in this run: signatures are held against them.
        self._keys: Mapping[str, Any] = {}
        self._lock = threading.Lock()

    def next_id(self, case: Case) -> str:
        """Return the id of the next exchange of a unit."""
        with self._lock:
            ordinal = self._ordinals[case.unit] = self._ordinals.get(case.unit, 0) + 1
        return f"{case.unit}.{ordinal}"

    def take_up(self, exchange: Exchange) -> None:
        """Number what comes behind an exchange of an interrupted run, and know what it said."""
        ordinal = int(exchange.id.rpartition(".")[2])
        self._ordinals[exchange.unit] = max(ordinal, self._ordinals.get(exchange.unit, 0))
        told = exchange.facts.get("generated")
        if _is_made_up(told["origin"] if told else None):
            self._redactor.request(exchange.request, made_up=True)
        self._redactor.sent(exchange.request)

    def exchange(self, passed: Passed) -> Exchange:
        """Return the redacted exchange of what passed the door."""
        question, case, response = passed.question, passed.case, passed.response
        # A forged token repeats what the true one says, in whatever place it stands.
        with contextlib.suppress(CannotForgeError):
            forged = self._credentials.forgery(question.identity)
            if forged is not None:
                self._redactor.hide_token("forged", forged)
        made_up = _is_made_up(question.generated[0] if question.generated else None)
        shown = self._redactor.request(passed.shown, made_up=made_up)
        facts: dict[str, Any] = {"asked": question_digest(question, self._redactor.tree)}
        facts |= _of_question(question)
        described = self._credentials.described(question.identity)
        if described is not None:
            facts["credential"] = self._redactor.tree(described)
        if passed.response is not None:
            if question.raw:
                # Noted where there are none, too: elsewhere nobody looked.
                facts["excess_bytes"] = len(passed.response.excess)
            self._redactor.sent(shown)
            told = self._read(question, passed.response, passed.at)
            response, hidden = self._redactor.response(passed.response)
            if _holds_private_keys(passed.response):
                # Whoever reads the record could sign with it: not even a sandbox's is kept.
                response = replace(response, body=b"", excess=b"")
                hidden = {"body_withheld": True}
            if question.read_for and told is not NOTHING:
                facts[question.read_for] = self._redactor.tree(told)
            facts |= hidden | self._noted(question, passed.sent, passed.response, response)
        return Exchange(
            id=self.next_id(case),
            at=passed.at,
            unit=case.unit,
            case=case.name,
            attempt=case.attempt,
            identity=question.identity,
            request=shown,
            response=response,
            error=self._redactor.error(passed.error)[:LONGEST_ERROR] if passed.error else None,
            facts=facts,
        )

    def _read(self, question: Question, response: Response, at: str) -> Any:
        """Return what an answer is read for; what it hands out is a secret from now on."""
        if question.read_for == sign_ins.AUTHORISATION:
            told, secrets = sign_ins.returned(question.url, response)
            hidden = {name: self._redactor.hide(name, secrets[name]) for name in secrets}
            # By the token that stands for it, it can be redeemed in the next question.
            return {**told, **({"code": hidden["code"]} if "code" in hidden else {})}
        if not question.read_for or not response.body or is_coded(response):
            return NOTHING
        if question.read_for == sign_ins.TOKENS:
            found = sign_ins.issued(response.body, self._keys, at)
            described = (found or {}).get("id_token") or {}
            if "sub" in described and not self._redactor.synthetic:
                described["sub"] = self._redactor.personal(described["sub"])
            return found
        if question.read_for == issuers.KEYS:
            with contextlib.suppress(ValueError):
                keys = nesting.loads(response.body)
                self._keys = keys if isinstance(keys, dict) else {}
        return _PUBLISHED[question.read_for](response.body)

    def _noted(
        self, question: Question, sent: Request, raw: Response, shown: Response
    ) -> dict[str, Any]:
        """Return what checks may have to know of an answer that is not shown as it came."""
        facts: dict[str, Any] = {}
        if is_coded(raw):
            # In a coding it is not kept: only here can it be told whether it is one.
            unpacked = codings.unpacks(raw.body) if _is_gzip(raw) else None
            return facts if unpacked is None else {"unpacks": unpacked}
        if (raw.body, raw.headers) == (shown.body, shown.headers):
            return facts
        if not self._redactor.synthetic:
            facts["marks"] = marks(sent, raw)
        if raw.body == shown.body:
            return facts
        media_type = media_type_of(raw.headers)
        if not self._redactor.synthetic:
            facts["utf8"] = is_utf8(raw.body)
            if media_type.endswith(("/xml", "+xml")):
                facts["xml"] = is_xml(raw.body)
            if not shown.body and not _holds_private_keys(raw):
                facts["json"] = False  # what is JSON is never withheld, but for private keys
        operation = self._scene.operation(question.operation or "")
        pointer = operation and shapes.pointer(operation, raw.status, media_type)
        if pointer:
            # A schema that breaks its reader must not end the run: then nothing is noted.
            with contextlib.suppress(Exception):
                shown_name = self._redactor.shown_name
                shape = shapes.look(self._scene.contract, pointer, raw.body, shown_name)
                facts |= {"schema": shape.as_json()} if shape else {}
        return facts


def _of_question(question: Question) -> dict[str, Any]:
    """Return what is noted of a question beside its request."""
    facts: dict[str, Any] = {}
    if question.operation:
        facts["operation"] = question.operation
    if not question.wellformed:
        facts["wellformed"] = False
    if question.literal:
        facts["literal"] = True
    if question.generated is not None:
        facts["generated"] = dict(zip(BENT, question.generated, strict=True))
    return facts


def _is_gzip(response: Response) -> bool:
    told = ", ".join(header_values(response.headers, "Content-Encoding"))
    return told.strip().lower() in _GZIP and bool(response.body)


def _is_made_up(origin: str | None) -> bool:
    """Whether the values of a request are made up, by where it comes from; None: not generated.

    What the contract shows may be what lets somebody in.
    """
    return origin not in {None, "example"}


def _holds_private_keys(response: Response) -> bool:
    return any(map(issuers.holds_private_keys, (response.body, response.excess)))
