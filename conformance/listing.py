"""What a list is: which operation answers one, and how its pages, filters and orders are asked for.

Names only suggest (`page` may be a page of a book), so nothing is guessed. The contract says it
beside the operation (`x-vnda-list`), or the owner of the target in the target file (`lists`).

    x-vnda-list:
      items: /items
      id: /maHoSo
      total: /total
      of: owner
      page: page
      size: size
      filters: {trangThai: /trangThai}
      sort: {parameter: sort, keys: {ngay: /ngayTiepNhan}, descending: "-{key}"}
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from conformance import documents
from conformance.errors import DocumentError
from conformance.text import Text

LINK = "Link"
EXTENSION = "x-vnda-list"


@dataclass(frozen=True)
class Filter:
    """A query parameter that selects the entries whose member at a pointer has a value."""

    parameter: str
    at: str
    match: str = "exact"


@dataclass(frozen=True)
class Key:
    """What a list can be sorted by; texts have an order only where a collation is declared."""

    name: str
    at: str
    collation: str | None = None


@dataclass(frozen=True)
class Sort:
    """How an order is asked for: in one parameter, or with a second one for the direction."""

    parameter: str
    keys: tuple[Key, ...]
    direction: str | None = None
    ascending: str = "{key}"
    descending: str = "-{key}"

    def asking(self, key: Key, *, descending: bool) -> dict[str, str]:
        """Return the query parameters that ask for an order."""
        wanted = self.descending if descending else self.ascending
        if self.direction is None:
            return {self.parameter: wanted.replace("{key}", key.name)}
        return {self.parameter: key.name, self.direction: wanted}


@dataclass(frozen=True)
class Cursor:
    """A query parameter that takes a cursor, and where an answer holds the next one."""

    parameter: str
    next: str


@dataclass(frozen=True)
class Search:
    """A query parameter that takes words, and a member of the entries that has such words.

    How entries are found by them is nobody's promise: by parts of words, without accents, or in
    several members.
    """

    parameter: str
    at: str


@dataclass(frozen=True)
class Listing:
    """How one operation answers a list.

    Attributes:
        items: pointer of the entries in an answer; empty where the answer is the array.
        id: pointer of an entry's identifier in the entry.
        total: pointer of the number of all entries in an answer.
        of: whose entries it holds: `owner` where everybody sees only their own, `all` where
            everybody who may ask sees the same; None where nobody said.
        page: parameter with the number of a page, `start` being the first.
        offset: parameter with the number of entries to leave out.
        cursor: parameter with the cursor of a page.
        next: pointer of the link to the next page, or `LINK` for the header field.
        size: parameter with the size of a page.
        filters: the parameters that select entries.
        search: how words are looked for.
        sort: how an order is asked for.
    """

    items: str
    id: str | None = None
    total: str | None = None
    of: str | None = None
    page: str | None = None
    start: int = 1
    offset: str | None = None
    cursor: Cursor | None = None
    next: str | None = None
    size: str | None = None
    filters: tuple[Filter, ...] = ()
    search: Search | None = None
    sort: Sort | None = None

    @property
    def paged(self) -> bool:
        """Whether there is a way from one page to the next."""
        return any((self.page, self.offset, self.cursor, self.next))

    def parameters(self) -> list[str]:
        """Return the query parameters that the declaration names."""
        named = [self.page, self.offset, self.size, *(f.parameter for f in self.filters)]
        named += [self.cursor.parameter] if self.cursor else []
        named += [self.search.parameter] if self.search else []
        named += [self.sort.parameter, self.sort.direction] if self.sort else []
        return [name for name in named if name]


def of(
    document: Any, parameters: Iterable[str], *, place: str, error: type[DocumentError]
) -> Listing:
    """Return the list that a document declares.

    Args:
        document: the value of `x-vnda-list`, or of one entry of `lists`.
        parameters: the query parameters of the operation.
        place: where it stands, for messages.
        error: what to raise: the contract's error or the target's.

    Raises:
        DocumentError: it has another shape, two ways of paging, or names a parameter that the
            operation does not have: a slip would make a good target look wrong.
    """
    data = documents.conform(document, "listing", place=place, error=error)
    ways = [key for key in ("page", "offset", "cursor", "next") if key in data]
    if len(ways) > 1:
        raise error(
            Text(
                vi=f"nhiều cách chuyển trang cùng lúc: {', '.join(ways)}",
                en=f"several ways of paging at once: {', '.join(ways)}",
            ),
            mend=Text(vi="chỉ giữ lại một cách", en="keep one of them"),
            place=place,
        )
    found = Listing(
        items=data["items"],
        id=data.get("id"),
        total=data.get("total"),
        of=data.get("of"),
        page=data.get("page"),
        start=data.get("start", 1),
        offset=data.get("offset"),
        cursor=Cursor(**data["cursor"]) if "cursor" in data else None,
        next=data.get("next"),
        size=data.get("size"),
        filters=tuple(
            Filter(name, **_spelt_out(entry)) for name, entry in data.get("filters", {}).items()
        ),
        search=Search(**data["search"]) if "search" in data else None,
        sort=_sort(data["sort"]) if "sort" in data else None,
    )
    _know(found.parameters(), list(parameters), place=place, error=error)
    return found


def at(node: Any, pointer: str) -> Any:
    """Return what stands at a JSON pointer (RFC 6901); None where nothing does."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(node, Mapping):
            node = node.get(key)
        elif isinstance(node, list) and key.isdecimal() and int(key) < len(node):
            node = node[int(key)]
        else:
            return None
    return node


def _sort(data: Mapping[str, Any]) -> Sort:
    ascending, descending = ("asc", "desc") if "direction" in data else ("{key}", "-{key}")
    return Sort(
        parameter=data["parameter"],
        keys=tuple(Key(name, **_spelt_out(entry)) for name, entry in data["keys"].items()),
        direction=data.get("direction"),
        ascending=data.get("ascending", ascending),
        descending=data.get("descending", descending),
    )


def _spelt_out(entry: str | Mapping[str, Any]) -> Mapping[str, Any]:
    return {"at": entry} if isinstance(entry, str) else entry


def _know(named: list[str], known: list[str], *, place: str, error: type[DocumentError]) -> None:
    for name in named:
        if name not in known:
            near = ", ".join(difflib.get_close_matches(name, known, 3) or known) or "—"
            raise error(
                Text(
                    vi=f"thao tác không có tham số truy vấn {name!r}",
                    en=f"the operation has no query parameter {name!r}",
                ),
                mend=Text(vi=f"có chăng là: {near}", en=f"perhaps: {near}"),
                place=place,
            )
