"""Links that lead to a person by what only a person has: a personal number, a telephone, an e-mail.

Twelve digits are also a time or a barcode, and ten a tax code. So a value counts only where the
link itself says what it is: by the name of a parameter, or by the segment in front of it.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote, urlsplit

_LONGEST = 4096
_MOST_PARAMETERS = 100
_PERSONAL_ID = re.compile(r"0[0-9]{11}")
# The number of nine digits of the identity card before it (Circular 07/2016/TT-BCA).
_OLD_ID = re.compile(r"[0-9]{9}")
_PHONE = re.compile(r"(?:\+?84|0)[35789][0-9]{8}")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
# Names without marks, capitals and what joins their words; the end of a name says what it is.
_IDS = (
    "cccd", "cmnd", "cancuoc", "cancuoccongdan", "dinhdanh", "dinhdanhcanhan", "personalid",
    "citizenid", "nationalid", "identitynumber", "idcard", "idcardnumber",
)  # fmt: skip
_PEOPLE = (
    "citizen", "citizens", "congdan", "person", "persons", "people", "individual", "individuals",
    "canhan", "nguoidan", "resident", "residents", "cudan",
)  # fmt: skip
_PHONES = ("phone", "phonenumber", "mobile", "mobilenumber", "dienthoai", "didong", "sdt")
_MAILS = ("email", "emails", "emailaddress", "thudientu")


def leads_to_a_person(value: object) -> bool:
    """Whether a text is a link over HTTP with somebody's number or address in path or query.

    The value has to look like what the name in front of it says. `mailto:` and `tel:` are no such
    links: they are made to tell an address.
    """
    if not isinstance(value, str) or len(value) > _LONGEST or not {"/", "?"} & set(value):
        return False
    if any(c.isspace() for c in value):
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    if parts.scheme not in {"", "http", "https"}:
        return False
    return any(_tells(name, said) for name, said in _named(parts.path, parts.query))


def _named(path: str, query: str) -> Iterator[tuple[str, str]]:
    segments = [unquote(part) for part in path.split("/") if part]
    for before, segment in itertools.pairwise(segments):
        yield before, segment
        if _plain(before).endswith(_PEOPLE) and _PERSONAL_ID.fullmatch(segment):
            yield _IDS[0], segment
    try:
        yield from parse_qsl(query, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        return


def _tells(name: str, said: str) -> bool:
    plain = _plain(name)
    if plain.endswith(_IDS):
        return bool(_PERSONAL_ID.fullmatch(said) or _OLD_ID.fullmatch(said))
    if plain.endswith(_PHONES):
        return bool(_PHONE.fullmatch(said))
    return plain.endswith(_MAILS) and bool(_MAIL.fullmatch(said))


def _plain(name: str) -> str:
    bare = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
    return "".join(c for c in bare if c.isascii() and c.isalnum())
