"""Searching: letters are the same, however their parts are sent."""

from __future__ import annotations

import unicodedata

from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.listing import at
from conformance.paging import Page, by_id, declared, page, undeclared, usual_page
from conformance.privacy.hidden import Hidden, redacted
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotTested, Reason


@check(catalogue="FMT-020", per="operation", requests=2, listing=True)
def composition_does_not_matter(probe: Probe, operation: Operation) -> None:
    """A search finds the same, whether letters and their marks are sent together or apart.

    Asked of lists whose search is declared (`search`): takes a word with a mark from an entry and
    looks for it in composed form (NFC), which finds something, and in decomposed form (NFD), as
    some keyboards and file names have it: as many entries are found, and the same ones where all of
    them are on the page (Unicode UAX 15: canonically equivalent texts are the same). A search that
    refuses the second, for its length or its signs, is not judged.
    """
    search = declared(operation).search
    if search is None:
        raise undeclared(
            operation, Text(vi="tìm kiếm", en="search"), "search: {parameter: …, at: /…}"
        )
    word = _word(usual_page(probe, operation), search.at)
    whole = page(probe, operation, {search.parameter: word})
    if not whole.entries:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(vi=f"tìm {word!r} không thấy mục nào", en=f"nothing is found for {word!r}"),
        )
    apart = page(probe, operation, {search.parameter: unicodedata.normalize("NFD", word)})
    require(
        _found(whole, operation) == _found(apart, operation),
        expected=Text(
            vi=f"tìm {word!r} ở dạng tổ hợp cho kết quả như ở dạng dựng sẵn",
            en=f"{word!r} in pieces to find what it finds when composed",
        ),
        observed=Text(
            vi=f"{_count(whole)} mục ở dạng dựng sẵn, {_count(apart)} ở dạng tổ hợp",
            en=f"{_count(whole)} entries when composed, {_count(apart)} in pieces",
        ),
        by=apart.exchange,
    )


def _word(found: Page, pointer: str) -> str:
    """Return a word of an entry that is written otherwise in pieces.

    Raises:
        NotTested: no entry has one, or all are hidden.
    """
    held = [at(entry, pointer) for entry in found.entries]
    if any(isinstance(text, Hidden) for text in held):
        raise redacted()
    words = [word for text in held if isinstance(text, str) for word in text.split()]
    composed = [unicodedata.normalize("NFC", word) for word in words if word.isalpha()]
    for word in sorted(dict.fromkeys(composed), key=len, reverse=True):
        if unicodedata.normalize("NFD", word) != word:
            return word
    raise NotTested(
        Reason.NO_TEST_DATA,
        Text(
            vi=f"không mục nào có từ có dấu tại {pointer}",
            en=f"no entry has a word with a mark at {pointer}",
        ),
    )


def _found(found: Page, operation: Operation) -> object:
    """Return what a search came to: the entries, or how many where the page is not all of them."""
    whole = found.total in {None, len(found.entries)}
    return set(by_id(found, operation)) if whole and declared(operation).id else _count(found)


def _count(found: Page) -> int:
    return found.total if found.total is not None else len(found.entries)
