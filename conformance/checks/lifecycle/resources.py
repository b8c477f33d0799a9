"""Which operations belong to one resource, and where in an answer it says what was created.

Said by the target file (`examples: {getThing: {id: {from: createThing, take: /id}}}`), by a link
of the contract, by roles (`thing.create`, `thing.read`), or by paths: what is posted to `/things`
is read at `/things/{id}`, and what is put at an address is read there. Nothing else is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urljoin

from conformance import advice, envelopes
from conformance.contract import links
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.listing import at
from conformance.probe.scene import Scene
from conformance.text import Text
from conformance.verdict import NotTested, Reason

_ITEM = re.compile(r"(.*)/\{([^{}/]+)\}")
_NAME = re.compile(r"\{([^}]*)\}")
# A path variable often repeats what it is the id of: `dossierId` of a member `id`.
_USUAL = ("id", "code")
_CREATES = frozenset({"POST", "PUT"})
_REPLACES = ("PUT", "PATCH")
_BODY = "$response.body#"


@dataclass(frozen=True)
class Resource:
    """The operations on one kind of thing.

    Attributes:
        creator: what makes one: POST to a collection, or PUT to an address of the caller's choice.
        reader: what reads one.
        replacer: what replaces one, or changes it.
        remover: what deletes one.
        lister: what lists them.
        take: where in the creator's answer the values of the item's parameters stand, by name, as
            the target file says it.
        linked: the same as a link of the contract says it, as runtime expressions.
    """

    creator: Operation
    reader: Operation | None
    replacer: Operation | None = None
    remover: Operation | None = None
    lister: Operation | None = None
    take: Mapping[str, str] | None = None
    linked: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Place:
    """Where something is that was created.

    Attributes:
        path: the path below the base URL.
        values: the texts of the parameters in it, by name, not percent-encoded.
        sure: whether somebody said so: the answer by Location, the contract, or the target file;
            False where a member is only called like the parameter.
    """

    path: str
    values: Mapping[str, str]
    sure: bool


def of(scene: Scene, creator: Operation) -> Resource | None:
    """Return the resource that an operation creates things of; None where there is none."""
    if creator.method not in _CREATES or creator.reads or creator.discriminator:
        return None
    if creator.method == "PUT":
        same = _at(scene, creator.path)
        reader = same.get("GET")
        return Resource(creator, reader, creator, same.get("DELETE")) if reader else None
    return _said(scene, creator) or _linked(scene, creator) or _below(scene, creator)


def creator_of(scene: Scene, item: Operation) -> Resource | None:
    """Return the resource whose things an operation reads, replaces or deletes, by its creator."""
    taken = [scene.operation(str(value["from"])) for _, value in _references(scene, item) if value]
    beside = [o for o in scene.operations if o.method == "PUT" and o.path == item.path]
    above = _ITEM.fullmatch(item.path)
    parent = above[1] if above else None
    posts = [o for o in scene.operations if o.method == "POST" and o.path == parent]
    for creator in (*taken, *posts, *(o for o in beside if o is not item)):
        found = of(scene, creator) if creator is not None else None
        if found is not None and item in (found.reader, found.replacer, found.remover):
            return found
    return None


def place(scene: Scene, resource: Resource, answer: Exchange) -> Place:
    """Return where that lies which an answer says was created.

    Raises:
        NotTested: the answer does not tell, and nobody said where it stands (no_mapping).
    """
    item = resource.reader or resource.remover
    assert item is not None  # noqa: S101  # a resource has one of them
    if resource.creator.method == "PUT":
        path = _path(scene, answer, answer.request.url)
        return Place(path, _within(resource.creator, path), sure=True)
    above = _within(resource.creator, _path(scene, answer, answer.request.url))
    names = _NAME.findall(item.path)
    # What the target file fixes is what the thing belongs to, never the thing itself.
    fixed = _texts({n: v for n, v in (scene.examples(item) or {}).items() if n in names[:-1]})
    for values, sure in _told(scene, resource, item, answer):
        known = {**fixed, **above, **values}
        if names[-1] in values and all(known.get(name) for name in names):
            filled = {name: known[name] for name in names}
            return Place(_filled(item.path, filled), filled, sure=sure)
    raise untold(resource, item)


def _filled(template: str, values: Mapping[str, str]) -> str:
    return _NAME.sub(lambda match: quote(values[match[1]], safe=""), template)


def _within(operation: Operation, path: str) -> dict[str, str]:
    return {name: unquote(text) for name, text in (operation.in_path(path) or {}).items()}


def untold(resource: Resource, item: Operation) -> NotTested:
    """Return why it is not known which thing was created, and the line that would tell."""
    name = (_NAME.findall(item.path) or ["…"])[-1]
    value = f"{{{advice.scalar(name)}: {{from: {advice.scalar(resource.creator.id)}, take: /…}}}}"
    line = advice.line("examples", item.id, value)
    return NotTested(
        Reason.NO_MAPPING,
        Text(
            vi=f"không rõ {name} của thứ vừa tạo nằm ở đâu trong trả lời của"
            f" {resource.creator.unit}: thêm vào tệp đích {line}",
            en=f"it is not clear where the answer of {resource.creator.unit} holds the {name} of"
            f" what was created: add to the target file {line}",
        ),
    )


def _said(scene: Scene, creator: Operation) -> Resource | None:
    """Return the resource of which the target file says what its creator is."""
    for reader in scene.operations:
        if reader.method != "GET":
            continue
        found = {
            name: str(value.get("take", ""))
            for name, value in _references(scene, reader)
            if scene.operation(str(value["from"])) is creator
        }
        if found:
            return _whole(scene, creator, reader, take=found)
    return None


def _references(scene: Scene, item: Operation) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the parameter by which an item is told from others, where it is another's answer.

    The last variable of a path that ends with one, or any where the other operation has the same
    path; other variables are those of what the item belongs to.
    """
    last = _ITEM.fullmatch(item.path)
    for name, value in (scene.examples(item) or {}).items():
        if isinstance(value, Mapping) and "from" in value:
            source = scene.operation(str(value["from"]))
            same = source is not None and source.path == item.path
            if same or (last and last[2] == name):
                yield name, value


