"""Whether a request, as it goes over the wire, is one that its contract allows.

A generator knows what it meant, not what arrives: `null` in a query is a text like any other, and a
number with a space may be read as a number. So each request is read again from its bytes, by the
schemas of the contract and by none of the generator's code. A request counts as invalid only where
no plausible reading of it is allowed.
"""

from __future__ import annotations

import email
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum
from itertools import islice
from typing import Any, cast
from urllib.parse import parse_qsl, unquote, urlsplit

from conformance import members, nesting
from conformance.contract import Contract, formatted, parts, readings
from conformance.contract.breaches import Breach, json_path
from conformance.contract.operations import Operation
from conformance.contract.parts import Part
from conformance.errors import ContractError
from conformance.evidence import Request, header_values, media_type_of
from conformance.formats import national
from conformance.verdict import NotTested

_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"
_MOST_BREACHES = 50
# Fields that belong to others than the contract, and those that a server may pass over where it
# does not know what they say (RFC 9110, sections 12.5, 13.1 and 14.2; RFC 9111, section 5.2;
# RFC 7240).
_OWNED = frozenset(
    {
        *("accept", "content-type", "authorization"),
        *("accept-charset", "accept-encoding", "accept-language"),
        *("if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since"),
        *("cache-control", "pragma", "prefer", "range", "te"),
    }
)
# What these say is of members and entries: no other reading of a scalar mends it.
_NOT_OF_SCALARS = frozenset(
    {"required", "additionalProperties", "minItems", "maxItems", "minProperties", "maxProperties"}
)
_TESTS = national.every_predicate(asserted_only=True)
_NATIONAL = frozenset(_TESTS)
# Lists of codes, which grow, and whose former codes old data keep: whoever asks with one of those,
# to find what has it, is answered that nothing has.
_LISTED = frozenset({"vn-province-code", "vn-commune-code"})


class Fit(StrEnum):
    """How a request fits its contract."""

    VALID = "valid"
    # Only as a lenient reader takes it: a text in JSON that says a number, or the other way round.
    LENIENT = "lenient"
    INVALID = "invalid"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Held:
    """A request held against its contract.

    Attributes:
        fit: how it fits.
        place: the part that decides: `query limit`, `header X`, `body $.name`; empty where it fits.
        rule: the keyword that is broken, or `missing`, `malformed`, `media type`.
    """

    fit: Fit
    place: str = ""
    rule: str = ""


def held(contract: Contract, operation: Operation, request: Request, base_path: str = "") -> Held:
    """Return how a request fits the operation that it is meant to call.

    What the contract does not mention is passed over: further parameters in query and header are
    forbidden nowhere in OpenAPI. Cookies and credentials are not looked at.

    Args:
        contract: what allows it.
        operation: what it calls.
        request: as it was sent.
        base_path: the path of the base URL, which the contract's paths do not have.
    """
    if not parts.all_read(contract, operation, "parameters", "requestBody"):
        return Held(Fit.UNKNOWN, "contract", "$ref")
    key = _looked_at(contract, operation, request, base_path)
    known = _KNOWN.get(key)
    if known is None:
        known = _held(contract, operation, request, base_path)
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN[key] = known
    return known


# Whoever generates a request holds it, then whoever judges its answer: the latest are remembered.
_MOST_KNOWN = 2048
_KNOWN: dict[tuple[object, ...], Held] = {}


def _looked_at(
    contract: Contract, operation: Operation, request: Request, base_path: str
) -> tuple[object, ...]:
    """Return all that is looked at when a request is held against its operation."""
    places = (part.object for part in parts.parameters(contract, operation))
    names = {str(each.get("name")).lower() for each in places if each.get("in") == "header"}
    headers = [(n.lower(), v) for n, v in request.headers if n.lower() in {*names, "content-type"}]
    body = hashlib.blake2b(request.body, digest_size=16).digest() if request.body else b""
    at = operation.method, operation.path, base_path, request.url
    return contract, *at, tuple(headers), body


def _held(contract: Contract, operation: Operation, request: Request, base_path: str) -> Held:
    found = list(_judged(contract, operation, request, base_path))
    for fit in (Fit.INVALID, Fit.UNKNOWN, Fit.LENIENT):
        for each in found:
            if each.fit is fit:
                return each
    return Held(Fit.VALID)


