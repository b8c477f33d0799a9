"""The same agency under other names: paths, members, parameters and operations renamed.

A dialect turns what comes in back into the agency's own words, and what goes out, contract and
target file included, into its own. The agency behind it is untouched, so whatever differs in a
verdict is a matter of names. Values stay: what a list is sorted by is a value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from conformance.sandbox.messages import Answer, Call

# The words of RFC 9457 and of RFC 7946, which nobody may rename.
_KEPT = frozenset(
    {"type", "title", "status", "detail", "instance", "errors", "pointer"}
    | {"features", "geometry", "properties", "coordinates", "bbox"}
)
_NAMES_OF_PARAMETERS = frozenset({"page", "offset", "size", "parameter", "direction"})
_VARIABLE = re.compile(r"\{([^}]*)\}")
_FORM = "application/x-www-form-urlencoded"

Renaming = Callable[[str], str]


@dataclass(frozen=True)
class Dialect:
    """How one agency names what another names otherwise.

    Attributes:
        own: the contract as the agency behind it has it.
        member: renames a member or a parameter.
        segment: renames a fixed segment of a path.
        operation: renames an operationId.
        annotated: whether the contract keeps what it says beyond OpenAPI (`x-vnda-…`); where not,
            the target file says it.
        roles: the roles that the target file names; a contract with equal operationIds needs none.
        places: where the target file says that a field stands, in the agency's own words, where
            the name of its member alone would say too much.
        prescribed: whether a norm gives a name, which then is nobody's to change.
    """

    own: Mapping[str, Any]
    member: Renaming
    segment: Renaming
    operation: Renaming = str
    annotated: bool = True
    roles: tuple[str, ...] = field(default=())
    places: Mapping[str, Sequence[str]] = field(default_factory=dict)
    prescribed: Callable[[str], bool] = lambda _name: False

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The agency's own names of members and parameters, and what they are here."""
        own = {name for name in set(_names(self.own)) - _KEPT if not self.prescribed(name)}
        return {name: self.member(name) for name in sorted(own)}

    @cached_property
    def own_names(self) -> Mapping[str, str]:
        """The names here, and the agency's own."""
        return {renamed: name for name, renamed in self.names.items()}

    @cached_property
    def paths(self) -> Mapping[str, str]:
        """The agency's own path templates, and what they are here."""
        return {path: self._path(path) for path in self.own["paths"]}

    # --- the contract ----------------------------------------------------------------------------

    def described(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Return a contract in this dialect."""
        made: dict[str, Any] = self._node(document)
        return {**made, "paths": {self.paths[path]: item for path, item in made["paths"].items()}}

    def _path(self, template: str) -> str:
        parts = template.split("/")
        return "/".join(
            _VARIABLE.sub(lambda found: "{" + self.names[found[1]] + "}", part)
            if _VARIABLE.search(part)
            else self.segment(part)
            for part in parts
        )

    def _node(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self._node(part) for part in node]
        if not isinstance(node, Mapping):
            return node
        return {
            key: self._entry(key, value, node)
            for key, value in node.items()
            if self.annotated or not _annotates(key, value)
        }

    def _entry(self, key: str, value: Any, node: Mapping[str, Any]) -> Any:
        if key == "properties":
            return {self._named(name): self._node(schema) for name, schema in value.items()}
        if key == "required" and isinstance(value, list):
            return [self._named(name) for name in value]
        if key in {"example", "value"}:
            return self.outward(value)
        if key == "operationId":
            return self.operation(value)
        if key == "name" and node.get("in") in {"path", "query"}:
            return self._named(value)
        return self._list(value) if key == "x-vnda-list" else self._node(value)

    def _list(self, declared: Mapping[str, Any]) -> dict[str, Any]:
        """Return the declaration of a list with its pointers and parameters renamed."""

        def entry(key: str, value: Any) -> Any:
            if key in {"filters", "keys"}:
                rename = self._named if key == "filters" else str
                return {rename(name): entry("at", at) for name, at in value.items()}
            if isinstance(value, Mapping):
                return self._list(value)
            return self._named(value) if key in _NAMES_OF_PARAMETERS else self.pointer(value)

        return {key: entry(key, value) for key, value in declared.items()}

    # --- the target file -------------------------------------------------------------------------

    def targeted(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Return a target file that speaks of this dialect's names."""
        operations = document["operations"]
        made = {
            **document,
            "identities": {n: self._identity(i) for n, i in document["identities"].items()},
            "examples": {
                self.operation(name): {self._named(n): self._example(v) for n, v in values.items()}
                for name, values in document["examples"].items()
            },
            "operations": {
                kind: [self.operation(name) for name in names] for kind, names in operations.items()
            },
        }
        return made if self.annotated else made | self._said_otherwise(document.get("fields", {}))

    def _identity(self, identity: Mapping[str, Any]) -> dict[str, Any]:
        login = identity.get("login")
        if login is None:
            return dict(identity)
        path = self.paths.get(login["path"], login["path"])
        return {"login": {**login, "path": path, "body": self.outward(login["body"])}}

    def _example(self, value: Any) -> Any:
        if isinstance(value, Mapping) and "from" in value:
            return {"from": self.operation(value["from"]), "take": self.pointer(value["take"])}
        return self.outward(value)

    def _said_otherwise(self, known: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the annotations of the contract say, as a target file says it.

        Args:
            known: the fields that the target file names anyway, such as those that are not there.
        """
        roles: dict[str, str] = {}
        lists: dict[str, Any] = {}
        for operation in _operations(self.own):
            name = self.operation(operation["operationId"])
            if operation.get("x-vnda-role") in self.roles:
                roles[operation["x-vnda-role"]] = name
            if "x-vnda-list" in operation:
                lists[name] = self._list(operation["x-vnda-list"])
        fields: dict[str, set[str]] = {}
        for name, member, inside in _fields(self.own, self.own):
            fields.setdefault(name, set()).add(f"/**/{self._named(member)}{inside}")
        fields |= {n: {self.pointer(at) for at in places} for n, places in self.places.items()}
        made: dict[str, Any] = {"roles": roles} if roles else {}
        said = {**known, **{name: sorted(at) for name, at in fields.items()}}
        return {**made, "fields": said, "lists": lists}

    # --- values ----------------------------------------------------------------------------------

    def outward(self, value: Any) -> Any:
        """Return a value with its members in this dialect."""
        return _renamed(value, self._named)

    def inward(self, value: Any) -> Any:
        """Return a value with its members as the agency names them."""
        return _renamed(value, self._meant)

    def pointer(self, pointer: str) -> str:
        """Return a JSON pointer in this dialect; any other text as it is."""
        return "/".join(self._named(part) for part in pointer.split("/"))

    def _named(self, name: str) -> str:
        return self.names.get(name, name)

    def _meant(self, name: str) -> str:
        # What the agency knows under its own name is not known under that one here.
        return self.own_names.get(name) or (f"~{name}" if name in self.names else name)

    # --- calls and answers -----------------------------------------------------------------------

    def call(self, call: Call) -> Call:
        """Return a call as the agency behind the dialect understands it."""
        return replace(
            call,
            path=self._own_path(call.path),
            query=tuple((self._meant(name), value) for name, value in call.query),
            body=self._own_body(call),
        )

    def answer(self, made: Answer) -> Answer:
        """Return an answer in this dialect."""
        fields = tuple(
            (name, self._location(value) if name.lower() == "location" else value)
            for name, value in made.headers
        )
        return replace(made, headers=fields, body=_rewritten(made.body, self._told))

    def _told(self, value: Any) -> Any:
        told = self.outward(value)
        if isinstance(told, dict) and isinstance(told.get("errors"), list):
            errors = [{**e, "pointer": self.pointer(e["pointer"])} for e in told["errors"]]
            return {**told, "errors": errors}
        return told

    def _own_body(self, call: Call) -> bytes | None:
        if not call.body:
            return call.body
        if (call.first("content-type") or "").lower().startswith(_FORM):
            pairs = (part.partition(b"=") for part in call.body.split(b"&"))
            return b"&".join(self._own_name(name) + sign + value for name, sign, value in pairs)
        return _rewritten(call.body, self.inward)

    def _own_name(self, name: bytes) -> bytes:
        return quote_plus(self._meant(unquote_plus(name.decode("latin-1")))).encode()

    def _own_path(self, path: str) -> str:
        for own, renamed in self.paths.items():
            found = _pattern(renamed).fullmatch(path)
            if found:
                return _filled(own, found.groups())
        is_own = any(_pattern(own).fullmatch(path) for own in self.paths)
        return f"/~{path}" if is_own else path

    def _location(self, value: str) -> str:
        for own, renamed in self.paths.items():
            found = re.search(_pattern(own).pattern + "$", value)
            if found:
                return value[: found.start()] + _filled(renamed, found.groups())
        return value


def _renamed(value: Any, rename: Renaming) -> Any:
    if isinstance(value, Mapping):
        return {rename(name): _renamed(part, rename) for name, part in value.items()}
    return [_renamed(part, rename) for part in value] if isinstance(value, list) else value


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("([^/]+)".join(re.escape(part) for part in _VARIABLE.split(template)[::2]))


def _filled(template: str, values: Iterable[str]) -> str:
    remaining = iter(values)
    return _VARIABLE.sub(lambda _: next(remaining), template)


# The formats by which a contract tells where fields stand that checks ask for.
_OF_FIELDS = ("vn-personal-id", "vn-tax-code")


# What packets carry is named by their norm (QCVN 120:2019/BTTTT): whoever has packets in a contract
# copies their schemas, and the names of their fields with them.
_PACKET_FIELDS = "packet."


def of_packets(name: str) -> bool:
    """Whether a member is one of the packets, whose names begin with a capital."""
    return name[:1].isupper()


def _annotates(key: str, value: Any) -> bool:
    """Whether an entry of a contract says something beyond OpenAPI."""
    if key == "x-vnda-field" and str(value).startswith(_PACKET_FIELDS):
        return False
    return (key == "format" and value in _OF_FIELDS) or key.startswith("x-vnda-")


def _parts(node: Any) -> Iterator[Any]:
    if isinstance(node, Mapping):
        yield from node.values()
    elif isinstance(node, list):
        yield from node


def _names(node: Any) -> Iterator[str]:
    """Yield every name of a member or parameter in a contract."""
    if isinstance(node, Mapping):
        yield from _members(node)
        if node.get("in") in {"path", "query"}:
            yield node["name"]
    for part in _parts(node):
        yield from _names(part)


def _members(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the members of a schema; nothing where a member itself is called `properties`."""
    found = node.get("properties", {})
    return found if all(isinstance(part, Mapping) for part in found.values()) else {}


def _operations(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for item in document["paths"].values():
        yield from (part for part in _parts(item) if "operationId" in part)


def _fields(node: Any, document: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield every annotated field of the schemas with the member that holds it.

    The third part leads from the member to the field: `/*` where it is each element of a list.
    """
    members = _members(node) if isinstance(node, Mapping) else {}
    for member, schema in members.items():
        items = schema.get("items")
        for said, inside in ((schema, ""), (items if isinstance(items, Mapping) else {}, "/*")):
            name = said.get("$ref", "").rpartition("/")[2]
            for told in (said, document["components"]["schemas"].get(name, {})):
                if _annotates("x-vnda-field", told.get("x-vnda-field", _PACKET_FIELDS)):
                    yield told["x-vnda-field"], member, inside
                if _annotates("format", told.get("format")):
                    yield told["format"].removeprefix("vn-").replace("-", "_"), member, inside
    for part in _parts(node):
        yield from _fields(part, document)


def _rewritten(body: bytes, change: Callable[[Any], Any]) -> bytes:
    """Return a JSON body changed; any other body as it is."""
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=_unique)
        return json.dumps(change(value), ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        return body


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # What repeats a name is for the agency to refuse, so it is passed on as it is.
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name is repeated")
    return dict(pairs)


def _words(name: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", name)]


def snake(name: str) -> str:
    """Return a name in snake_case."""
    return "_".join(_words(name)) or name


def pascal(name: str) -> str:
    """Return a name in PascalCase."""
    return "".join(word.capitalize() for word in _words(name)) or name
