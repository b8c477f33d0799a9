"""How people seem to log in, by the names in a contract; only proposed, in a comment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from conformance import advice, mapping
from conformance.contract import Contract
from conformance.contract.operations import Operation

_CALLED = re.compile(r"(?i)log-?_?in|sign-?_?in|session|token|dang-?_?nhap|phien")
_PASSWORDS = ("password", "passwd", "pwd", "matkhau")
_NAMES = ("username", "user", "email", "login", "account", "tendangnhap", "taikhoan")
_TOKENS = ("accesstoken", "token", "jwt", "idtoken", "sessionid", "session")


def operation(contract: Contract) -> Operation | None:
    """Return the operation that takes a password and is called like a log-in."""
    return next(
        (
            found
            for found in contract.operations
            if found.method == "POST"
            and "{" not in found.path
            and (_CALLED.search(found.path) or _CALLED.search(found.id))
            and _of(_asked(contract, found), _PASSWORDS)
        ),
        None,
    )


def entry(name: str, found: Operation, contract: Contract, scheme: Mapping[str, Any]) -> str:
    """Return the entry of an identity that logs in.

    Args:
        name: the identity.
        found: where it does.
        contract: the contract of both.
        scheme: the security scheme by which the credential is shown afterwards.
    """
    members, required = _asked(contract, found), _schema(contract, found).get("required")
    body = {
        _of(members, _NAMES) or "username": '"…"',
        str(_of(members, _PASSWORDS)): f"env:{name.upper()}_PASSWORD",
    }
    body |= {
        key: _sample(schema)
        for key, schema in members.items()
        if key not in body and _is_wanted(key, schema, required)
    }
    places = [place for _, place in mapping.told(contract, found)]
    likely = [p for word in _TOKENS for p in places if _bare(p.rpartition("/")[2]) == word]
    taken = f"{{member: {advice.scalar(likely[0] if likely else '/…')}}}"
    if scheme.get("in") == "cookie":
        taken = f"{{cookie: {advice.scalar(str(scheme.get('name')))}}}"
    sent = ", ".join(f"{advice.scalar(key)}: {value}" for key, value in body.items())
    parts = [f"path: {advice.scalar(found.path)}", f"body: {{{sent}}}", f"take: {taken}"]
    if scheme.get("in") != "cookie":
        parts.append(f"put: {_put(scheme)}")
    return f"{{login: {{{', '.join(parts)}}}}}"


def _put(scheme: Mapping[str, Any]) -> str:
    header = str(scheme.get("name")) if scheme.get("type") == "apiKey" else "Authorization"
    # RFC 6750, section 2.1.
    prefix = ', prefix: "Bearer "' if header.lower() == "authorization" else ""
    return f"{{header: {advice.scalar(header)}{prefix}}}"


def _schema(contract: Contract, found: Operation) -> Mapping[str, Any]:
    contents = (c for c in found.request_types.values() if isinstance(c, Mapping))
    return contract.followed(next(contents, {}).get("schema"))


def _asked(contract: Contract, found: Operation) -> dict[str, Mapping[str, Any]]:
    return contract.members(_schema(contract, found))


def _is_wanted(name: str, schema: Mapping[str, Any], required: Any) -> bool:
    """Whether a member has to be sent besides: it is required, or its choice has no default."""
    chosen = "enum" in schema and "example" in schema and "default" not in schema
    return schema.get("type") == "string" and (chosen or name in (required or ()))


def _sample(schema: Mapping[str, Any]) -> str:
    value = schema.get("example", next(iter(schema.get("enum") or ()), "…"))
    return advice.scalar(str(value))


def _of(names: Iterable[str], usual: tuple[str, ...]) -> str | None:
    return next((name for word in usual for name in names if _bare(name) == word), None)


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
