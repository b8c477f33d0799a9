"""The parts of a contract, each with the JSON pointer at which it stands.

A check of a contract's quality walks these and names what offends by its pointer, so that people
find the very line. Nothing here judges, and no document, however odd, makes it fail: what has the
wrong type is passed over, for the check of validity to tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import unquote

from conformance.contract import Contract
from conformance.contract.operations import Operation
from conformance.contract.references import OBJECTS, escape

Kind = Literal["parameter", "header", "media", "schema"]
# Who sends what a part describes; a schema may be used by both sides.
Way = Literal["request", "response", "either"]
_MAX_REFERENCES = 50
# What is remembered, for each request is held against the same few places of a contract.
_MOST_PLACES, _MOST_OPERATIONS = 4096, 512


@dataclass(frozen=True)
class Part:
    """One node of a contract and where it stands."""

    node: Any
    pointer: str

    @property
    def object(self) -> Mapping[str, Any]:
        """The node where it is an object; an empty one where it is anything else."""
        return self.node if isinstance(self.node, OBJECTS) else {}

    def child(self, key: str | int) -> Part:
        """Return the part below a key; its node is None where there is none."""
        pointer = f"{self.pointer}/{escape(str(key))}"
        if isinstance(self.node, list):
            inside = isinstance(key, int) and key < len(self.node)
            return Part(self.node[int(key)] if inside else None, pointer)
        return Part(self.object.get(str(key)), pointer)

    def children(self) -> Iterator[tuple[str, Part]]:
        """Return the parts below, each with its key; the items of a list have numbers."""
        if isinstance(self.node, list):
            for number in range(len(self.node)):
                yield str(number), self.child(number)
        for key in self.object:
            yield key, self.child(key)


@dataclass(frozen=True)
class Described:
    """A part that describes something sent: a parameter, header, media type or schema.

    `name` is that of the parameter or header, or the media type.
    """

    kind: Kind
    part: Part
    way: Way
    name: str = ""


def root(contract: Contract) -> Part:
    """Return the document itself."""
    return Part(contract.document, "")


def find(contract: Contract, pointer: str) -> Part | None:
    """Return what stands at a JSON pointer, or None where nothing does."""
    part = root(contract)
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(part.node, list):
            if not (key.isdecimal() and key.isascii() and int(key) < len(part.node)):
                return None
            part = part.child(int(key))
        elif key in part.object:
            part = part.child(key)
        else:
            return None
    return part


def followed(contract: Contract, part: Part) -> Part:
    """Return what the references at the top of a part lead to inside the document.

    Where one leads outside or nowhere, the part has no node.
    """
    for _ in range(_MAX_REFERENCES):
        reference = part.object.get("$ref")
        if not isinstance(reference, str):
            return part
        part = _inside(contract, reference) or Part(None, part.pointer)
    return Part(None, part.pointer)


@lru_cache(maxsize=_MOST_PLACES)
def _inside(contract: Contract, reference: str) -> Part | None:
    # A reference is a URI: its fragment is percent-encoded, a pointer is not.
    return find(contract, unquote(reference[1:])) if reference.startswith("#") else None


def of_operation(contract: Contract, operation: Operation) -> Part:
    """Return the object of an operation."""
    return _at(contract, operation.path, operation.method)


@lru_cache(maxsize=_MOST_OPERATIONS)
def _at(contract: Contract, path: str, method: str) -> Part:
    item = _item(contract, path)
    found = item.child(method.lower())
    if found.node is None:
        found = item.child("additionalOperations").child(method)
    return found


def _item(contract: Contract, path: str) -> Part:
    return followed(contract, root(contract).child("paths").child(path))


def parameters(contract: Contract, operation: Operation) -> list[Part]:
    """Return the parameters of an operation: its own, and those of its path not overridden."""
    return list(_parameters_at(contract, operation.path, operation.method))


@lru_cache(maxsize=_MOST_OPERATIONS)
def _parameters_at(contract: Contract, path: str, method: str) -> tuple[Part, ...]:
    found: dict[tuple[str, str], Part] = {}
    for holder in (_item(contract, path), _at(contract, path, method)):
        for _, entry in holder.child("parameters").children():
            part = followed(contract, entry)
            name, place = part.object.get("name"), part.object.get("in")
            if isinstance(name, str) and isinstance(place, str):
                found[name, place] = part
    return tuple(found.values())


def request_body(contract: Contract, operation: Operation) -> Part:
    """Return the description of an operation's request body."""
    return followed(contract, of_operation(contract, operation).child("requestBody"))


@lru_cache(maxsize=4)
def tells_security(contract: Contract) -> bool:
    """Whether a contract says of any operation, or of all, which credentials it demands.

    An empty list says so too: none. Where nothing is said at all, nobody thought of it.
    """
    each = (of_operation(contract, operation) for operation in contract.operations)
    return any("security" in part.object for part in (root(contract), *each))


