"""What a system serves beside its contract."""

from __future__ import annotations

from conformance.check import check, require
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

# First segments under which copies of a service are left behind.
PLACES = ("/internal", "/debug", "/test", "/dev", "/old", "/backup")
_FEWEST_NAMES = 2


@check(catalogue="DOC-025", per="target", requests=len(PLACES) + 1, contract=True)
def no_copies_are_left_behind(probe: Probe, *, places: tuple[str, ...] = PLACES) -> None:
    """What the contract describes is not served a second time where it says nothing of.

    Asks for a read of the contract below places such as `/internal` and `/old`, as whoever may
    read it: an answer 2xx in JSON with the very members of the true one is a copy that nobody
    watches (OWASP API9:2023). A place that is made up is asked for first: where that gives the
    same, the system overlooks the beginning of paths, and there are no copies to be told apart.
    """
    operation = probe.first_read()
    if operation is None:
        raise NotApplicable(Text(vi="không có thao tác GET", en="there is no GET operation"))
    known = probe.baseline(operation)
    rest = known.request.url.removeprefix(probe.target.base_url)
    if not _is_told(known) or not rest.startswith("/"):
        raise NotApplicable(
            Text(vi="trả lời gốc không có gì để so", en="the true answer has nothing to compare")
        )
    made_up = probe.get(f"/{probe.canary()}{rest}", identity=known.identity)
    if _is_copy(made_up, known):
        raise NotApplicable(
            Text(
                vi="hệ thống bỏ qua phần đầu của đường dẫn: ở đâu cũng là một dịch vụ",
                en="the system overlooks the beginning of paths: it is one service everywhere",
            )
        )
    for place in places:
        if probe.scene.meant_by((place + rest).partition("?")[0]):
            continue
        try:
            answer = probe.get(place + rest, identity=known.identity)
        except NotTested as outcome:
            if outcome.reason is Reason.BLOCKED:  # a firewall in front hides it just as well
                continue
            raise
        require(
            not _is_copy(answer, known),
            expected=Text(
                vi=f"không có bản sao ở {place}{operation.path}",
                en=f"no copy at {place}{operation.path}",
            ),
            observed=Text(
                vi=f"{answer.status} với cùng các thành phần",
                en=f"{answer.status} with the same members",
            ),
            by=answer,
        )


def _is_copy(answer: Exchange, known: Exchange) -> bool:
    same = answer.succeeded and _is_told(answer)
    return same and answer.member_names == known.member_names


def _is_told(answer: Exchange) -> bool:
    return answer.is_json and len(answer.member_names) >= _FEWEST_NAMES
