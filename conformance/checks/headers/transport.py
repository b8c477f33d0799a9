"""Strict-Transport-Security."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated

from conformance.check import ABSENT, Higher, law, require
from conformance.evidence import Exchange
from conformance.target import Target
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

FIELD = "Strict-Transport-Security"
YEAR = 31_536_000


@law(catalogue="SEC-002", per="target", on="baseline")
def hsts_is_long_enough(
    answer: Exchange, target: Target, *, min_age: Annotated[int, Higher] = YEAR
) -> None:
    """A browser is told to come back over TLS only, for long enough (RFC 6797, section 6.1).

    Reads the first field of successful answers over https; a browser ignores it on plain http and
    on IP addresses (section 8.1), so nothing is asked there.
    """
    _applies(target)
    if answer.status >= 400:
        # nginx without `always` leaves it out on errors: no failure of the clause.
        raise NotTested(
            Reason.INCONCLUSIVE, Text(vi="trả lời không thành công", en="the answer is no success")
        )
    values = answer.header_all(FIELD)
    require(
        values,
        expected=Text(vi=f"{FIELD} với max-age ≥ {min_age}", en=f"{FIELD}, max-age ≥ {min_age}"),
        observed=ABSENT,
    )
    age = dict(_directives(values[0])).get("max-age", "")
    require(
        age.isdecimal() and int(age) >= min_age,
        expected=Text(vi=f"max-age ≥ {min_age}", en=f"max-age ≥ {min_age}"),
        observed=values[0],
    )


@law(catalogue="SEC-003", per="target", on="baseline")
def hsts_is_single(answer: Exchange, target: Target) -> None:
    """There is one Strict-Transport-Security field, and it is well-formed.

    A browser reads the first field only; each directive stands once and max-age is required
    (RFC 6797, sections 6.1 and 8.1).
    """
    _applies(target)
    values = answer.header_all(FIELD)
    if not values:
        raise NotApplicable(ABSENT)
    require(
        len(values) == 1,
        expected=Text(vi="một tiêu đề duy nhất", en="one field"),
        observed=f"{len(values)}: {' | '.join(values)}",
    )
    names = [name for name, _ in _directives(values[0])]
    require(
        len(names) == len(set(names)) and "," not in re.sub(r'"[^"]*"', "", values[0]),
        expected=Text(vi="mỗi chỉ thị xuất hiện một lần", en="each directive once"),
        observed=values[0],
    )
    require(
        "max-age" in names,
        expected=Text(vi="có max-age", en="a max-age directive"),
        observed=values[0],
    )


def _applies(target: Target) -> None:
    if target.scheme != "https":
        raise NotApplicable(Text(vi="không phải https", en="not https"))
    try:
        ipaddress.ip_address(target.host)
    except ValueError:
        return
    raise NotApplicable(Text(vi="địa chỉ IP, không phải tên miền", en="an IP address, not a name"))


def _directives(value: str) -> list[tuple[str, str]]:
    found = []
    for part in value.split(";"):
        name, _, argument = part.partition("=")
        if name.strip():
            found.append((name.strip().lower(), argument.strip().strip('"')))
    return found
