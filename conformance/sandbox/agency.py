"""An agency: everything about its behaviour that a fault or a near-miss can bend.

The default values are the correct agency. Most variations turn one plain knob; the rest hang a
function into one of the four places `before`, `problems`, `values` and `after`.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal

from joserfc.jwk import KeySet

from conformance.sandbox.certified import Certified
from conformance.sandbox.contract import Contract
from conformance.sandbox.data_exchange.rules import Rules
from conformance.sandbox.demonstration import Person
from conformance.sandbox.dialects import Dialect
from conformance.sandbox.listing import Listing
from conformance.sandbox.messages import Answer, Call, Headers
from conformance.sandbox.signing_in import SigningIn
from conformance.sandbox.tls import Tls

PROBLEM = "application/problem+json"
NOT_STORED = ("no-store",)
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def as_json(value: Any) -> bytes:
    """Write a value as JSON in UTF-8 (RFC 8259, section 8.1)."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")


def no_cors(_origin: str, _host: str) -> Headers:
    """Share nothing with other origins: no field at all (Fetch, CORS protocol)."""
    return ()


def numbered(told: str | None) -> Headers:
    """Tell the id of a request: the caller's, where it has the form of one, else a new one."""
    kept = told is not None and _REQUEST_ID.fullmatch(told)
    return (("X-Request-ID", told if told and kept else str(uuid.uuid4())),)


def has_scope(_operation: str, scope: str, claimed: Any) -> bool:
    """Whether a scope is among those of a token: a text (RFC 6749, section 3.3) or a list."""
    return scope in (claimed.split() if isinstance(claimed, str) else claimed or ())


def always(_service: str) -> bool:
    """Make no exception for any service."""
    return True


@dataclass(frozen=True)
class Wire:
    """What a proxy in front of the agency does to the bytes.

    Attributes:
        forward: changes the head of a request on its way in.
        relay: changes a whole response on its way out, given the method that was asked.
        piece: how many bytes leave at once; None for all of them.
    """

    forward: Callable[[bytes], bytes] = lambda head: head
    relay: Callable[[str, bytes], bytes] = lambda _method, response: response
    piece: int | None = None