def responses(contract: Contract, operation: Operation) -> list[tuple[str, Part]]:
    """Return the responses of an operation by status, extensions left out."""
    listed = of_operation(contract, operation).child("responses")
    return [
        (status, followed(contract, entry))
        for status, entry in listed.children()
        if not status.startswith("x-")
    ]


def all_read(contract: Contract, operation: Operation, *keys: str) -> bool:
    """Whether what an operation has under these keys all stands inside the document.

    The keys are `parameters`, with those of the path, `requestBody` and `responses`.
    """
    return _all_read_at(contract, operation.path, operation.method, keys)


@lru_cache(maxsize=_MOST_OPERATIONS)
def _all_read_at(contract: Contract, path: str, method: str, keys: tuple[str, ...]) -> bool:
    own = _at(contract, path, method)
    entries: list[Part] = []
    if "parameters" in keys:
        for holder in (_item(contract, path), own):
            entries += [entry for _, entry in holder.child("parameters").children()]
    if "requestBody" in keys:
        entries.append(own.child("requestBody"))
    if "responses" in keys:
        entries += [entry for _, entry in own.child("responses").children()]
    return all(followed(contract, e).node is not None for e in entries if "$ref" in e.object)


def media_types(part: Part) -> Iterator[tuple[str, Part]]:
    """Return the media types of a body, parameter or response: names in small letters, bare."""
    for name, media in part.child("content").children():
        yield name.partition(";")[0].strip().lower(), media


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON (RFC 6839, section 3.1), however it is written."""
    return media_type.partition(";")[0].strip().lower().endswith(("/json", "+json"))


def described(contract: Contract) -> Iterator[Described]:
    """Return everything that a contract describes, each part once, where it stands.

    References are not followed: what they lead to stands elsewhere and is met there.
    """
    document = root(contract)
    for group in ("paths", "webhooks"):
        for _, item in document.child(group).children():
            yield from _of_item(item)
    components = document.child("components")
    for _, item in components.child("pathItems").children():
        yield from _of_item(item)
    for group, reader in _COMPONENTS.items():
        for name, part in components.child(group).children():
            yield from reader(name, part)


def _of_item(item: Part) -> Iterator[Described]:
    yield from _of_parameters(item)
    for method, operation in item.children():
        if method in {"parameters", "servers", "summary", "description", "$ref"}:
            continue
        # Of OpenAPI 3.2; what it holds are operations, one level further down.
        nested = [p for _, p in operation.children()] if method == "additionalOperations" else []
        for each in nested or [operation]:
            yield from _of_parameters(each)
            yield from _of_body("", each.child("requestBody"))
            for _, response in each.child("responses").children():
                yield from _of_response("", response)


def _of_parameters(holder: Part) -> Iterator[Described]:
    for _, parameter in holder.child("parameters").children():
        yield from _of_parameter("", parameter)


def _of_parameter(_: str, part: Part) -> Iterator[Described]:
    if "$ref" not in part.object:
        name = str(part.object.get("name", ""))
        yield Described("parameter", part, "request", name)
        yield from _of_contents(part, "request")


def _of_body(_: str, part: Part) -> Iterator[Described]:
    if "$ref" not in part.object:
        yield from _of_contents(part, "request")


def _of_response(_: str, part: Part) -> Iterator[Described]:
    if "$ref" not in part.object:
        yield from _of_contents(part, "response")
        for name, header in part.child("headers").children():
            yield from _of_header(name, header)


def _of_header(name: str, part: Part) -> Iterator[Described]:
    if "$ref" not in part.object:
        yield Described("header", part, "response", name)
        yield from _of_contents(part, "response")


def _of_contents(part: Part, way: Way) -> Iterator[Described]:
    yield from _of_schema("", part.child("schema"))
    for name, media in media_types(part):
        yield Described("media", media, way, name)
        yield from _of_schema("", media.child("schema"))


def _of_schema(_: str, part: Part) -> Iterator[Described]:
    if isinstance(part.node, Mapping | bool):
        yield Described("schema", part, "either")


_COMPONENTS: dict[str, Callable[[str, Part], Iterator[Described]]] = {
    "parameters": _of_parameter,
    "requestBodies": _of_body,
    "responses": _of_response,
    "headers": _of_header,
    "schemas": _of_schema,
}

# Keywords of JSON Schema that hold one schema, a list of schemas, or schemas by name.
ONE = (
    "items",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
)
LISTED = ("allOf", "anyOf", "oneOf", "prefixItems")
NAMED = ("properties", "patternProperties", "dependentSchemas", "$defs", "definitions")


def subschemas(schema: Part) -> Iterator[Part]:
    """Return a schema and every schema inside it, references not followed."""
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if not isinstance(part.node, Mapping):
            continue
        yield part
        waiting.extend(part.child(key) for key in ONE if key in part.node)
        for key in (*LISTED, *NAMED):
            waiting.extend(child for _, child in part.child(key).children())
