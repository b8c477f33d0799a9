"""Reading the operations of a document: what is wrong in one spoils that one, never the others."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from conformance import listing as lists
from conformance.contract.annotations import SERVICES, XSD, ends_session, says, services, word
from conformance.contract.flaws import (
    NO_LIST,
    NO_MAP,
    NO_METHOD,
    NO_PATH,
    NO_PATH_TEMPLATE,
    NO_SECURITY,
    SAME_ID,
    TWICE,
    BrokenError,
    Flaw,
    no_part,
    no_scheme,
)
from conformance.contract.operations import METHODS, UNREADABLE, Operation, Parameter
from conformance.contract.references import References, escape
from conformance.contract.samples import sent
from conformance.errors import ContractError
from conformance.listing import Listing
from conformance.text import Text

_PLACES = frozenset({"path", "query", "header", "cookie", "querystring"})
# The types of schemes whose list is one of scopes; a scheme that is not there is no type of any.
_WITH_SCOPES = frozenset({"oauth2", "openIdConnect"})
# RFC 9110, section 5.6.2.
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class Reader:
    """Reads one document, noting what is wrong with it.

    Attributes:
        flaws: what is wrong with it, as far as operations need it; whole once they are read.
    """

    def __init__(self, document: Mapping[str, Any], references: References, source: str) -> None:
        self._document = document
        self._references = references
        self._version = str(document.get("openapi", ""))
        self._source = source
        self.flaws: list[Flaw] = []

    @cached_property
    def security_schemes(self) -> Mapping[str, Mapping[str, Any]]:
        """The security schemes by name, references followed."""
        components = self._document.get("components")
        schemes = components.get("securitySchemes") if isinstance(components, Mapping) else None
        found = schemes if isinstance(schemes, Mapping) else {}
        return {name: self._references.followed(scheme) for name, scheme in found.items()}

    def operations(self) -> Iterator[Operation]:
        """Return the operations in the order of the document."""
        paths = self._document.get("paths")
        ids: set[str] = set()
        units: set[str] = set()
        for path, item_node in (paths if isinstance(paths, Mapping) else {}).items():
            if path.startswith("x-"):
                continue
            item, base = self._references.resolved(item_node, f"/paths/{escape(path)}")
            if not item and item_node != {}:
                self._note(path, f"/paths/{escape(path)}", NO_PATH)
            for pointer, node in self._nodes(path, item, base):
                whole = self._read(path, pointer, item, node)
                if whole.unit in units:
                    self._note(whole.unit, pointer, TWICE)
                    continue
                if whole.id in ids:
                    self._note(whole.unit, f"{pointer}/operationId", SAME_ID)
                    whole = replace(whole, id=whole.unit)
                ids.add(whole.id)
                units.add(whole.unit)
                yield from self._services(whole, pointer, node) or [whole]

    def _nodes(self, path: str, item: Mapping[str, Any], base: str) -> Iterator[tuple[str, Any]]:
        """Return the operations of a path item, each with its JSON pointer."""
        newer = self._version.startswith("3.2")
        for method in (*METHODS, "query") if newer else METHODS:
            if method in item:
                yield f"{base}/{method}", item[method]
        # Registry of extensions: how documents before 3.2 say the same.
        key = "additionalOperations" if newer else "x-oai-additionalOperations"
        others = item.get(key)
        if others is not None and not isinstance(others, Mapping):
            self._note(path, f"{base}/{key}", NO_MAP)
            return
        for method, node in (others or {}).items():
            if _TOKEN.fullmatch(method):
                yield f"{base}/{key}/{escape(method)}", node
            else:
                self._note(path, f"{base}/{key}/{escape(method)}", NO_METHOD)

    def _read(self, path: str, base: str, item: Mapping[str, Any], node: Any) -> Operation:
        """Return an operation, or at least its unit and why nothing can be told about it."""
        try:
            return self._operation(path, base, item, node)
        except BrokenError as error:
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
            with contextlib.suppress(BrokenError):
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
            raise BrokenError(NO_MAP, base)
        if not path.startswith("/") or re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", path)):
            raise BrokenError(NO_PATH_TEMPLATE, base)
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
            scopes=self._scopes(node),
            request_types={
                name: self._references.followed(media) for name, media in _content(body).items()
            },
            request_required=body.get("required") is True,
            # QUERY is safe by its definition; what is not said to be safe in so many words is not.
            safe=node.get("x-safe", method == "QUERY") is True,
            personal=says(node, "x-vnda-personal"),
            privileged=says(node, "x-vnda-privileged"),
            ends_session=ends_session(node, method, path),
            deprecated=node.get("deprecated") is True,
            role=word(node, "x-vnda-role"),
            protocol=word(node, "x-vnda-protocol"),
            xsd=word(node, XSD) or "",
            listing=self._listing(node, parameters, f"{method} {path}"),
        )

    def _listing(
        self, node: Mapping[str, Any], parameters: Iterable[Parameter], unit: str
    ) -> Listing | None:
        # HEAD has no content in which entries could be (RFC 9110, section 9.3.2).
        if lists.EXTENSION not in node or unit.startswith("HEAD "):
            return None
        place = f"{self._source}: {unit}: {lists.EXTENSION}"
        names = [parameter.name for parameter in parameters if parameter.place == "query"]
        return lists.of(node[lists.EXTENSION], names, place=place, error=ContractError)

    def _services(self, whole: Operation, base: str, node: Any) -> list[Operation]:
        """Return an operation for each service that a body names; none as a rule."""
        found = []
        for service in services(node) if isinstance(node, Mapping) and not whole.broken else ():
            place = f"{base}/{SERVICES}/values/{escape(service.name)}"
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
                    xsd=word(service.entry, XSD) or whole.xsd,
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
        security = self._document.get("security") if own is None else own
        if security is None:
            return ()
        if not isinstance(security, list) or not all(isinstance(a, Mapping) for a in security):
            raise BrokenError(NO_SECURITY, f"{base}/security" if own is not None else "/security")
        for name in sorted({name for alternative in security for name in alternative}):
            if name not in self.security_schemes:
                self._note(unit, f"{base}/security", no_scheme(name))
        return tuple(frozenset(alternative) for alternative in security)

    def _scopes(self, node: Mapping[str, Any]) -> frozenset[str]:
        """Return the scopes of access tokens that each alternative demands, read after them.

        What stands beside other types of schemes are roles that no token need show (OpenAPI 3.1,
        Security Requirement Object).
        """
        security = node.get("security", self._document.get("security")) or []
        demanded = [
            frozenset(
                str(scope)
                for name, scopes in alternative.items()
                if str(self.security_schemes.get(name, {}).get("type")) in _WITH_SCOPES
                for scope in (scopes if isinstance(scopes, list) else ())
            )
            for alternative in security
        ]
        return frozenset.intersection(*demanded) if demanded else frozenset()

    def _request_body(self, node: Mapping[str, Any], pointer: str) -> Mapping[str, Any]:
        entry = node.get("requestBody")
        if entry is None or entry == {}:
            return {}
        body = self._references.followed(entry)
        types = body.get("content", {} if body else None)
        readable = isinstance(types, Mapping) and isinstance(body.get("required", False), bool)
        if not readable or not all(name.isascii() and name.isprintable() for name in types):
            raise BrokenError(no_part("requestBody", entry), pointer)
        return body

    def _parameters(
        self, item: Mapping[str, Any], node: Mapping[str, Any], base: str
    ) -> tuple[Parameter, ...]:
        found: dict[tuple[str, str], Parameter] = {}
        for holder in (item, node):
            entries = holder.get("parameters")
            if entries is not None and not isinstance(entries, list):
                raise BrokenError(NO_LIST, f"{base}/parameters")
            for entry in entries or []:
                parameter = self._references.followed(entry)
                if not parameter and _named_by(base, entry):
                    continue
                name, place = parameter.get("name"), parameter.get("in")
                required = parameter.get("required", place == "path")
                readable = isinstance(name, str) and isinstance(place, str) and place in _PLACES
                if place == "header" and not _TOKEN.fullmatch(str(name)):
                    readable = False
                if not readable or not isinstance(required, bool):
                    raise BrokenError(no_part("parameters", entry), f"{base}/parameters")
                # A parameter has a schema, or content of one media type.
                media = self._references.followed(next(iter(_content(parameter).values()), None))
                schema = self._references.followed(
                    parameter.get("schema") or media.get("schema") or {}
                )
                found[str(name), str(place)] = Parameter(
                    name=str(name),
                    place=str(place),
                    required=required,
                    schema=schema,
                    example=sent({**media, **parameter}, schema),
                )
        return tuple(found.values())

    def _responses(
        self, node: Mapping[str, Any], base: str, unit: str
    ) -> dict[str, dict[str, str | None]]:
        result: dict[str, dict[str, str | None]] = {}
        responses = node.get("responses")
        if responses is not None and not isinstance(responses, Mapping):
            self._note(unit, f"{base}/responses", NO_MAP)
            return {UNREADABLE: {UNREADABLE: None}}
        for status, entry in (responses or {}).items():
            if status.startswith("x-"):
                continue
            response, pointer = self._references.resolved(
                entry, f"{base}/responses/{escape(status)}"
            )
            key = status.upper() if status != "default" else status
            result[key] = self._media_types(response, pointer)
            # An entry without anything still names its status.
            if not response and entry not in ({}, None):
                result[key] = {UNREADABLE: None}
            if UNREADABLE in result[key]:
                self._note(
                    unit,
                    f"{base}/responses/{escape(status)}",
                    no_part("responses", entry),
                )
        return result

    def _media_types(self, response: Mapping[str, Any], pointer: str) -> dict[str, str | None]:
        content = response.get("content")
        if content is not None and not isinstance(content, Mapping):
            return {UNREADABLE: None}
        found: dict[str, str | None] = {}
        for name, entry in (content or {}).items():
            # OpenAPI 3.2: a media type may be a reference.
            media, at = self._references.resolved(entry, f"{pointer}/content/{escape(name)}")
            if not media and isinstance(entry, Mapping) and "$ref" in entry:
                return {UNREADABLE: None}
            found[name.lower()] = f"{at}/schema" if media.get("schema") else None
        return found

    def _note(self, operation: str, place: str, what: Text) -> None:
        self.flaws.append(Flaw(operation, f"{self._source}#{place}", what))


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


def _content(node: Mapping[str, Any]) -> Mapping[str, Any]:
    content = node.get("content")
    return content if isinstance(content, Mapping) else {}
