"""The authorisation server: issues, refreshes and revokes tokens, and says how (RFC 6749).

It is another system than the agency, as in life: its paths stand in no contract. It is served
below the agency's address, so that each agency has one of its own.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode

from conformance.sandbox import tokens
from conformance.sandbox.agency import Agency
from conformance.sandbox.demonstration import CLIENTS, PEOPLE, PORTAL, Client, Person
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.tokens import HOUR, Claims, InvalidTokenError, Keys, Trust

AUTHORIZE = "/oauth2/authorize"
TOKEN = "/oauth2/token"
REVOKE = "/oauth2/revoke"
USERINFO = "/oauth2/userinfo"
JWKS = "/oauth2/jwks"
METADATA = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")

SCOPES = ("openid", "ho-so")
CODE_SECONDS = 60
MOST_KEPT = 5000
_FOR_A_WHILE = "public, max-age=300"
_FORM = "application/x-www-form-urlencoded"
_GRANTS = ("authorization_code", "client_credentials", "refresh_token")


def owns(path: str) -> bool:
    """Whether a path is the authorisation server's and not the agency's."""
    return path in (AUTHORIZE, TOKEN, REVOKE, USERINFO, JWKS, *METADATA)


class RefusedError(Exception):
    """A request is refused with an error code (RFC 6749, sections 4.1.2.1 and 5.2)."""

    def __init__(self, code: str, status: int = 400) -> None:
        super().__init__(code)
        self.code = code
        self.status = status


@dataclass(frozen=True)
class _Grant:
    """What a person allowed a program, in the form of a code or a refresh token.

    `family` is shared by all that came of one code: if any of it turns up a second time, somebody
    stole it, and all of it ends (RFC 9700, section 4.14.2).
    """

    person: Person
    client: str
    scope: str
    family: str
    ends: float
    redirect: str = ""
    challenge: str = ""
    nonce: str | None = None
    told: Claims = field(default_factory=dict)
    uses: int = 0


class Server:
    """The authorisation server of one agency.

    Args:
        keys: what it signs with.
        issuers: its names, one for each address at which it is reached.
    """

    # The programs that it knows.
    clients: tuple[Client, ...] = CLIENTS

    def __init__(self, keys: Keys, issuers: tuple[str, ...]) -> None:
        self._codes: dict[str, _Grant] = {}
        self._refreshing: dict[str, _Grant] = {}
        # What was used up, so that a second use is noticed: the family that it belonged to.
        self._used: dict[str, str] = {}
        self._ended: dict[str, None] = {}
        self._issued: dict[str, list[str]] = {}
        self._revoked: dict[str, None] = {}
        self.keys = keys
        self.issuers = issuers
        self.trust = Trust(keys, issuers, self._revoked)

    def answer(self, agency: Agency, call: Call) -> Answer:
        """Answer a call to one of its paths."""
        methods = ("POST",) if call.path in (TOKEN, REVOKE) else ("GET", "HEAD")
        if call.method not in methods:
            return _json(405, {"error": "invalid_request"}).plus(("Allow", ", ".join(methods)))
        ways = {AUTHORIZE: self._authorize, REVOKE: self._revoke, USERINFO: self._userinfo}
        try:
            if call.path == TOKEN:
                return _json(200, self._token(agency, call))
            if call.path in ways:
                return ways[call.path](agency, call)
        except RefusedError as refused:
            return _refused(agency, refused)
        told = self._published(agency, call)
        return _NOTHING_THERE if told is None else _json(200, told, cached=_FOR_A_WHILE)

    def _published(self, agency: Agency, call: Call) -> Any:
        """Return what everybody may know: keys or metadata; None where there is nothing."""
        if call.path == JWKS:
            known = agency.algorithms
            return agency.key_set(self.keys.document(known), self.keys.private(known))
        return agency.metadata(call.path, self._metadata(self.issuer(call)))

    def issuer(self, call: Call) -> str:
        """Return the name of the issuer at the address that a call came to."""
        host = call.first("host") or ""
        origin = f"{call.scheme}://{host}{call.base}"
        # Only names of its own: a Host that somebody made up names no issuer.
        return origin if origin in self.issuers else self.issuers[0]

    def access_token(
        self, agency: Agency, person: Person, client: str = PORTAL.id, **claims: Any
    ) -> str:
        """Issue an access token; `claims` are those of `tokens.claims_of`."""
        issuer = claims.pop("issuer", self.issuers[0])
        made = tokens.claims_of(person, client, issuer, agency.contract.system, **claims)
        return self._access_token(agency, made)

    def _access_token(self, agency: Agency, claims: Claims) -> str:
        told = agency.token_claims(claims)
        return tokens.signed(told, self.keys, agency.algorithms[0], kind=agency.token_kind)

    def id_token(self, agency: Agency, person: Person, issuer: str, seconds: int) -> str:
        """Issue an ID token, as after a sign-in: it tells a program who somebody is."""
        now = int(time.time())
        claims = {
            "iss": issuer,
            "sub": person.subject,
            "aud": PORTAL.id,
            "azp": PORTAL.id,
            "iat": now,
            "exp": now + seconds,
            "nonce": secrets.token_hex(8),
        }
        return tokens.signed(claims, self.keys, agency.algorithms[0], kind="JWT")

    def refresh_token(self, person: Person, client: str = PORTAL.id) -> str:
        """Issue a refresh token, as after an authorisation code."""
        ends = time.time() + 24 * HOUR
        return self._renewable(_Grant(person, client, "ho-so", secrets.token_hex(16), ends))

    # --- token endpoint (RFC 6749, section 3.2) -------------------------------------------------

    def _token(self, agency: Agency, call: Call) -> dict[str, Any]:
        form = _form(call)
        client = _authenticated(call, form, self.clients)
        grant = form.get("grant_type", "")
        if not grant:
            raise RefusedError("invalid_request")
        if grant not in _GRANTS:
            raise RefusedError("unsupported_grant_type")
        if grant not in client.grants:
            raise RefusedError("unauthorized_client")
        if grant == "client_credentials":
            scope = _narrowed("ho-so", form.get("scope"))
            account = client.account
            if account is None:
                raise RefusedError("unauthorized_client")
            made = _Grant(account, client.id, scope, secrets.token_hex(16), 0.0)
            return self._given(agency, call, made)
        taken = self._code(agency, form, client) if grant == "authorization_code" else None
        held = taken or self._renewed(form, client)
        told = self._given(agency, call, held)
        if taken and "openid" in held.scope.split():
            told["id_token"] = self._id_token(agency, call, held)
        return {**told, "refresh_token": self._renewable(held)}

    def _given(self, agency: Agency, call: Call, grant: _Grant) -> dict[str, Any]:
        claims = tokens.claims_of(
            grant.person,
            grant.client,
            self.issuer(call),
            agency.contract.system,
            scope=grant.scope,
            seconds=agency.token_seconds,
        )
        _keep(self._issued, grant.family, [*self._issued.get(grant.family, []), claims["jti"]])
        return {
            "access_token": self._access_token(agency, claims),
            "token_type": "Bearer",
            "expires_in": agency.token_seconds,
            "scope": grant.scope,
        }

    def _id_token(self, agency: Agency, call: Call, grant: _Grant) -> str:
        """Return the ID token (OpenID Connect Core 1.0, section 2)."""
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer(call),
            "sub": grant.person.subject,
            "aud": grant.client,
            "iat": now,
            "exp": now + HOUR,
        }
        if grant.nonce is not None:
            claims["nonce"] = grant.nonce
        claims = agency.signing_in.id_token({**claims, **grant.told})
        made = tokens.signed(claims, self.keys, agency.algorithms[0], kind="JWT")
        return agency.signing_in.sealed(made)

    def _code(self, agency: Agency, form: Mapping[str, str], client: Client) -> _Grant:
        """Redeem an authorisation code (RFC 6749, section 4.1.3; RFC 7636, section 4.6)."""
        signing_in, secret = agency.signing_in, form.get("code", "")
        kept = self._codes.get(secret)
        if kept is not None and signing_in.code_fits(kept.client == client.id, bool(client.secret)):
            client = replace(client, id=kept.client)
        held = self._taken(self._codes, secret, client)
        if held.uses + 1 < signing_in.code_uses:
            self._used.pop(secret)
            self._codes[secret] = replace(held, uses=held.uses + 1)
        if not signing_in.verifier_checked(form.get("code_verifier")):
            return held
        verifier = form.get("code_verifier", "")
        digest = hashlib.sha256(verifier.encode("utf-8", "replace")).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
        same_place = form.get("redirect_uri") == held.redirect
        if not same_place or not secrets.compare_digest(challenge, held.challenge):
            raise RefusedError("invalid_grant")
        return held

    def _renewed(self, form: Mapping[str, str], client: Client) -> _Grant:
        held = self._taken(self._refreshing, form.get("refresh_token", ""), client)
        return replace(held, scope=_narrowed(held.scope, form.get("scope")))

    def _taken(self, kept: dict[str, _Grant], secret: str, client: Client) -> _Grant:
        """Take what can be used once; a second use ends all that came of it."""
        if secret in self._used:
            self._end(self._used[secret])
        held = kept.get(secret)
        if held is None or held.client != client.id:
            raise RefusedError("invalid_grant")
        del kept[secret]
        _keep(self._used, secret, held.family)
        if held.ends < time.time() or held.family in self._ended:
            raise RefusedError("invalid_grant")
        return held

    def _renewable(self, grant: _Grant) -> str:
        secret = secrets.token_urlsafe(32)
        _keep(self._refreshing, secret, replace(grant, ends=time.time() + 24 * HOUR))
        return secret

    def _end(self, family: str) -> None:
        _keep(self._ended, family, None)
        for jti in self._issued.pop(family, []):
            _keep(self._revoked, jti, None)

    # --- authorisation endpoint (RFC 6749, section 3.1) -----------------------------------------

    def _authorize(self, agency: Agency, call: Call) -> Answer:
        """Approve at once, for the demonstration person that `login_hint` names."""
        asked = dict(call.query)
        if len(asked) != len(call.query):
            raise RefusedError("invalid_request")
        client = next((c for c in self.clients if c.id == asked.get("client_id")), None)
        # Nobody is sent to an address that is not the program's own (RFC 6749, section 4.1.2.1).
        home = asked.get("redirect_uri", "")
        fits = agency.signing_in.redirect_fits
        if client is None or not client.redirect or not fits(client.redirect, home):
            raise RefusedError("invalid_request")
        told = {"iss": self.issuer(call)}
        if "state" in asked:
            told["state"] = asked["state"]
        try:
            told |= self._approved(agency, call, asked, client)
        except RefusedError as refused:
            told["error"] = refused.code
        told = agency.signing_in.returned(told)
        mark = "#" if {"access_token", "id_token"} & told.keys() else "?"
        place = f"{home}{'&' if mark in home else mark}{urlencode(told)}"
        return Answer(302, (("Location", place), ("Cache-Control", "no-store")))

    def _approved(
        self, agency: Agency, call: Call, asked: Mapping[str, str], client: Client
    ) -> dict[str, str]:
        """Return what is handed out: a code, and tokens where this agency still has such ways."""
        kinds = asked.get("response_type", "").split()
        if " ".join(kinds) not in agency.signing_in.response_types:
            raise RefusedError("unsupported_response_type")
        challenge = asked.get("code_challenge", "")
        known = asked.get("code_challenge_method") in agency.signing_in.challenge_methods
        if agency.signing_in.proof_demanded and not (challenge and known):
            raise RefusedError("invalid_request")
        scope = _narrowed(" ".join(SCOPES), asked.get("scope", "ho-so"))
        person, reached = self._signed_in(agency, asked)
        code = secrets.token_urlsafe(32)
        made = _Grant(
            person,
            client.id,
            scope,
            family=secrets.token_hex(16),
            ends=time.time() + CODE_SECONDS,
            redirect=asked["redirect_uri"],
            challenge=challenge,
            nonce=asked.get("nonce"),
            told=reached,
        )
        told: dict[str, str] = {}
        if "code" in kinds:
            _keep(self._codes, code, made)
            told["code"] = code
        if "token" in kinds:
            told["access_token"] = self._given(agency, call, made)["access_token"]
        if "id_token" in kinds:
            told["id_token"] = self._id_token(agency, call, made)
        return told

    # --- what an identity provider does besides -------------------------------------------------

    def _signed_in(self, _agency: Agency, asked: Mapping[str, str]) -> tuple[Person, Claims]:
        """Return who signs in, and what the ID token tells of how.

        Raises:
            RefusedError: nobody does.
        """
        person = next((p for p in PEOPLE if p.username == asked.get("login_hint")), None)
        if person is None:
            raise RefusedError("access_denied")
        return person, {}

    def _userinfo(self, _agency: Agency, _call: Call) -> Answer:
        """Tell of the person that a token is about; this server tells nothing of anybody."""
        return _NOTHING_THERE

    def _metadata(self, issuer: str) -> dict[str, Any]:
        return _metadata(issuer)

    # --- revocation (RFC 7009) ------------------------------------------------------------------

    def _revoke(self, agency: Agency, call: Call) -> Answer:
        """Take a token back; one that is not known is as good as taken back (section 2.2)."""
        form = _form(call)
        client = _authenticated(call, form, self.clients)
        token = form.get("token", "")
        if not token:
            raise RefusedError("invalid_request")
        held = self._refreshing.get(token)
        if held is not None:
            _demand_own(held.client, client)
            self._end(held.family)
            del self._refreshing[token]
            return _TAKEN_BACK
        try:
            claims = tokens.verified(token, agency, self.trust)
        except InvalidTokenError:
            return _TAKEN_BACK
        _demand_own(str(claims["client_id"]), client)
        _keep(self._revoked, str(claims["jti"]), None)
        return _TAKEN_BACK


def _metadata(issuer: str) -> dict[str, Any]:
    """Return what programs need to know (RFC 8414, section 2; OpenID Connect Discovery 1.0)."""
    ways = ["client_secret_basic", "client_secret_post", "none"]
    return {
        "issuer": issuer,
        "authorization_endpoint": issuer + AUTHORIZE,
        "token_endpoint": issuer + TOKEN,
        "revocation_endpoint": issuer + REVOKE,
        "jwks_uri": issuer + JWKS,
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": list(_GRANTS),
        "token_endpoint_auth_methods_supported": ways,
        "revocation_endpoint_auth_methods_supported": ways,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }


def json_answer(status: int, value: Any) -> Answer:
    """Return an answer that nobody keeps."""
    return _json(status, value)


def _form(call: Call) -> dict[str, str]:
    """Return the parameters of a request, each of which stands once (RFC 6749, section 3.2)."""
    media_type = (call.first("content-type") or "").partition(";")[0].strip().lower()
    if media_type != _FORM or call.body is None:
        raise RefusedError("invalid_request")
    try:
        pairs = parse_qsl(
            call.body.decode("utf-8"), keep_blank_values=True, max_num_fields=100, errors="strict"
        )
    except ValueError:
        raise RefusedError("invalid_request") from None
    form = dict(pairs)
    if len(form) != len(pairs):
        raise RefusedError("invalid_request")
    # What is sent without a value is treated as if it were not sent (section 3.2).
    return {name: value for name, value in form.items() if value}


def _authenticated(call: Call, form: Mapping[str, str], clients: Iterable[Client]) -> Client:
    """Return the program that asks (RFC 6749, section 2.3.1).

    Raises:
        RefusedError: two ways at once, an unknown program, or a wrong secret.
    """
    basic = call.values_of("authorization")
    if basic and "client_secret" in form:
        raise RefusedError("invalid_request")
    name, secret = _basic(basic[0]) if basic else (form.get("client_id", ""), None)
    if secret is None:
        secret = form.get("client_secret")
    if basic and form.get("client_id", name) != name:
        raise RefusedError("invalid_request")
    for client in clients:
        if client.id == name and _same(client.secret, secret):
            return client
    raise RefusedError("invalid_client", 401)


def _basic(field: str) -> tuple[str, str]:
    scheme, _, pair = field.partition(" ")
    try:
        text = base64.b64decode(pair.strip(), validate=True).decode("utf-8")
    except ValueError:
        text = ""
    name, colon, secret = text.partition(":")
    if scheme.lower() != "basic" or not colon:
        raise RefusedError("invalid_client", 401)
    return unquote_plus(name), unquote_plus(secret)


def _same(secret: str | None, given: str | None) -> bool:
    """Whether a secret is the right one; a public client has none and must send none."""
    if secret is None or given is None:
        return secret is None and not given
    return secrets.compare_digest(secret.encode(), given.encode())


def _demand_own(issued_to: str, client: Client) -> None:
    if issued_to != client.id:
        raise RefusedError("invalid_grant")


def _narrowed(allowed: str, wanted: str | None) -> str:
    """Return the scope that is given: what is wanted, but nothing beyond what is allowed."""
    if not wanted:
        return allowed
    if not set(wanted.split()) <= set(allowed.split()):
        raise RefusedError("invalid_scope")
    return wanted


def _keep(kept: dict[str, Any], name: str, value: Any) -> None:
    """Remember something, and forget the oldest, so that memory stays bounded."""
    kept[name] = value
    while len(kept) > MOST_KEPT:
        del kept[next(iter(kept))]


def _refused(agency: Agency, refused: RefusedError) -> Answer:
    made = _json(refused.status, {"error": refused.code})
    if refused.status == 401:
        return made.plus(("WWW-Authenticate", f'Basic realm="{agency.contract.system}"'))
    return made


def _json(status: int, value: Any, *, cached: str = "no-store") -> Answer:
    fields = (("Content-Type", "application/json"), ("Cache-Control", cached))
    return Answer(status, fields, json.dumps(value).encode("ascii"))


_TAKEN_BACK = Answer(200, (("Cache-Control", "no-store"),))
_NOTHING_THERE = _json(404, {"error": "not_found"})
