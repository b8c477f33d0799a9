"""Dates and times as RFC 3339 writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.formats.dates import is_date, is_date_time, moment


@given(st.dates())
def test_every_day_of_the_calendar_is_a_date(day: object) -> None:
    assert is_date(str(day))


@given(st.datetimes(timezones=st.timezones()))
def test_every_moment_with_an_offset_is_a_date_time(moment: object) -> None:
    text = moment.isoformat()  # type: ignore[attr-defined]  # hypothesis says object here
    # RFC 3339 knows offsets to the minute; history knew seconds.
    assert is_date_time(text) or text[-6] not in "+-"


@pytest.mark.parametrize("value", ["2024-02-29", "2000-02-29", "9999-12-31", "0001-01-01"])
def test_real_days_are_dates(value: str) -> None:
    assert is_date(value)


@pytest.mark.parametrize(
    "value",
    [
        "2025-02-29",
        "1900-02-29",
        "2025-13-01",
        "2025-00-10",
        "2025-04-31",
        "2025-1-1",
        "20250701",
        "2025-W27-2",
        "01/07/2025",
        "2025-07-01T00:00:00Z",
        "2025-07-01 ",
        "2025-07-01\n",
        "٢٠٢٥-07-01",
        "",
    ],
)
def test_what_the_calendar_or_the_form_lacks_is_no_date(value: str) -> None:
    assert not is_date(value)


@pytest.mark.parametrize(
    "value",
    [
        "2025-07-01T10:00:00Z",
        "2025-07-01t10:00:00z",
        "2025-07-01T10:00:00.123456789+07:00",
        "2025-07-01T10:00:00-00:00",
        "2016-12-31T23:59:60Z",
        "2017-01-01T06:59:60+07:00",
        "2025-07-01T10:00:00+07:00[Asia/Ho_Chi_Minh]",
        "2025-07-01T10:00:00Z[!u-ca=gregory]",
    ],
)
def test_legal_times_are_times(value: str) -> None:
    assert is_date_time(value)


@pytest.mark.parametrize(
    "value",
    [
        "2025-07-01T10:00:00",
        "2025-07-01 10:00:00Z",
        "2025-07-01T10:00Z",
        "2025-07-01T24:00:00Z",
        "2025-07-01T10:60:00Z",
        "2025-07-01T10:00:61Z",
        "2025-07-01T10:00:00+0700",
        "2025-07-01T10:00:00+24:00",
        "2025-07-01T10:00:00+07:60",
        "2025-07-01T10:00:00+7",
        "2025-07-01T10:00:00.Z",
        "2025-02-30T10:00:00Z",
        "2025-07-01T10:00:00Z\n",
        "2025-07-01T10:00:00Z[]",
        "1751338800",
        "",
    ],
)
def test_what_lacks_an_offset_or_a_clock_is_no_time(value: str) -> None:
    assert not is_date_time(value)


@given(st.text(max_size=40))
def test_no_text_makes_the_readers_fail(value: str) -> None:
    assert is_date(value) in {True, False}
    assert is_date_time(value) in {True, False}


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("2025-07-01", "2025-07-02"),
        ("2025-07-01T08:00:00+07:00", "2025-07-01T02:00:00Z"),
        ("2025-07-01T08:00:00.1Z", "2025-07-01T08:00:00.25Z"),
        ("2025-07-01T23:30:00-01:00", "2025-07-02T00:31:00Z"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:01Z"),
    ],
)
def test_points_in_time_are_compared_across_offsets(earlier: str, later: str) -> None:
    first, second = moment(earlier), moment(later)
    assert first is not None
    assert second is not None
    assert first < second


@pytest.mark.parametrize("text", ["", "2025-13-01", "20250701", "2025-07-01T08:00:00"])
def test_other_texts_are_no_point_in_time(text: str) -> None:
    assert moment(text) is None
