"""Small words with which faults and near-misses are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.messages import Answer, Call

Bent = Callable[[Call, Answer], Answer]
LIST = "listProcedures"


def when_unknown_path(bent: Bent) -> Bent:
    """Bend only the answers for paths that the contract does not name."""
    return lambda call, made: bent(call, made) if call.template is None else made


def when_asked(operation: str, bent: Bent) -> Bent:
    """Bend only the successful answers of one operation."""

    def hook(call: Call, made: Answer) -> Answer:
        return bent(call, made) if call.asks == operation and made.status < 300 else made

    return hook


def on_list(agency: Agency, change: Callable[[bytes], bytes]) -> Agency:
    """Return an agency that changes the bytes of the list of procedures."""
    return agency.bending_answers(
        when_asked(LIST, lambda _call, made: made.with_body(change(made.body)))
    )


def with_member(agency: Agency, member: str) -> Agency:
    """Return an agency whose list of procedures has one more member, written as given."""
    return on_list(agency, lambda body: b"{" + member.encode("utf-8") + b", " + body[1:])


def each_item(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Call, Any], Any]:
    """Return a hook that changes every item of the list of procedures."""

    def hook(call: Call, value: Any) -> Any:
        if call.asks != LIST:
            return value
        return {**value, "items": [change(item) for item in value["items"]]}

    return hook


def each_text(change: Callable[[str], str]) -> Callable[[Call, Any], Any]:
    """Return a hook that changes the name of every procedure in the list."""
    return each_item(lambda item: {**item, "tenThuTuc": change(item["tenThuTuc"])})


def serving(path: str, media_type: str, text: str, status: int = 200) -> Callable[..., Any]:
    """Return a hook that serves a document at one path."""

    def hook(call: Call) -> Answer | None:
        if call.path != path or call.method not in ("GET", "HEAD"):
            return None
        return Answer(status, (("Content-Type", media_type),), text.encode("utf-8"))

    return hook


def with_detail(text: str) -> Callable[[Call, dict[str, Any]], Any]:
    """Return a hook that puts a text into every problem's `detail`."""
    return lambda _call, members: {**members, "detail": text}


def announcing_any_type(agency: Agency) -> Agency:
    """Return an agency whose contract has the list of procedures under `*/*`, schema and all."""
    document = deepcopy(dict(agency.contract.document))
    response = document["paths"]["/procedures"]["get"]["responses"]["200"]
    response["content"] = {"*/*": response["content"]["application/json"]}
    return agency.with_(contract=replace(agency.contract, document=document))


def without(value: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return an object without some members."""
    return {name: part for name, part in value.items() if name not in names}


PAGE = """<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>Hệ thống thông tin</title></head>
<body><p>Trang thông tin của hệ thống giải quyết thủ tục hành chính.</p></body></html>
"""
