"""Maps that look odd and are right."""

from __future__ import annotations

from typing import Any

from conformance.sandbox import bending
from conformance.sandbox.agency import Agency
from conformance.sandbox.variations import near_miss

VALID = "formats.geography.geojson_is_valid"
ORDER = "formats.geography.longitude_comes_first"


@near_miss(spares=[VALID, ORDER])
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