def of_field(contract: Contract, part: Part, texts: Sequence[str], where: str) -> Held:
    """Return how the values of a header field fit what describes it.

    Args:
        contract: what describes it.
        part: the parameter or header that does.
        texts: the values, one for each field of the name.
        where: what it is called in what is told.
    """
    return _parameter(contract, part, texts, where)


def headers(contract: Contract, operation: Operation, status: int) -> list[tuple[str, Part]]:
    """Return what a contract says of the header fields of an answer, by their names."""
    documented = dict(parts.responses(contract, operation))
    for key in (str(status), f"{status // 100}XX", "default"):
        if key in documented:
            described = documented[key].child("headers")
            return [(name, parts.followed(contract, part)) for name, part in described.children()]
    return []


def _judged(
    contract: Contract, operation: Operation, request: Request, base_path: str
) -> Iterator[Held]:
    sent = _Sent(operation, request, base_path)
    for part in parts.parameters(contract, operation):
        place, name = str(part.object.get("in")), str(part.object.get("name"))
        if place == "cookie" or (place == "header" and name.lower() in _OWNED):
            continue
        where = f"{place} {name}"
        texts = sent.texts(place, name)
        if texts is None:
            yield Held(Fit.UNKNOWN, where, "style")
        elif texts or place == "path":
            yield _parameter(contract, part, texts, where)
        elif part.object.get("required") is True:
            yield Held(Fit.INVALID, where, "missing")
    yield _body(contract, operation, request)


@dataclass(frozen=True)
class _Sent:
    """The texts of a request, by the parameter that they are the value of."""

    operation: Operation
    request: Request
    base_path: str

    def texts(self, place: str, name: str) -> list[str] | None:
        """Return the values of a parameter, in order; None where they cannot be told apart."""
        if place == "header":
            return header_values(self.request.headers, name)
        address = urlsplit(self.request.url)
        if place == "query":
            pairs = parse_qsl(address.query, keep_blank_values=True)
            if any(key.startswith(f"{name}[") for key, _ in pairs):
                return None  # `deepObject`, or a convention of somebody's
            return [value for key, value in pairs if key == name]
        if place == "path":
            texts = self.operation.in_path(address.path.removeprefix(self.base_path)) or {}
            return [unquote(texts[name])] if name in texts else None
        return None


# --- parameters ----------------------------------------------------------------------------------


def _parameter(contract: Contract, part: Part, texts: Sequence[str], where: str) -> Held:
    media = next(iter(parts.media_types(part)), None)
    schema = part.child("schema") if media is None else media[1].child("schema")
    if schema.node is None:
        return Held(Fit.VALID)
    if media is not None and not parts.is_json(media[0]):
        return Held(Fit.UNKNOWN, where, "content")
    if part.object.get("style") in {"label", "matrix", "deepObject"}:
        return Held(Fit.UNKNOWN, where, "style")
    if "" in texts and part.object.get("allowEmptyValue") is True:
        return Held(Fit.VALID)
    optional = part.object.get("in") in {"query", "header"} and not part.object.get("required")
    if media is not None:
        held = _any_fits(contract, schema, readings.documents(texts), where)
    else:
        held = _any_fits(contract, schema, readings.of_texts(contract, schema, texts), where)
    # Forms send what nobody filled in: most readers take it for nothing at all.
    nothing = optional and {t.strip().lower() for t in texts} <= readings.NOTHING
    choice = held.rule == "enum" and _is_choice(contract, schema, texts)
    if held.fit is Fit.INVALID and (nothing or choice):
        return Held(Fit.LENIENT, where, "empty" if nothing else "enum")
    return held


def _is_choice(contract: Contract, schema: Part, texts: Iterable[str]) -> bool:
    """Whether a text is a choice of a list in other capitals, as some readers take it."""
    choices = contract.followed(schema.node).get("enum")
    known = (
        {c.casefold() for c in choices if isinstance(c, str)} if isinstance(choices, list) else {}
    )
    return any(text.strip().casefold() in known for text in texts)


