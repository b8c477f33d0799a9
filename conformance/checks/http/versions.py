"""Which version of an interface answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from conformance.check import check, require
from conformance.contract import Contract, parts
from conformance.formats.names import words
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable

# `/v1`, `/v2.1`, the `/r1` of X-Road, a day as `/2024-07-01`.
_SEGMENT = re.compile(r"[vr]\d+([._-]?\d+)*([a-z]+\d*)?|\d{4}-\d{2}(-\d{2})?", re.IGNORECASE)
_MEDIA = re.compile(r"[.;]\s*(v|version=)\d", re.IGNORECASE)
_NAMES = frozenset({"api version", "x api version", "accept version", "version"})


@check(catalogue="IOP-030", per="target", requests=1, contract=True)
def version_is_visible(probe: Probe, contract: Contract) -> None:
    """A caller sees which version of the interface he calls.

    By a segment of the address (`/v1`, in the base address, in `servers` or in every path), by
    the media types (`application/vnd.example.v1+json`), by a parameter (`api-version`), or by the
    field API-Version of an answer to a read. Guidelines differ on the way (API Design Rules of
    the Netherlands: in the address and in a field; Zalando: never in the address); any will do
    (OpenAPI 3.1, Info Object).
    """
    if _in_addresses(contract, probe.target.base_url) or any(_in_contract(contract)):
        return
    operation = probe.first_read()
    if operation is None:
        raise NotApplicable(
            Text(vi="không có thao tác GET để xem", en="there is no GET operation to look at")
        )
    fields = [name for name, _ in probe.baseline(operation).headers]
    require(
        any(words(name) in _NAMES for name in fields),
        expected=Text(
            vi="phiên bản trong địa chỉ, kiểu nội dung, tham số hoặc trường API-Version",
            en="the version in address, media type, a parameter or the field API-Version",
        ),
        observed=Text(vi="không thấy ở đâu", en="seen nowhere"),
    )


def _in_addresses(contract: Contract, base_url: str) -> bool:
    try:
        bases = [urlsplit(base_url).path, *contract.server_paths()]
    except ValueError:
        bases = []
    paths = [operation.path for operation in contract.operations]
    return any(map(_is_versioned, bases)) or all(map(_is_versioned, paths))


def _is_versioned(path: str) -> bool:
    return any(_SEGMENT.fullmatch(segment) for segment in path.split("/"))


def _in_contract(contract: Contract) -> Iterator[bool]:
    for operation in contract.operations:
        for types in (operation.request_types, *operation.responses.values()):
            yield any(_MEDIA.search(media) for media in types)
        for part in parts.parameters(contract, operation):
            named = words(part.object["name"])
            yield part.object.get("in") in {"header", "query"} and named in _NAMES - {"version"}