def _linked(scene: Scene, creator: Operation) -> Resource | None:
    for link in links.of(scene.contract, creator):
        reader = scene.operation(link.name)
        if reader is not None and reader.method == "GET" and _NAME.search(reader.path):
            return _whole(scene, creator, reader, linked=link.parameters)
    return None


def _below(scene: Scene, creator: Operation) -> Resource | None:
    base = creator.path.rstrip("/")
    for operation in scene.operations:
        found = _ITEM.fullmatch(operation.path)
        if found and found[1] == base and operation.method in {"GET", "DELETE"}:
            return _whole(scene, creator, operation)
    return _by_role(scene, creator)


def _by_role(scene: Scene, creator: Operation) -> Resource | None:
    roles = {unit: role for role, unit in scene.mapping.roles.items() if unit}
    kind, _, verb = roles.get(creator.unit, "").rpartition(".")
    unit = scene.mapping.roles.get(f"{kind}.read") if kind and verb == "create" else None
    reader = scene.operation(unit) if unit else None
    single = reader is not None and reader.method == "GET" and _ITEM.fullmatch(reader.path)
    return _whole(scene, creator, reader) if reader and single else None


def _whole(
    scene: Scene,
    creator: Operation,
    item: Operation,
    *,
    take: Mapping[str, str] | None = None,
    linked: Mapping[str, Any] | None = None,
) -> Resource:
    same = _at(scene, item.path)
    above = _ITEM.fullmatch(item.path)
    collection = _at(scene, above[1]) if above else {}
    return Resource(
        creator,
        same.get("GET"),
        next((same[method] for method in _REPLACES if method in same), None),
        same.get("DELETE"),
        collection.get("GET"),
        take,
        linked,
    )


def _at(scene: Scene, path: str) -> dict[str, Operation]:
    return {o.method: o for o in scene.operations if o.path == path and not o.discriminator}


def _told(
    scene: Scene, resource: Resource, item: Operation, answer: Exchange
) -> Iterator[tuple[dict[str, str], bool]]:
    """Yield the values that an answer tells, the surest first, and whether they are sure."""
    body = answer.shown_json() if answer.has_body else None
    if resource.take:
        taken = {name: at(body, pointer) for name, pointer in resource.take.items()}
        yield _texts(taken), True
    told = _path(scene, answer, answer.header("Location"))
    yield _within(item, told), True
    if resource.linked:
        yield _texts({n: _evaluated(e, body, answer) for n, e in resource.linked.items()}), True
    yield _texts(_named(item, body, answer)), False


def _named(item: Operation, body: Any, answer: Exchange) -> dict[str, Any]:
    """Return the member called like the path's last variable, or as ids usually are."""
    names = _NAME.findall(item.path)
    content = envelopes.content(body, envelopes.sent_in(answer.request.body))
    known = {_plain(str(name)): value for name, value in content.items()}
    wanted = next((n for n in (_plain(names[-1]), *_USUAL) if n in known), None) if names else None
    return {names[-1]: known[wanted]} if wanted is not None else {}


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def _evaluated(expression: Any, body: Any, answer: Exchange) -> Any:
    """Return the value of a runtime expression (OpenAPI 3.1, Link Object); None for others."""
    text = str(expression)
    if text.startswith(_BODY):
        return at(body, text.removeprefix(_BODY))
    if text.startswith("$response.header."):
        return answer.header(text.removeprefix("$response.header."))
    return None if text.startswith("$") else expression


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    plain = {n: v for n, v in values.items() if isinstance(v, str | int) and v is not True}
    return {name: str(value) for name, value in plain.items() if value not in {"", False}}


def _path(scene: Scene, answer: Exchange, url: str) -> str:
    """Return the path below the base URL of an address; empty where it is another's."""
    whole = urljoin(answer.request.url, url) if url else ""
    base = scene.target.base_url
    return whole.removeprefix(base).partition("?")[0] if whole.startswith(base + "/") else ""
