"""Selections of members that tell a little more or less than was asked for."""

from __future__ import annotations

from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.carrying import selecting
from conformance.sandbox.variations import near_miss

PROJECTION = "lists.selecting.selection_is_a_projection"


@near_miss(spares=[PROJECTION])
def selection_with_the_identifier(agency: Agency) -> Agency:
    """The identifier and a link come with every selection (OpenAPI 3.1, Parameter Object)."""

    def select(item: dict[str, Any], wanted: list[str]) -> Any:
        kept = {name: item[name] for name in item if name in {*wanted, "maThuTuc", "maLinhVuc"}}
        return {**kept, "_links": {"self": f"/procedures/{item['maThuTuc']}"}}

    return selecting(agency, select)


@near_miss(spares=[PROJECTION])
def selection_without_what_comes_first(agency: Agency) -> Agency:
    """Only what was named comes, in another order (RFC 8259, section 4: members have none)."""

    def select(item: dict[str, Any], wanted: list[str]) -> Any:
        return {name: item[name] for name in reversed(wanted) if name in item}

    return selecting(agency, select)
