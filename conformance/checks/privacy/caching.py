"""Personal data in caches."""

from __future__ import annotations

from conformance.check import ABSENT, law, require
from conformance.evidence import Exchange
from conformance.text import Text
from conformance.verdict import NotTested, Reason


@law(catalogue="PRV-001", per="operation", on="baseline", personal=True)
def personal_answers_are_not_stored(answer: Exchange) -> None:
    """An answer with personal data tells every cache not to store it.

    `no-store` alone does; `no-cache` and `private` still let it be kept. Several fields are one
    list (RFC 9111, section 5.2.2.5).
    """
    if not answer.succeeded:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"trả lời {answer.status}, không có dữ liệu",
                en=f"the answer is {answer.status}, without data",
            ),
        )
    value = ", ".join(answer.header_all("Cache-Control"))
    directives = {part.partition("=")[0].strip().lower() for part in value.split(",")}
    require(
        "no-store" in directives,
        expected=Text(vi="Cache-Control có no-store", en="no-store in Cache-Control"),
        observed=value or ABSENT,
    )
