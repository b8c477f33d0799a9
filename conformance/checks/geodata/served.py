"""Reading what OGC API Features serves: one page of features, and where a feature lies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conformance.contract.operations import Operation
from conformance.evidence import Exchange, canonical
from conformance.formats import geojson
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
# OGC 17-069, requirement /req/core/fc-op: the path under which features are, whatever precedes it.
_ITEMS = re.compile(r"/collections/(?:\{[^{}/]+\}|[^{}/]+)/items")
# What two servers round differently, in degrees: ten metres.
_NEAR = 1e-4
_ALL_LONGITUDES = 180

_AS_JSON = (("Accept", "application/json"),)
CORE, BY_REFERENCE = "/conf/core", "/conf/crs"

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Page:
    """One answer of features.

    Attributes:
        answer: the exchange.
        features: its features, as they stand.
        matched: how many there are in all, where it tells (`numberMatched`).
        following: the address of the next page; empty where it links none.
    """

    answer: Exchange
    features: tuple[Mapping[str, Any], ...]
    matched: int | None
    following: str

    @property
    def ids(self) -> tuple[bytes, ...]:
        """What tells its features apart: their `id`, or all of them where they have none."""
        return tuple(canonical(one.get("id", one)) for one in self.features)

    @property
    def total(self) -> int | None:
        """How many features match, where that can be told without reading on."""
        if self.matched is None and not self.following:
            return len(self.features)
        return self.matched


def serves_features(_: object, operation: Operation | None) -> bool:
    """Whether an operation stands where features do; what a check `applies` to."""
    found = operation is not None and operation.method == "GET" and _ITEMS.search(operation.path)
    return bool(found and operation is not None and operation.path.endswith("/items"))


def demand_part(probe: Probe, operation: Operation, part: str, *parameters: str) -> None:
    """Do nothing where a service says that it has a part of the standard.

    By the query parameters of its contract, else by the classes that it declares at
    `/conformance`: contracts often leave parameters to files that lie elsewhere.

    Raises:
        NotApplicable: it says neither.
    """
    declared = {p.name for p in operation.parameters if p.place == "query"}
    if declared.issuperset(parameters):
        return
    prefix = operation.path.partition("/collections/")[0]
    answer = probe.get(f"{prefix}/conformance", headers=_AS_JSON, identity=probe.allowed(operation))
    told = answer.json() if answer.succeeded and answer.is_json else None
    classes = told.get("conformsTo") if isinstance(told, Mapping) else None
    if not any(_is_of(one, part) for one in (classes if isinstance(classes, list) else [])):
        raise NotApplicable(
            Text(
                vi="không công bố phần này của OGC API Features",
                en="this part of OGC API Features is not declared",
            )
        )


def _is_of(one: Any, part: str) -> bool:
    return isinstance(one, str) and "/ogcapi-features-" in one and one.endswith(part)


def features(probe: Probe, operation: Operation, **query: str) -> Page:
    """Ask for features that have to come.

    Raises:
        NotTested: they did not, or are no GeoJSON.
    """
    answer = probe.call(operation, query=query)
    if not answer.succeeded:
        asked = "".join(f" {name}={value}" for name, value in query.items())
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"không lấy được đối tượng{asked}: {answer.status}",
                en=f"no features could be had{asked}: {answer.status}",
            ),
        )
    return page(answer)


def page(answer: Exchange) -> Page:
    """Read a page.

    Raises:
        NotTested: it is no collection of features in GeoJSON.
    """
    document = answer.json()
    try:
        geojson.demand_structure(document)
    except geojson.FlawError as flaw:
        raise NotTested(Reason.INCONCLUSIVE, flaw.what) from None
    found = document.get("features") if isinstance(document, Mapping) else None
    if not isinstance(found, list):
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(vi="không phải FeatureCollection", en="no FeatureCollection"),
        )
    matched = document.get("numberMatched")
    links = document.get("links")
    following = [
        link["href"]
        for link in (links if isinstance(links, list) else [])
        if isinstance(link, Mapping) and link.get("rel") == "next" and link.get("href")
    ]
    return Page(
        answer,
        tuple(found),
        matched if isinstance(matched, int) else None,
        following[0] if following else "",
    )


def demand_degrees(found: Page) -> None:
    """Do nothing where positions are degrees, longitude first, which is the default.

    Raises:
        NotTested: the answer says that they are something else.
    """
    told = found.answer.header("Content-Crs")
    if told and told.strip().strip("<>") not in {CRS84, CRS84.replace("http:", "https:")}:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"tọa độ mặc định theo {told}, không phải WGS 84",
                en=f"positions are of {told} by default, not of WGS 84",
            ),
        )


def box_of(feature: Mapping[str, Any]) -> Box | None:
    """Return west, south, east, north of a feature; None where it lies nowhere in particular.

    What may cross the antimeridian has no box that could be compared (RFC 7946, section 5.2).
    """
    if feature.get("geometry") is None:
        return None
    spots = [spot for _, spot in geojson.positions(feature)]
    if not spots:
        return None
    longitudes, latitudes = [spot[0] for spot in spots], [spot[1] for spot in spots]
    if max(longitudes) - min(longitudes) >= _ALL_LONGITUDES:
        return None
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def around(*boxes: Box) -> Box:
    """Return the box that holds all boxes, a little wider than they are."""
    west, south, east, north = zip(*boxes, strict=True)
    return min(west) - _NEAR, min(south) - _NEAR, max(east) + _NEAR, max(north) + _NEAR


def touch(one: Box, other: Box) -> bool:
    """Whether two boxes share a point, but for what is rounded."""
    return (
        one[0] <= other[2] + _NEAR
        and other[0] <= one[2] + _NEAR
        and one[1] <= other[3] + _NEAR
        and other[1] <= one[3] + _NEAR
    )


def told(box: Box) -> str:
    """Return a box as the parameter `bbox` has it."""
    return ",".join(f"{number:.6f}" for number in box)
