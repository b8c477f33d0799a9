"""OpenAPI contracts: load, find operations, validate bodies.

OpenAPI 3.0, 3.1 and 3.2 and Swagger 2.0, from a file or from bytes fetched by the probe. What lies
in other documents is bundled in while loading; references are followed inside the document only.
What is wrong in one operation spoils that operation, never the others.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any
from urllib.parse import quote, unquote

from jsonschema.exceptions import UnknownType
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from conformance import documents, packets
from conformance import listing as lists
from conformance.contract import bundle, schemas, swagger
from conformance.contract.annotations import SERVICES, ends_session, says, services, word
from conformance.errors import ContractError, DocumentError
from conformance.evidence import Exchange, canonical, digest, holds_token
from conformance.listing import Listing
from conformance.text import Text
from conformance.verdict import NotTested, Reason

METHODS = ("get", "head", "options", "post", "put", "patch", "delete", "trace")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# In the place of media types: the response lies behind a reference that cannot be followed. In the
# place of a status: no response can be read.
UNREADABLE = "unreadable"
_URN = "urn:contract"
_MAX_REFERENCES = 50
_PLACES = frozenset({"path", "query", "header", "cookie", "querystring"})
# RFC 9110, section 5.6.2.
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VERSIONS = re.compile(r"3\.[012](?![0-9])")


@dataclass(frozen=True)
class Parameter:
    """One parameter of an operation: name, place (`path`, `query`, `header`, `cookie`)."""

    name: str
    place: str
    required: bool
    schema: Mapping[str, Any]
    example: Any = None


@dataclass(frozen=True)
class Operation:
    """One operation of a contract, with what the target file adds to it.

    `responses` maps a status (`"200"`, `"4XX"`, `"default"`) to the media types it names, each
    with the JSON pointer of its schema or None. `security` lists alternatives; an empty
    alternative means that nothing is needed. `discriminator` is the body member, and its value,
    by which one of the services behind one path is meant (`x-vnda-services`). `listing` says how
    the operation answers a list. `certified` says that every way of securing it wants a client
    certificate. `broken` says why the contract does not tell how to call it, if
    that is so.
    """

    id: str
    method: str
    path: str
    parameters: tuple[Parameter, ...]
    responses: Mapping[str, Mapping[str, str | None]]
    security: tuple[frozenset[str], ...]
    request_types: Mapping[str, Any] = field(default_factory=dict)
    request_required: bool = False
    safe: bool = False
    personal: bool = False
    public: bool = False
    privileged: bool = False
    ends_session: bool = False
    role: str | None = None
    protocol: str | None = None
    discriminator: tuple[str, str] | None = None
    listing: Listing | None = None
    certified: bool = False
    broken: Text | None = None

    @property
    def unit(self) -> str:
        """The name of the operation's unit: `METHOD path`, and `#service` where a body tells."""
        service = f"#{self.discriminator[1]}" if self.discriminator else ""
        return f"{self.method} {self.path}{service}"

    @property
    def secured(self) -> bool:
        """Whether the contract demands credentials, with no anonymous alternative."""
        return bool(self.security) and all(self.security) and not self.public

    @property
    def reads(self) -> bool:
        """Whether the operation is safe: by its method, or declared so (RFC 9110, 9.2.1)."""
        return self.method in SAFE_METHODS or self.safe

    def succeeded(self, answer: Exchange) -> bool:
        """Whether an answer is a success: by its status, and by its packet where it is one.

        Raises:
            NotTested: the protocol tells success in the body, and that was withheld.
        """
        if self.protocol == packets.PROTOCOL:
            return answer.succeeded and packets.is_success(packets.of(answer))
        return answer.succeeded

    def refused(self, answer: Exchange) -> bool:
        """Whether an answer hands out nothing: by its status, or by its packet where it is one.

        Raises:
            NotTested: the protocol tells refusals in the body, and that was withheld.
        """
        if answer.succeeded and self.protocol == packets.PROTOCOL:
            return packets.hands_out_nothing(packets.of(answer))
        return not answer.succeeded

    def fits(self, path: str) -> bool:
        """Whether a path, without its query, is one that the operation's template stands for."""
        return bool(_template(self.path).fullmatch(path))

    def documented(self, status: int) -> Mapping[str, str | None] | None:
        """Return the media types documented for a status: exact, then range, then default."""
        for key in (str(status), f"{status // 100}XX", "default"):
            if key in self.responses:
                return self.responses[key]
        return self.responses.get(UNREADABLE)

    def schema_at(self, status: int, media_type: str) -> str | None:
        """Return the JSON pointer of the schema of a body: the exact type before its ranges."""
        documented: dict[str, str | None] = {}
        for name, pointer in (self.documented(status) or {}).items():
            documented.setdefault(name.partition(";")[0].strip(), pointer)
        for name in (media_type, f"{media_type.partition('/')[0]}/*", "*/*"):
            if name in documented:
                return documented[name]
        return None


