"""The parcels, with their borders in every coordinate reference system that is spoken.

Codes and areas are made up; the borders were projected once, so that nothing here has to.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
VN_2000, UTM_48 = f"{EPSG}4756", f"{EPSG}3405"
SYSTEMS = (CRS84, VN_2000, UTM_48)
Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Parcel:
    """One parcel.

    Attributes:
        id: its identifier.
        properties: what the register tells of it.
        updated: when that was told last.
        rings: its border by the URI of the coordinate reference system, in that system's order.
    """

    id: str
    properties: Mapping[str, Any]
    updated: datetime
    rings: Mapping[str, Ring]

    def box(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north in degrees."""
        ring = self.rings[CRS84]
        return (
            min(x for x, _ in ring),
            min(y for _, y in ring),
            max(x for x, _ in ring),
            max(y for _, y in ring),
        )


@cache
def parcels() -> tuple[Parcel, ...]:
    """Return all parcels, in the order of the register."""
    return tuple(_read())


def _read() -> Iterator[Parcel]:
    with Path(__file__).with_name("parcels.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            updated = datetime.fromisoformat(row["capNhatLuc"])
            yield Parcel(
                row["id"],
                {
                    "maXa": row["maXa"],
                    "soTo": int(row["soTo"]),
                    "soThua": int(row["soThua"]),
                    "dienTich": float(row["dienTich"]),
                    "mucDich": row["mucDich"],
                    "capNhatLuc": updated,
                },
                updated,
                {
                    CRS84: _ring(row["wgs84"]),
                    VN_2000: _ring(row["vn2000"]),
                    UTM_48: _ring(row["utm48"]),
                },
            )


def _ring(told: str) -> Ring:
    pairs = (point.split() for point in told.split(";"))
    return tuple((float(x), float(y)) for x, y in pairs)
