"""What a target file declares of operations: it adds to what their contract says, or wins."""

from __future__ import annotations

import fnmatch
from collections.abc import Set as AbstractSet
from dataclasses import replace

from conformance import listing as lists
from conformance.contract import Contract, parts
from conformance.contract.operations import Operation
from conformance.errors import TargetError
from conformance.listing import Listing
from conformance.target import Target


def declared_operations(target: Target, contract: Contract) -> tuple[Operation, ...]:
    """Return the contract's operations with what the target file declares of them."""
    declared = target.operations
    found = []
    for operation in contract.operations:
        names = {operation.id, operation.unit}
        found.append(
            replace(
                operation,
                personal=operation.personal or bool(names & declared.get("personal", frozenset())),
                public=operation.public or bool(names & declared.get("public", frozenset())),
                safe=operation.safe or bool(names & declared.get("safe", frozenset())),
                privileged=operation.privileged
                or bool(names & declared.get("privileged", frozenset())),
                ends_session=bool(names & declared["session_end"])
                if "session_end" in declared
                else operation.ends_session,
                listing=_listing(operation, target),
                certified=contract.wants_certificates(operation),
                protocol=_protocol(operation, target),
            )
        )
    personal = {operation.path for operation in found if operation.personal}
    return tuple(
        replace(
            o,
            reserved=_is_reserved(o, personal, target),
            kept=not parts.tells_security(contract) and _is_somebodys(o, target),
        )
        for o in found
    )


def _is_somebodys(operation: Operation, target: Target) -> bool:
    """Whether the target file names who calls an operation, or keeps it for an office."""
    named = _owner(operation, target) in target.identities
    return (operation.privileged or named) and not operation.public


def _owner(operation: Operation, target: Target) -> str | None:
    given = target.examples.get(operation.id, target.examples.get(operation.unit, {}))
    return given.get("owner")


def _is_reserved(operation: Operation, personal: AbstractSet[str], target: Target) -> bool:
    """Whether the target file keeps an operation from others than its office or an owner.

    Args:
        operation: with what is declared of it.
        personal: the paths at which personal data are told; what is changed there is the same.
        target: whose examples name the owner.
    """
    owned = operation.path in personal and _owner(operation, target) in target.identities
    return (operation.privileged or owned) and not operation.public


def _listing(operation: Operation, target: Target) -> Listing | None:
    """Return how an operation answers a list: what the target file says wins."""
    declared = target.lists or {}
    name = next((n for n in (operation.id, operation.unit) if n in declared), None)
    if name is None:
        return operation.listing
    names = [parameter.name for parameter in operation.parameters if parameter.place == "query"]
    place = f"{target.place}: lists.{name}"
    return lists.of(declared[name], names, place=place, error=TargetError)


def _protocol(operation: Operation, target: Target) -> str:
    """Return what an operation speaks: as the target file says, else its contract, else REST."""
    for pattern, protocol in target.protocols.items():
        if pattern != "default" and fnmatch.fnmatchcase(operation.path, pattern):
            return protocol
    return operation.protocol or target.protocols.get("default", "rest")
