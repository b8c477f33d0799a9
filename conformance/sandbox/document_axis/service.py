"""From a call to an answer: documents sent and read in XML, all else in JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from conformance.sandbox import requests_in
from conformance.sandbox import service as common
from conformance.sandbox.agency import Agency
from conformance.sandbox.demonstration import Person
from conformance.sandbox.document_axis import data, envelope
from conformance.sandbox.listing import Listed
from conformance.sandbox.messages import Answer, Call, Refusal, Result
from conformance.sandbox.service import Handler, State, known

XML = "application/xml"
_XML_TOO = frozenset({XML, "text/xml"})


def answer(agency: Agency, state: State, call: Call) -> Answer:
    """Answer a call the way this axis does."""
    return common.answer(agency, state, call, _handlers(agency.overlooks))


def _handlers(overlooks: frozenset[str]) -> Mapping[str, Handler]:
    return {
        "sendDocument": partial(_send, overlooks),
        "listDocuments": _list,
        "getDocument": _read,
        "addStatus": partial(_tell, overlooks),
        "listStatuses": _statuses,
        "listAgencies": _agencies,
    }


def _send(
    overlooks: frozenset[str],
    state: State,
    person: Person | None,
    call: Call,
    values: Mapping[str, Any],
    _sent: Any,
) -> Result:
    said = envelope.opened(_document(call), data.CLOSED, overlooks)
    if said.kind != values["messageType"]:
        raise Refusal(400, "messageType không khớp với BussinessDocType của thông điệp.")
    made = state.store.send(known(person), call.body, said, overlooks)
    place = f"{call.base}/documents/{made.doc_id}"
    return Result(201, made.summary(), headers=(("Location", place),))


def _document(call: Call) -> bytes:
    """Return the bytes of a message.

    Raises:
        Refusal: 413, 415, or 400 where there are none.
    """
    if call.body is None:
        raise Refusal(413, f"Thông điệp vượt quá {requests_in.LARGEST_BODY} byte.")
    media_type, _, rest = (call.first("content-type") or "").partition(";")
    charset = re.search(r'charset\s*=\s*"?([^";\s]+)', rest, re.IGNORECASE)
    coded = (call.first("content-encoding") or "identity").strip().lower() != "identity"
    other = charset is not None and charset[1].lower() not in {"utf-8", "utf8"}
    if media_type.strip().lower() not in _XML_TOO or coded or other:
        raise Refusal(415, "Thông điệp phải có kiểu application/xml, bảng mã UTF-8, không nén.")
    if not call.body:
        raise Refusal(400, "Yêu cầu phải có thông điệp edXML.")
    return call.body


def _list(
    state: State, person: Person | None, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Result:
    caller = known(person)
    sent = values["direction"] == "sent"
    receiver = None if sent else caller.organisation
    first, last = values.get("from", ""), values.get("to", "9999-12-31")
    items = [
        document.summary(receiver)
        for document in state.store.visible(caller)
        if sent == (document.said.sender == caller.organisation)
        and first <= document.received.date().isoformat() <= last
    ]
    return Result(200, Listed(items, values, {"messageType": "messageType"}))


def _read(
    state: State, person: Person | None, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Result:
    found = state.store.read(known(person), values["docId"])
    return Result(200, found.message, media_type=f"{XML}; charset=utf-8")


def _tell(
    overlooks: frozenset[str],
    state: State,
    person: Person | None,
    _call: Call,
    values: Mapping[str, Any],
    sent: Any,
) -> Result:
    return Result(201, state.store.tell(known(person), values["docId"], sent, overlooks))


def _statuses(
    state: State, person: Person | None, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Result:
    found = state.store.read(known(person), values["docId"])
    told = {"docId": found.doc_id, "documentId": found.said.document_id, **found.end()}
    return Result(200, {**told, "total": len(found.steps), "items": list(found.steps)})


def _agencies(
    _state: State, _person: Person | None, _call: Call, values: Mapping[str, Any], _sent: Any
) -> Result:
    return Result(200, Listed(list(data.AGENCIES), values, {}))
