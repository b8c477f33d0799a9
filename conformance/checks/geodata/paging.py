"""Links that lead through all features."""

from __future__ import annotations

from conformance.check import check, require
from conformance.checks.geodata import served
from conformance.checks.geodata.served import Box, Page
from conformance.contract.operations import Operation
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_PAGES = 6


@check(
    catalogue="OPN-005",
    per="operation",
    requests=2 + _PAGES,
    methods=["GET"],
    applies=served.serves_features,
)
def next_links_lead_through_all(probe: Probe, operation: Operation) -> None:
    """Whoever follows `next` meets each selected feature once, and no other.

    Asks for the box of a few features in small pages and follows the links: no page has more
    features than `limit` (/req/core/fc-limit-response-1), none comes twice (/rec/core/fc-next-2),
    all touch the box, and at the end there were as many as `numberMatched` said
    (OGC 17-069, /req/core/fc-numberMatched).
    """
    served.demand_part(probe, operation, served.CORE, "limit", "bbox")
    listed = served.features(probe, operation)
    served.demand_degrees(listed)
    boxes = [box for one in listed.features[: 2 * _PAGES] if (box := served.box_of(one))]
    if len(boxes) < 2:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi="chưa có hai đối tượng có vị trí", en="there are not two features with a place"
            ),
        )
    box, limit = served.around(*boxes[: _PAGES - 1]), max(1, len(boxes[: _PAGES - 1]) // 2)
    seen: list[bytes] = []
    totals: list[int | None] = []
    found = served.features(probe, operation, bbox=served.told(box), limit=str(limit))
    if not found.following and len(found.features) >= limit:
        # The link is recommended, not demanded (/rec/core/fc-next-1).
        raise NotApplicable(Text(vi="không có liên kết next", en="there is no link to a next page"))
    for _ in range(_PAGES):
        _demand_kept(found, box, limit)
        again = set(seen) & set(found.ids)
        require(
            not again and len(set(found.ids)) == len(found.ids),
            expected=Text(vi="mỗi đối tượng một lần", en="each feature once"),
            observed=Text(
                vi=f"trang {len(totals) + 1} có đối tượng đã gặp",
                en=f"page {len(totals) + 1} has features that were met before",
            ),
        )
        seen += found.ids
        totals.append(found.matched)
        if not found.following:
            break
        found = served.page(probe.read_again(operation, found.following, found.answer))
    else:
        return
    if None in totals:
        return
    if len(set(totals)) > 1:
        raise NotTested(
            Reason.FLAKY,
            Text(vi="numberMatched đổi giữa các trang", en="numberMatched changed between pages"),
        )
    require(
        len(seen) == totals[0],
        expected=Text(
            vi=f"{totals[0]} đối tượng (numberMatched)", en=f"{totals[0]} features (numberMatched)"
        ),
        observed=Text(vi=f"{len(seen)} đối tượng", en=f"{len(seen)} features"),
    )


def _demand_kept(found: Page, box: Box, limit: int) -> None:
    require(
        len(found.features) <= limit,
        expected=Text(vi=f"nhiều nhất {limit} đối tượng", en=f"{limit} features at most"),
        observed=len(found.features),
    )
    outside = [
        there
        for one in found.features
        if (there := served.box_of(one)) and not served.touch(there, box)
    ]
    require(
        not outside,
        expected=Text(vi="trang sau giữ khung bao đã hỏi", en="later pages to keep the box"),
        observed=Text(
            vi=f"{len(outside)} đối tượng nằm ngoài", en=f"{len(outside)} features outside of it"
        ),
    )
