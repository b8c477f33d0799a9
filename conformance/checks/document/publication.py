"""Where the contract can be had."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance import documents
from conformance.check import check, require
from conformance.contract import Contract
from conformance.contract.operations import METHODS
from conformance.errors import DocumentError
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.text import Text

PLACES = ("/openapi.json", "/openapi.yaml", "/v3/api-docs", "/api-docs", "/swagger.json")


@check(catalogue="DOC-002", per="target", requests=len(PLACES), contract=True)
def contract_is_published(
    probe: Probe, contract: Contract, *, places: tuple[str, ...] = PLACES
) -> None:
    """The system publishes its contract at a customary place, for everybody.

    Asks for the places in turn, without credentials, until one answers with an OpenAPI document;
    that document names every operation of the contract that the system is tested against (OpenAPI
    3.1, OpenAPI Description Structure; RFC 9110, section 9.3.1). A proposal of this programme is
    not the system's own, so only the publication itself is asked for then.
    """
    described = next(_published(probe, places), None)
    require(
        described is not None,
        expected=Text(
            vi=f"tài liệu OpenAPI ở một trong: {', '.join(places)}",
            en=f"an OpenAPI document at one of: {', '.join(places)}",
        ),
        observed=Text(vi="không nơi nào có", en="none of them has one"),
    )
    if contract.proposed or described is None:
        return
    missing = sorted({o.unit for o in contract.operations} - set(_units(described)))
    require(
        not missing,
        expected=Text(
            vi="bản công bố có đủ các thao tác của đặc tả giao diện",
            en="the operations of the contract in what is published",
        ),
        observed=Text(
            vi=f"thiếu {len(missing)}: {', '.join(missing[:10])}",
            en=f"{len(missing)} are missing: {', '.join(missing[:10])}",
        ),
    )


def _published(probe: Probe, places: tuple[str, ...]) -> Iterator[Mapping[str, Any]]:
    for place in places:
        answer = probe.get(place)
        document = _document(answer) if answer.succeeded else None
        if isinstance(document, Mapping) and {"openapi", "swagger"} & set(document):
            yield document


def _document(answer: Exchange) -> Any:
    try:
        return documents.parse(answer.body, place="")
    except DocumentError:
        return None


def _units(document: Mapping[str, Any]) -> Iterator[str]:
    paths = document.get("paths")
    for path, item in paths.items() if isinstance(paths, Mapping) else ():
        for method in item if isinstance(item, Mapping) else ():
            if method in METHODS:
                yield f"{method.upper()} {path}"
