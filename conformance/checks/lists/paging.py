"""Pages: a walk meets every entry once, and no page is larger than was asked for."""

from __future__ import annotations

from conformance import advice
from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.paging import (
    MOST_PAGES,
    Walk,
    allowed_sizes,
    declared,
    largest_size,
    page,
    read,
    undeclared,
    usual_page,
    walk,
)
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_SMALL = (1, 2)
_HUGE = 1_000_000
# So many pages have first, last and inner ones, and seams between each; more only cost.
_PAGES = 4
_ONCE = Text(
    vi="mỗi mục xuất hiện đúng một lần, số mục bằng tổng số đã báo",
    en="each entry exactly once, as many as the total says",
)


@check(catalogue="IOP-013", per="operation", requests=1 + 3 * MOST_PAGES, listing=True)
def a_walk_meets_every_entry_once(probe: Probe, operation: Operation) -> None:
    """A walk through the pages meets every entry exactly once.

    Walks from the first page to the end with small pages: no identifier comes twice, no next page
    leads back, and the entries are as many as the total says, where one is told. What looks wrong
    is walked again: only what is wrong the same way while the totals stood still counts, because
    lists change (OpenAPI 3.1, Parameter Object: the parameters do what the contract describes).
    """
    if not declared(operation).paged:
        raise _why_no_pages(probe, operation)
    size = _size_of_a_walk(probe, operation)
    met = walk(probe, operation, size)
    if not met.ended and _wrong(met) is None and size:
        size = allowed_sizes(operation, [100])[0]
        met = walk(probe, operation, size)
    wrong = _wrong(met)
    if wrong is None:
        _is_evidence(met, operation)
        return
    again = walk(probe, operation, size)
    if _wrong(again) != wrong or again.totals != met.totals:
        raise NotTested(
            Reason.FLAKY,
            Text(vi="danh sách thay đổi giữa hai lần đọc", en="the list changed between two walks"),
        )
    require(False, expected=_ONCE, observed=wrong)


@check(catalogue="IOP-014", per="operation", requests=1 + 1, listing=True)
def page_size_is_honoured(probe: Probe, operation: Operation) -> None:
    """A page is not larger than was asked for.

    Asks for a small page of a list that has more entries than that (OpenAPI 3.1, Parameter
    Object: the parameter does what the contract describes).
    """
    parameter = _size_parameter(probe, operation)
    longest = len(usual_page(probe, operation).entries)
    sizes = [size for size in allowed_sizes(operation, list(_SMALL)) if size < longest]
    if not sizes:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"trang mặc định chỉ có {longest} mục, quá ít để thấy tác dụng của kích thước",
                en=f"the usual page has {longest} entries: too few to see the size at work",
            ),
        )
    size = sizes[-1]
    found = len(page(probe, operation, {parameter: str(size)}).entries)
    require(
        found <= size,
        expected=Text(vi=f"nhiều nhất {size} mục", en=f"at most {size} entries"),
        observed=Text(vi=f"{found} mục", en=f"{found} entries"),
    )


@check(catalogue="IOP-014", per="operation", requests=5, listing=True)
def page_size_is_bounded(probe: Probe, operation: Operation) -> None:
    """Nobody gets the whole list at once by asking for a huge page.

    Asks for pages of 1000000, 0, -1 and "abc" entries: each is refused with 4xx, or answered with
    no more entries than the contract's maximum; none makes the server fail (OWASP API4:2023,
    Unrestricted Resource Consumption).
    """
    parameter = _size_parameter(probe, operation)
    usual = usual_page(probe, operation)
    most = largest_size(operation)
    everything = 0
    for size in (_HUGE, 0, -1, "abc"):
        answer = probe.call(operation, query={parameter: str(size)}, wellformed=False)
        require(
            answer.status < 500,
            expected=Text(
                vi="từ chối hoặc trả một trang có giới hạn", en="a refusal or a bounded page"
            ),
            observed=f"{parameter}={size} → {answer.status}",
        )
        found = len(read(answer, declared(operation)).entries) if answer.succeeded else 0
        require(
            most is None or found <= most,
            expected=Text(
                vi=f"nhiều nhất {most} mục trong một trang", en=f"at most {most} entries"
            ),
            observed=Text(vi=f"{found} mục", en=f"{found} entries"),
        )
        everything = max(everything, found)
    if everything and everything >= (usual.total or everything):
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"danh sách chỉ có {everything} mục: chưa thấy được giới hạn của một trang",
                en=f"the list has {everything} entries only: the bound of a page does not show",
            ),
        )


