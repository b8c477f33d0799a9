"""Data that programs or people cannot read the way they were meant."""

from __future__ import annotations

import unicodedata
from datetime import date

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import LIST, each_text, on_list, when_asked, with_member
from conformance.sandbox.variations import fault

STRICT = "formats.json.json_is_strict"
UNIQUE = "formats.json.names_are_unique"
NUMBERS = "formats.json.numbers_are_interoperable"
UTF8 = "formats.text.text_is_utf8"
COMPOSED = "formats.text.vietnamese_is_composed"
GARBLED = "formats.text.vietnamese_is_not_garbled"
LETTERS = "formats.text.vietnamese_has_its_own_letters"
TIMES = "formats.dates.times_carry_an_offset"
DATES = "formats.dates.dates_are_calendar_dates"
TRUE_TYPE = "headers.media.content_type_is_true"
SCHEMA = "contract.answers.body_matches_schema"


@fault(breaks=[STRICT], also=[TRUE_TYPE])
def json_has_a_byte_order_mark(agency: Agency) -> Agency:
    """The list of procedures begins with a byte order mark."""
    return on_list(agency, lambda body: b"\xef\xbb\xbf" + body)


@fault(breaks=[STRICT])
def json_has_not_a_number(agency: Agency) -> Agency:
    """The list of procedures has the value NaN, which JSON does not know."""
    return with_member(agency, '"tyLeDungHan": NaN')


@fault(breaks=[STRICT], also=[TRUE_TYPE])
def json_has_a_trailing_comma(agency: Agency) -> Agency:
    """A comma stands after the last member of the list of procedures."""
    return on_list(agency, lambda body: body[:-1] + b",}")


@fault(breaks=[STRICT], also=[TRUE_TYPE])
def json_has_two_values(agency: Agency) -> Agency:
    """The list of procedures is followed by a second JSON value."""
    return on_list(agency, lambda body: body + b"\n" + body)


@fault(breaks=[STRICT], also=[TRUE_TYPE])
def json_has_raw_control_characters(agency: Agency) -> Agency:
    """A string of the list of procedures has a line feed that is not escaped."""
    return with_member(agency, '"ghiChu": "dòng một\ndòng hai"')


@fault(breaks=[UNIQUE])
def names_repeated(agency: Agency) -> Agency:
    """One object has two members of the same name, with different values."""
    return with_member(agency, '"total": 4')


@fault(breaks=[UNIQUE])
def names_repeated_behind_escapes(agency: Agency) -> Agency:
    r"""One object has `total` twice, once written with an escape (`\u0074otal`)."""
    return with_member(agency, r'"\u0074otal": 4')


@fault(breaks=[NUMBERS])
def integer_too_large(agency: Agency) -> Agency:
    """A serial number is one more than the largest integer that programs agree on."""
    return with_member(agency, '"soPhienBan": 9007199254740993')


@fault(breaks=[NUMBERS])
def exponent_overflows(agency: Agency) -> Agency:
    """A number is larger than a double can hold."""
    return with_member(agency, '"giaTri": 1e400')


@fault(breaks=[UTF8, STRICT], also=[TRUE_TYPE])
def text_in_utf_16(agency: Agency) -> Agency:
    """The list of procedures is written in UTF-16."""
    return on_list(agency, lambda body: body.decode("utf-8").encode("utf-16"))


@fault(breaks=[UTF8, STRICT], also=[TRUE_TYPE])
def text_in_a_legacy_encoding(agency: Agency) -> Agency:
    """One name in the list of procedures is written in windows-1258."""
    legacy = b'{"ghiChu": "' + "Huế".encode("cp1258", "replace") + b'\xea\xec", '
    return on_list(agency, lambda body: legacy + body[1:])


@fault(breaks=[UTF8])
def charset_untrue(agency: Agency) -> Agency:
    """The list of procedures is UTF-8 and is labelled as ISO-8859-1."""
    return agency.bending_answers(
        when_asked(
            LIST,
            lambda _call, made: made.with_field(
                "Content-Type", "application/json; charset=iso-8859-1"
            ),
        )
    )


@fault(breaks=[COMPOSED])
def vietnamese_in_pieces(agency: Agency) -> Agency:
    """Letters and their marks are sent apart (Unicode form NFD)."""
    return agency.bending_values(each_text(lambda text: unicodedata.normalize("NFD", text)))