def unreadable() -> NotTested:
    """Return the outcome of a check that comes upon a reference that cannot be followed."""
    return NotTested(
        Reason.INCONCLUSIVE,
        Text(
            vi="đặc tả giao diện dẫn tới chỗ không đọc được ($ref)",
            en="the contract leads to a reference that cannot be followed",
        ),
    )


@dataclass(frozen=True)
class Breach:
    """One place where a body breaks its schema; the value itself is not repeated.

    `hidden`: what stands there holds a token of something hidden, so nothing is proven.
    """

    path: str
    rule: str
    wanted: str
    hidden: bool = False


@dataclass(frozen=True)
class Flaw:
    """One place where a contract says nothing that can be used; the rest is judged all the same.

    `operation` is a unit, or a path where no operation can be told; empty for the whole document.
    """

    operation: str
    place: str
    what: Text


class _BrokenError(Exception):
    """An operation cannot be called as the contract means it."""

    def __init__(self, what: Text, place: str) -> None:
        super().__init__(what.en)
        self.what = what
        self.place = place


class Contract:
    """One OpenAPI document, read once and never changed.

    `original` is the document as it came, bundled: it travels with a run, and its digest names the
    contract. `document` says the same as OpenAPI 3. They differ for Swagger 2.0 alone.
    """

    def __init__(
        self, document: Mapping[str, Any], source: str, unread: tuple[Flaw, ...] = ()
    ) -> None:
        self.original = document
        self.document: Mapping[str, Any] = (
            swagger.converted(document, source) if swagger.is_swagger(document) else document
        )
        self.source = source
        self.version = str(self.document.get("openapi", ""))
        self._flaws = list(unread)
        self.operations = tuple(self._operations())

    @cached_property
    def digest(self) -> str:
        """The digest of the document as it came, whatever its form."""
        return digest(canonical(self.original))

    @property
    def flaws(self) -> tuple[Flaw, ...]:
        """What is wrong with the document, as far as operations need it."""
        return tuple(self._flaws)

    @cached_property
    def security_schemes(self) -> Mapping[str, Mapping[str, Any]]:
        """The security schemes by name, references followed."""
        components = self.document.get("components")
        schemes = components.get("securitySchemes") if isinstance(components, Mapping) else None
        found = schemes if isinstance(schemes, Mapping) else {}
        return {name: self._followed(scheme) for name, scheme in found.items()}

    def wants_certificates(self, operation: Operation) -> bool:
        """Whether every way of securing an operation wants a client certificate (`mutualTLS`)."""
        of_clients = {
            name
            for name, scheme in self.security_schemes.items()
            if isinstance(scheme, Mapping) and scheme.get("type") == "mutualTLS"
        }
        return operation.secured and all(way & of_clients for way in operation.security)

    @property
    def proposed(self) -> bool:
        """Whether the contract is a proposal of this programme, not the owner's own."""
        info = self.document.get("info")
        return isinstance(info, Mapping) and info.get("x-norm-status") == "proposed"

    def operation(self, name: str) -> Operation | None:
        """Return the operation with this operationId or `METHOD path`."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> Mapping[str, Operation]:
        return by_name(self.operations)

    def server_paths(self) -> list[str]:
        """Return the path parts of the declared server URLs, for advice on a wrong base URL."""
        servers = _list(self.document.get("servers"))
        urls = [str(s.get("url", "")) for s in servers if isinstance(s, Mapping)]
        return [re.sub(r"^(?:[a-z]+:)?//[^/]*", "", url).rstrip("/") for url in urls]

    def breaches(
        self,
        pointer: str,
        instance: Any,
        limit: int = 5,
        *,
        spared: tuple[str, ...] = ("writeOnly",),
        shown: Callable[[str], str] = str,
    ) -> list[Breach]:
        """Return where an instance breaks the schema at a JSON pointer of the document.

        Numbers of the instance are to be `Decimal`, so that `multipleOf` is exact.

        Args:
            pointer: where the schema stands.
            instance: what is held against it.
            limit: how many breaches are enough.
            spared: the marks of required members that may be missing: in an answer `writeOnly`,
                in a request `readOnly` (OpenAPI 3.0.3, Schema Object).
            shown: how names of members may be told.

        Raises:
            ContractError: the schema cannot be used, as when it leads to a reference that cannot
                be followed.
        """
        found: list[Breach] = []
        try:
            for problem in schemas.problems(self._validator(pointer, spared), instance):
                wanted = _short(problem.validator_value)
                hidden = holds_token(problem.instance)
                path = _json_path(problem.absolute_path, shown)
                found.append(Breach(path, str(problem.validator), wanted, hidden))
                if len(found) == limit:
                    break
        except schemas.UNUSABLE as error:
            raise ContractError(
                Text(
                    vi=f"không dùng được lược đồ ({_told(error)})",
                    en=f"the schema cannot be used ({_told(error)})",
                ),
                place=f"{self.source}#{pointer}",
            ) from error
        return found

    def looks_like_a_list(self, operation: Operation) -> bool:
        """Whether a read answers an array, or an object with exactly one.

        A hint for advice, not a fact: which operations are lists is declared.
        """
        if operation.method != "GET":
            return False
        pointers = [p for p in (operation.documented(200) or {}).values() if p is not None]
        return any(self._one_array(self.followed(self._at(pointer))) for pointer in pointers)

    def _one_array(self, schema: Mapping[str, Any]) -> bool:
        properties = schema.get("properties")
        parts = properties.values() if isinstance(properties, Mapping) else ()
        arrays = sum(self.followed(part).get("type") == "array" for part in parts)
        return schema.get("type") == "array" or arrays == 1

    def members(self, schema: Any) -> dict[str, Mapping[str, Any]]:
        """Return the schemas of an object's members by name, those of `allOf` included."""
        found: dict[str, Mapping[str, Any]] = {}
        waiting = [self.followed(schema)]
        for _ in range(_MAX_REFERENCES):
            if not waiting:
                break
            current = waiting.pop()
            properties = current.get("properties")
            for name, part in (properties if isinstance(properties, Mapping) else {}).items():
                found.setdefault(name, self.followed(part))
            waiting += [self.followed(part) for part in _list(current.get("allOf"))]
        return found

    def at(self, pointer: str) -> Any:
        """Return what stands at a JSON pointer, references not followed."""
        return self._at(pointer)

    def followed(self, schema: Any) -> Mapping[str, Any]:
        """Return a schema with the references at its top followed inside the document."""
        return self._followed(schema)

    # --- reading --------------------------------------------------------------------------------

    @cache  # noqa: B019  # a contract lives as long as the run
    def _validator(self, pointer: str, spared: tuple[str, ...]) -> Any:
        return schemas.validator_class(self.version, spared)(
            {"$ref": f"{_URN}#{quote(pointer)}"},
            registry=self._registry,
            format_checker=schemas.formats(),
        )

    @cached_property
    def _registry(self) -> Registry[Any]:
        resource = DRAFT202012.create_resource(self.document)
        own = self.document.get("$self")
        names = [_URN, own] if isinstance(own, str) and "://" in own else [_URN]
        # Crawled once: every look-up in a registry that is not would crawl the whole document.
        return Registry().with_resources([(name, resource) for name in names]).crawl()

    def _at(self, pointer: str) -> Any:
        node: Any = self.document
        for part in pointer.split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            if isinstance(node, list) and key.isdigit() and int(key) < len(node):
                node = node[int(key)]
            elif isinstance(node, Mapping) and key in node:
                node = node[key]
            else:
                return {}
        return node

    def _followed(self, node: Any) -> Mapping[str, Any]:
        return self._resolved(node, "")[0]

    def _resolved(self, node: Any, pointer: str) -> tuple[Mapping[str, Any], str]:
        """Return what the references at a node's top lead to, and where that stands."""
        for _ in range(_MAX_REFERENCES):
            if not isinstance(node, Mapping):
                return {}, pointer
            reference = node.get("$ref")
            if not isinstance(reference, str):
                return node, pointer
            # OpenAPI 3.2: the document may name itself. A reference is a URI: its fragment is
            # percent-encoded, a pointer is not.
            fragment = reference.removeprefix(str(self.document.get("$self", "")))
            pointer = unquote(fragment[1:]) if fragment.startswith("#/") else ""
            node = self._at(pointer) if pointer else {}
        return {}, pointer

    def _operations(self) -> Iterator[Operation]:
        paths = self.document.get("paths")
        ids: set[str] = set()
        units: set[str] = set()
        for path, item_node in (paths if isinstance(paths, Mapping) else {}).items():
            if path.startswith("x-"):
                continue
            item, base = self._resolved(item_node, f"/paths/{_escape(path)}")
            if not item and item_node != {}:
                self._note(path, f"/paths/{_escape(path)}", _NO_PATH)
            for pointer, node in self._nodes(path, item, base):
                whole = self._read(path, pointer, item, node)
                if whole.unit in units:
                    self._note(whole.unit, pointer, _TWICE)
                    continue
                if whole.id in ids:
                    self._note(whole.unit, f"{pointer}/operationId", _SAME_ID)
                    whole = replace(whole, id=whole.unit)
                ids.add(whole.id)
                units.add(whole.unit)
                yield from self._services(whole, pointer, node) or [whole]

    def _nodes(self, path: str, item: Mapping[str, Any], base: str) -> Iterator[tuple[str, Any]]:
        """Return the operations of a path item, each with its JSON pointer."""
        newer = self.version.startswith("3.2")
        for method in (*METHODS, "query") if newer else METHODS:
            if method in item:
                yield f"{base}/{method}", item[method]
        # Registry of extensions: how documents before 3.2 say the same.
        key = "additionalOperations" if newer else "x-oai-additionalOperations"
        others = item.get(key)
        if others is not None and not isinstance(others, Mapping):
            self._note(path, f"{base}/{key}", _NO_MAP)
            return
        for method, node in (others or {}).items():
            if _TOKEN.fullmatch(method):
                yield f"{base}/{key}/{_escape(method)}", node
            else:
                self._note(path, f"{base}/{key}/{_escape(method)}", _NO_METHOD)

    def _read(self, path: str, base: str, item: Mapping[str, Any], node: Any) -> Operation:
        """Return an operation, or at least its unit and why nothing can be told about it."""
        try:
            return self._operation(path, base, item, node)
        except _BrokenError as error:
            method = _method(base)
            unit = f"{method} {path}"
            self._note(unit, error.place, error.what)
            bare = Operation(
                id=_id(node, unit),
                method=method,
                path=path,
                parameters=(),
                responses={UNREADABLE: {UNREADABLE: None}},
                security=(),
                broken=error.what,
            )
            if not isinstance(node, Mapping):
                return bare
            # It cannot be called, but what else it says holds: a secured one stays open as
            # secured, and the responses it describes are described.
            with contextlib.suppress(_BrokenError):
                bare = replace(bare, security=self._security(node, base, unit))
            return replace(
                bare,
                responses=self._responses(node, base, unit),
                personal=says(node, "x-vnda-personal"),
                privileged=says(node, "x-vnda-privileged"),
                role=word(node, "x-vnda-role"),
                protocol=word(node, "x-vnda-protocol"),
            )

    def _operation(
        self, path: str, base: str, item: Mapping[str, Any], node: Mapping[str, Any]
    ) -> Operation:
        if not isinstance(node, Mapping):
            raise _BrokenError(_NO_MAP, base)
        if not path.startswith("/") or re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", path)):
            raise _BrokenError(_NO_PATH_TEMPLATE, base)
        method = _method(base)
        body = self._request_body(node, f"{base}/requestBody")
        parameters = self._parameters(item, node, base)
        return Operation(
            id=_id(node, f"{method} {path}"),
            method=method,
            path=path,
            parameters=parameters,
            responses=self._responses(node, base, f"{method} {path}"),
            security=self._security(node, base, f"{method} {path}"),
            request_types={name: self._followed(media) for name, media in _content(body).items()},
            request_required=body.get("required") is True,
            # QUERY is safe by its definition; what is not said to be safe in so many words is not.
            safe=node.get("x-safe", method == "QUERY") is True,
            personal=says(node, "x-vnda-personal"),
            privileged=says(node, "x-vnda-privileged"),
            ends_session=ends_session(node, method, path),
            role=word(node, "x-vnda-role"),
            protocol=word(node, "x-vnda-protocol"),
            listing=self._listing(node, parameters, f"{method} {path}"),
        )

    def _listing(
        self, node: Mapping[str, Any], parameters: Iterable[Parameter], unit: str
    ) -> Listing | None:
        if lists.EXTENSION not in node:
            return None
        place = f"{self.source}: {unit}: {lists.EXTENSION}"
        names = [parameter.name for parameter in parameters if parameter.place == "query"]
        return lists.of(node[lists.EXTENSION], names, place=place, error=ContractError)

    def _services(self, whole: Operation, base: str, node: Any) -> list[Operation]:
        """Return an operation for each service that a body names; none as a rule."""
        found = []
        for service in services(node) if isinstance(node, Mapping) and not whole.broken else ():
            place = f"{base}/{SERVICES}/values/{_escape(service.name)}"
            request = {
                "schema": service.entry.get("request", {}),
                "example": service.entry.get("example"),
            }
            answers = {
                status: dict.fromkeys(types, f"{place}/answer")
                if "answer" in service.entry and status[:1] == "2"
                else types
                for status, types in whole.responses.items()
            }
            found.append(
                replace(
                    whole,
                    id=f"{whole.id}#{service.name}",
                    discriminator=(service.member, service.name),
                    safe=says(service.entry, "safe"),
                    personal=says(service.entry, "personal"),
                    role=word(service.entry, "x-vnda-role"),
                    request_types=dict.fromkeys(whole.request_types, request),
                    responses=answers,
                )
            )
        return found

    def _security(
        self, node: Mapping[str, Any], base: str, unit: str
    ) -> tuple[frozenset[str], ...]:
        own = node.get("security")
        security = self.document.get("security") if own is None else own
        if security is None:
            return ()
        if not isinstance(security, list) or not all(isinstance(a, Mapping) for a in security):
            raise _BrokenError(_NO_SECURITY, f"{base}/security" if own is not None else "/security")
        for name in sorted({name for alternative in security for name in alternative}):
            if name not in self.security_schemes:
                self._note(unit, f"{base}/security", _no_scheme(name))
        return tuple(frozenset(alternative) for alternative in security)

    def _request_body(self, node: Mapping[str, Any], pointer: str) -> Mapping[str, Any]:
        entry = node.get("requestBody")
        if entry is None or entry == {}:
            return {}
        body = self._followed(entry)
        types = body.get("content", {} if body else None)
        readable = isinstance(types, Mapping) and isinstance(body.get("required", False), bool)
        if not readable or not all(name.isascii() and name.isprintable() for name in types):
            raise _BrokenError(_no_part("requestBody", entry), pointer)
        return body

    def _parameters(
        self, item: Mapping[str, Any], node: Mapping[str, Any], base: str
    ) -> tuple[Parameter, ...]:
        found: dict[tuple[str, str], Parameter] = {}
        for holder in (item, node):
            entries = holder.get("parameters")
            if entries is not None and not isinstance(entries, list):
                raise _BrokenError(_NO_LIST, f"{base}/parameters")
            for entry in entries or []:
                parameter = self._followed(entry)
                if not parameter and _named_by(base, entry):
                    continue
                name, place = parameter.get("name"), parameter.get("in")
                required = parameter.get("required", place == "path")
                readable = isinstance(name, str) and isinstance(place, str) and place in _PLACES
                if place == "header" and not _TOKEN.fullmatch(str(name)):
                    readable = False
                if not readable or not isinstance(required, bool):
                    raise _BrokenError(_no_part("parameters", entry), f"{base}/parameters")
                # A parameter has a schema, or content of one media type.
                media = self._followed(next(iter(_content(parameter).values()), None))
                schema = self._followed(parameter.get("schema") or media.get("schema") or {})
                found[str(name), str(place)] = Parameter(
                    name=str(name),
                    place=str(place),
                    required=required,
                    schema=schema,
                    example=_sent({**media, **parameter}, schema),
                )
        return tuple(found.values())

    def _responses(
        self, node: Mapping[str, Any], base: str, unit: str
    ) -> dict[str, dict[str, str | None]]:
        result: dict[str, dict[str, str | None]] = {}
        responses = node.get("responses")
        if responses is not None and not isinstance(responses, Mapping):
            self._note(unit, f"{base}/responses", _NO_MAP)
            return {UNREADABLE: {UNREADABLE: None}}
        for status, entry in (responses or {}).items():
            if status.startswith("x-"):
                continue
            response, pointer = self._resolved(entry, f"{base}/responses/{_escape(status)}")
            key = status.upper() if status != "default" else status
            result[key] = self._media_types(response, pointer)
            # An entry without anything still names its status.
            if not response and entry not in ({}, None):
                result[key] = {UNREADABLE: None}
            if UNREADABLE in result[key]:
                self._note(
                    unit,
                    f"{base}/responses/{_escape(status)}",
                    _no_part("responses", entry),
                )
        return result

    def _media_types(self, response: Mapping[str, Any], pointer: str) -> dict[str, str | None]:
        content = response.get("content")
        if content is not None and not isinstance(content, Mapping):
            return {UNREADABLE: None}
        found: dict[str, str | None] = {}
        for name, entry in (content or {}).items():
            # OpenAPI 3.2: a media type may be a reference.
            media, at = self._resolved(entry, f"{pointer}/content/{_escape(name)}")
            if not media and isinstance(entry, Mapping) and "$ref" in entry:
                return {UNREADABLE: None}
            found[name.lower()] = f"{at}/schema" if media.get("schema") else None
        return found

    def _note(self, operation: str, place: str, what: Text) -> None:
        self._flaws.append(Flaw(operation, f"{self.source}#{place}", what))


