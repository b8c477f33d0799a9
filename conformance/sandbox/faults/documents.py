"""Bodies in JSON, and parameters, whose shape does harm."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from conformance.sandbox import bending
from conformance.sandbox.agency import Agency, as_json
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import fault

DEEP = "injection.documents.deep_documents_do_no_harm"
TWICE = "injection.documents.repeated_members_are_read_alike"
PROTOTYPES = "injection.documents.prototypes_stay_untouched"
DOUBLES = "injection.doubles.parameters_come_from_the_query_once"
BREAKS = "contract.answers.server_does_not_break"
_CREATES = "createDossier"
# Longer than a reader of any document may take.
_LONG = 5.5
_LEVELS = 1_000
_SETTING = "json spaces"


@fault(breaks=[DEEP], also=[BREAKS])
def deep_documents_break_the_reader(agency: Agency) -> Agency:
    """The reader of JSON calls itself for each level until there is no room any more."""
    return agency.intercepting(lambda call: _broken() if is_deep(call) else None)


@fault(breaks=[DEEP], also=[BREAKS])
def deep_objects_break_the_reader(agency: Agency) -> Agency:
    """Deep lists are refused; deep objects find their reader out of room."""
    return agency.intercepting(
        lambda call: _broken() if is_deep(call) and b"{" in (call.body or b"") else None
    )


@fault(breaks=[DEEP])
def deep_lists_hold_up_the_reader(agency: Agency) -> Agency:
    """Deep lists are refused in the end, after each level was looked through for each other."""

    def bend(call: Call, made: Answer) -> Answer:
        return replace(made, seconds=_LONG) if is_deep(call) and b"{" not in call.body else made  # type: ignore[operator]  # deep bodies are there

    return agency.bending_answers(bend)


@fault(breaks=[TWICE], also=[BREAKS])
def repeated_members_break_the_reader(agency: Agency) -> Agency:
    """A body in which a name stands twice is an error that nobody foresaw."""
    return agency.intercepting(lambda call: _broken() if _repeats(call.body) else None)


@fault(breaks=[TWICE])
def first_told_and_last_kept(agency: Agency) -> Agency:
    """What is kept is the last of two members of a name, what is told the first."""

    def read(call: Call) -> Call:
        if call.asks != _CREATES or not _repeats(call.body):
            return call
        told = json.dumps(_read(call.body, last=False))
        kept = json.dumps(_read(call.body, last=True)).encode()
        return replace(call, body=kept, headers=(*call.headers, ("x-first", told)))

    def bend(call: Call, made: Answer) -> Answer:
        told = call.first("x-first")
        if told is None or made.status >= 300:
            return made
        first = {name: part for name, part in json.loads(told).items() if isinstance(part, str)}
        return made.with_body(as_json({**json.loads(made.body), **_shared(first, made)}))

    return agency.reading(read).bending_answers(bend)


@fault(breaks=[TWICE])
def repeated_members_read_by_turns(agency: Agency) -> Agency:
    """Of two servers behind one address one takes the first of two members, the other the last."""
    turns = [True]

    def change(body: bytes) -> bytes:
        if not _repeats(body):
            return body
        turns[0] = not turns[0]
        return json.dumps(_read(body, last=turns[0])).encode()

    return bending.reading_bodies(agency, change, _CREATES)


@fault(breaks=[PROTOTYPES])
def members_merged_into_the_prototype(agency: Agency) -> Agency:
    """A body is merged into an object, `__proto__` too, so that all objects have what it has."""
    return _merging(agency, lambda sent: sent.pop("__proto__", None))


@fault(breaks=[PROTOTYPES])
def members_merged_through_the_constructor(agency: Agency) -> Agency:
    """`__proto__` is dropped; through the constructor the prototype can be reached as well."""

    def taken(sent: dict[str, Any]) -> Any:
        sent.pop("__proto__", None)
        return (sent.pop("constructor", None) or {}).get("prototype")

    return _merging(agency, taken)


@fault(breaks=[DOUBLES])
def cookies_read_as_parameters(agency: Agency) -> Agency:
    """The framework looks for a parameter in the query, and where it is not there, in cookies."""

    def read(call: Call) -> Call:
        pairs = "; ".join(call.values_of("cookie")).split("; ")
        found = tuple((name, value) for name, _, value in (p.partition("=") for p in pairs) if name)
        given = {name for name, _ in call.query}
        return replace(call, query=(*call.query, *(p for p in found if p[0] not in given)))

    return agency.reading(read)


@fault(breaks=[DOUBLES], also=[BREAKS])
def doubled_parameters_break_the_server(agency: Agency) -> Agency:
    """Where a text is awaited a list comes, and the server breaks."""

    def hook(call: Call) -> Answer | None:
        names = [name for name, _ in call.query]
        return _broken() if call.operation and len(set(names)) < len(names) else None

    return agency.intercepting(hook)


def is_deep(call: Call) -> bool:
    """Whether the body of a call is nested deeper than anybody means it."""
    body = call.body or b""
    return body.count(b"[") > _LEVELS or body.count(b"{") > _LEVELS


def _broken() -> Answer:
    members = {"type": "about:blank", "title": "Internal Server Error", "status": 500}
    return Answer(500, (("Content-Type", "application/problem+json"),), as_json(members))


def _repeats(body: bytes | None) -> bool:
    found = []

    def hook(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found.append(len(dict(pairs)) < len(pairs))
        return dict(pairs)

    try:
        json.loads(body or b"null", object_pairs_hook=hook)
    except (ValueError, RecursionError):
        return False
    return any(found)


def _read(body: bytes | None, *, last: bool) -> Any:
    def hook(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return dict(pairs if last else reversed(pairs))

    return json.loads(body or b"null", object_pairs_hook=hook)


def _shared(first: dict[str, str], made: Answer) -> dict[str, str]:
    return {name: text for name, text in first.items() if name in json.loads(made.body)}


def _merging(agency: Agency, taken: Any) -> Agency:
    """Return an agency whose answers are indented as a member of some body once said."""
    prototype: dict[str, Any] = {}

    def change(sent: Any) -> Any:
        if isinstance(sent, dict):
            found = taken(sent)
            prototype.update(found if isinstance(found, dict) else {})
        return sent

    def encode(value: Any) -> bytes:
        width = prototype.get(_SETTING)
        if not isinstance(width, int) or not width:
            return as_json(value)
        return json.dumps(value, ensure_ascii=False, indent=width).encode()

    return bending.reading_bodies(agency, bending.in_json(change)).with_(encode=encode)
