"""Data written in other legal ways."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, date, datetime
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import each_text, on_list, with_member
from conformance.sandbox.messages import Call
from conformance.sandbox.variations import near_miss

STRICT = "formats.json.json_is_strict"
UNIQUE = "formats.json.names_are_unique"
NUMBERS = "formats.json.numbers_are_interoperable"
UTF8 = "formats.text.text_is_utf8"
COMPOSED = "formats.text.vietnamese_is_composed"
GARBLED = "formats.text.vietnamese_is_not_garbled"
LETTERS = "formats.text.vietnamese_has_its_own_letters"
TIMES = "formats.dates.times_carry_an_offset"
DATES = "formats.dates.dates_are_calendar_dates"
SCHEMA = "contract.answers.body_matches_schema"


@near_miss(spares=[STRICT, UTF8, COMPOSED, GARBLED])
def json_escapes_every_letter(agency: Agency) -> Agency:
    r"""Every letter beyond ASCII is written as an escape such as \u1ebf (RFC 8259, 7)."""
    return agency.with_(encode=lambda value: json.dumps(value).encode("ascii"))


@near_miss(spares=[STRICT])
def json_laid_out(agency: Agency) -> Agency:
    """JSON is indented with tabs and ends with a line break: white space is free (RFC 8259, 2)."""

    def encode(value: Any) -> bytes:
        text = json.dumps(value, ensure_ascii=False, indent="\t") + "\n"
        return text.replace("\n", "\r\n").encode("utf-8")

    return agency.with_(encode=encode)


@near_miss(spares=[STRICT])
def json_escapes_what_it_need_not(agency: Agency) -> Agency:
    r"""Slashes and control characters are escaped (`\/`, `\u000a`, RFC 8259, 7)."""
    return with_member(agency, r'"ghiChu": "https:\/\/example.vn\/a dòng một\u000adòng hai\t"')


@near_miss(spares=[UNIQUE])
def names_that_differ_by_case(agency: Agency) -> Agency:
    """`total` and `Total` are two names, compared code unit by code unit (RFC 8259, 8.3)."""
    return with_member(agency, '"Total": 3, "TOTAL": 3')


@near_miss(spares=[UNIQUE])
def names_repeated_in_other_objects(agency: Agency) -> Agency:
    """One name in an object and in an object inside it is not repeated (RFC 8259, 4)."""
    return with_member(agency, '"thongKe": {"total": 3, "thongKe": {"total": 3}}')


@near_miss(spares=[NUMBERS])
def integers_at_the_limit(agency: Agency) -> Agency:
    """The largest and the smallest integer that programs agree on (RFC 7493, 2.2)."""
    return with_member(agency, '"lonNhat": 9007199254740991, "nhoNhat": -9007199254740991')


@near_miss(spares=[NUMBERS, STRICT])
def numbers_written_unusually(agency: Agency) -> Agency:
    """Minus zero, exponents and sixteen digits fit into a double (RFC 8259, 6)."""
    return with_member(agency, '"a": -0, "b": 1E2, "c": 1.0e-3, "d": 0.1234567890123456')


@near_miss(spares=[NUMBERS])
def long_codes_as_text(agency: Agency) -> Agency:
    """A code of nineteen digits is a string, where it is exact (RFC 7493, 2.2)."""
    return with_member(agency, '"maBanGhi": "9223372036854775807"')


@near_miss(spares=[GARBLED, COMPOSED])
def names_in_capitals(agency: Agency) -> Agency:
    """Capital Ã, Â, Đ and Ư are Vietnamese letters, not bytes read wrongly (TCVN 6909)."""
    return agency.bending_values(each_text(lambda text: f"{text.upper()} – LÃNH ĐẠO, BÃI BỎ"))


@near_miss(spares=[GARBLED, COMPOSED])
def names_from_elsewhere(agency: Agency) -> Agency:
    """Portuguese, French and Czech names use letters with marks as well."""
    return agency.bending_values(each_text(lambda _text: "João Ãlvares, Zoë Brûlé, Dvořák"))


@near_miss(spares=[COMPOSED])
def names_left_by_an_earlier_test(agency: Agency) -> Agency:
    """What a test wrote in decomposed letters, behind a word of its own, comes back in a list."""

    def left(text: str) -> str:
        return unicodedata.normalize("NFD", f"vnctabcdefgh {text}")

    return agency.bending_values(each_text(left))


@near_miss(spares=[COMPOSED])
def tones_on_the_other_vowel(agency: Agency) -> Agency:
    """`hoà` and `hòa`, `thuý` and `thúy` are spellings, not Unicode forms (UAX 15)."""
    return agency.bending_values(each_text(lambda _text: "Hoà bình, hòa bình, thuý, thúy"))


@near_miss(spares=[COMPOSED])
def marks_that_cannot_be_composed(agency: Agency) -> Agency:
    """A mark stays apart where Unicode has no whole letter for it: this is NFC (UAX 15)."""
    return agency.bending_values(each_text(lambda text: f"{text} (x\u0302, m\u0300)"))


@near_miss(spares=[TIMES, SCHEMA])
def times_in_utc(agency: Agency) -> Agency:
    """Points in time are told in UTC with `Z` (RFC 3339, 5.6)."""
    return agency.with_(time=lambda moment: _in_utc(moment).strftime("%Y-%m-%dT%H:%M:%SZ"))


@near_miss(spares=[TIMES, SCHEMA])
def times_with_fractions(agency: Agency) -> Agency:
    """Seconds have a fraction of any length (RFC 3339, 5.6)."""
    return agency.with_(time=lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%S.123456789+07:00"))


@near_miss(spares=[TIMES, SCHEMA])
def times_in_lower_case(agency: Agency) -> Agency:
    """`t` and `z` may be in lower case (RFC 3339, 5.6)."""
    return agency.with_(time=lambda moment: _in_utc(moment).strftime("%Y-%m-%dt%H:%M:%Sz"))


@near_miss(spares=[TIMES, SCHEMA])
def times_in_leap_seconds(agency: Agency) -> Agency:
    """The last second of 2016 was a leap second (RFC 3339, 5.7 and appendix D)."""

    def write(moment: datetime) -> str:
        # Two of them, so that what was received earlier still is.
        early = moment.date() < date(2025, 7, 5)
        return "2015-06-30T23:59:60Z" if early else "2016-12-31T23:59:60Z"

    return agency.with_(time=write)


@near_miss(spares=[DATES, SCHEMA])
def dates_in_leap_years(agency: Agency) -> Agency:
    """The twenty-ninth of February of the year 2000 was a day (RFC 3339, 5.7)."""
    return agency.with_(day=lambda _day: "2000-02-29")


@near_miss(spares=[DATES, SCHEMA])
def dates_long_ago(agency: Agency) -> Agency:
    """People may have been born in the nineteenth century (RFC 3339, 5.6)."""
    return agency.with_(day=lambda _day: "1899-12-31")


@near_miss(spares=[DATES, TIMES])
def dates_inside_texts(agency: Agency) -> Agency:
    """A text without a format may name dates as people write them: no schema says otherwise."""

    def bend(call: Call, value: Any) -> Any:
        if call.asks != "getProcedure":
            return value
        return {**value, "moTa": "Áp dụng từ ngày 01/07/2025, 08:00, theo 20250701080000."}

    return agency.bending_values(bend)


@near_miss(spares=[STRICT])
def list_is_laid_out_with_spaces(agency: Agency) -> Agency:
    """White space stands before and after the only value (RFC 8259, 2)."""
    return on_list(agency, lambda body: b" \r\n\t" + body + b"\n \n")


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


@near_miss(spares=[LETTERS])
def letters_of_other_alphabets_in_their_own_words(agency: Agency) -> Agency:
    """Icelandic names, Greek and Russian words, units and peoples' languages are text (UTS 39)."""
    others = "Guðrún Þórðardóttir, Москва, α-tocopherol, 5 kΩ, Čư M'gar, Ðakovica, /ði/"
    return agency.bending_values(each_text(lambda text: f"{text} ({others})"))


@near_miss(spares=[LETTERS])
def accents_of_other_languages(agency: Agency) -> Agency:
    """French and Portuguese have the letters that the bytes of TCVN3 are read as (UTS 39)."""
    return agency.bending_values(
        each_text(lambda text: f"{text} – São Paulo, Ação, café crème, Noël, Müller & Söhne")
    )
