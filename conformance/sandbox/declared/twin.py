"""A declared agency under other names: what it is called is its own affair."""

from __future__ import annotations

from collections.abc import Callable

from conformance.sandbox.agency import Agency
from conformance.sandbox.declared.reading import Declared
from conformance.sandbox.dialects import Dialect, snake


def twin(declared: Declared) -> Callable[[Agency], Agency]:
    """Return what makes the renamed agency: snake_case, other paths, no annotation."""
    segments = declared.twin.get("paths", {})

    def made(agency: Agency) -> Agency:
        document = agency.contract.document
        roles = tuple(
            operation["x-vnda-role"]
            for item in document["paths"].values()
            for operation in item.values()
            if isinstance(operation, dict) and "x-vnda-role" in operation
        )
        return agency.with_(
            dialect=Dialect(
                document,
                member=snake,
                segment=lambda part: snake(segments.get(part, part)),
                operation=snake,
                annotated=False,
                roles=roles,
                places=declared.twin.get("fields", {}),
            )
        )

    return made
