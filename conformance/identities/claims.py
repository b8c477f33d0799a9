"""What a signed access token says of itself and of a person, told without its values.

Looked at at the door, where the token can still be seen: of the claims only names of a closed list
leave, and of personal data only their kinds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

# Claims that a resource server needs (RFC 9068, section 2.2), and where others tell the program.
NEEDED = ("iss", "exp", "aud", "sub", "client_id", "iat", "jti")
PROGRAMS = ("client_id", "azp", "cid", "appid")
_LOOKED_FOR = tuple(dict.fromkeys((*NEEDED, *PROGRAMS)))
_LONGEST = 60
_DEEPEST = 4
_LATEST = 2**53

# Names of claims without diacritics, capitals or separators, and what stands in them.
_PERSONAL: Mapping[str, tuple[frozenset[str], re.Pattern[str]]] = {
    "id": (
        frozenset(
            (
                *("cccd", "socccd", "cmnd", "socmnd", "cancuoc", "socancuoc", "cancuoccongdan"),
                *("sodinhdanh", "sodinhdanhcanhan", "sodinhdanhcongdan", "dinhdanhcanhan"),
                *("chungminhnhandan", "personalid", "nationalid", "citizenid", "identitycard"),
                *("identitynumber", "nationalidnumber", "personalidentificationnumber"),
            )
        ),
        re.compile(r"[0-9]{9}|[0-9]{12}"),
    ),
    "phone": (
        frozenset(
            (
                *("phone", "phonenumber", "mobile", "mobilephone", "mobilenumber", "telephone"),
                *("sdt", "sodienthoai", "dienthoai", "didong", "dienthoaididong"),
            )
        ),
        re.compile(r"\+?[0-9][0-9 .()-]{7,20}"),
    ),
    "birth": (
        frozenset(
            (
                *("birthdate", "birthday", "dateofbirth", "dob", "birthyear"),
                *("ngaysinh", "namsinh", "ngaythangnamsinh"),
            )
        ),
        re.compile(r".*[0-9]{4}.*", re.DOTALL),
    ),
    "address": (
        frozenset(
            (
                *("address", "streetaddress", "homeaddress", "postaladdress", "diachi"),
                *("diachithuongtru", "noithuongtru", "thuongtru", "diachitamtru", "noitamtru"),
                *("noiohientai", "noicutru", "diachicutru"),
            )
        ),
        # Of a place where somebody lives there are several words; of a machine there is one.
        re.compile(r"\S+\s+\S.*", re.DOTALL),
    ),
}


def told(header: Mapping[str, Any], claims: Mapping[str, Any]) -> dict[str, Any]:
    """Return what may be told of a token: its type, which claims it has, how long it is good for.

    `claims` are those of a closed list that say something; `lasts` is from its issue, or from when
    it is valid, to its end; `personal` the kinds of personal data that it carries in the clear.
    """
    facts: dict[str, Any] = {
        "type": str(header.get("typ", ""))[:_LONGEST],
        "claims": [name for name in _LOOKED_FOR if claims.get(name) not in (None, "", [])],
        "personal": sorted(set(_personal(claims, 0))),
    }
    starts = [claims[name] for name in ("iat", "nbf") if _is_a_time(claims.get(name))]
    if starts and _is_a_time(claims.get("exp")):
        facts["lasts"] = round(claims["exp"] - max(starts))
    return facts


def _is_a_time(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LATEST


def _personal(node: Any, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if isinstance(node, list):
        for part in node:
            yield from _personal(part, depth + 1)
    if isinstance(node, Mapping):
        for name, value in node.items():
            bare = _plain(name)
            for kind, (names, form) in _PERSONAL.items():
                if bare in names and any(form.fullmatch(text) for text in _texts(value, depth)):
                    yield kind
            yield from _personal(value, depth + 1)


def _texts(value: Any, depth: int) -> Iterator[str]:
    """Yield what a claim tells; of an address in parts (OpenID Connect Core 1.0, 5.1.1) all of it.

    Numbers are told as texts: a year is as good as a date.
    """
    if isinstance(value, str):
        yield value.strip()
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, Mapping) and depth <= _DEEPEST:
        yield " ".join(part.strip() for part in value.values() if isinstance(part, str))


def _plain(name: str) -> str:
    """Return the bare letters of a name; of a claim under an address (`https://…/cccd`) its end."""
    last = name.rstrip("/").rpartition("/")[2].rpartition(":")[2]
    bare = unicodedata.normalize("NFD", last.lower().replace("đ", "d"))
    return "".join(c for c in bare if c.isascii() and c.isalnum())
