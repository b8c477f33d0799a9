"""Codes are those of the lists in force: of units, of agencies, of whatever a norm enumerates."""

from __future__ import annotations

from typing import Any

from conformance.check import law, require
from conformance.evidence import Exchange
from conformance.fields import day, moment, plain, records, values
from conformance.formats import organisations, units
from conformance.mapping import Held, Mapped
from conformance.privacy import hidden
from conformance.text import Text
from conformance.verdict import NotApplicable

# What members are called that hold the level that was abolished.
_DISTRICT = frozenset(
    {
        *("mahuyen", "tenhuyen", "quanhuyen", "maquanhuyen", "tenquanhuyen", "huyen", "maqh"),
        *("district", "districtcode", "districtid", "districtname"),
    }
)
_DEEPEST = 30


@law(catalogue="DAT-001", per="target", on="2xx")
def values_are_listed(
    answer: Exchange, mapping: Mapped, *, field: str = "", of: tuple[str, ...] = ()
) -> None:
    """A code is one of those that the norm lists.

    Looks at one field that the mapping names, in every answer: each value that is not empty, a
    number written as its digits, is among the listed ones (the list is that of the requirement's
    norm).
    """
    for place, value in values(answer, mapping, field):
        require(
            plain(value) in of,
            expected=Text(
                vi=f"một mã trong danh mục: {', '.join(of)}",
                en=f"a code of the list: {', '.join(of)}",
            ),
            observed=f"{place}: {plain(value)}",
        )


@law(catalogue="DAT-001", per="target", on="2xx")
def values_say_something(
    answer: Exchange, mapping: Mapped, *, field: str = "", fillers: tuple[str, ...] = ()
) -> None:
    """A value is none of the words that software puts where it has nothing to say.

    Looks at one field that the mapping names: no value of it is one of the listed words, however
    it is spelt as to case; an empty one says honestly that nothing is known (fields of the packets
    of QCVN 120:2019/BTTTT, and what software in use sends in them).
    """
    empty = {word.casefold() for word in fillers}
    for place, value in values(answer, mapping, field):
        require(
            plain(value).strip().casefold() not in empty,
            expected=Text(
                vi="thông tin thật của bản ghi, hoặc để trống",
                en="what is true of the record, or nothing",
            ),
            observed=f"{place}: {plain(value)}",
        )


@law(catalogue="FMT-014", per="target", on="2xx")
def provinces_are_of_today(
    answer: Exchange,
    mapping: Mapped,
    *,
    field: str = "unit.province",
    since: str = "",
    until: str = "",
) -> None:
    """A province is one of the 34 that there are since 1 July 2025 (Decision 19/2025/QĐ-TTg).

    A code says nothing about its day, so one that was another province's before passes. A record
    whose field `since` tells a day before, or whose field `until` tells an end, is history, and
    left alone.
    """
    for place, value in _present(answer, mapping, field, since, until):
        require(
            hidden.is_a(value, "vn-province-code"),
            expected=Text(
                vi="mã của một trong 34 tỉnh, thành phố", en="a code of one of the 34 provinces"
            ),
            observed=_what_became_of(place, value),
        )


@law(catalogue="FMT-014", per="target", on="2xx")
def communes_are_of_today(
    answer: Exchange,
    mapping: Mapped,
    *,
    field: str = "unit.commune",
    since: str = "",
    until: str = "",
) -> None:
    """A commune is one of the 3,321 that there are since 1 July 2025 (Decision 19/2025/QĐ-TTg).

    A record whose field `since` tells a day before, or whose field `until` tells an end, is
    history, and left alone.
    """
    for place, value in _present(answer, mapping, field, since, until):
        require(
            hidden.is_a(value, "vn-commune-code"),
            expected=Text(
                vi="mã của một trong 3.321 đơn vị hành chính cấp xã",
                en="a code of one of the 3,321 communes",
            ),
            observed=_what_became_of(place, value),
        )


