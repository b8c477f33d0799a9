"""The agency's own contract, as it checks requests by it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

from conformance.formats import national
from exam.reading import Flaw

FILE = Path(__file__).with_name("agency.yaml")
METHODS = ("get", "put", "post", "delete", "patch")


@dataclass(frozen=True)
class Parameter:
    """A parameter and what tests its values."""

    name: str
    place: str
    required: bool
    kind: str | None
    default: Any
    validator: Any


@dataclass(frozen=True)
class Operation:
    """An operation as requests are checked by it."""

    id: str
    method: str
    template: str
    pattern: re.Pattern[str]
    secured: bool
    parameters: tuple[Parameter, ...]
    media_type: str | None
    body: Any


@dataclass(frozen=True)
class Contract:
    """The contract: as a document and as operations."""

    document: Mapping[str, Any]
    operations: tuple[Operation, ...]

    def at(self, path: str) -> dict[str, Operation]:
        """Return the operations of the path by method; none where there is no such path."""
        for operation in self.operations:
            if operation.pattern.fullmatch(path):
                return self._by_template[operation.template]
        return {}

    @cached_property
    def _by_template(self) -> dict[str, dict[str, Operation]]:
        made: dict[str, dict[str, Operation]] = {}
        for operation in self.operations:
            made.setdefault(operation.template, {})[operation.method] = operation
        return made


@cache
def read() -> Contract:
    """Read the contract beside this module."""
    document = yaml.safe_load(FILE.read_text("utf-8"))
    return Contract(document, tuple(_operations(document)))


def flaws(validator: Any, value: Any, place: str, at: str = "") -> list[Flaw]:
    """Return what is wrong with a value: all of it, in the order in which it is met.

    Args:
        validator: of `jsonschema_rs`.
        value: the value.
        place: where it was sent.
        at: the name of the parameter; empty for a body.
    """
    if validator.is_valid(value):
        return []
    found = []
    for error in validator.iter_errors(value):
        rule = str(error.schema_path[-1])
        pointer = "".join(f"/{part}" for part in error.instance_path)
        if rule == "required":
            pointer += "/" + error.kind.property
        found.append(Flaw(place, at + pointer, rule, _at(value, error.instance_path)))
    return found


def _at(value: Any, path: list[str | int]) -> Any:
    for step in path:
        value = value[step]
    return value


def _operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    for template, item in document["paths"].items():
        shared = [_resolved(document, one) for one in item.get("parameters", [])]
        for method in METHODS:
            if method not in item:
                continue
            node = item[method]
            own = [_resolved(document, one) for one in node.get("parameters", [])]
            content = node.get("requestBody", {}).get("content", {})
            media_type = next(iter(content), None)
            yield Operation(
                id=node["operationId"],
                method=method.upper(),
                template=template,
                pattern=re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))),
                secured=node.get("security", document["security"]) != [],
                parameters=tuple(_parameter(document, one) for one in (*shared, *own)),
                media_type=media_type,
                body=_validator(document, content[media_type]["schema"]) if media_type else None,
            )


def _parameter(document: Mapping[str, Any], node: Mapping[str, Any]) -> Parameter:
    schema = _resolved(document, node["schema"])
    return Parameter(
        name=node["name"],
        place=node["in"],
        required=node.get("required", False),
        kind=schema.get("type"),
        default=schema.get("default"),
        validator=_validator(document, schema),
    )


def _resolved(document: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = node.get("$ref")
    if reference is None:
        return node
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return _resolved(document, found)


def _validator(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    whole = {**schema, "components": {"schemas": document["components"]["schemas"]}}
    return jsonschema_rs.Draft202012Validator(
        whole, validate_formats=True, formats=national.predicates()
    )
