"""Keys, and details of the machines inside, that an answer tells.

The door takes keys out of what it keeps (`taken_out`), and notes what it found in an answer that is
not shown as it came, so that whoever judges need not see either.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import unquote

from conformance.evidence import Exchange, Request, Response, canonical, media_type_of
from conformance.formats.people import is_placeholder
from conformance.privacy.hidden import redacted
from conformance.trees import TOKEN

# A key with all of its text: a heading alone tells nothing. No part of it may begin another, so
# that however many headings a body has, it is looked through once (RFC 7468, section 3).
_PEM = (
    r"-----BEGIN (?:[A-Z0-9]{1,16} ){0,3}PRIVATE KEY-----"
    r"(?:[A-Za-z0-9+/=\s:,]|-(?!----)|\\[nrt/]){64,20000}"
    r"-----END (?:[A-Z0-9]{1,16} ){0,3}PRIVATE KEY-----"
)
# The identifier goes with its key; the one that documentation prints opens nothing.
_AWS = r"(?<![A-Za-z0-9])(?:AKIA|ASIA)(?![0-9A-Z]{9}EXAMPLE)[0-9A-Z]{16}(?![A-Za-z0-9])"
KEYS = {"private-key": _PEM, "access-key": _AWS}
# What every text with such a key holds: found, or not, a hundred times sooner.
_NEEDLES = {"private-key": ("PRIVATE KEY-----",), "access-key": ("AKIA", "ASIA")}
_COMPILED = {name: re.compile(sign) for name, sign in KEYS.items()}

# What only those who run a system need to know; the version of its own interface is none of it.
INTERNALS = {
    "database address": (
        r"(?i)\b(?:jdbc:[a-z0-9]+|postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?"
        r"|sqlserver|oracle|kafka|ldaps?)://?[\w.@:\[\]-]"
    ),
    "private address": (
        r"(?<![\w.])(?:10(?:\.[0-9]{1,3}){3}|172\.(?:1[6-9]|2[0-9]|3[01])(?:\.[0-9]{1,3}){2}"
        r"|192\.168(?:\.[0-9]{1,3}){2})(?![\w.])"
    ),
    "product and version": (
        r"(?i)\b(?:postgresql|mysql|mariadb|oracle(?: database)?|sql server|mongodb|redis|rabbitmq"
        r"|kafka|elasticsearch|nginx|apache|tomcat|jetty|iis|php|openjdk|java|python|node(?:\.js)?"
        r"|spring boot|\.net|linux|ubuntu|debian|windows server)[ /:_-]{1,3}v?[0-9]{1,4}[.][0-9]"
    ),
}
_LONGEST = 16_384
_ERROR = 300


# A personal number that a text calls so; one that it prints as an example is nobody's. No part
# repeats without a bound.
_CALLED = re.compile(
    r"(?i)(?:cccd|cmnd|căn cước|định danh(?: cá nhân)?|chứng minh nhân dân|citizen id|national id"
    r"|personal (?:id|number|identification number)|so_?dinh_?danh|personal_?id|citizen_?id"
    r"|national_?id)[^0-9\n]{0,40}(?<![0-9])(0[0-9]{11})(?![0-9])"
)
_AN_EXAMPLE = re.compile(
    r"(?i)ví dụ|chẳng hạn|\bvd\b|mẫu|dạng|\be\.g\.|example|sample|such as|format"
)
_TWELVE_DIGITS = re.compile(r"0[0-9]{11}")
_FIRST_ERROR = 400
# How far before a number a word is looked for that makes it an example.
_AROUND = 60
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


def taken_out(text: str, token: Callable[[str, str], str]) -> str:
    """Return a text without keys.

    Args:
        text: what was said.
        token: returns what is put in the place of a key, given its kind and itself.
    """
    for name, sign in _COMPILED.items():
        if any(needle in text for needle in _NEEDLES[name]):
            text = sign.sub(lambda found, kind=name: token(kind, found[0]), text)  # type: ignore[misc]  # mypy has no type for a default
    return text


def noted(request: Request, response: Response) -> dict[str, Any]:
    """Return what is found in an answer as it came."""
    return {
        "people": _people(request, response),
        "edition": _edition(),
        "secrets": _keys(response.body.decode("latin-1")),
        "internals": _internals(response),
    }


def secrets(answer: Exchange) -> list[str]:
    """Return the kinds of keys that a body holds.

    Raises:
        NotTested: it is hidden, and nobody noted it.
    """
    answer.be_decoded()
    if answer.body_is_hidden:
        return list(_noted(answer)["secrets"])
    shown = answer.shown_body.decode("latin-1")
    # The door put tokens in their place.
    told = [name for name in KEYS if f"~secret.{name}." in shown]
    return told or _keys(shown)


def internals(answer: Exchange) -> list[str]:
    """Return what a short answer tells of machines and products inside.

    Raises:
        NotTested: nobody looked.
    """
    answer.be_decoded()
    found = None
    if answer.body_is_hidden:
        found = _noted(answer)["internals"]
    elif answer.response is not None:
        found = _internals(answer.response)
    if found is None:
        raise redacted()
    return list(found)


def people(answer: Exchange) -> int:
    """Return how many personal numbers an error tells that its request did not.

    Raises:
        NotTested: nobody looked.
    """
    answer.be_decoded()
    found = None
    if answer.body_is_hidden:
        found = _noted(answer).get("people")
    elif answer.response is not None:
        found = _people(answer.request, answer.response)
    if found is None:
        raise redacted()
    return int(found)


def _noted(answer: Exchange) -> dict[str, Any]:
    made: dict[str, Any] = answer.fact("marks").get("revealed") or {}
    if made.get("edition") != _edition():
        raise redacted()  # nobody looked for what is a signature today
    return made


@cache
def _edition() -> str:
    known = [sorted(KEYS.items()), sorted(INTERNALS.items()), _CALLED.pattern, _AN_EXAMPLE.pattern]
    return hashlib.sha256(canonical(known)).hexdigest()[:12]


def _keys(text: str) -> list[str]:
    return [
        name
        for name, sign in _COMPILED.items()
        if any(needle in text for needle in _NEEDLES[name]) and sign.search(text)
    ]


def _internals(response: Response) -> list[str] | None:
    # Only of short successes: that is what a health endpoint says, and long bodies take time.
    if response.status >= _ERROR or len(response.body) > _LONGEST:
        return None
    if not media_type_of(response.headers).endswith(("json", "text/plain")):
        return None
    text = TOKEN.sub("", response.body.decode("utf-8", "replace").replace("\\/", "/"))
    return [name for name, sign in INTERNALS.items() if re.search(sign, text)]


def _people(request: Request, response: Response) -> int | None:
    if response.status < _FIRST_ERROR or len(response.body) > _LONGEST:
        return None
    if not media_type_of(response.headers).endswith(("json", "xml", "text/plain", "text/html")):
        return None
    told = _unescaped(response.body.decode("utf-8", "replace"))
    if not _TWELVE_DIGITS.search(told):
        return 0
    asked = unquote(request.url) + request.body.decode("utf-8", "replace")
    numbers = {
        found[1]
        for found in _CALLED.finditer(told)
        if not _AN_EXAMPLE.search(told, max(0, found.start() - _AROUND), found.start(1))
    }
    return sum(number not in asked and not is_placeholder(number) for number in numbers)


def _unescaped(text: str) -> str:
    """Return a text of JSON with its letters as they are read."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
