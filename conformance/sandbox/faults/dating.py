"""Clocks that are wrong or silent, and dates of changes that cannot be."""

from __future__ import annotations

from datetime import timedelta

from conformance.sandbox import bending, dating
from conformance.sandbox.agency import Agency
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import fault

DATED = "http.dating.answers_are_dated"
CLOCK = "http.dating.clock_is_right"
PAST = "http.dating.last_changes_are_past"
SINCE = "http.dating.unchanged_content_is_not_sent_again"


@fault(breaks=[DATED], transport="wire")
def answers_without_a_date(agency: Agency) -> Agency:
    """A gateway takes the Date out of every answer."""
    return dating.dating(agency, lambda _now: None)


@fault(breaks=[DATED], transport="wire")
def dates_in_local_time(agency: Agency) -> Agency:
    """Date tells the time of Ha Noi, with its zone."""
    return dating.dating(agency, lambda now: f"{now + timedelta(hours=7):%a, %d %b %Y %X} +0700")


@fault(breaks=[CLOCK], transport="wire")
def clock_an_hour_ahead(agency: Agency) -> Agency:
    """The clock of the server is an hour ahead."""
    return dating.dating(agency, lambda now: dating.http_date(now + timedelta(hours=1)))


@fault(breaks=[CLOCK], transport="wire")
def clock_that_stood_still(agency: Agency) -> Agency:
    """The clock of the server lags ten days behind."""
    return dating.dating(agency, lambda now: dating.http_date(now - timedelta(days=10)))


@fault(breaks=[PAST])
def changed_tomorrow(agency: Agency) -> Agency:
    """The list of procedures says that it was changed tomorrow."""
    return dating.last_changed(agency, lambda now: dating.http_date(now + timedelta(days=1)))


@fault(breaks=[PAST])
def changed_in_iso_form(agency: Agency) -> Agency:
    """Last-Modified is written as dates are in JSON."""
    return dating.last_changed(agency, lambda _now: "2025-11-02T08:49:37Z")


@fault(breaks=[SINCE])
def dates_of_changes_not_heeded(agency: Agency) -> Agency:
    """Last-Modified is told, and If-Modified-Since is not looked at."""
    return dating.last_changed(agency, lambda _now: dating.CHANGED)


@fault(breaks=[SINCE])
def nothing_ever_changed(agency: Agency) -> Agency:
    """Whatever If-Modified-Since says, nothing was changed since."""

    def bend(call: Call, made: Answer) -> Answer:
        asked = call.first("if-modified-since") is not None
        return dating.not_modified(made) if asked else made

    told = dating.last_changed(agency, lambda _now: dating.CHANGED)
    return told.bending_answers(bending.when_asked(bending.LIST, bend))
