"""OpenAPI contracts: load one, find its operations, hold bodies against its schemas.

OpenAPI 3.0, 3.1 and 3.2 and Swagger 2.0, from a file or from bytes fetched beforehand. What lies
in other documents is bundled in while loading; references are followed inside the document only.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from conformance import documents
from conformance.contract import beside, bundle, swagger
from conformance.contract.breaches import Breach, Validators
from conformance.contract.flaws import Flaw
from conformance.contract.leading import Leading
from conformance.contract.operations import Operation, by_name
from conformance.contract.reading import Reader
from conformance.contract.references import MAX_REFERENCES, References
from conformance.errors import ContractError, DocumentError
from conformance.evidence import canonical, digest
from conformance.text import Text

# Holds the text of the document that a contract takes the place of, so that both travel together.
BEFORE = "x-vnda-before"
_VERSIONS = re.compile(r"3\.[012](?![0-9])")


class Contract:
    """One OpenAPI document, read once and never changed.

    `original` is the document as it came, bundled: it travels with a run, and its digest names the
    contract. `document` says the same as OpenAPI 3. They differ for Swagger 2.0 alone. `flaws` says
    what is wrong with it, as far as operations need it.
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
        self._references = References(self.document)
        self._leading = Leading(self._references)
        self._validators = Validators(self.document, self.version, source)
        self._reader = Reader(self.document, self._references, source)
        self.operations = tuple(self._reader.operations())
        self.flaws = (*unread, *self._reader.flaws)
        self._unread = unread

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Contract) and self._key == other._key

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _key(self) -> tuple[object, ...]:
        # One document read twice is one contract: what was found out about it is known already.
        return self.source, self.digest, self.flaws

    @cached_property
    def _hash(self) -> int:
        # Asked for at every look into what is remembered of a contract.
        return hash((self.source, self.digest))

    @property
    def standard(self) -> str:
        """The specification and version that the document itself names."""
        converted = swagger.is_swagger(self.original)
        return "Swagger 2.0" if converted else f"OpenAPI {self.version}"

    @cached_property
    def digest(self) -> str:
        """The digest of the document as it came, whatever its form, and whatever came before."""
        alone = {name: part for name, part in self.original.items() if name != BEFORE}
        return digest(canonical(alone))

    @cached_property
    def before(self) -> Contract | None:
        """The contract that this one takes the place of, where it is known and can be read."""
        text = self.original.get(BEFORE)
        if not isinstance(text, str):
            return None
        try:
            return load(text.encode("utf-8", "surrogatepass"), f"{self.source}#/{BEFORE}")
        except ContractError:
            return None

    def after(self, before: Contract) -> Contract:
        """Return the same contract, with the one that it takes the place of."""
        old = {name: part for name, part in before.original.items() if name != BEFORE}
        document = {**self.original, BEFORE: json.dumps(old, ensure_ascii=False, default=str)}
        return Contract(document, self.source, self._unread)

    @property
    def security_schemes(self) -> Mapping[str, Mapping[str, Any]]:
        """The security schemes by name, references followed."""
        return self._reader.security_schemes

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
        return self._validators.breaches(pointer, instance, limit, spared=spared, shown=shown)

    def looks_like_a_list(self, operation: Operation) -> bool:
        """Whether a read answers an array, or an object with exactly one.

        A hint for advice, not a fact: which operations are lists is declared.
        """
        if operation.method != "GET":
            return False
        pointers = [p for p in (operation.documented(200) or {}).values() if p is not None]
        return any(self._one_array(self.followed(self.at(pointer))) for pointer in pointers)

    def _one_array(self, schema: Mapping[str, Any]) -> bool:
        properties = schema.get("properties")
        parts = properties.values() if isinstance(properties, Mapping) else ()
        arrays = sum(self.followed(part).get("type") == "array" for part in parts)
        return schema.get("type") == "array" or arrays == 1

    def members(self, schema: Any) -> dict[str, Mapping[str, Any]]:
        """Return the schemas of an object's members by name, those of `allOf` included."""
        found: dict[str, Mapping[str, Any]] = {}
        waiting = [self.followed(schema)]
        for _ in range(MAX_REFERENCES):
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
        return self._references.at(pointer)

    def leads_to(self, schema: Any, wanted: str) -> bool:
        """Whether a schema of this document leads to values of a format; see `Leading.leads`."""
        return self._leading.leads(schema, wanted)

    def followed(self, schema: Any) -> Mapping[str, Any]:
        """Return a schema with the references at its top followed inside the document."""
        return self._references.followed(schema)


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
    if shelf is not None and beside.named(document):
        document = copy.deepcopy(document)
        unread += beside.put_in(document, shelf)
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
    found = Text(vi="không có khoá `openapi`", en="no `openapi` key")
    if version:
        found = Text(vi=f"`openapi: {version}`", en=f"`openapi: {version}`")
    if isinstance(document, Mapping) and "swagger" in document:
        if swagger.is_swagger(document):
            return
        version = document["swagger"]
        found = Text(vi=f"`swagger: {version}`", en=f"`swagger: {version}`")
    raise ContractError(
        Text(
            vi=f"cần OpenAPI 3.0, 3.1, 3.2 hoặc Swagger 2.0, tìm thấy: {found.vi}",
            en=f"wanted OpenAPI 3.0, 3.1, 3.2 or Swagger 2.0, found: {found.en}",
        ),
        mend=_MEND,
        place=source,
    )


_MEND = Text(
    vi="đặt khoá `contract` của tệp đích trỏ tới tài liệu OpenAPI (YAML hoặc JSON)",
    en="let `contract` in the target file name the OpenAPI document (YAML or JSON)",
)


def _list(node: Any) -> list[Any]:
    return node if isinstance(node, list) else []
