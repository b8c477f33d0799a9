"""What comes in and what goes out: one call, one answer, one refusal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from conformance.sandbox.contract import Operation

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Call:
    """One request as the agency sees it, its path relative to the agency's base.

    Attributes:
        method: the method as sent; methods are case-sensitive (RFC 9110, section 9.1).
        path: the decoded path below the base.
        query: the query parameters in the order received.
        headers: the fields in the order received, names in lower case.
        body: the bytes of the body; None when it was larger than the agency reads.
        scheme: `http` or `https`.
        http: the edition of HTTP: `1.1` or `2`.
        peer: the common name in the client certificate of the connection; None without one.
        vouched: whether our own authority issued that certificate.
        base: the path prefix under which the agency is served, without a final slash.
        template: the path template of the contract that matches; None for an unknown path.
        operation: the operation asked for; None when path or method are not in the contract.
        arguments: the values of the path template's variables.
        service: the service that the packet in the body names, where one path carries many.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Headers = ()
    body: bytes | None = b""
    scheme: str = "http"
    http: str = "1.1"
    peer: str | None = None
    vouched: bool = True
    base: str = ""
    template: str | None = None
    operation: Operation | None = None
    arguments: Mapping[str, str] = field(default_factory=dict)
    service: str | None = None

    def values_of(self, name: str) -> tuple[str, ...]:
        """Return every value of a field, in the order received."""
        return tuple(value for key, value in self.headers if key == name.lower())

    def first(self, name: str) -> str | None:
        """Return the first value of a field, or None."""
        return next(iter(self.values_of(name)), None)

    @property
    def asks(self) -> str | None:
        """The operationId of the operation asked for."""
        return self.operation.id if self.operation else None


@dataclass(frozen=True)
class Answer:
    """One response: status, fields in order, bytes, and how many seconds it takes to come."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    seconds: float = 0.0

    def has(self, name: str) -> bool:
        """Whether a field of this name is there."""
        return any(key.lower() == name.lower() for key, _ in self.headers)

    def get(self, name: str) -> str | None:
        """Return the first value of a field, or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def without(self, name: str) -> Answer:
        """Return the answer with no field of this name."""
        kept = tuple((key, value) for key, value in self.headers if key.lower() != name.lower())
        return replace(self, headers=kept)

    def plus(self, *fields: tuple[str, str]) -> Answer:
        """Return the answer with further fields at its end."""
        return replace(self, headers=(*self.headers, *fields))

    def with_field(self, name: str, *values: str) -> Answer:
        """Return the answer with exactly these values of a field, one field line each."""
        return self.without(name).plus(*((name, value) for value in values))

    def with_body(self, body: bytes, media_type: str | None = None) -> Answer:
        """Return the answer with another body and, if given, another media type."""
        changed = replace(self, body=body)
        return changed.with_field("Content-Type", media_type) if media_type else changed


@dataclass(frozen=True)
class Result:
    """What an operation came to: a status and a value that still has to be written as JSON.

    `media_type` is that of the value where it is a JSON of its own kind, such as GeoJSON. `xml`
    writes the value for callers who would rather have XML, where the operation offers it.
    """

    status: int
    value: Any
    headers: Headers = ()
    media_type: str | None = None
    xml: Callable[[Any], bytes] | None = None


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a mistake of ours
    """An operation is not carried out; becomes a problem document (RFC 9457).

    Attributes:
        status: the HTTP status.
        detail: what the caller can do about it, in Vietnamese.
        headers: fields that belong to this status, such as Allow.
        errors: places in the request and what is wrong there.
        members: further members of the problem document (RFC 9457, section 3.2).
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        headers: Headers = (),
        errors: tuple[tuple[str, str], ...] = (),
        members: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers
        self.errors = errors
        self.members = members
