"""Walking through a declared list, page by page.

A walk is judged only by what it saw: which identifiers in which order, and which totals. Whoever
judges walks twice before believing that something is wrong, because a list may change meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conformance import advice
from conformance.contract.operations import Operation
from conformance.evidence import Exchange, canonical
from conformance.listing import LINK, Listing, at
from conformance.privacy.hidden import Hidden
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

MOST_PAGES = 12
_UNBOUNDED = 1_000_000
# What servers answer behind the last page, besides an empty one.
_BEYOND = frozenset({400, 404, 410, 416, 422})
_LINK = re.compile(r"<([^>]*)>([^<]*)")
_NEXT = re.compile(
    r";\s*rel\s*=\s*\"?(?:[^\";]*\s)?next(?:\s[^\";]*)?\"?\s*(?:[;,]|$)", re.IGNORECASE
)


@dataclass(frozen=True)
class Page:
    """One answer of a list: its entries, and how many it says there are in all."""

    exchange: Exchange
    entries: tuple[Any, ...]
    total: int | None


@dataclass(frozen=True)
class Walk:
    """What a walk saw.

    Attributes:
        answers: the pages that it took, each once.
        ids: the identifier of every entry, in the order met, as canonical JSON.
        totals: the total that each page told.
        ended: whether the end was met within the bound.
        circular: whether a next page was one that had been read before.
    """

    answers: tuple[Exchange, ...]
    ids: tuple[bytes, ...]
    totals: tuple[int | None, ...]
    ended: bool
    circular: bool

    @property
    def repeats(self) -> bool:
        """Whether an entry was met twice."""
        return len(set(self.ids)) < len(self.ids)


def undeclared(operation: Operation, what: Text, keys: str) -> NotApplicable:
    """Return what is said where the declaration of a list is silent about something.

    The list may have it all the same: names are not guessed, so only who declares it can tell.

    Args:
        operation: the list.
        what: what nobody declared.
        keys: what would say it, as it stands beside the keys that are there.
    """
    line = advice.line("lists", operation.id, f"{{…, {keys}}}")
    return NotApplicable(
        Text(
            vi=f"tệp đích (hoặc `x-vnda-list` trong đặc tả) không khai báo {what.vi} của danh sách"
            f" này; nếu có thì thêm {line}",
            en=f"neither the target file nor `x-vnda-list` in the contract declares {what.en} of"
            f" this list; where there are any, add {line}",
        )
    )


def declared(operation: Operation) -> Listing:
    """Return the declared list of an operation that a check of lists is asked of."""
    assert operation.listing is not None  # noqa: S101  # the plan asks declared lists only
    return operation.listing


def page(
    probe: Probe, operation: Operation, query: Mapping[str, str], identity: str | None = ""
) -> Page:
    """Ask for a page that has to succeed, as it is meant to be asked for.

    Args:
        probe: who asks.
        operation: the list.
        query: query parameters to set.
        identity: who calls; by default whoever the baseline found to be allowed.

    Raises:
        NotTested: it did not succeed, or does not hold what is declared.
    """
    answer = probe.call(operation, query=query, identity=identity)
    if not answer.succeeded:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"không lấy được danh sách: {operation.unit} → {answer.status}",
                en=f"the list could not be had: {operation.unit} → {answer.status}",
            ),
        )
    return read(answer, declared(operation))


def usual_page(probe: Probe, operation: Operation) -> Page:
    """Return the page that the baseline holds: to learn from, not to compare with.

    Raises:
        NotTested: it did not succeed, or does not hold what is declared.
    """
    answer = probe.baseline(operation)
    return read(answer, declared(operation)) if answer.succeeded else page(probe, operation, {})


def read(answer: Exchange, listing: Listing) -> Page:
    """Return what an answer holds of its list.

    Raises:
        NotTested: there is no array where the declaration says.
    """
    body = answer.json()
    entries = at(body, listing.items)
    if not isinstance(entries, list):
        raise _misdeclared("items", listing.items)
    return Page(answer, tuple(entries), _number(at(body, listing.total)) if listing.total else None)


def by_id(found: Page, operation: Operation) -> dict[bytes, Any]:
    """Return the entries of a page by their declared identifier.

    Raises:
        NotTested: there is no identifier where the declaration says.
    """
    listing = declared(operation)
    return {_id(entry, listing): entry for entry in found.entries}


def walk(probe: Probe, operation: Operation, size: int | None, most: int = MOST_PAGES) -> Walk:
    """Read a list from its first page to its end, or to a bound.

    An empty page ends it, or a refusal behind the last one; where pages are linked, only a page
    without a link does. Servers that answer any number too large with their last page are known.
    """
    listing = declared(operation)
    answers: list[Exchange] = []
    ids: list[bytes] = []
    totals: list[int | None] = []
    last: list[bytes] = []
    visited: set[str] = set()

    def seen(*, ended: bool, circular: bool = False) -> Walk:
        return Walk(tuple(answers), tuple(ids), tuple(totals), ended, circular)

    for answer in _pages(probe, operation, size, most):
        if answer is None or (totals and answer.status in _BEYOND):
            return seen(ended=True)
        if answer.request.url in visited:
            return seen(ended=True, circular=True)
        visited.add(answer.request.url)
        found = _succeeded(answer, operation)
        met = [_id(entry, listing) for entry in found.entries]
        linked = bool(listing.next or listing.cursor)
        if not linked and (not met or _again(met, last, ids, found.total)):
            return seen(ended=True)
        answers.append(answer)
        ids += met
        totals.append(found.total)
        last = met
    return seen(ended=False)


def _schema(operation: Operation) -> Mapping[str, Any]:
    named = (p for p in operation.parameters if p.name == declared(operation).size)
    return next((p.schema for p in named), {})


def largest_size(operation: Operation) -> int | None:
    """Return the largest page that the contract allows to ask for, where it says so."""
    most = _schema(operation).get("maximum")
    return most if isinstance(most, int) and not isinstance(most, bool) else None


def allowed_sizes(operation: Operation, sizes: list[int]) -> list[int]:
    """Return sizes brought inside what the contract allows; never none."""
    schema = _schema(operation)
    choices = [c for c in schema.get("enum", ()) if isinstance(c, int)]
    if choices:
        return sorted({min(choices, key=lambda c: abs(c - size)) for size in sizes})
    least = schema.get("minimum")
    lower = least if isinstance(least, int) else 1
    upper = largest_size(operation) or _UNBOUNDED
    return sorted({min(max(size, lower), upper) for size in sizes})


def _pages(
    probe: Probe, operation: Operation, size: int | None, most: int
) -> Iterator[Exchange | None]:
    """Yield the answers to one page after the other; None where no next one is named."""
    listing = declared(operation)
    sized = {listing.size: str(size)} if listing.size and size else {}
    met = 0
    answer: Exchange | None = None
    for number in range(most):
        if answer is None or not (listing.next or listing.cursor):
            query = {**sized, **_place(listing, number, met)}
            answer = probe.call(operation, query=query)
        elif listing.cursor:
            cursor = at(answer.json(), listing.cursor.next)
            if cursor is None or cursor == "":
                yield None
                return
            query = {**sized, listing.cursor.parameter: str(cursor)}
            answer = probe.call(operation, query=query)
        else:
            link = _next(answer, listing)
            if not link:
                yield None
                return
            answer = probe.read_again(operation, link, answer)
        met += len(at(answer.json(), listing.items) or ())
        yield answer


def _place(listing: Listing, number: int, met: int) -> dict[str, str]:
    if listing.page:
        return {listing.page: str(listing.start + number)}
    return {listing.offset: str(met)} if listing.offset else {}


def _next(answer: Exchange, listing: Listing) -> str:
    if listing.next == LINK:
        # RFC 8288, sections 3 and 3.3: several links in a field, several relations in a link.
        fields = ",".join(answer.header_all(LINK))
        return next((url for url, rest in _LINK.findall(fields) if _NEXT.search(rest)), "")
    link = at(answer.json(), listing.next or "")
    return link if isinstance(link, str) else ""


def _succeeded(answer: Exchange, operation: Operation) -> Page:
    if not answer.succeeded:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"một trang không đọc được: {operation.unit} → {answer.status}",
                en=f"a page could not be read: {operation.unit} → {answer.status}",
            ),
        )
    return read(answer, declared(operation))


def _again(met: list[bytes], last: list[bytes], ids: list[bytes], total: int | None) -> bool:
    """Whether a page behind the end is the last one once more, as some servers answer."""
    if total is None:
        return met == last
    return len(set(ids)) >= total and set(met) <= set(ids)


def _id(entry: Any, listing: Listing) -> bytes:
    value = at(entry, listing.id or "")
    if value is None or listing.id is None:
        raise _misdeclared("id", listing.id or "…")
    # A hidden number is no number: what tells it from others is its token.
    return value.token.encode() if isinstance(value, Hidden) else canonical(value)


def _number(value: Any) -> int | None:
    # JSON has one kind of number: 3.0 is three. A negative one stands for "not counted".
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if value >= 0 and value == value // 1 else None


def _misdeclared(key: str, pointer: str) -> NotTested:
    return NotTested(
        Reason.NO_MAPPING,
        Text(
            vi=f"không thấy `{key}: {pointer}` như khai báo của danh sách",
            en=f"there is no `{key}: {pointer}` as the list is declared",
        ),
    )