@law(catalogue="FMT-014", per="target", on="2xx")
def communes_lie_in_their_province(
    answer: Exchange,
    mapping: Mapped,
    *,
    commune: str = "unit.commune",
    province: str = "unit.province",
) -> None:
    """A commune stands beside the province that it is in (Decision 19/2025/QĐ-TTg).

    Looks at objects that tell both; codes that are in no list are judged elsewhere.
    """
    pairs = [
        (held.place, plain(held.one(commune)), plain(held.one(province)))
        for held in records(answer, mapping, commune, province)
        if held.one(commune) is not None and held.one(province) is not None
    ]
    known = [
        (place, code, beside, found.within)
        for place, code, beside in pairs
        if (found := units.commune(code)) is not None
    ]
    if not known:
        raise NotApplicable(
            Text(vi="không có cặp mã xã và mã tỉnh", en="no commune stands with a province")
        )
    for place, code, beside, within in known:
        require(
            beside == within,
            expected=Text(vi="mã tỉnh mà xã thuộc về", en="the province that the commune is in"),
            observed=Text(
                vi=f"{place}: xã {code} thuộc tỉnh {within}, không phải {beside}",
                en=f"{place}: commune {code} is in province {within}, not {beside}",
            ),
        )


@law(catalogue="FMT-014", per="target", on="2xx")
def districts_are_gone(answer: Exchange, mapping: Mapped, *, within: str = "") -> None:
    """No answer tells a district: there are two levels of units since 1 July 2025.

    Looks at members whose name says that they hold a district, such as `maHuyen`; an empty one
    holds none (Decision 19/2025/QĐ-TTg numbers provinces and communes only). With `within`, only
    inside that field: a place of the past may have the district of its day.
    """
    body = answer.json()
    if body is None:
        raise NotApplicable(Text(vi="không phải JSON", en="not JSON"))
    parts = values(answer, mapping, within) if within else [("", body)]
    waiting = [(place, part, 0) for place, part in parts]
    while waiting:
        place, node, depth = waiting.pop()
        children = node.items() if isinstance(node, dict) else ()
        for name, value in children:
            named = "".join(c for c in str(name).lower() if c.isalnum()) in _DISTRICT
            require(
                not named or value in (None, "", [], {}),
                expected=Text(
                    vi="không còn cấp huyện trong dữ liệu", en="no district in the data any more"
                ),
                observed=f"{place}/{name}",
            )
        inner = list(children) or (list(enumerate(node)) if isinstance(node, list) else [])
        if depth < _DEEPEST:
            waiting += [(f"{place}/{name}", value, depth + 1) for name, value in inner]


@law(catalogue="FMT-012", per="target", on="2xx")
def agencies_are_open(answer: Exchange, mapping: Mapped, *, field: str = "agency.code") -> None:
    """An agency is named by a code that may stand in new data.

    It has the form of Decision 20/2020/QĐ-TTg, and its first level is not that of a ministry
    whose code was closed (Decision 09/2025/QĐ-TTg). Which codes of provinces were closed is not
    published as a list, so those are not judged.
    """
    for place, value in values(answer, mapping, field):
        code = plain(value)
        closed = organisations.closed_since(code) if organisations.is_agency_code(code) else None
        require(
            organisations.is_open_agency_code(code),
            expected=Text(
                vi="mã định danh cơ quan đang dùng (Quyết định 20/2020/QĐ-TTg)",
                en="an agency code in use (Decision 20/2020/QĐ-TTg)",
            ),
            observed=Text(
                vi=f"{place}: {code}, đóng từ {closed}",
                en=f"{place}: {code}, closed since {closed}",
            )
            if closed
            else f"{place}: {code}",
        )


def _present(
    answer: Exchange, mapping: Mapped, field: str, since: str, until: str
) -> list[tuple[str, Any]]:
    """Return the values of a field, without those of records that are history."""
    if not (since or until):
        return values(answer, mapping, field)
    dates = [name for name in (since, until) if name]
    found = [
        (held.place, held.one(field))
        for held in records(answer, mapping, field, *dates)
        if held.one(field) is not None and not _is_history(held, since, until)
    ]
    if not found:
        raise NotApplicable(Text(vi="chỉ có bản ghi lịch sử", en="all records are history"))
    return found


def _is_history(held: Held, since: str, until: str) -> bool:
    begun = moment(held.one(since)) if since else None
    ended = until and held.one(until) is not None
    return bool(ended) or (begun is not None and day(begun) < units.REORGANISED)


def _what_became_of(place: str, value: Any) -> Text:
    """Say what a code is that is no unit's today; nothing of it where it is hidden."""
    if hidden.shown(value) is not value:
        return Text(
            vi=f"{place}: {hidden.shown(value).vi}", en=f"{place}: {hidden.shown(value).en}"
        )
    code = str(value)
    now = ", ".join(units.became(code))
    if now:
        return Text(
            vi=f"{place}: {code} chỉ dùng đến 30/6/2025, nay là {now}",
            en=f"{place}: {code} was in use until 30 June 2025; it is {now} today",
        )
    return Text(vi=f"{place}: {code}", en=f"{place}: {code}")
