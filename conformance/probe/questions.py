"""What may be asked of a target, as plain values: questions, handshakes, and for what they are.

Nothing here sends or looks anything up. A record holds a question by the digest of its form, so
that what is asked again in replay is found again.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Any, Literal

from conformance.evidence import Headers, canonical
from conformance.identities.forging import FORGED

INVALID = "invalid"
# The cases of an operation's good call, and of its generated traffic.
BASELINE, GENERATED = "baseline", "generated"
# Who asks in a sign-in: a registered program, by its number, or the browser of an account.
CLIENT, ACCOUNT = "client", "account"
_LATER = frozenset({"groups", "early_data", "protocols", "address"})


Way = Literal["ordinary", "bare", "literal", "h2"]


@dataclass(frozen=True)
class Question:
    """What a check asks: everything of a request but the credentials, which the door adds.

    `throwaway` asks for a session of its own, because the request ends it. `read_for` names what
    the answer is looked at for at the door, where its bytes are not kept (`identities.issuers`).
    `collects` is the word with which the collector would be asked for, if the target fetched what
    it was sent. `generated` tells of a generated one where it comes from, what is bent and how,
    and of the good call that it departs from the status and the seconds. `literal` goes out over a
    bare connection as it is written, field by field, though no client would write it so: nothing
    is added but who asks, and what is ambiguous in it stays so. `http2` asks over HTTP/2.
    """

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""
    identity: str | None = None
    raw: bool = False
    operation: str | None = None
    wellformed: bool = True
    throwaway: bool = False
    read_for: str = ""
    collects: str = ""
    generated: tuple[str, str, str, int, float] | None = None
    literal: bool = False
    http2: bool = False

    @property
    def way(self) -> Way:
        """How it goes out: as ordinary clients send, over a bare connection, or over HTTP/2."""
        if self.http2:
            return "h2"
        if self.literal:
            return "literal"
        return "bare" if self.raw else "ordinary"

    def as_json(self) -> list[Any]:
        """Return the form whose digest tells whether a record holds this very question."""
        body = self.body.decode("latin-1")
        headers = [list(pair) for pair in self.headers]
        form = [self.method, self.url, headers, body, self.identity, self.raw]
        return [*form, self.way] if self.way in {"literal", "h2"} else form


@dataclass(frozen=True)
class Handshake:
    """What a check offers in a TLS handshake; where it goes is always the target.

    Attributes:
        versions: the versions offered, oldest first.
        suites: the kind of cipher suites offered: `ordinary`, `rsa` or `ecdsa` by the key of the
            certificate, or a class of `conformance.tls.suites`.
        bare: only a ClientHello is sent and the server's part is read; no key is agreed on.
        verify: "" to look only, `chain` to verify who issued the certificate, `now` to verify the
            validity of the path as well.
        compression: whether compression of the connection is offered.
        clock: whether the server is asked for its date afterwards.
        groups: what is offered to agree on keys with, in a bare one: "" for what is usual, `weak`
            for curves that are too short, `none` for none by name.
        early_data: whether tickets are waited for, which tell if data are taken before the
            handshake (0-RTT).
        protocols: the application protocols offered, most wanted first (ALPN).
        address: the one of the host's addresses to go to; "" for the system's choice.
    """

    versions: tuple[str, ...] = ("TLSv1.2", "TLSv1.3")
    suites: str = "ordinary"
    bare: bool = False
    verify: str = ""
    compression: bool = False
    clock: bool = False
    groups: str = ""
    early_data: bool = False
    protocols: tuple[str, ...] = ()
    address: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the form whose digest tells whether a record holds this very handshake.

        What came later is told where it is wished for only: older records are found again.
        """
        form = {**asdict(self), "versions": list(self.versions), "protocols": list(self.protocols)}
        return {name: wish for name, wish in form.items() if wish or name not in _LATER}

    @property
    def case(self) -> str:
        """The case under which it is kept: every check that asks for it shares the answer."""
        wishes = [self.verify and f"verify={self.verify}"]
        flags = ("bare", "compression", "clock", "early_data")
        wishes += [name for name in flags if getattr(self, name)]
        wishes += [self.groups and f"groups={self.groups}", ",".join(self.protocols)]
        wishes += [self.address and f"at={self.address}"]
        return " ".join(filter(None, ["handshake", *self.versions, self.suites, *wishes]))


@dataclass(frozen=True)
class Lookup:
    """What is looked up in the DNS: records of one type (`kind`) of one name, as an A-label."""

    name: str
    kind: str

    def as_json(self) -> dict[str, Any]:
        """Return the form whose digest tells whether a record holds this very lookup."""
        return {"name": self.name, "kind": self.kind}

    @property
    def case(self) -> str:
        """The case under which it is kept: every check that asks for it shares the answer."""
        return f"lookup {self.kind} {self.name}"


@dataclass(frozen=True)
class Case:
    """For what a question is asked: unit, case, attempt; exchanges are found again by it."""

    unit: str
    name: str
    attempt: int = 1


def question_digest(question: Question | Handshake | Lookup, hide: Any = None) -> str:
    """Return a short digest of a question in its redacted form."""
    form = question.as_json()
    return hashlib.sha256(canonical(hide(form) if hide else form)).hexdigest()[:16]


def is_stranger(identity: str | None) -> bool:
    """Whether a request as this identity carries nothing that anybody issued."""
    return identity is None or identity.partition(":")[0] == INVALID or is_forged(identity)


def is_forged(identity: str | None) -> bool:
    """Whether this is a forged variant of an identity's credential: `forged:VARIANT:NAME`."""
    return identity is not None and identity.partition(":")[0] == FORGED


def is_signing_in(identity: str | None) -> bool:
    """Whether a program or a browser asks in a sign-in: `client:NUMBER`, `account:NAME`."""
    return identity is not None and identity.partition(":")[0] in {CLIENT, ACCOUNT}
