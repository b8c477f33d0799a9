"""Where a body breaks a schema of a contract, told without repeating what stands there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote

from jsonschema.exceptions import UnknownType, ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from conformance.contract import schemas
from conformance.contract.fitting import Fitting, Known
from conformance.contract.flaws import short
from conformance.errors import ContractError
from conformance.text import Text
from conformance.trees import holds_token

_URN = "urn:contract"


@dataclass(frozen=True)
class Breach:
    """One place where a body breaks its schema; the value itself is not repeated.

    `wanted`: what the rule demands: text as it is, names with commas between, else JSON, cut.
    `hidden`: what stands there holds a token of something hidden, so nothing is proven.
    `several`: it fits more than one of the alternatives of which it is to fit one (`oneOf`).
    """

    path: str
    rule: str
    wanted: str
    hidden: bool = False
    several: bool = False


class Validators:
    """Hold bodies against the schemas of one document.

    Args:
        document: the document, as OpenAPI 3.
        version: which of its dialects it is written in.
        source: what names it.
    """

    def __init__(self, document: Mapping[str, Any], version: str, source: str) -> None:
        self._document = document
        self._version = version
        self._source = source
        self._validators: dict[tuple[str, tuple[str, ...]], Any] = {}
        self._fittings: dict[tuple[str, tuple[str, ...]], Fitting | None] = {}
        self._known: dict[tuple[str, ...], Known] = {}

    def breaches(
        self,
        pointer: str,
        instance: Any,
        limit: int,
        *,
        spared: tuple[str, ...],
        shown: Callable[[str], str],
    ) -> list[Breach]:
        """Return where an instance breaks the schema at a JSON pointer; see `Contract.breaches`."""
        found: list[Breach] = []
        try:
            if self._fits(pointer, spared, instance):
                return found
            for problem in schemas.problems(self._validator(pointer, spared), instance):
                wanted = short(_wanted(problem))
                hidden = holds_token(problem.instance)
                path = json_path(problem.absolute_path, shown)
                rule = str(problem.validator)
                # What fits none comes with what is wrong for each.
                several = rule == "oneOf" and not problem.context
                found.append(Breach(path, rule, wanted, hidden, several))
                if len(found) == limit:
                    break
        except schemas.UNUSABLE as error:
            raise ContractError(
                Text(
                    vi=f"không dùng được lược đồ ({_told(error)})",
                    en=f"the schema cannot be used ({_told(error)})",
                ),
                place=f"{self._source}#{pointer}",
            ) from error
        return found

    def _fits(self, pointer: str, spared: tuple[str, ...], instance: Any) -> bool:
        """Whether an instance surely fits; whoever finds out why not is the validator."""
        key = pointer, spared
        try:
            if key not in self._fittings:
                # In its place already: one that cannot be made is not tried for every body.
                self._fittings[key] = None
                known = self._known.setdefault(spared, {})
                self._fittings[key] = Fitting(self._validator(pointer, spared), known)
            fitting = self._fittings[key]
            return fitting is not None and fitting(instance)
        except schemas.EndlessError:
            raise  # the validator would follow just as many
        except schemas.UNUSABLE:
            # It is met again, and told, where a breach is looked for.
            return False

    def _validator(self, pointer: str, spared: tuple[str, ...]) -> Any:
        if (pointer, spared) not in self._validators:
            self._validators[pointer, spared] = schemas.validator_class(self._version, spared)(
                {"$ref": f"{_URN}#{quote(pointer)}"},
                registry=self._registry,
                format_checker=schemas.formats(),
            )
        return self._validators[pointer, spared]

    @cached_property
    def _registry(self) -> Registry[Any]:
        resource = DRAFT202012.create_resource(self._document)
        own = self._document.get("$self")
        names = [_URN, own] if isinstance(own, str) and "://" in own else [_URN]
        # Crawled once: every look-up in a registry that is not would crawl the whole document.
        return Registry().with_resources([(name, resource) for name in names]).crawl()


def _wanted(problem: ValidationError) -> str:
    """Return what a rule demands, as far as a sentence about it has to say."""
    value = problem.validator_value
    if isinstance(value, str):
        return value
    if isinstance(value, list) and problem.validator in {"required", "type", "enum"}:
        return ", ".join(part if isinstance(part, str) else _json(part) for part in value)
    return _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def json_path(parts: Iterable[str | int], shown: Callable[[str], str]) -> str:
    """Return a JSONPath (RFC 9535), with the names of members as they may be told."""
    path = "$"
    for part in parts:
        name = part if isinstance(part, int) else shown(part)
        if isinstance(name, int) or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            path += f"[{name}]" if isinstance(name, int) else f"[{name!r}]"
        else:
            path += f".{name}"
    return path


def _told(error: Exception) -> str:
    if isinstance(error, UnknownType):
        # Its text quotes the instance.
        return f"type {short(error.type)}"
    if isinstance(error, schemas.EndlessError):
        return str(error)
    if isinstance(error, RecursionError):
        # Where the stack ended differs from call to call.
        return "it leads back to itself, or is nested too deep"
    # The text of an unresolvable reference quotes the whole document.
    reference = getattr(error, "ref", None)
    return f"$ref {reference}" if reference else short(str(error) or type(error).__name__)