def load(content: bytes, source: str, shelf: bundle.Shelf | None = None) -> Contract:
    """Return the contract in these bytes (YAML or JSON), bundled with what it refers to.

    Args:
        content: the document.
        source: what names it.
        shelf: where the documents beside it stand; without, references outward stay open.

    Raises:
        ContractError: not YAML or JSON, not an object, neither OpenAPI 3 nor Swagger 2.0, or no
            paths.
    """
    try:
        document = documents.parse(content, place=source)
    except DocumentError as error:
        raise ContractError(
            Text(
                vi=f"không phải đặc tả OpenAPI: {error.what.vi}",
                en=f"not an OpenAPI contract: {error.what.en}",
            ),
            mend=_MEND,
            place=error.place,
        ) from error
    _be_openapi(document, source)
    unread: list[bundle.Unread] = []
    if shelf is not None and bundle.leads_outward(content):
        document, unread = bundle.bundled(document, shelf)
    flaws = tuple(Flaw("", entry.place, entry.why) for entry in unread)
    contract = Contract(document, source, flaws)
    if not contract.operations:
        raise ContractError(
            Text(
                vi="đặc tả giao diện không có thao tác nào dưới `paths`",
                en="the contract has no operation under `paths`",
            ),
            mend=_MEND,
            place=source,
        )
    return contract


