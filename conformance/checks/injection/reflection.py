"""Input that a page shows: what a caller sends stays text there."""

from __future__ import annotations

from functools import partial
from urllib.parse import quote

from conformance.check import check, require
from conformance.checks.injection.parameters import Place, each, narrowness, places
from conformance.evidence import Exchange
from conformance.formats import pages
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason


@check(catalogue="SEC-018", per="target", requests=2, times="max_params")
def reflected_markup_stays_text(probe: Probe, *, max_params: int = 2) -> None:
    """What a caller sends does not become markup of a page that is answered.

    Sends an element of an invented name, with both quotation marks, in a path that no contract
    names and in `max_params` text parameters of GET operations, those of operations that answer
    pages and those with the widest schemas first. Broken where a browser shows the answer as HTML,
    SVG or XML and the element stands in it as it was sent; an answer in JSON may hold it, and in a
    page it may stand escaped (ASVS 5.0, 1.2.1; CWE-79).
    """
    said = f"<{probe.own_word()}\"'>"
    _is_text(probe.get(f"{probe.unknown_path()}/{quote(said, safe='')}"), said)
    try:
        found = places(probe, _likely, max_params)
    except NotApplicable:
        return
    each(found, partial(_stays_text, probe))


def _stays_text(probe: Probe, place: Place) -> None:
    usual = probe.baseline(place.operation)
    if usual.status >= 400:
        raise probe.why_no_success(place.operation, usual)
    said = f"<{probe.own_word()}\"'>"
    try:
        answer = place.ask(probe, said)
    except NotTested as outcome:
        if outcome.reason is Reason.BLOCKED:  # stopped in front of it
            return
        raise
    _is_text(answer, said, place.name)


def _is_text(answer: Exchange, said: str, name: str = "") -> None:
    """Require that a page does not hold what was sent as the element that it looks like."""
    if answer.media_type not in pages.SHOWN or not answer.is_a_page:
        return
    element = said.partition('"')[0].encode()
    require(
        element not in answer.body,
        expected=Text(
            vi="dấu < trong giá trị được viết thành &lt; trong trang",
            en="the sign < of a value to be written &lt; in a page",
        ),
        observed=f"{name or answer.request.method} → {answer.status} {answer.media_type}",
        by=answer,
    )


def _likely(place: Place) -> tuple[bool, bool, int]:
    kinds = {kind for named in place.operation.responses.values() for kind in named}
    return not kinds & pages.SHOWN, place.is_a_version, narrowness(place)
