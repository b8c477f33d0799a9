"""Values that are not shown: a token in their place, and the facts that were taken before.

A check reads a hidden value like any other: it is a text or a number. What can be told without
the value is told: `is_a`, `same_as`, the length, `fact`. Every other question ends the check with
`not_tested: redacted`, so that nobody judges a token for what it stands for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from conformance.formats.named import NAMES, OF_NUMBERS, OF_TEXTS
from conformance.formats.texts import has_other_letters, is_text
from conformance.formats.vietnamese import is_composed, is_garbled, is_vietnamese
from conformance.own_words import holds_own_word
from conformance.text import Text
from conformance.verdict import Reason, Unread

Facts = Mapping[str, Any]
# How the token of a number begins; its digest is that of the same text.
INTEGER, REAL = "~personal.i.", "~personal.n."
# How the token of what is only compared begins: a name of a member, a validator.
MEMBER = "~personal.k."


def redacted() -> Unread:
    """Return the outcome of a question that only the hidden value could answer."""
    return Unread(
        Reason.REDACTED,
        Text(vi="giá trị cần xem đã được che", en="the value to look at is hidden"),
    )


def facts_of_text(value: str) -> dict[str, Any]:
    """Return what may be told of a text; what is as usual is left out."""
    facts: dict[str, Any] = {"type": "string", "length": len(value)}
    formats = [name for name, accepts in OF_TEXTS.items() if accepts(value)]
    if formats:
        facts["formats"] = formats
    if holds_own_word(value):
        facts["made_up"] = True
    if not value.isascii():
        told = {
            "nfc": is_composed(value),
            "vietnamese": is_vietnamese(value),
            "garbled": is_garbled(value),
            "damaged": not is_text(value),
            "look_alike": has_other_letters(value),
        }
        facts |= {name: said for name, said in told.items() if said is not _USUAL[name]}
    return facts


def facts_of_number(lexeme: str) -> dict[str, Any]:
    """Return what may be told of a number, given as JSON writes it."""
    whole = lexeme.lstrip("-").isdigit()
    formats = [name for name, accepts in OF_NUMBERS.items() if accepts(lexeme)]
    return {
        "type": "integer" if whole else "number",
        "length": len(lexeme),
        **({"formats": formats} if formats else {}),
    }


# What a fact says where it is left out.
_USUAL: Mapping[str, Any] = {
    "nfc": True,
    "vietnamese": False,
    "garbled": False,
    "damaged": False,
    "look_alike": False,
    "made_up": False,
    "formats": (),
}


class Hidden:
    """What is common to texts and numbers that are not shown."""

    token: str
    facts: Facts | None

    def fact(self, name: str) -> Any:
        """Return one fact.

        Raises:
            NotTested: it was not recorded.
        """
        if self.facts is None or name not in {*self.facts, *_USUAL}:
            raise redacted()
        return self.facts.get(name, _USUAL.get(name))

    def is_a(self, name: str) -> bool:
        """Whether a format of `conformance.formats.named` accepts the value."""
        if name not in NAMES:
            raise redacted()
        return name in self.fact("formats")

    def same_as(self, other: object) -> bool:
        """Whether another hidden value is the same, whatever its type."""
        if not isinstance(other, Hidden):
            raise redacted()
        return _mark(self.token) == _mark(other.token)

    def __str__(self) -> str:
        return self.token

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        return format(self.token, spec)

    def __bool__(self) -> bool:
        return True  # an empty text and a nought are never hidden

    def __eq__(self, other: object) -> bool:
        # The type is no secret: no text equals a number.
        comparable = isinstance(other, str) is isinstance(self, str)
        if not comparable or not isinstance(other, str | int | float):
            return False
        return self.same_as(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        raise redacted()  # in a set of plain values a token would be found missing


def _mark(token: str) -> str:
    return token.strip("~").rpartition(".")[2]


def _untold(*_: object, **__: object) -> NoReturn:
    raise redacted()


class HiddenText(Hidden, str):  # noqa: SLOT000  # it has to hold its facts
    """A text in whose place a token stands."""

    def __len__(self) -> int:
        return int(self.fact("length"))


class HiddenInteger(Hidden, int):
    """A whole number in whose place a token stands."""


class HiddenReal(Hidden, float):
    """A number with a fraction or an exponent in whose place a token stands."""


def _guarded(cls: type) -> None:
    """Let every question of the base type end in `redacted`, but those answered above."""
    told = {*vars(Hidden), *vars(cls), *vars(object)}
    for name in vars(cls.__mro__[2]):
        if name not in told:
            setattr(cls, name, _untold)
    for name in ("__lt__", "__le__", "__gt__", "__ge__"):
        setattr(cls, name, _untold)


for _cls in (HiddenText, HiddenInteger, HiddenReal):
    _guarded(_cls)


def of(token: str, facts: Facts | None) -> HiddenText | HiddenInteger | HiddenReal:
    """Return the hidden value that a token stands for; a number's token says that it is one."""
    made: HiddenText | HiddenInteger | HiddenReal
    if token.startswith((INTEGER, REAL)):
        made = HiddenInteger() if token.startswith(INTEGER) else HiddenReal()
    else:
        made = HiddenText(token)
    made.token, made.facts = token, facts
    return made


def is_a(value: Any, name: str) -> bool:
    """Whether a format accepts a value, hidden or not; no format of texts accepts a number."""
    if isinstance(value, Hidden):
        return value.is_a(name)
    return isinstance(value, str) and OF_TEXTS[name](value)


def shown(value: Any) -> Any:
    """Return a value as a finding may show it, for checks that asked facts and types only."""
    if isinstance(value, Hidden):
        return Text(vi="một giá trị đã được che", en="a hidden value")
    return value


def composed(value: str) -> bool:
    """Whether a text, hidden or not, is in composed form (NFC)."""
    return bool(value.fact("nfc")) if isinstance(value, Hidden) else is_composed(value)


def vietnamese(value: str) -> bool:
    """Whether a text, hidden or not, has a letter of Vietnamese that ASCII lacks."""
    return bool(value.fact("vietnamese")) if isinstance(value, Hidden) else is_vietnamese(value)


def garbled(value: str) -> bool:
    """Whether a text, hidden or not, went through a wrong encoding."""
    return bool(value.fact("garbled")) if isinstance(value, Hidden) else is_garbled(value)


def damaged(value: str | Hidden) -> bool:
    """Whether a text, hidden or not, is no `vn-text`."""
    return bool(value.fact("damaged")) if isinstance(value, Hidden) else not is_text(value)


def of_other_letters(value: str | Hidden) -> bool:
    """Whether a text, hidden or not, is Vietnamese in letters or bytes that only look right."""
    if isinstance(value, Hidden):
        return bool(value.fact("look_alike"))
    return has_other_letters(value)


def made_up(value: str | Hidden) -> bool:
    """Whether a text, hidden or not, was handed over by a run of this suite, perhaps long ago."""
    return bool(value.fact("made_up")) if isinstance(value, Hidden) else holds_own_word(value)
