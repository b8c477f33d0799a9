"""A contract made ready for schemathesis, and read by it."""

from __future__ import annotations

import contextlib
import copy
import hashlib
import re
from collections.abc import Mapping
from random import Random
from typing import Any

from conformance.errors import ContractError
from conformance.formats.national import ALL
from conformance.generation.adapter.drawing import drawn
from conformance.generation.adapter.libraries import BASE, Tools
from conformance.generation.knots import untied
from conformance.text import Text

# Values made of a format under a pattern, values drawn of the pattern where hardly one fits, and
# one in how many must fit to draw from the format.
_TRIED = 400
_MATCHED = 120
_SHARE = 4
_NAMES = frozenset(ALL)


def loaded(tools: Tools, document: Mapping[str, Any]) -> Any:
    """Return the schema that schemathesis makes of a document, from which operations are taken.

    Args:
        tools: the libraries.
        document: a bundled OpenAPI document; it is not changed.

    Raises:
        ContractError: it does not read the document.
    """
    config = tools.Config.from_dict(
        {
            "cache": {"enabled": False},
            "generation": {
                "database": "none",
                # Credentials are ours to give, and to leave out.
                "with-security-parameters": False,
            },
            # Methods that the contract does not name are asked for elsewhere, if at all.
            "phases": {"coverage": {"unexpected-methods": []}},
        }
    )
    try:
        # Its own, for it writes into the document that it reads.
        own = copy.deepcopy(dict(untied(document)))
        for word in ("openapi", "swagger"):
            if word in own:
                own[word] = _version(str(own[word]))
        _narrow(tools, own)
        schema = tools.from_dict(own, config=config)
        schema.config.update(base_url=BASE)
    except Exception as error:
        raise ContractError(
            Text(
                vi=f"schemathesis không đọc được hợp đồng: {error}",
                en=f"schemathesis does not read the contract: {error}",
            )
        ) from error
    return schema


def _narrow(tools: Tools, document: dict[str, Any]) -> None:
    """Give formats of which a pattern leaves only a few values a strategy for each such pattern.

    An agency's dossier codes begin with its own code: of all codes that there are hardly one does,
    and whoever draws until one fits draws for ever.
    """
    known: dict[tuple[str, str, Any, Any], str | None] = {}
    stack: list[Any] = [document]
    while stack:
        piece = stack.pop()
        inner = piece.values() if isinstance(piece, dict) else piece
        stack.extend(each for each in inner if isinstance(each, (dict, list)))
        # A member may be called `format`, too.
        if not isinstance(piece, dict) or str(piece.get("format")) not in _NAMES:
            continue
        pattern = piece.get("pattern")
        if not isinstance(pattern, str):
            continue
        rules = str(piece["format"]), pattern, piece.get("minLength"), piece.get("maxLength")
        if rules not in known:
            known[rules] = _narrowed(tools, *rules)
        if known[rules]:
            piece["format"] = known[rules]
        else:
            del piece["format"]  # nothing was found that both agree to: the pattern is what counts


def _narrowed(tools: Tools, name: str, pattern: str, least: Any, most: Any) -> str | None:
    """Return the name of the format to draw from, None where no value of both was found."""
    least = least if isinstance(least, int) else 0
    most = most if isinstance(most, int) else 10_000
    try:
        fits = re.compile(pattern).search
    except re.error:
        return name

    def both(value: str) -> bool:
        return least <= len(value) <= most and bool(fits(value)) and ALL[name].holds(value)

    made = (ALL[name].make(Random(number)) for number in range(_TRIED))  # noqa: S311 - not a secret
    pool = [value for value in (*ALL[name].examples, *made) if both(value)]
    if len(pool) * _SHARE >= _TRIED:
        return name

    def take(value: str) -> bool:
        if both(value):
            pool.append(value)
        return True

    with contextlib.suppress(Exception):  # what it cannot draw from is seen again, and told, later
        drawn(tools, tools.strategies.from_regex(pattern), 0, _MATCHED, take)
    if not pool:
        return None
    digest = hashlib.blake2b("\0".join(pool).encode(), digest_size=8).hexdigest()
    tools.format(f"{name}.{digest}", tools.strategies.sampled_from(list(dict.fromkeys(pool))))
    return f"{name}.{digest}"


def _version(said: str) -> str:
    # It wants all three numbers, which documents need not write to be understood.
    return f"{said}.0" if re.fullmatch(r"3\.[0-2]", said) else said
