"""Identities with their secrets opened: held in memory, shown to nobody."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from conformance import nesting
from conformance.errors import TargetError
from conformance.evidence import header_values
from conformance.identities import forging
from conformance.identities.forging import CannotForgeError, Forged
from conformance.privacy.needles import SHORTEST
from conformance.probe.questions import (
    ACCOUNT,
    CLIENT,
    INVALID,
    Question,
    is_forged,
    is_signing_in,
    is_stranger,
)
from conformance.target import Identity, Target, is_reference, secret
from conformance.text import Text
from conformance.verdict import Reason

_INVALID_WORD = "vnct-invalid-credential"
# Where a secret may stand in an identity; the members of a log-in body say it themselves.
_SECRET_KEYS = ("token", "password", "value", "client_secret", "access_token", "refresh_token")
# What may stand before a secret: the scheme in the fields that have one (RFC 9110, 11.4), and the
# one of tokens (RFC 6750, 2.1) wherever somebody writes it. Anything else may be half a secret.
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9-]* (?=\S)")
_BEARER = re.compile(r"bearer (?=\S)", re.IGNORECASE)
_WITH_SCHEME = frozenset({"authorization", "proxy-authorization"})


@dataclass(frozen=True)
class ClientCertificate:
    """What a client shows in a TLS handshake: certificate (chain) and key, PEM."""

    certificate: str
    key: str


class Credentials:
    """The opened secrets of a target's identities, and how each is put on a question."""

    def __init__(self, target: Target) -> None:
        self._identities = target.identities
        self._secrets: dict[str, str] = {}
        self._issued: dict[str, str] = {}
        self._scopes: dict[str, list[str]] = {}
        self._told: dict[str, Mapping[str, Any]] = {}
        self._certificates: dict[str, ClientCertificate] = {}
        self._keys: Mapping[str, Any] | None = None
        for identity in target.identities.values():
            place = f"{target.place}: identities.{identity.name}.{identity.scheme}"
            for key, reference in _references(identity):
                value = secret(reference, place=place)
                _long_enough(value, place)
                self._secrets[f"{identity.name}.{key}"] = value
            if identity.certificate is not None:
                self._certificates[identity.name] = _opened(identity.certificate, place)
            if "access_token" in identity.detail:
                self._issued[identity.name] = self._secrets[f"{identity.name}.access_token"]
        self._clients, self._accounts = target.sign_in.clients, target.sign_in.accounts
        for key, reference, place in target.sign_in.secrets():
            value = secret(reference, place=f"{target.place}: {place}")
            _long_enough(value, place)
            self._secrets[key] = value

    def secrets(self) -> dict[str, str]:
        """Return every secret by a name that may be shown, for the redactor."""
        found = dict(self._secrets)
        for identity in self._identities.values():
            if identity.scheme == "basic":
                pair = f"{identity.detail['username']}:{self._secrets[f'{identity.name}.password']}"
                found[f"{identity.name}.basic"] = pair
            if identity.scheme == "api_key":
                # Without its scheme it is as good, so it is hidden as well.
                found[f"{identity.name}.key"] = self._shown(identity.name)[1]
            if identity.scheme == "oauth2" and "client_secret" in identity.detail:
                found[f"{identity.name}.client"] = ":".join(self.client(identity.name))
        for number, client in enumerate(self._clients, 1):
            if client.secret is not None:
                found[f"client-{number}.client"] = self._pair(number)
        return found

    # --- what is issued in the run --------------------------------------------------------------

    def opened(self, name: str, key: str) -> str:
        """Return one opened secret of an identity."""
        return self._secrets[f"{name}.{key}"]

    def client(self, name: str) -> tuple[str, str]:
        """Return the client id and secret as RFC 6749, 2.3.1 writes them: form-encoded."""
        client_id = self._identities[name].detail["client_id"]
        return quote(client_id, safe=""), quote(self.opened(name, "client_secret"), safe="")

    def has_issued(self, name: str) -> bool:
        """Whether an identity holds a credential that was issued in this run, or before it."""
        return name in self._issued

    def issue(
        self,
        name: str,
        value: str,
        scopes: list[str] | None = None,
        told: Mapping[str, Any] | None = None,
    ) -> None:
        """Take in the credential that an identity was issued, its scopes, and how it came."""
        self._issued[name] = value
        if scopes is not None:
            self._scopes[name] = scopes
        if told is not None:
            self._told[name] = told

    def rotate(self, name: str, refresh_token: str) -> None:
        """Take in the refresh token that replaces the one just used (RFC 9700, 4.14.2)."""
        self._secrets[f"{name}.refresh_token"] = refresh_token

    def know_keys(self, keys: Mapping[str, Any]) -> None:
        """Take in the issuer's public keys, which some forgeries are made of."""
        self._keys = keys

    # --- on the way out -------------------------------------------------------------------------

    def apply(self, name: str, question: Question, *, instead: str | None = None) -> Question:
        """Return the question with an identity's credentials, or with invalid or forged ones.

        Args:
            name: the identity, or a variant of one.
            question: what is asked.
            instead: a credential that was issued for this one question.

        Raises:
            CannotForgeError: this credential cannot be forged in this way.
        """
        if is_signing_in(name):
            return self._signing_in(name, question)
        if is_forged(name):
            return self._forged(name, question)
        if is_stranger(name):
            return self._invalid(name, question)
        identity = self._identities[name]
        if identity.logs_in:
            return _with_issued(question, identity, instead or self._issued[name])
        return _with(question, identity, lambda key: self._secrets[f"{name}.{key}"])

    def _signing_in(self, name: str, question: Question) -> Question:
        """Return the question of a program that signs somebody in, or of that somebody's browser.

        Where neither has anything to show, it goes out as it is (RFC 6749, section 2.1).
        """
        kind, _, which = name.partition(":")
        if kind == ACCOUNT:
            kept = self._secrets.get(f"{ACCOUNT}-{which}.cookie")
            field = ("Cookie", kept or "")
            return replace(question, headers=(*question.headers, field)) if kept else question
        client = self._clients[int(which) - 1]
        if client.secret is None:
            return question
        if client.authentication == "post":
            said = quote(self._secrets[f"{CLIENT}-{which}.secret"], safe="")
            return replace(question, body=question.body + f"&client_secret={said}".encode())
        pair = base64.b64encode(self._pair(int(which)).encode()).decode()
        field = ("Authorization", f"Basic {pair}")
        return replace(question, headers=(*question.headers, field))

    def _pair(self, number: int) -> str:
        """Return id and secret of a program as RFC 6749, section 2.3.1 writes them."""
        parts = self._clients[number - 1].client_id, self._secrets[f"{CLIENT}-{number}.secret"]
        return ":".join(quote(part, safe="") for part in parts)

    def certificate(self, name: str | None) -> ClientCertificate | None:
        """Return the client certificate that an identity shows, or a forged one."""
        if name is None or name in self._certificates:
            return self._certificates.get(name or "")
        if is_forged(name) and Forged.of(name).variant == forging.WITHOUT_CERTIFICATE:
            return None
        whose = Forged.of(name).identity if is_forged(name) else name.partition(":")[2]
        known = self._certificates.get(whose)
        only = known is not None and self._identities[whose].scheme == "mtls"
        invalid = is_forged(name) and Forged.of(name).variant == forging.SELF_SIGNED
        if known is not None and (invalid or (only and not is_forged(name))):
            return ClientCertificate(*forging.self_signed(known.certificate))
        return known

    def token(self, name: str) -> str | None:
        """Return what an identity shows that may be a signed token; None where there is none yet.

        A token is one wherever it stands: as a bearer, in the place of a key, after a log-in.
        """
        return self._shown(name)[1] or None

    def _shown(self, name: str) -> tuple[str, str]:
        """Return what an identity shows in a field: what stands before the secret, and that."""
        identity = self._identities.get(name)
        if identity is None:
            return "", ""
        if identity.logs_in:
            value = self._issued.get(name, "")
        else:
            key = {"bearer": "token", "api_key": "value"}.get(identity.scheme, "")
            value = self._secrets.get(f"{name}.{key}", "")
        scheme = "" if identity.scheme == "bearer" else _scheme(identity, value)
        return scheme, value.removeprefix(scheme)

    def described(self, name: str | None) -> dict[str, Any] | None:
        """Return what may be told of an identity's credential: its form, never its value."""
        token = self.token(name) if name is not None and not is_stranger(name) else None
        if token is None or name is None:
            return None
        told = forging.described(token)
        if name in self._scopes:
            told.setdefault("scopes", self._scopes[name])
        if name in self._told:
            told["issued"] = dict(self._told[name])
        return told

    def _invalid(self, name: str, question: Question) -> Question:
        # Of the same scheme as the identity that may, so that only the value is wrong.
        stand_in = Identity(INVALID, "bearer", {"token": ""})
        identity = self._identities.get(name.partition(":")[2], stand_in)
        # What stands before the secret stays: without its scheme a field may go unread.
        value = self._shown(identity.name)[0] + _INVALID_WORD
        if identity.logs_in:
            return _with_issued(question, identity, value)
        return _with(question, identity, lambda _: value)

    def forgery(self, name: str | None) -> str | None:
        """Return the token that a forged variant carries; None where it forges none.

        Raises:
            CannotForgeError: this credential cannot be forged in this way.
        """
        if name is None or not is_forged(name):
            return None
        how = Forged.of(name)
        if how.variant in forging.NOT_FORGED:
            return None
        return forging.forge(self.token(how.identity) or "", how.variant, self._keys)

    def _forged(self, name: str, question: Question) -> Question:
        how, forged = Forged.of(name), self.forgery(name)
        if how.variant == forging.IN_URL:
            return _with_token_in_url(question, self.token(how.identity))
        if forged is None:
            return self.apply(how.identity, question)
        identity = self._identities[how.identity]
        value = self._shown(how.identity)[0] + forged
        if identity.logs_in:
            carrying = _with_issued(question, identity, value)
        else:
            carrying = _with(question, identity, lambda _: value)
        if carrying == question:
            # A session that goes into bodies does not go into a question without one.
            raise CannotForgeError(
                Reason.INCONCLUSIVE,
                Text(vi="yêu cầu không mang mã truy cập", en="the request carries no token"),
            )
        return carrying