def _size_of_a_walk(probe: Probe, operation: Operation) -> int | None:
    """Return a size with which the list has several pages, yet not more than a walk may read."""
    small = allowed_sizes(operation, [2])[0]
    if declared(operation).size is None:
        return None
    total = usual_page(probe, operation).total or 0
    return allowed_sizes(operation, [max(small, -(-total // _PAGES))])[0]


def _wrong(met: Walk) -> Text | None:
    """Return what is wrong with a walk, in words that are the same for the same defect."""
    unique = len(set(met.ids))
    totals = {total for total in met.totals if total is not None}
    if met.circular:
        return Text(vi="liên kết trang sau dẫn về trang đã đọc", en="a next page leads back")
    if met.repeats:
        return Text(vi="có mục xuất hiện hơn một lần", en="an entry comes more than once")
    if (met.ended and totals and totals != {unique}) or unique > max(totals, default=unique):
        told = ", ".join(map(str, sorted(totals)))
        return Text(
            vi=f"đọc được {unique} mục, tổng số báo {told}", en=f"{unique} met, total {told}"
        )
    return None


def _is_evidence(met: Walk, operation: Operation) -> None:
    """Refuse to conclude from a walk that saw no end, or no second page."""
    if not met.ended:
        line = advice.line("examples", operation.id, "…")
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"danh sách dài hơn {MOST_PAGES} trang: thu hẹp bằng một bộ lọc trong {line}",
                en=f"the list is longer than {MOST_PAGES} pages: narrow it with a filter in {line}",
            ),
        )
    if len(met.totals) < 2:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi="danh sách trống hoặc chỉ có một trang",
                en="the list is empty or has one page only",
            ),
        )


def _size_parameter(probe: Probe, operation: Operation) -> str:
    listing = declared(operation)
    if listing.size is None and not listing.paged:
        raise _why_no_pages(probe, operation)
    if listing.size is None:
        what = Text(vi="tham số kích thước trang", en="a parameter for the page size")
        raise undeclared(operation, what, "size: …")
    return listing.size


def _why_no_pages(probe: Probe, operation: Operation) -> NotApplicable | NotTested:
    """Return why nothing can be told of pages: there are none, or nobody said how to turn them."""
    if declared(operation).total is not None:
        seen = usual_page(probe, operation)
        shown = len(seen.entries)
        if shown < (seen.total or 0):
            line = f"`lists: {{{operation.id}: {{…, page: …, size: …}}}}`"
            return NotTested(
                Reason.NO_MAPPING,
                Text(
                    vi=f"trả lời có {shown} trong tổng số {seen.total} mục mà chưa ai nói cách lấy"
                    f" phần còn lại: thêm vào tệp đích {line} (hoặc `offset`, `cursor`, `next`)",
                    en=f"the answer has {shown} of {seen.total} entries, and nobody said how to get"
                    f" the others: add to the target file {line} (or `offset`, `cursor`, `next`)",
                ),
            )
    what = Text(
        vi="cách chuyển trang (`page`, `offset`, `cursor` hoặc `next`)",
        en="a way from page to page (`page`, `offset`, `cursor` or `next`)",
    )
    return undeclared(operation, what, "page: …, size: …")
