"""JSON Schema as OpenAPI uses it: its dialects, exact numbers, patterns as ECMAScript has them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

import jsonschema
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import UnknownType, ValidationError
from jsonschema.validators import extend
from referencing.exceptions import Unresolvable

from conformance.contract import patterns
from conformance.formats.dates import is_date, is_date_time

_MAX_REFERENCES = 50
_MAX_EXPONENT = 400
MAX_FOLLOWED = 500_000
_LEAST_FOLLOWED, _FOLLOWED_EACH = 5_000, 50
_LEFT: ContextVar[_Left] = ContextVar("left")
_Keyword = Callable[[Any, Any, Any, Any], Any]
# What makes a schema unusable: a matter of the contract, told for the operations that need it. A
# keyword with a value of another type is met as whatever error that causes in the validator.
UNUSABLE = (
    *(Unresolvable, UnknownType, jsonschema.SchemaError, re.error, RecursionError),
    *(TypeError, ValueError, AttributeError, LookupError, ArithmeticError),
)


@cache
def formats() -> FormatChecker:
    """Return the format checker: jsonschema's own, with dates and times as RFC 3339 means them."""
    checker = FormatChecker()
    # rfc3339-validator refuses the leap second and the zone suffix, which are legal.
    checker.checks("date-time")(lambda value: not isinstance(value, str) or is_date_time(value))
    checker.checks("date")(lambda value: not isinstance(value, str) or is_date(value))
    return checker


def _multiple_of(_: Any, divisor: Any, instance: Any, __: Any) -> Iterator[ValidationError]:
    """Divide exactly: neither binary fractions nor the precision of decimals get in the way."""
    if not _is_number(None, instance) or not _is_number(None, divisor):
        return
    number = Decimal(instance)
    # A number of hundreds of digits is no amount; another law speaks of it. Before the point or
    # behind it: exact fractions of so many digits take minutes.
    bearable = (
        number.is_finite()
        and number.adjusted() < _MAX_EXPONENT
        and _exponent(number) > -_MAX_EXPONENT
    )
    if bearable and Fraction(number) % Fraction(Decimal(divisor)):
        yield ValidationError("is not a multiple")


def _exponent(number: Decimal) -> int:
    """Return the place of a finite number's last digit."""
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[ValidationError]:
    """Match as ECMA-262 does: digits are ASCII, and $ is not satisfied before a final line feed."""
    if isinstance(instance, str) and not patterns.matches(pattern, instance):
        yield ValidationError("does not match the pattern")


def _pattern_properties(
    validator: Any, named: Any, instance: Any, _: Any
) -> Iterator[ValidationError]:
    """Hold members against the schemas of the patterns that their names match."""
    if isinstance(instance, Mapping):
        for pattern, schema in named.items():
            for name, value in instance.items():
                if patterns.matches(pattern, name):
                    yield from validator.descend(value, schema, path=name, schema_path=pattern)


def _additional_beside(known: _Keyword) -> _Keyword:
    """Return `additionalProperties`, with the patterns beside it matched in bounded time."""

    def additional(
        validator: Any, rest: Any, instance: Any, schema: Mapping[str, Any]
    ) -> Iterator[ValidationError]:
        named = schema.get("patternProperties")
        if not named or not isinstance(instance, Mapping):
            yield from known(validator, rest, instance, schema) or ()
            return
        extra = {
            name: value
            for name, value in instance.items()
            if not any(patterns.matches(pattern, name) for pattern in named)
        }
        # What a pattern named is out of the way: the keyword finds no pattern to match.
        without = {key: value for key, value in schema.items() if key != "patternProperties"}
        yield from known(validator, rest, extra, without) or ()

    return additional


def _required(spared: tuple[str, ...]) -> _Keyword:
    def required(
        validator: Any, names: Any, instance: Any, schema: Mapping[str, Any]
    ) -> Iterator[ValidationError]:
        """Demand members, but not those that only the other side carries.

        OpenAPI 3.0.3, Schema Object: a required member that is `writeOnly` is required in
        requests, one that is `readOnly` in answers.
        """
        if not isinstance(instance, Mapping) or not isinstance(names, list):
            return
        properties = schema.get("properties")
        declared = properties if isinstance(properties, Mapping) else {}
        for name in names:
            if name not in instance and not _marked(validator, declared.get(name), spared):
                # Which one it is, rather than all that are required.
                yield ValidationError("is required", validator_value=[name])

    return required


def _marked(validator: Any, schema: Any, marks: tuple[str, ...]) -> bool:
    for _ in range(_MAX_REFERENCES):
        if not isinstance(schema, Mapping) or any(schema.get(mark) is True for mark in marks):
            break
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            break
        schema = validator._resolver.lookup(reference).contents  # noqa: SLF001  # jsonschema has no public way
    return isinstance(schema, Mapping) and any(schema.get(mark) is True for mark in marks)


