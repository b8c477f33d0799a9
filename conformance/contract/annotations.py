"""What a contract says beyond OpenAPI: whose session an operation ends, which service a body names.

The annotations begin with `x-vnda-`; where they are silent, words by which everybody names a
log-out are enough to be careful.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conformance import soap

SERVICES = "x-vnda-services"
XSD = "x-xsd"
# Words by which log-out is known, also in Vietnamese; being careful once too often costs nothing.
_ENDS = re.compile(r"(?i)log[-_]?out|sign[-_]?out|log[-_]?off|dang[-_]?xuat|revoke|thu[-_]?hoi")
_SESSION = re.compile(r"(?i)/(?:sessions?|tokens?|phien)(?:/(?:current|me|\{[^}]*\}))?$")


@dataclass(frozen=True)
class Service:
    """One of the services behind one path: the value of the body member that names it.

    Of SOAP the place of the member is taken by what names the operation: `soap.BODY`, the first
    element of the body, or `soap.ACTION`.
    """

    member: str
    name: str
    entry: Mapping[str, Any]


def word(node: Mapping[str, Any], name: str) -> str | None:
    """Return the text of an annotation; None where it is missing or no text."""
    value = node.get(name)
    return value if isinstance(value, str) else None


def says(node: Mapping[str, Any], name: str) -> bool:
    """Whether an annotation says yes in so many words."""
    return node.get(name) is True


def ends_session(node: Mapping[str, Any], method: str, path: str) -> bool:
    """Whether an operation looks as if it ends the session of whoever calls it."""
    if node.get("x-vnda-role") == "session.end":
        return True
    named = _ENDS.search(str(node.get("operationId", ""))) or _ENDS.search(path.rpartition("/")[2])
    return bool(named) or (method == "DELETE" and bool(_SESSION.search(path)))


def services(node: Mapping[str, Any]) -> Iterator[Service]:
    """Yield the services that a member of the body, or SOAP, tells apart; none as a rule."""
    told = node.get(SERVICES)
    member = told.get("member") if isinstance(told, Mapping) else None
    if isinstance(told, Mapping) and "soap" in told:
        member = soap.KINDS.get(str(told["soap"]))
    values = told.get("values") if isinstance(told, Mapping) else None
    if not isinstance(member, str) or not isinstance(values, Mapping):
        return
    for name, entry in values.items():
        yield Service(member, str(name), entry if isinstance(entry, Mapping) else {})
