"""Messages to the National General Database: what a record in an answer has to say, and how.

The annex of QCVN 09:2025/BCA could not be read: names of members and their rules follow software
in use, where several systems agree. Where PhienBan stands, inside TrangThaiDuLieu or beside it,
differs from one to the next, so both places are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from conformance import packets
from conformance.check import law, require
from conformance.evidence import Exchange
from conformance.fields import is_empty, numbers, plain
from conformance.formats.dates import is_date
from conformance.privacy import hidden
from conformance.privacy.hidden import Hidden
from conformance.text import Text
from conformance.verdict import NotApplicable

SOURCE, DATA, STATE = "NguonDuLieu", "DuLieuTiepNhan", "TrangThaiDuLieu"
ID, KIND, EVENT = "IdBanGhi", "MaLoaiDuLieu", "SuKien"
VERSION, UPDATED = "PhienBan", "ThoiGianCapNhat"
LONGEST_ID = 150
_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d", re.ASCII)
_PASCAL = re.compile(r"[A-ZĐ][0-9A-Za-zĐđ]*")
_DAYS = {
    "YYYY-MM-DD": ("NgayThangNamSinh", "NgaySinh", "NgayCap", "NgayHieuLuc"),
    "YYYY-MM": ("ThangNamSinh",),
    "YYYY": ("NamSinh",),
}
_PARTS = {
    "YYYY-MM": re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII),
    "YYYY": re.compile(r"\d{4}", re.ASCII),
}

Object = Mapping[str, Any]


def records(told: Any) -> list[Object]:
    """Return the messages in a body, wherever they stand and however their names are cased."""
    return [part for part in packets.objects(told) if member(part, DATA) is not None]


def member(part: Any, name: str) -> Any:
    """Return a member of an object, whatever the case of its name; None where there is none."""
    found = part if isinstance(part, Mapping) else {}
    return next((value for key, value in found.items() if key.lower() == name.lower()), None)


def version(record: Object) -> Any:
    """Return the version of a message: it stands in its state, or beside it."""
    inside = member(member(record, STATE), VERSION)
    return member(record, VERSION) if inside is None else inside


@law(catalogue="DAT-011", per="operation", on="2xx", contract=True)
def envelopes_are_complete(answer: Exchange) -> None:
    """A message says where it comes from, what it holds and in which state that is.

    Looks at every object of an answer that has DuLieuTiepNhan: its MaLoaiDuLieu, IdBanGhi, SuKien,
    PhienBan and ThoiGianCapNhat are there and not empty, whatever the case of their names
    (QCVN 09:2025/BCA, as software in use has it; where PhienBan stands is left open).
    """
    for record in _records(answer):
        told = {
            f"{SOURCE}.{KIND}": member(member(record, SOURCE), KIND),
            f"{DATA}.{ID}": member(member(record, DATA), ID),
            f"{STATE}.{EVENT}": member(member(record, STATE), EVENT),
            f"{STATE}.{UPDATED}": member(member(record, STATE), UPDATED),
            f"{STATE}.{VERSION}": version(record),
        }
        missing = [name for name, value in told.items() if is_empty(value)]
        require(
            not missing,
            expected=Text(vi="thông điệp đủ ba khối", en="a message with its three parts"),
            observed=Text(vi=f"thiếu {', '.join(missing)}", en=f"{', '.join(missing)} missing"),
        )


@law(catalogue="DAT-012", per="operation", on="2xx", contract=True)
def names_are_in_pascal_case(answer: Exchange) -> None:
    """Members of a message are written as the regulation has them, a capital letter first.

    Looks at the names of all members inside each message of an answer (Circular 08/2025/TT-BCA,
    as software in use has it).
    """
    found = [name for part in packets.objects(_records(answer)) for name in part]
    wrong = [name for name in dict.fromkeys(found) if not _PASCAL.fullmatch(name)]
    require(
        not wrong,
        expected=Text(vi="tên trường viết kiểu PascalCase", en="names in PascalCase"),
        observed=", ".join(wrong[:5]),
    )


@law(catalogue="DAT-013", per="operation", on="2xx", contract=True)
def record_ids_are_short_texts(answer: Exchange) -> None:
    """The key of a record is a text of 1 to 150 characters.

    Looks at IdBanGhi of each message in an answer (QCVN 09:2025/BCA, as software in use has it).
    """
    for record in _records(answer):
        value = member(member(record, DATA), ID)
        require(
            isinstance(value, str) and 0 < len(value) <= LONGEST_ID,
            expected=Text(
                vi=f"IdBanGhi là chuỗi không quá {LONGEST_ID} ký tự",
                en=f"IdBanGhi: a text of at most {LONGEST_ID} characters",
            ),
            observed=Text(vi=f"chuỗi {len(value)} ký tự", en=f"a text of {len(value)} characters")
            if isinstance(value, str)
            else type(value).__name__,
        )


@law(catalogue="DAT-014", per="operation", on="2xx", contract=True)
def versions_are_whole_numbers(answer: Exchange) -> None:
    """A version is a whole number other than 0.

    Looks at PhienBan of each message in JSON: no text, no fraction, not 0 (QCVN 09:2025/BCA, as
    software in use has it).
    """
    _is_json(answer)
    for record in _records(answer):
        value = version(record)
        if value is None:
            continue
        # JSON has one kind of number: 3.0 is three.
        whole = isinstance(value, int | float) and not isinstance(value, bool)
        require(
            whole and (isinstance(value, Hidden) or (value and value % 1 == 0)),
            expected=Text(vi="PhienBan là số nguyên khác 0", en="PhienBan: an integer, not 0"),
            observed=Text(vi=f"kiểu {type(value).__name__}", en=f"of type {type(value).__name__}")
            if not whole
            else str(value),
        )


@law(catalogue="DAT-015", per="operation", on="2xx", contract=True)
def versions_grow(answer: Exchange) -> None:
    """No version of a record was taken in twice, and the greatest is the present one.

    Looks at messages beside which a list tells the versions that were taken in, in whatever order
    (QCVN 09:2025/BCA, as software in use has it: a version must be greater than all before it).
    """
    looked_at = False
    for record in _records(answer):
        taken = list(numbers(list(history(record))))
        told = next(numbers([version(record)]), None)
        if not taken or told is None:
            continue
        looked_at = True
        require(
            len(set(taken)) == len(taken) and max(taken) == told,
            expected=Text(
                vi="mỗi phiên bản một lần, lớn nhất là phiên bản hiện tại",
                en="each version once, the greatest being the present one",
            ),
            observed=Text(
                vi=f"{', '.join(map(str, taken[:10]))}; hiện tại {told}",
                en=f"{', '.join(map(str, taken[:10]))}; at present {told}",
            ),
        )
    if not looked_at:
        raise _none(Text(vi="danh sách phiên bản", en="list of versions"))


def history(record: Object) -> Iterator[Any]:
    """Yield the versions that a list beside a message tells."""
    for value in record.values():
        for entry in value if isinstance(value, list) else ():
            told = member(entry, VERSION)
            # A file has a version of its own, and nothing that happened to it.
            happened = member(entry, EVENT) is not None
            if told is not None and happened:
                yield told


@law(catalogue="DAT-016", per="operation", on="2xx", contract=True)
def times_are_local_seconds(answer: Exchange) -> None:
    """A time of a message is YYYY-MM-DDTHH:mm:ss, without a zone.

    Looks at ThoiGianCapNhat of messages; what is not known is empty, and what else is called a
    time may be a length of time (QCVN 09:2025/BCA, as software in use has it).
    """
    found = [plain(value) for _, value in _named(answer, (UPDATED,))]
    if not found:
        raise _none(Text(vi="thời điểm", en="time"))
    for value in found:
        shape = _TIME.fullmatch(value)
        require(
            shape and is_date(shape[1]),
            expected=Text(
                vi="thời điểm YYYY-MM-DDTHH:mm:ss có trong lịch",
                en="a time YYYY-MM-DDTHH:mm:ss of the calendar",
            ),
            observed=value,
        )


@law(catalogue="DAT-017", per="operation", on="2xx", contract=True)
def days_are_calendar_days(answer: Exchange) -> None:
    """A day of a message is YYYY-MM-DD; a month or a year alone has a field of its own.

    Looks at the members that messages are known to have: NgayThangNamSinh, NgaySinh, NgayCap and
    NgayHieuLuc (YYYY-MM-DD), ThangNamSinh (YYYY-MM) and NamSinh (YYYY); what is not known is empty
    (QCVN 09:2025/BCA, as software in use has it).
    """
    looked_at = False
    for form, names in _DAYS.items():
        for name, value in _named(answer, names):
            if not isinstance(value, str):
                continue
            looked_at = True
            require(
                hidden.is_a(value, "date")
                if form == "YYYY-MM-DD"
                else _PARTS[form].fullmatch(plain(value)),
                expected=Text(vi=f"{name} dạng {form}", en=f"{name} as {form}"),
                observed=Text(
                    vi=f"chuỗi {len(value)} ký tự", en=f"a text of {len(value)} characters"
                ),
            )
    if not looked_at:
        raise _none(Text(vi="ngày", en="day"))


@law(catalogue="DAT-018", per="operation", on="2xx", contract=True)
def yes_and_no_are_1_and_0(answer: Exchange) -> None:
    """In a message yes is 1 and no is 0.

    No member of a message in JSON is true or false (QCVN 09:2025/BCA, as software in use has it).
    """
    _is_json(answer)
    wrong = [
        name
        for part in packets.objects(_records(answer))
        for name, value in part.items()
        if isinstance(value, bool)
    ]
    require(
        not wrong,
        expected=Text(vi="giá trị đúng, sai là 1, 0", en="1 and 0 in the place of true and false"),
        observed=", ".join(dict.fromkeys(wrong)),
    )


def _records(answer: Exchange) -> list[Object]:
    found = records(packets.of(answer))
    if not found:
        raise _none(Text(vi="thông điệp", en="message"))
    return found


def _named(answer: Exchange, names: Sequence[str]) -> list[tuple[str, Any]]:
    """Return the members of messages that have one of these names, where they are not empty."""
    wanted = {name.lower() for name in names}
    return [
        (name, value)
        for part in packets.objects(_records(answer))
        for name, value in part.items()
        if name.lower() in wanted and not is_empty(value) and _is_single(value)
    ]


def _is_single(value: Any) -> bool:
    return not isinstance(value, list | Mapping)


def _is_json(answer: Exchange) -> None:
    if not answer.is_json:
        raise NotApplicable(Text(vi="không phải JSON", en="not JSON"))


def _none(what: Text) -> NotApplicable:
    return NotApplicable(Text(vi=f"không có {what.vi} nào", en=f"there is no {what.en}"))
