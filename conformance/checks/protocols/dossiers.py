"""Dossiers in packets: fields, times, statuses, codes, and what became of what was sent.

Names of fields follow software in use: the tables of the norm could not be read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from conformance import packets
from conformance.check import check, law, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.formats.dates import is_date
from conformance.formats.people import is_placeholder
from conformance.packets import JSON
from conformance.probe import Probe
from conformance.text import Text
from conformance.trees import holds_token
from conformance.verdict import NotApplicable, NotTested, Reason

REQUIRED = (
    *("MaHoSo", "MaTTHC", "TenTTHC", "MaLinhVuc", "TenLinhVuc", "LoaiDoiTuong", "Email"),
    *("SoDienThoai", "TrichYeuHoSo", "NgayTiepNhan", "NgayHenTra", "TrangThaiHoSo", "HinhThuc"),
    "DonViXuLy",
)
TIMES = (
    *("NgayTiepNhan", "NgayHenTra", "NgayTra", "NgayKetThucXuLy", "NgayNopHoSo", "NgayTuChoi"),
    *("ThoiDiemXuLy", "NgayBatDau", "NgayKetThucTheoQuyDinh", "NgayBoSung"),
    *("NgayTiepNhanBoSung", "NgayHenTraTruoc", "NgayHenTraMoi"),
)
# What of a dossier is nobody's but the sender's to say.
KEPT = (
    *("TrangThaiHoSo", "MaTTHC", "ChuHoSo", "TrichYeuHoSo", "NgayTiepNhan", "NgayHenTra"),
    "NgayKetThucXuLy",
)
STATUSES = frozenset(map(str, range(1, 11)))
SETTLED, HANDED_OVER, PAPERS_WANTED = "9", "10", "5"
# In these the work goes on: nothing has ended, nothing was handed over.
_OPEN = frozenset({"1", "2", "4", "5", "6"})
# Two of them tell a dossier from a receipt or a step that only names one.
_MARKS = frozenset({"MaHoSo", "MaTTHC", "NgayTiepNhan", "TrangThaiHoSo"})
_IDENTITIES = ("MaDoiTuong", "SoGiayToChuHoSo", "SoDinhDanh")
_CODE = re.compile(r"-(\d{6})-\d{4,}")


@law(catalogue="FUZ-004", per="operation", on="2xx", contract=True)
def required_fields_are_there(answer: Exchange) -> None:
    """A dossier has the fields that every dossier has.

    Looks at the members of each dossier in an answer; those that citizens may not have, such as
    an e-mail address, may be empty (QCVN 120:2019/BTTTT, packet DongBoHoSoMC).
    """
    for dossier in _dossiers(answer):
        missing = [name for name in REQUIRED if name not in dossier]
        require(
            not missing,
            expected=Text(vi="đủ các trường bắt buộc", en="all required fields"),
            observed=Text(vi=f"thiếu {', '.join(missing)}", en=f"{', '.join(missing)} missing"),
        )


@law(catalogue="FMT-013", per="operation", on="2xx", contract=True)
def values_are_strings(answer: Exchange) -> None:
    """Every value of a dossier is a string.

    In JSON no number and no true or false stands in a dossier, a step or what they hold: readers
    take all values as texts, and a leading zero is part of a code (QCVN 120:2019/BTTTT, in the form
    of the software in use). What is not known may be null.
    """
    if not answer.is_json:
        raise NotApplicable(Text(vi="không phải JSON", en="not JSON"))
    results = packets.results(packets.of(answer))
    held = [part for part in packets.objects(results) if "MaHoSo" in part]
    if not held:
        raise NotApplicable(Text(vi="không có hồ sơ nào", en="there is no dossier"))
    wrong = [
        f"{name}: {type(value).__name__}"
        for part in packets.objects(held)
        for name, value in part.items()
        if isinstance(value, int | float)
    ]
    require(
        not wrong,
        expected=Text(vi="mọi giá trị là chuỗi", en="every value to be a string"),
        observed=", ".join(wrong[:5]),
    )


@law(catalogue="FMT-005", per="operation", on="2xx", contract=True)
def times_are_packet_times(answer: Exchange) -> None:
    """A time is yyyyMMddHHmmss and stands in the calendar.

    Looks at every member that the packets know as a time; what is not known is empty
    (QCVN 120:2019/BTTTT, in the form of the software in use).
    """
    looked_at = False
    for name, value in _members(answer, TIMES):
        looked_at = True
        require(
            _is_time(value),
            expected=Text(
                vi="thời điểm yyyyMMddHHmmss có trong lịch",
                en="a time yyyyMMddHHmmss of the calendar",
            ),
            observed=f"{name}: {value}",
        )
    if not looked_at:
        raise NotApplicable(Text(vi="không có thời điểm nào", en="there is no time"))


@law(catalogue="FMT-013", per="operation", on="2xx", contract=True)
def statuses_are_known(answer: Exchange) -> None:
    """A status is one of the codes 1 to 10 (QCVN 120:2019/BTTTT, as listed by software in use)."""
    looked_at = False
    for name, value in _members(answer, ("TrangThaiHoSo", "TrangThai")):
        looked_at = True
        require(
            value in STATUSES,
            expected=Text(vi="mã trạng thái từ 1 đến 10", en="a status code from 1 to 10"),
            observed=f"{name}: {value}",
        )
    if not looked_at:
        raise NotApplicable(Text(vi="không có trạng thái nào", en="there is no status"))


@law(catalogue="FMT-021", per="operation", on="2xx", contract=True)
def times_agree_with_status(answer: Exchange) -> None:
    """The times of a dossier agree with each other and with its status.

    It is due no earlier than it was received; the end of the work is told for statuses 9 and 10,
    the hand-over for 10, and neither while the work goes on. What holds for dossiers that were
    refused, withdrawn or stopped is left open (QCVN 120:2019/BTTTT, fields of DongBoHoSoMC).
    """
    for dossier in _dossiers(answer):
        status = str(dossier.get("TrangThaiHoSo", ""))
        received, due, ended, handed = (
            str(dossier.get(name) or "").strip()
            for name in ("NgayTiepNhan", "NgayHenTra", "NgayKetThucXuLy", "NgayTra")
        )
        comparable = _is_time(received) and _is_time(due)
        require(
            not comparable or received <= due,
            expected=Text(
                vi="NgayTiepNhan không sau NgayHenTra", en="NgayTiepNhan, then NgayHenTra"
            ),
            observed=f"{received} > {due}",
        )
        must_have_ended, must_go_on = status in {SETTLED, HANDED_OVER}, status in _OPEN
        require(
            ended if must_have_ended else not (must_go_on and ended),
            expected=Text(
                vi="NgayKetThucXuLy khi và chỉ khi đã xử lý xong",
                en="NgayKetThucXuLy if and only if the work has ended",
            ),
            observed=f"TrangThaiHoSo {status}, NgayKetThucXuLy {ended!r}",
        )
        require(
            handed if status == HANDED_OVER else not (handed and status in _OPEN | {SETTLED}),
            expected=Text(
                vi="NgayTra khi và chỉ khi đã trả kết quả",
                en="NgayTra if and only if the result was handed over",
            ),
            observed=f"TrangThaiHoSo {status}, NgayTra {handed!r}",
        )


@law(catalogue="FMT-037", per="operation", on="2xx", contract=True)
def codes_tell_the_day(answer: Exchange) -> None:
    """The day in the code of a dossier is the day on which it was received or submitted.

    Reads codes that end in a day of six digits and a serial number of four or more; other forms
    are left alone (Circular 01/2018/TT-VPCP; the article of its successor could not be read).
    """
    looked_at = False
    for dossier in _dossiers(answer):
        code = _CODE.search(str(dossier.get("MaHoSo", "")))
        days = {str(dossier.get(name) or "")[2:8] for name in ("NgayTiepNhan", "NgayNopHoSo")}
        if code is None or days == {""}:
            continue
        looked_at = True
        require(
            code[1] in days,
            expected=Text(
                vi="ngày trong mã hồ sơ là ngày tiếp nhận hoặc ngày nộp",
                en="the day in the code to be that of receipt or submission",
            ),
            observed=f"{code[1]} ≠ {', '.join(sorted(days - {''}))}",
        )
    if not looked_at:
        raise NotApplicable(Text(vi="không có mã dạng này", en="no code of this form"))


@law(catalogue="FMT-010", per="operation", on="2xx", contract=True)
def identities_are_no_placeholders(answer: Exchange) -> None:
    """Nobody is known by a number that stands for no number.

    000000001, nine or twelve equal digits and 123456789 are what software sends that has no
    identity to send; the field is left empty instead (QCVN 120:2019/BTTTT, fields of
    DongBoHoSoMC).
    """
    looked_at = False
    for name, value in _members(answer, _IDENTITIES):
        if holds_token(value):
            continue
        looked_at = True
        require(
            not is_placeholder(value),
            expected=Text(vi="số định danh thật hoặc rỗng", en="a real identity, or nothing"),
            observed=f"{name}: {value}",
        )
    if not looked_at:
        raise NotApplicable(Text(vi="không có số định danh nào", en="there is no identity"))


@check(catalogue="FMT-008", per="target", safety="write", requests=4, contract=True)
def synchronised_dossiers_come_back(probe: Probe) -> None:
    """What was synchronised is what is looked up.

    Synchronises the example dossier, then again with status 5, looks it up, and puts it back as
    it was: status, procedure, applicant, subject and times come back as they were sent. Where the
    dossier still shows its old status nothing is told: packets may be worked off later
    (QCVN 120:2019/BTTTT, packets DongBoHoSoMC and TraCuuHoSo).
    """
    synchronise, look_up = _service(probe, "DongBoHoSoMC"), _service(probe, "TraCuuHoSo")
    body = probe.example_body(synchronise)
    item = _first(body)
    probe.control(synchronise)
    sent = {**item, "TrangThaiHoSo": PAPERS_WANTED}
    _send(probe, synchronise, {**body, "isUpdating": "True", "data": [sent]})
    asked = {**probe.example_body(look_up), "mahoso": item["MaHoSo"]}
    answer = _send(probe, look_up, asked)
    _send(probe, synchronise, {**body, "isUpdating": "True"})
    found = _come_back(answer, item)
    for name in KEPT:
        value = sent.get(name)
        if isinstance(value, str) and value and not holds_token(found.get(name)):
            require(
                _composed(found.get(name)) == _composed(value),
                expected=Text(vi=f"{name} như đã gửi", en=f"{name} as it was sent"),
                observed=found.get(name),
            )


def _service(probe: Probe, name: str) -> Operation:
    for operation in probe.scene.operations:
        if operation.discriminator and operation.discriminator[1] == name:
            return operation
    raise NotApplicable(
        Text(vi=f"đặc tả giao diện không có dịch vụ {name}", en=f"the contract has no {name}")
    )


def _first(body: Mapping[str, Any]) -> Mapping[str, Any]:
    items = body.get("data")
    if isinstance(items, list) and items and isinstance(items[0], Mapping) and "MaHoSo" in items[0]:
        return items[0]
    raise NotTested(
        Reason.NO_TEST_DATA,
        Text(vi="gói tin mẫu không có hồ sơ nào", en="the example packet holds no dossier"),
    )


def _come_back(answer: Exchange, item: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the dossier that was looked up, unless it is still as it was."""
    results = packets.results(packets.of(answer))
    for part in packets.objects(results):
        renewed = part.get("TrangThaiHoSo") not in {None, item.get("TrangThaiHoSo")}
        if part.get("MaHoSo") == item["MaHoSo"] and renewed:
            return part
    raise NotTested(
        Reason.INCONCLUSIVE,
        Text(vi="hồ sơ chưa đổi trạng thái khi tra cứu", en="the dossier shows no new status yet"),
    )


