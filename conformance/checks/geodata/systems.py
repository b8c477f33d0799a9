"""Coordinate reference systems: told by their URI, and kept."""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from typing import Any

from conformance.check import ABSENT, check, require
from conformance.checks.geodata import served
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.formats import geojson
from conformance.probe import Probe
from conformance.probe.obstacles import unbroken
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason, Violation

_SYSTEMS = 3
_EPSG = re.compile(r"https?://www\.opengis\.net/def/crs/EPSG/[0-9.]+/([0-9]{1,6})", re.ASCII)
# Between datums some hundred metres are lost by who does not transform; axes and units are more.
_FAR_METRES = 2_000.0
_METRES_A_DEGREE = 111_000.0
_DEGREES = 360


@check(
    catalogue="OPN-006",
    per="operation",
    requests=3 + _SYSTEMS,
    methods=["GET"],
    applies=served.serves_features,
)
def positions_are_of_the_system_told(probe: Probe, operation: Operation) -> None:
    """Positions come in the coordinate reference system that was asked for, and say so.

    Reads which systems a collection has (`crs`), and asks for a feature in some of them, VN-2000
    first: `Content-Crs` names the one that was asked for, and the first position lies where it
    lies in WGS 84, with axes in the order of the system's own definition: of EPSG:4756 the latitude
    comes first (OGC 18-058, /req/crs/fc-crs-action, /req/crs/ogc-crs-header). Where each lies is
    computed with PROJ. A datum that was not transformed, some hundred metres, is not looked for.
    """
    served.demand_part(probe, operation, served.BY_REFERENCE, "crs")
    plain = served.features(probe, operation)
    served.demand_degrees(plain)
    spot = _first(plain.features)
    if spot is None:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(vi="không đối tượng nào có vị trí", en="no feature has a place"),
        )
    identifier, position = spot
    wanted = _wanted(_declared(probe, plain.answer))
    for uri, code in wanted:
        answer = unbroken(probe.call(operation, query={"crs": uri}))
        require(
            answer.succeeded,
            expected=Text(vi=f"có dữ liệu theo {uri}", en=f"data in {uri}, as the collection says"),
            observed=answer.status,
        )
        told = answer.header("Content-Crs")
        require(
            (told or "").strip() == f"<{uri}>",
            expected=Text(vi=f"Content-Crs nêu <{uri}>", en=f"Content-Crs of <{uri}>"),
            observed=told or ABSENT,
        )
        found = _first([one for one in served.page(answer).features if one.get("id") == identifier])
        if found is not None:
            _demand_place(uri, code, position, found[1])


def _declared(probe: Probe, listed: Exchange) -> list[Any]:
    """Return the systems of the collection whose features were listed."""
    path = probe.placed(listed, listed.request.url).removesuffix("/items")
    answer = probe.get(path, headers=(("Accept", "application/json"),), identity=listed.identity)
    told = answer.json() if answer.succeeded else None
    declared = told.get("crs") if isinstance(told, Mapping) else None
    if not isinstance(declared, list):
        raise NotApplicable(
            Text(
                vi="bộ dữ liệu không công bố hệ tọa độ nào (crs)",
                en="the collection declares no coordinate reference systems (crs)",
            )
        )
    return declared


def _wanted(declared: list[Any]) -> list[tuple[str, int]]:
    """Return the systems to ask for, with their EPSG codes: those of Viet Nam first."""
    known = [
        (uri, int(hit[1]))
        for uri in declared
        if isinstance(uri, str) and (hit := _EPSG.fullmatch(uri))
    ]
    if not known:
        raise NotApplicable(
            Text(
                vi="bộ dữ liệu không có hệ tọa độ nào của EPSG",
                en="the collection has no system of EPSG",
            )
        )
    proj = _proj()
    named = [
        (not proj.CRS.from_epsg(code).name.startswith("VN-2000"), number, uri, code)
        for number, (uri, code) in enumerate(known)
        if _is_known(proj, code)
    ]
    if not named:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi="PROJ không biết hệ tọa độ nào của bộ dữ liệu",
                en="PROJ knows none of the collection's systems",
            ),
        )
    return [(uri, code) for _, _, uri, code in sorted(named)][:_SYSTEMS]


def _is_known(proj: Any, code: int) -> bool:
    try:
        proj.CRS.from_epsg(code)
    except proj.exceptions.CRSError:
        return False
    return True


def _first(features: Any) -> tuple[Any, geojson.Position] | None:
    """Return the identifier and the first position of the first feature that has both."""
    for feature in features:
        if feature.get("id") is None or feature.get("geometry") is None:
            continue
        for _, spot in geojson.positions(feature):
            return feature["id"], spot
    return None


def _demand_place(uri: str, code: int, degrees: geojson.Position, told: geojson.Position) -> None:
    proj = _proj()
    there = proj.Transformer.from_crs("OGC:CRS84", f"EPSG:{code}").transform(*degrees[:2])
    in_degrees = proj.CRS.from_epsg(code).is_geographic
    scale = _METRES_A_DEGREE if in_degrees else 1.0
    away = _distance(there, told, scale)
    if away <= _FAR_METRES:
        return
    swapped = _distance(there[::-1], told, scale) <= _FAR_METRES
    untouched = not in_degrees and max(abs(told[0]), abs(told[1])) <= _DEGREES
    spot = f"{told[0]}, {told[1]}"
    if swapped:
        observed = Text(vi=f"hai trục bị đổi chỗ: {spot}", en=f"the axes are exchanged: {spot}")
    elif untouched:
        observed = Text(vi=f"độ chưa được chiếu: {spot}", en=f"degrees nobody projected: {spot}")
    else:
        observed = Text(vi=f"{spot}, lệch {away:.0f} m", en=f"{spot}, {away:.0f} m away")
    raise Violation(
        expected=Text(
            vi=f"vị trí theo {uri}: {there[0]:.2f}, {there[1]:.2f}",
            en=f"the position in {uri}: {there[0]:.2f}, {there[1]:.2f}",
        ),
        observed=observed,
    )


def _distance(one: Any, other: Any, scale: float) -> float:
    return float(max(abs(one[0] - other[0]), abs(one[1] - other[1])) * scale)


def _proj() -> Any:
    try:
        return importlib.import_module("pyproj")
    except ImportError:
        raise NotTested(
            Reason.TOOL_MISSING,
            Text(
                vi="cần thư viện pyproj: pip install 'vnda-conformance[geodata]'",
                en="it takes the library pyproj: pip install 'vnda-conformance[geodata]'",
            ),
        ) from None
