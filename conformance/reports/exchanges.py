"""One exchange of the record as text a person reads: request, answer, recorded facts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.reports.hostile import excerpt, one_line, shortened
from conformance.reports.words import label

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Shown:
    """An exchange ready for a page; nothing in it is escaped yet."""

    id: str
    kind: str
    headline: str
    outcome: str
    identity: str | None
    at: str
    request: str
    response: str
    facts: str
    error: str


def show(exchange: Mapping[str, Any], lang: str, *, base_url: str, body_limit: int) -> Shown:
    """Put `exchange` into words.

    The headline names what lies beyond `base_url`; the request itself is shown whole. Bodies
    are cut at `body_limit` characters, and say so.
    """
    request, response = exchange.get("request"), exchange.get("response")
    facts = exchange.get("facts") or {}
    return Shown(
        id=exchange["id"],
        kind=exchange["kind"],
        headline=_headline(exchange, base_url),
        outcome=_outcome(exchange, lang),
        identity=exchange.get("identity"),
        at=exchange.get("at") or "",
        request=_message(_request_line(request), request, lang, body_limit) if request else "",
        response=_message(_status_line(response), response, lang, body_limit) if response else "",
        facts=_pretty(facts, lang, body_limit) if facts else "",
        error=_plain(exchange.get("error")),
    )


def _outcome(exchange: Mapping[str, Any], lang: str) -> str:
    response = exchange.get("response")
    if response and "status" in response:
        return str(response["status"])
    if exchange["kind"] == "http":
        return label("no_answer", lang)
    # A handshake, or a lookup, has no status; what came of it stands in its facts.
    facts = exchange.get("facts") or {}
    return str((facts.get("tls") or facts.get("dns") or {}).get("outcome", ""))


def _headline(exchange: Mapping[str, Any], base_url: str) -> str:
    request = exchange.get("request") or {}
    path = request.get("url", "").removeprefix(base_url.rstrip("/")) or "/"
    said = f"{request['method']} {path}" if "method" in request else ""
    return shortened(one_line(said or f"{exchange['kind']} {exchange.get('unit') or ''}"), 240)


def _request_line(request: Mapping[str, Any]) -> str:
    return f"{request.get('method', '')} {request.get('url', '')}".strip()


def _status_line(response: Mapping[str, Any]) -> str:
    if "status" not in response:
        return ""
    reason = response.get("reason") or ""
    return f"HTTP/{response.get('http', '1.1')} {response['status']} {reason}".strip()


def _message(start: str, message: Mapping[str, Any], lang: str, limit: int) -> str:
    lines = [start] if start else []
    lines += [f"{name}: {value}" for name, value in message.get("headers") or ()]
    body = _body(message.get("body"), lang, limit)
    return "\n".join([*lines, "", body] if body else lines)


def _body(body: Mapping[str, Any] | None, lang: str, limit: int) -> str:
    if not body:
        return ""
    if "file" in body:
        return f"[{label('body_file', lang)} {body['file']}, sha256 {body.get('sha256', '')}]"
    if "base64" in body:
        return f"[{label('body_bytes', lang)}]\n{_cut(body['base64'], lang, limit)}"
    return _cut(str(body.get("text", "")), lang, limit)


def _cut(value: str, lang: str, limit: int) -> str:
    head, left_out = excerpt(value, limit)
    return f"{head}\n[{label('cut', lang, n=left_out)}]" if left_out else head


def _pretty(value: Any, lang: str, limit: int) -> str:
    return _cut(json.dumps(value, ensure_ascii=False, indent=2), lang, limit)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