def _with_token_in_url(question: Question, token: str | None) -> Question:
    """Return the question with a token in its query, and nowhere else (RFC 6750, 2.3)."""
    if token is None:
        raise CannotForgeError(
            Reason.NO_CREDENTIALS,
            Text(vi="danh tính chưa có mã truy cập", en="the identity holds no token yet"),
        )
    said = urlencode({"access_token": token}, quote_via=quote)
    return replace(question, url=question.url + ("&" if "?" in question.url else "?") + said)


def _scheme(identity: Identity, value: str) -> str:
    """Return what stands before the secret in the value of a field: a scheme and a space."""
    detail = identity.detail
    place = detail.get("put", detail.get("take", {})) if identity.scheme == "login" else detail
    name = place.get("header", place.get("name", "")).lower()
    in_header = place.get("in") == "header" or ("header" in place and not place.get("prefix"))
    found = (_SCHEME if in_header and name in _WITH_SCHEME else _BEARER).match(value)
    return found[0] if found else ""


def _references(identity: Identity) -> Iterator[tuple[str, str]]:
    """Yield the references to secrets that an identity holds, by the name of what they open."""
    for key in _SECRET_KEYS:
        if key in identity.detail:
            yield key, identity.detail[key]
    if identity.scheme == "login":
        for member, value in identity.detail["body"].items():
            if is_reference(value):
                yield f"body.{member}", value


