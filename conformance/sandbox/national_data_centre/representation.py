"""Messages in XML beside JSON, and events as a stream: what stands between the wire and JSON."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.negotiation import JSON, XML, wanted
from conformance.sandbox.portal import representation
from conformance.sandbox.portal.representation import Node

EVENT_STREAM = "text/event-stream"
_READ = frozenset({"ingestBatch", "ingestRecord"})
_TOLD = {"ingestBatch": "KetQua", "ingestRecord": "KetQua", "getRecord": "Root"}
_STREAMED = "streamEvents"
_ITEM = "item"
# Names that the agency gives itself: what the caller's fields said before they were put into JSON.
_WAS_XML, _WANTS = "x-sandbox-was-xml", "x-sandbox-wants"


def speaking(agency: Agency) -> Agency:
    """Return an agency that takes and tells messages in XML too, and events as a stream."""
    return (
        agency.reading(taken)
        .reading(_wanted)
        .bending_problems(_about_xml)
        .bending_answers(_as_xml)
        .bending_answers(_as_events)
    )


def taken(call: Call) -> Call:
    """Return a call whose message in XML is one in JSON: all else looks at JSON only."""
    kind, semicolon, rest = (call.first("content-type") or "").partition(";")
    if call.asks not in _READ or not call.body or representation.sent_as(kind) != XML:
        return call
    schema = call.operation.body if call.operation else None
    try:
        body = json.dumps(_message(representation.read(call.body), schema or {})).encode()
    except representation.NotXMLError:
        # No JSON either: refused where JSON is read, behind the question who calls.
        body = b"\x00"
    others = tuple(pair for pair in call.headers if pair[0] != "content-type")
    fields = (("content-type", f"{JSON}{semicolon}{rest}"), (_WAS_XML, "1"))
    return replace(call, body=body, headers=(*others, *fields))


def _message(root: Node, schema: Mapping[str, Any]) -> Any:
    """Return what a document says; a list of records is one of elements `Root` (DanhSach)."""
    if root.name == "DanhSach":
        items = schema["properties"]["data"]["items"]
        records = [_value(child, items) for child in root.children]
        return {"totalRecords": len(records), "data": records}
    return _value(root, schema)


def _value(node: Node, schema: Mapping[str, Any]) -> Any:
    members = schema.get("properties")
    if members:
        told: dict[str, Any] = {}
        for child in node.children:
            wanted = members.get(child.name, {})
            if wanted.get("type") == "array":
                told.setdefault(child.name, []).extend(_entries(child, wanted["items"]))
            else:
                told[child.name] = _value(child, wanted)
        return told
    text = node.text.strip()
    whole = schema.get("type") == "integer" and re.fullmatch(r"-?[0-9]{1,18}", text)
    return int(text) if whole else text


def _entries(node: Node, schema: Mapping[str, Any]) -> list[Any]:
    """Return the entries of a list: elements of one element, or that element itself, repeated."""
    wrapped = all(child.name == _ITEM for child in node.children)
    return [_value(child, schema) for child in (node.children if wrapped else [node])]


def _wanted(call: Call) -> Call:
    """Return a call that accepts JSON, with a note of what it shall be told in."""
    told = {_STREAMED: (EVENT_STREAM,), **dict.fromkeys(_TOLD, (JSON, XML))}.get(call.asks or "")
    if told is None:
        return call
    accept = ",".join(call.values_of("accept"))
    usual = XML if call.first(_WAS_XML) else JSON
    chosen = wanted(accept, told, usual)
    if chosen is None:
        return call
    others = tuple(pair for pair in call.headers if pair[0] != "accept")
    return replace(call, headers=(*others, ("accept", JSON), (_WANTS, chosen)))


def _about_xml(call: Call, members: dict[str, Any]) -> Any:
    """Let a problem with a document in XML not speak of JSON."""
    if not call.first(_WAS_XML):
        return members
    return {**members, "detail": str(members["detail"]).replace("JSON", "XML")}


def _as_xml(call: Call, made: Answer) -> Answer:
    if call.first(_WANTS) != XML or made.status != 200:
        return made
    written = element(_TOLD[call.asks or ""], json.loads(made.body))
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n{written}'.encode()
    return made.with_body(body, f"{XML}; charset=utf-8")


def element(name: str, value: Any) -> str:
    """Write a value as an element; a list as one with elements of its own."""
    if isinstance(value, Mapping):
        inner = "".join(element(key, part) for key, part in value.items())
    elif isinstance(value, list):
        inner = "".join(element(_ITEM, part) for part in value)
    else:
        inner = "" if value is None else html.escape(str(value), quote=False)
    return f"<{name}>{inner}</{name}>"


def _as_events(call: Call, made: Answer) -> Answer:
    if call.asks != _STREAMED or made.status != 200:
        return made
    events = json.loads(made.body)["events"]
    # What keeps a connection alive says nothing (HTML, section 9.2.7).
    text = "retry: 15000\n: nhịp\n\n" + "".join(map(_event, events))
    # A stream goes on: there is no version of it to be revalidated.
    return made.with_body(text.encode(), EVENT_STREAM).without("ETag")


def _event(told: Mapping[str, Any]) -> str:
    lines = [f"{name}: {told[name]}\n" for name in ("id", "event") if name in told]
    return "".join(lines) + f"data: {json.dumps(told['data'], ensure_ascii=False)}\n\n"
