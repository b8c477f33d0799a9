"""Small readers of queries: predicates of XPath 1.0, and filters of LDAP (RFC 4515).

They carry out what they are given, as the real ones do, of as much of the languages as it takes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

Entry = Mapping[str, str]
_SIDE = r"(?:'[^']*'|\d+|string-length\('[^']*'\)|\w+)"
_EQUAL = re.compile(rf"({_SIDE})=({_SIDE})")
_PART = re.compile(r"([A-Za-z]\w*)=([^()]*)")


class QueryError(Exception):
    """A query that is none."""


def by_xpath(entries: Iterable[Entry], predicate: str) -> list[Entry]:
    """Return the entries for which equations joined by `and` are true.

    Raises:
        QueryError: it is something else.
    """
    found = [
        _EQUAL.fullmatch(part) for part in re.split(r" and (?=[^']*(?:'[^']*'[^']*)*$)", predicate)
    ]
    if None in found:
        raise QueryError("XPathException: Invalid expression")
    pairs = [(match[1], match[2]) for match in found if match]
    return [e for e in entries if all(_value(e, one) == _value(e, two) for one, two in pairs)]


def by_filter(entries: Iterable[Entry], text: str) -> list[Entry]:
    """Return the entries that a filter lets through.

    Raises:
        QueryError: it is no filter.
    """
    lets_through, rest = _filter(text)
    if rest:
        raise QueryError("LDAPException: Bad search filter (-7)")
    return [entry for entry in entries if lets_through(entry)]


def _value(entry: Entry, side: str) -> str:
    if side.startswith("string-length"):
        return str(len(side) - len("string-length('')"))
    return side.strip("'") if side[0] in "'0123456789" else entry.get(side, "")


def _filter(text: str) -> tuple[Callable[[Entry], bool], str]:
    if text[:1] != "(":
        raise QueryError("LDAPException: Bad search filter (-7)")
    sign, rest = text[1:2], text[2:]
    if sign in {"&", "|", "!"}:
        parts = []
        while rest[:1] == "(":
            part, rest = _filter(rest)
            parts.append(part)
        made = _joined(sign, parts)
    else:
        found = _PART.match(text[1:])
        if found is None:
            raise QueryError("LDAPException: Bad search filter (-7)")
        name, wanted, rest = found[1], found[2], text[1 + found.end() :]
        made = lambda entry: name in entry and wanted in {"*", entry[name]}  # noqa: E731  # as the others
    if rest[:1] != ")":
        raise QueryError("LDAPException: Bad search filter (-7)")
    return made, rest[1:]


def _joined(sign: str, parts: list[Callable[[Entry], bool]]) -> Callable[[Entry], bool]:
    if sign == "!":
        return lambda entry: not parts[0](entry)
    together = all if sign == "&" else any
    return lambda entry: together(part(entry) for part in parts)
