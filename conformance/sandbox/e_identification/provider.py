"""The identity provider: whom it signs in, at which level, and what it tells of them.

OpenID Connect Core 1.0 on top of the authorisation server; levels and factors are those of article
20 of Decree 69/2024.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from typing import Any

from conformance.sandbox import authorisation, tokens
from conformance.sandbox.agency import Agency
from conformance.sandbox.authorisation import RefusedError, Server, json_answer
from conformance.sandbox.demonstration import Client, Person
from conformance.sandbox.e_identification import data
from conformance.sandbox.e_identification.data import Account
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.signing_in import Claims
from conformance.sandbox.tokens import InvalidTokenError

LEVELS = ("LoA1", "LoA2", "LoA3", "LoA4")
_CHALLENGE = ("WWW-Authenticate", 'Bearer realm="e-identification"')


class Provider(Server):
    """An authorisation server that says who people are."""

    clients: tuple[Client, ...] = data.CLIENTS

    def _signed_in(self, agency: Agency, asked: Mapping[str, str]) -> tuple[Person, Claims]:
        account = next(
            (a for a in data.ACCOUNTS if a.person.username == asked.get("login_hint")), None
        )
        if account is None or (account.ended and not agency.signing_in.ended):
            raise RefusedError("access_denied")
        if account.ended and agency.signing_in.ended == "new":
            account = next(a for a in data.ACCOUNTS if a.person is data.COMPANY)
        wanted, demanded = _wanted(asked)
        level = min(wanted or 1, account.highest)
        if demanded and level < (wanted or 1):
            lower = agency.signing_in.lowered(level)
            if lower is None:
                # A failed attempt (OpenID Connect Core 1.0, section 5.5.1.1).
                raise RefusedError("access_denied")
            level = lower
        ways = agency.signing_in.factors(level, list(data.WAYS[level]))
        told = {"acr": LEVELS[level - 1], "amr": ways, "auth_time": int(time.time())}
        return account.person, told

    def _userinfo(self, agency: Agency, call: Call) -> Answer:
        claims = self._claimed(agency, call)
        shown = call.first("authorization") is not None
        if not agency.signing_in.userinfo_token(claims, shown):
            return json_answer(401, {"error": "invalid_token"}).plus(_CHALLENGE)
        subject = claims["sub"] if claims else data.ACCOUNTS[0].person.subject
        account = next((a for a in data.ACCOUNTS if a.person.subject == subject), None)
        if account is None:
            return json_answer(403, {"error": "insufficient_scope"}).plus(_CHALLENGE)
        told = agency.signing_in.userinfo(
            {"kind": account.kind, "person": account.person.name}, userinfo(account)
        )
        body = json.dumps(told, ensure_ascii=False).encode("utf-8")
        return json_answer(200, {}).with_body(body)

    def _claimed(self, agency: Agency, call: Call) -> Claims | None:
        """Return what the token of a call claims; None where there is none that is good."""
        scheme, _, token = (call.first("authorization") or "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        try:
            return tokens.verified(token.strip(), agency, self.trust)
        except InvalidTokenError:
            return None

    def _metadata(self, issuer: str) -> dict[str, Any]:
        return {
            **super()._metadata(issuer),
            "userinfo_endpoint": issuer + authorisation.USERINFO,
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "acr_values_supported": list(LEVELS),
            "claims_parameter_supported": True,
            "claims_supported": ["sub", *sorted({n for a in data.ACCOUNTS for n in a.claims})],
        }


def userinfo(account: Account) -> dict[str, Any]:
    """Return what is told of the holder of an account."""
    return {"sub": account.person.subject, "LoaiTaiKhoan": account.kind, **account.claims}


def _wanted(asked: Mapping[str, str]) -> tuple[int | None, bool]:
    """Return the level that a request names, and whether it insists on it."""
    try:
        claim = json.loads(asked.get("claims", "{}"))["id_token"]["acr"]
        named, demanded = claim["values"], claim.get("essential", False)
    except (KeyError, TypeError, ValueError):
        named, demanded = asked.get("acr_values", "").split(), False
    return _level(named), bool(demanded)


def _level(named: Iterable[Any]) -> int | None:
    return next((LEVELS.index(name) + 1 for name in named if name in LEVELS), None)