def _any_fits(contract: Contract, schema: Part, values: Iterable[Any], where: str) -> Held:
    """Return the best that any reading of a value comes to."""
    rule = "malformed"
    for value in values:
        try:
            breaches = _breaches(contract, schema, value)
        except (ContractError, ArithmeticError):
            return Held(Fit.UNKNOWN, where, "schema")
        if not breaches:
            return Held(Fit.VALID)
        if all(breach.rule == "format" and breach.wanted in _LISTED for breach in breaches):
            return Held(Fit.UNKNOWN, where, "format")
        # The other readings of a text are of another type as a rule, which says nothing of it.
        rule = rule if rule not in {"malformed", "type"} else breaches[0].rule
    return Held(Fit.INVALID, where, rule)


# --- bodies --------------------------------------------------------------------------------------


def _body(contract: Contract, operation: Operation, request: Request) -> Held:
    described = parts.request_body(contract, operation)
    if described.node is None:
        return Held(Fit.VALID)
    if not request.body:
        required = described.object.get("required") is True
        return Held(Fit.INVALID, "body", "missing") if required else Held(Fit.VALID)
    sent = media_type_of(request.headers)
    media = _media(described, sent)
    if media is None:
        # Without a word of its type a body may be sniffed (RFC 9110, section 8.3).
        return Held(Fit.INVALID if sent else Fit.UNKNOWN, "header Content-Type", "media type")
    schema = media.child("schema")
    held = Held(Fit.UNKNOWN, "body", "media type")
    if parts.is_json(sent):
        held = _json_body(contract, schema, request.body)
        optional = described.object.get("required") is not True
        if held.fit is Fit.INVALID and optional and request.body.strip() == b"null":
            # Most readers take it for the body that need not be there.
            return Held(Fit.UNKNOWN, "body", "empty")
    elif sent == _FORM and schema.node is not None:
        held = _form_body(contract, schema, request.body)
    elif sent == _MULTIPART and schema.node is not None:
        said = next(iter(header_values(request.headers, "Content-Type")), "")
        held = _multipart_body(contract, schema, said, request.body)
    return held


def _media(described: Part, sent: str) -> Part | None:
    listed = dict(parts.media_types(described))
    for name in (sent, f"{sent.partition('/')[0]}/*", "*/*"):
        if name in listed:
            return listed[name]
    return None


def _json_body(contract: Contract, schema: Part, body: bytes) -> Held:
    if body.startswith(b"\xef\xbb\xbf"):
        return Held(Fit.UNKNOWN, "body", "malformed")  # a reader may ignore it (RFC 8259, 8.1)
    try:
        text = body.decode("utf-8")
        values = [readings.parsed(text), readings.parsed(text, first=True)]
    except nesting.TooDeepError:
        return Held(Fit.UNKNOWN, "body", "depth")
    except ValueError:
        return Held(Fit.INVALID, "body", "malformed")
    # As a rule both are the same.
    distinct = values[:1] if values[0] == values[1] else values
    found = [_against(contract, schema, value) for value in distinct]
    if len({each.fit for each in found}) > 1:
        # Two members of one name: which of them counts is left open (RFC 8259, section 4).
        return Held(Fit.UNKNOWN, "body", "duplicate")
    return found[0]


def _against(contract: Contract, schema: Part, value: Any) -> Held:
    if schema.node is None:
        return Held(Fit.VALID)
    try:
        breaches = _breaches(contract, schema, value)
        if not breaches:
            return Held(Fit.VALID)
        kept = _without_null(value, breaches)
        if kept is not value and not _breaches(contract, schema, kept):
            # Most binders take null for a member that is not there.
            return Held(Fit.UNKNOWN, f"body {breaches[0].path}", "null")
        lenient = _fits_leniently(contract, schema, value, breaches)
    except (ContractError, ArithmeticError):
        return Held(Fit.UNKNOWN, "body", "schema")
    fit = Fit.LENIENT if lenient else Fit.INVALID
    return Held(fit, f"body {breaches[0].path}", breaches[0].rule)


def _breaches(contract: Contract, schema: Part, value: Any) -> list[Breach]:
    found = contract.breaches(schema.pointer, value, _MOST_BREACHES, spared=("readOnly",))
    # Who documents alternatives that overlap means that either may be sent.
    found = [breach for breach in found if not breach.several]
    return found or list(_misshapen(contract, schema, value))


