"""Offices, which everybody may see, and whether the agency works."""

from __future__ import annotations

import json
import math
import time
from datetime import date
from typing import Any

from exam.call import Call, Handler, missing, page_of, told
from exam.reading import Flaw
from exam.wire import Answer

SLOW = 2.5
_CYCLE = 400  # years after which days of the week repeat
_FAR = 2100
_EARTH_KM = 6371.0
_SATURDAY = 5


def _list(call: Call) -> Answer:
    asked = call.values
    found = list(call.store.offices.values())
    if "province" in asked:
        found = [one for one in found if one["provinceCode"] == asked["province"]]
    if "openOn" in asked:
        year = int(asked["openOn"][:4])
        if year >= _FAR and call.falls("far-day"):
            time.sleep(SLOW)
        weekday = date.fromisoformat(f"{2000 + year % _CYCLE}{asked['openOn'][4:]}").weekday()
        found = [
            one
            for one in found
            if weekday < _SATURDAY or (weekday == _SATURDAY and one["saturdays"])
        ]
    order = asked["sort"]
    key = order.removeprefix("-")
    found.sort(key=lambda one: one[key], reverse=order != key)
    page = page_of(call, [_shown(call, one) for one in found])
    # The words NaN and Infinity, which Python writes, come up by a defect only.
    return Answer(200, json.dumps(page, ensure_ascii=False).encode())


def _shown(call: Call, office: dict[str, Any]) -> dict[str, Any]:
    shown = {name: value for name, value in office.items() if name != "at"}
    if "lat" in call.values and "lon" in call.values:
        here = (float(call.values["lat"]), float(call.values["lon"]))
        shown["distanceKm"] = _distance(here, office["at"])
    return shown


def _distance(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Return the distance of two places in kilometres, by the haversine formula."""
    a, b = math.radians(here[0]), math.radians(there[0])
    east = math.radians(there[1] - here[1])
    square = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(east / 2) ** 2
    # Rounding errors may lead beyond 1; what is no number stays none.
    sine = math.sqrt(1.0 if square > 1 else square)
    return round(2 * _EARTH_KM * math.asin(sine), 1)


def _forgive(call: Call, flaw: Flaw) -> bool:
    if flaw.at == "limit" and flaw.rule == "maximum":
        return call.falls("limit-unbounded")
    if flaw.at == "lat" and flaw.rule == "type" and str(flaw.value).lower() == "nan":
        return call.falls("nan")
    return False


def _refuse(call: Call, flaws: list[Flaw]) -> Answer | None:
    if any(flaw.at == "province" and flaw.rule == "single" for flaw in flaws):
        call.breaks("province-twice")
    return None


def _get(call: Call) -> Answer:
    office = call.store.offices.get(call.values["officeCode"])
    return missing() if office is None else told(_shown(call, office))


def _health(_call: Call) -> Answer:
    return told({"status": "up"})


HANDLERS = {
    "getHealth": Handler(_health),
    "listOffices": Handler(_list, forgive=_forgive, refuse=_refuse),
    "getOffice": Handler(_get),
}
