"""Values are of the format that the contract gives them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any

from conformance.check import law, require
from conformance.checks.formats import described
from conformance.contract import Contract, schemas
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.formats import national
from conformance.formats.addresses import is_email
from conformance.formats.named import NAMES, TEXT
from conformance.privacy.hidden import Hidden, damaged, is_a, redacted
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested

# Days and times have laws of their own. What a regular expression or a JSON pointer is only its
# reader knows, and colours are none of ours.
_LEFT_OUT = frozenset(
    {"date", "date-time", "color", "regex", "json-pointer", "relative-json-pointer"}
)


@law(catalogue="FMT-009", per="operation", on="2xx", contract=True)
def values_have_their_formats(answer: Exchange, operation: Operation, contract: Contract) -> None:
    """A value is of the format that the contract gives it.

    Looks at values whose schema names a format, along properties, items and `allOf`: those of JSON
    Schema (Validation, section 7.3) and the national ones, `vn-…`, whose rule was read somewhere
    (`docs/reference/formats.md`); nearly all are of texts, those of positions of arrays. A format
    that nobody here knows is an annotation. A mailbox is one of RFC 5321; the test that JSON Schema
    libraries have accepts a lone `@`. Numbers of which digits are hidden (`000******001`) and empty
    texts are withheld, not wrong.
    """
    found, open_ = False, None
    for path, value, name in _values(answer, operation, contract):
        if _withheld(value):
            continue
        found = True
        try:
            holds = _holds(value, name)
        except NotTested as outcome:
            # A value further on may decide.
            open_ = open_ or outcome
            continue
        require(
            holds,
            expected=Text(vi=f"giá trị đúng dạng {name}", en=f"a value of format {name}"),
            observed=described.told(path, value),
        )
    if open_ is not None:
        raise open_
    if not found:
        raise NotApplicable(
            Text(
                vi="không có giá trị nào được đặc tả gắn định dạng",
                en="no value to which the contract gives a format",
            )
        )


@cache
def _tests() -> Mapping[str, Callable[[Any], bool]]:
    checker = schemas.formats()
    known = {
        name: lambda value, name=name: checker.conforms(value, name)
        for name in checker.checkers
        if name not in _LEFT_OUT
    }
    own = {
        n: test
        for n, test in national.every_predicate(asserted_only=True).items()
        if n not in _LEFT_OUT
    }
    return {**known, **own, "email": lambda value: not isinstance(value, str) or is_email(value)}


@lru_cache(maxsize=1024)
def _named(contract: Contract, pointer: str) -> frozenset[str]:
    """Return the formats that a schema leads to: of all that are known mostly none or two."""
    schema = contract.at(pointer)
    return frozenset(name for name in _tests() if contract.leads_to(schema, name))


def _values(
    answer: Exchange, operation: Operation, contract: Contract
) -> list[tuple[str, Any, str]]:
    named = _named(contract, operation.schema_at(answer.status, answer.media_type) or "")
    if not named:
        return []
    try:
        return described.of_formats(named, answer, operation, contract)
    except NotApplicable:
        return []


def _withheld(value: Any) -> bool:
    # An empty text is never hidden, and a hidden one may not be compared.
    empty = not isinstance(value, Hidden) and value == ""
    return empty or (isinstance(value, str | Hidden) and is_a(value, "masked"))


def _holds(value: Any, name: str) -> bool:
    """Whether a value, hidden or not, is of a format; what the door did not note stays open."""
    if not isinstance(value, Hidden):
        return _tests()[name](value)
    if name == TEXT:
        return not damaged(value)
    if name in national.POSITIONS:
        return True  # of arrays: what is hidden is a text or a number
    if name in NAMES and value.is_a(name):
        return True
    if name in national.ALL:
        return False
    # The door's own reading of these is narrower.
    raise redacted()
