"""JSON that every reader reads alike."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from conformance import nesting
from conformance.check import law, require
from conformance.evidence import Exchange
from conformance.formats.named import is_interoperable
from conformance.text import Text
from conformance.trees import too_deep
from conformance.verdict import NotApplicable

# Longer bodies, of which there are few, are not kept for the sake of time.
_SHORT = 64 * 1024


@law(catalogue="FMT-001", per="target", on="all")
def json_is_strict(answer: Exchange) -> None:
    """A JSON body is what RFC 8259 calls JSON.

    One value, UTF-8 without a byte order mark, no NaN or Infinity, no trailing comma, no bare
    control characters (RFC 8259, sections 2, 6, 7 and 8.1).
    """
    _is_json(answer)
    expected = Text(vi="JSON đúng RFC 8259, UTF-8, không có BOM", en="JSON of RFC 8259, no BOM")
    require(
        not answer.shown_body.startswith(b"\xef\xbb\xbf"),
        expected=expected,
        observed=Text(vi="bắt đầu bằng BOM", en="it begins with a byte order mark"),
    )
    read = _read(answer.shown_body)
    observed = read.constants[0] if read.constants else read.broken
    require(observed is None, expected=expected, observed=observed)


@law(catalogue="FMT-002", per="target", on="all")
def names_are_unique(answer: Exchange) -> None:
    """No JSON object has two members of one name (RFC 8259, section 4; RFC 7493, section 2.3)."""
    _is_json(answer)
    read = _read(answer.shown_body)
    require(
        not read.twice,
        expected=Text(vi="tên thành phần không trùng", en="member names that differ"),
        observed=read.twice[0] if read.twice else "",
    )
    _be_whole(read)


@law(catalogue="FMT-003", per="target", on="all")
def numbers_are_interoperable(answer: Exchange) -> None:
    """Every number survives a reader that knows IEEE 754 doubles only.

    Integers up to 2^53-1, no exponent that overflows (RFC 7493, section 2.2; RFC 8259,
    section 6). Longer ones are sent as strings.
    """
    _is_json(answer)
    expected = Text(vi="số không vượt quá 2^53−1", en="no number beyond 2^53-1")
    read = _read(answer.shown_body)
    _be_whole(read)
    require(not read.large, expected=expected, observed=read.large[0][:40] if read.large else "")
    for number in answer.hidden_numbers():
        require(
            number.is_a("interoperable"),
            expected=expected,
            observed=Text(vi="một số đã được che", en="a number that is hidden"),
        )


def _is_json(answer: Exchange) -> None:
    if answer.request.method == "HEAD" or not answer.has_body or not answer.is_json:
        raise NotApplicable(Text(vi="không có nội dung JSON", en="no JSON body"))


@dataclass(frozen=True)
class _Reading:
    """What came up while a body was read: the first of each kind; `broken` says why it ended."""

    constants: tuple[str, ...]
    twice: tuple[str, ...]
    large: tuple[str, ...]
    broken: str | None


def _read(body: bytes) -> _Reading:
    """Return what comes up while a body is read."""
    return _remembered(body) if len(body) <= _SHORT else _reading(body)


def _reading(body: bytes) -> _Reading:
    constants: list[str] = []
    twice: list[str] = []
    large: list[str] = []

    def unique(pairs: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in pairs]
        if not twice and len(names) != len(set(names)):
            twice.append(Counter(names).most_common(1)[0][0])

    def number(lexeme: str) -> None:
        if not large and not is_interoperable(lexeme):
            large.append(lexeme)

    broken = None
    try:
        nesting.loads(
            body.decode("utf-8"),
            parse_constant=constants.append,
            parse_int=number,
            parse_float=number,
            object_pairs_hook=unique,
        )
    except nesting.TooDeepError:
        raise too_deep() from None
    except ValueError as error:
        where = getattr(error, "pos", getattr(error, "start", ""))
        said = getattr(error, "msg", None) or getattr(error, "reason", None) or str(error)
        broken = f"{said} ({where})" if where != "" else said
    return _Reading(tuple(constants[:1]), tuple(twice), tuple(large), broken)


# Read once for all the laws, each of which looks at one answer after the other.
_remembered = lru_cache(maxsize=1024)(_reading)


def _be_whole(read: _Reading) -> None:
    if read.broken is not None:
        # That it is not JSON is another law's finding.
        raise NotApplicable(Text(vi="không phải JSON đúng", en="not proper JSON"))
