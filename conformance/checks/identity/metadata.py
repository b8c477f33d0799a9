"""What the server that issues the tokens tells of itself (RFC 8414)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from conformance.check import check, require
from conformance.checks.identity.publications import (
    REQUESTS,
    SERIES,
    Place,
    Published,
    all_of,
    published,
    why_open,
)
from conformance.evidence import Exchange
from conformance.identities import issuers
from conformance.privacy.hidden import redacted
from conformance.probe import Probe
from conformance.target import is_loopback
from conformance.text import Text
from conformance.trees import holds_token
from conformance.verdict import NotApplicable, NotTested, Reason

_GONE = frozenset({404, 410})
_WITH_PERSONS = frozenset({"authorization_code", "implicit"})
_FOR_OPENID = ("jwks_uri", "subject_types_supported", "id_token_signing_alg_values_supported")
_OF_OPENID = (*_FOR_OPENID[1:], "userinfo_endpoint")
_DEPRECATED = frozenset({"implicit", "password"})
_OF_ID_TOKENS_TOO = "implicit"
# FAPI 2.0 Security Profile, sections 5.3.2.1 and 5.4.1.
_STRONG_WAYS = frozenset({"private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth"})
_STRONG_SIGNATURES = frozenset({"PS256", "ES256", "EdDSA", "Ed25519"})
_SIGNING = frozenset({"private_key_jwt", "client_secret_jwt"})
# RFC 8414, section 2: what it means to leave the list out.
_USUAL_WAYS = ("client_secret_basic",)


@check(catalogue="AUT-016", per="target", requests=REQUESTS, shares=SERIES)
def metadata_are_consistent(probe: Probe) -> None:
    """The metadata of the authorisation server are those of the issuer, complete and over https.

    Reads them as a stranger where the contract says (`openIdConnectUrl`, `oauth2MetadataUrl`),
    else where the issuer of the target file, or of the tokens (`iss`), has to publish them: with
    the well-known part between host and path (RFC 8414, section 3), then behind the path (OpenID
    Connect Discovery 1.0, section 4). `issuer` is, sign by sign, the one whose address was asked
    (RFC 8414, section 3.3), an https address without query or fragment; endpoints are https, but
    for those on the examiner's own machine; members that RFC 8414, section 2 demands are there,
    and where OpenID Connect is offered at its own address those of its section 3. A server that
    serves only programs has no response types and need not list them: zero elements must be left
    out (section 3.2). Not judged: where nobody publishes metadata and the contract names none,
    and other servers than that of the target or those of the target file, which are not asked.
    """
    all_ = published(probe)
    found = all_.metadata
    if found is None:
        raise _none_published(all_)
    place, told = found
    problems = list(_inconsistent(place, told["members"], told["misshapen"]))
    if problems and holds_token(told):
        # An address in which something is hidden is not compared with one in which nothing is.
        raise redacted()
    require(
        not problems,
        expected=Text(
            vi="siêu dữ liệu đúng tên bên cấp, đủ thành phần, địa chỉ https",
            en="metadata of this very issuer, complete, with https addresses",
        ),
        observed=all_of(problems),
    )


@check(catalogue="AUT-017", per="target", requests=REQUESTS, shares=SERIES)
def deprecated_grants_are_not_offered(probe: Probe) -> None:
    """The authorisation server offers neither passwords of people for tokens, nor tokens in URLs.

    Of the metadata: `grant_types_supported` does not name `password`, and no entry of
    `response_types_supported` issues an access token in the authorisation response (RFC 9700,
    sections 2.1.2 and 2.4; ASVS 5.0, 10.4.4); `id_token` and `code id_token` do not. `implicit` is
    also the grant of `id_token` alone (OpenID Connect Registration, section 2), so it counts where
    the response types are not listed. Where the grants are not listed, RFC 8414, section 2 takes
    `implicit` to be among them, which few mean who leave it out: then it stays open. Not judged:
    what the server does when it is asked for such a grant.
    """
    _, members = _metadata(probe)
    grants, kinds = members.get("grant_types_supported"), members.get("response_types_supported")
    wrong = sorted(_DEPRECATED & set(grants or ()))
    if kinds is not None:
        wrong = [grant for grant in wrong if grant != _OF_ID_TOKENS_TOO]
        wrong += [kind for kind in kinds if _issues(kind)]
    require(
        not wrong,
        expected=Text(
            vi="không còn `password`, hay kiểu trả lời có `token`",
            en="no `password`, no response type with `token`",
        ),
        observed=", ".join(wrong),
    )
    if grants is None:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi="siêu dữ liệu không có grant_types_supported, mặc định gồm cả implicit: công bố"
                " danh sách này",
                en="the metadata have no grant_types_supported, whose default has implicit in it:"
                " publish the list",
            ),
        )


@check(catalogue="AUT-017", per="target", requests=REQUESTS, shares=SERIES)
def proof_keys_are_offered(probe: Probe) -> None:
    """Where people log in, the authorisation server binds codes to who asked for them (PKCE, S256).

    Of the metadata: `code_challenge_methods_supported` has `S256` (RFC 9700, section 2.1.1; ASVS
    5.0, 10.4.6); `plain` beside it is left to clients. Not listed in the metadata of RFC 8414
    means not supported (section 2); those of OpenID Connect Discovery do not know the member, so
    there its absence says nothing. Not judged: whether the server insists on a proof.
    """
    place, members = _metadata(probe)
    grants, kinds = members.get("grant_types_supported"), members.get("response_types_supported")
    by_code = grants is None or "authorization_code" in grants
    if not by_code or not any("code" in kind.split() for kind in kinds or ["code"]):
        raise NotApplicable(
            Text(vi="không cấp mã ủy quyền", en="no authorisation codes are issued")
        )
    methods = members.get("code_challenge_methods_supported")
    if methods is None and place.url.endswith(issuers.APPENDED):
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi="siêu dữ liệu OpenID không nói về PKCE: công bố"
                " code_challenge_methods_supported",
                en="the OpenID metadata do not speak of PKCE: publish"
                " code_challenge_methods_supported",
            ),
        )
    require(
        "S256" in (methods or ()),
        expected=Text(
            vi="code_challenge_methods_supported có S256",
            en="code_challenge_methods_supported with S256",
        ),
        observed=", ".join(methods)
        if methods
        else Text(vi="không có thành phần này", en="no such member"),
    )


@check(catalogue="AUT-030", per="target", requests=REQUESTS, shares=SERIES)
def metadata_are_of_high_assurance(probe: Probe, *, dedicated: bool = False) -> None:
    """The authorisation server offers what the profile for high assurance takes (FAPI 2.0).

    Of the metadata: where people log in, `pushed_authorization_request_endpoint` is there; programs
    can show who they are by a key or a certificate of their own (`private_key_jwt`,
    `tls_client_auth`, `self_signed_tls_client_auth`); where they do so by a signature, PS256, ES256
    or EdDSA is among the algorithms (FAPI 2.0 Security Profile, sections 5.3.2 and 5.4.1). A server
    may serve other programs too, so weaker ways beside these are wrong only where `dedicated` says
    that it serves none. Not judged: whether it insists, whether tokens are bound to who asked for
    them, and the algorithms of ID tokens, among which OpenID Connect demands RS256.
    """
    _, members = _metadata(probe)
    problems = list(_weak(members, dedicated=dedicated))
    require(
        not problems,
        expected=Text(vi="siêu dữ liệu theo hồ sơ FAPI 2.0", en="metadata by the profile FAPI 2.0"),
        observed=all_of(problems),
    )


def _weak(members: Mapping[str, Any], *, dedicated: bool) -> Iterator[Text]:
    """Yield what metadata lack for high assurance."""
    grants = members.get("grant_types_supported")
    with_people = grants is None or "authorization_code" in grants
    if with_people and "pushed_authorization_request_endpoint" not in members:
        yield _missing("pushed_authorization_request_endpoint")
    ways = set(members.get("token_endpoint_auth_methods_supported", _USUAL_WAYS))
    yield from _beside("token_endpoint_auth_methods", ways, _STRONG_WAYS, dedicated=dedicated)
    if ways & _SIGNING:
        # RFC 8414, section 2: it must be there then.
        name = "token_endpoint_auth_signing_alg_values"
        signing = set(members.get(f"{name}_supported", ()))
        yield from _beside(name, signing, _STRONG_SIGNATURES, dedicated=dedicated)


def _beside(
    name: str, offered: set[str], strong: frozenset[str], *, dedicated: bool
) -> Iterator[Text]:
    weak = sorted(offered - strong)
    if not offered & strong:
        told = ", ".join(weak) or "∅"
        yield Text(vi=f"{name} chỉ có {told}", en=f"{name} has {told} only")
    elif dedicated and weak:
        told = ", ".join(weak)
        yield Text(vi=f"{name} còn có {told}", en=f"{name} has {told} as well")


def _metadata(probe: Probe) -> tuple[Place, Mapping[str, Any]]:
    all_ = published(probe)
    found = all_.metadata
    if found is None:
        raise why_open(all_)
    return found[0], found[1]["members"]


def _none_published(all_: Published) -> Exception:
    """Return the outcome where no metadata were found, or raise that the contract is wrong."""
    for place, outcome in zip(all_.places, all_.told, strict=True):
        if place.named and isinstance(outcome, Exchange):
            if outcome.succeeded:
                outcome.be_decoded()
            require(
                outcome.status not in _GONE and not outcome.succeeded,
                expected=Text(
                    vi="siêu dữ liệu ở địa chỉ mà đặc tả giao diện nêu",
                    en="metadata at the address that the contract names",
                ),
                observed=f"{place.url} → {outcome.status} {outcome.media_type}".strip(),
                by=outcome,
            )
    return why_open(all_)


def _inconsistent(place: Place, members: Mapping[str, Any], misshapen: list[str]) -> Iterator[Text]:
    for name in misshapen:
        yield Text(vi=f"{name} sai dạng", en=f"{name} is of a wrong form")
    issuer = members.get("issuer")
    if issuer is None:
        if "issuer" not in misshapen:
            yield _missing("issuer")
    else:
        yield from _another(place, issuer)
    for name, url in members.items():
        address = name == "issuer" or name.endswith(("_endpoint", "_uri"))
        if address and not url.lower().startswith("https://") and not _is_local(url):
            yield Text(vi=f"{name} không dùng https: {url}", en=f"{name} is not https: {url}")
    for name in _demanded(place, members):
        if not members.get(name) and name not in misshapen:
            yield _missing(name)


def _another(place: Place, issuer: str) -> Iterator[Text]:
    """Yield why an issuer is not the one whose metadata are asked for."""
    if set("?#") & set(issuer):
        yield Text(
            vi=f"issuer có phần truy vấn hoặc phân đoạn: {issuer}",
            en=f"issuer has a query or a fragment: {issuer}",
        )
    elif place.issuer is not None and issuer != place.issuer:
        yield Text(
            vi=f"issuer là {issuer}, không phải {place.issuer}",
            en=f"issuer is {issuer}, not {place.issuer}",
        )
    elif place.issuer is None and _well_known(place.url) and not issuers.is_of(issuer, place.url):
        yield Text(
            vi=f"issuer là {issuer}, không ứng với {place.url}",
            en=f"issuer is {issuer}, whose metadata do not stand at {place.url}",
        )


def _is_local(url: str) -> bool:
    """Whether an address means the examiner's own machine."""
    try:
        return is_loopback(urlsplit(url).hostname or "")
    except ValueError:
        return False


