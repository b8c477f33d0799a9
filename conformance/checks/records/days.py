"""What held on a day: a register is asked as of that day, and nothing of the past is rewritten."""

from __future__ import annotations

from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.fields import day, moment
from conformance.mapping import Held, Mapped
from conformance.probe import Probe
from conformance.probe.obstacles import unbroken
from conformance.text import Text
from conformance.verdict import NotTested, Reason


@check(catalogue="DAT-006", per="operation", requests=1, times="days")
def registers_tell_what_held_on_a_day(  # noqa: PLR0913  # what is asked, and where the answer stands
    probe: Probe,
    operation: Operation,
    mapping: Mapped,
    *,
    parameter: str = "",
    days: tuple[str, ...] = (),
    since: str = "",
    until: str = "",
    only: tuple[str, ...] = (),
) -> None:
    """Asked as of a day, a register tells what held on that day.

    Asks a list once for each day: something comes back each time, each entry held on the day
    (from `since` to `until`, where these are told), and what comes back for the first and for the
    last day is not the same (between which days something changed, the requirement's norm says).
    `only` are further parameters, as `name=value`, that make the lists short. A parameter that the
    operation does not have is not asked for.
    """
    if parameter not in {one.name for one in operation.parameters}:
        raise NotTested(
            Reason.NO_MAPPING,
            Text(
                vi=f"{operation.unit} không có tham số {parameter}",
                en=f"{operation.unit} has no parameter {parameter}",
            ),
        )
    narrowed = dict(pair.split("=", 1) for pair in only)
    met = []
    for asked in days:
        answer = unbroken(probe.call(operation, query={**narrowed, parameter: asked}))
        if not answer.succeeded:
            raise NotTested(
                Reason.NO_TEST_DATA,
                Text(vi=f"{asked}: {answer.status}", en=f"{asked}: {answer.status}"),
            )
        held = mapping.records(answer, [since, until])
        require(
            held,
            expected=Text(vi="có bản ghi vào ngày được hỏi", en="records on the day asked for"),
            observed=Text(vi=f"{asked}: không có", en=f"{asked}: none"),
        )
        for one in held:
            require(
                _held_on(one, asked, since, until),
                expected=Text(
                    vi="chỉ những gì có hiệu lực vào ngày được hỏi",
                    en="only what held on the day asked for",
                ),
                observed=f"{asked}: {one.one(since)} – {one.one(until) or '…'}",
            )
        met.append(answer.json())
    require(
        met[0] != met[-1],
        expected=Text(
            vi="danh mục của hai ngày khác nhau thì khác nhau", en="two lists for the two days"
        ),
        observed=Text(vi="hai trả lời như nhau", en="the same answer twice"),
    )


def _held_on(one: Held, asked: str, since: str, until: str) -> bool:
    begun, ended = moment(one.one(since)), moment(one.one(until))
    # Days of ISO 8601 come in the order of their texts.
    has_begun = begun is None or day(begun).isoformat() <= asked
    return has_begun and (ended is None or asked <= day(ended).isoformat())
