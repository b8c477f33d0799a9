"""What the contract promises beyond a single call: pages, limits, and how long it lasts."""

from __future__ import annotations

import re

from conformance.check import check, require_none
from conformance.contract import Contract, parts, values
from conformance.contract.operations import Operation, unreadable
from conformance.contract.parts import Part
from conformance.formats.names import words
from conformance.text import Text
from conformance.verdict import NotApplicable, Offender

# Words of parameters and members that tell of pages, in the notations that are about.
_PAGING = frozenset(
    {
        "page", "limit", "offset", "cursor", "size", "skip", "top", "count", "start", "after",
        "before", "since", "until", "marker", "max", "maximum", "take", "first", "last", "from",
        "per", "rows", "trang", "continue", "continuation", "next", "token", "range", "length",
        "number", "results", "startindex", "maxresults", "pagesize", "pagenumber", "nextlink",
    }
)  # fmt: skip
_PAGING_VI = ("gioi han", "so luong", "so muc", "kich thuoc", "vi tri", "con tro", "so ban ghi")
_NEXT = frozenset({"next", "nextlink", "link", "links", "paging", "pagination", "cursor"})
_ENTRIES = frozenset(
    {
        "items", "data", "results", "value", "values", "records", "content", "entries", "rows",
        "list", "member", "features", "danhsach", "dulieu",
    }
)  # fmt: skip
_BESIDE = frozenset(
    {"total", "totalcount", "totalitems", "count", "meta", "metadata", "type", "timestamp",
     "tongso", "tong", "soluong", "status", "message", "success", "code"}
)  # fmt: skip
_LIMITS = re.compile(r"retry-after|(x-)?rate-?limit(-.*)?", re.IGNORECASE)
_SUNSET = re.compile(r"\b20[2-9]\d\b")


@check(catalogue="DOC-022", per="operation", requests=0, contract=True)
def lists_come_in_pages(contract: Contract, operation: Operation) -> None:
    """An operation that answers a list says how it is read page by page, or that it is short.

    It has a parameter of pages (`page`, `limit`, `cursor`, …), or its answer a link to the next
    page; a list that cannot grow has `maxItems` (OWASP API4:2023). Looks at reads without a
    parameter at the end of their path that answer an array, or an object that holds one array of
    entries and nothing else of its own. `x-small-collection: true` says that it is short, too.
    """
    if operation.method != "GET" or operation.path.rstrip("/").endswith("}"):
        raise NotApplicable(_NO_LIST)
    listed = [
        array
        for status, response in parts.responses(contract, operation)
        if status[:1] == "2"
        for name, media in parts.media_types(response)
        if parts.is_json(name)
        for array in _entries(contract, media.child("schema"))
    ]
    if not listed:
        raise NotApplicable(_NO_LIST)
    told = Text(
        vi="danh sách không phân trang và không có maxItems",
        en="a list without pages and without maxItems",
    )
    own = parts.of_operation(contract, operation)
    paged = (
        all("maxItems" in value.said for value in listed)
        or own.object.get("x-small-collection") is True
        or _is_paged(contract, operation)
    )
    if not paged and not parts.all_read(contract, operation, "parameters", "responses"):
        raise unreadable()
    require_none(
        [] if paged else [Offender(own.pointer, told)],
        expected=Text(
            vi="tham số phân trang, liên kết trang sau, hoặc maxItems",
            en="a parameter of pages, a link to the next one, or maxItems",
        ),
    )


_NO_LIST = Text(vi="không trả lời danh sách", en="no list is answered")


def _entries(contract: Contract, schema: Part) -> list[values.Value]:
    """Return the array that a schema is, or that is all there is in it."""
    whole = values.of(contract, schema)
    if "array" in whole.types:
        return [whole]
    members = {_bare(name): values.of(contract, part) for name, part in whole.members()}
    arrays = {name: value for name, value in members.items() if "array" in value.types}
    alone = arrays.keys() <= _ENTRIES and members.keys() - arrays.keys() <= _BESIDE
    return list(arrays.values()) if alone and len(arrays) == 1 else []


def _bare(name: str) -> str:
    return words(name).replace(" ", "")


def _is_paged(contract: Contract, operation: Operation) -> bool:
    for part in parts.parameters(contract, operation):
        said = words(part.object["name"])
        if part.object.get("in") in {"query", "header"} and (
            not _PAGING.isdisjoint(said.split()) or said.startswith(_PAGING_VI)
        ):
            return True
    for status, response in parts.responses(contract, operation):
        if status[:1] == "2":
            if any(
                name.lower() in {"link", "content-range"}
                for name in response.child("headers").object
            ):
                return True
            for _, media in parts.media_types(response):
                whole = values.of(contract, media.child("schema"))
                if any(not _NEXT.isdisjoint(words(name).split()) for name, _ in whole.members()):
                    return True
    return False


@check(catalogue="DOC-023", per="operation", requests=0, contract=True)
def limits_of_calls_are_told(contract: Contract, operation: Operation) -> None:
    """Of each operation the contract says what comes for too many calls.

    A response 429, or the range `4XX` or `default` that stands for it, has Retry-After or fields
    of limits; or successes have such fields (RFC 6585, section 4; RFC 9110, section 10.2.3).
    """
    answers = parts.responses(contract, operation)
    told = any(
        _LIMITS.fullmatch(name)
        for status, response in answers
        if status in {"429", "4XX", "default"} or status[:1] == "2"
        for name in response.child("headers").object
    )
    if not told and not parts.all_read(contract, operation, "responses"):
        raise unreadable()
    own = parts.of_operation(contract, operation).child("responses")
    silent = Text(
        vi="không có 429 kèm Retry-After hay RateLimit",
        en="no 429 with Retry-After or RateLimit",
    )
    require_none(
        [] if told else [Offender(own.pointer, silent)],
        expected=Text(vi="trả lời 429 có Retry-After", en="a response 429 with Retry-After"),
    )


@check(catalogue="DOC-027", per="operation", requests=0, contract=True)
def deprecated_operations_have_an_end(contract: Contract, operation: Operation) -> None:
    """An operation marked `deprecated` says until when it is served.

    By a year or a date in its texts, in an extension such as `x-sunset`, or by the field Sunset
    of its answers (RFC 8594, section 3; OpenAPI 3.1, Operation Object).
    """
    own = parts.of_operation(contract, operation)
    if own.object.get("deprecated") is not True:
        raise NotApplicable(Text(vi="thao tác chưa bị bãi bỏ", en="it is not deprecated"))
    texts = [
        text
        for name, text in own.object.items()
        if name in {"summary", "description"} or name.startswith("x-")
    ]
    announced = any(
        name.lower() == "sunset"
        for _, response in parts.responses(contract, operation)
        for name in response.child("headers").object
    )
    endless = Text(vi="không nói đến bao giờ", en="no word until when")
    require_none(
        []
        if announced or any(_SUNSET.search(str(text)) for text in texts)
        else [Offender(own.pointer, endless)],
        expected=Text(vi="ngày ngừng phục vụ", en="the day on which it ends"),
    )
