"""Bodies in JSON, and parameters, that look harmful and are dealt with."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from conformance.sandbox import bending, database
from conformance.sandbox.agency import Agency, as_json
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import near_miss

DEEP = "injection.documents.deep_documents_do_no_harm"
TWICE = "injection.documents.repeated_members_are_read_alike"
PROTOTYPES = "injection.documents.prototypes_stay_untouched"
DOUBLES = "injection.doubles.parameters_come_from_the_query_once"
_CREATES = "createDossier"
_LEVELS = 1_000


@near_miss(spares=[DEEP])
def deep_documents_too_large(agency: Agency) -> Agency:
    """A deep document is refused as too much to read (RFC 9110, section 15.5.14)."""

    def hook(call: Call) -> Answer | None:
        members = {"type": "about:blank", "title": "Content Too Large", "status": 413}
        fields = (("Content-Type", "application/problem+json"),)
        return Answer(413, fields, as_json(members)) if _is_deep(call) else None

    return agency.intercepting(hook)


@near_miss(spares=[DEEP])
def depth_looked_at_with_care(agency: Agency) -> Agency:
    """A deep document is refused after a while, as a reader of large documents may take one."""

    def bend(call: Call, made: Answer) -> Answer:
        return replace(made, seconds=1.0) if _is_deep(call) else made

    return agency.bending_answers(bend)


@near_miss(spares=[TWICE])
def last_of_two_members_taken(agency: Agency) -> Agency:
    """Of two members of one name the last is taken, as most parsers do (RFC 8259, section 4)."""
    return bending.reading_bodies(agency, lambda body: _taking(body, last=True), _CREATES)


@near_miss(spares=[TWICE])
def first_of_two_members_taken(agency: Agency) -> Agency:
    """Of two members of one name the first is taken, which RFC 8259, section 4 leaves open."""
    return bending.reading_bodies(agency, lambda body: _taking(body, last=False), _CREATES)


@near_miss(spares=[PROTOTYPES])
def members_of_prototypes_dropped(agency: Agency) -> Agency:
    """Members that the contract does not name are dropped, whatever they are called."""
    return agency.with_(members_ignored=frozenset({"__proto__", "constructor"}))


@near_miss(spares=[PROTOTYPES])
def answers_always_indented(agency: Agency) -> Agency:
    """Answers are indented for people, always (RFC 8259, section 2: blanks mean nothing)."""
    return agency.with_(
        encode=lambda value: json.dumps(value, ensure_ascii=False, indent=4).encode()
    )


@near_miss(spares=[DOUBLES])
def doubled_parameters_refused(agency: Agency) -> Agency:
    """A parameter that is given twice is refused, which OpenAPI leaves open."""

    def hook(call: Call) -> Answer | None:
        names = [name for name, _ in call.query]
        twice = call.operation is not None and len(set(names)) < len(names)
        return database.refused(400, "Tham số bị lặp lại.") if twice else None

    return agency.intercepting(hook)


@near_miss(spares=[DOUBLES])
def doubled_parameters_joined(agency: Agency) -> Agency:
    """The values of a parameter that is given twice are joined with a comma, as ASP.NET does."""

    def read(call: Call) -> Call:
        joined: dict[str, str] = {}
        for name, value in call.query:
            joined[name] = f"{joined[name]},{value}" if name in joined else value
        return replace(call, query=tuple(joined.items()))

    return agency.reading(read)


@near_miss(spares=[DOUBLES])
def foreign_cookies_cleared(agency: Agency) -> Agency:
    """A cookie that the system did not set is cleared, and nothing else made of it."""

    def bend(call: Call, made: Answer) -> Answer:
        cookie = call.first("cookie") or ""
        name = cookie.partition("=")[0]
        strange = call.operation is not None and not call.operation.secured and name == "tuKhoa"
        gone = f"{name}=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict"
        return made.plus(("Set-Cookie", gone)) if strange else made

    return agency.bending_answers(bend)


def _is_deep(call: Call) -> bool:
    body = call.body or b""
    return body.count(b"[") > _LEVELS or body.count(b"{") > _LEVELS


def _taking(body: bytes, *, last: bool) -> bytes:
    def hook(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return dict(pairs if last else reversed(pairs))

    try:
        return json.dumps(json.loads(body, object_pairs_hook=hook)).encode()
    except (ValueError, RecursionError):
        return body
