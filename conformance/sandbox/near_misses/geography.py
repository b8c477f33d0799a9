"""Maps that look odd and are right."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

from conformance.sandbox import bending
from conformance.sandbox.agency import Agency
from conformance.sandbox.variations import near_miss

VALID = "formats.geography.geojson_is_valid"
ORDER = "formats.geography.longitude_comes_first"
NAMED = "formats.geography.coordinate_systems_are_named"


@near_miss(spares=[VALID, ORDER, NAMED])
def map_with_heights_and_gaps(agency: Agency) -> Agency:
    """Heights, a bounding box, WGS 84 by name, no position yet (RFC 7946, 3.1.1, 3.2, 4 and 5)."""

    def change(found: dict[str, Any]) -> dict[str, Any]:
        unknown = {**found["features"][0], "id": 1, "geometry": None}
        crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
        box = [107.2, 16.2, 107.9, 16.6]
        return {**found, "bbox": box, "crs": crs, "features": [*found["features"], unknown]}

    return bending.on_map(bending.each_position(agency, lambda p: [*p, 12.5]), change)


@near_miss(spares=[VALID, ORDER])
def map_of_another_country(agency: Agency) -> Agency:
    """The counters are those of embassies: no position is in Viet Nam, and none was exchanged."""
    return bending.each_position(agency, lambda found: [found[0] - 105.0, found[1] + 32.0])


@near_miss(spares=[NAMED, VALID, ORDER])
def system_told_in_the_header(agency: Agency) -> Agency:
    """WGS 84 with longitude first is told by its URI, of the OGC (OGC API Features, Part 2)."""
    field = ("Content-Crs", "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>")
    return agency.bending_answers(
        bending.when_asked(bending.MAP, lambda _call, made: made.plus(field))
    )


@near_miss(spares=[NAMED])
def map_of_2008_in_metres(agency: Agency) -> Agency:
    """JSON of before RFC 7946 tells metres of VN-2000 and names the zone by URN (GeoJSON 2008)."""

    def change(found: dict[str, Any]) -> dict[str, Any]:
        crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::9214"}}
        return {**found, "crs": crs}

    document = deepcopy(dict(agency.contract.document))
    response = bending.operation_of(document, bending.MAP)["responses"]["200"]
    response["content"] = {"application/json": {"schema": {"type": "object"}}}
    before = agency.with_(contract=replace(agency.contract, document=document))
    moved = bending.each_position(
        before, lambda p: [(p[0] - 107.0) * 106_900 + 500_000, p[1] * 110_600]
    )
    told = bending.on_map(moved, change)
    return told.bending_answers(
        bending.when_asked(
            bending.MAP,
            lambda _call, made: made.with_field("Content-Type", "application/json"),
        )
    )
