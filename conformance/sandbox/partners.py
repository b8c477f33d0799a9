"""What callers and servers agree on: codings, languages, limits, ends, pages of partners."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import LIST, operation_of, publishing, when_asked
from conformance.sandbox.messages import Answer, Call

PARTNER = "https://doi-tac.example"


def limiting(agency: Agency, most: int, status: int = 429) -> Agency:
    """Return an agency that refuses one and the same call when it comes too often in a row."""
    before: dict[str, Any] = {}

    def hook(call: Call) -> Answer | None:
        asked = (call.method, call.path, call.query, call.headers)
        before["times"] = before.get("times", 0) + 1 if before.get("asked") == asked else 1
        before["asked"] = asked
        if call.method != "GET" or before["times"] <= most:
            return None
        told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
        fields = (("Content-Type", "application/problem+json"), ("Retry-After", "0"))
        return Answer(status, fields, json.dumps(told).encode())

    return agency.intercepting(hook)


def deprecating(agency: Agency, operation_id: str, *fields: tuple[str, str]) -> Agency:
    """Return an agency whose contract deprecates an operation, of which answers say this."""

    def change(document: dict[str, Any]) -> None:
        operation_of(document, operation_id)["deprecated"] = True

    return publishing(agency, change).bending_answers(
        when_asked(operation_id, lambda _call, made: made.plus(*fields))
    )


def compressing(
    agency: Agency,
    wanted: Callable[[str], bool],
    change: Callable[[bytes], bytes] = gzip.compress,
    *fields: tuple[str, str],
) -> Agency:
    """Return an agency that codes what is public and of any length, for whom it thinks wants it.

    Args:
        agency: the agency.
        wanted: whether Accept-Encoding asks for it, as this agency reads it.
        change: makes the content that is sent.
        fields: what an answer says of it; by default that it is gzip.
    """

    def bend(call: Call, made: Answer) -> Answer:
        if not public(call) or made.status != 200 or call.method != "GET":
            return made
        if not wanted(", ".join(call.values_of("accept-encoding")).lower()):
            return made
        # Another coding is another representation (RFC 9110, section 8.8.3.3).
        tag = made.get("ETag")
        coded = made.with_field("ETag", f'{tag[:-1]}-c"') if tag else made
        return coded.with_body(change(made.body)).plus(*(fields or (("Content-Encoding", "gzip"),)))

    return agency.bending_answers(bend)


def varying(agency: Agency, *names: str) -> Agency:
    """Return an agency of which every answer lists these fields in Vary."""
    return agency.bending_answers(lambda _call, made: made.plus(("Vary", ", ".join(names))))


def in_two_languages(agency: Agency, *fields: tuple[str, str]) -> Agency:
    """Return an agency that names procedures in English for whom prefers that."""

    def bend(call: Call, made: Answer) -> Answer:
        if call.asks != LIST or made.status != 200:
            return made
        english = call.values_of("accept-language")[:1] == ("en",)
        told = made.body.replace("Đăng ký".encode(), b"Register") if english else made.body
        tag = made.get("ETag")
        other = made.with_field("ETag", f'{tag[:-1]}-en"') if tag and english else made
        language = ("Content-Language", "en" if english else "vi")
        return other.with_body(told).plus(language, *fields)

    return agency.bending_answers(bend)


def public(call: Call) -> bool:
    """Whether a call asks for what everybody may have."""
    return call.operation is not None and not call.operation.secured


def serving_a_partner(
    agency: Agency, *, status: int = 204, fields: str = "authorization, content-type"
) -> Agency:
    """Return an agency that pages of one partner may call, as its owner says (Fetch).

    Args:
        agency: the agency.
        status: of the answer to what a browser asks beforehand.
        fields: the fields that are allowed there.
    """
    told = (("Access-Control-Allow-Origin", PARTNER), ("Vary", "Origin"))

    def preflight(call: Call) -> Answer | None:
        if call.method != "OPTIONS" or not call.values_of("access-control-request-method"):
            return None
        allowed = (
            ("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE"),
            ("Access-Control-Allow-Headers", fields),
        )
        return Answer(status, allowed)

    return agency.intercepting(preflight).with_(
        cors=lambda origin, _host: told if origin == PARTNER else (),
        allowed_origins=(PARTNER,),
    )