def _be_openapi(document: Any, source: str) -> None:
    version = document.get("openapi") if isinstance(document, Mapping) else None
    if isinstance(version, str) and _VERSIONS.match(version):
        return
    found = f"openapi: {version}" if version else "no `openapi` key"
    if isinstance(document, Mapping) and "swagger" in document:
        if swagger.is_swagger(document):
            return
        found = f"swagger: {document['swagger']}"
    raise ContractError(
        Text(
            vi=f"cần OpenAPI 3.0, 3.1, 3.2 hoặc Swagger 2.0, tìm thấy: {found}",
            en=f"wanted OpenAPI 3.0, 3.1, 3.2 or Swagger 2.0, found: {found}",
        ),
        mend=_MEND,
        place=source,
    )


_MEND = Text(
    vi="đặt khoá `contract` của tệp đích trỏ tới tài liệu OpenAPI (YAML hoặc JSON)",
    en="let `contract` in the target file name the OpenAPI document (YAML or JSON)",
)


_NO_PATH = Text(
    vi="đường dẫn này không phải một Path Item, hoặc nằm sau một $ref không đọc được",
    en="the path is no Path Item, or lies behind a reference that cannot be followed",
)
_NO_PATH_TEMPLATE = Text(
    vi="đường dẫn phải bắt đầu bằng / và có đủ cặp dấu ngoặc nhọn",
    en="a path begins with / and closes each brace that it opens",
)
_NO_MAP = Text(vi="ở đây cần một đối tượng", en="an object is wanted here")
_NO_LIST = Text(vi="ở đây cần một danh sách", en="a list is wanted here")
_NO_METHOD = Text(vi="không phải tên phương thức HTTP", en="not the name of an HTTP method")
_NO_SECURITY = Text(
    vi="`security` không phải danh sách các đối tượng: không biết ai được gọi",
    en="`security` is no list of objects: who may call is not known",
)
_TWICE = Text(vi="thao tác này được khai báo hai lần", en="the operation stands twice")
_SAME_ID = Text(
    vi="operationId đã thuộc về một thao tác khác: thao tác này được gọi bằng METHOD /path",
    en="another operation has this operationId: this one goes by METHOD /path",
)


