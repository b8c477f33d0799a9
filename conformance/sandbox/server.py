"""The agencies as an ASGI application, with the helper routes that are no part of any contract."""

from __future__ import annotations

import asyncio
import json
import sys
import traceback
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from conformance.sandbox import authorisation
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.requests_in import LARGEST_BODY
from conformance.sandbox.sites import OVER_TLS, Sites, as_yaml

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# Where the listener leaves the common name in a client certificate.
PEER = "peer"
# Whether our own authority issued it: some listeners leave that to the application.
VOUCHED = "vouched"
_MOST_FIELDS = 1000
_BODILESS = frozenset({204, 205, 304})


def application(sites: Sites, *, helpers_only: bool = False) -> App:
    """Return the application.

    Args:
        sites: the agencies to serve.
        helpers_only: serve contracts and target files, but no agency.
    """

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        call = _call(scope, await _body(receive))
        try:
            made = _helped(sites, call) or _answered(sites, call, helpers_only=helpers_only)
        except Exception:  # noqa: BLE001 - the last door: what went wrong is ours, and is shown
            sys.stderr.write(traceback.format_exc())
            made = Answer(500, (("Content-Type", "text/plain"),), b"sandbox error\n")
        if made.seconds:
            await asyncio.sleep(made.seconds)
        await _send(send, call.method, made)

    return app


def country(systems: Mapping[str, Sites]) -> App:
    """Return the application that serves several systems, each below `/SYSTEM`.

    `/` tells which there are.
    """
    apps = {f"/{name}": application(sites) for name, sites in systems.items()}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        # The metadata of an issuer with a path stand before that path (RFC 8414, section 3).
        path = scope["path"].removeprefix(authorisation.METADATA[1])
        found = apps.get("/" + path.split("/")[1]) if "/" in path else None
        if found is not None:
            await found(scope, receive, send)
            return
        await _body(receive)
        await _send(send, scope["method"], _index(systems) if path == "/" else _NOWHERE)

    return app


_NOWHERE = Answer(404, (("Content-Type", "text/plain"),), b"see / for the systems\n")


def _index(systems: Mapping[str, Sites]) -> Answer:
    told = {
        name: {
            "base_url": sites.base_url(None, sites.prefix),
            "target": f"{sites.base_url(None, sites.prefix)}/target.yaml",
        }
        for name, sites in systems.items()
    }
    return _file("application/json", json.dumps({"systems": told}, ensure_ascii=False))


def _helped(sites: Sites, call: Call) -> Answer | None:
    """Answer the routes that belong to the sandbox and not to an agency."""
    over_tls = sites.everything and call.path.startswith(OVER_TLS + "/")
    name, base, rest = sites.locate(call.path.removeprefix(OVER_TLS) if over_tls else call.path)
    if call.method in ("GET", "HEAD") and rest == "/target.yaml":
        text = sites.target_file(name, base, over_tls=over_tls)
        return _file("application/yaml", text)
    published_at = sites.site(name).agency.published_at
    if call.method in ("GET", "HEAD") and rest == published_at:
        described = sites.contract_file(name, base, over_tls=over_tls)
        if published_at.endswith(".yaml"):
            return _file("application/yaml", as_yaml(described))
        return _file("application/json", json.dumps(described, ensure_ascii=False))
    if call.method == "POST" and rest == "/~reset":
        sites.site(name).reset()
        return Answer(204)
    return None


def _file(media_type: str, text: str) -> Answer:
    fields = (
        ("Content-Type", media_type),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    )
    return Answer(200, fields, text.encode("utf-8"))


def _answered(sites: Sites, call: Call, *, helpers_only: bool) -> Answer:
    if helpers_only:
        return Answer(404, (("Content-Type", "text/plain"),), b"only /target.yaml, /openapi.json\n")
    name, base, rest = sites.locate(call.path)
    site = sites.site(name)
    below = Call(
        method=call.method,
        path=rest or "/",
        query=call.query,
        headers=call.headers,
        body=call.body,
        scheme=call.scheme,
        http=call.http,
        peer=call.peer,
        vouched=call.vouched,
        base=base,
    )
    return site.answer(below)


def _call(scope: Scope, body: bytes | None) -> Call:
    return Call(
        method=scope["method"],
        path=scope["path"],
        query=_query(scope["query_string"]),
        headers=tuple(
            (name.decode("latin-1").lower(), value.decode("latin-1"))
            for name, value in scope["headers"]
        ),
        body=body,
        scheme=scope["scheme"],
        http=scope["http_version"],
        peer=scope.get("state", {}).get(PEER),
        vouched=scope.get("state", {}).get(VOUCHED, True),
    )


def _query(raw: bytes) -> tuple[tuple[str, str], ...]:
    text = raw.decode("latin-1")
    try:
        return tuple(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        # So many parameters mean nothing to any operation.
        return ()


async def _body(receive: Receive) -> bytes | None:
    """Read a body to its end; None for one that is too large, whose bytes are let go."""
    read = bytearray()
    too_large = False
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return bytes(read)
        read += message.get("body", b"")
        if len(read) > LARGEST_BODY:
            too_large = True
            read.clear()
        if not message.get("more_body", False):
            return None if too_large else bytes(read)


async def _send(send: Send, method: str, made: Answer) -> None:
    fields = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in made.headers]
    sized = made.has("Content-Length") or made.has("Transfer-Encoding")
    if not sized and made.status not in _BODILESS and made.status >= 200:
        fields.append((b"Content-Length", str(len(made.body)).encode("ascii")))
    await send({"type": "http.response.start", "status": made.status, "headers": fields})
    # The answer to HEAD ends with its fields (RFC 9110, section 9.3.2).
    bodiless = method == "HEAD" or made.status in _BODILESS
    await send({"type": "http.response.body", "body": b"" if bodiless else made.body})
