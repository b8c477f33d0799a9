"""Positions on the ground: WGS 84 in degrees, and VN-2000, which is told from it by its size.

GeoJSON is WGS 84, longitude before latitude (RFC 7946, sections 3.1.1 and 4). Two mistakes are
common here: the pair turned round, and metres of VN-2000 where degrees are due.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from typing import Literal

Kind = Literal["inside", "elsewhere", "swapped", "projected", "nowhere"]
# What VN-2000 gives within a zone of three or six degrees: an easting around 500,000 m and a
# northing from the equator.
_EASTING, _NORTHING = (200_000.0, 900_000.0), (800_000.0, 2_700_000.0)
_WEST, _SOUTH = 180.0, 90.0


@dataclass(frozen=True)
class Box:
    """A rectangle of degrees: from west to east and from south to north, borders included."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, longitude: float, latitude: float) -> bool:
        """Whether a position lies in it."""
        return is_between(longitude, self.west, self.east) and is_between(
            latitude, self.south, self.north
        )


def is_between(value: float, low: float, high: float) -> bool:
    """Whether a number lies between two others, or is one of them.

    The number stands before each sign: a hidden one is asked, and ends the check, only so.
    """
    return value >= low and value <= high


# Mainland, islands and sea, with room to spare: wide enough that nothing of Viet Nam is outside.
VIET_NAM = Box(102.0, 6.0, 118.0, 24.0)


def kind(first: float, second: float, box: Box = VIET_NAM) -> Kind:
    """Return what a pair of numbers is that should be longitude and latitude.

    Args:
        first: what should be the longitude, in degrees.
        second: what should be the latitude, in degrees.
        box: where positions are expected.

    Returns:
        `inside` the box; `swapped` where it would be inside the other way round; `projected`
        where it is metres as VN-2000 has them; `elsewhere` on the globe; `nowhere` on it.
    """
    if box.holds(first, second):
        return "inside"
    if box.holds(second, first):
        return "swapped"
    if abs(first) <= _WEST and abs(second) <= _SOUTH:
        return "elsewhere"
    metres = _is_projected(first, second) or _is_projected(second, first)
    return "projected" if metres else "nowhere"


@dataclass(frozen=True)
class Zone:
    """A zone of VN-2000: transverse Mercator around a meridian, false easting 500,000 m.

    Attributes:
        meridian: its central meridian, in degrees.
        scale: the scale on that meridian: 0.9999 in zones of three degrees, 0.9996 in those of six.
    """

    meridian: float
    scale: float


FALSE_EASTING = 500_000.0
# Central meridians of EPSG:5896 to 5899 and 9205 to 9218: what provinces take, three degrees wide.
NARROW_ZONES = tuple(
    Zone(meridian, 0.9999)
    for meridian in (
        *(102.0, 103.0, 104.0, 104.5, 104.75, 105.0, 105.5, 105.75, 106.0, 106.25, 106.5, 107.0),
        *(107.25, 107.5, 107.75, 108.0, 108.25, 108.5),
    )
)
# EPSG:3405 and 3406, six degrees wide.
WIDE_ZONES = (Zone(105.0, 0.9996), Zone(111.0, 0.9996))
# The ellipsoid of VN-2000 is that of WGS 84: semi-major axis in metres, square of eccentricity.
_AXIS, _ECCENTRICITY = 6_378_137.0, 0.006_694_379_990_14


def projected(longitude: float, latitude: float, zone: Zone) -> tuple[float, float]:
    """Return easting and northing in a zone, in metres.

    By the first terms of the series (EPSG Guidance Note 7-2, method 9807): within some metres, in
    no more than four degrees from the meridian. Longitude and latitude are those of VN-2000, which
    lie some 200 m from those of WGS 84. To make test data of, not to survey with.
    """
    phi = math.radians(latitude)
    away = math.radians(longitude - zone.meridian) * math.cos(phi)
    across = _AXIS / math.sqrt(1 - _ECCENTRICITY * math.sin(phi) ** 2)
    along = (
        111_132.952_6 * latitude - 16_038.508_7 * math.sin(2 * phi) + 16.832_6 * math.sin(4 * phi)
    )
    flat = _ECCENTRICITY / (1 - _ECCENTRICITY) * math.cos(phi) ** 2
    cubed = (1 - math.tan(phi) ** 2 + flat) * away**3 / 6
    return (
        round(FALSE_EASTING + zone.scale * across * (away + cubed), 2),
        round(zone.scale * (along + across * math.tan(phi) * away**2 / 2), 2),
    )


def _is_projected(easting: float, northing: float) -> bool:
    return _EASTING[0] <= easting <= _EASTING[1] and _NORTHING[0] <= northing <= _NORTHING[1]


def position(random: Random, box: Box = VIET_NAM) -> tuple[float, float]:
    """Return longitude and latitude of a position in a box, in degrees to the decimetre."""
    return (
        round(random.uniform(box.west, box.east), 6),
        round(random.uniform(box.south, box.north), 6),
    )


def missed(random: Random) -> tuple[float, float]:
    """Return a pair that is no position in Viet Nam, in one of the ways that happen."""
    longitude, latitude = position(random)
    return random.choice(
        (
            (latitude, longitude),
            (round(random.uniform(*_EASTING), 2), round(random.uniform(*_NORTHING), 2)),
            (round(random.uniform(*_NORTHING), 2), round(random.uniform(*_EASTING), 2)),
            (0.0, 0.0),  # what an empty field becomes
            (-longitude, latitude),
            (longitude, -latitude),
            (longitude * 1_000_000, latitude * 1_000_000),
        )
    )
