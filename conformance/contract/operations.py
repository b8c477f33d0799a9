"""What a contract promises, one operation at a time: how it is called and what it answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from conformance import packets, soap
from conformance.evidence import Exchange
from conformance.listing import Listing
from conformance.text import Text
from conformance.verdict import NotTested, Reason

METHODS = ("get", "head", "options", "post", "put", "patch", "delete", "trace")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# In the place of media types: the response lies behind a reference that cannot be followed. In the
# place of a status: no response can be read.
UNREADABLE = "unreadable"
_NAMES = re.compile(r"\{([^}]*)\}")


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
    by which one of the services behind one path is meant (`x-vnda-services`); of SOAP the member is
    `soap.BODY` or `soap.ACTION`. `xsd` is the text of the XML Schema that bodies of a SOAP
    operation keep (`x-xsd`). `listing` says how
    the operation answers a list. `reserved` says that the target file keeps it for an office, or
    for the owner of what it is about, whatever the contract says of credentials. `kept` says that
    the contract says nothing of credentials, of no operation, and that the target file names who
    calls this one. `certified` says
    that every way of securing it wants a client certificate. `scopes` are those that every way of
    securing it demands of an access token. `deprecated` is what the contract
    says (OpenAPI, Operation Object). `broken` says why the contract does
    not tell how to call it, if that is so.
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
    reserved: bool = False
    kept: bool = False
    ends_session: bool = False
    deprecated: bool = False
    role: str | None = None
    protocol: str | None = None
    discriminator: tuple[str, str] | None = None
    xsd: str = ""
    listing: Listing | None = None
    certified: bool = False
    scopes: frozenset[str] = frozenset()
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
    def guarded(self) -> bool:
        """Whether it is not for everybody, by the contract or by the target file."""
        return self.secured or self.reserved

    @property
    def closed(self) -> bool:
        """Whether to ask if strangers are refused; of one that is only `kept` it is to be seen."""
        return self.secured or self.kept

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
        if self.protocol == soap.PROTOCOL:
            return soap.succeeded(answer)
        return answer.succeeded

    def refused(self, answer: Exchange) -> bool:
        """Whether an answer hands out nothing: by its status, or by its packet where it is one.

        Raises:
            NotTested: the protocol tells refusals in the body, and that was withheld.
        """
        if answer.succeeded and self.protocol == packets.PROTOCOL:
            return packets.hands_out_nothing(packets.of(answer))
        if answer.succeeded and self.protocol == soap.PROTOCOL:
            message = soap.of(answer)
            return message is not None and message.fault is not None
        return not answer.succeeded

    def fits(self, path: str) -> bool:
        """Whether a path, without its query, is one that the operation's template stands for."""
        return bool(_template(self.path).fullmatch(path))

    def in_path(self, path: str) -> Mapping[str, str] | None:
        """Return the texts that stand for the parameters in a path, still percent-encoded.

        None where the path is none that the operation's template stands for.
        """
        found = _template(self.path).fullmatch(path)
        return dict(zip(_NAMES.findall(self.path), found.groups(), strict=True)) if found else None

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


def by_name(operations: Iterable[Operation]) -> Mapping[str, Operation]:
    """Return the operations by operationId and by unit, the first where two share a name."""
    found: dict[str, Operation] = {}
    for operation in operations:
        found.setdefault(operation.id, operation)
        found.setdefault(operation.unit, operation)
    return found


@cache
def _template(path: str) -> re.Pattern[str]:
    # A parameter is one segment (OpenAPI, Path Templating).
    return re.compile("([^/]+)".join(map(re.escape, re.split(r"\{[^}]*\}", path))))
