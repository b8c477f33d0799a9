"""GeoJSON: what every map reads, and which number of a position comes first."""

import json
from typing import Any

import pytest

from conformance.checks.formats.geography import geojson_is_valid, longitude_comes_first
from conformance.evidence import Exchange, Request, Response
from conformance.formats import geojson
from conformance.privacy import hidden
from conformance.verdict import NotApplicable, NotTested, Violation

RING = [[107.0, 16.0], [107.0, 16.5], [107.5, 16.5], [107.0, 16.0]]


def feature(kind: str, coordinates: Any, **more: Any) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "geometry": geometry, "properties": None, **more}


def answer(document: Any, media_type: str = geojson.MEDIA_TYPE) -> Exchange:
    headers = (("Content-Type", media_type),)
    body = json.dumps(document).encode()
    response = Response(200, "OK", "1.1", headers, body, 0.0)
    return Exchange("x.1", "", "x", "baseline", 1, None, Request("GET", "/"), response)


GOOD = [
    feature("Point", [107.0, 16.0, 12.5]),
    feature("Point", [], id=1),
    # Clockwise: the RFC asks readers not to refuse it.
    feature("Polygon", [RING]),
    feature("MultiPolygon", [[RING], []]),
    feature("MultiPoint", [[107, 16]], bbox=[107, 16, 107, 16]),
    feature("LineString", [[107, 16], [179.9, 16]], name="foreign"),
    {"type": "Feature", "geometry": None, "properties": {}},
    {"type": "FeatureCollection", "features": []},
    {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [1, 2]}]},
]
BAD = [
    None,
    [],
    {},
    {"type": ["Point"], "coordinates": [1, 2]},
    {"type": "point", "coordinates": [1, 2]},
    {"type": "Point"},
    feature("Point", [107.0]),
    feature("Point", [107.0, True]),
    feature("Point", "107, 16"),
    feature("Point", [[107.0, 16.0]]),
    feature("LineString", [[107.0, 16.0]]),
    feature("Polygon", [RING[:3]]),
    feature("Polygon", [[*RING[:3], [107.5, 16.0]]]),
    feature("Polygon", RING),
    feature("Point", [107.0, 16.0], bbox=[1, 2, 3]),
    feature("Point", [107.0, 16.0], id={}),
    {"type": "Feature", "geometry": None},
    {"type": "Feature", "properties": {}},
    {"type": "FeatureCollection", "features": {}},
    {"type": "FeatureCollection", "features": [{"type": "Point", "coordinates": [1, 2]}]},
    {"type": "GeometryCollection", "geometries": [None]},
    feature("Point", [16.0, 107.0]),
    feature("Point", [1e400, 16.0]),
    {
        **feature("Point", [107.0, 16.0]),
        "crs": {"type": "name", "properties": {"name": "EPSG:3405"}},
    },
]


@pytest.mark.parametrize("document", GOOD, ids=str)
def test_what_the_standard_allows_is_valid(document: Any) -> None:
    geojson_is_valid(answer(document))


@pytest.mark.parametrize("document", BAD[1:], ids=str)
def test_what_the_standard_forbids_is_found(document: Any) -> None:
    with pytest.raises(Violation):
        geojson_is_valid(answer(document))


@pytest.mark.parametrize(
    "document",
    [
        {"type": "Feature", "name": "a feature of a program"},
        {"type": "FeatureCollection", "total": 3},
        {"type": ["Feature"], "geometry": {"type": []}},
        [feature("Point", [1])],
    ],
    ids=str,
)
def test_other_json_is_no_geojson(document: Any) -> None:
    for law in (geojson_is_valid, longitude_comes_first):
        with pytest.raises(NotApplicable):
            law(answer(document, "application/json"))


def test_a_document_of_2008_may_name_its_own_system() -> None:
    document = feature("Point", [562_000.0, 1_820_000.0])
    document["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3405"}}
    geojson_is_valid(answer(document, "application/json"))
    with pytest.raises(Violation, match="3405"):
        geojson_is_valid(answer(document))


def collected(*positions: list[float]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": [feature("Point", p) for p in positions]}


def test_nine_tenths_decide_about_the_order() -> None:
    right, wrong = [107.0, 16.0], [16.0, 107.0]
    longitude_comes_first(answer(collected(*[wrong] * 8, right, right)))
    with pytest.raises(Violation, match="9 of 10"):
        longitude_comes_first(answer(collected(*[wrong] * 9, right)))
    with pytest.raises(Violation, match="metres"):
        longitude_comes_first(answer(collected([562_000.0, 1_820_000.0])))


def test_islands_are_inside_and_other_countries_do_not_count() -> None:
    longitude_comes_first(answer(collected([112.0, 16.5], [114.4, 9.7])))
    with pytest.raises(NotApplicable):
        longitude_comes_first(answer(collected([2.35, 48.85])))
    # With a box of its own a country is told from its mirror image, too.
    with pytest.raises(Violation):
        longitude_comes_first(answer(collected([48.85, 2.35])), bbox=(-5.0, 41.0, 10.0, 52.0))


def test_of_hidden_numbers_the_structure_is_told_and_no_place() -> None:
    def number(mark: str) -> Any:
        token = f"{hidden.REAL}{mark}~"
        return hidden.of(token, {"type": "number", "length": 5})

    point = feature("Point", [number("a"), number("b")])
    geojson.demand_structure(point)
    with pytest.raises(NotTested):
        geojson.demand_ranges(point)
    ring = [[number(mark), number("z")] for mark in "abcd"]
    with pytest.raises(geojson.FlawError):
        geojson.demand_structure(feature("Polygon", [ring]))
