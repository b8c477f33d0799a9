"""Packets about dossiers that nobody knows: there is nothing to update, and no progress to tell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from conformance import packets
from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.packets import JSON
from conformance.probe import Probe
from conformance.probe.obstacles import unbroken
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_SERIAL = re.compile(r"\d+$")


@check(catalogue="DAT-034", per="target", safety="write", requests=2, contract=True)
def unknown_dossiers_are_not_updated(probe: Probe) -> None:
    """Who says that a dossier is known already is refused where it is not.

    Synchronises the example dossier, then the same under a code that nobody was given, as an
    update (`isUpdating` is True): the first is taken, the second is refused with an error
    (QCVN 120:2019/BTTTT, packet DongBoHoSoMC, as the software in use sends it).
    """
    operation = _service(probe, "DongBoHoSoMC")
    probe.control(operation)
    body = probe.example_body(operation)
    _is_refused(probe, operation, {**body, "isUpdating": "True", "data": [_renamed(probe, body)]})


@check(catalogue="DAT-034", per="target", safety="write", requests=2, contract=True)
def progress_of_unknown_dossiers_is_refused(probe: Probe) -> None:
    """A step of a dossier that nobody knows is refused.

    Reports the example step, then the same for a code that nobody was given: the first is taken,
    the second is refused with an error (QCVN 120:2019/BTTTT, packet CapNhatTienDoHoSoMC: every
    step is one of an existing dossier).
    """
    operation = _service(probe, "CapNhatTienDoHoSoMC")
    probe.control(operation)
    body = probe.example_body(operation)
    _is_refused(probe, operation, {**body, "data": [_renamed(probe, body)]})


def _is_refused(probe: Probe, operation: Operation, body: Mapping[str, Any]) -> None:
    answer = unbroken(probe.call(operation, body=packets.written(body, JSON)))
    require(
        operation.refused(answer),
        expected=Text(
            vi="gói tin báo lỗi: mã hồ sơ chưa từng được cấp",
            en="a packet with an error: nobody was given this code",
        ),
        observed=Text(
            vi=f"được nhận ({answer.status}): {body['data'][0]['MaHoSo']}",
            en=f"taken ({answer.status}): {body['data'][0]['MaHoSo']}",
        ),
    )


def _renamed(probe: Probe, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the first item of a packet under a code that nobody was given.

    Its serial number has ten digits: no day has as many dossiers.
    """
    items = body.get("data")
    first = items[0] if isinstance(items, list) and items else None
    if not isinstance(first, Mapping) or not _SERIAL.search(str(first.get("MaHoSo", ""))):
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi="gói tin mẫu không có hồ sơ nào mang mã kết thúc bằng số thứ tự",
                en="the example packet holds no dossier whose code ends in a serial number",
            ),
        )
    serial = 9_000_000_000 + int(probe.canary().rpartition("-")[2][:7], 16)
    return {**first, "MaHoSo": _SERIAL.sub(str(serial), first["MaHoSo"])}


def _service(probe: Probe, name: str) -> Operation:
    for operation in probe.scene.operations:
        if operation.discriminator and operation.discriminator[1] == name:
            return operation
    raise NotApplicable(
        Text(vi=f"đặc tả giao diện không có dịch vụ {name}", en=f"the contract has no {name}")
    )
