"""How an agency selects, orders and cuts what it lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.sandbox.units import in_vietnamese


@dataclass(frozen=True)
class Listed:
    """A list before it is told.

    Attributes:
        items: every entry that the caller may see.
        values: the parameters of the call, checked.
        filters: the member that a parameter selects by, where the caller set it.
    """

    items: list[Any]
    values: Mapping[str, Any]
    filters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Listing:
    """The way an agency lists; each part can be bent for itself."""

    def told(self, listed: Listed) -> dict[str, Any]:
        """Return the page that is asked for."""
        values = listed.values
        kept = [item for item in listed.items if self._selected(item, listed)]
        order = values.get("sort")
        if order:
            kept = self.sorted(kept, order.removeprefix("-"), falling=order.startswith("-"))
        page, size = values["page"], values["size"]
        shown = self.cut(kept, page, size)
        if order:
            shown = self.rearranged(shown, order)
        return {"page": page, "size": size, "total": len(kept), "items": shown}

    def _selected(self, item: Mapping[str, Any], listed: Listed) -> bool:
        wanted = {name: listed.values.get(name) for name in listed.filters}
        return all(
            value is None or self.matches(item[listed.filters[name]], value)
            for name, value in wanted.items()
        )

    def matches(self, held: Any, wanted: Any) -> bool:
        """Whether an entry with this value is let through by a filter."""
        return bool(held == wanted)

    def sorted(self, items: list[Any], key: str, *, falling: bool) -> list[Any]:
        """Return entries in an order; texts as Vietnamese dictionaries have them."""

        def place(item: Mapping[str, Any]) -> Any:
            held = item[key]
            return in_vietnamese(held) if isinstance(held, str) else held

        return sorted(items, key=place, reverse=falling)

    def cut(self, items: list[Any], page: int, size: int) -> list[Any]:
        """Return one page."""
        return items[(page - 1) * size : page * size]

    def rearranged(self, shown: list[Any], order: str) -> list[Any]:
        """Return a page that was cut from a sorted list, as it is told."""
        del order
        return shown
