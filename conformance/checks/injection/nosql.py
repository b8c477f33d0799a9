"""Input that reaches a store of documents."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from conformance import nesting
from conformance.check import check, require
from conformance.checks.injection.parameters import Place, narrowness, places
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.likeness import VOLATILE, fits, steady
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

PLAIN = ""
UNEQUAL, EQUAL = "$ne", "$eq"
# An operator that no store has, and a name that is none.
NO_OPERATOR, NO_NAME = "$vnct", "vnctkey"
_TO_BEGIN_WITH = (PLAIN, UNEQUAL, NO_OPERATOR)
# What looks wrong is asked again; what changes by itself shows only then.
_AFTERWARDS = (PLAIN, UNEQUAL, NO_OPERATOR, NO_NAME, EQUAL)


@check(
    catalogue="INJ-003",
    per="target",
    requests=len(_TO_BEGIN_WITH) + len(_AFTERWARDS),
    times="max_params",
)
def parameters_stay_data_in_nosql(probe: Probe, *, max_params: int = 1) -> None:
    """What a caller sends is a value to the store, never one of its operators.

    Takes `max_params` text parameters of the query of GET operations, filters and search words of
    records before others; where no operation has one, text members of JSON bodies of operations
    that read. Sends a canary, and the same canary under the operator "not equal" of document
    stores: `name[$ne]=…`, in a body `{"$ne": …}`. What is answered otherwise than the canary, with
    success, is looked at closer: an operator that no store has and a name that is none have to be
    answered otherwise still, or the parameter was overlooked, which is legal; the operator "equal"
    has to find no more than the bare canary; what was asked first is asked twice. Then the
    operator was carried out, and everything that the filter holds back is open (OWASP ASVS 5.0,
    1.2.4; CWE-943). Not judged: parameters in the path, which take no brackets, those for which
    the contract declares operators of its own, log-ins, and whatever changes data.
    """
    found = _found(probe, max_params)
    why: NotTested | None = None
    for place in found:
        try:
            _stays_data(probe, place)
        except NotTested as outcome:
            why = why or outcome
    if why is not None:
        raise why


@dataclass(frozen=True)
class _Place:
    """Where a value goes: an operation, what it is called, and how it is asked with an operator."""

    operation: Operation
    member: str
    name: str
    ask: Callable[[Probe, str, str], Exchange]


@dataclass(frozen=True)
class _Said:
    """An answer in which our own words stand for nothing."""

    good: bool
    status: int
    value: Any


_Round = dict[str, _Said]


def _stays_data(probe: Probe, place: _Place) -> None:
    usual = probe.baseline(place.operation)
    if not place.operation.succeeded(usual):
        raise probe.why_no_success(place.operation, usual)
    word = probe.canary()
    first = {sign: _said(probe, place, sign, word) for sign in _TO_BEGIN_WITH}
    if not first[UNEQUAL].good:
        return
    if first[UNEQUAL] == first[PLAIN]:
        _has_an_effect(place, usual, first[PLAIN])
    if first[UNEQUAL] in (first[PLAIN], first[NO_OPERATOR]):
        return
    rounds = [first, {sign: _said(probe, place, sign, word) for sign in _AFTERWARDS}]
    require(
        not _obeyed(rounds, place, usual),
        expected=Text(
            vi="toán tử của kho dữ liệu gửi trong tham số không được thực thi",
            en="an operator of the store sent in a parameter not to be carried out",
        ),
        observed=f"{place.name}: {UNEQUAL}",
    )


def _has_an_effect(place: _Place, usual: Exchange, plain: _Said) -> None:
    """Pass where a canary is answered otherwise than the example.

    Raises:
        NotTested: it is not, so nobody looks at the parameter, or nobody can tell.
    """
    if fits(_value(usual, ()), plain.value):
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"{place.name}: tham số không làm thay đổi trả lời",
                en=f"{place.name}: the parameter changes nothing in the answer",
            ),
        )


def _obeyed(rounds: list[_Round], place: _Place, usual: Exchange) -> bool:
    """Whether the operator was carried out in every round.

    Raises:
        NotTested: answers to one question differ too much, the parameter changes nothing, or
            "equal" is no operator here.
    """
    name = place.name
    plain, unequal = _common(rounds, PLAIN), _common(rounds, UNEQUAL)
    if plain is None or unequal is None:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"{name}: trả lời cho cùng một giá trị mỗi lần một khác",
                en=f"{name}: the answers to one value differ from each other",
            ),
        )
    differs = not any(_alike(said, plain) for said in _to(rounds, UNEQUAL))
    if not differs:
        _has_an_effect(place, usual, plain)
    others = [*_to(rounds, NO_OPERATOR), *_to(rounds, NO_NAME)]
    overlooked = any(_alike(said, unequal) for said in others)
    if not (unequal.good and differs) or overlooked:
        return False
    # Who refuses the canary by its form need not do so behind an operator.
    finds_no_more = all(
        not said.good or (_alike(said, plain) if plain.good else not _alike(said, unequal))
        for said in _to(rounds, EQUAL)
    )
    if not finds_no_more:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"{name}: trả lời khác đi với {UNEQUAL} nhưng {EQUAL} không được hiểu như bằng",
                en=f"{name}: {UNEQUAL} is answered otherwise, but {EQUAL} not like the value",
            ),
        )
    return True


def _to(rounds: list[_Round], sign: str) -> list[_Said]:
    """Return what was answered to one question in all rounds."""
    return [said[sign] for said in rounds if sign in said]


def _common(rounds: list[_Round], sign: str) -> _Said | None:
    answers = _to(rounds, sign)
    value = reduce(steady, (answer.value for answer in answers))
    if len({(answer.good, answer.status) for answer in answers}) > 1 or value is VOLATILE:
        return None
    return replace(answers[0], value=value)


def _alike(said: _Said, pattern: _Said) -> bool:
    same = (said.good, said.status) == (pattern.good, pattern.status)
    return same and fits(said.value, pattern.value)


def _said(probe: Probe, place: _Place, sign: str, word: str) -> _Said:
    answer = place.ask(probe, sign, word)
    # An echo of the question differs as the question does, and proves nothing.
    value = _value(answer, (sign, word) if sign else (word,))
    return _Said(place.operation.succeeded(answer), answer.status, value)


def _value(answer: Exchange, echoed: Iterable[str]) -> Any:
    text = answer.body.decode("utf-8", "replace")
    for part in echoed:
        for form in (part, json.dumps(part)[1:-1], quote(part, safe="")):
            text = text.replace(form, "~")
    try:
        return nesting.loads(text)
    except ValueError:
        return text


# --- where values go ------------------------------------------------------------------------------


def _found(probe: Probe, most: int) -> list[_Place]:
    def rank(place: Place) -> tuple[int, int]:
        return place.remoteness, narrowness(place)

    try:
        return [_in_query(p) for p in places(probe, rank, most, wanted=_takes_no_operators)]
    except NotApplicable:
        found = [place for o in probe.scene.operations for place in _in_body(probe, o)]
        if not found:
            raise
        # What every service is sent tells who asks; what few are sent, what is asked for.
        common = Counter(place.member for place in found)
        found.sort(key=lambda place: (not place.operation.personal, common[place.member]))
        names = "; ".join(place.name for place in found[:most])
        probe.note(
            Text(
                vi=f"đã xét {len(found[:most])} trong {len(found)} thành phần: {names}",
                en=f"{len(found[:most])} of {len(found)} members looked at: {names}",
            )
        )
        return found[:most]


def _takes_no_operators(place: Place) -> bool:
    name = place.parameter.name
    others = (p.name for p in place.operation.parameters)
    return place.parameter.place == "query" and not any(o.startswith(f"{name}[") for o in others)


def _in_query(place: Place) -> _Place:
    name = place.parameter.name

    def ask(probe: Probe, sign: str, word: str) -> Exchange:
        who = probe.allowed(place.operation)
        question = probe.form(place.operation, identity=who, values={name: word})
        address, _, query = question.url.partition("?")
        kept = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] != name]
        sent = urlencode([*kept, (f"{name}[{sign}]" if sign else name, word)])
        url = f"{address}?{sent}"
        return probe.send(
            replace(question, url=url, operation=place.operation.unit, wellformed=False)
        )

    return _Place(place.operation, name, place.name, ask)


def _in_body(probe: Probe, operation: Operation) -> list[_Place]:
    """Return the text members of the body of an operation that reads, as its example has them."""
    written = any("json" in name.lower() for name in operation.request_types)
    if operation.method == "GET" or not operation.reads or not written:
        return []
    try:
        body = probe.example_body(operation)
    except NotTested:
        return []
    told = operation.discriminator[0] if operation.discriminator else ""
    names = [n for n, value in body.items() if isinstance(value, str) and n != told]
    return [
        _Place(operation, name, f"{operation.unit}, {name}", _asking(operation, name))
        for name in names
    ]


def _asking(operation: Operation, name: str) -> Callable[[Probe, str, str], Exchange]:
    def ask(probe: Probe, sign: str, word: str) -> Exchange:
        value = {sign: word} if sign else word
        return probe.call(operation, members={name: value}, wellformed=False)

    return ask