@fault(breaks=[COMPOSED])
def tones_in_pieces(agency: Agency) -> Agency:
    """Vowels are whole and tone marks are sent apart, as old Vietnamese keyboards do."""
    return agency.bending_values(each_text(_tones_apart))


@fault(breaks=[GARBLED])
def vietnamese_garbled(agency: Agency) -> Agency:
    """Text in UTF-8 was once read as ISO-8859-1 and is sent that way."""
    return agency.bending_values(each_text(lambda text: text.encode("utf-8").decode("latin-1")))


@fault(breaks=[GARBLED])
def letters_replaced(agency: Agency) -> Agency:
    """Letters that a program could not read are sent as replacement characters."""
    return agency.bending_values(
        each_text(lambda text: "".join(c if c.isascii() else "\ufffd" for c in text))
    )


@fault(breaks=[TIMES, SCHEMA])
def times_without_offset(agency: Agency) -> Agency:
    """Points in time do not say in which time zone they are."""
    return agency.with_(time=lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%S"))


@fault(breaks=[TIMES, SCHEMA])
def times_as_in_the_portal_packets(agency: Agency) -> Agency:
    """Points in time are written as fourteen digits, as in the packets of the national portal."""
    return agency.with_(time=lambda moment: moment.strftime("%Y%m%d%H%M%S"))


@fault(breaks=[TIMES, SCHEMA])
def times_with_a_short_offset(agency: Agency) -> Agency:
    """The offset lacks its colon (+0700)."""
    return agency.with_(time=lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%S%z"))


@fault(breaks=[TIMES, SCHEMA])
def times_as_numbers(agency: Agency) -> Agency:
    """Points in time are seconds since 1970."""
    return agency.with_(time=lambda moment: int(moment.timestamp()))


@fault(breaks=[DATES, SCHEMA])
def dates_with_the_day_first(agency: Agency) -> Agency:
    """Dates are written as people write them (17/05/1990)."""
    return agency.with_(day=lambda day: day.strftime("%d/%m/%Y"))


@fault(breaks=[DATES, SCHEMA])
def dates_that_never_were(agency: Agency) -> Agency:
    """Dates name the thirtieth of February."""
    return agency.with_(day=lambda day: f"{day.year:04}-02-30")


@fault(breaks=[DATES, SCHEMA])
def dates_without_hyphens(agency: Agency) -> Agency:
    """Dates are written as eight digits (19900517)."""
    return agency.with_(day=lambda day: day.strftime("%Y%m%d"))


@fault(breaks=[DATES, SCHEMA])
def dates_as_times(agency: Agency) -> Agency:
    """Dates are midnights of Viet Nam shown in UTC, so that each is a day early."""
    return agency.with_(day=lambda day: f"{_day_before(day)}T17:00:00Z")


def _day_before(day: date) -> str:
    return date.fromordinal(day.toordinal() - 1).isoformat()


_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}


def _tones_apart(text: str) -> str:
    """Compose every letter but its tone mark."""
    made = []
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        tones = "".join(part for part in parts if part in _TONES)
        rest = "".join(part for part in parts if part not in _TONES)
        made.append(unicodedata.normalize("NFC", rest) + tones)
    return "".join(made)


@fault(breaks=[LETTERS])
def letters_of_iceland(agency: Agency) -> Agency:
    """Names are written with the letter Ð of Icelandic in the place of Đ, which looks the same."""
    return agency.bending_values(
        each_text(lambda text: text.replace("Đ", "\u00d0").replace("đ", "\u00f0"))
    )


@fault(breaks=[LETTERS])
def letters_of_russia(agency: Agency) -> Agency:
    """Among the letters of names are Cyrillic ones that look the same."""
    return agency.bending_values(
        each_text(lambda text: text.replace("c", "\u0441").replace("a", "\u0430"))
    )


@fault(breaks=[LETTERS])
def names_in_the_bytes_of_an_old_font(agency: Agency) -> Agency:
    """Names are in the bytes of TCVN3, so that they are read in its fonts only."""
    return agency.bending_values(each_text(lambda _text: "Hå s¬ ®Êt ®ai, giÊy chøng nhËn"))
