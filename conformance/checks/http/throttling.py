"""Throttling: who has to slow down learns for how long, and how much is left."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import Annotated

from http_sfv.dictionary import Dictionary
from http_sfv.item import Item
from http_sfv.list import List

from conformance.check import Higher, check, law, require
from conformance.evidence import Exchange
from conformance.formats.dates import is_waiting_time, moment
from conformance.probe import Probe
from conformance.probe.obstacles import from_a_firewall
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason, Violation

_TOO_MANY = 429
_REFUSED = frozenset({403, _TOO_MANY, 503})
# Where others than Retry-After tell when a limit is renewed.
_RENEWED = ("RateLimit", "RateLimit-Reset", "X-RateLimit-Reset", "X-Rate-Limit-Reset")
# The three fields of the drafts before 2023, and the two of no standard that look alike.
_COUNTED = (
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
)
_LEFT = ("RateLimit-Remaining", "X-RateLimit-Remaining", "X-Rate-Limit-Remaining")
# Some gateways tell with -1 that they cannot tell.
_NUMBER = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*(?:[,;].*)?", re.ASCII | re.DOTALL)
_SPARE = 5


@law(catalogue="IOP-021", per="target", on="all", hostile=True)
def throttled_callers_are_told_when(answer: Exchange) -> None:
    """Who is asked to come again later can read when.

    Wherever Retry-After stands, it is a number of seconds or a date of HTTP; an answer 429 has it,
    or another field that tells when the limit is renewed. What a firewall answers in the place of
    the system is not looked at (RFC 9110, section 10.2.3; RFC 6585, section 4).
    """
    told = answer.header_all("Retry-After")
    if not told and answer.status != _TOO_MANY:
        raise NotApplicable(Text(vi="không hẹn quay lại", en="nobody is asked to come again later"))
    if from_a_firewall(answer):
        raise NotApplicable(Text(vi="trả lời của tường lửa", en="a firewall's answer"))
    if not told:
        require(
            any(answer.header(name) for name in _RENEWED),
            expected=Text(vi="429 kèm Retry-After", en="Retry-After on 429"),
            observed=Text(vi="429 không nói khi nào quay lại", en="429 without a word about when"),
        )
    require(
        all(is_waiting_time(value.strip()) for value in told),
        expected=Text(vi="số giây, hoặc ngày giờ kiểu HTTP", en="seconds, or an HTTP date"),
        observed=" | ".join(told),
    )


@law(catalogue="IOP-021", per="target", on="all", hostile=True)
def rate_limits_are_readable(answer: Exchange) -> None:
    """What a caller is told of a limit, and of what is left of it, are numbers.

    RateLimit-Policy and RateLimit are structured fields, as one of the drafts has them: lists with
    the quota `q` and what remains `r`, lists of quotas, or one dictionary. The fields that older
    drafts had, and X-RateLimit-Limit and X-RateLimit-Remaining, begin with a number, whatever
    follows it; what X-RateLimit-Reset counts from nobody agreed on (RFC 9651, sections 3.1 and 3.2;
    draft-ietf-httpapi-ratelimit-headers).
    """
    if not any("ratelimit" in name.lower() for name, _ in answer.headers):
        raise NotApplicable(Text(vi="không có tiêu đề về giới hạn", en="no field tells of limits"))
    for name in _COUNTED:
        for value in answer.header_all(name):
            require(
                _NUMBER.fullmatch(value),
                expected=Text(vi=f"{name} bắt đầu bằng số", en=f"{name} to begin with a number"),
                observed=value,
            )
    for name, reads in (("RateLimit-Policy", _is_policy), ("RateLimit", _is_state)):
        value = ", ".join(answer.header_all(name))
        require(
            not value or reads(value),
            expected=Text(
                vi=f"{name} là trường có cấu trúc với các số nguyên",
                en=f"{name} as a structured field with integers",
            ),
            observed=value,
        )


def _is_policy(value: str) -> bool:
    """Whether each item has a quota: its parameter `q`, or in older drafts the item itself."""
    items = _items(value)
    return items is not None and all(
        (_counts(item.value) or _counts(item.params.get("q")))
        and _counts(item.params.get("q", 0))
        and _counts(item.params.get("w", 0))
        for item in items
    )


def _is_state(value: str) -> bool:
    """Whether each item tells what remains: its parameter `r`; or a dictionary does."""
    items = _items(value)
    if items is not None:
        return all(
            _counts(item.params.get("r")) and _counts(item.params.get("t", 0)) for item in items
        )
    found = Dictionary()
    try:
        found.parse(value.encode())
    except ValueError:
        return False
    said = [found[name] for name in ("limit", "remaining", "reset") if name in found]
    return bool(said) and all(isinstance(one, Item) and _counts(one.value) for one in said)


def _items(value: str) -> list[Item] | None:
    """Return the items of a list (RFC 9651, section 3.1); None where it is none, or has others."""
    found = List()
    try:
        found.parse(value.encode())
    except ValueError:
        return None
    return list(found) if all(isinstance(one, Item) for one in found) else None


def _counts(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


@check(
    catalogue="IOP-022",
    per="target",
    safety="intrusive",
    requests=1,
    times="most",
    alone=True,
    applies=lambda scene, _: scene.target.rate_limit is not None,
)
def declared_limits_are_kept(probe: Probe, *, most: Annotated[int, Higher] = 250) -> None:
    """Who calls far more often than the owner allows is refused.

    Calls one read over and over, as one caller, twice as often as `rate_limit` of the target file
    allows and a few times more: so many may pass where one window ends and another begins, or
    where a bucket fills again, and no more. A 429 ends it, and so does 503 or 403 for what was
    answered before, which some gateways say instead. Where nothing is refused, RateLimit fields
    that count down leave the question open, for servers behind a balancer may count apart; and
    so does a pace too slow for the limit (OWASP API4:2023; ASVS 5.0, 2.4.1; RFC 6585, section 4).
    """
    limit = probe.target.rate_limit
    operation = probe.first_read()
    if limit is None or operation is None:
        raise NotApplicable(Text(vi="không có giới hạn để thử", en="there is no limit to be tried"))
    wanted = 2 * limit.requests + _SPARE
    if wanted > most:
        raise NotTested(
            Reason.OUT_OF_BUDGET,
            Text(
                vi=f"cần {wanted} lượt gọi, chỉ được phép {most}",
                en=f"it takes {wanted} calls, and no more than {most} are allowed",
            ),
        )
    formed = probe.form(operation, identity=probe.allowed(operation))
    # On behalf of no operation: these calls are to be refused, and say nothing of its steadiness.
    question = replace(formed, wellformed=False)
    first = last = probe.send_once(question)
    if not operation.succeeded(first):
        raise probe.why_no_success(operation, first)
    for _ in range(wanted - 1):
        last = probe.send_once(question)
        if last.status in _REFUSED:
            return
    seconds = float(_moment(last) - _moment(first))
    told = Text(
        vi=f"{wanted} lượt gọi trong {seconds:.1f} giây đều được trả lời",
        en=f"{wanted} calls within {seconds:.1f} seconds, all of them answered",
    )
    before, after = _left(first), _left(last)
    counts_down = before is not None and after is not None and after < before
    if seconds > limit.seconds or counts_down:
        raise NotTested(Reason.INCONCLUSIVE, told)
    raise Violation(
        Text(
            vi=f"429 khi vượt xa {limit.requests} lượt trong {limit.seconds} giây",
            en=f"429 far beyond {limit.requests} requests in {limit.seconds} seconds",
        ),
        told,
    )


def _moment(exchange: Exchange) -> Fraction:
    return moment(exchange.at) or Fraction(0)


def _left(answer: Exchange) -> float | None:
    """Return how many requests an answer says are left; None where it does not say."""
    for name in _LEFT:
        found = _NUMBER.fullmatch(answer.header(name))
        if found:
            return float(found[1])
    return None
