"""Maps that show places where they are not, or nothing at all."""

from __future__ import annotations

from conformance.sandbox import bending
from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import Feature
from conformance.sandbox.variations import fault

VALID = "formats.geography.geojson_is_valid"
ORDER = "formats.geography.longitude_comes_first"
NAMED = "formats.geography.coordinate_systems_are_named"
SCHEMA = "contract.answers.body_matches_schema"


@fault(breaks=[VALID], also=[SCHEMA])
def positions_as_texts(agency: Agency) -> Agency:
    """The two numbers of a position are texts."""
    return bending.each_position(agency, lambda found: [str(number) for number in found])


@fault(breaks=[VALID], also=[SCHEMA])
def area_left_open(agency: Agency) -> Agency:
    """The areas of counters are polygons whose rings do not end where they begin."""

    def area(feature: Feature) -> Feature:
        x, y = feature["geometry"]["coordinates"]
        ring = [[x, y], [x + 0.01, y], [x + 0.01, y + 0.01], [x, y + 0.01]]
        return {**feature, "geometry": {"type": "Polygon", "coordinates": [ring]}}

    return bending.each_feature(agency, area)


@fault(breaks=[VALID])
def map_in_another_system(agency: Agency) -> Agency:
    """The map names VN-2000 as its coordinate reference system, which GeoJSON does not have."""
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4756"}}
    return bending.on_map(agency, lambda found: {**found, "crs": crs})


@fault(breaks=[ORDER], also=[VALID, SCHEMA])
def latitude_before_longitude(agency: Agency) -> Agency:
    """Positions are written as people say them: latitude first."""
    return bending.each_position(agency, lambda found: found[::-1])


@fault(breaks=[ORDER], also=[VALID, SCHEMA])
def positions_in_metres(agency: Agency) -> Agency:
    """Positions are the metres of a national projection."""
    return bending.each_position(
        agency, lambda found: [found[0] * 107_000 - 11_000_000, found[1] * 110_600]
    )


@fault(breaks=[NAMED])
def system_named_as_people_do(agency: Agency) -> Agency:
    """The header field says VN-2000, which no program can look up."""
    return _in_system(agency, "VN-2000")


@fault(breaks=[NAMED])
def system_without_brackets(agency: Agency) -> Agency:
    """The header field has a short name in the place of a URI in angle brackets."""
    return _in_system(agency, "EPSG:4756")


@fault(breaks=[NAMED])
def system_that_is_in_no_register(agency: Agency) -> Agency:
    """The number of the coordinate reference system is beyond all that EPSG gives out."""
    return _in_system(agency, "<http://www.opengis.net/def/crs/EPSG/0/482000>")


@fault(breaks=[NAMED])
def degrees_called_metres(agency: Agency) -> Agency:
    """Positions are degrees, and the header field says that they are metres of VN-2000."""
    return _in_system(agency, "<http://www.opengis.net/def/crs/EPSG/0/9214>")


def _in_system(agency: Agency, name: str) -> Agency:
    return agency.bending_answers(
        bending.when_asked(bending.MAP, lambda _call, made: made.plus(("Content-Crs", name)))
    )
