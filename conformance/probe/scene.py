"""What does not change during a run: whom it is about, what they promise, who may ask.

Every part of the examiner that asks or judges looks things up here: operations by name or path,
the target file's examples, the identities that may call an operation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from conformance.contract import Contract
from conformance.contract.operations import Operation, by_name
from conformance.mapping import Mapped
from conformance.target import Target

_MAX_TRIALS = 4
# Never tried as "somebody who may": they stand for credentials that must be refused.
REFUSED_IDENTITIES = frozenset(
    {"expired", "premature", "foreign", "foreign_issuer", "id_token", "revoked", "narrow"}
)


@dataclass(frozen=True)
class Scene:
    """What does not change during a run: target, contract, operations, seed."""

    target: Target
    contract: Contract
    operations: tuple[Operation, ...]
    seed: int
    mapping: Mapped = field(default_factory=Mapped)

    def operation(self, name: str) -> Operation | None:
        """Return an operation by operationId or unit."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> Mapping[str, Operation]:
        return by_name(self.operations)

    def meant_by(self, path: str) -> list[Operation]:
        """Return the operations whose template stands for a path."""
        return [o for o in self._by_depth.get(path.count("/"), ()) if o.fits(path)]

    @cached_property
    def _by_depth(self) -> Mapping[int, list[Operation]]:
        # A parameter is one segment: a template stands for paths with as many slashes as its own.
        found: dict[int, list[Operation]] = {}
        for operation in self.operations:
            slashes = re.sub(r"\{[^}]*\}", "", operation.path).count("/")
            found.setdefault(slashes, []).append(operation)
        return found

    def examples(self, operation: Operation) -> Mapping[str, Any] | None:
        """Return the values that the target file gives for an operation; None where it is mute."""
        given = self.target.examples
        return given.get(operation.id, given.get(operation.unit))

    def samples(self, operation: Operation) -> list[str]:
        """Return the parameters of the path that are filled in with the contract's own samples."""
        given = self.examples(operation) or {}
        return [p.name for p in operation.parameters if p.place == "path" and p.name not in given]

    def peer(self, name: str | None) -> str | None:
        """Return the identity of the same standing that shares nothing with this one, if any.

        Peers are named alike but for their last letter: `citizen_a` and `citizen_b`.
        """
        pairs = {"_a": "_b", "_b": "_a"}
        twin = f"{name[:-2]}{pairs.get(name[-2:], '')}" if name else ""
        return twin if twin != name and twin in self.target.identities else None

    @property
    def has_peers(self) -> bool:
        """Whether the target file names two identities of one standing."""
        return any(self.peer(name) for name in self.target.identities)

    @cached_property
    def uses_tokens(self) -> bool:
        """Whether anything is secured with access tokens, by the contract or the target file."""
        callers = self.target.identities.values()
        if any(who.shows_a_token for who in callers if who.name not in REFUSED_IDENTITIES):
            return True
        return any(
            str(scheme.get("type")) in {"None", "oauth2", "openIdConnect"}
            or str(scheme.get("scheme", "")).lower() == "bearer"
            for scheme in self.used_schemes
        )

    @cached_property
    def used_schemes(self) -> list[Mapping[str, Any]]:
        """The security schemes that some operation names; an empty one for what is not there."""
        ways = [alternative for o in self.operations for alternative in o.security]
        used = dict.fromkeys(name for alternative in ways for name in sorted(alternative))
        return [self.contract.security_schemes.get(name, {}) for name in used]

    def candidates(self, operation: Operation) -> list[str | None]:
        """Return the identities to try for an operation, the owner named in the target first."""
        owner = (self.examples(operation) or {}).get("owner")
        if owner is not None:
            return [owner] if owner in self.target.identities else []
        if operation.public or not (operation.security or operation.reserved):
            return [None]
        names: list[str | None] = [
            name
            for name, identity in self.target.identities.items()
            # What ends a session ends one that can be had anew.
            if name not in REFUSED_IDENTITIES
            and (identity.logs_in or not operation.ends_session)
            and (identity.certificate is not None or not operation.certified)
        ]
        if not operation.guarded:
            names.append(None)
        return names[:_MAX_TRIALS]
