"""Small words with which the data centre's faults and near-misses are written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.national_data_centre.representation import EVENT_STREAM

STREAM = "streamEvents"

Change = Callable[[bytes], bytes]


def telling_xml(agency: Agency, change: Change) -> Agency:
    """Return an agency that changes the bytes of its answers in XML."""
    return _told_in(agency, "xml", change)


def on_stream(agency: Agency, change: Change) -> Agency:
    """Return an agency that changes the bytes of its stream of events."""
    return _told_in(agency, EVENT_STREAM, change)


def taking_xml(agency: Agency, change: Change) -> Agency:
    """Return an agency that reads other bytes than those of a message in XML."""

    def gateway(call: Call) -> Call:
        in_xml = "xml" in (call.first("content-type") or "")
        return replace(call, body=change(call.body)) if in_xml and call.body else call

    return agency.with_(gateway=gateway)


def refusing_with(agency: Agency, status: int) -> Agency:
    """Return an agency that tells wrong input with another status than 400."""

    def told(_call: Call, members: dict[str, Any]) -> Any:
        renamed = {"status": status, "title": HTTPStatus(status).phrase}
        return {**members, **renamed} if members["status"] == 400 else members

    def hook(_call: Call, made: Answer) -> Answer:
        return replace(made, status=status) if made.status == 400 else made

    return agency.bending_problems(told).bending_answers(hook)


def _told_in(agency: Agency, kind: str, change: Change) -> Agency:
    def hook(_call: Call, made: Answer) -> Answer:
        meant = kind in (made.get("Content-Type") or "").lower() and made.status == 200
        return made.with_body(change(made.body)) if meant else made

    return agency.bending_answers(hook)
