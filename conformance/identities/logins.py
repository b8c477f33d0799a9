"""How an identity gets the credential that it is known by: a token, or a session.

OAuth 2.0 client credentials (RFC 6749, 4.4) and refreshed tokens of an authorisation code
(RFC 6749, 6), and a log-in with a body of the agency's own make. This module forms the request
and reads its answer; the door sends it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlencode

from conformance import nesting
from conformance.errors import UnreachableError
from conformance.evidence import Response, header_values
from conformance.identities.credentials import Credentials
from conformance.identities.forging import scopes_of
from conformance.probe.questions import Question
from conformance.target import Identity, Target, is_reference
from conformance.text import Text

# Put off, or a front server's answer while nobody stands behind it (RFC 9110, section 15.6).
_NOBODYS = frozenset({429, 502, 503, 504})
_FORM = "application/x-www-form-urlencoded"
_LONGEST = 200


@dataclass(frozen=True)
class Issued:
    """What a log-in gave: the credential, what renews it, its life in seconds, its scopes.

    A token response that tells no scope gave what was asked for (RFC 6749, 5.1). `told` is what
    may be told of a token response itself; None where the answer was none.
    """

    value: str
    refresh_token: str | None = None
    seconds: float | None = None
    scopes: list[str] | None = None
    told: Mapping[str, Any] | None = None


class AwayError(UnreachableError):
    """Nobody answered a log-in, or it was put off: that says nothing of the identity."""

    def __init__(self, identity: Identity, said: str) -> None:
        told = refused(identity, said)
        super().__init__(told.what, mend=told.mend, place=told.place)

    def __reduce__(self) -> tuple[Any, ...]:
        # As its parent: a worker process needs no identity to tell it.
        return partial(UnreachableError, self.what, mend=self.mend, place=self.place), ()


def asked(identity: Identity, credentials: Credentials, target: Target) -> Question:
    """Return the request that asks for the credential of an identity."""
    if identity.scheme == "oauth2":
        return _token_request(identity, credentials, target)
    detail = identity.detail
    members = {
        name: credentials.opened(identity.name, f"body.{name}") if is_reference(said) else said
        for name, said in detail["body"].items()
    }
    media_type = detail.get("media_type", "application/json")
    written = urlencode(members) if media_type == _FORM else json.dumps(members, ensure_ascii=False)
    headers = (("Accept", "application/json, */*;q=0.5"), ("Content-Type", media_type))
    return Question("POST", placed(detail["path"], target), headers, written.encode())


def read(identity: Identity, response: Response | None) -> Issued:
    """Return what an answer to a log-in gives.

    Raises:
        AwayError: there is none, or only a front server's.
        UnreachableError: it refuses, or the credential is not where the target file says.
    """
    if response is None or response.status in _NOBODYS:
        raise AwayError(identity, "no answer" if response is None else f"HTTP {response.status}")
    if not 200 <= response.status < 400:  # noqa: PLR2004  # RFC 9110, 15
        raise refused(identity, f"HTTP {response.status}{_reason(response)}")
    if identity.scheme == "oauth2":
        body = _json(response)
        token = body.get("access_token")
        if not isinstance(token, str) or not token:
            raise refused(identity, "no access_token")
        seconds = body.get("expires_in")
        return Issued(
            token,
            body.get("refresh_token") if isinstance(body.get("refresh_token"), str) else None,
            float(seconds) if isinstance(seconds, int | float) else None,
            scopes_of(body.get("scope", identity.detail.get("scope"))),
            _told(body, response),
        )
    value = _taken(identity.detail["take"], response)
    if not value:
        raise refused(identity, "not found: " + ", ".join(identity.detail["take"].values()))
    body = _json(response)
    # Whatever else stands behind a log-in, its answer may be a token response.
    is_one = all(isinstance(body.get(name), str) for name in ("access_token", "token_type"))
    return Issued(value, told=_told(body, response) if is_one else None)


def placed(place: str, target: Target) -> str:
    """Return the address of a place that a target file names: a path, or an address."""
    return place if "://" in place else target.base_url + place


def refused(identity: Identity, said: str) -> UnreachableError:
    """Return the error for an identity that cannot log in."""
    return UnreachableError(
        Text(
            vi=f"danh tính {identity.name} không đăng nhập được: {said}",
            en=f"the identity {identity.name} cannot log in: {said}",
        ),
        mend=Text(
            vi=f"kiểm tra địa chỉ, mã và bí mật của `identities.{identity.name}`",
            en=f"look at address, id and secret of `identities.{identity.name}`",
        ),
        place=f"identities.{identity.name}.{identity.scheme}",
    )


def _token_request(identity: Identity, credentials: Credentials, target: Target) -> Question:
    detail = identity.detail
    form = {"grant_type": detail["grant"]}
    if detail["grant"] == "refresh_token":
        form["refresh_token"] = credentials.opened(identity.name, "refresh_token")
    form |= {key: detail[key] for key in ("scope", "audience") if key in detail}
    headers = [("Accept", "application/json"), ("Content-Type", _FORM)]
    if "client_secret" not in detail:
        form["client_id"] = detail["client_id"]
    elif detail.get("client_authentication", "basic") == "basic":
        pair = ":".join(credentials.client(identity.name))
        headers.append(("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}"))
    else:
        form["client_id"] = detail["client_id"]
        form["client_secret"] = credentials.opened(identity.name, "client_secret")
    url = placed(detail["token_url"], target)
    return Question("POST", url, tuple(headers), urlencode(form).encode())


def _told(body: Mapping[str, Any], response: Response) -> dict[str, Any]:
    """Return what may be told of a token response (RFC 6749, section 5.1)."""
    kept = ", ".join(header_values(response.headers, "Cache-Control"))
    told: dict[str, Any] = {"cache_control": kept[:_LONGEST]}
    seconds = body.get("expires_in")
    if isinstance(seconds, int | float) and not isinstance(seconds, bool):
        told["expires_in"] = seconds
    return told


def _taken(take: Mapping[str, str], response: Response) -> str | None:
    if "cookie" in take:
        for line in header_values(response.headers, "Set-Cookie"):
            jar = SimpleCookie()
            try:
                jar.load(line)
            except CookieError:
                continue
            if take["cookie"] in jar:
                return jar[take["cookie"]].value
        return None
    if "header" in take:
        values = header_values(response.headers, take["header"])
        return values[0].removeprefix(take.get("prefix", "")).strip() if values else None
    node: Any = _json(response)
    for part in take["member"].removeprefix("/").split("/"):
        node = node.get(part.replace("~1", "/").replace("~0", "~")) if _is_map(node) else None
    return node if isinstance(node, str) else None


def _is_map(node: Any) -> bool:
    return isinstance(node, dict)


def _json(response: Response) -> dict[str, Any]:
    try:
        body = nesting.loads(response.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _reason(response: Response) -> str:
    """Return the error code of RFC 6749, 5.2, which says what is wrong and holds no secret."""
    code = _json(response).get("error")
    known = isinstance(code, str) and len(code) <= 64 and code.isascii()  # noqa: PLR2004  # a code, no text
    return f" ({code})" if known else ""
