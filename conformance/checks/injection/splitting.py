"""Input that ends a header field."""

from __future__ import annotations

import re
from functools import partial

from conformance.check import check, require
from conformance.checks.injection.parameters import Place, each, narrowness, places
from conformance.contract.operations import Operation
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotTested, Reason

FIELD = "X-VNCT"
# CR LF, LF alone, and two characters whose last bytes some servers cut down to CR and LF.
BREAKS = ("%0d%0a", "%0a", "%E5%98%8A%E5%98%8D")
_SPEAKS_OF_HEADERS = re.compile(
    r"(?i)redirect|return|next|url|uri|callback|file|ten_?tep|lang|ngon_?ngu|cookie"
)


@check(catalogue="INJ-005", per="target", requests=len(BREAKS) + 1, times="max_params")
def parameters_end_no_header(probe: Probe, *, max_params: int = 1) -> None:
    """What a caller sends cannot end a header field and begin another.

    Takes `max_params` text parameters of GET operations: first those whose names speak of what goes
    into header fields, such as addresses and file names, words for versions last; none of an
    operation that turns away its own example or answers the contract itself, while there are
    others. Sends a canary, a line end in three spellings and a field of our own. Broken where the
    answer has that field; the text in a body is no field (OWASP ASVS 5.0, 1.2.1; CWE-113).
    """
    each(places(probe, _likely, max_params), partial(_ends_no_header, probe))


def _ends_no_header(probe: Probe, place: Place) -> None:
    _is_answered(probe, place.operation)
    for ending in BREAKS:
        try:
            answer = place.ask_literally(probe, f"{probe.canary()}{ending}{FIELD}:%201")
        except NotTested as outcome:
            if outcome.reason is Reason.BLOCKED:  # stopped in front of it
                continue
            raise
        require(
            not answer.header_all(FIELD),
            expected=Text(
                vi="giá trị tham số không thêm được trường tiêu đề",
                en="no value of a parameter to add a header field",
            ),
            observed=f"{place.name}: {ending}",
        )


def _is_answered(probe: Probe, operation: Operation) -> None:
    """Pass where an operation answers its example with a success, or leads elsewhere."""
    try:
        probe.control(operation)
    except NotTested:
        # Where to go next is the header field that callers most often fill.
        last = probe.asked[-1] if probe.asked else None
        if last is None or not last.header_all("Location"):
            raise


def _likely(place: Place) -> tuple[bool, bool, bool, int]:
    named = bool(_SPEAKS_OF_HEADERS.search(place.parameter.name))
    spoken = place.is_a_version and not named
    return not named, spoken, place.parameter.place != "query", narrowness(place)
