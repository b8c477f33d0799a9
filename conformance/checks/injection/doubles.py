"""Parameters that are given twice, or from another place than the one they belong to."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from conformance.check import check, require
from conformance.checks.injection import answers
from conformance.checks.injection.answers import Said
from conformance.checks.injection.parameters import Place, narrowness, places
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotTested, Reason

_BROKEN = 500
_ROUNDS = 2


@check(catalogue="FUZ-019", per="target", requests=1 + 3 * _ROUNDS, times="max_params")
def parameters_come_from_the_query_once(probe: Probe, *, max_params: int = 1) -> None:
    """A parameter of the query comes from the query, and one that is given twice does no harm.

    Takes `max_params` optional text parameters of the query of GET operations, of which the target
    file gives none a value: filters and search words before what shapes an answer. Gives one twice,
    with different texts: broken where that is a server error. To take the first, the last or both,
    or to refuse, is legal. Then leaves it out, sends a word of ours in it, and the same word in a
    cookie of that name: broken where the cookie is answered like the parameter and unlike its
    absence, both times, for then whoever can set a cookie in a browser chooses what is asked, past
    everything that looks at addresses (OWASP ASVS 5.0, 15.3.7; CWE-235). A parameter that changes
    nothing decides nothing, nor one for which the contract declares a cookie.
    """

    def rank(place: Place) -> tuple[bool, int, int]:
        return place.is_a_version, place.remoteness, narrowness(place)

    found = places(
        probe,
        rank,
        max_params,
        wanted=lambda p: (
            p.parameter.place == "query"
            and not p.parameter.required
            and not p.is_given(probe)
            and not _has_a_cookie(p.operation, p.parameter.name)
        ),
    )
    why: NotTested | None = None
    for place in found:
        try:
            _comes_from_the_query(probe, place)
        except NotTested as outcome:
            why = why or outcome
    if why is not None:
        raise why


def _comes_from_the_query(probe: Probe, place: Place) -> None:
    name, operation = place.parameter.name, place.operation
    one, other = probe.canary(), probe.canary()
    absent = [probe.control(operation)]
    who = probe.allowed(operation)
    question = probe.form(operation, identity=who, values={name: one})
    again = f"{question.url}&{quote(name, safe='')}={other}"
    twice = probe.send(replace(question, url=again, operation=operation.unit, wellformed=False))
    require(
        twice.status < _BROKEN,
        expected=Text(
            vi="tham số lặp lại bị từ chối hoặc được đọc theo một cách",
            en="a repeated parameter to be refused, or read in some way",
        ),
        observed=f"{place.name}: {twice.status}",
        by=twice,
    )
    given: list[Exchange] = []
    cookies: list[Exchange] = []
    for turn in range(_ROUNDS):
        absent += [probe.call(operation)] if turn else []
        given.append(place.ask(probe, one))
        cookies.append(
            probe.call(operation, headers=(("Cookie", f"{name}={one}"),), wellformed=False)
        )
        if not turn and not _differs([_said(a, one) for a in cookies], absent, one):
            break
    without, within = (answers.common(_said(a, one) for a in some) for some in (absent, given))
    if without is None or within is None or answers.alike(_said(given[0], one), without):
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"{place.name}: tham số không làm thay đổi trả lời",
                en=f"{place.name}: the parameter changes nothing in the answer",
            ),
        )
    took = [_said(a, one) for a in cookies]
    obeyed = len(took) == _ROUNDS and all(
        answers.alike(c, within) and not answers.alike(c, without) for c in took
    )
    require(
        not obeyed,
        expected=Text(
            vi="tham số truy vấn không lấy từ cookie",
            en="a parameter of the query not to be taken from a cookie",
        ),
        observed=place.name,
        by=cookies[-1],
    )


def _differs(took: list[Said], absent: list[Exchange], word: str) -> bool:
    return not all(answers.alike(c, _said(absent[0], word)) for c in took)


def _said(answer: Exchange, word: str) -> Said:
    return answers.said(answer, word, "~")


def _has_a_cookie(operation: Operation, name: str) -> bool:
    return any(p.place == "cookie" and p.name == name for p in operation.parameters)
