"""Dates and times where the contract says that they are."""

from __future__ import annotations

from conformance.check import law, require
from conformance.checks.formats import described
from conformance.contract import Contract
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.privacy.hidden import is_a
from conformance.text import Text


@law(catalogue="FMT-004", per="operation", on="2xx", contract=True)
def times_carry_an_offset(answer: Exchange, operation: Operation, contract: Contract) -> None:
    """A time says where on the globe it is read.

    Every value that the contract calls `date-time` is one of RFC 3339, section 5.6, offset
    included. Fields of packets that use another form by their own norm do not carry that format.
    """
    for path, value in described.of_format("date-time", answer, operation, contract):
        require(
            is_a(value, "date-time"),
            expected=Text(vi="ngày giờ RFC 3339 có múi giờ", en="an RFC 3339 time with an offset"),
            observed=described.told(path, value),
        )


@law(catalogue="FMT-005", per="operation", on="2xx", contract=True)
def dates_are_calendar_dates(answer: Exchange, operation: Operation, contract: Contract) -> None:
    """A date is YYYY-MM-DD and stands in the calendar.

    Every value that the contract calls `date` is a full-date of RFC 3339, section 5.6, without a
    time: a birth date shifted by a time zone is another day.
    """
    for path, value in described.of_format("date", answer, operation, contract):
        require(
            is_a(value, "date"),
            expected=Text(vi="ngày dạng YYYY-MM-DD", en="a date YYYY-MM-DD"),
            observed=described.told(path, value),
        )
