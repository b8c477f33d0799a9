"""Pages for people, and addresses that lead on."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace

from conformance.sandbox.agency import PROBLEM, Agency
from conformance.sandbox.bending import LIST, READ, operation_of, serving, when_asked
from conformance.sandbox.messages import Answer, Call

PAGE = """<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>Hệ thống thông tin</title></head>
<body><p>Trang thông tin của hệ thống giải quyết thủ tục hành chính.</p></body></html>
"""
PAGE_AT = "/introduction"


def showing_a_page(
    agency: Agency, page: str | Callable[[str], str], *fields: tuple[str, str]
) -> Agency:
    """Return an agency whose contract has a page in HTML, for people, and which shows it.

    The page may be made of the `topic` that is asked for.
    """
    document = deepcopy(dict(agency.contract.document))
    described = deepcopy(document["paths"]["/administrative-units"])
    entry = described["get"]
    entry |= {
        "operationId": "showIntroduction",
        "summary": "Trang giới thiệu",
        "description": "Trả về trang giới thiệu của hệ thống, dành cho người đọc.",
        "security": [],
        "parameters": [
            {
                "name": "topic",
                "in": "query",
                "description": "Chủ đề cần giới thiệu.",
                "schema": {"type": "string", "maxLength": 200},
            }
        ],
    }
    entry["responses"] = {
        "200": {
            "description": "Trang giới thiệu.",
            "content": {"text/html": {"schema": {"type": "string", "maxLength": 100000}}},
        },
        "400": {"$ref": "#/components/responses/BadRequest"},
    }
    for name in [name for name in entry if name.startswith("x-")]:
        del entry[name]
    document["paths"][PAGE_AT] = {"get": entry}
    contract = replace(agency.contract, document=document)

    def show(call: Call) -> Answer | None:
        if call.path != PAGE_AT or call.method not in {"GET", "HEAD"}:
            return None
        told = (("Content-Type", "text/html; charset=utf-8"), *fields)
        topic = dict(call.query).get("topic", "")
        made = page if isinstance(page, str) else page(topic)
        return Answer(200, told, made.encode("utf-8", "replace"))

    return agency.with_(contract=contract).intercepting(show)


def leading_on(agency: Agency, place: Callable[[str], str | None]) -> Agency:
    """Return an agency that leads a caller of `getProcedure` on, to an address that is named.

    Args:
        agency: the agency.
        place: returns where the address leads to; None for a refusal.
    """
    document = deepcopy(dict(agency.contract.document))
    operation = operation_of(document, READ)
    parameter = {
        "name": "returnUrl",
        "in": "query",
        "description": "Trang quay lại sau khi xem thủ tục.",
        "schema": {"type": "string", "maxLength": 500},
    }
    operation.setdefault("parameters", []).append(parameter)
    operation["responses"]["302"] = {
        "description": "Chuyển tới trang quay lại.",
        "headers": {"Location": {"description": "Trang quay lại.", "schema": {"type": "string"}}},
    }

    def lead(call: Call) -> Answer | None:
        address = dict(call.query).get("returnUrl") if call.asks == READ else None
        if not address:
            return None
        written = address.isascii() and address.isprintable() and " " not in address
        led = place(address) if written else None
        if led is None:
            said = b'{"title": "Bad Request", "status": 400}'
            return Answer(400, (("Content-Type", PROBLEM),), said)
        return Answer(302, (("Location", led),))

    contract = replace(agency.contract, document=document)
    return agency.with_(contract=contract).intercepting(lead)


def linking(agency: Agency, *links: str) -> Agency:
    """Return an agency whose list of procedures has Link fields."""

    def bend(_call: Call, made: Answer) -> Answer:
        return made.with_field("Link", *links)

    return agency.bending_answers(when_asked(LIST, bend))


def located_at(agency: Agency, place: str) -> Agency:
    """Return an agency that tells of the list of procedures where its content is."""

    def bend(_call: Call, made: Answer) -> Answer:
        return made.with_field("Content-Location", place)

    return agency.bending_answers(when_asked(LIST, bend))


def led(agency: Agency, operation_id: str, place: str | None, status: int = 302) -> Agency:
    """Return an agency that leads callers of an operation elsewhere, as its contract says."""
    document = deepcopy(dict(agency.contract.document))
    responses = operation_of(document, operation_id)["responses"]
    responses[str(status)] = {"description": "Được cung cấp ở nơi khác."}

    def bend(_call: Call, made: Answer) -> Answer:
        told = () if place is None else (("Location", place),)
        return replace(made, status=status, body=b"", headers=told)

    contract = replace(agency.contract, document=document)
    changed = agency.with_(contract=contract)
    return changed.bending_answers(when_asked(operation_id, bend))


def monitored_elsewhere(agency: Agency, place: str) -> Agency:
    """Return an agency that tells at `/status` how it is, and leads from `/health` elsewhere."""

    def hook(call: Call) -> Answer | None:
        led = call.path == "/health" and call.method in ("GET", "HEAD")
        return Answer(302, (("Location", place),)) if led else None

    status = serving("/status", "application/health+json", '{"status": "pass"}')
    return agency.intercepting(hook).intercepting(status)


def told_of_methods(status: int, *allow: str) -> Callable[[Call], Answer | None]:
    """Return a hook that answers OPTIONS, with Allow fields."""

    def hook(call: Call) -> Answer | None:
        if call.method != "OPTIONS":
            return None
        return Answer(status, tuple(("Allow", methods) for methods in allow))

    return hook


def moved(call: Call, path: str) -> Call:
    """Return a call as if it had come for another path."""
    return replace(call, path=path)
