"""Styles in which names of several words are written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

STYLES = {
    "camelCase": re.compile(r"[a-z][a-z0-9]*(?:[A-Z][A-Za-z0-9]*)+"),
    "PascalCase": re.compile(r"(?=.*[a-z])[A-Z][A-Za-z0-9]*[A-Z][A-Za-z0-9]*"),
    "snake_case": re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+"),
    "kebab-case": re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+"),
}
MIXED = "mixed"
# Names that other standards fix, whatever the style of the contract around them: OAuth 2.0 (RFC
# 6749, 7009, 7662, 8628, 9126), OpenID Connect, JOSE (RFC 7515, 7519), and X.509.
FIXED = frozenset(
    {
        "access_token", "token_type", "expires_in", "refresh_token", "id_token", "grant_type",
        "client_id", "client_secret", "client_assertion", "client_assertion_type", "redirect_uri",
        "response_type", "response_mode", "code_verifier", "code_challenge",
        "code_challenge_method", "error_description", "error_uri", "token_type_hint", "device_code",
        "user_code", "verification_uri", "verification_uri_complete", "request_uri", "login_hint",
        "id_token_hint", "post_logout_redirect_uri", "ui_locales", "acr_values", "max_age",
        "given_name", "family_name", "middle_name", "preferred_username", "email_verified",
        "phone_number", "phone_number_verified", "updated_at", "auth_time", "at_hash", "c_hash",
        "jwks_uri", "subject_token", "subject_token_type", "requested_token_type",
        "issued_token_type", "actor_token", "actor_token_type",
    }
)  # fmt: skip


def style(name: str) -> str | None:
    """Return the style of a name; None where it shows none.

    A single word is of every style. Letters that are all small or all capital, names that another
    standard fixes, and names with signs of another notation (`_links`, `@id`, `$filter`,
    `filter[x]`, `gml:id`) are of none.
    """
    if name in FIXED or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*[A-Za-z0-9]", name):
        return None
    for known, pattern in STYLES.items():
        if pattern.fullmatch(name):
            return known
    apart = re.search(r"[_-]|[a-z0-9][A-Z]", name)
    return MIXED if apart and not name.isupper() else None


def odd(
    names: Iterable[str], wanted: str, share: float, preferred: str = ""
) -> tuple[str, list[str]]:
    """Return the style that names are held to, and the names that are of another one.

    Args:
        names: each name once.
        wanted: the style; empty for the one that most names have.
        share: what part of the names settles it where no style is wanted.
        preferred: which of two styles it is where as many names are of each.
    """
    found = {name: told for name in names if (told := style(name)) is not None}
    counted = Counter(told for told in found.values() if told != MIXED)
    most = wanted or max(counted, key=lambda s: (counted[s], s == preferred), default="")
    others = [name for name, told in found.items() if told != most]
    if not wanted and len(found) - len(others) >= share * len(found):
        return most, []
    return most, others
