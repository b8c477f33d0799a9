"""Positions on the ground: WGS 84 in degrees, and VN-2000, which is told from it by its size.

GeoJSON is WGS 84, longitude before latitude (RFC 7946, sections 3.1.1 and 4). Two mistakes are
common here: the pair turned round, and metres of VN-2000 where degrees are due.
"""

from __future__ import annotations

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
        return self.west <= longitude <= self.east and self.south <= latitude <= self.north


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
