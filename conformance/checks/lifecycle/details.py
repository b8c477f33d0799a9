"""Lists and details: what a list says of an entry is what its details say."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from conformance import envelopes, packets
from conformance.check import check, require
from conformance.checks.lifecycle.sameness import is_nothing, kept, letters
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.formats.dates import is_date, is_date_time, moment
from conformance.listing import at
from conformance.paging import Page, declared, page, usual_page
from conformance.privacy.hidden import Hidden
from conformance.probe import Probe
from conformance.probe.scene import Scene
from conformance.text import Text
from conformance.verdict import NotTested, Reason, Unread

_ENTRIES = 3
_MASKS = re.compile(r"[*•]|[xX]{3}")
_ELLIPSIS = re.compile(r"\s*(?:…|\.\.\.)$")
# An hour east of no other zone would a day be told in than the country's own, or UTC.
_ZONES = (0, 7 * 3600)
_DAY = 86400
_DEEPEST = 4


def _detail(scene: Scene, operation: Operation) -> tuple[Operation, str] | None:
    """Return what reads an entry of a list, and the parameter that tells which."""
    base = operation.path.rstrip("/")
    for reader in scene.operations:
        found = re.fullmatch(re.escape(base) + r"/\{([^{}/]+)\}", reader.path)
        if found and reader.method == "GET" and _may_be_json(reader):
            return reader, found[1]
    return None


def _may_be_json(reader: Operation) -> bool:
    """Whether an operation's successes can be compared member by member."""
    told = [name for code, types in reader.responses.items() if code[:1] == "2" for name in types]
    return not reader.discriminator and not (told and all(map(packets.is_xml, told)))


def _has_details(scene: Scene, operation: Operation) -> bool:
    return _detail(scene, operation) is not None


@check(
    catalogue="FUZ-023",
    per="operation",
    # Where something differs: the list once more, and details twice.
    requests=2 + _ENTRIES + 2,
    methods=["GET"],
    listing=True,
    applies=_has_details,
)
def lists_agree_with_details(probe: Probe, operation: Operation) -> None:
    """What a list says of an entry is what the entry's own details say.

    Takes up to three entries of a declared list, by a member called like the variable of the path
    or by the identifier that the declaration names, and reads each by the GET one level below the
    list: members of the same name hold the same value, in nested objects too. What differs is
    believed when it still does between the list, read once more, and the details, read twice. No
    difference is what a list may shorten or hide: a text cut or ending in an ellipsis, a rounded
    number, a shorter array, masked characters, null or nothing; an object in the place of its
    identifier; a day in the place of an instant of that day, in the country's time or in UTC; the
    same value in another spelling. Links and members whose values change from reading to reading
    say nothing (OpenAPI 3.1, Media Type Object: both describe one thing).
    """
    found = _detail(probe.scene, operation)
    assert found is not None  # noqa: S101  # else it is not asked
    reader, name = found
    compared, unread, doubtful = 0, None, None
    for entry in usual_page(probe, operation).entries[:_ENTRIES]:
        key = _key(operation, name, entry)
        if key is None:
            continue
        detail = _Entry(reader, name, key).read(probe)
        if not detail.succeeded:
            continue
        looked = _Looked()
        if any(True for _ in looked.at(entry, _content(detail, entry))):
            doubtful = doubtful or _Entry(reader, name, key)
        compared += looked.compared
        unread = unread or looked.unread
    if doubtful is not None:
        _believe(probe, operation, doubtful)
    if not compared and declared(operation).id is None:
        raise _no_id(operation)
    if not compared:
        raise unread or NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"không có mục nào của danh sách đọc được bằng {reader.unit} để so sánh",
                en=f"no entry of the list could be read by {reader.unit} to be compared",
            ),
        )


def _believe(probe: Probe, operation: Operation, one: _Entry) -> None:
    """Fail where the list, read once more, and the details, read twice, still differ."""
    fresh: Page = page(probe, operation, {})
    here = [e for e in fresh.entries if _key(operation, one.name, e) == one.key]
    # It may stand on another page by now; what the page begins with instead is as good.
    for entry in (*here, *fresh.entries)[:1]:
        key = _key(operation, one.name, entry)
        if key is None:
            continue
        again = [replace(one, key=key).read(probe) for _ in range(2)]
        if all(detail.succeeded for detail in again):
            first, second = (list(_Looked().at(entry, _content(d, entry))) for d in again)
            _agree([difference for difference in first if difference in second], again[-1])