def _well_known(url: str) -> bool:
    """Whether an address tells whose metadata stand there."""
    path = urlsplit(url).path
    return path.endswith(issuers.APPENDED) or path.startswith(issuers.AT_THE_ROOT)


def _demanded(place: Place, members: Mapping[str, Any]) -> Iterator[str]:
    """Yield the members that must be there (RFC 8414, section 2; OpenID Discovery, section 3)."""
    grants = members.get("grant_types_supported")
    kinds = members.get("response_types_supported", ())
    if grants is None or _WITH_PERSONS & set(grants):
        yield from ("response_types_supported", "authorization_endpoint")
    only_implicit = kinds and not any("code" in kind.split() for kind in kinds)
    if set(grants) - {"implicit"} if grants is not None else not only_implicit:
        yield "token_endpoint"
    openid = "openid" in members.get("scopes_supported", ())
    openid = openid or any(name in members for name in _OF_OPENID)
    if openid and place.url.endswith(issuers.APPENDED):
        yield from _FOR_OPENID


def _missing(name: str) -> Text:
    return Text(vi=f"thiếu {name}", en=f"{name} is missing")


def _issues(kind: str) -> bool:
    """Whether a response type issues an access token (OAuth 2.0 Multiple Response Types, 3)."""
    return "token" in kind.split()
