"""Addresses of mail."""

from __future__ import annotations

import re

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_QUOTED = r'"(?:[ !#-\[\]-~]|\\[ -~])*"'
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL = re.compile(
    rf"(?P<local>{_ATOM}(?:\.{_ATOM})*|{_QUOTED})@(?P<domain>{_LABEL}(?:\.{_LABEL})*|\[[!-Z^-~]+\])"
)
_LONGEST_LOCAL, _LONGEST_DOMAIN = 64, 255


def is_email(value: str) -> bool:
    """Whether a text is a mailbox as RFC 5321, section 4.1.2 has it.

    Quoted local parts, domains of one label and address literals are legal; letters beyond ASCII
    are those of `idn-email`.
    """
    found = _EMAIL.fullmatch(value)
    return (
        found is not None
        and len(found["local"]) <= _LONGEST_LOCAL
        and len(found["domain"]) <= _LONGEST_DOMAIN
    )
