"""The one view: what must not be kept is replaced at the door, before anybody sees it.

Secrets become `~secret.NAME.DIGEST~`: what they are, and a keyed digest, so that equal values
have equal tokens; the characters of a token need no escape in a URL, a header or a JSON text.
The key lives in memory only. A live check sees exactly what a reader of the record sees.

Where the target does not declare synthetic data in a sandbox, bodies that may hold personal data
are withheld from the view altogether, and personal identifiers in addresses and headers become
tokens too.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus, unquote

from conformance.evidence import TOKEN, Headers, Request, Response, header_values

# Names of members and cookies in which a target hands out credentials (RFC 6749 5.1, and the
# `session` of the packets of QCVN 120:2019/BTTTT).
_ISSUED = re.compile(
    r'("(?:access_token|refresh_token|id_token|session|session_id|token|client_secret|password)"'
    r'\s*:\s*")((?:[^"\\]|\\.){4,})(")'
)
_COOKIE = re.compile(r"^(\s*[^=;\s]+=)([^;]*)")
_JWT = re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*")
# Personal number of Law 26/2023/QH15 (12 digits), mobile number, e-mail address.
_PERSONAL = re.compile(
    r"(?<!\d)0\d{11}(?!\d)|(?<!\d)(?:(?:\+|%2[Bb])?84|0)[35789]\d{8}(?!\d)"
    r"|[\w.+-]{1,64}(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"
)
_ESCAPE = re.compile(r"%[0-9A-F]{2}")
# A form this short would be found everywhere by chance; no secret is.
SHORTEST = 4
# What a target hands out is looked for elsewhere only if chance would not write it.
_LONG_ENOUGH = 8


class Redactor:
    """Replaces secrets, and personal data where they are not declared synthetic.

    Args:
        secrets: the values to hide, by a name that may be shown.
        key: the key of the digests; never written anywhere.
        synthetic: whether the target declares that its data are of no real person.
    """

    def __init__(self, secrets: Mapping[str, str], *, key: bytes, synthetic: bool) -> None:
        self._key = key
        self._synthetic = synthetic
        self._values: dict[str, str] = {}
        self._forms: dict[str, str] = {}
        forms: dict[str, str] = {}
        for name, value in secrets.items():
            token = self._token("secret", name, value)
            self._values[token] = value
            for form in _forms(value):
                if len(form) >= SHORTEST:
                    forms[form] = token
        self._forms = forms
        self._secrets = _any_of(forms)

    def learn(self, name: str, value: str) -> None:
        """Hide a secret that came up during the run, such as the session of a log-in."""
        self._token("secret", name, value)

    def text(self, text: str) -> str:
        """Return a text without secrets, nor personal identifiers of real people."""
        if self._secrets is not None:
            text = self._secrets.sub(lambda found: self._forms[found[0]], text)
        text = _JWT.sub(lambda found: self._token("secret", "jwt", found[0]), text)
        if not self._synthetic:
            text = _PERSONAL.sub(lambda found: self._token("personal", "", found[0]), text)
        return text

    def tree(self, node: Any) -> Any:
        """Return a JSON value in which every text value went through `text`; keys stay."""
        if isinstance(node, str):
            return self.text(node)
        if isinstance(node, Mapping):
            return {key: self.tree(value) for key, value in node.items()}
        return [self.tree(value) for value in node] if isinstance(node, list | tuple) else node

    def request(self, request: Request) -> Request:
        """Return the request as it may be kept."""
        return Request(
            method=request.method,
            url=self.text(request.url),
            headers=self._headers(request.headers),
            body=self._bytes(request.body),
        )

    def response(self, response: Response, *, identified: bool) -> tuple[Response, bool]:
        """Return the answer as it may be kept, and whether its body was withheld.

        Args:
            response: the answer as it came.
            identified: whether the request carried credentials.
        """
        # In a content coding nobody can look for what must be hidden.
        codings = header_values(response.headers, "Content-Encoding")
        coded = any(value.strip().lower() != "identity" for value in codings)
        personal = not self._synthetic and (
            identified or response.status < 400  # noqa: PLR2004  # below 400 it is data
        )
        withheld = (coded or personal) and bool(response.body or response.excess)
        return (
            Response(
                status=response.status,
                reason=self.text(response.reason),
                http=response.http,
                headers=self._headers(response.headers),
                body=b"" if withheld else self._bytes(response.body),
                seconds=response.seconds,
                excess=b"" if withheld else self._bytes(response.excess),
            ),
            withheld,
        )

    def restore(self, text: str, *, in_url: bool = False) -> str:
        """Return a text with the tokens of this run swapped back, for a follow-up request."""

        def raw(found: re.Match[str]) -> str:
            value = self._values.get(found[0], found[0])
            return quote(value, safe="") if in_url and found[0] in self._values else value

        return TOKEN.sub(raw, text)

    def _headers(self, headers: Headers) -> Headers:
        return tuple(self._header(name, value) for name, value in headers)

    def _header(self, name: str, value: str) -> tuple[str, str]:
        if name.lower() == "set-cookie":
            value = _COOKIE.sub(
                lambda found: (
                    found[1] + (self._token("secret", "cookie", found[2]) if found[2] else "")
                ),
                value,
            )
        elif name.lower() in {"authorization", "proxy-authorization", "cookie"}:
            scheme, space, rest = value.partition(" ")
            shown = self.text(value)
            value = (
                shown
                if shown != value
                else f"{scheme}{space}{self._token('secret', 'header', rest or scheme)}"
            )
        return name, self.text(value)

    def _bytes(self, body: bytes) -> bytes:
        if not body:
            return body
        # Latin-1 keeps every byte as it is; the secrets themselves are looked for as UTF-8 bytes.
        text = body.decode("latin-1")
        text = self._latin(text)
        text = _ISSUED.sub(
            lambda found: found[1] + self._token("secret", "issued", found[2]) + found[3], text
        )
        return text.encode("latin-1")

    def _latin(self, text: str) -> str:
        if any(not form.isascii() for form in self._forms):
            for form, token in self._forms.items():
                text = text.replace(form.encode().decode("latin-1"), token)
        return self.text(text)

    def _token(self, kind: str, name: str, value: str) -> str:
        if TOKEN.fullmatch(value):
            return value
        # A value in a URL is the same value: equal values have equal tokens.
        value = unquote(value)
        mark = hmac.new(self._key, value.encode(), hashlib.sha256).hexdigest()[:12]
        token = f"~{kind}.{name}.{mark}~" if name else f"~{kind}.{mark}~"
        if kind == "secret" and token not in self._values and len(value) >= _LONG_ENOUGH:
            # What was handed out once is hidden wherever it comes up again.
            self._forms.update((form, token) for form in _forms(value) if len(form) >= SHORTEST)
            self._secrets = _any_of(self._forms)
        self._values[token] = value
        return token


def _any_of(forms: Iterable[str]) -> re.Pattern[str] | None:
    # The longest first: a secret may contain another.
    longest_first = sorted(forms, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))) if longest_first else None


def _forms(value: str) -> Iterable[str]:
    """Return the ways in which a secret may stand in a message."""
    raw = value.encode()
    in_json = json.dumps(value)[1:-1]
    yield value
    for quoted in (quote(value, safe=""), quote_plus(value)):
        yield quoted
        yield _ESCAPE.sub(lambda found: found[0].lower(), quoted)
    yield in_json
    yield in_json.replace("/", "\\/")
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    for marks in ("&", "&<", "&<>", '&"', '&<>"', "&<>\"'"):
        yield "".join(html.escape(c) if c in marks else c for c in value)
    yield base64.b64encode(raw).decode()
    yield base64.b64encode(raw).decode().rstrip("=")
    yield base64.urlsafe_b64encode(raw).decode().rstrip("=")
