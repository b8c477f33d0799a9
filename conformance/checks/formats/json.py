"""JSON that every reader reads alike."""

from __future__ import annotations

from typing import Any

from conformance import nesting
from conformance.check import law, require
from conformance.evidence import Exchange, too_deep
from conformance.formats.named import is_interoperable
from conformance.text import Text
from conformance.verdict import NotApplicable


class _FoundError(ValueError):
    """What a hook of the reader came upon."""


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
    try:
        nesting.loads(
            answer.shown_body.decode("utf-8"),
            parse_constant=_refuse,
            parse_int=str,
            parse_float=str,
        )
    except nesting.TooDeepError:
        raise too_deep() from None
    except ValueError as error:
        where = getattr(error, "pos", getattr(error, "start", ""))
        said = getattr(error, "msg", None) or getattr(error, "reason", None) or str(error)
        require(False, expected=expected, observed=f"{said} ({where})" if where != "" else said)


@law(catalogue="FMT-002", per="target", on="all")
def names_are_unique(answer: Exchange) -> None:
    """No JSON object has two members of one name (RFC 8259, section 4; RFC 7493, section 2.3)."""
    _is_json(answer)

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise _FoundError(name)
            seen.add(name)
        return dict(pairs)

    _look(
        answer,
        Text(vi="tên thành phần không trùng", en="member names that differ"),
        object_pairs_hook=unique,
    )


@law(catalogue="FMT-003", per="target", on="all")
def numbers_are_interoperable(answer: Exchange) -> None:
    """Every number survives a reader that knows IEEE 754 doubles only.

    Integers up to 2^53-1, no exponent that overflows (RFC 7493, section 2.2; RFC 8259,
    section 6). Longer ones are sent as strings.
    """
    _is_json(answer)
    lexemes: list[str] = []

    def seen(lexeme: str) -> float:
        lexemes.append(lexeme)
        return 0.0

    expected = Text(vi="số không vượt quá 2^53−1", en="no number beyond 2^53-1")
    _look(answer, expected, parse_int=seen, parse_float=seen)
    for lexeme in lexemes:
        require(is_interoperable(lexeme), expected=expected, observed=lexeme[:40])
    for number in answer.hidden_numbers():
        require(
            number.is_a("interoperable"),
            expected=expected,
            observed=Text(vi="một số đã được che", en="a number that is hidden"),
        )


def _is_json(answer: Exchange) -> None:
    if answer.request.method == "HEAD" or not answer.has_body or not answer.is_json:
        raise NotApplicable(Text(vi="không có nội dung JSON", en="no JSON body"))


def _look(answer: Exchange, expected: Text, **hooks: Any) -> None:
    try:
        text = answer.shown_body.decode("utf-8")
        nesting.loads(text, **{"parse_int": str, "parse_float": str, **hooks})
    except _FoundError as found:
        require(False, expected=expected, observed=str(found))
    except nesting.TooDeepError:
        raise too_deep() from None
    except ValueError as error:
        # That it is not JSON is another law's finding.
        raise NotApplicable(Text(vi="không phải JSON đúng", en="not proper JSON")) from error


def _refuse(constant: str) -> None:
    raise _FoundError(constant)
