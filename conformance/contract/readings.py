"""What a text, or a value, may be read as: by a strict reader, by a lenient one, by some reader."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any

from conformance import nesting
from conformance.contract import Contract
from conformance.contract.parts import Part
from conformance.trees import integer

# How many readings of the values of one array are tried, and of one body.
MOST = 64
# The separators of arrays in one text (OpenAPI 3.1, Parameter Object, `style`), and of lists in
# header fields.
_SEPARATORS = (",", "|", " ")
_WORDS = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}
NOTHING = frozenset({"", "null", "none", "nil", "undefined"})
_EXPONENT = 400


def of_texts(contract: Contract, schema: Part, texts: Sequence[str]) -> Iterator[Any]:
    """Yield what the texts of a parameter may be read as: each alone, and together as an array."""
    if _is_object(contract, schema):
        # Its members may stand anywhere in the query.
        yield from ({}, *documents(texts))
        return
    for text in (*texts, ",".join(texts)):
        yield from scalars(text)
    for items in (list(texts), *(_split(texts, sign) for sign in _SEPARATORS)):
        yield from islice(_arrays(contract, schema, items), MOST)


def _is_object(contract: Contract, schema: Part) -> bool:
    node = contract.followed(schema.node)
    return node.get("type") == "object" or "properties" in node


def _split(texts: Sequence[str], sign: str) -> list[str]:
    return [item for text in texts for item in text.split(sign)]


def _arrays(contract: Contract, schema: Part, items: Sequence[str]) -> Iterator[list[Any]]:
    """Yield readings of texts as an array: all of a kind, then each as its schema would have it."""
    yield list(items)
    inner = contract.followed(schema.node).get("items")
    if not isinstance(inner, Mapping):
        return
    fitting = []
    for item in items:
        kinds = {type(reading): reading for reading in scalars(item)}
        wanted = contract.followed(inner).get("type")
        fitting.append(
            next((r for r in kinds.values() if _is_of(r, wanted)), item) if wanted else item
        )
    yield fitting


def _is_of(value: Any, wanted: Any) -> bool:
    """Whether a scalar is of one of the types that a schema names."""
    types = wanted if isinstance(wanted, list) else [wanted]
    if isinstance(value, bool):
        return "boolean" in types
    if isinstance(value, int | Decimal):
        return "number" in types or ("integer" in types and value == int(value))
    if value is None:
        return "null" in types
    return "string" in types


def scalars(text: str) -> Iterator[Any]:
    """Yield what a text may be read as by some common reader: itself, a number, a word, nothing."""
    yield text
    bare = text.strip()
    if bare != text:
        yield bare
    number = _number(bare)
    if number is not None:
        yield number
    if bare.lower() in _WORDS:
        yield _WORDS[bare.lower()]
    if bare.lower() in NOTHING:
        yield None


def _number(text: str) -> int | Decimal | None:
    """Return the number that a text says; digits of other scripts and grouped ones as well."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    if not found.is_finite():
        return None
    sign, digits, exponent = found.as_tuple()
    if not isinstance(exponent, int):
        return None
    if abs(exponent) >= _EXPONENT:
        # A power that nobody writes out would be, by whoever compares it: one that is large, or
        # small, enough for every bound.
        power = _EXPONENT - 1 if exponent > 0 else 1 - _EXPONENT
        found, exponent = Decimal((sign, digits[:1], power)), power
    return int(found) if exponent >= 0 else found


def same(value: Any) -> list[Any]:
    """Return what a lenient reader takes a scalar for, of other types than its own."""
    if isinstance(value, str):
        return [reading for reading in scalars(value) if not isinstance(reading, str)]
    if isinstance(value, bool):
        return ["true" if value else "false", int(value)]
    if isinstance(value, int | float | Decimal):
        return [str(value), *([bool(value)] if value in {0, 1} else [])]
    return []


def documents(texts: Iterable[str]) -> Iterator[Any]:
    """Yield what the texts say that are JSON."""
    for text in texts:
        try:
            yield parsed(text)
        except ValueError:
            continue


def parsed(text: str, *, first: bool = False) -> Any:
    """Return strict JSON with exact numbers; of members of one name the last, or the first.

    Raises:
        ValueError: it is no JSON (RFC 8259).
    """

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return dict(reversed(pairs)) if first else dict(pairs)

    def no_number(name: str) -> Any:
        raise json.JSONDecodeError(f"{name} is no JSON", text, 0)

    return nesting.loads(
        text,
        parse_int=integer,
        parse_float=Decimal,
        parse_constant=no_number,
        object_pairs_hook=members,
    )