@dataclass(frozen=True)
class Agency:
    """The behaviour of one agency.

    Attributes:
        contract: what it promises.
        published: changes the contract on its way out; what it keeps stays as it is.
        published_at: where the contract is read.
        problem_media_type: the media type of errors (RFC 9457, section 3).
        problem_status: the `status` member of every problem; None repeats the HTTP status.
        json_media_type: the media type of successful answers.
        ends_ambiguous: whether a connection ends with the answer to a request that tells its length
            in two ways (RFC 9112, section 6.1).
        nosniff: values of X-Content-Type-Options, one field line each.
        hsts: values of Strict-Transport-Security, over TLS only (RFC 6797, section 7.2).
        policies: values of Content-Security-Policy on what has none yet.
        embedding: values of Cross-Origin-Resource-Policy on what is closed.
        personal_cache: values of Cache-Control on answers with personal data.
        public_cache: values of Cache-Control on public answers.
        challenges: values of WWW-Authenticate on 401; None for the usual Bearer challenge.
        banners: further fields on every answer.
        cors: the fields for a request that has an Origin; gets origin and host.
        request_id: the fields that tell by which id a request is known; gets the caller's own.
        allowed_origins: the origins of partners, as the target file names them.
        rate_limit: requests and seconds that the target file says one caller is allowed.
        unknown_path_status: the status for a path that is not in the contract.
        method_status: the status for a method that the path does not have.
        allow: the value of Allow on 405; None for the true one, False for no field.
        head: whether GET operations answer HEAD too (RFC 9110, section 9.3.2).
        stranger_status: the status for a call without credentials.
        bad_token_status: the status for credentials that are not known.
        stranger: who a call without credentials is taken for; None for nobody.
        impostor: who a call with unknown credentials is taken for; None for nobody.
        let_in: who a call is taken for, whatever it shows; None for asking it.
        algorithms: what access tokens may be signed with; the first is what they are signed with.
        unsigned_algorithms: values of `alg` that need no signature.
        hmac_secret: finds the secret of a token with `HS256`, given its header and the published
            keys; None for not taking such tokens at all.
        trust_embedded_keys: whether a token may bring the key that verifies it (`jwk`).
        token_kind: the type that access tokens say they are of (RFC 9068, section 2.1).
        token_claims: changes what an access token claims.
        token_seconds: how long a token lasts that is issued to a program.
        claims_demanded: what a token has to claim to be taken.
        verify_signature: whether signatures are looked at.
        empty_signature_passes: whether a token whose signature is empty is taken.
        verify_type: whether only access tokens are taken (RFC 9068, section 4).
        verify_expiry: whether `exp` is looked at.
        verify_not_before: whether `nbf` is looked at.
        leeway: by how many seconds clocks may differ.
        verify_issuer: whether `iss` is looked at.
        verify_audience: whether `aud` is looked at.
        audience_fits: whether an audience of a token is the one expected; gets both.
        foreign_token_status: the status for a token that is good, but for somebody else.
        token_in_query_on: operations that take a token from the query too (RFC 6750, 2.3).
        query_token_status: the status for a token in the query; None for not looking at it.
        scopes: the scope that the contract demands of tokens, by operation.
        scope_fits: whether what a token is good for covers a scope that is demanded; gets the
            operation, the scope, and the claim as it stands.
        unscoped_status: the status for a token without that scope.
        scope_claim: writes the scopes of the tokens in the target file as claims.
        metadata: changes the metadata of the authorisation server; gets where they are read.
        key_set: changes the published key set; also gets the same with its private members.
        verify_revocation: whether revoked tokens are refused (RFC 7009).
        owner_forgotten_on: operations that do not ask whose an object is.
        others_status: the status for somebody else's object.
        role_forgotten_on: operations that do not ask what the caller may do.
        owners_in_office_on: operations of officials that the owner of an object may call too.
        rules_forgotten: rules of operations of a declared agency, as `operationId.rule`.
        officials_may: privileged operations that officials may call, as administrators may.
        outsider_status: the status for whoever may not call a privileged operation.
        certified: which operations only a client certificate opens.
        identities: by which way of logging in the target file names people; see `target.py`.
        foreign: what is foreign in the token that the target file calls so: `audience`, `issuer`.
        signing_in: how it signs people in for other systems.
        members_ignored: members of request bodies that are dropped rather than refused.
        members_kept: members of request bodies that are not the caller's to set, and are set.
        accept: whether a value of Accept lets JSON through; None for the true reading.
        unacceptable_status: the status when Accept does not let JSON through; None for answering
            with the only representation (RFC 9110, section 12.4.1).
        speaks: the media types that packets are answered in, the preferred one first.
        session_demanded: whether a service wants packets to carry a session.
        overlooks: rules of a system of its own kind that it does not look at, by their names.
        session_checked: whether a session has to be one that was handed out.
        exchange: how it exchanges, where it is a data exchange platform.
        time: writes a point in time.
        day: writes a date.
        encode: writes a JSON value as bytes.
        health: what `/health`, which is in no contract, tells monitors; None for nothing there.
        gateway: what stands in front makes of a call before the agency sees it.
        listing: how it selects, orders and cuts what it lists.
        readings: how it takes a call to be meant, before anything looks at it.
        before: may answer a call before anything else looks at it.
        problems: change the members of a problem document.
        values: change the value of a successful answer.
        after: change a finished answer.
        wire: what a proxy in front of it does, if there is one.
        tls: what its own TLS listener is like, if it has one.
        dialect: under which other names it is known, if it is.
    """

    contract: Contract
    published: Callable[[dict[str, Any]], dict[str, Any]] = dict
    published_at: str = "/openapi.json"
    problem_media_type: str = PROBLEM
    problem_status: int | None = None
    json_media_type: str = "application/json"
    ends_ambiguous: bool = True
    nosniff: tuple[str, ...] = ("nosniff",)
    hsts: tuple[str, ...] = ("max-age=63072000; includeSubDomains",)
    policies: tuple[str, ...] = ("default-src 'none'; base-uri 'none'; frame-ancestors 'none'",)
    embedding: tuple[str, ...] = ("same-origin",)
    personal_cache: tuple[str, ...] = NOT_STORED
    public_cache: tuple[str, ...] = ("public, max-age=300",)
    challenges: tuple[str, ...] | None = None
    banners: Headers = ()
    cors: Callable[[str, str], Headers] = no_cors
    request_id: Callable[[str | None], Headers] = numbered
    allowed_origins: tuple[str, ...] = ()
    rate_limit: tuple[int, int] | None = None
    unknown_path_status: int = 404
    method_status: int = 405
    allow: str | bool | None = None
    head: bool = True
    stranger_status: int = 401
    bad_token_status: int = 401
    stranger: Person | None = None
    impostor: Person | None = None
    let_in: Callable[[Call], Person | None] = lambda _call: None
    algorithms: tuple[str, ...] = ("RS256",)
    unsigned_algorithms: frozenset[str] = frozenset()
    hmac_secret: Callable[[Mapping[str, Any], KeySet], bytes | None] | None = None
    trust_embedded_keys: bool = False
    token_kind: str = "at+jwt"
    token_claims: Callable[[dict[str, Any]], dict[str, Any]] = dict
    token_seconds: int = 3600
    claims_demanded: frozenset[str] = frozenset(
        ("iss", "aud", "sub", "client_id", "exp", "iat", "jti")
    )
    verify_signature: bool = True
    empty_signature_passes: bool = False
    verify_type: bool = True
    verify_expiry: bool = True
    verify_not_before: bool = True
    leeway: int = 30
    verify_issuer: bool = True
    verify_audience: bool = True
    audience_fits: Callable[[str, str], bool] = str.__eq__
    foreign_token_status: int = 401
    token_in_query_on: frozenset[str] = frozenset()
    query_token_status: int | None = None
    scopes: Mapping[str, str] = field(default_factory=dict)
    scope_fits: Callable[[str, str, Any], bool] = has_scope
    unscoped_status: int = 403
    scope_claim: Callable[[str], Mapping[str, Any]] = lambda scope: {"scope": scope}
    metadata: Callable[[str, dict[str, Any]], Any] = lambda _place, told: told
    key_set: Callable[[dict[str, Any], dict[str, Any]], Any] = lambda told, _private: told
    verify_revocation: bool = True
    owner_forgotten_on: frozenset[str] = frozenset()
    others_status: int = 404
    role_forgotten_on: frozenset[str] = frozenset()
    owners_in_office_on: frozenset[str] = frozenset()
    rules_forgotten: frozenset[str] = frozenset()
    officials_may: frozenset[str] = frozenset({"listPacketDossiers"})
    outsider_status: int = 403
    certified: Certified = field(default_factory=Certified)
    identities: str = "bearer"
    foreign: Literal["audience", "issuer"] = "audience"
    signing_in: SigningIn = field(default_factory=SigningIn)
    members_ignored: frozenset[str] = frozenset()
    members_kept: frozenset[str] = frozenset()
    accept: Callable[[str], bool] | None = None
    unacceptable_status: int | None = 406
    speaks: tuple[str, ...] = ("application/json", "application/xml")
    session_demanded: Callable[[str], bool] = always
    session_checked: bool = True
    overlooks: frozenset[str] = frozenset()
    exchange: Rules = field(default_factory=Rules)
    time: Callable[[datetime], Any] = datetime.isoformat
    day: Callable[[date], Any] = date.isoformat
    encode: Callable[[Any], bytes] = as_json
    health: Mapping[str, Any] | None = field(default_factory=lambda: {"status": "pass"})
    gateway: Callable[[Call], Call] = lambda call: call
    listing: Listing = field(default_factory=Listing)
    readings: tuple[Callable[[Call], Call], ...] = ()
    before: tuple[Callable[[Call], Answer | None], ...] = ()
    problems: tuple[Callable[[Call, dict[str, Any]], Any], ...] = ()
    values: tuple[Callable[[Call, Any], Any], ...] = ()
    after: tuple[Callable[[Call, Answer], Answer], ...] = ()
    wire: Wire | None = None
    tls: Tls | None = None
    dialect: Dialect | None = None

    def with_(self, **knobs: Any) -> Agency:
        """Return an agency that differs in these knobs.

        Raises:
            TypeError: there is no knob of that name.
        """
        return replace(self, **knobs)

    def reading(self, hook: Callable[[Call], Call]) -> Agency:
        """Return an agency that takes calls to be meant in another way."""
        return replace(self, readings=(*self.readings, hook))

    def intercepting(self, hook: Callable[[Call], Answer | None]) -> Agency:
        """Return an agency that asks this first; None lets the call through."""
        return replace(self, before=(*self.before, hook))

    def bending_problems(self, hook: Callable[[Call, dict[str, Any]], Any]) -> Agency:
        """Return an agency that changes its problem documents."""
        return replace(self, problems=(*self.problems, hook))

    def bending_values(self, hook: Callable[[Call, Any], Any]) -> Agency:
        """Return an agency that changes what it tells when all is well."""
        return replace(self, values=(*self.values, hook))

    def bending_answers(self, hook: Callable[[Call, Answer], Answer]) -> Agency:
        """Return an agency that changes its finished answers."""
        return replace(self, after=(*self.after, hook))
