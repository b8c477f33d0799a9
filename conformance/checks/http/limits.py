"""Requests that are longer than anybody needs."""

from __future__ import annotations

from functools import partial

from conformance.check import check, require
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested

LONG_QUERY, LONG_FIELD, MANY_FIELDS = 16 * 1024, 32 * 1024, 200


@check(catalogue="SEC-021", per="target", requests=4)
def overlong_requests_are_refused_cleanly(probe: Probe) -> None:
    """A request that is too long is refused or served, and breaks nothing.

    After a GET operation that succeeds, asks it with a query of 16 KiB, then with a field of
    32 KiB, then with 200 fields, all of them of invented names. Broken where the answer is an
    error of the server (5xx): for what is too long there are 414 (RFC 9110, section 15.5.15) and
    431 (RFC 6585, section 5), and other refusals (4xx) do as well. A connection that ends without
    an answer leaves the question open.
    """
    operation = probe.first_read()
    if operation is None:
        raise NotApplicable(Text(vi="không có thao tác GET", en="there is no GET operation"))
    probe.control(operation)
    ask = partial(probe.call_bare, operation, wellformed=False)
    query = {"vnct": "a" * LONG_QUERY}
    many = tuple((f"X-VNCT-{number}", "a") for number in range(MANY_FIELDS))
    why: NotTested | None = None
    for said, asking in (
        (f"{LONG_QUERY} B, query", partial(ask, query=query)),
        (f"{LONG_FIELD} B, X-VNCT", partial(ask, headers=(("X-VNCT", "a" * LONG_FIELD),))),
        (f"{MANY_FIELDS} × X-VNCT-…", partial(ask, headers=many)),
    ):
        try:
            _be_clean(asking(), said)
        except NotTested as outcome:
            why = why or outcome
    if why is not None:
        raise why


def _be_clean(answer: Exchange, said: str) -> None:
    require(
        answer.status < 500,
        expected=Text(
            vi="414, 431 hoặc mã 4xx khác, hay vẫn phục vụ",
            en="414, 431 or another 4xx, or service as usual",
        ),
        observed=f"{said} → {answer.status}",
        by=answer,
    )
