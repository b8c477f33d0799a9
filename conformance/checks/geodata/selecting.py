"""Features are selected by where and when they are."""

from __future__ import annotations

from conformance.check import check, require
from conformance.checks.geodata import served
from conformance.checks.geodata.served import Box, Page
from conformance.contract.operations import Operation
from conformance.formats.dates import is_date_time, moment
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotTested, Reason, Violation

_REFUSED = frozenset({400, 404, 422, 501})


@check(
    catalogue="OPN-004",
    per="operation",
    requests=4,
    methods=["GET"],
    applies=served.serves_features,
)
def boxes_select_features(probe: Probe, operation: Operation) -> None:
    """A box selects the features that lie in it, and no others.

    Takes a feature of the list and asks for the box around it: it is there. Then for that box on
    the other side of the globe: it is not. Whatever is answered touches the box that was asked
    for; features without a place belong to every box (OGC 17-069, /req/core/fc-bbox-response).
    """
    served.demand_part(probe, operation, served.CORE, "bbox")
    listed = served.features(probe, operation)
    served.demand_degrees(listed)
    placed = [(n, box) for n, one in enumerate(listed.features) if (box := served.box_of(one))]
    if not placed:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(vi="không đối tượng nào có vị trí", en="no feature has a place"),
        )
    number, home = placed[0]
    found = _inside(probe, operation, served.around(home))
    if listed.ids[number] not in found.ids:
        if found.following:
            raise NotTested(
                Reason.INCONCLUSIVE,
                Text(vi="khung bao có nhiều hơn một trang", en="the box has more than one page"),
            )
        raise Violation(
            expected=Text(
                vi="đối tượng nằm trong khung bao quanh nó", en="a feature in the box around it"
            ),
            observed=Text(
                vi=f"{len(found.features)} đối tượng, không có đối tượng ấy",
                en=f"{len(found.features)} features without it",
            ),
        )
    _inside(probe, operation, _opposite(home))


def _inside(probe: Probe, operation: Operation, box: Box) -> Page:
    """Ask for the features of a box, and demand that all touch it."""
    answer = probe.call(operation, query={"bbox": served.told(box)})
    require(
        answer.status not in _REFUSED,
        expected=Text(vi="bbox được hiểu", en="bbox to be understood"),
        observed=answer.status,
    )
    if not answer.succeeded:
        raise probe.why_no_success(operation, answer)
    found = served.page(answer)
    outside = [
        there
        for one in found.features
        if (there := served.box_of(one)) and not served.touch(there, box)
    ]
    require(
        not outside,
        expected=Text(
            vi="chỉ các đối tượng chạm khung bao đã hỏi",
            en="only features that touch the box that was asked for",
        ),
        observed=Text(
            vi=f"{len(outside)} trên {len(found.features)} đối tượng nằm ngoài",
            en=f"{len(outside)} of {len(found.features)} features outside",
        ),
    )
    return found


def _opposite(box: Box) -> Box:
    """Return a small box on the other side of the globe."""
    east = (box[0] + 180) if box[0] < 0 else (box[0] - 180)
    west = max(min(east, 179.0), -180.0)
    south = max(min(-box[1], 89.0), -90.0)
    return west, south, west + 0.5, south + 0.5


@check(
    catalogue="OPN-004",
    per="operation",
    requests=5,
    methods=["GET"],
    applies=served.serves_features,
)
def times_select_features(probe: Probe, operation: Operation) -> None:
    """A time selects features by when they are, whichever of their times that is.

    Which property is meant is the server's decision, so only numbers are compared: an interval
    has no more features than each half-open one that holds it, those no more than there are in
    all, and two that cover all of time have at least all of them together (OGC 17-069,
    /req/core/fc-time-response).
    """
    served.demand_part(probe, operation, served.CORE, "datetime")
    every = served.features(probe, operation)
    first, last = _span(every)
    until, since, within = (
        _matching(probe, operation, interval)
        for interval in (f"../{last}", f"{first}/..", f"{first}/{last}")
    )
    there = every.total
    if there is None:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(vi="không biết tổng số đối tượng", en="how many there are is not told"),
        )
    narrower = within <= min(until, since) and max(until, since) <= there
    require(
        narrower and until + since >= there,
        expected=Text(
            vi="khoảng hẹp không nhiều hơn khoảng rộng, hai nửa thời gian gồm đủ mọi đối tượng",
            en="no more in a narrower interval, and all features in two halves of time",
        ),
        observed=Text(
            vi=f"tất cả {there}; ../{last}: {until}; {first}/..: {since}; {first}/{last}: {within}",
            en=f"{there} in all; ../{last}: {until}; {first}/..: {since}; {first}/{last}: {within}",
        ),
    )


def _matching(probe: Probe, operation: Operation, interval: str) -> int:
    answer = probe.call(operation, query={"datetime": interval})
    require(
        answer.status not in _REFUSED,
        expected=Text(vi="datetime được hiểu", en="datetime to be understood"),
        observed=f"datetime={interval} → {answer.status}",
    )
    if not answer.succeeded:
        raise probe.why_no_success(operation, answer)
    total = served.page(answer).total
    if total is None:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(vi="không biết số đối tượng khớp", en="how many match is not told"),
        )
    return total


def _span(found: Page) -> tuple[str, str]:
    """Return two times between which some features are, by any times that they tell."""
    times = sorted(
        (when, value)
        for feature in found.features
        for value in (feature.get("properties") or {}).values()
        if isinstance(value, str) and is_date_time(value) and (when := moment(value)) is not None
    )
    if not times:
        return "2000-01-01T00:00:00Z", "2020-01-01T00:00:00Z"
    return times[len(times) // 4][1], times[(3 * len(times)) // 4][1]
