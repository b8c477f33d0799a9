"""What an agency calls things: the roles of its operations, and where its fields stand.

A system profile speaks of roles (`dossier.read`) and fields (`dossier.applicant_id`), never of
paths or names. Each is found by what somebody said, in this order: the target file, an annotation
of the contract (`x-vnda-role`, `x-vnda-field`, `format: vn-…`), the operationId of the national
contract, its method and path template. Names that merely look alike decide nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from conformance import packets
from conformance.contract import Contract
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.target import Target
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

NONE = "none"
_DEEPEST = 12
_MOST_SCHEMAS = 5000
_FORMAT = "vn-"


@dataclass(frozen=True)
class Held:
    """What one object of an answer holds of several fields.

    Attributes:
        place: the JSON pointer of the object.
        values: by field, the values that it has; none where it lacks the field.
    """

    place: str
    values: Mapping[str, Sequence[Any]]

    def one(self, name: str) -> Any:
        """Return the value of a field; None where the object lacks it or leaves it empty."""
        found = self.values[name]
        return found[0] if found and found[0] != "" else None


@dataclass(frozen=True)
class Mapped:
    """The roles and fields of one target.

    Attributes:
        roles: the unit of each role; None where the owner says that there is no such operation.
        fields: for each field its places: the unit whose answers hold it (None for any), and a
            JSON pointer in which `*` stands for every element and `**` for any depth; no places
            where the owner says that there is no such field.
        sources: how each was found: `target`, `annotation`, `operation_id` or `path`.
    """

    roles: Mapping[str, str | None] = field(default_factory=dict)
    fields: Mapping[str, tuple[tuple[str | None, str], ...]] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)

    def unit(self, role: str) -> str | None:
        """Return the unit that plays a role.

        Raises:
            NotTested: nobody said which (no_mapping).
            NotApplicable: the owner says that there is none.
        """
        if role not in self.roles:
            raise NotTested(Reason.NO_MAPPING, _line("roles", role, "operationId"))
        if self.roles[role] is None:
            raise NotApplicable(
                Text(
                    vi=f"tệp đích nói hệ thống không có thao tác {role}",
                    en=f"the target file says that there is no operation {role}",
                )
            )
        return self.roles[role]

    def known(self, names: Iterable[str]) -> list[str]:
        """Return which of several fields are mapped.

        Raises:
            NotTested: none of them (no_mapping).
            NotApplicable: the owner says that there is none of them.
        """
        names = list(names)
        known = [name for name in names if self.fields.get(name)]
        if not known and not any(name in self.fields for name in names):
            raise NotTested(Reason.NO_MAPPING, _line("fields", names[0], "/…"))
        if not known:
            raise NotApplicable(_denied(names[0]))
        return known

    def values(self, answer: Exchange, name: str) -> list[tuple[str, Any]]:
        """Return every value of a field in the body of an answer, each with its JSON pointer.

        Raises:
            NotTested: nobody said where the field stands (no_mapping).
            NotApplicable: the owner says that there is none.
        """
        if name not in self.fields:
            raise NotTested(Reason.NO_MAPPING, _line("fields", name, "/…"))
        if not self.fields[name]:
            raise NotApplicable(_denied(name))
        operation = answer.facts.get("operation")
        found: dict[str, Any] = {}
        for unit, pointer in self.fields[name]:
            if unit in {None, operation}:
                found.update(at(_told_in(answer), pointer))
        return list(found.items())

    def records(self, answer: Exchange, names: Sequence[str]) -> list[Held]:
        """Return what an answer holds of several fields, put together by the object they are of.

        The first field says what is one object: the innermost element of a list in which it
        stands, or the whole body. Another field is that object's where it stands in it, the
        nearest above it where not.

        Raises:
            NotTested: nobody said where a field stands (no_mapping).
            NotApplicable: the owner says that there is none.
        """
        found = [
            [(_element(place), place, value) for place, value in self.values(answer, name)]
            for name in names
        ]
        return [
            Held(
                element or "/",
                {name: _held(element, several) for name, several in zip(names, found, strict=True)},
            )
            for element in dict.fromkeys(element for element, _, _ in found[0])
        ]

    def as_json(self) -> dict[str, Any]:
        """Return the form that travels with a run."""
        return {
            "roles": dict(self.roles),
            "fields": {name: [list(place) for place in at] for name, at in self.fields.items()},
            "sources": dict(self.sources),
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Mapped:
        """Read the form that `as_json` writes."""
        return cls(
            document["roles"],
            {
                name: tuple((unit, pointer) for unit, pointer in places)
                for name, places in document["fields"].items()
            },
            document["sources"],
        )


def resolve(
    target: Target,
    contract: Contract,
    operations: Iterable[Operation],
    national: Contract | None,
) -> Mapped:
    """Return the mapping of a target.

    Args:
        target: says what its owner declares.
        contract: the target's own contract.
        operations: its operations.
        national: the national contract of the system, if there is one.
    """
    operations = list(operations)
    by_name = {name: o for o in operations for name in (o.id, o.unit)}
    roles: dict[str, str | None] = {}
    sources: dict[str, str] = {}
    for role, name in target.roles.items():
        roles[role] = None if name == NONE else by_name[name].unit
        sources[role] = "target"
    for operation in operations:
        if operation.role and operation.role not in roles:
            roles[operation.role] = operation.unit
            sources[operation.role] = "annotation"
    for theirs in national.operations if national else ():
        if theirs.role and theirs.role not in roles:
            same_id = by_name.get(theirs.id)
            same_path = by_name.get(theirs.unit)
            found = same_id or same_path
            if found is not None:
                roles[theirs.role] = found.unit
                sources[theirs.role] = "operation_id" if same_id else "path"
    fields: dict[str, tuple[tuple[str | None, str], ...]] = {
        name: () if places == (NONE,) else tuple((None, place) for place in places)
        for name, places in target.fields.items()
    }
    sources |= dict.fromkeys(fields, "target")
    for operation in operations if _names_fields(contract) else ():
        for name, pointer in dict.fromkeys(_annotated(contract, operation)):
            if sources.get(name) != "target":
                fields[name] = (*fields.get(name, ()), (operation.unit, pointer))
                sources[name] = "annotation"
    return Mapped(roles, fields, sources)


def at(body: Any, pointer: str) -> dict[str, Any]:
    """Return what stands at the places of a pointer with wildcards, by plain pointer."""
    found = {"": body}
    for part in pointer.split("/")[1:]:
        steps = (item for place, node in found.items() for item in _step(place, node, part))
        found = dict(steps)
    return found


def _told_in(answer: Exchange) -> Any:
    """Return the content of an answer; XML is read as packets are."""
    return packets.of(answer) if packets.is_xml(answer.media_type) else answer.json()


def _element(place: str) -> str:
    """Return the pointer of the innermost element of a list in which a place lies."""
    parts = place.split("/")
    numbers = [index for index, part in enumerate(parts[:-1]) if part.isdecimal()]
    return "/".join(parts[: numbers[-1] + 1]) if numbers else ""


def _held(element: str, several: Sequence[tuple[str, str, Any]]) -> list[Any]:
    """Return the values of a field that are of one object."""
    nearest = _nearest(element, [where for where, _, _ in several])
    around = [value for where, _, value in several if where == nearest]
    return around or [value for _, place, value in several if place.startswith(f"{element}/")]


def _nearest(element: str, others: Iterable[str]) -> str | None:
    """Return the element itself where it is among others, else the innermost one around it."""
    around = [other for other in others if other == element or element.startswith(f"{other}/")]
    return max(around, key=len, default=None)


def _step(place: str, node: Any, part: str) -> Iterator[tuple[str, Any]]:
    if part == "**":
        yield place, node
        for name, value in _children(node):
            yield from _step(f"{place}/{name}", value, part)
    elif part == "*":
        yield from ((f"{place}/{name}", value) for name, value in _children(node))
    else:
        key = part.replace("~1", "/").replace("~0", "~")
        yield from ((f"{place}/{part}", value) for name, value in _children(node) if name == key)


def _children(node: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(node, Mapping):
        yield from ((str(name), value) for name, value in node.items())
    elif isinstance(node, list):
        yield from ((str(number), value) for number, value in enumerate(node))


def told(contract: Contract, operation: Operation) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Yield every part of what an operation's successes hold: its schema and its JSON pointer.

    A schema that refers to another is yielded before the one that it refers to.
    """
    for status, types in operation.responses.items():
        for pointer in types.values():
            if status[:1] == "2" and pointer is not None:
                yield from _schemas(contract, contract.at(pointer))


