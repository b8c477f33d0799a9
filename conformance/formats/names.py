"""Names of parameters and members: their words, and what the last of them say."""

from __future__ import annotations

import re

# The last words of a name: `newPassword`, `new_password` and `new-password` are one.
SECRETS = (
    "access token", "auth token", "bearer token", "id token", "refresh token", "session token",
    "user token", "api token", "api key", "apikey", "password", "passwd", "passcode", "otp code",
    "client secret", "secret key", "private key", "session id", "jwt", "mat khau", "ma pin",
    "ma otp", "token", "secret", "otp",
)  # fmt: skip
PERSONAL = (
    "cccd", "cmnd", "so dinh danh", "so dinh danh ca nhan", "personal id", "citizen id",
    "national id", "identity number", "id card", "id card number", "passport", "passport number",
    "so ho chieu", "phone", "phone number", "mobile number", "mobile phone", "dien thoai",
    "so dien thoai", "sdt", "email", "email address", "date of birth", "birthday", "ngay sinh",
    "full name", "ho ten", "ho va ten", "so bhxh", "bank account", "so tai khoan",
)  # fmt: skip
# Beside these a `token` says where the next page begins.
PAGING = frozenset({"limit", "size", "page", "per page", "page size", "offset", "since", "before"})


def words(name: str) -> str:
    """Return the words of a name in small letters: `soDinhDanh` is `so dinh danh`."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return " ".join(re.findall(r"[a-z0-9]+", apart.lower()))