def _no_scheme(name: str) -> Text:
    return Text(
        vi=f"không có securityScheme nào tên {name!r}", en=f"no securityScheme is named {name!r}"
    )


def _no_part(part: str, entry: Any) -> Text:
    reference = entry.get("$ref") if isinstance(entry, Mapping) else None
    if isinstance(reference, str):
        return Text(
            vi=f"`{part}` nằm sau một $ref không đọc được: {_short(reference)}",
            en=f"`{part}` lies behind a $ref that cannot be followed: {_short(reference)}",
        )
    return Text(vi=f"`{part}` không đúng khuôn dạng", en=f"`{part}` does not have its shape")


def by_name(operations: Iterable[Operation]) -> Mapping[str, Operation]:
    """Return the operations by operationId and by unit, the first where two share a name."""
    found: dict[str, Operation] = {}
    for operation in operations:
        found.setdefault(operation.id, operation)
        found.setdefault(operation.unit, operation)
    return found


def _named_by(base: str, entry: Any) -> bool:
    """Whether an unreadable parameter is, by its name, one of the path: the path tells it too."""
    reference = entry.get("$ref") if isinstance(entry, Mapping) else None
    name = str(reference).rpartition("/")[2]
    return isinstance(reference, str) and f"{{{unquote(name)}}}" in base.replace("~1", "/")