def _composed(value: Any) -> str:
    return unicodedata.normalize("NFC", " ".join(str(value).split()))


def _send(probe: Probe, operation: Operation, body: Mapping[str, Any]) -> Exchange:
    """Return the answer to a packet that is to succeed, as the example did."""
    answer = probe.call(operation, body=packets.written(body, JSON))
    if operation.succeeded(answer):
        return answer
    code = packets.error_code(packets.of(answer))
    raise NotTested(
        Reason.NO_TEST_DATA,
        Text(
            vi=f"{operation.unit} không nhận gói tin mẫu: {answer.status}, error_code {code}",
            en=f"{operation.unit} refuses the example packet: {answer.status}, error_code {code}",
        ),
    )


def _dossiers(answer: Exchange) -> list[Mapping[str, Any]]:
    results = packets.results(packets.of(answer))
    found = [part for part in packets.objects(results) if len(_MARKS & set(part)) > 1]
    if not found:
        raise NotApplicable(Text(vi="không có hồ sơ nào", en="there is no dossier"))
    return found


def _members(answer: Exchange, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield the texts of these members that are not empty, wherever they stand in a result."""
    for part in packets.objects(packets.results(packets.of(answer))):
        for name in names:
            value = part.get(name)
            if isinstance(value, str) and value.strip():
                yield name, value.strip()


def _is_time(value: str) -> bool:
    if not re.fullmatch(r"[0-9]{14}", value):
        return False
    day = f"{value[:4]}-{value[4:6]}-{value[6:8]}"
    return is_date(day) and value[8:10] < "24" and value[10:12] < "60" and value[12:] < "60"