def _opened(certificate: Mapping[str, str], place: str) -> ClientCertificate:
    pem = certificate["certificate"]
    if not pem.lstrip().startswith("-----BEGIN"):
        try:
            pem = Path(pem).read_text(encoding="utf-8-sig")
        except (OSError, ValueError) as error:
            raise TargetError(
                Text(
                    vi="không đọc được tệp chứng thư PEM", en="the PEM certificate cannot be read"
                ),
                mend=Text(vi="sửa `mtls.certificate`", en="mend `mtls.certificate`"),
                place=f"{place}: {pem}",
            ) from error
    return ClientCertificate(pem, secret(certificate["key"], place=f"{place}: mtls.key"))


def _long_enough(value: str, place: str) -> None:
    """Refuse a secret that could not be told from chance in an answer, so not be hidden."""
    if len(value) < SHORTEST:
        raise TargetError(
            Text(
                vi=f"bí mật ngắn hơn {SHORTEST} ký tự, không che giấu được trong bằng chứng",
                en=f"the secret has fewer than {SHORTEST} characters and could not be hidden",
            ),
            mend=Text(vi="cấp một bí mật dài hơn", en="have a longer one issued"),
            place=place,
        )


def _with(question: Question, identity: Identity, value_of: Callable[[str], str]) -> Question:
    """Return the question with the credentials of one scheme."""
    headers, url = list(question.headers), question.url
    if identity.scheme == "mtls":
        return question
    if identity.scheme == "bearer":
        headers.append(("Authorization", f"Bearer {value_of('token')}"))
    elif identity.scheme == "basic":
        pair = f"{identity.detail['username']}:{value_of('password')}"
        headers.append(("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}"))
    else:
        name, value = identity.detail["name"], value_of("value")
        if identity.detail["in"] == "header":
            headers.append((name, value))
        elif identity.detail["in"] == "cookie":
            headers.append(("Cookie", f"{name}={value}"))
        else:
            url += ("&" if "?" in url else "?") + urlencode({name: value}, quote_via=quote)
    return replace(question, url=url, headers=tuple(headers))


