"""Hiding what a target says about people: everything in an answer that nobody fixed beforehand.

Nobody knows where personal data stand in arbitrary answers. So it is asked the other way round:
what the contract or a standard fixes and what the run itself sent may stay; every other value
becomes a token, with facts beside it. A body of a kind that cannot be cut into values is withheld.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import unquote, unquote_plus

from conformance import nesting
from conformance.evidence import Headers, Request, Response, media_type_of
from conformance.formats.encoding import is_utf8
from conformance.privacy import lexing
from conformance.privacy.vocabulary import PHRASES, Vocabulary
from conformance.trees import TOKEN

# Beyond these, facts are not recorded: what asks for one ends in `redacted`.
MOST_TOKENS = 10_000
# What the run sent and may therefore stay is remembered up to here.
_MOST_SENT = 20_000
_LONG_ID = re.compile(r"\d(?:\D?\d){5}", re.ASCII)
_NAME = re.compile(r"[A-Za-z_$@:#][\w$@:#.-]{0,63}", re.ASCII)
_SHORT_NUMBER = re.compile(rf"\d{{1,{lexing.LONG_NUMBER - 1}}}", re.ASCII)

# Fields whose values standards fix: kept, with personal identifiers of known shape replaced.
# fmt: off
_FIXED_FIELDS = frozenset({
    "accept", "accept-ch", "accept-encoding", "accept-language", "accept-patch", "accept-post",
    "accept-ranges", "access-control-allow-credentials", "access-control-allow-headers",
    "access-control-allow-methods", "access-control-allow-origin",
    "access-control-expose-headers", "access-control-max-age", "age", "allow", "alt-svc",
    "clear-site-data", "connection", "content-crs", "content-encoding",
    "authorization", "cache-control",
    "content-language", "content-length", "content-range", "content-security-policy",
    "content-security-policy-report-only", "content-type", "cookie",
    "cross-origin-embedder-policy", "cross-origin-opener-policy",
    "cross-origin-resource-policy", "date", "deprecation", "expires", "keep-alive",
    "last-modified", "origin-agent-cluster", "permissions-policy", "pragma",
    "preference-applied", "ratelimit", "ratelimit-limit", "ratelimit-policy",
    "ratelimit-remaining", "ratelimit-reset", "referrer-policy", "retry-after", "server",
    "strict-transport-security", "sunset", "timing-allow-origin", "trailer",
    "transfer-encoding", "upgrade", "vary", "via", "x-aspnet-version", "x-aspnetmvc-version",
    "x-content-type-options", "x-dns-prefetch-control", "x-download-options", "x-frame-options",
    "x-generator", "x-permitted-cross-domain-policies", "x-powered-by", "x-ratelimit-limit",
    "x-ratelimit-remaining", "x-ratelimit-reset", "x-robots-tag", "x-xss-protection", "cf-ray",
    "x-amzn-waf-action", "x-sucuri-id", "x-iinfo",
})
# fmt: on
_ADDRESSES = frozenset({"location", "content-location", "refresh"})
_CHALLENGES = frozenset({"www-authenticate", "proxy-authenticate"})
_CHALLENGE = re.compile(r'(?:([\w-]+)(\s*=\s*))?("(?:[^"\\]|\\.)*(?:"|\Z)|[^\s,]+)')
# Registered schemes, and parameters that say how to ask better rather than who asked.
_CHALLENGE_WORDS = frozenset({"basic", "bearer", "digest", "dpop", "gnap", "hoba", "mutual"})
_CHALLENGE_NAMES = frozenset({"realm", "error", "scope", "charset", "algorithm", "qop"})
_TAG = re.compile(r'(W/)?"([^"]*)"')
_PARAMETER = re.compile(r";(\s*)([\w-]+\*?)(\s*=\s*)(\"[^\"]*\"|[^;,\"]*)", re.ASCII)
_DISPOSITION = re.compile(
    rf"\s*(?:attachment|inline|form-data)\s*(?:{_PARAMETER.pattern})*", re.IGNORECASE | re.ASCII
)
_LINK = re.compile(r"\s*<([^<>]*)>((?:\s*;\s*[\w-]+\*?\s*=\s*(?:\"[^\"]*\"|[^;,\"]*))*)\s*(,|\Z)")
_LINK_NAMES = frozenset({"rel", "type", "hreflang"})
_COOKIE_NAMES = frozenset({"path", "domain", "expires", "max-age", "samesite", "priority"})
_COOKIE_FLAGS = frozenset({"secure", "httponly", "partitioned", ""})
_AUTHORITY = re.compile(r"((?:[A-Za-z][A-Za-z0-9+.-]*:)?//)([^/?#]*)(.*)", re.DOTALL)
_URL_PART = re.compile(r"([^/?#&=;,:]+)(=?)")
_CHALLENGE_KNOWN = _CHALLENGE_WORDS | _CHALLENGE_NAMES
# Attributes of HTML and XML whose values are words of a standard.
_FIXED_ATTRIBUTES = frozenset(
    {"lang", "xml:lang", "charset", "rel", "type", "role", "method", "http-equiv", "dir", "scope"}
)
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9/+.; =-]{0,40}", re.ASCII)


class Tokens(Protocol):
    """What makes tokens and knows what they stand for."""

    def clean(self, text: str) -> str:
        """Return a text without secrets and personal identifiers of known shape."""
        ...

    def without_secrets(self, text: str) -> str:
        """Return a body, as Latin-1, without secrets."""
        ...

    def personal(self, value: str) -> str:
        """Return the token of a value; its facts are remembered."""
        ...

    def number(self, lexeme: str) -> str:
        """Return the token of a number, given as it is written."""
        ...

    def member(self, name: str) -> str:
        """Return the token of what is only compared: a name of a member, a validator."""
        ...

    def restore(self, text: str) -> str:
        """Return a text with tokens swapped back."""
        ...

    def facts(self, token: str) -> dict[str, Any] | None:
        """Return the facts of a token; None for one that is unknown."""
        ...


@dataclass
class Sent:
    """What the run itself sent, as it may be shown: whoever repeats it tells nothing new."""

    words: set[str] = field(default_factory=set)

    def note(self, shown: Request) -> None:
        """Remember the values of a request, given with the tokens that stand in it."""
        if len(self.words) >= _MOST_SENT:
            return
        _, _, path = shown.url.partition("://")
        parts = [*re.split(r"[/?#&=]", path), *(value for _, value in shown.headers), shown.url]
        parts.append(shown.url.partition(path)[0] + path)
        found = {unquote(part.replace("+", " ")) for part in parts} | set(parts)
        found |= set(_texts_of(shown.body))
        # Composed, too: whoever keeps texts in that form repeats the same letters.
        found |= {unicodedata.normalize("NFC", word) for word in found}
        self.words |= {word for word in found if word and not TOKEN.search(word)}


def _texts_of(body: bytes) -> list[str]:
    """Return the texts of a JSON body, at any depth, or the whole of another one."""
    try:
        waiting = [nesting.loads(body)] if body else []
    except ValueError:
        return [body.decode("utf-8", "replace")]
    found: list[str] = []
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            found.append(node)
        elif isinstance(node, int | float) and not isinstance(node, bool):
            found.append(str(node))
        elif isinstance(node, dict):
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    return found


@dataclass
class Veil:
    """Hides one answer, and keeps the facts of the tokens that it put."""

    tokens: Tokens
    vocabulary: Vocabulary
    sent: Sent
    facts: dict[str, Any] = field(default_factory=dict)
    _names: dict[str, str | None] = field(default_factory=dict)

    # --- single values --------------------------------------------------------------------------

    def value(self, said: str) -> str | None:
        """Return the token for a text; None where it may stay."""
        if not said.strip() or self._stays(said):
            return None
        if TOKEN.fullmatch(said) and self.tokens.facts(said) is not None:
            return self._noted(said)  # a secret, hidden before
        return self._noted(self.tokens.personal(self.tokens.restore(said)))

    def number(self, lexeme: str) -> str | None:
        """Return the token for a number; None where the run sent it."""
        return None if self._stays(lexeme) else self._noted(self.tokens.number(lexeme))

    def name(self, said: str) -> str | None:
        """Return the token for a name of a member; None where it is no person's."""
        if said not in self._names:
            self._names[said] = self._named(said)
        return self._names[said]

    def _named(self, said: str) -> str | None:
        if not said or said in self.vocabulary.names or self._stays(said):
            return None
        technical = _NAME.fullmatch(said) and not _LONG_ID.search(said)
        if technical and self.tokens.clean(said) == said:
            return None
        return self.tokens.member(said)

    def shown_name(self, said: str) -> str:
        """Return a name as it may be shown."""
        return self.name(said) or said

    def _stays(self, said: str) -> bool:
        known = said in self.vocabulary.words or said in self.sent.words
        return known and self.tokens.clean(said) == said

    def _noted(self, token: str) -> str:
        if len(self.facts) < MOST_TOKENS:
            told = self.tokens.facts(token)
            if told is not None:
                self.facts[token] = told
        return token

    # --- bodies ---------------------------------------------------------------------------------

    def body(self, response: Response) -> bytes | None:
        """Return a body with tokens in it; None where it cannot be cut into values."""
        media_type = media_type_of(response.headers)
        text = self.tokens.without_secrets(response.body.decode("latin-1"))
        if media_type == "application/json" or media_type.endswith("+json") or _is_json(text):
            text = lexing.json_text(text, value=self.value, number=self.number, name=self.name)
        elif media_type == "text/html" or media_type.endswith(("/xml", "+xml")):
            if not response.body.isascii() and not is_utf8(response.body):
                return None
            text = lexing.markup(
                text, value=self.value, name=self.name, attribute=self._attribute_stays
            )
        else:
            return None
        return text.encode("latin-1")

    def _attribute_stays(self, name: str, said: str) -> bool:
        if name == "xmlns" or name.startswith("xmlns:"):
            return self.tokens.clean(said) == said and not _LONG_ID.search(said)
        fixed = name in _FIXED_ATTRIBUTES and _WORD.fullmatch(said)
        return bool(fixed) and not _LONG_ID.search(said)

    # --- headers --------------------------------------------------------------------------------

    def reason(self, said: str) -> str:
        """Return a reason phrase: those of the standard stay."""
        return said if said in PHRASES else self._put(said)

    def headers(self, headers: Headers) -> Headers:
        """Return the header list with tokens in it; names, order and repetition stay."""
        return tuple((name, self._field(name.lower(), value)) for name, value in headers)

    def _field(self, name: str, value: str) -> str:
        if name in _CHALLENGES:
            value = self._challenge(value)
        elif name in _ADDRESSES:
            value = self._url(value)
        elif name == "link":
            value = self._links(value)
        elif name == "etag":
            shaped = _TAG.fullmatch(value.strip())
            value = f'{shaped[1] or ""}"{self._tag(shaped[2])}"' if shaped else self._put(value)
        elif name == "content-disposition":
            fitting = _DISPOSITION.fullmatch(value)
            value = _PARAMETER.sub(self._parameter, value) if fitting else self._put(value)
        elif name == "set-cookie":
            value = self._cookie(value)
        elif name not in _FIXED_FIELDS and not _SHORT_NUMBER.fullmatch(value.strip()):
            value = self._put(value)
        return self.tokens.clean(value)

    def _put(self, latin: str) -> str:
        inner = latin.strip()
        if not inner:
            return latin
        said = _decoded(inner)
        token = self.value(said)
        return latin if token is None else latin.replace(inner, token)

    def _tag(self, written: str) -> str:
        # A validator is never read, only compared.
        return self.tokens.member(written) if written else written

    def _challenge(self, value: str) -> str:
        scheme, space, rest = value.strip().partition(" ")
        # A scheme that is none stays none; whether a hidden one is any is not believed.
        shown = scheme
        if not scheme.isascii() or TOKEN.search(scheme):
            shown = f"?{self._noted(self.tokens.personal(self.tokens.restore(_decoded(scheme))))}"
        return shown + space + _CHALLENGE.sub(self._of_challenge, rest)

    def _of_challenge(self, found: re.Match[str]) -> str:
        name, is_, written = found[1] or "", found[2] or "", found[3]
        known = name.lower() in _CHALLENGE_NAMES or written.lower() in _CHALLENGE_KNOWN
        return name + is_ + (written if known and written.isascii() else self._argument(written))

    def _parameter(self, found: re.Match[str]) -> str:
        return f";{found[1]}{found[2]}{found[3]}{self._argument(found[4])}"

    def _argument(self, written: str) -> str:
        if len(written) > 1 and written[0] == written[-1] == '"':
            return f'"{self._put(written[1:-1])}"'
        return self._put(written)

    def _links(self, value: str) -> str:
        shown, end = "", 0
        for found in _LINK.finditer(value):
            if found.start() != end:
                break
            end = found.end()
            parameters = _PARAMETER.sub(self._link_parameter, found[2])
            shown += f"<{self._url(found[1])}>{parameters}{found[3]}"
            shown += " " if found[3] and end < len(value) else ""
        return shown if shown and end == len(value) else self._put(value)

    def _link_parameter(self, found: re.Match[str]) -> str:
        if found[2].lower() in _LINK_NAMES and _WORD.fullmatch(found[4].strip('"')):
            return found[0]
        return self._parameter(found)

    def _cookie(self, value: str) -> str:
        first, *attributes = value.split(";")
        name, is_, rest = first.partition("=")
        shown = [self.shown_name(name.strip()) + is_ + rest if is_ else self._put(first)]
        for attribute in attributes:
            name, is_, rest = attribute.partition("=")
            plain = name.strip().lower()
            if plain == "path":
                shown.append(name + is_ + self._url(rest))
            elif plain in (_COOKIE_NAMES if is_ else _COOKIE_FLAGS):
                shown.append(attribute)
            else:
                shown.append(f" {self._put(attribute)}")
        return ";".join(shown)

    def _url(self, value: str) -> str:
        if _decoded(value) in self.sent.words and self.tokens.clean(value) == value:
            return value
        found = _AUTHORITY.fullmatch(value.strip())
        if found is None:
            return self._path(value)
        user, at, host = found[2].rpartition("@")
        return found[1] + (self._put(user) + at if at else "") + host + self._path(found[3])

    def _path(self, value: str) -> str:
        path, mark, query = value.partition("?")
        shown = _URL_PART.sub(lambda found: self._url_part(found, unquote), path)
        return (
            shown + mark + _URL_PART.sub(lambda found: self._url_part(found, unquote_plus), query)
        )

    def _url_part(self, found: re.Match[str], read: Callable[[str], str]) -> str:
        written, is_ = found[1], found[2]
        said = _decoded(read(written))
        if is_:
            return (self.name(said) or written) + is_
        fixed = said in self.vocabulary.segments or _SHORT_NUMBER.fullmatch(said)
        return written if fixed or set(said) <= {"."} else self.value(said) or written


def _decoded(latin: str) -> str:
    """Return what a field says: its bytes, given as Latin-1, are UTF-8 if they can be."""
    try:
        return latin.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return latin


def _is_json(text: str) -> bool:
    try:
        nesting.loads(text)
    except nesting.TooDeepError:
        return True  # as far as anybody looks; it is cut at any depth
    except ValueError:
        return False
    return True
