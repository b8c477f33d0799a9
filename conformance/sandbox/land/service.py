"""What each operation of the land register does (OGC API Features, parts 1 and 2; WMS)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from conformance.sandbox import demonstration
from conformance.sandbox.declared.service import Special
from conformance.sandbox.demonstration import Person
from conformance.sandbox.land import data
from conformance.sandbox.land.data import CRS84, SYSTEMS, Parcel
from conformance.sandbox.messages import Call, Refusal, Result
from conformance.sandbox.service import Handler, State

GEOJSON = "application/geo+json"
COLLECTION = "thua-dat"
CONFORMANCE = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
_NOT_FOUND = "Không tìm thấy tài nguyên."
Rules = frozenset[str]
_Does = Callable[[Rules, Call, Mapping[str, Any]], Result]


def _special(does: _Does) -> Special:
    def made(forgotten: Rules) -> Handler:
        return partial(_handled, does, forgotten)

    return made


def _handled(
    does: _Does,
    forgotten: Rules,
    _state: State,
    _person: Person | None,
    call: Call,
    values: Mapping[str, Any],
    _sent: Any,
) -> Result:
    return does(forgotten, call, values)


def _landing(_forgotten: Rules, call: Call, _values: Mapping[str, Any]) -> Result:
    told = {
        "title": "Dữ liệu không gian đất đai",
        "description": "Ranh giới thửa đất của cơ quan minh họa.",
        "links": [
            _link(call, "", "self"),
            _link(call, "/openapi.json", "service-desc", "application/vnd.oai.openapi+json"),
            _link(call, "/conformance", "conformance"),
            _link(call, "/collections", "data"),
        ],
    }
    return Result(200, told)


def _conformance(_forgotten: Rules, _call: Call, _values: Mapping[str, Any]) -> Result:
    parts = [f"{CONFORMANCE}{name}" for name in ("core", "geojson", "oas30")]
    return Result(200, {"conformsTo": [*parts, CONFORMANCE.replace("-1/", "-2/") + "crs"]})


def _collections(_forgotten: Rules, call: Call, _values: Mapping[str, Any]) -> Result:
    told = {"links": [_link(call, "/collections", "self")], "collections": [_described(call)]}
    return Result(200, told)


def _collection(_forgotten: Rules, call: Call, _values: Mapping[str, Any]) -> Result:
    _demand_collection(call)
    return Result(200, _described(call))


def _described(call: Call) -> Mapping[str, Any]:
    boxes = [parcel.box() for parcel in data.parcels()]
    bounds = (min, min, max, max)
    west_to_north = [most(box[n] for box in boxes) for n, most in enumerate(bounds)]
    return {
        "id": COLLECTION,
        "title": "Thửa đất",
        "extent": {"spatial": {"bbox": [west_to_north], "crs": CRS84}},
        "itemType": "feature",
        "crs": list(SYSTEMS),
        "storageCrs": data.UTM_48,
        "links": [
            _link(call, f"/collections/{COLLECTION}", "self"),
            _link(call, f"/collections/{COLLECTION}/items", "items", GEOJSON),
        ],
    }


def _features(forgotten: Rules, call: Call, values: Mapping[str, Any]) -> Result:
    """Return a page of features: those in the box and of the time that are asked for."""
    _demand_collection(call)
    system = _system(values)
    every = data.parcels()
    found = [p for p in every if _in_box(forgotten, p, values) and _in_time(forgotten, p, values)]
    start, limit = values["offset"], values["limit"]
    shown = found[start : start + limit + ("features.limit" in forgotten)]
    links = [_link(call, call.path, "self", GEOJSON, dict(call.query))]
    if start + limit < len(found) or ("features.last" in forgotten and shown):
        asked = {k: v for k, v in call.query if k != "bbox" or "features.next" not in forgotten}
        step = limit - 1 if "features.step" in forgotten and limit > 1 else limit
        following = {**asked, "offset": str(start + step), "limit": str(limit)}
        links.append(_link(call, call.path, "next", GEOJSON, following))
    matched = len(found) + 2 * ("features.matched" in forgotten)
    told = {
        "type": "FeatureCollection",
        "numberMatched": matched,
        "numberReturned": len(shown),
        "links": links,
        "features": [_told(forgotten, parcel, system) for parcel in shown],
    }
    return Result(200, told, _content_crs(forgotten, system), GEOJSON)


def _map_service(forgotten: Rules, call: Call, values: Mapping[str, Any]) -> Result:
    """Describe the map service, or report what is not supported, as WMS 1.3.0 does: with 200."""
    if values["request"] == "GetCapabilities" and "ows.moved" not in forgotten:
        version = "" if "ows.version" in forgotten else ' version="1.3.0"'
        address = _link(call, call.path, "self")["href"]
        told = (
            f'<WMS_Capabilities xmlns="http://www.opengis.net/wms"{version}><Service>'
            f"<Name>WMS</Name><Title>Bản đồ địa chính</Title>"
            f'<OnlineResource xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="{address}"/>'
            f"</Service></WMS_Capabilities>"
        )
    elif "ows.page" in forgotten:
        told = "<html><body>Không hỗ trợ</body></html>"
    else:
        told = (
            '<ServiceExceptionReport xmlns="http://www.opengis.net/ogc" version="1.3.0">'
            '<ServiceException code="OperationNotSupported"/></ServiceExceptionReport>'
        )
        if "ows.older" in forgotten:
            told = (
                '<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1" version="1.1.0">'
                '<ows:Exception exceptionCode="OperationNotSupported"/></ows:ExceptionReport>'
            )
    body = f'<?xml version="1.0" encoding="UTF-8"?>{told}'.encode()
    return Result(200, body, media_type="application/xml; charset=utf-8")


def _feature(forgotten: Rules, call: Call, values: Mapping[str, Any]) -> Result:
    _demand_collection(call)
    system = _system(values)
    wanted = call.arguments["featureId"]
    parcel = next((p for p in data.parcels() if p.id == wanted), None)
    if parcel is None:
        raise Refusal(404, _NOT_FOUND)
    links = [
        _link(call, call.path, "self", GEOJSON),
        _link(call, f"/collections/{COLLECTION}", "collection"),
    ]
    told = {**_told(forgotten, parcel, system), "links": links}
    return Result(200, told, _content_crs(forgotten, system), GEOJSON)


def _told(forgotten: Rules, parcel: Parcel, system: str) -> dict[str, Any]:
    ring = parcel.rings[CRS84 if "features.projected" in forgotten else system]
    if "features.rounded" in forgotten and system == data.UTM_48:
        ring = tuple((round(x), round(y)) for x, y in ring)
    if "features.axes" in forgotten and system != CRS84:
        ring = tuple((y, x) for x, y in ring)
    return {
        "type": "Feature",
        "id": parcel.id,
        "geometry": {"type": "Polygon", "coordinates": [[list(point) for point in ring]]},
        "properties": dict(parcel.properties),
    }


def _content_crs(forgotten: Rules, system: str) -> tuple[tuple[str, str], ...]:
    told = CRS84 if "features.told" in forgotten else system
    return () if "features.header" in forgotten else (("Content-Crs", f"<{told}>"),)


def _system(values: Mapping[str, Any]) -> str:
    system: str = values.get("crs", CRS84)
    if system not in SYSTEMS:
        raise Refusal(400, "Hệ tọa độ không được hỗ trợ.", errors=(("/crs", "không hỗ trợ"),))
    return system


def _in_box(forgotten: Rules, parcel: Parcel, values: Mapping[str, Any]) -> bool:
    box = values.get("bbox")
    if box is None or "features.box" in forgotten:
        return True
    if len(box) == 5:
        raise Refusal(400, "Khung bao gồm bốn hoặc sáu số.", errors=(("/bbox", "bốn hoặc sáu số"),))
    west, south, east, north = (*box[:2], *box[3:5]) if len(box) == 6 else box
    if "features.order" in forgotten:
        west, south, east, north = south, west, north, east
    if "features.within" in forgotten:
        mine = parcel.box()
        return bool(west < mine[0] and south < mine[1] and mine[2] < west + (east - west) / 2)
    mine = parcel.box()
    return bool(mine[0] <= east and mine[2] >= west and mine[1] <= north and mine[3] >= south)


def _in_time(forgotten: Rules, parcel: Parcel, values: Mapping[str, Any]) -> bool:
    told = values.get("datetime")
    if told is None or "features.timeless" in forgotten:
        return True
    first, _, last = told.partition("/") if "/" in told else (told, "", told)
    since, until = _moment(first), _moment(last)
    if "features.open" in forgotten and None in {since, until}:
        return False
    within = (since is None or since <= parcel.updated) and (
        until is None or parcel.updated <= until
    )
    return within != ("features.time" in forgotten)


def _moment(told: str) -> datetime | None:
    if told in {"", ".."}:
        return None
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        raise Refusal(
            400, "Thời gian không hợp lệ.", errors=(("/datetime", "không hợp lệ"),)
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=demonstration.VIETNAM)


def _demand_collection(call: Call) -> None:
    if call.arguments["collectionId"] != COLLECTION:
        raise Refusal(404, _NOT_FOUND)


def _link(
    call: Call,
    path: str,
    rel: str,
    media_type: str = "application/json",
    query: Mapping[str, str] | None = None,
) -> dict[str, str]:
    asked = f"?{urlencode(query)}" if query else ""
    # Without a host: whoever asks chooses the one that a request names.
    return {"href": f"{call.base}{path or '/'}{asked}", "rel": rel, "type": media_type}


SPECIAL: Mapping[str, Special] = {
    "getLandingPage": _special(_landing),
    "getConformance": _special(_conformance),
    "listCollections": _special(_collections),
    "getCollection": _special(_collection),
    "listFeatures": _special(_features),
    "getFeature": _special(_feature),
    "getMapService": _special(_map_service),
}
