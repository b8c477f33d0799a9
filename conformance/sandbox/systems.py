"""The systems that a sandbox can be: what tells one national system's agency from another's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.sandbox import dossiers, service, target
from conformance.sandbox.agency import Agency
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.portal import service as portal_service
from conformance.sandbox.portal import store as portal_store
from conformance.sandbox.portal import target as portal_target
from conformance.sandbox.variations import PORTAL, SYSTEM


@dataclass(frozen=True)
class System:
    """One national system.

    Attributes:
        new_store: makes the memory of an agency that nobody has called yet.
        answer: answers a call out of that memory.
        target_parts: returns what only the target file of this system says.
    """

    new_store: Callable[[], Any]
    answer: Callable[[Agency, Any, Call], Answer]
    target_parts: Callable[[], Mapping[str, Any]]


SYSTEMS: Mapping[str, System] = {
    SYSTEM: System(dossiers.Store, service.answer, target.procedure_system),
    PORTAL: System(portal_store.Store, portal_service.answer, portal_target.parts),
}
