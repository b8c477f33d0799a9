"""Set-Cookie as RFC 6265, section 5.2, reads it: one field is one cookie, never a list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# Longer numbers are cut down by every user agent; Python would refuse them.
_SECONDS = re.compile(r"-?[0-9]{1,100}")


@dataclass(frozen=True)
class Cookie:
    """A cookie as a user agent understands it, without its value.

    `attributes` maps the name of each attribute, in lower case, to its last value, as it stands.
    """

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)

    def has(self, attribute: str) -> bool:
        """Whether an attribute is there, with any value or none."""
        return attribute.lower() in self.attributes

    def value_of(self, attribute: str) -> str:
        """Return the value of an attribute in lower case; empty where there is none."""
        return self.attributes.get(attribute.lower(), "").lower()

    def is_deleted(self, now: str) -> bool:
        """Whether it only removes a cookie: its life had ended at a moment (ISO 8601) before.

        Max-Age counts more than Expires (RFC 6265, section 5.3).
        """
        age = self.attributes.get("max-age", "")
        if _SECONDS.fullmatch(age):
            return int(age) <= 0
        try:
            end = parsedate_to_datetime(self.attributes.get("expires", "").replace("-", " "))
        except (TypeError, ValueError, IndexError, OverflowError):
            return False
        moment = datetime.fromisoformat(now)
        return (end if end.tzinfo else end.replace(tzinfo=UTC)) <= moment


def parse(value: str) -> Cookie | None:
    """Return the cookie of one Set-Cookie field; None where a user agent ignores it."""
    pair, *parts = value.split(";")
    name, equals, _ = pair.partition("=")
    if not equals or not name.strip():
        return None
    attributes = {}
    for part in parts:
        attribute, _, given = part.partition("=")
        attributes[attribute.strip().lower()] = given.strip()
    return Cookie(name.strip(), attributes)
