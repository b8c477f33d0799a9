"""Catalogues of open data (DCAT): datasets described, licensed, dated, and there to take."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

from conformance.check import check, require, require_none
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Offender, Reason

# Media types in which a catalogue is had, and what rdflib calls them; the first ones first.
_KINDS = {
    "application/ld+json": "json-ld",
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
}
_DCAT = "http://www.w3.org/ns/dcat#"
_DCT = "http://purl.org/dc/terms/"
_DOWNLOADS = 3
_FIRST_BYTES = ("Range", "bytes=0-65535")


def _tells_in_rdf(_: object, operation: Operation | None) -> bool:
    return operation is not None and _kind(operation) is not None


@check(catalogue="OPN-008", per="operation", requests=1, methods=["GET"], applies=_tells_in_rdf)
def datasets_are_described(probe: Probe, operation: Operation) -> None:
    """Every dataset of a catalogue says what it is, whose it is, and where it can be had.

    Asks for a catalogue in RDF where the contract has one: each `dcat:Dataset` has a title, a
    description, a publisher, and a distribution; each distribution has an address and a media type
    or format (DCAT 3, sections 6.4, 6.6 and 6.8). Contexts that lie elsewhere are not fetched.
    """
    catalogue = _Catalogue(probe, operation)
    missing = [
        _lacking(dataset, name)
        for dataset in catalogue.datasets
        for name, wanted in (
            ("dct:title", f"{_DCT}title"),
            ("dct:description", f"{_DCT}description"),
            ("dct:publisher", f"{_DCT}publisher"),
            ("dcat:distribution", f"{_DCAT}distribution"),
        )
        if not catalogue.values(dataset, wanted)
    ]
    missing += [
        _lacking(place, name)
        for dataset in catalogue.datasets
        for place in catalogue.values(dataset, f"{_DCAT}distribution")
        for name, wanted in (
            ("dcat:accessURL | dcat:downloadURL", (f"{_DCAT}accessURL", f"{_DCAT}downloadURL")),
            ("dcat:mediaType | dct:format", (f"{_DCAT}mediaType", f"{_DCT}format")),
        )
        if not any(catalogue.values(place, one) for one in wanted)
    ]
    require_none(
        missing,
        expected=Text(
            vi="mỗi bộ dữ liệu có tên, mô tả, nơi công bố và địa chỉ tải",
            en="a title, a description, a publisher and an address for each dataset",
        ),
    )


@check(catalogue="OPN-009", per="operation", requests=1, methods=["GET"], applies=_tells_in_rdf)
def datasets_are_licensed_and_dated(probe: Probe, operation: Operation) -> None:
    """Every dataset of a catalogue says what may be done with it, and how old it is.

    A licence, or a statement of rights, stands at the dataset or at each of its distributions;
    so does the day on which it was last changed or issued (DCAT 3, sections 6.4 and 6.8).
    """
    catalogue = _Catalogue(probe, operation)
    missing = [
        _lacking(dataset, name)
        for dataset in catalogue.datasets
        for name, wanted in (
            ("dct:license", ("license", "rights")),
            ("dct:modified", ("modified", "issued")),
        )
        if not catalogue.tells(dataset, tuple(f"{_DCT}{one}" for one in wanted))
    ]
    require_none(
        missing,
        expected=Text(
            vi="mỗi bộ dữ liệu có giấy phép và ngày cập nhật",
            en="a licence and a date for each dataset",
        ),
    )


@check(
    catalogue="OPN-010",
    per="operation",
    requests=1 + _DOWNLOADS,
    methods=["GET"],
    applies=_tells_in_rdf,
)
def downloads_are_there(probe: Probe, operation: Operation) -> None:
    """What a catalogue offers for download is there, and is what it is said to be.

    Asks for the beginning of some `dcat:downloadURL` that lie within the target, as who read the
    catalogue: a success of the media type that it names, not the page of a log-in. Servers may
    overlook `Range`, and lead on to where a file lies (RFC 9110, sections 14.2 and 15.4).
    """
    catalogue = _Catalogue(probe, operation)
    offers = [
        (str(address), catalogue.media_type(place))
        for dataset in catalogue.datasets
        for place in catalogue.values(dataset, f"{_DCAT}distribution")
        for address in catalogue.values(place, f"{_DCAT}downloadURL")
        if probe.placed(catalogue.answer, str(address))
    ]
    if not offers:
        raise NotApplicable(
            Text(
                vi="không có địa chỉ tải nào nằm trong hệ thống được kiểm tra",
                en="no address of a download lies within the target",
            )
        )
    led_on = 0
    for address, wanted in offers[:_DOWNLOADS]:
        answer = probe.read_again(None, address, catalogue.answer, headers=(_FIRST_BYTES,))
        if 300 <= answer.status < 400 or answer.status == 416:
            # Led on to where the file lies, or without a byte of it to send.
            led_on += 1
            continue
        told = answer.media_type
        require(
            answer.succeeded and (not wanted or told == wanted),
            expected=Text(
                vi=f"tải được, đúng kiểu đã nêu {wanted}".rstrip(),
                en=f"to be had, as the catalogue says {wanted}".rstrip(),
            ),
            observed=f"{probe.placed(catalogue.answer, address)}: {answer.status} {told}",
        )
    if led_on == len(offers[:_DOWNLOADS]):
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(vi="mọi địa chỉ tải đều dẫn đi nơi khác", en="every download leads elsewhere"),
        )


def _kind(operation: Operation) -> str | None:
    """Return the media type in which to ask for a catalogue; None where the contract has none."""
    documented = operation.documented(200) or {}
    return next((kind for kind in _KINDS if kind in documented), None)


def _lacking(place: Any, name: str) -> Offender:
    return Offender(str(place), Text(vi=f"thiếu {name}", en=f"no {name}"))


class _Catalogue:
    """A catalogue as a graph, with the answer that it stood in.

    Raises:
        NotTested: it cannot be had or read, or leans on a context that lies elsewhere.
        NotApplicable: it has no dataset.
    """

    def __init__(self, probe: Probe, operation: Operation) -> None:
        kind = _kind(operation) or ""
        self.answer = probe.call(operation, headers=(("Accept", kind),))
        if not operation.succeeded(self.answer):
            raise probe.why_no_success(operation, self.answer)
        self._library = _rdflib()
        self._graph = self._read(self.answer)
        kinds = self._library.RDF.type
        dataset = self._library.URIRef(f"{_DCAT}Dataset")
        self.datasets = sorted(self._graph.subjects(kinds, dataset), key=str)
        if not self.datasets:
            raise NotApplicable(Text(vi="không có dcat:Dataset nào", en="there is no dcat:Dataset"))

    def values(self, subject: Any, predicate: str) -> list[Any]:
        """Return what a subject has at a predicate, in the order of their texts."""
        found = self._graph.objects(subject, self._library.URIRef(predicate))
        return sorted((one for one in found if str(one).strip()), key=str)

    def tells(self, dataset: Any, predicates: tuple[str, ...]) -> bool:
        """Whether a dataset, or each of its distributions, has one of the predicates."""
        places = self.values(dataset, f"{_DCAT}distribution")
        return self._has(dataset, predicates) or bool(
            places and all(self._has(place, predicates) for place in places)
        )

    def media_type(self, place: Any) -> str:
        """Return the media type of a distribution in lower case; empty where it tells none.

        It is the text of one, or its address in the register of IANA.
        """
        told = [str(one) for one in self.values(place, f"{_DCAT}mediaType")]
        parts = told[0].lower().rstrip("/").split("/") if told else []
        return "/".join(parts[-2:]).partition(";")[0].strip() if len(parts) > 1 else ""

    def _has(self, place: Any, predicates: tuple[str, ...]) -> bool:
        return any(self.values(place, one) for one in predicates)

    def _read(self, answer: Exchange) -> Any:
        kind = _KINDS.get(answer.media_type)
        body = answer.body
        if kind is None or body is None:
            raise _unread(answer.media_type or "?")
        if kind == "json-ld":
            if any(_lie_elsewhere(context) for context in _contexts(answer.json())):
                raise _unread("@context")
        elif kind == "xml" and b"<!" in body:
            # No declaration of a type: it could make much of little, or lead elsewhere.
            raise _unread("DOCTYPE")
        graph = self._library.Graph()
        try:
            graph.parse(data=body, format=kind, publicID=answer.request.url)
        except Exception as error:  # noqa: BLE001  # whatever readers of four notations raise
            raise NotTested(
                Reason.INCONCLUSIVE,
                Text(
                    vi=f"không đọc được {answer.media_type} ({type(error).__name__})",
                    en=f"{answer.media_type} could not be read ({type(error).__name__})",
                ),
            ) from None
        return graph


def _contexts(node: Any) -> Iterator[Any]:
    """Yield every context of a JSON-LD document, wherever it stands."""
    if isinstance(node, dict):
        for name, part in node.items():
            if name in {"@context", "@import"}:
                yield part
            yield from _contexts(part)
    elif isinstance(node, list):
        for part in node:
            yield from _contexts(part)


def _lie_elsewhere(context: Any) -> bool:
    if isinstance(context, list):
        return any(_lie_elsewhere(one) for one in context)
    return isinstance(context, str)


def _unread(what: str) -> NotTested:
    return NotTested(
        Reason.INCONCLUSIVE,
        Text(
            vi=f"không đọc danh mục: {what} dẫn ra ngoài hoặc không phải RDF",
            en=f"the catalogue was not read: {what} leads elsewhere, or is no RDF",
        ),
    )


def _rdflib() -> Any:
    try:
        return importlib.import_module("rdflib")
    except ImportError:
        raise NotTested(
            Reason.TOOL_MISSING,
            Text(
                vi="cần thư viện rdflib: pip install 'vnda-conformance[opendata]'",
                en="it takes the library rdflib: pip install 'vnda-conformance[opendata]'",
            ),
        ) from None
