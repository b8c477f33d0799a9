"""Accounts of electronic identification, and what is told of all of them together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.check import law, require
from conformance.evidence import Exchange
from conformance.formats.names import PERSONAL, words
from conformance.mapping import Mapped
from conformance.privacy import hidden
from conformance.text import Text
from conformance.verdict import NotApplicable

_OF_PERSONS = (1, 2)
_SHOWN = 5
_OF_OFFICES_TOO = ("phone", "mobile", "dien thoai", "so dien thoai", "sdt", "email")
_NAMES = frozenset(name for name in PERSONAL if not name.startswith(_OF_OFFICES_TOO))
_RATERS = ("nguoi danh gia", "rater", "rated by")


@law(catalogue="FMT-052", per="operation", on="2xx")
def account_levels_are_right(
    answer: Exchange,
    mapping: Mapped,
    *,
    level: str = "account.level",
    kind: str = "account.kind",
    organisation: str = "2",
) -> None:
    """A person's account has level 1 or 2, an organisation's has none.

    Looks at the fields that the mapping names: the level of an account of a citizen or foreigner
    is the number 1 or 2, and there is none beside the kind of an organisation (Decree 69/2024).
    A level written as a text says the same.
    """
    kinds = [value for _, value in mapping.values(answer, kind)]
    levels = [value for _, value in mapping.values(answer, level) if value is not None]
    if not kinds:
        raise NotApplicable(Text(vi="trả lời không có tài khoản", en="the answer has no account"))
    persons = [value for value in kinds if value != organisation]
    require(
        len(levels) == len(persons) and all(_is_a_level(value) for value in levels),
        expected=Text(
            vi="tài khoản cá nhân có mức độ 1 hoặc 2, tài khoản tổ chức không có mức độ",
            en="level 1 or 2 of a person's account, none of an organisation's",
        ),
        observed=Text(
            vi=f"{len(persons)} tài khoản cá nhân, mức độ: {_told(levels)}",
            en=f"{len(persons)} accounts of persons, levels: {_told(levels)}",
        ),
    )


@law(catalogue="PRV-022", per="operation", on="2xx")
def totals_name_nobody(answer: Exchange) -> None:
    """What is told of all people together tells nothing of one of them.

    No member of a JSON body with a text or a number in it is called a personal number, a passport,
    a date of birth, a full name or an account, nor a person who rated where the text is no number.
    Telephone numbers and e-mail addresses are not judged: offices have some as well. Only the names
    of members are told (Law 91/2025/QH15).
    """
    body = answer.json()
    if body is None:
        raise NotApplicable(Text(vi="không phải JSON đúng", en="not proper JSON"))
    found = sorted({name for name, value in _members(body) if _tells_who(name, value)})
    require(
        not found,
        expected=Text(
            vi="số liệu tổng hợp, không có dữ liệu của người nào",
            en="totals, with nothing of anybody",
        ),
        observed=", ".join(found[:_SHOWN]),
    )


def _is_a_level(value: Any) -> bool:
    if isinstance(value, hidden.Hidden):
        raise hidden.redacted()
    return not isinstance(value, bool) and str(value) in {str(one) for one in _OF_PERSONS}


def _told(levels: list[Any]) -> str:
    return ", ".join(str(value) for value in levels[:_SHOWN]) or "∅"


def _members(body: Any) -> Iterator[tuple[str, Any]]:
    """Yield the members with plain values in a JSON value, at any depth."""
    waiting = [body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, Mapping):
            waiting += node.values()
            yield from ((name, part) for name, part in node.items() if _is_plain(part))


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _tells_who(name: str, value: Any) -> bool:
    said = f" {words(name)} "
    if any(f" {one} " in said for one in _NAMES):
        return True
    # How many there were is a number, also in a text.
    counted = not isinstance(value, str) or hidden.is_a(value, "digits")
    return not counted and any(f" {one} " in said for one in _RATERS)
