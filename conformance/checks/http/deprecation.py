"""Deprecation and sunset: who uses what will go away is told in time."""

from __future__ import annotations

from conformance.check import law, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.formats.dates import http_date, structured_date
from conformance.text import Text
from conformance.verdict import NotApplicable

_DEPRECATION, _SUNSET = "Deprecation", "Sunset"
# What drafts before RFC 9745 had besides a date of HTTP.
_OF_DRAFTS = frozenset({"true", "?1"})


@law(catalogue="IOP-031", per="target", on="all")
def ends_are_dated(answer: Exchange) -> None:
    """When something ends is told as a date, and not before it is deprecated.

    Sunset is a date of HTTP; Deprecation is a date of structured fields, or what drafts had in its
    place: `true`, or a date of HTTP. Where both are dates, Sunset is not the earlier one
    (RFC 8594, section 3; RFC 9745, sections 2.1 and 4).
    """
    deprecated, sunset = answer.header_all(_DEPRECATION), answer.header_all(_SUNSET)
    if not deprecated and not sunset:
        raise NotApplicable(
            Text(vi="không có Deprecation, Sunset", en="neither Deprecation nor Sunset")
        )
    end = http_date(sunset[0].strip()) if len(sunset) == 1 else None
    require(
        end or not sunset,
        expected=Text(vi=f"{_SUNSET} là một ngày giờ kiểu HTTP", en=f"{_SUNSET} as one HTTP date"),
        observed=" | ".join(sunset),
    )
    told = deprecated[0].strip() if len(deprecated) == 1 else ""
    begin = structured_date(told) or http_date(told)
    require(
        begin or told in _OF_DRAFTS or not deprecated,
        expected=Text(
            vi=f"{_DEPRECATION} là một thời điểm dạng @giây",
            en=f"{_DEPRECATION} as one date of the form @seconds",
        ),
        observed=" | ".join(deprecated),
    )
    require(
        begin is None or end is None or begin <= end,
        expected=Text(
            vi=f"{_SUNSET} không sớm hơn {_DEPRECATION}",
            en=f"{_SUNSET} no earlier than {_DEPRECATION}",
        ),
        observed=f"{_DEPRECATION}: {told}; {_SUNSET}: {' '.join(sunset)}",
    )


@law(catalogue="IOP-031", per="target", on="all")
def deprecation_is_of_the_standard(answer: Exchange) -> None:
    """Deprecation is written as the standard has it, not as its drafts had.

    It is a date of structured fields, such as `@1688169599`; `true` and dates of HTTP were in
    drafts, and programs of today do not read them (RFC 9745, section 2.1; RFC 9651, section 3.3.7).
    """
    told = answer.header(_DEPRECATION)
    if not told:
        raise NotApplicable(Text(vi="không có Deprecation", en="no Deprecation"))
    require(
        structured_date(told),
        expected=Text(vi="thời điểm dạng @giây", en="a date of the form @seconds"),
        observed=told,
    )


@law(catalogue="IOP-031", per="target", on="2xx", contract=True)
def deprecated_operations_say_so(answer: Exchange, operation: Operation) -> None:
    """What the contract calls deprecated says so in its answers.

    A success of such an operation has Deprecation or Sunset: programs do not read contracts again
    (RFC 9745, section 2; RFC 8594, section 3; OpenAPI, Operation Object).
    """
    if not operation.deprecated:
        raise NotApplicable(
            Text(vi="thao tác không bị đánh dấu deprecated", en="the operation is not deprecated")
        )
    require(
        answer.header(_DEPRECATION) or answer.header(_SUNSET),
        expected=Text(vi="Deprecation hoặc Sunset", en="Deprecation or Sunset"),
        observed=Text(
            vi=f"{operation.unit} không có cả hai", en=f"{operation.unit} has neither of them"
        ),
    )
