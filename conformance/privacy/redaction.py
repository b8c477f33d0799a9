"""The one view: what must not be kept is replaced at the door, before anybody sees it.

Secrets become `~secret.NAME.DIGEST~`, personal data `~personal.DIGEST~`: what they are, and a
keyed digest, so that equal values have equal tokens; the characters of a token need no escape in
a URL, a header or a JSON text. The key lives in memory only. A live check sees exactly what a
reader of the record sees, and going out tokens are swapped back.

What this suite makes up for a member that holds credentials is none (`Redactor.request`): hidden
wherever it stands, a difficult text would be missing in the requests of all other operations.

Where the target does not declare synthetic data in a sandbox, whatever an answer says that
neither the contract nor the run itself had said before becomes a token (`hiding`).
"""

from __future__ import annotations

import base64
import hmac
import html
import json
import re
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, quote_plus, unquote

from conformance.evidence import Headers, Request, Response, field_of, is_coded
from conformance.formats.blanks import is_blanked
from conformance.own_words import holds_own_word, in_letters
from conformance.privacy import revelations
from conformance.privacy.hidden import INTEGER, MEMBER, REAL, facts_of_number, facts_of_text
from conformance.privacy.hiding import Sent, Veil
from conformance.privacy.lexing import json_string
from conformance.privacy.needles import SHORTEST, Needles
from conformance.privacy.vocabulary import Vocabulary
from conformance.target import is_reference
from conformance.trees import TOKEN

