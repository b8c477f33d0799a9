"""Operations that only a client certificate opens: what the contract says, what the agency does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.sandbox.contract import METHODS
from conformance.sandbox.demonstration import OFFICIAL, Person
from conformance.sandbox.messages import Call, Refusal

# Who the target file says may call such operations.
HOLDER = "official_certified"
SCHEME = "chungThu"


@dataclass(frozen=True)
class Certified:
    """Which operations demand a client certificate, and how that is seen to.

    Attributes:
        declared: the operations of which the contract says so.
        forgotten: those of them on which nobody looks.
        with_token: whether an access token is demanded as well.
        verified: whether it matters who issued the certificate; its name matters always.
        missing: the status for a call without one.
        unknown: the status for a call with one of nobody's.
        strangers: who a call without one is taken for; None for nobody.
    """

    declared: frozenset[str] = field(default=frozenset())
    forgotten: frozenset[str] = field(default=frozenset())
    with_token: bool = False
    verified: bool = True
    missing: int = 401
    unknown: int = 401
    strangers: Person | None = None

    def holder(self, call: Call, people: Iterable[Person]) -> Person | None:
        """Return whose certificate the connection of a call showed.

        Raises:
            Refusal: nobody's.
        """
        if call.asks in self.forgotten:
            return OFFICIAL
        if call.peer is None:
            if self.strangers:
                return self.strangers
            raise Refusal(self.missing, "Thao tác này cần chứng thư của bên gọi.")
        known = next((person for person in people if person.username == call.peer), None)
        if known is None or (self.verified and not call.vouched):
            raise Refusal(self.unknown, "Chứng thư của bên gọi không được chấp nhận.")
        return known

    def published(self, described: dict[str, Any]) -> dict[str, Any]:
        """Return a contract that says so (OpenAPI 3.1, `mutualTLS`)."""
        way: dict[str, list[str]] = {SCHEME: [], **({"bearer": []} if self.with_token else {})}
        for item in described["paths"].values():
            for method in METHODS:
                if item.get(method, {}).get("operationId") in self.declared:
                    item[method] = {**item[method], "security": [way]}
        schemes = described["components"]["securitySchemes"]
        scheme = {
            "type": "mutualTLS",
            "description": "Chứng thư của bên gọi, do tổ chức chứng thực của hệ thống cấp.",
            "x-description-en": "A certificate of the caller, issued by the system's authority.",
        }
        parts = {**described["components"], "securitySchemes": {**schemes, SCHEME: scheme}}
        return {**described, "components": parts}

    def owned(self, examples: Mapping[str, Any]) -> dict[str, Any]:
        """Return the examples of a target file with those operations in the hands of a holder."""
        held = {name: {**examples.get(name, {}), "owner": HOLDER} for name in self.declared}
        return {**examples, **held}
