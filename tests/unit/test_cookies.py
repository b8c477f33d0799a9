"""Set-Cookie as user agents read it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.formats.cookies import parse

NOW = "2026-11-21T00:00:00.000Z"


def test_a_comma_in_a_date_begins_no_cookie() -> None:
    found = parse("a=b; Expires=Fri, 31 Dec 2094 23:59:59 GMT; SECURE;HttpOnly ; samesite=NONE")
    assert found is not None
    assert found.name == "a"
    assert set(found.attributes) == {"expires", "secure", "httponly", "samesite"}
    assert found.value_of("SameSite") == "none"
    assert not found.is_deleted(NOW)


def test_the_last_of_two_attributes_counts() -> None:
    found = parse("a=b; Path=/x; Path=/")
    assert found is not None
    assert found.value_of("Path") == "/"


@pytest.mark.parametrize("value", ["", "secure", "; Secure", "=b", " =b; Path=/"])
def test_what_user_agents_ignore_is_no_cookie(value: str) -> None:
    assert parse(value) is None


@pytest.mark.parametrize(
    ("attributes", "deleted"),
    [
        ("Max-Age=0", True),
        ("Max-Age=-1", True),
        ("Max-Age=60", False),
        ("Max-Age=soon", False),
        ("Max-Age=" + "9" * 5000, False),
        ("Expires=Thu, 01 Jan 1970 00:00:00 GMT", True),
        ("Expires=Thu, 01-Jan-1970 00:00:00 GMT", True),
        ("Expires=Fri, 31 Dec 2094 23:59:59 GMT", False),
        ("Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", False),
        ("Expires=0", False),
        ("Expires=", False),
        ("", False),
    ],
)
def test_when_a_cookie_is_only_removed(attributes: str, *, deleted: bool) -> None:
    found = parse(f"a=; {attributes}")
    assert found is not None
    assert found.is_deleted(NOW) is deleted


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_field_is_read(value: str) -> None:
    found = parse(f"a=b;{value}; Expires={value}")
    assert found is not None
    found.is_deleted(NOW)
