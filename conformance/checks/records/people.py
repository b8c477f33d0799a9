"""People are told by their own number, and what it says of them agrees with the rest."""

from __future__ import annotations

from conformance.check import law, require
from conformance.evidence import Exchange
from conformance.fields import day, moment, plain, records, values
from conformance.formats.people import is_placeholder
from conformance.mapping import Mapped
from conformance.privacy import hidden
from conformance.text import Text
from conformance.verdict import NotApplicable


@law(catalogue="FMT-010", per="target", on="2xx")
def nobody_is_a_placeholder(
    answer: Exchange, mapping: Mapped, *, field: str = "personal_id"
) -> None:
    """Nobody is known by a number that stands for no number.

    000000001, nine or twelve equal digits and 123456789 are what software sends that has no
    identity to send; the field is left empty instead (Law 26/2023/QH15: a number is somebody's).
    """
    for place, value in values(answer, mapping, field):
        require(
            not is_placeholder(plain(value)),
            expected=Text(vi="số định danh thật hoặc rỗng", en="a real identity, or nothing"),
            observed=place,
        )


@law(catalogue="FMT-010", per="target", on="2xx")
def numbers_tell_the_year_of_birth(
    answer: Exchange, mapping: Mapped, *, number: str = "personal_id", born: str = "birth"
) -> None:
    """The fifth and sixth digit of a personal number are those of the year of birth.

    Looks at records that tell a number of twelve digits and a date of birth (Law 26/2023/QH15;
    what the digits say is laid down in Decree 137/2015/NĐ-CP and was read in an article only).
    """
    looked_at = False
    for held in records(answer, mapping, number, born):
        birth = moment(held.one(born)) if held.one(born) is not None else None
        if birth is None or not hidden.is_a(held.one(number), "personal-id"):
            continue
        looked_at = True
        require(
            plain(held.one(number))[4:6] == f"{day(birth):%y}",
            expected=Text(
                vi="hai chữ số năm sinh trong số định danh khớp với ngày sinh",
                en="the digits of the year in the number to be those of the date of birth",
            ),
            observed=held.place,
        )
    if not looked_at:
        raise NotApplicable(
            Text(
                vi=f"không có bản ghi nào có cả {number} và {born}",
                en=f"no record has both {number} and {born}",
            )
        )
