"""Positions on a map: GeoJSON, and which number of a position comes first."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

from conformance.check import law, require
from conformance.evidence import Exchange
from conformance.formats import geojson
from conformance.formats.positions import VIET_NAM, Box
from conformance.privacy.hidden import Hidden
from conformance.text import Text
from conformance.verdict import NotApplicable, Violation

# West, south, east, north: the country with its islands.
_VIET_NAM: tuple[float, ...] = astuple(VIET_NAM)
_MOST_DEGREES = 180
_MOST = 0.9
_GEOJSON = Text(
    vi="tài liệu GeoJSON đúng RFC 7946, hệ tọa độ WGS 84",
    en="a GeoJSON document as RFC 7946 has it, in WGS 84",
)
_SWAPPED = Text(vi="vĩ độ đứng trước kinh độ", en="latitude before longitude")
_METRES = Text(vi="không phải độ (mét của VN-2000?)", en="no degrees (metres of VN-2000?)")


@law(catalogue="FMT-023", per="target", on="2xx")
def geojson_is_valid(answer: Exchange) -> None:
    """What is called GeoJSON can be drawn by every map.

    Looks at answers of the type `application/geo+json`, and at JSON that says it is a
    `FeatureCollection` or a `Feature` with a geometry: every object has the members of its type,
    positions are two numbers or more, lines have two positions, rings four and end where they
    begin (RFC 7946, sections 3.1 to 3.3 and 5). Longitudes lie within ±180 degrees, latitudes
    within ±90; under the media type of the RFC no `crs` names another system than WGS 84
    (section 4). Where `Content-Crs` names another one, caller and server agreed on it (section 4;
    OGC 18-058, /req/crs/geojson), and numbers have no bounds. Not judged: the winding of rings,
    which readers are asked not to mind (section 3.1.6), heights, foreign members, and coordinates
    of a document of 2008 that names a system of its own under another media type. An empty array
    of coordinates and a geometry that is null are legal.
    """
    document = _document(answer)
    try:
        geojson.demand_structure(document)
        system = geojson.foreign_system(document)
        claimed = answer.media_type == geojson.MEDIA_TYPE
        require(system is None or not claimed, expected=_GEOJSON, observed=f"crs: {_plain(system)}")
        if system is None and not _agreed(answer):
            geojson.demand_ranges(document)
    except geojson.FlawError as flaw:
        place, what = flaw.place, flaw.what
        said = Text(vi=f"{place}: {what.vi}", en=f"{place}: {what.en}")
        raise Violation(_GEOJSON, said) from None


@law(catalogue="FMT-024", per="target", on="2xx")
def longitude_comes_first(answer: Exchange, *, bbox: tuple[float, ...] = _VIET_NAM) -> None:
    """A place in Viet Nam is found in Viet Nam: longitude stands before latitude.

    Looks at valid GeoJSON. Broken where at least nine tenths of all positions lie outside `bbox`
    (west, south, east, north in degrees) and would lie inside were their two numbers exchanged
    (RFC 7946, section 3.1.1), or are no degrees at all, such as metres of VN-2000. Does not apply
    to positions of which none lies in the box either way: those are of other countries. Nor to a
    document that names a coordinate reference system of its own, or whose `Content-Crs` does: its
    order of axes is not known.
    """
    document = _document(answer)
    try:
        geojson.demand_structure(document)
    except geojson.FlawError:
        raise NotApplicable(Text(vi="không phải GeoJSON đúng", en="no valid GeoJSON")) from None
    if geojson.foreign_system(document) is not None or _agreed(answer):
        raise NotApplicable(
            Text(vi="tài liệu nêu hệ tọa độ riêng", en="the document names a system of its own")
        )
    found = [position for _, position in geojson.positions(document)]
    metres = [p for p in found if max(abs(p[0]), abs(p[1])) > _MOST_DEGREES]
    box = Box(*bbox)
    inside = [p for p in found if box.holds(p[0], p[1])]
    swapped = [p for p in found if box.holds(p[1], p[0]) and not box.holds(p[0], p[1])]
    if not (metres or inside or swapped):
        raise NotApplicable(
            Text(vi="không có vị trí nào thuộc phạm vi bbox", en="no position belongs into the box")
        )
    for kind, what in ((swapped, _SWAPPED), (metres, _METRES)):
        require(
            len(kind) < _MOST * len(found),
            expected=Text(
                vi="kinh độ rồi vĩ độ, tính bằng độ, WGS 84",
                en="longitude, then latitude, in degrees of WGS 84",
            ),
            observed=Text(
                vi=f"{what.vi}: {len(kind)} trong {len(found)} vị trí, như {kind[:1]}",
                en=f"{what.en}: {len(kind)} of {len(found)} positions, such as {kind[:1]}",
            ),
        )


def _document(answer: Exchange) -> Any:
    document = answer.json() if answer.is_json else None
    if document is None or not geojson.is_meant(document, answer.media_type):
        raise NotApplicable(Text(vi="không phải GeoJSON", en="no GeoJSON"))
    return document


def _agreed(answer: Exchange) -> bool:
    """Whether an answer says that its positions are of another system than WGS 84."""
    told = (answer.header("Content-Crs") or "").strip().strip("<>")
    return bool(told) and not geojson.is_wgs_84(told)


def _plain(name: object) -> str:
    return "~" if isinstance(name, Hidden) else str(name)