@lru_cache(maxsize=4)
def _names_fields(contract: Contract) -> bool:
    """Whether any schema of a document names a field; in most documents none does."""
    waiting: list[Any] = [contract.document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if any(True for _ in _fields(node)):
                return True
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    return False


def asked(contract: Contract, operation: Operation) -> Iterator[tuple[str, str]]:
    """Yield the fields that the schemas of an operation's request bodies name, with pointers."""
    for content in operation.request_types.values():
        schema = content.get("schema") if isinstance(content, Mapping) else None
        for found, place in _schemas(contract, schema):
            yield from ((name, place) for name in _fields(found))


def _annotated(contract: Contract, operation: Operation) -> Iterator[tuple[str, str]]:
    """Yield the fields that the schemas of an operation's successes name, with their pointers."""
    for schema, place in told(contract, operation):
        yield from ((name, place) for name in _fields(schema))


def _fields(schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield the fields that a schema itself names."""
    if "x-vnda-field" in schema:
        yield str(schema["x-vnda-field"])
    style = schema.get("format")
    if isinstance(style, str) and style.startswith(_FORMAT):
        yield style.removeprefix(_FORMAT).replace("-", "_")


def _schemas(contract: Contract, schema: Any) -> Iterator[tuple[Mapping[str, Any], str]]:
    waiting: list[tuple[Any, str, tuple[int, ...]]] = [(schema, "", ())]
    for _ in range(_MOST_SCHEMAS):
        if not waiting:
            return
        node, place, above = waiting.pop()
        if isinstance(node, Mapping) and "$ref" in node:
            yield node, place
        followed = contract.followed(node)
        if id(followed) in above or len(above) > _DEEPEST:
            continue
        above = (*above, id(followed))
        yield followed, place
        waiting += [(child, f"{place}{step}", above) for step, child in _parts(followed)]


def _parts(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    properties = schema.get("properties")
    for name, child in properties.items() if isinstance(properties, Mapping) else ():
        yield "/" + re.sub(r"[~/]", lambda m: "~0" if m[0] == "~" else "~1", str(name)), child
    for keyword in ("items", "additionalProperties"):
        if isinstance(schema.get(keyword), Mapping):
            yield "/*", schema[keyword]
    for keyword in ("allOf", "oneOf", "anyOf"):
        entries = schema.get(keyword)
        for child in entries if isinstance(entries, list) else ():
            yield "", child


def _denied(name: str) -> Text:
    return Text(
        vi=f"tệp đích nói hệ thống không có trường {name}",
        en=f"the target file says that there is no field {name}",
    )


def _line(key: str, name: str, value: str) -> Text:
    line = f"`{key}: {{{name}: {value}}}`"
    return Text(
        vi=f"chưa ai nói {name} là gì trong hệ thống này: thêm vào tệp đích {line}, hoặc `none`",
        en=f"nobody said what {name} is in this system: add to the target file {line}, or `none`",
    )
