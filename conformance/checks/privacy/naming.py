"""What the name of a member says that it holds: a secret, or something of a person.

The last words of a name count, whatever joins them: `userPassword` is a password, and
`passwordChangedAt` is none.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from conformance.formats.names import words
from conformance.privacy.hidden import Hidden, is_a
from conformance.privacy.redaction import PHRASE
from conformance.trees import TOKEN

# What opens something for as long as nobody changes it; the digest of a password as well.
LASTING = frozenset({
    "password", "passwd", "passcode", "password hash", "hashed password", "password salt",
    "mat khau", "hash mat khau", "mat khau hash", "mat khau ma hoa", "ma pin", "private key",
    "secret key", "client secret", "shared secret", "api secret", "app secret", "webhook secret",
})  # fmt: skip
# Good for one use: a number of a few digits.
ONCE = frozenset({"otp", "otp code", "ma otp", "one time password"})
# What is handed out to whoever logs in.
ISSUED = frozenset({
    "access token", "refresh token", "id token", "session token", "auth token", "bearer token",
    "api token", "user token", "jwt", "api key", "apikey",
})  # fmt: skip
# What tells who somebody is, wherever it stands.
PERSONAL = frozenset({
    "cccd", "so cccd", "cmnd", "so cmnd", "so dinh danh", "so dinh danh ca nhan", "personal id",
    "citizen id", "national id", "identity number", "id card number", "passport number",
    "so ho chieu", "date of birth", "birth date", "birthday", "ngay sinh", "so bhxh",
    "so the bhyt", "bank account", "so tai khoan",
})  # fmt: skip
# What an office has, too: a person's only beside a person.
CONTACTS = frozenset({
    "phone", "phone number", "mobile", "mobile number", "dien thoai", "so dien thoai", "sdt",
    "email", "email address", "dia chi thuong tru", "noi thuong tru",
})  # fmt: skip
# Words of a form, of documentation or of a state: they are no value.
_NO_VALUES = frozenset(
    {"string", "text", "password", "true", "false", "none", "null", "required", "optional", "set"}
)
_DIGITS = range(4, 9)
# As many as the longest of the names above has.
_MOST_WORDS = max(len(name.split()) for name in LASTING | ONCE | ISSUED | PERSONAL | CONTACTS)


def ends_with(name: str, known: frozenset[str]) -> bool:
    """Whether the last words of a name are one of these."""
    return not endings(name).isdisjoint(known)


@lru_cache(maxsize=8192)
def endings(name: str) -> frozenset[str]:
    """Return the last words of a name: the last one, the last two, and so on."""
    said = words(name).split()[-_MOST_WORDS:]
    return frozenset(" ".join(said[number:]) for number in range(len(said)))


def tells_something(value: Any) -> bool:
    """Whether a value tells something of somebody: no flag, not empty, and not blanked out."""
    if value is None or isinstance(value, bool | list | dict):
        return False
    if isinstance(value, str) and any(is_a(value, kind) for kind in ("blanked", "masked")):
        return False
    return isinstance(value, Hidden) or bool(value)


def is_a_secret(value: Any, *, once: bool = False) -> bool:
    """Whether a value can be the secret that the name of its member says it is.

    Labels and messages are no secrets: words with spaces between them, or with Vietnamese letters.

    Args:
        value: what stands there, hidden or not.
        once: whether it is a code for one use, which is a number of a few digits.
    """
    if not tells_something(value):
        return False
    if once:
        return _is_a_code(value)
    if not isinstance(value, str):
        return False
    if isinstance(value, Hidden):
        return PHRASE not in str(value) and not value.fact("vietnamese")
    if TOKEN.fullmatch(value):
        return PHRASE not in value
    return value.isascii() and len(value.split()) == 1 and value.lower() not in _NO_VALUES


def _is_a_code(value: Any) -> bool:
    if isinstance(value, Hidden):
        digits = value.is_a("digits") if isinstance(value, str) else True
        return digits and value.fact("length") in _DIGITS
    said = str(value)
    return said.isascii() and said.isdigit() and len(said) in _DIGITS
