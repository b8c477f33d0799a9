"""Errors speak of the request, not of people."""

from __future__ import annotations

from conformance.check import law, require
from conformance.evidence import Exchange
from conformance.privacy import revelations
from conformance.text import Text
from conformance.verdict import NotApplicable


@law(catalogue="PRV-008", per="target", on="errors")
def errors_tell_of_nobody(answer: Exchange) -> None:
    """An error names no person.

    Looks at errors that were met anyway, of at most sixteen kilobytes, in JSON, XML or text: none
    holds a personal identification number that a word before it calls one, such as `CCCD` or
    `soDinhDanh`, and that the request did not send. Numbers that are printed as an example, and
    ones that are nobody's (000000000001), tell nothing (ASVS 5.0, 16.5.1). Telephone numbers and
    mail addresses are not judged: errors say where to turn to.
    """
    if not answer.has_body or answer.request.method == "HEAD":
        raise NotApplicable(Text(vi="không có nội dung", en="no body"))
    found = revelations.people(answer)
    require(
        not found,
        expected=Text(
            vi="thông báo lỗi không có số định danh của ai ngoài số đã gửi",
            en="an error without a personal number that was not sent",
        ),
        observed=Text(vi=f"{found} số định danh", en=f"{found} personal numbers"),
    )
