"""A system that rests: overloaded, or under maintenance."""

from __future__ import annotations

from conformance.check import law, require
from conformance.evidence import Exchange
from conformance.formats.dates import is_waiting_time
from conformance.probe.obstacles import from_a_firewall, was_away
from conformance.target import Target
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_RESTING = 503


@law(catalogue="OPS-003", per="target", on="errors", hostile=True)
def resting_systems_say_until_when(answer: Exchange, target: Target) -> None:
    """A system that rests says when to come back.

    Every answer 503 has a Retry-After that can be read. A firewall's page is not looked at, and
    what a proxy of ours that carries plain HTTP may have said itself leaves the question open
    (RFC 9110, section 15.6.4).
    """
    if answer.status != _RESTING:
        raise NotApplicable(Text(vi="không có trả lời 503", en="nothing was answered 503"))
    if from_a_firewall(answer):
        raise NotApplicable(Text(vi="trả lời của tường lửa", en="a firewall's answer"))
    if answer.facts.get("away"):
        # Others were not answered at that time either: it may be a front server's word.
        raise was_away(answer)
    told = answer.header("Retry-After")
    if not told and target.proxy is not None and target.scheme == "http":
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(vi="503 có thể là của máy trung gian", en="the 503 may be our own proxy's"),
        )
    require(
        is_waiting_time(told),
        expected=Text(vi="503 kèm Retry-After đọc được", en="503 with a Retry-After to be read"),
        observed=told or Text(vi="503 không có Retry-After", en="503 without Retry-After"),
    )
