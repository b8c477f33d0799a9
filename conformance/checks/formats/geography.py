"""Positions on a map: GeoJSON, and which number of a position comes first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
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
# The geographic systems of VN-2000 and WGS 84, and VN-2000 in its projections, by their numbers in
# the register of EPSG.
_GEOGRAPHIC = frozenset({4755, 4756, 4326, 4979})
_PROJECTED = frozenset({3405, 3406, *range(5896, 5900), *range(9205, 9219)})
_OF_EPSG = range(1024, 32768)
# Systems of the register by their number, and whatever other authorities define.
_ADDRESS = r"https?://(?:www\.)?opengis\.net/def/crs/EPSG/[^/\s<>]+/"
_OTHERS = r"https?://(?!(?:www\.)?opengis\.net/def/crs/EPSG/)[^\s<>]+"
_IN_BRACKETS = re.compile(rf"<(?:{_ADDRESS}(?P<code>[0-9]+)|{_OTHERS})>")
_IN_A_MEMBER = re.compile(
    rf"(?:{_ADDRESS}|urn:(?:x-)?ogc:def:crs:EPSG:[^:\s]*:|\[?EPSG:)(?P<code>[0-9]+)\]?"
    rf"|{_OTHERS}|urn:(?!(?:x-)?ogc:def:crs:EPSG:)\S+|\[?(?!EPSG:)[A-Za-z]+:[A-Za-z0-9]+\]?"
)
_DEGREES, _IN_METRES = Text(vi="độ", en="degrees"), Text(vi="mét", en="metres")
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


@law(catalogue="FMT-025", per="target", on="2xx")
def coordinate_systems_are_named(answer: Exchange) -> None:
    """Whoever names a coordinate reference system names one that can be looked up, and uses it.

    Looks at the header field `Content-Crs`, and at the members `crs` and `coordRefSys` of JSON. The
    field holds a URI in angle brackets (OGC 18-058, /req/crs/ogc-crs-header-value); a
    member a URI, a URN of the OGC, or `EPSG:` with a number. Numbers of EPSG lie between 1024 and
    32767. Where it is VN-2000 or WGS 84, the coordinates are of its kind: degrees in a geographic
    system (EPSG:4756, 4326), metres in a projected one (EPSG:3405, 3406, 5896 to 5899, 9205 to
    9218). The order of axes is not judged, nor are systems of others. Metres under no name at all
    are found by `longitude_comes_first`.
    """
    body = answer.json() if answer.is_json else None
    named = list(_named(answer, body))
    if not named:
        raise NotApplicable(
            Text(vi="không nêu hệ tọa độ", en="no coordinate reference system is named")
        )
    for name, pattern in named:
        found = pattern.fullmatch(name)
        code = int(found["code"]) if found and found["code"] else None
        require(
            found is not None and (code is None or code in _OF_EPSG),
            expected=Text(
                vi="URI của hệ tọa độ, như <http://www.opengis.net/def/crs/EPSG/0/4756>",
                en="the URI of a system, such as <http://www.opengis.net/def/crs/EPSG/0/4756>",
            ),
            observed=name[:100],
        )
        _be_of_its_kind(body, code, answer.media_type)


def _named(answer: Exchange, body: Any) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield each name of a coordinate reference system, with the ways to write it there."""
    for value in answer.header_all("Content-Crs"):
        yield value.strip(), _IN_BRACKETS
    if isinstance(body, Mapping):
        crs = body.get("crs")
        properties = crs.get("properties") if isinstance(crs, Mapping) else None
        told = [properties.get("name") if isinstance(properties, Mapping) else None]
        told.append(body.get("coordRefSys") if geojson.is_meant(body, answer.media_type) else None)
        for name in told:
            if isinstance(name, str):
                yield name, _IN_A_MEMBER


def _be_of_its_kind(body: Any, code: int | None, media_type: str) -> None:
    if code not in _GEOGRAPHIC | _PROJECTED or not geojson.is_meant(body, media_type):
        return
    try:
        geojson.demand_structure(body)
    except geojson.FlawError:
        return
    found = [position for _, position in geojson.positions(body)]
    degrees = [p for p in found if max(abs(p[0]), abs(p[1])) <= _MOST_DEGREES]
    unit = _DEGREES if code in _GEOGRAPHIC else _IN_METRES
    require(
        not found or len(degrees) == (len(found) if code in _GEOGRAPHIC else 0),
        expected=Text(
            vi=f"tọa độ theo EPSG:{code}: {unit.vi}", en=f"coordinates of EPSG:{code}: {unit.en}"
        ),
        observed=f"{found[:1]}",
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
