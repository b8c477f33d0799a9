"""Accounts of electronic identification, and what is told of all of them together."""

from __future__ import annotations

from typing import Any

from conformance import trees
from conformance.check import law, require
from conformance.evidence import Exchange
from conformance.formats.names import PERSONAL, words
from conformance.mapping import Mapped
from conformance.privacy import hidden
from conformance.text import Text
from conformance.verdict import NotApplicable

_OF_PERSONS = (1, 2)
_SHOWN = 5
_NAMES = frozenset(PERSONAL)
# By its form alone twelve digits may be a time or a count: their name says what they are.
_KINDS = ("email", "phone", "personal-id")


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


@law(catalogue="PRV-006", per="operation", on="2xx")
def totals_name_nobody(answer: Exchange) -> None:
    """What is told of all people together tells nothing of one of them.

    No member of a JSON body has the name of what tells who somebody is (personal number,
    telephone number, e-mail address, date of birth, full name), and no text is an e-mail address,
    a mobile number or a personal number, whatever its member is called. Only where it stands is
    told.
    """
    body = answer.json()
    if body is None:
        raise NotApplicable(Text(vi="không phải JSON đúng", en="not proper JSON"))
    named = [name for name in answer.member_names if words(str(name)) in _NAMES]
    shaped = [place for place, value in trees.strings(body) if _is_somebodys(value)]
    found = sorted({*map(str, named), *shaped})
    require(
        not found,
        expected=Text(
            vi="số liệu tổng hợp, không có dữ liệu của người nào",
            en="totals, with nothing of anybody",
        ),
        observed=", ".join(found[:_SHOWN]),
    )


def _is_a_level(value: Any) -> bool:
    return not isinstance(value, bool) and str(value) in {str(one) for one in _OF_PERSONS}


def _told(levels: list[Any]) -> str:
    return ", ".join(str(value) for value in levels[:_SHOWN]) or "∅"


def _is_somebodys(value: Any) -> bool:
    return any(hidden.is_a(value, kind) for kind in _KINDS)
