"""Numbers of people and organisations."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import exchange
from stdnum.vn import mst

from conformance.checks.formats.identifiers import personal_ids_are_right
from conformance.formats.identifiers import birth_year, is_personal_id, is_tax_code
from conformance.mapping import Mapped
from conformance.verdict import NotApplicable, Violation

# Published with the formula of the check digit.
REAL = ["0100233488", "0314409058-002", "0314409058002", "0100112437"]


@pytest.mark.parametrize("value", REAL)
def test_published_tax_codes_are_tax_codes(value: str) -> None:
    assert is_tax_code(value)


@pytest.mark.parametrize(
    "value",
    [
        "0100233480",
        "010023348",
        "01002334880",
        "0314409058-000",
        "0314409058--02",
        "0100000000",
        "100233488",
        " 0100233488",
        "0100233488\n",
        "０１００２３３４８８",  # digits of another script are the matter of the test
        "",
        100233488,
        None,
    ],
)
def test_what_is_no_tax_code(value: object) -> None:
    assert not is_tax_code(value)


@given(st.from_regex(r"[0-9]{10}([0-9]{3})?", fullmatch=True))
def test_tax_codes_are_those_of_python_stdnum(value: str) -> None:
    assert is_tax_code(value) == mst.is_valid(value)


@given(st.from_regex(r"[0-9]{9}", fullmatch=True))
def test_at_most_one_check_digit_fits(stem: str) -> None:
    fitting = [digit for digit in "0123456789" if is_tax_code(stem + digit)]
    total = sum(w * int(d) for w, d in zip((31, 29, 23, 19, 17, 13, 7, 5, 3), stem, strict=True))
    # Without a remainder the digit would be ten, which no code has.
    assert len(fitting) == (total % 11 != 0 and stem[2:] != "0000000")


def test_a_personal_number_is_a_tax_code_of_an_individual() -> None:
    assert is_tax_code("000190000001")


@pytest.mark.parametrize("value", ["000190000001", "079304012345", "999999999999"])
def test_twelve_digits_are_written_like_a_personal_number(value: str) -> None:
    assert is_personal_id(value)


@pytest.mark.parametrize(
    "value", ["012345678", "0001900000011", "0001 90000001", "0001*****001", 190000001, None, ""]
)
def test_what_is_not_written_like_a_personal_number(value: object) -> None:
    assert not is_personal_id(value)


@pytest.mark.parametrize(
    ("value", "year"),
    [
        ("000190000001", 1990),
        ("000085000002", 1985),
        ("001201000001", 2001),
        ("001399000001", 2099),
    ],
)
def test_a_personal_number_tells_the_year_of_birth(value: str, year: int) -> None:
    assert birth_year(value) == year


def judged(value: object) -> None:
    mapped = Mapped(fields={"personal_id": ((None, "/so"),)})
    answer = exchange(body=json.dumps({"so": value}).encode())
    personal_ids_are_right(answer=answer, mapping=mapped, fields=("personal_id",))


@pytest.mark.parametrize(
    "value", ["000******001", "0001 **** 0001", "xxxxxxxxx001", "••••", "", None]
)
def test_a_hidden_personal_number_is_not_judged(value: object) -> None:
    with pytest.raises(NotApplicable):
        judged(value)


@pytest.mark.parametrize("value", ["00019000000", "AB1234567", "x00190000001", "A*", [], {}, True])
def test_what_merely_looks_hidden_is_judged(value: object) -> None:
    with pytest.raises(Violation):
        judged(value)
