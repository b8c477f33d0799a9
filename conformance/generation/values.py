"""Values that systems come to grief on, by what a schema says: the most telling ones first.

Each has a name that says what is difficult about it. Whether the contract allows one is not said
here: the request that carries it is held against the contract as it goes over the wire.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import Any

from conformance.contract import patterns
from conformance.formats import national
from conformance.generation.schemas import kind
from conformance.generation.turns import in_turn

_LONGEST = 5_000
_TOO_LONG = 20_000
_MANY = 1_000
_LONGEST_TEXT = 4_000


@dataclass(frozen=True)
class Difficult:
    """A value and what is difficult about it; `apart` for those that only JSON can say."""

    scenario: str
    value: Any
    apart: bool = False


# Free texts that any system must take or refuse, and keep as they are where it takes them.
TEXTS: tuple[Difficult, ...] = (
    Difficult("quotation marks", "Số 5 \"phố\" 'Huế'; l'eau"),
    Difficult("a backslash at the end", "đất \\"),
    Difficult("U+0000", "đất\x00đai"),
    Difficult("a character beyond U+FFFF", "họ 𠀋 😀"),
    Difficult(
        "Vietnamese in NFD", unicodedata.normalize("NFD", "Đặng Thị Hường, phường Hiệp Bình")
    ),
    Difficult("half a surrogate pair", "đất \ud834 đai", apart=True),
    Difficult("control characters", "đất\x07\x1b[31m\x08đai"),
    Difficult("line breaks and tabs", "dòng 1\r\ndòng 2\tđai"),
    Difficult("signs of URLs and patterns", "100% + _ & = # ? / ../"),
    Difficult("direction and zero width", "đất\u202eđai\u200b\ufeff"),
    Difficult("markup", "<b>đất</b> &amp; ${7*7} {{7*7}}"),
    Difficult("the word null", "null"),
    Difficult("blanks around", "  đất đai  "),
    Difficult("digits of another script", "١٢٣"),
)
_DATES = (
    "2024-02-29", "2026-02-30", "2026-12-31", "2100-01-01", "9999-12-31", "0001-01-01",
    "01/02/2026", "2026-13-01", "2025-02-29", "2026-1-5", "1900-02-29",
)  # fmt: skip  # a table
_TIMES = (
    "2024-02-29T23:59:59+07:00", "2026-02-30T00:00:00Z", "2026-12-31T23:59:60Z",
    "2100-01-01T00:00:00.123456789Z", "2026-03-02T08:30:00", "2026-03-02 08:30:00",
    "9999-12-31T23:59:59Z", "2026-03-02T25:00:00Z", "0001-01-01T00:00:00+23:59",
)  # fmt: skip  # a table
_UUIDS = (
    "khong-phai-uuid", "00000000-0000-0000-0000-000000000000",
    "7d2f0c1e-5a64-4c0b-9a52-3f6f2f3f0ag1", "7D2F0C1E-5A64-4C0B-9A52-3F6F2F3F0A11",
)  # fmt: skip  # a table
# Of formats that the world knows; each is named by itself.
NAMED_BY_THEMSELVES: Mapping[str, tuple[str, ...]] = {
    "date": _DATES,
    "date-time": _TIMES,
    "uuid": _UUIDS,
    "email": (
        "",
        "kiem-thu",
        "a+b.c@thu.example.vn",
        "a@b@c.vn",
        "kiem thu@example.vn",
        "@example.vn",
    ),
    "uri": ("khong phai uri", "https://example.vn/đường?a=%zz", "javascript:alert(1)", ""),
    "ipv4": ("256.1.1.1", "192.0.2.7.1", "0300.0.2.7"),
    "time": ("25:00:00Z", "08:30", "23:59:60Z"),
    "byte": ("khong phai base64!", "a", ""),
}
# Around the bounds of the integers and floats of languages and databases.
_NUMBERS = (2**31, 2**24 + 1, 0, -1, 2**53 + 1, 2**31 - 1, 2**32 - 1, 2**63, 2**63 - 1, 10**30)
_WORDS_FOR_NUMBERS = (
    "abc",
    "NaN",
    "1e400",
    "-0",
    "1.5",
    "Infinity",
    "+1",
    "0x10",
    "١٢",
    "1,5",
    "00012",
)
_WRONG: Mapping[str, tuple[Any, ...]] = {
    "string": (12345, None, {"$gt": ""}, [], True),
    "integer": ("12", "abc", 1.5, None, True, [], 1e300),
    "number": ("12.5", "abc", None, True, []),
    "boolean": ("true", 2, None, "co"),
    "object": (None, [], "x", 1),
    "array": (None, {}, "x", 1),
}


def in_json(schema: Mapping[str, Any], base: Any, random: Random) -> Iterator[Difficult]:
    """Yield difficult values of a member of JSON with a plain schema.

    Args:
        schema: of the member.
        base: the value that is known to be good; None where none is.
        random: what is chosen by chance is chosen by it.
    """
    what = kind(schema)
    wrong = _WRONG.get(what, ())
    if what in {"integer", "number"} and isinstance(base, int | float):
        # What a lenient reader takes, and the next one does not.
        wrong = (str(base), *wrong[1:])
    mistyped = [Difficult(f"another type: {_type_of(value)}", value) for value in wrong]
    if what in {"integer", "number"}:
        yield from in_turn(_numbers(schema), mistyped)
    elif what == "array" and isinstance(base, list):
        yield from in_turn(_arrays(schema, base), mistyped)
    elif what == "string":
        yield from _mostly(_strings(schema, base, random), mistyped)
    else:
        yield from mistyped


def in_text(schema: Mapping[str, Any], base: str, random: Random) -> Iterator[Difficult]:
    """Yield difficult texts of a parameter with a plain schema; the arguments are as above."""
    what = kind(schema)
    if what in {"integer", "number"}:
        numbers = (Difficult(d.scenario, _plain(d.value)) for d in _numbers(schema))
        words = (Difficult(f"no plain number: {word}", word) for word in _WORDS_FOR_NUMBERS)
        yield from in_turn(numbers, words)
    elif what == "boolean":
        yield from (Difficult(f"no boolean: {word}", word) for word in ("co", "2", "TRUE", ""))
    elif what in {"string", ""}:
        # Servers bound the length of a whole request line, some by closing the connection.
        fitting = (d for d in _strings(schema, base, random) if not d.apart)
        yield from (d for d in fitting if len(d.value.encode("utf-8", "replace")) <= _LONGEST_TEXT)
        if "maxLength" not in schema and "pattern" not in schema:
            yield Difficult("very long", "a" * _LONGEST_TEXT)


def is_free(schema: Mapping[str, Any]) -> bool:
    """Whether a plain schema is of a text about which nothing but its length is said."""
    return kind(schema) == "string" and not {"enum", "const", "pattern", "format"} & set(schema)


def long_text(schema: Mapping[str, Any]) -> Difficult:
    """Return the longest text that a plain schema of a free text allows, within reason."""
    most = min(int(schema.get("maxLength", 1_000)), _LONGEST)
    return Difficult("as long as allowed", ("Đất đai phường Cửa Nam, " * (most // 23 + 1))[:most])


def _strings(schema: Mapping[str, Any], base: Any, random: Random) -> Iterator[Difficult]:
    if isinstance(schema.get("enum"), list):
        yield from _choices(schema["enum"], base)
        return
    special = NAMED_BY_THEMSELVES.get(str(schema.get("format", "")))
    if special is not None:
        yield from (Difficult(text or "empty", text) for text in special)
        return
    known = national.ALL.get(str(schema.get("format", "")))
    if known is not None:
        near = (Difficult(f"nearly of {known.name}", text) for text in known.near_misses)
        made = (Difficult(f"nearly of {known.name}, made", known.miss(random)) for _ in range(2))
        good = [
            Difficult(f"another of {known.name}", text) for text in known.examples if text != base
        ]
        yield from _beside(base)
        yield from islice(near, 1)
        yield Difficult("empty", "")
        yield from in_turn(in_turn(good, _of_case(base)), in_turn(near, made))
        return
    yield from in_turn(_bounded(schema, base), () if not is_free(schema) else TEXTS)


def _bounded(schema: Mapping[str, Any], base: Any) -> Iterator[Difficult]:
    """Yield texts at the bounds that a schema names, and beside them."""
    if "maxLength" in schema:
        most = int(schema["maxLength"])
        if is_free(schema):
            yield long_text(schema)
        if most < _TOO_LONG:
            yield Difficult("one longer than allowed", _stretched(base, most + 1))
    if int(schema.get("minLength", 0)) > 0:
        yield Difficult("empty", "")
    if "pattern" in schema:
        yield from _of_case(base)
        if isinstance(base, str):
            yield from (Difficult(name, text) for name, text in _spoilt(base))
    elif "maxLength" not in schema:
        yield Difficult("very long", "đ" * _TOO_LONG)
    yield Difficult("empty", "")


def absent(schema: Mapping[str, Any], base: str) -> Iterator[Difficult]:
    """Yield texts of the shape of a good one that most likely name nothing: other digits."""
    turned = "".join(str(9 - int(sign)) if sign in "0123456789" else sign for sign in base)
    last = next((n for n in range(len(base) - 1, -1, -1) if base[n] in "0123456789"), None)
    if last is not None:
        one = base[:last] + str((int(base[last]) + 7) % 10) + base[last + 1 :]
        yield Difficult("of the same shape, names nothing", one)
    pattern = schema.get("pattern")
    if turned != base and (not isinstance(pattern, str) or patterns.matches(pattern, turned)):
        yield Difficult("of the same shape, every digit another", turned)


def _beside(base: Any) -> Iterator[Difficult]:
    """Yield texts one sign beside a good one: another last digit, a letter for a digit."""
    if isinstance(base, str):
        last = next((n for n in range(len(base) - 1, -1, -1) if base[n] in "0123456789"), None)
        if last is not None:
            digit = str((int(base[last]) + 1) % 10)
            yield Difficult("a letter for a digit", base[:last] + "A" + base[last + 1 :])
            yield Difficult("another last digit", base[:last] + digit + base[last + 1 :])


def _of_case(base: Any) -> Iterator[Difficult]:
    if isinstance(base, str):
        for name, text in (("in lower case", base.lower()), ("in upper case", base.upper())):
            if text != base:
                yield Difficult(name, text)


def _spoilt(base: str) -> Iterator[tuple[str, str]]:
    yield "a line feed at the end", base + "\n"
    yield "a letter beyond ASCII inside", base[:1] + "đ" + base[1:]
    yield "cut by one", base[:-1]


def _choices(choices: list[Any], base: Any) -> Iterator[Difficult]:
    good = (Difficult(f"choice {value}", value) for value in choices if value != base)
    wrong = [Difficult("no choice of the list", "vnct-khac")]
    if isinstance(base, str) and base.swapcase() not in choices:
        wrong.append(Difficult("a choice in other case", base.swapcase()))
    yield from in_turn(good, (*wrong, Difficult("an empty choice", "")))


def _numbers(schema: Mapping[str, Any]) -> Iterator[Difficult]:
    low, high = schema.get("minimum"), schema.get("maximum")
    if isinstance(high, int | float):
        yield Difficult("above the maximum", high + 1)
    if isinstance(low, int | float):
        yield Difficult("below the minimum", low - 1)
    if isinstance(high, int | float):
        yield Difficult("the maximum", high)
    yield from (Difficult(f"a number: {number}", number) for number in _NUMBERS[:2])
    if isinstance(low, int | float):
        yield Difficult("the minimum", low)
    yield from (Difficult(f"a number: {number}", number) for number in _NUMBERS[2:])


def _arrays(schema: Mapping[str, Any], base: list[Any]) -> Iterator[Difficult]:
    if base:
        yield Difficult("an item twice", [*base, base[0]])
    if int(schema.get("minItems", 0)) > 0:
        yield Difficult("too few items", base[: int(schema["minItems"]) - 1])
    most = schema.get("maxItems")
    if isinstance(most, int) and base and most < _MANY:
        yield Difficult("too many items", (base * (most + 1))[: most + 1])
    yield Difficult("no items", [])


def _stretched(base: Any, length: int) -> str:
    seed = base if isinstance(base, str) and base else "Đất đai phường Cửa Nam, "
    return (seed * (length // len(seed) + 1))[:length]


def _plain(value: Any) -> str:
    return str(value)


def _type_of(value: Any) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
    return "null" if value is None else names.get(type(value), "object")


def _mostly(first: Any, second: Any) -> Iterator[Difficult]:
    """Yield two of one kind, then one of another, and so on."""
    one, other = iter(first), iter(second)
    while True:
        found = [*islice(one, 2), *islice(other, 1)]
        if not found:
            return
        yield from found
