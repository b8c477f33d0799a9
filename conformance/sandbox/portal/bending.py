"""Small words with which the portal's faults and near-misses are written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.portal.service import SERVICES

Dossier = dict[str, Any]
LOOK_UP = "TraCuuHoSo"
AGENCIES = "LayDanhMucCoQuan"
PROCEDURES = "LayDanhSachTTHC"
FEEDBACK = "LayDanhSachHoiDapGuiTuDVCQG"
HANDED_OVER = "10"


def when_served(service: str, change: Callable[[Any], Any]) -> Callable[[Call, Any], Any]:
    """Return a hook that changes the packets in which one service succeeds."""
    return lambda call, packet: change(packet) if call.service == service else packet


def on_dossiers(agency: Agency, change: Callable[[Dossier], Dossier]) -> Agency:
    """Return an agency that changes the dossiers that are looked up."""

    def changed(packet: dict[str, Any]) -> dict[str, Any]:
        return {**packet, "result": [change(dossier) for dossier in packet["result"]]}

    return agency.bending_values(when_served(LOOK_UP, changed))


def on_finished_dossiers(agency: Agency, **fields: Any) -> Agency:
    """Return an agency that tells other fields of dossiers that were handed over."""
    return on_dossiers(
        agency,
        lambda dossier: (
            {**dossier, **fields} if dossier["TrangThaiHoSo"] == HANDED_OVER else dossier
        ),
    )


def on_steps(agency: Agency, **fields: Any) -> Agency:
    """Return an agency that tells other fields of the steps of dossiers."""
    return on_dossiers(
        agency,
        lambda dossier: {
            **dossier,
            "DanhSachTienDo": [{**step, **fields} for step in dossier["DanhSachTienDo"]],
        },
    )


def on_xml(agency: Agency, change: Callable[[bytes], bytes]) -> Agency:
    """Return an agency that changes the bytes of its answers in XML."""

    def hook(_call: Call, made: Answer) -> Answer:
        in_xml = "xml" in (made.get("Content-Type") or "").lower()
        return made.with_body(change(made.body)) if in_xml else made

    return agency.bending_answers(hook)


def on_unknown_services(agency: Agency, made: Callable[[Call], Answer]) -> Agency:
    """Return an agency that answers packets for unknown services in its own way."""

    def hook(call: Call) -> Answer | None:
        unknown = call.service is not None and call.service not in SERVICES
        return made(call) if unknown else None

    return agency.intercepting(hook)


def errors_with_status(
    agency: Agency, status: int, *headers: tuple[str, str], only: bytes = b""
) -> Agency:
    """Return an agency that tells errors, or only those with these bytes, with another status."""

    def hook(_call: Call, made: Answer) -> Answer:
        fails = re.search(rb'error_code(?:": "|>)(?!00")', made.body) and b"result" not in made.body
        if made.status != 200 or not fails or only not in made.body:
            return made
        return Answer(status, (*made.headers, *headers), made.body)

    return agency.bending_answers(hook)


def packet(text: str, media_type: str = "application/json") -> Answer:
    """Return an answer with this body."""
    return Answer(200, (("Content-Type", media_type),), text.encode("utf-8"))


def taking_anything(agency: Agency, service: str, code: str = "00") -> Agency:
    """Return an agency that says of dossiers it does not know that they were taken in."""
    said = f'{{"error_code": "{code}", "result": [{{"MaHoSo": "{_ANY}", "KetQua": "Đã nhận"}}]}}'

    def hook(call: Call, made: Answer) -> Answer:
        unknown = "Không tìm thấy hồ sơ".encode() in made.body
        return packet(said) if call.service == service and unknown else made

    return agency.bending_answers(hook)


_ANY = "H57.01-250701-00001"


def reading_packets(agency: Agency, change: Callable[[Dossier], Dossier]) -> Agency:
    """Return an agency that takes packets which synchronise to say something else."""

    def read(call: Call) -> Call:
        if not call.body or b'"isUpdating"' not in call.body:
            return call
        return replace(call, body=json.dumps(change(json.loads(call.body))).encode())

    return agency.reading(read)


def with_entry(agency: Agency, service: str, entry: dict[str, Any]) -> Agency:
    """Return an agency that lists one entry more."""
    return agency.bending_values(
        when_served(service, lambda told: {**told, "result": [*told["result"], entry]})
    )


def on_feedback(agency: Agency, **fields: Any) -> Agency:
    """Return an agency that tells other fields of feedback."""
    return agency.bending_values(
        when_served(
            FEEDBACK,
            lambda told: {**told, "result": [{**one, **fields} for one in told["result"]]},
        )
    )
