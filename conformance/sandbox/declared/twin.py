"""An agency under other names: what it is called is its own affair."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from conformance.sandbox.agency import Agency
from conformance.sandbox.declared.reading import Declared
from conformance.sandbox.dialects import Dialect, snake

_NOTHING: Mapping[str, Sequence[str]] = MappingProxyType({})


def twin(declared: Declared) -> Callable[[Agency], Agency]:
    """Return what makes the renamed agency of one that is data."""
    said = declared.twin
    return lambda agency: renamed(agency, said.get("paths", {}), said.get("fields", {}))


def renamed(
    agency: Agency, segments: Mapping[str, str], fields: Mapping[str, Sequence[str]] = _NOTHING
) -> Agency:
    """Return an agency under other names, which only its target file tells.

    Args:
        agency: the agency under the names of its contract.
        segments: fixed segments of paths, and what they are called instead.
        fields: where the target file says that a field stands, in the agency's own words, where
            the name of its member alone would say too much.
    """
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
            places=fields,
        )
    )