def _agree(differences: list[tuple[str, Any, Any]], detail: Exchange) -> None:
    if differences:
        place, listed, told = differences[0]
        require(
            False,
            expected=Text(
                vi=f"{place} của chi tiết như trong danh sách",
                en=f"{place} of the details as in the list",
            ),
            observed=Text(
                vi=f"danh sách: {listed}; chi tiết: {told}",
                en=f"the list: {listed}; the details: {told}",
            ),
            by=detail,
        )


@dataclass(frozen=True)
class _Entry:
    """An entry of a list: what reads its details, and the parameter that tells it from others."""

    reader: Operation
    name: str
    key: Any

    def read(self, probe: Probe) -> Exchange:
        """Read the details as who may; a hidden key is known to the door by its token."""
        who = probe.allowed(self.reader)
        values = {self.name: str(self.key)}
        return probe.send(probe.form(self.reader, identity=who, values=values))


def _key(operation: Operation, name: str, entry: Any) -> str | int | None:
    """Return what tells an entry in the path of its details, if it is a text or a number.

    A member called like the variable of the path, else the identifier that the declaration names:
    that may be a number in this list alone.
    """
    if not isinstance(entry, Mapping):
        return None
    found = entry.get(name, at(entry, declared(operation).id or "/"))
    return found if isinstance(found, str | int) else None


def _content(detail: Exchange, entry: Mapping[str, Any]) -> Mapping[str, Any]:
    return envelopes.content(detail.json(), entry)


@dataclass
class _Looked:
    """Compares the members of an entry with those of its details."""

    compared: int = 0
    unread: NotTested | None = None

    def at(
        self, entry: Mapping[str, Any], detail: Mapping[str, Any], pointer: str = "", depth: int = 0
    ) -> Iterator[tuple[str, Any, Any]]:
        """Yield where they differ: pointer, the list's value, the details' value."""
        for name, listed in entry.items():
            told = detail.get(name)
            if is_nothing(listed) or is_nothing(told) or _is_a_link(str(name)):
                continue
            place = f"{pointer}/{name}"
            if isinstance(listed, Mapping) and isinstance(told, Mapping):
                if depth < _DEEPEST:
                    yield from self.at(listed, told, place, depth + 1)
                continue
            if isinstance(listed, Mapping | list) or isinstance(told, Mapping | list):
                continue
            if not self._agrees(listed, told):
                yield place, listed, told

    def _agrees(self, listed: Any, told: Any) -> bool:
        try:
            same = kept(listed, told)
        except Unread as outcome:
            self.unread = outcome
            return True
        self.compared += 1
        return same or _may_be_short(listed, told)


def _is_a_link(name: str) -> bool:
    return name.startswith(("_", "@", "$")) or name.lower() in {
        "links",
        "link",
        "href",
        "url",
        "self",
    }


def _may_be_short(listed: Any, told: Any) -> bool:
    """Whether a list may write a value so that the details write as the other."""
    if isinstance(listed, Hidden) or isinstance(told, Hidden):
        return True
    if isinstance(listed, bool) or isinstance(told, bool):
        return False
    if isinstance(listed, int | float) and isinstance(told, int | float):
        return _is_rounded(listed, told) or _is_rounded(told, listed)
    if not (isinstance(listed, str) and isinstance(told, str)):
        # A number in one and a word in the other: an identifier and what it stands for.
        return True
    if _MASKS.search(listed) or _MASKS.search(told) or "<" in listed + told:
        return True
    one, other = (_ELLIPSIS.sub("", letters(text)).casefold() for text in (listed, told))
    return other.startswith(one) or one.startswith(other) or _same_day(listed, told)


def _is_rounded(short: float, long: float) -> bool:
    digits = len(str(short).partition(".")[2]) if isinstance(short, float) else 0
    # Of a whole number that stands for another whole one nothing was rounded.
    return not float(long).is_integer() and math.isclose(round(long, digits), short)


def _same_day(one: str, other: str) -> bool:
    day, instant = (one, other) if is_date(one) else (other, one)
    if not (is_date(day) and is_date_time(instant)):
        return False
    begins, then = moment(day), moment(instant)
    if begins is None or then is None:
        return False
    return any(0 <= then + zone - begins < _DAY for zone in _ZONES)


def _no_id(operation: Operation) -> NotTested:
    line = f"`lists: {{{operation.id}: {{…, id: /…}}}}`"
    return NotTested(
        Reason.NO_MAPPING,
        Text(
            vi=f"chưa ai nói mã của một mục nằm ở đâu: thêm vào tệp đích {line}",
            en=f"nobody said where the id of an entry stands: add to the target file {line}",
        ),
    )
