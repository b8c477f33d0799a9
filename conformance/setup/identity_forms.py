"""The form of an identity in a target file, as the security schemes of a contract ask for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from conformance.contract import Contract

_PEOPLE = ("citizen_a", "citizen_b")
_PROGRAMS = ("service_a", "service_b")
_LOG_IN = re.compile(r"(?i)log-?_?in|sign-?_?in|sessions?$|dang-?_?nhap|phien$")
_NOWHERE = "https://…/token"


def entries(contract: Contract) -> Iterator[tuple[str, str]]:
    """Yield names of identities, two that share nothing, each with the entry to fill in."""
    scheme = chosen(contract)
    flows = scheme.get("flows")
    if isinstance(flows, Mapping) and set(flows) == {"clientCredentials"}:
        # No person stands behind a program: it is known by its own secret (RFC 6749, 4.4).
        for name in _PROGRAMS:
            yield name, _program(name, flows["clientCredentials"])
        return
    for name in _PEOPLE:
        yield name, _person(name, scheme, contract)


def chosen(contract: Contract) -> Mapping[str, Any]:
    """Return the scheme to use: the first, but a key in addresses only where nothing else goes.

    Addresses are kept in logs and histories (ASVS 5.0, 14.2.1).
    """
    schemes = list(contract.security_schemes.values())
    return min(schemes, key=lambda scheme: scheme.get("in") == "query", default={"type": "http"})


def needs_files(contract: Contract) -> bool:
    """Whether the scheme to use is a certificate, whose files must be there to be read."""
    return chosen(contract).get("type") == "mutualTLS"


def _person(name: str, scheme: Mapping[str, Any], contract: Contract) -> str:
    secret = f"env:{name.upper()}_TOKEN"
    kind, place = scheme.get("type"), scheme.get("in")
    if kind == "mutualTLS":
        return f"{{mtls: {{certificate: {name}.pem, key: file:{name}.key}}}}"
    if kind == "apiKey":
        path = _log_in(contract) if place == "cookie" else None
        if path is not None:
            body = f'{{username: "…", password: env:{name.upper()}_PASSWORD}}'
            taken = f"{{cookie: {scheme.get('name')}}}"
            return f"{{login: {{path: {path}, body: {body}, take: {taken}}}}}"
        return f"{{api_key: {{in: {place}, name: {scheme.get('name')}, value: {secret}}}}}"
    if kind == "http" and str(scheme.get("scheme", "")).lower() == "basic":
        return f'{{basic: {{username: "…", password: {secret}}}}}'
    flow = _of_people(scheme)
    if flow is not None:
        return (
            f'{{oauth2: {{grant: refresh_token, token_url: {_url(flow)}, client_id: "…",'
            f" refresh_token: env:{name.upper()}_REFRESH_TOKEN}}}}"
        )
    return f"{{bearer: {secret}}}"


def _program(name: str, flow: Any) -> str:
    return (
        f'{{oauth2: {{grant: client_credentials, token_url: {_url(flow)}, client_id: "…",'
        f" client_secret: env:{name.upper()}_SECRET}}}}"
    )


def _of_people(scheme: Mapping[str, Any]) -> Any:
    """Return the flow in which a person gets tokens; None where there is none."""
    if scheme.get("type") == "openIdConnect":
        # Its token endpoint stands in the document that openIdConnectUrl leads to.
        return {}
    flows = scheme.get("flows")
    return flows.get("authorizationCode") if isinstance(flows, Mapping) else None


def _url(flow: Any) -> str:
    told = flow.get("tokenUrl") if isinstance(flow, Mapping) else None
    fits = isinstance(told, str) and re.fullmatch(r"(https?://[^/?#@\s]+)?/[^\s,{}\[\]#]*", told)
    return str(told) if fits else _NOWHERE


def _log_in(contract: Contract) -> str | None:
    """Return the path where people log in, by its role or its name."""
    posts = [o for o in contract.operations if o.method == "POST" and "{" not in o.path]
    by_role = [o.path for o in posts if o.role == "session.begin"]
    return next(iter(by_role), None) or next(
        (o.path for o in posts if _LOG_IN.search(o.path) or _LOG_IN.search(o.id)), None
    )