def _with_issued(question: Question, identity: Identity, value: str) -> Question:
    """Return the question with a token or session that was issued in the run."""
    if identity.scheme == "oauth2":
        field = ("Authorization", f"Bearer {value}")
        return replace(question, headers=(*question.headers, field))
    put: Mapping[str, str] = identity.detail.get("put", identity.detail["take"])
    if "cookie" in put:
        field = ("Cookie", f"{put['cookie']}={value}")
    elif "header" in put:
        field = (put["header"], put.get("prefix", "") + value)
    else:
        return replace(question, body=_in_body(question, put["member"], value))
    return replace(question, headers=(*question.headers, field))


def _in_body(question: Question, member: str, value: str) -> bytes:
    """Return the body with a member set to the session: of a JSON object, or an XML root."""
    name = member.removeprefix("/")
    media_type = next(iter(header_values(question.headers, "Content-Type")), "")
    if "xml" in media_type:
        return _in_xml(question.body, name, value)
    try:
        body = nesting.loads(question.body)
    except ValueError:
        return question.body
    if not isinstance(body, dict):
        return question.body
    try:
        return json.dumps({**body, name: value}, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half a surrogate pair: UTF-8 cannot say it, an escape can
        return json.dumps({**body, name: value}).encode()


def _in_xml(body: bytes, name: str, value: str) -> bytes:
    # Set before the end of the root: what stands there is ours, so no parser is asked.
    text = body.decode("utf-8", "surrogateescape")
    head, close, rest = text.rpartition("</")
    shown = value.replace("&", "&amp;").replace("<", "&lt;")
    if not close:
        return body
    made = f"{head}<{name}>{shown}</{name}>{close}{rest}"
    return made.encode("utf-8", "surrogateescape")