def _unless_null(judge: _Keyword) -> _Keyword:
    """Let `nullable` stand beside what null would not satisfy.

    OpenAPI 3.0.0 to 3.0.2: it "allows sending a null value for the defined schema"; 3.0.3 narrows
    that to the type beside it. Whoever writes it means null, so null is no breach.
    """

    def keyword(
        validator: Any, value: Any, instance: Any, schema: Mapping[str, Any]
    ) -> Iterator[ValidationError]:
        if instance is not None or schema.get("nullable") is not True:
            yield from judge(validator, value, instance, schema) or ()

    return keyword


def _exactly(keyword: _Keyword) -> _Keyword:
    """Return a keyword that compares with the number that the contract shows.

    0.1 means one tenth, not the nearest binary fraction: the body is read in decimals.
    """

    def compare(validator: Any, limit: Any, instance: Any, schema: Any) -> Any:
        return keyword(validator, _exact(limit), instance, schema)

    return compare


def _exact(node: Any) -> Any:
    if isinstance(node, float):
        return Decimal(repr(node))
    if isinstance(node, Mapping):
        return {key: _exact(value) for key, value in node.items()}
    return [_exact(value) for value in node] if isinstance(node, list) else node


def _followed(keyword: _Keyword) -> _Keyword:
    """Return `$ref` with an end: schemas that hold themselves in several ways multiply."""

    def bounded(validator: Any, reference: Any, instance: Any, schema: Any) -> Any:
        follow()
        return keyword(validator, reference, instance, schema)

    return bounded


def begin(instance: Any) -> None:
    """Begin with another body: as many references as are bearable may be followed for it.

    A small body has no use for many: what goes on is a schema that multiplies.
    """
    _LEFT.set(_Left(instance))


class _Left:
    """How many references may still be followed for a body."""

    def __init__(self, instance: Any) -> None:
        self.number = _LEAST_FOLLOWED
        self._instance: Any = instance
        self._measured = False

    def more(self) -> bool:
        """Add what the size of the body allows; False where that is spent already."""
        # Measured only now: hardly any body needs it.
        if self._measured:
            return False
        self._measured = True
        allowed = min(MAX_FOLLOWED, _LEAST_FOLLOWED + _FOLLOWED_EACH * _size(self._instance))
        self.number += allowed - _LEAST_FOLLOWED
        return self.number >= 0


class EndlessError(RecursionError):
    """A schema multiplies for this body: whoever went on following it would not come to an end."""


def follow() -> None:
    """Count one more reference that is followed for a body.

    Raises:
        EndlessError: there were too many.
    """
    left = _LEFT.get()
    left.number -= 1
    if left.number < 0 and not left.more():
        raise EndlessError(f"over {MAX_FOLLOWED} references followed for one body")


def _size(instance: Any) -> int:
    """Return how many values a JSON value holds; no more is counted than makes a difference."""
    waiting, size = [instance], 0
    while waiting and size < MAX_FOLLOWED // _FOLLOWED_EACH:
        node = waiting.pop()
        size += 1
        if isinstance(node, Mapping):
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    return size


def problems(validator: Any, instance: Any) -> Iterator[ValidationError]:
    """Return what is wrong with an instance, following references a bounded number of times."""
    begin(instance)
    yield from validator.iter_errors(instance)


_COMPARED = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "enum", "const")


@lru_cache(maxsize=8)
def validator_class(version: str, spared: tuple[str, ...]) -> Any:
    """Return the validator of the JSON Schema dialect of an OpenAPI version.

    Args:
        version: the version of OpenAPI.
        spared: the marks of required members that may be missing.
    """
    if version.startswith("3.0"):
        from openapi_schema_validator import OAS30Validator  # noqa: PLC0415  # pulls pydantic

        base: Any = OAS30Validator
    else:
        base = Draft202012Validator
    # JSON Schema: 1.0 is an integer. Bodies are read with Decimal, which jsonschema counts among
    # the numbers but not among the integers.
    checker = base.TYPE_CHECKER.redefine("integer", _is_integer).redefine("number", _is_number)
    known = base.VALIDATORS
    keywords = {
        "pattern": _pattern,
        "additionalProperties": _additional_beside(known["additionalProperties"]),
        **({"patternProperties": _pattern_properties} if "patternProperties" in known else {}),
        "multipleOf": _exactly(_multiple_of),
        "required": _required(spared),
        "$ref": _followed(known["$ref"]),
        **{name: _exactly(known[name]) for name in _COMPARED if name in known},
    }
    if version.startswith("3.0"):
        for name in ("enum", "allOf", "oneOf", "anyOf"):
            keywords[name] = _unless_null(keywords.get(name, known[name]))
    return extend(base, keywords, type_checker=checker)  # type: ignore[no-untyped-call]  # untyped there


def _is_integer(_: Any, value: Any) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite() and value == value.to_integral_value()
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(_: Any, value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
