"""The lists as open data: a catalogue of datasets (DCAT), and files to download."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from functools import partial
from typing import Any

from conformance.sandbox.declared.service import Special
from conformance.sandbox.declared.store import Store
from conformance.sandbox.demonstration import Person
from conformance.sandbox.messages import Call, Refusal, Result
from conformance.sandbox.service import Handler, State

_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
# By the name of the file: the collection, its title, and what it holds.
_FILES = {
    "cap-tinh.csv": ("provinces", "Đơn vị hành chính cấp tỉnh", "34 tỉnh, thành phố hiện nay."),
    "cap-xa.csv": ("communes", "Đơn vị hành chính cấp xã", "3.321 xã, phường, đặc khu hiện nay."),
}
_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
Rules = frozenset[str]


def _catalogue(
    forgotten: Rules,
    _state: State,
    _person: Person | None,
    call: Call,
    _values: Mapping[str, Any],
    _sent: Any,
) -> Result:
    # Without a host: whoever asks chooses the one that a request names.
    base = call.base
    told = {
        "@context": _CONTEXT,
        "@id": f"{base}/catalogue",
        "@type": "dcat:Catalog",
        "dct:title": {"@value": "Danh mục dữ liệu đơn vị hành chính", "@language": "vi"},
        "dcat:dataset": [_dataset(base, name, forgotten) for name in _FILES],
    }
    return Result(200, told, media_type="application/ld+json")


def _dataset(base: str, name: str, forgotten: Rules) -> dict[str, Any]:
    _, title, description = _FILES[name]
    path = "tep" if "catalogue.address" in forgotten else "downloads"
    media_type = "application/json" if "catalogue.type" in forgotten else "text/csv"
    return {
        "@id": f"{base}/catalogue#{name.removesuffix('.csv')}",
        "@type": "dcat:Dataset",
        "dct:title": {"@value": title, "@language": "vi"},
        "dct:description": {"@value": description, "@language": "vi"},
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": "Cơ quan minh họa"},
        "dct:license": {"@id": _LICENCE},
        "dct:modified": {"@value": "2025-07-01", "@type": "xsd:date"},
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dcat:accessURL": {"@id": f"{base}/catalogue"},
                "dcat:downloadURL": {"@id": f"{base}/{path}/{name}"},
                "dcat:mediaType": {
                    "@id": f"https://www.iana.org/assignments/media-types/{media_type}"
                },
            }
        ],
    }


def _download(
    _forgotten: Rules,
    state: State,
    _person: Person | None,
    call: Call,
    _values: Mapping[str, Any],
    _sent: Any,
) -> Result:
    """Return a list as CSV (RFC 4180): CRLF, a header line, quotes where they are needed."""
    known = _FILES.get(call.arguments["tep"])
    if known is None:
        raise Refusal(404, "Không tìm thấy tệp.")
    store: Store = state.store
    records = [record for record in store.held[known[0]].values() if not record.get("hieuLucDen")]
    names = [name for name in records[0] if not isinstance(records[0][name], list)]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names, extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(records)
    told = text.getvalue().encode("utf-8")
    return Result(200, told, media_type="text/csv; charset=utf-8; header=present")


def _special(does: Any) -> Special:
    def made(forgotten: Rules) -> Handler:
        return partial(does, forgotten)

    return made


SPECIAL: Mapping[str, Special] = {
    "getCatalogue": _special(_catalogue),
    "downloadFile": _special(_download),
}
