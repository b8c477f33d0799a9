"""Where an OpenAPI document is not what the specification of its own version says it has to be.

Three readings: the published JSON Schema of OpenAPI documents, the dialect of JSON Schema for the
schemas inside (which that schema leaves open from 3.1 on), and the references.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import validator_for
from referencing import Registry

from conformance import misfits
from conformance.contract import Contract, parts, schemas
from conformance.contract.fitting import Fitting
from conformance.contract.parts import Part
from conformance.contract.references import escape
from conformance.text import Text
from conformance.verdict import Offender

# Below these, `$ref` is data of somebody else and no reference.
_DATA = frozenset({"example", "examples", "default", "enum", "const", "value"})
# Enough to mend; a document of another kind altogether would bring thousands.
_MOST = 200
_OAS_DIALECT = "https://spec.openapis.org/oas/"


@dataclass(frozen=True)
class Validity:
    """What was found in a document: what is wrong, and which references lead outside it."""

    offenders: tuple[Offender, ...]
    outside: tuple[str, ...]


@dataclass(frozen=True)
class _Document:
    """A contract that is the same as another if the documents are, wherever they came from."""

    digest: str
    contract: Contract = field(compare=False)


def validity(contract: Contract) -> Validity:
    """Return what is wrong with a document; a contract never changes, so it is read once."""
    return _validity(_Document(contract.digest, contract))


@lru_cache(maxsize=4)
def _validity(document: _Document) -> Validity:
    contract = document.contract
    wrong, outside = [], []
    for error in _against_published_schema(contract):
        wrong.append(error)
        if len(wrong) == _MOST:
            break
    if not contract.version.startswith("3.0"):
        wrong += _against_dialect(contract)
    for part in _references(parts.root(contract), inside_names=False):
        reference = str(part.object["$ref"])
        if not reference.startswith("#"):
            outside.append(part.pointer)
        elif not _leads_somewhere(contract, reference):
            wrong.append(
                Offender(
                    part.pointer,
                    Text(
                        vi=f"$ref {reference} không dẫn tới đâu",
                        en=f"$ref {reference} leads nowhere",
                    ),
                )
            )
    return Validity(tuple(wrong[:_MOST]), tuple(outside))


def _against_published_schema(contract: Contract) -> Iterator[Offender]:
    schema = _published_schema(".".join(contract.version.split(".")[:2]))
    for error in _errors(_validator(schema), [("", contract.document)]):
        yield _offender(*error)


@cache
def _published_schema(version: str) -> Any:
    """Return the schema that the OpenAPI Initiative published for an edition, such as `3.0`."""
    # Found without importing its package, which takes longer than all that is done with it.
    package = find_spec("openapi_spec_validator")
    (folder,) = (package and package.submodule_search_locations) or [""]
    path = Path(folder) / "resources" / "schemas" / f"v{version}" / "schema.json"
    return json.loads(path.read_bytes())


def _against_dialect(contract: Contract) -> Iterator[Offender]:
    dialect = contract.document.get("jsonSchemaDialect")
    if dialect is not None and not str(dialect).startswith(_OAS_DIALECT):
        return
    validator = _validator(Draft202012Validator.META_SCHEMA)
    described = (
        (each.part.pointer, each.part.node)
        for each in parts.described(contract)
        # A schema of another dialect says so itself.
        if each.kind == "schema" and "$schema" not in each.part.object
    )
    for error in _errors(validator, described):
        yield _offender(*error)


def _validator(schema: Mapping[str, Any]) -> Any:
    """Return the validator of a published schema, which names itself."""
    # Crawled once: every look-up in a registry that is not would crawl it all.
    name = schema.get("$id") or schema["id"]
    registry: Registry[Any] = Registry().with_contents([(name, schema)]).crawl()
    return validator_for(schema)({"$ref": name}, registry=registry)


def _errors(
    validator: Any, nodes: Iterable[tuple[str, Any]]
) -> Iterator[tuple[ValidationError, str]]:
    """Return what is wrong with each of some nodes, each with its pointer."""
    fitting = Fitting(validator)
    for pointer, node in nodes:
        # What cannot be told quickly is told by the validator.
        with contextlib.suppress(*schemas.UNUSABLE):
            if fitting(node):
                continue
        for error in validator.iter_errors(node):
            yield error, pointer


def _offender(error: ValidationError, base: str) -> Offender:
    # Of the alternatives that all failed, the one that got furthest is what was meant.
    deepest = best_match([error]) or error
    pointer = base + "".join(f"/{escape(str(step))}" for step in deepest.absolute_path)
    said, _ = misfits.told(deepest)
    return Offender(
        pointer or "/", Text(vi=f"sai khuôn dạng: {said.vi}", en=f"malformed: {said.en}")
    )


def _references(part: Part, *, inside_names: bool) -> Iterator[Part]:
    """Return every object that is a reference; `inside_names`: the keys here are names."""
    waiting = [(part, inside_names)]
    while waiting:
        current, names = waiting.pop()
        if not names and isinstance(current.object.get("$ref"), str):
            yield current
        for key, child in current.children():
            if names or not (key in _DATA or key.startswith("x-")):
                named = not names and key in parts.NAMED
                waiting.append((child, named and isinstance(child.node, Mapping)))
            elif key == "examples" and isinstance(child.node, Mapping):
                # Example Objects may be references; a schema's list of examples is data.
                waiting += [(e, False) for _, e in child.children() if "$ref" in e.object]


def _leads_somewhere(contract: Contract, reference: str) -> bool:
    fragment = unquote(reference[1:])
    if not fragment:
        return True
    if fragment.startswith("/"):
        return parts.find(contract, fragment) is not None
    return fragment in _anchors(contract)


@lru_cache(maxsize=4)
def _anchors(contract: Contract) -> frozenset[str]:
    """Return the plain names that schemas give themselves (JSON Schema, $anchor)."""
    found: set[str] = set()
    for each in parts.described(contract):
        if each.kind == "schema":
            for schema in parts.subschemas(each.part):
                named: list[Any] = [schema.object.get(k) for k in ("$anchor", "$dynamicAnchor")]
                found.update(name for name in named if isinstance(name, str))
    return frozenset(found)