# Names of members and cookies in which a target hands out credentials (RFC 6749 5.1, and the
# `session` of the packets of QCVN 120:2019/BTTTT).
_ISSUED = re.compile(
    r'("(?:access_token|refresh_token|id_token|session|session_id|token|client_secret|password'
    r'|accessToken|refreshToken|idToken|clientSecret|passwd|matKhau|mat_khau|privateKey|private_key)"'
    r'\s*+:\s*+")(?=(?:[^"\\]|\\.){4})((?:[^"\\]++|\\.)*+)(")'
)
# What an authorisation response hands out in an address, and by what one is known.
_HANDED_BACK = re.compile(r"([?&#](code|access_token|id_token|refresh_token)=)([^&#\s]+)")
_OF_SIGN_IN = re.compile(r"[?&#](?:state|iss|session_state|id_token|access_token)=")
_COOKIE = re.compile(r"^(\s*[^=;\s]+=)([^;]*)")
# What a check made up itself is nobody's secret (`Probe.canary`).
_OWN_COOKIE = re.compile(r"[^=;\s]+=vnct-[0-9a-f]{16}")
# A signed token, also where the last dot is missing: what it claims is of somebody.
_JWT = re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?")
_JWT_HEAD = re.compile(r"\beyJ[A-Za-z0-9_-]{8,}", re.ASCII)
_SHORTEST_CLAIMS = 4
# Where signed tokens may stand: whole runs of their signs, so that a run is looked through once and
# not once for every `eyJ` in it.
_RUN = re.compile(r"(?<![\w.-])[\w.-]*?eyJ[\w.-]*+", re.ASCII)
# Personal number of Law 26/2023/QH15 (12 digits), mobile number; an e-mail address ends a run of
# its signs, which is looked through once as well.
_NUMBERS = re.compile(r"(?<!\d)0\d{11}(?!\d)|(?<!\d)(?:(?:\+|%2[Bb])?84|0)[35789]\d{8}(?!\d)")
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]++(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_ESCAPE = re.compile(r"%[0-9A-F]{2}")
# How the token of a secret of several words is named.
PHRASE = "issued-phrase"
# What a token stands for is forgotten, the eldest first, beyond so many values.
_MOST_VALUES = 200_000
# Half a surrogate pair is a text of JSON (RFC 8259, section 8.2), though UTF-8 cannot say it.
_HALVES = "surrogatepass"
# Texts of up to so many characters, and so many of them, are remembered to be harmless.
_SHORT, _MOST_HARMLESS = 256, 4096
_QUOTED = re.compile(r"""['"].*['"]""", re.DOTALL)
_JSON_TOKEN = re.compile(rf'"({TOKEN.pattern})"')
# What a target hands out is looked for elsewhere only if chance would not write it.
_LONG_ENOUGH = 8
# Under these names what somebody handed out is known, whether or not it is looked for elsewhere.
_HANDED_OUT = ("issued", PHRASE, "cookie", "header")


class Redactor:
    """Replaces secrets, and personal data where they are not declared synthetic.

    Args:
        secrets: the values to hide, by a name that may be shown.
        key: the key of the digests; never written anywhere.
        synthetic: whether the target declares that its data are of no real person.
    """

    def __init__(
        self,
        secrets: Mapping[str, str],
        *,
        key: bytes,
        synthetic: bool,
        vocabulary: Vocabulary | None = None,
    ) -> None:
        self._key = key
        self.synthetic = synthetic
        self._vocabulary = vocabulary or Vocabulary()
        self._sent = Sent()
        self._values: dict[str, str] = {}
        self._people: OrderedDict[str, str] = OrderedDict()
        self._facts: dict[str, dict[str, Any]] = {}
        self._forms = Needles()
        # Those that stand otherwise in a body read as Latin-1.
        self._as_latin = Needles()
        # Texts in which nothing is to be hidden: most headers are the same in every answer.
        self._harmless: set[str] = set()
        # Marks of what this suite made up for members in which credentials are handed out.
        self._made_up: set[str] = set()
        for name, value in secrets.items():
            self.hide(name, value)

    def hide(self, name: str, value: str) -> str:
        """Hide from now on a secret that the target handed out, whatever its length.

        Returns:
            The token that stands for it.
        """
        token = self._token("secret", name, value)
        self._learn(token, value)
        return token

    def hide_token(self, name: str, value: str) -> None:
        """Hide from now on a signed token, unless its form alone tells that it is one."""
        if not _JWT.fullmatch(value):
            self.hide(name, value)

    def _learn(self, token: str, value: str) -> None:
        for form in _forms(value):
            if len(form) >= SHORTEST and form not in self._forms:
                self._forms.add(form, token)
                if not form.isascii():
                    self._as_latin.add(form.encode(errors=_HALVES).decode("latin-1"), token)
                self._harmless.clear()

    def text(self, text: str) -> str:
        """Return a text without secrets, nor personal identifiers of real people."""
        text = self._without_secrets(text)
        if not self.synthetic:
            if "@" in text or "%40" in text:
                text = _ADDRESS.sub(self._of_person, text)
            text = _NUMBERS.sub(self._of_person, text)
        return text

    def _of_person(self, found: re.Match[str]) -> str:
        """Return a token for what looks like somebody's, unless the run itself made it up."""
        return found[0] if holds_own_word(found[0]) else self._token("personal", "", found[0])

    def _without_secrets(self, text: str) -> str:
        if text in self._harmless:
            return text
        shown = self._replaced(text)
        if shown == text and len(text) <= _SHORT and len(self._harmless) < _MOST_HARMLESS:
            self._harmless.add(text)
        return shown

    def _replaced(self, text: str) -> str:
        text = revelations.taken_out(self._forms.replaced(text), self._of_key)
        return _RUN.sub(self._of_run, text) if "eyJ" in text else text

    def _of_key(self, kind: str, key: str) -> str:
        token = f"~secret.{kind}.{self._mark(key)}~"
        self._values[token] = key
        return token

    def _of_run(self, run: re.Match[str]) -> str:
        """Return a run of signs of which signed tokens are made, with those in it hidden."""
        parts, shown, place = run[0].split("."), [], 0
        while place < len(parts):
            found = _JWT_HEAD.search(parts[place])
            claims = parts[place + 1] if place + 1 < len(parts) else ""
            if found and len(claims) >= _SHORTEST_CLAIMS:
                token = ".".join((found[0], *parts[place + 1 : place + 3]))
                hidden = self._token("secret", "jwt", token)
                shown.append(parts[place][: found.start()] + hidden)
                place += 3
            else:
                shown.append(parts[place])
                place += 1
        return ".".join(shown)

    def error(self, text: str) -> str:
        """Return what came instead of an answer; what it quotes is the target's."""
        text = self.text(text)
        return text if self.synthetic else _QUOTED.sub(lambda q: self.personal(q[0]), text)

    def tree(self, node: Any) -> Any:
        """Return a JSON value in which every text value went through `text`; keys stay."""
        if isinstance(node, str):
            return self.text(node)
        if isinstance(node, Mapping):
            return {key: self.tree(value) for key, value in node.items()}
        return [self.tree(value) for value in node] if isinstance(node, list | tuple) else node

    def examples(self, node: Any) -> Any:
        """Return test data of the target file as they may be kept.

        A password in them is hidden from the first request on: else it would be asked for in the
        clear, and looked up in the record behind the token that its first use made.
        """
        for _, value in _handed_out(node):
            self._issued_token(value)
        return self.tree(node)

    def log_ins(self, identities: Mapping[str, Any]) -> dict[str, Any]:
        """Return the identities of a target file as they may be kept: real people have no names."""
        if self.synthetic:
            return dict(identities)

        def shown(how: Mapping[str, Any]) -> dict[str, Any]:
            made = dict(how)
            if "login" in made:
                body = {name: self._login_name(v) for name, v in made["login"]["body"].items()}
                made["login"] = {**made["login"], "body": body}
            if "basic" in made:
                name = self._login_name(made["basic"]["username"])
                made["basic"] = {**made["basic"], "username": name}
            return made

        return {name: shown(how) for name, how in identities.items()}

    def _login_name(self, said: str) -> str:
        return said if is_reference(said) else self.personal(said)

    def log_in(self, request: Request) -> Request:
        """Return the request of a log-in as it may be told: a name in it is nobody's to repeat."""
        return request if self.synthetic else replace(request, body=b"")

    def request(self, request: Request, *, made_up: bool = False) -> Request:
        """Return the request as it may be kept.

        Args:
            request: what is told of what was asked.
            made_up: whether this suite made its values up. Then a text in a member that holds
                credentials is shown, here and where an answer repeats it, unless it is known
                already: identities and examples of the target file are known from the beginning,
                and what answers handed out stands in a request as a token.
        """
        return Request(
            method=request.method,
            url=self.text(request.url),
            headers=self._headers(request.headers),
            body=self._bytes(request.body, made_up=made_up),
        )

    def response(self, response: Response) -> tuple[Response, dict[str, Any]]:
        """Return the answer as it may be kept, and what was done to it, as facts.

        `body_tokens`: values in the body are hidden; `body_withheld`: the body is not kept;
        `tokens`: what may be told of the values behind the tokens.
        """
        # In a content coding nobody can look for what must be hidden.
        coded = is_coded(response)
        headers, reason = self._headers(response.headers), self.text(response.reason)
        body = None if coded else self._bytes(response.body)
        excess = b"" if coded else self._bytes(response.excess)
        facts: dict[str, Any] = {}
        if not self.synthetic:
            veil = Veil(self, self._vocabulary, self._sent)
            headers, reason, excess = veil.headers(headers), veil.reason(response.reason), b""
            if response.body:
                body = None if coded else veil.body(response)
                facts = {"body_tokens": True} if body not in {None, response.body} else {}
            if veil.facts:
                facts["tokens"] = veil.facts
        if body is None and (response.body or response.excess):
            facts["body_withheld"] = True
        return (
            Response(
                status=response.status,
                reason=reason,
                http=response.http,
                headers=headers,
                body=body or b"",
                seconds=response.seconds,
                excess=excess,
            ),
            facts,
        )

    def shown_name(self, name: str) -> str:
        """Return the name of a member as it may be told."""
        if self.synthetic:
            return self.text(name)
        return Veil(self, self._vocabulary, self._sent).shown_name(name)

    def sent(self, shown: Request) -> None:
        """Note a request, given as it may be kept: an answer may repeat what it says."""
        if not self.synthetic:
            self._sent.note(shown)

    def restore(self, text: str, *, in_url: bool = False) -> str:
        """Return a text with the tokens of this run swapped back, for a follow-up request."""

        def raw(found: re.Match[str]) -> str:
            value = self._value(found[0])
            if value is None:
                return found[0]
            return quote(value, safe="", errors="surrogateescape") if in_url else value

        return TOKEN.sub(raw, text)

    def restore_field(self, value: str) -> str:
        """Return the value of a header with tokens swapped back: UTF-8 bytes, as Latin-1."""
        restored = self.restore(value)
        return value if restored == value else restored.encode(errors=_HALVES).decode("latin-1")

    def restore_body(self, body: bytes, media_type: str) -> bytes:
        """Return a body with tokens swapped back, written as its media type writes values."""
        if b"~" not in body:
            return body
        text = body.decode("utf-8", "surrogateescape")
        if "json" in media_type.lower():
            text = _JSON_TOKEN.sub(
                lambda found: self.restore(found[1]) if _is_number(found[1]) else found[0],
                text,
            )
            text = TOKEN.sub(lambda found: json.dumps(self.restore(found[0]))[1:-1], text)
        elif "form-urlencoded" in media_type.lower():
            text = TOKEN.sub(lambda found: quote_plus(self.restore(found[0])), text)
        else:
            text = self.restore(text)
        return text.encode("utf-8", "surrogateescape")

    # --- what a veil asks for -------------------------------------------------------------------

    def clean(self, text: str) -> str:
        """Return a text without secrets and personal identifiers of known shape."""
        return self.text(text)

    def without_secrets(self, text: str) -> str:
        """Return a body, as Latin-1, without secrets."""
        return self._issued(self._latin(text, self._without_secrets))

    def personal(self, value: str) -> str:
        """Return the token of a value; its facts are remembered."""
        token = f"~personal.{self._mark(value)}~"
        self._remember(token, value)
        return token

    def number(self, lexeme: str) -> str:
        """Return the token of a number, which tells the type; the digest is that of the text."""
        kind = INTEGER if lexeme.lstrip("-").isdigit() else REAL
        token = f"{kind}{self._mark(lexeme)}~"
        self._remember(token, lexeme)
        return token

    def member(self, name: str) -> str:
        """Return the token of what is only compared: a name of a member, a validator."""
        token = f"{MEMBER}{self._mark(name)}~"
        self._remember(token, name)
        return token

    def facts(self, token: str) -> dict[str, Any] | None:
        """Return what may be told of the value behind a token; None where that is unknown."""
        value = self._value(token)
        if token not in self._facts and value is not None:
            self._facts[token] = (facts_of_number if _is_number(token) else facts_of_text)(value)
        return self._facts.get(token)

    def _value(self, token: str) -> str | None:
        return self._people.get(token, self._values.get(token))

    def _remember(self, token: str, value: str) -> None:
        if token not in self._people:
            self._people[token] = value
            if len(self._people) > _MOST_VALUES:
                self._facts.pop(self._people.popitem(last=False)[0], None)

    def _mark(self, value: str) -> str:
        mark = hmac.digest(self._key, value.encode("utf-8", "surrogatepass"), "sha256")
        return in_letters(mark.hex()[:12])

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
        elif name.lower() == "cookie" and _OWN_COOKIE.fullmatch(value):
            pass
        elif name.lower() in {"authorization", "proxy-authorization", "cookie"}:
            scheme, space, rest = value.partition(" ")
            shown = self.text(value)
            value = (
                shown
                if shown != value
                else f"{scheme}{space}{self._token('secret', 'header', rest or scheme)}"
            )
        elif name.lower() == "location":
            value = self._handed_back(value)
        return field_of(name, self.text(value))

    def _handed_back(self, address: str) -> str:
        """Return an address without what an authorisation response hands out in it.

        A parameter `code` is one of those only beside what such a response has besides
        (RFC 6749, section 4.1.2; RFC 9207): elsewhere it may be a code of anything.
        """
        of_sign_in = bool(_OF_SIGN_IN.search(address))

        def token(found: re.Match[str]) -> str:
            if found[2] == "code" and not of_sign_in:
                return found[0]
            # Known by its form, wherever it stands.
            signed = _JWT.fullmatch(found[3])
            return found[0] if signed else found[1] + self._token("secret", found[2], found[3])

        return _HANDED_BACK.sub(token, address)

    def _bytes(self, body: bytes, *, made_up: bool = False) -> bytes:
        if not body:
            return body
        # Latin-1 keeps every byte as it is; the secrets themselves are looked for as UTF-8 bytes.
        text = self._latin(body.decode("latin-1"), self.text)
        return self._issued(text, made_up=made_up).encode("latin-1")

    def _issued(self, text: str, *, made_up: bool = False) -> str:
        def token(found: re.Match[str]) -> str:
            # What holds a token holds what is known to be a secret, whoever made up the rest.
            if not TOKEN.search(found[2]) and self._is_made_up(json_string(found[2]), new=made_up):
                return found[0]
            said = found[2] if TOKEN.fullmatch(found[2]) else self.restore(json_string(found[2]))
            return found[1] + self._issued_token(said) + found[3]

        return _ISSUED.sub(token, text)

    def _is_made_up(self, said: str, *, new: bool) -> bool:
        """Whether this suite made a value up; `new`: it is in a request whose values it made up."""
        mark = self._mark(_as_repeated(said))
        if new and not self._was_handed_out(said):
            self._made_up.add(mark)
        return mark in self._made_up

    def _was_handed_out(self, said: str) -> bool:
        """Whether a value is hidden already, be it too short to be looked for everywhere."""
        mark = self._mark(unquote(said))
        return any(f"~secret.{kind}.{mark}~" in self._values for kind in _HANDED_OUT)

    def _issued_token(self, said: str) -> str:
        """Return what is shown of the value of a member in which credentials are handed out."""
        if is_blanked(said):
            return said
        # Words with spaces between them may be a label: whoever judges has to tell them apart.
        return self._token("secret", PHRASE if len(said.split()) > 1 else "issued", said)

    def _latin(self, text: str, clean: Callable[[str], str]) -> str:
        return clean(self._as_latin.replaced(text))

    def _token(self, kind: str, name: str, value: str) -> str:
        if TOKEN.fullmatch(value):
            return value
        # A value in a URL is the same value: equal values have equal tokens.
        value = unquote(value)
        if kind == "personal":
            return self.personal(value)
        token = f"~{kind}.{name}.{self._mark(value)}~"
        own = name in {"header", "jwt"} and _JWT.fullmatch(value)
        if token not in self._values and len(value) >= _LONG_ENOUGH and not own:
            # What was handed out once is hidden wherever it comes up again; a signed token is known
            # by its form wherever it stands, and forged ones are many.
            self._learn(token, value)
        self._values[token] = value
        return token


def names_handed_out(node: Any) -> frozenset[str]:
    """Return the names of the members of a tree in which credentials stand."""
    return frozenset(name for name, _ in _handed_out(node))


def _handed_out(node: Any) -> Iterator[tuple[str, str]]:
    """Yield name and value of the members of a tree in which credentials stand.

    A text may be a whole body in JSON: what stands in it counts as well.
    """
    for text in (json.dumps(node), *_texts(node)):
        # Bodies are looked through as Latin-1.
        for found in _ISSUED.finditer(text.encode(errors=_HALVES).decode("latin-1")):
            yield found[1].partition('"')[2].partition('"')[0], json_string(found[2])


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping | list | tuple):
        for part in node.values() if isinstance(node, Mapping) else node:
            yield from _texts(part)


def _as_repeated(text: str) -> str:
    """Return a text without what servers change of it: blanks around, case, normal form."""
    return unicodedata.normalize("NFC", text).strip().casefold()


def _is_number(token: str) -> bool:
    return token.startswith((INTEGER, REAL))


def _forms(value: str) -> Iterable[str]:
    """Return the ways in which a secret may stand in a message."""
    raw = value.encode(errors=_HALVES)
    in_json = json.dumps(value)[1:-1]
    yield value
    for quoted in (quote(value, safe="", errors=_HALVES), quote_plus(value, errors=_HALVES)):
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
