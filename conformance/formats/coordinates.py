"""Positions as JSON has them: arrays of numbers, in degrees of WGS 84 or in metres of VN-2000.

A position is no text, so these are formats of arrays, which JSON Schema allows (Validation, section
7.1). `jsonschema` asks a format of any value; `jsonschema_rs` asks one of texts only, and is taught
by its keywords instead (`national.keywords`).

A pair of metres does not say which zone it is of. What is outside of every zone is told; a pair of
a zone less than three degrees away may look right and is not.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from functools import partial
from random import Random
from typing import Any

from conformance.formats import geojson, making, positions
from conformance.formats.format import ArrayFormat
from conformance.formats.positions import FALSE_EASTING, Zone, is_between
from conformance.text import Text

Position = list[Any]
# Up to where eastings of zones of three degrees go: islands belong to the zone of their province
# and lie two degrees away (Bạch Long Vĩ). Those of six degrees end at three degrees.
_NARROW, _WIDE = (250_000.0, 750_000.0), (165_000.0, 835_000.0)
# From the sixth to the twenty-fourth degree of latitude.
_NORTHINGS = (660_000.0, 2_660_000.0)
# Where land is, from Trường Sa to Lũng Cú.
_SOUTH, _NORTH = 8.0, 23.4
_PLACES = (
    (105.8342, 21.0278),  # Hà Nội
    (106.7009, 10.7769),  # Thành phố Hồ Chí Minh
    (105.3240, 23.3635),  # Lũng Cú
    (104.7170, 8.6070),  # Đất Mũi
    (102.1440, 22.4000),  # A Pa Chải
    (109.4640, 12.6480),  # Mũi Đôi
    (103.9840, 10.2290),  # Phú Quốc
    (107.7290, 20.1330),  # Bạch Long Vĩ
    (111.6100, 16.5340),  # Hoàng Sa
    (111.9200, 8.6450),  # Trường Sa
)
_ABROAD = ((100.5018, 13.7563), (103.8198, 1.3521), (116.4074, 39.9042), (2.3522, 48.8566))
# What the Gauss-Krüger zones of HN-72 and UTM have before the easting: the number of the zone.
_ZONE_NUMBERS = (18_000_000, 19_000_000, 48_000_000, 49_000_000)
_SOUTHERN = 10_000_000
_LARGEST = sys.float_info.max


def is_position(value: Position) -> bool:
    """Whether an array is a position in Viet Nam: longitude, latitude, perhaps more, in degrees."""
    return _is_finite(value) and positions.kind(value[0], value[1]) == "inside"


def is_projected(value: Position, eastings: tuple[float, float]) -> bool:
    """Whether an array is easting and northing of VN-2000, perhaps a height, in metres."""
    return (
        _is_finite(value) and is_between(value[0], *eastings) and is_between(value[1], *_NORTHINGS)
    )


def _is_finite(value: Position) -> bool:
    # By comparing: `math.isfinite` would read a hidden number for what it is not.
    return geojson.is_position(value) and all(
        is_between(number, -_LARGEST, _LARGEST) for number in value
    )


def _place(random: Random) -> tuple[float, float]:
    return random.choice((random.choice(_PLACES), positions.position(random)))


def _with_height(pair: Sequence[float], random: Random) -> Position:
    heights: tuple[tuple[float, ...], ...] = ((), (), (0,), (round(random.uniform(-50, 3143), 1),))
    return [*pair, *random.choice(heights)]


def position(random: Random) -> Position:
    """Return a position in Viet Nam, some of them with a height, some in whole degrees."""
    longitude, latitude = _place(random)
    whole = (round(longitude), round(latitude))
    return _with_height(random.choice(((longitude, latitude),) * 9 + (whole,)), random)


def _metres(random: Random, zones: Sequence[Zone], width: float) -> tuple[float, float]:
    """Return easting and northing of a place not farther from its meridian than some degrees."""
    zone = random.choice(zones)
    away, latitude = random.uniform(-width, width), random.uniform(_SOUTH, _NORTH)
    return positions.projected(zone.meridian + away, latitude, zone)


def _projected(random: Random, zones: Sequence[Zone], width: float) -> Position:
    return _with_height(_metres(random, zones, width), random)


def _no_position(pair: Sequence[float], random: Random) -> Position:
    """Return an array that is no position, whatever it is of."""
    wrong: tuple[Position, ...] = (
        [],
        [pair[0]],
        [str(pair[0]), str(pair[1])],
        [pair[0], None],
        [True, pair[1]],
        [list(pair)],
        [pair[0], math.nan],
        [math.inf, pair[1]],
        [*pair, "12"],
        [0, 0],  # what an empty field becomes
    )
    return random.choice(wrong)


def _position_missed(random: Random) -> Position:
    longitude, latitude = _place(random)
    return random.choice(
        (
            lambda: _no_position((longitude, latitude), random),
            lambda: _with_height(positions.missed(random), random),
            lambda: _with_height((latitude, longitude), random),
            lambda: _with_height(random.choice(_ABROAD), random),
            lambda: [round(math.radians(longitude), 8), round(math.radians(latitude), 8)],
            lambda: _projected(random, positions.NARROW_ZONES, 1.5),
        )
    )()


def _projected_missed(random: Random, zones: Sequence[Zone], step: float) -> Position:
    """Return what is not in the zones: `step` is their width in degrees, and beyond which it is."""
    # Near enough that nothing is left of a zone once its false easting is taken away.
    easting, northing = _metres(random, zones, step / 5)
    zone = random.choice(zones)
    # Near one meridian, told from another a whole zone away.
    near = zone.meridian + random.choice((-step, step)) + random.uniform(-step / 10, step / 10)
    return random.choice(
        (
            lambda: _no_position((easting, northing), random),
            lambda: _with_height((northing, easting), random),
            lambda: [round(easting - FALSE_EASTING, 2), northing],
            lambda: [round(easting + random.choice(_ZONE_NUMBERS), 2), northing],
            lambda: [easting, northing + _SOUTHERN],
            lambda: [round(easting / 1000, 5), round(northing / 1000, 5)],
            lambda: _with_height(_place(random), random),
            lambda: list(positions.projected(near, random.uniform(_SOUTH, _NORTH), zone)),
        )
    )()


def _edge_of_wide_zone(random: Random) -> Position:
    """Return what is far from the meridian of a zone of six degrees, outside of narrower ones."""
    zone, away = random.choice(positions.WIDE_ZONES), random.choice((-1, 1))
    longitude = zone.meridian + away * random.uniform(2.6, 3)
    return list(positions.projected(longitude, random.uniform(_SOUTH, _NORTH), zone))


def _in_zones(name: str, title: Text, rule: Text, codes: str, **rest: Any) -> ArrayFormat:
    return ArrayFormat(
        name,
        title,
        rule,
        f"Tham số hệ tọa độ trong bộ dữ liệu EPSG: {codes}; khoảng giá trị là quy tắc của chương"
        " trình (chưa đối chiếu thông tư)",
        "secondary",
        **rest,
    )


_NARROW_ONES: Callable[[Random], Position] = partial(
    _projected_missed, zones=positions.NARROW_ZONES, step=3.0
)
FORMATS = (
    ArrayFormat(
        "vn-position",
        Text(vi="vị trí tại Việt Nam (WGS 84)", en="position in Viet Nam (WGS 84)"),
        Text(
            vi="Mảng số: kinh độ, vĩ độ, có thể thêm độ cao; đơn vị độ, WGS 84; kinh độ 102 đến"
            " 118, vĩ độ 6 đến 24, gồm cả Hoàng Sa và Trường Sa.",
            en="An array of numbers: longitude, latitude, perhaps a height; in degrees of WGS 84;"
            " longitude 102 to 118, latitude 6 to 24, Hoàng Sa and Trường Sa included.",
        ),
        "RFC 7946, 3.1.1 (thứ tự, đơn vị); khung tọa độ là quy tắc của chương trình",
        "practice",
        is_position,
        position,
        _position_missed,
        ([105.8342, 21.0278], [111.61, 16.534], [111.92, 8.645, 4.0], [105, 21]),
        (
            [21.0278, 105.8342],
            [586683.64, 2325450.79],
            [0, 0],
            [2.3522, 48.8566],
            ["105.8342", "21.0278"],
            [105.8342],
        ),
    ),
    _in_zones(
        "vn-2000-tm3-position",
        Text(vi="vị trí VN-2000, múi chiếu 3°", en="position in VN-2000, zone of 3°"),
        Text(
            vi="Mảng số: tọa độ đông, tọa độ bắc, có thể thêm độ cao; đơn vị mét; đông 250.000 đến"
            " 750.000 (trục giữa 500.000), bắc 660.000 đến 2.660.000. Kinh tuyến trục không nằm"
            " trong cặp số, nên chỉ phát hiện được khi sai cả một múi.",
            en="An array of numbers: easting, northing, perhaps a height; in metres; easting"
            " 250,000 to 750,000 (500,000 on the meridian), northing 660,000 to 2,660,000. The"
            " central meridian is not in the pair, so a wrong one is seen only where it is a zone"
            " away.",
        ),
        "5896–5899, 9205–9218",
        holds=partial(is_projected, eastings=_NARROW),
        make=partial(_projected, zones=positions.NARROW_ZONES, width=1.5),
        miss=making.either(_NARROW_ONES, _NARROW_ONES, _edge_of_wide_zone),
        examples=([612697.58, 2326304.83], [411968.4, 962066.87], [612697.58, 2326304.83, 12.5]),
        near_misses=(
            [2326304.83, 612697.58],
            [112697.58, 2326304.83],
            [18612697.58, 2326304.83],
            [211717.19, 2479788.19],
            [105.8342, 21.0278],
            ["612697.58", "2326304.83"],
        ),
    ),
    _in_zones(
        "vn-2000-utm-position",
        Text(vi="vị trí VN-2000, múi chiếu 6°", en="position in VN-2000, zone of 6°"),
        Text(
            vi="Mảng số: tọa độ đông, tọa độ bắc, có thể thêm độ cao; đơn vị mét; đông 165.000 đến"
            " 835.000 (trục giữa 500.000), bắc 660.000 đến 2.660.000.",
            en="An array of numbers: easting, northing, perhaps a height; in metres; easting"
            " 165,000 to 835,000 (500,000 on the meridian), northing 660,000 to 2,660,000.",
        ),
        "3405, 3406",
        holds=partial(is_projected, eastings=_WIDE),
        make=partial(_projected, zones=positions.WIDE_ZONES, width=3.0),
        miss=partial(_projected_missed, zones=positions.WIDE_ZONES, step=6.0),
        examples=([586683.64, 2325450.79], [305404.53, 1524123.88], [586683.64, 2325450.79, 0]),
        near_misses=(
            [2325450.79, 586683.64],
            [86683.64, 2325450.79],
            [48586683.64, 2325450.79],
            [586683.64, 12325450.79],
            [105.8342, 21.0278],
        ),
    ),
)