def _misshapen(contract: Contract, schema: Part, value: Any) -> Iterator[Breach]:
    """Yield what is not of a national format that its schema names.

    Formats are annotations by default (JSON Schema Validation, section 7.2.1), and no library knows
    these; a contract that names one means it.
    """
    try:
        for pointer, each, name in formatted.values(contract, _NATIONAL, value, schema.pointer):
            if not _TESTS[name](each):
                yield Breach("$" + pointer.rstrip("/").replace("/", "."), "format", name)
    except NotTested:
        return


def _without_null(value: Any, breaches: Sequence[Breach]) -> Any:
    """Return a body without the members that are null where it does not fit; itself if none is."""
    paths = tuple(breach.path for breach in breaches)
    for place in islice(_places(value), readings.MOST):
        named = place and isinstance(place[-1], str) and json_path(place, str).startswith(paths)
        if named and _at(value, place) is None:
            value = members.without(value, place)
    return value


def _fits_leniently(
    contract: Contract, schema: Part, value: Any, breaches: Sequence[Breach]
) -> bool:
    """Whether a body fits once scalars are taken for others that say the same.

    One after the other is taken so where that mends something, until nothing is left to mend.
    """
    if any(breach.rule in _NOT_OF_SCALARS for breach in breaches):
        return False
    broken, paths = len(breaches), tuple(breach.path for breach in breaches)
    concerned = (p for p in _places(value) if json_path(p, str).startswith(paths))
    for place in islice(concerned, readings.MOST):
        for reading in readings.same(_at(value, place)):
            other = members.put(value, place, reading)
            left = len(_breaches(contract, schema, other))
            if left < broken:
                value, broken = other, left
                break
        if not broken:
            return True
    return False


def _places(value: Any) -> Iterator[tuple[Any, ...]]:
    waiting: list[tuple[tuple[Any, ...], Any]] = [((), value)]
    while waiting:
        place, node = waiting.pop()
        if isinstance(node, dict):
            waiting += [((*place, key), part) for key, part in node.items()]
        elif isinstance(node, list):
            waiting += [((*place, number), part) for number, part in enumerate(node)]
        else:
            yield place


def _at(value: Any, place: Sequence[Any]) -> Any:
    for key in place:
        value = value[key]
    return value


def _form_body(contract: Contract, schema: Part, body: bytes) -> Held:
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, strict_parsing=True)
    except ValueError:
        return Held(Fit.UNKNOWN, "body", "malformed")
    return _fields(contract, schema, pairs)


def _multipart_body(contract: Contract, schema: Part, described: str, body: bytes) -> Held:
    """Hold the parts of a form against the members of a schema (RFC 7578); files by their names."""
    head = f"Content-Type: {described}\r\n\r\n".encode("latin-1", "replace")
    message = email.message_from_bytes(head + body)
    if not message.is_multipart() or message.defects:
        return Held(Fit.UNKNOWN, "body", "malformed")
    pairs = []
    for part in cast("list[Message]", message.get_payload()):
        name = part.get_param("name", header="Content-Disposition")
        content = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(content, bytes):
            return Held(Fit.UNKNOWN, "body", "malformed")
        # A file is of whatever octets.
        text = None if part.get_filename() is not None else content.decode("utf-8", "replace")
        pairs.append((name, text))
    return _fields(contract, schema, pairs)


def _fields(contract: Contract, schema: Part, pairs: Sequence[tuple[str, str | None]]) -> Held:
    names = dict.fromkeys(key for key, _ in pairs)
    properties = schema.child("properties")
    required = contract.followed(schema.node).get("required")
    for name in required if isinstance(required, list) else ():
        if name not in names:
            return Held(Fit.INVALID, f"body {name}", "missing")
    for name in names:
        inner = properties.child(name)
        if inner.node is None:
            continue
        texts = [value for key, value in pairs if key == name and value is not None]
        if not texts:
            continue
        found = _any_fits(
            contract, inner, readings.of_texts(contract, inner, texts), f"body {name}"
        )
        if found.fit is not Fit.VALID:
            return found
    return Held(Fit.VALID)