def _method(base: str) -> str:
    """Return the method of an operation, which is the last step of its JSON pointer."""
    parent, _, key = base.rpartition("/")
    # Methods that OpenAPI has no field for are spelt as they are sent.
    spelt = parent.endswith("dditionalOperations")
    return key.replace("~1", "/").replace("~0", "~") if spelt else key.upper()


def _id(node: Any, unit: str) -> str:
    value = node.get("operationId") if isinstance(node, Mapping) else None
    return str(value) if isinstance(value, str | int) and value != "" else unit


@cache
def _template(path: str) -> re.Pattern[str]:
    # A parameter is one segment (OpenAPI, Path Templating).
    return re.compile("[^/]+".join(re.escape(part) for part in re.split(r"\{[^}]*\}", path)))


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _content(node: Mapping[str, Any]) -> Mapping[str, Any]:
    content = node.get("content")
    return content if isinstance(content, Mapping) else {}


def _list(node: Any) -> list[Any]:
    return node if isinstance(node, list) else []


def example(node: Any, schema: Mapping[str, Any]) -> Any:
    """Return the example of a parameter or media type: its own, else its schema's; else None."""
    if isinstance(node, Mapping):
        if "example" in node:
            return node["example"]
        examples = node.get("examples")
        for entry in examples.values() if isinstance(examples, Mapping) else ():
            if isinstance(entry, Mapping) and "value" in entry:
                return entry["value"]
    if "example" in schema:
        return schema["example"]
    listed = schema.get("examples")
    return listed[0] if isinstance(listed, list) and listed else None


def _sent(parameter: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    """Return what a parameter is sent as where nobody says: an example, a default, a choice."""
    value = example(parameter, schema)
    if value is None:
        value = schema.get("default")
    if value is None and isinstance(schema.get("enum"), list) and schema["enum"]:
        value = schema["enum"][0]
    return value


def _json_path(parts: Iterable[str | int], shown: Callable[[str], str]) -> str:
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
        return f"type {_short(error.type)}"
    # The text of an unresolvable reference quotes the whole document.
    reference = getattr(error, "ref", None)
    return f"$ref {reference}" if reference else _short(str(error) or type(error).__name__)


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 120 else text[:120] + "…"  # noqa: PLR2004  # one line
