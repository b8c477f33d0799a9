"""Clocks and dates of changes that look odd and are legal."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parsedate_to_datetime

from conformance.sandbox import bending, dating
from conformance.sandbox.agency import Agency
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import near_miss

DATED = "http.dating.answers_are_dated"
CLOCK = "http.dating.clock_is_right"
PAST = "http.dating.last_changes_are_past"
SINCE = "http.dating.unchanged_content_is_not_sent_again"


@near_miss(spares=[DATED, CLOCK], transport="wire")
def answers_from_a_cache(agency: Agency) -> Agency:
    """Every answer was made an hour ago, as its Age says (RFC 9111, 5.1)."""

    def made(now: dating.Moment) -> str:
        return dating.http_date(now - timedelta(hours=1)) + "\r\nAge: 3600"

    return dating.dating(agency, made)


@near_miss(spares=[DATED, CLOCK, PAST], transport="wire")
def clock_a_little_slow(agency: Agency) -> Agency:
    """The clock is two minutes slow, as clocks may be (RFC 7519, 4.1.4)."""
    return dating.dating(agency, lambda now: dating.http_date(now - timedelta(minutes=2)))


@near_miss(spares=[PAST, SINCE])
def dates_of_changes_heeded(agency: Agency) -> Agency:
    """What was not changed since a date is not sent again (RFC 9110, 13.1.3)."""

    def bend(call: Call, made: Answer) -> Answer:
        asked, tag = call.first("if-modified-since"), call.first("if-none-match")
        if asked is None or tag is not None:
            return made
        since, changed = parsedate_to_datetime(asked), parsedate_to_datetime(dating.CHANGED)
        return dating.not_modified(made) if changed <= since else made

    told = dating.last_changed(agency, lambda _now: dating.CHANGED)
    return told.bending_answers(bending.when_asked(bending.LIST, bend))


@near_miss(spares=[PAST, SINCE])
def changed_just_now(agency: Agency) -> Agency:
    """What is put together for each answer was changed when it was made (RFC 9110, 8.8.2.1)."""
    return dating.last_changed(agency, dating.http_date)
