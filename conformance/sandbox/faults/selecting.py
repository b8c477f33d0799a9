"""Selections of members that tell something else, or more."""

from __future__ import annotations

from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.carrying import selecting
from conformance.sandbox.variations import fault

PROJECTION = "lists.selecting.selection_is_a_projection"


@fault(breaks=[PROJECTION])
def selection_from_the_table_behind(agency: Agency) -> Agency:
    """A selection bypasses what is usually told and adds a column of the table behind."""

    def select(item: dict[str, Any], wanted: list[str]) -> Any:
        kept = {name: item[name] for name in wanted if name in item}
        return {**kept, "nguoiTao": "can-bo-a"}

    return selecting(agency, select)


@fault(breaks=[PROJECTION])
def selection_with_other_values(agency: Agency) -> Agency:
    """Members that are selected are told raw, in capitals as they are stored."""

    def select(item: dict[str, Any], wanted: list[str]) -> Any:
        return {
            name: item[name].upper() if name == "tenThuTuc" else item[name]
            for name in wanted
            if name in item
        }

    return selecting(agency, select)
