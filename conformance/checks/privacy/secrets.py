"""Secrets that an answer hands back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from conformance import envelopes, mapping
from conformance.check import law, require
from conformance.checks.privacy import naming
from conformance.contract import Contract
from conformance.contract.operations import SAFE_METHODS
from conformance.evidence import Exchange
from conformance.privacy import revelations
from conformance.text import Text
from conformance.trees import strings
from conformance.verdict import NotApplicable

_SHOWN = 5
_SUSPECT = naming.LASTING | naming.ISSUED | naming.ONCE
# Documents about data: their samples and names of members are nobody's.
_DOCUMENTS = frozenset({"openapi", "swagger", "asyncapi", "$schema"})
_EXPECTED = Text(vi="không trả lại bí mật nào", en="no secret to be handed back")


@law(catalogue="PRV-005", per="target", on="all")
def secrets_are_not_handed_back(
    answer: Exchange, contract: Contract, *, allowed: tuple[str, ...] = ()
) -> None:
    """No answer holds a private key, a password or another secret that opens something.

    Looks into every body for private keys (PEM) and access keys of clouds. In JSON successes of
    operations, unless they are documents about data (OpenAPI, JSON Schema), it looks at members
    whose names say password, its digest, private or secret key, one-time code; and, where
    something is read, at tokens and keys of an interface that the contract does not declare for
    that operation. What a write answers for the first time may be what it is for, such as a
    token at log-in or the secret of a new client: there only what the request itself had sent
    counts. Null, empty and blanked out values are none, nor labels and messages: words with
    spaces between them or with Vietnamese letters. The parameter `allowed` names members to
    spare (ASVS 5.0, 14.2.6; OWASP API3:2023).
    """
    if answer.request.method == "HEAD" or not answer.has_body:
        raise NotApplicable(Text(vi="không có nội dung", en="no body"))
    operation = contract.operation(answer.facts.get("operation", ""))
    reads = answer.request.method in SAFE_METHODS or (operation is not None and operation.safe)
    keys = revelations.secrets(answer)
    # Of a key that a write makes for its caller nobody can tell that it is not his.
    require(
        not keys or not (reads or answer.status >= 400),
        expected=_EXPECTED,
        observed=", ".join(keys),
    )
    if operation is None or not answer.succeeded or not answer.is_json:
        return
    body = answer.json()
    if isinstance(body, Mapping) and _DOCUMENTS & set(body):
        return
    # Names first: hardly any body has one for which it has to be walked through.
    if all(naming.endings(name).isdisjoint(_SUSPECT) for name in answer.member_names):
        return
    sent = {value for _, value in strings(dict(envelopes.sent_in(answer.request.body)))}
    declared = _declared(contract, operation.unit) if reads else frozenset()
    found = [
        place
        for place, name, value in _members(body)
        if name not in allowed
        and _is_a_secret(name, value, reads=reads, declared=declared)
        and (reads or str(value) in sent)
    ]
    require(not found, expected=_EXPECTED, observed=", ".join(found[:_SHOWN]))


def _is_a_secret(name: str, value: Any, *, reads: bool, declared: frozenset[str]) -> bool:
    if naming.ends_with(name, naming.ONCE):
        return naming.is_a_secret(value, once=True)
    if naming.ends_with(name, naming.LASTING):
        return naming.is_a_secret(value)
    handed_out = naming.ends_with(name, naming.ISSUED) and reads and name not in declared
    return handed_out and naming.is_a_secret(value)


@lru_cache(maxsize=2048)
def _declared(contract: Contract, unit: str) -> frozenset[str]:
    """Return the names of members that the successes of an operation declare."""
    operation = contract.operation(unit)
    if operation is None:
        return frozenset()
    found: set[str] = set()
    for schema, _ in mapping.told(contract, operation):
        properties = schema.get("properties")
        found |= set(properties) if isinstance(properties, Mapping) else set()
    return frozenset(found)


def _members(body: Any) -> Iterator[tuple[str, str, Any]]:
    """Return the members of objects at any depth: JSON pointer, name and value."""
    waiting: list[tuple[str, Any]] = [("", body)]
    while waiting:
        place, node = waiting.pop()
        if isinstance(node, Mapping):
            for name, value in node.items():
                here = f"{place}/{name}"
                yield here, str(name), value
                waiting.append((here, value))
        elif isinstance(node, list):
            waiting += [(f"{place}/{number}", part) for number, part in enumerate(node)]
