"""Input that reaches a database."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import partial, reduce
from typing import Any
from urllib.parse import quote, quote_plus

from conformance import nesting
from conformance.check import check, require
from conformance.checks.injection.parameters import Place, each, narrowness, places
from conformance.evidence import Exchange
from conformance.likeness import VOLATILE, fits, steady
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotTested, Reason

ROUNDS = 3
_AGAIN = "v again"
# What databases say, and nobody else; a word such as "SQL" alone is no proof.
SIGNATURES = re.compile(
    r"\bORA-\d{5}\b|\bSQLSTATE\[|\bPG::\w+Error\b"
    r"|\bsyntax error at or near \"|\bunterminated quoted string at or near \""
    r"|You have an error in your SQL syntax"
    r"|Unclosed quotation mark after the character string|Microsoft OLE DB Provider"
    r"|\bSQLITE_ERROR\b|\bsqlite3\.OperationalError\b"
)


@check(catalogue="INJ-001", per="target", requests=ROUNDS * 10, times="max_params")
def parameters_stay_data_in_sql(probe: Probe, *, max_params: int = 1) -> None:
    """What a caller sends is data to the database, never part of a statement.

    Takes `max_params` parameters of GET operations, those with a known value first: identifiers,
    filters and search words of records before others, versions last, and of those the ones whose
    schema turns least away; none of an operation that turns away its own example or answers the
    contract itself, while there are others. With the value v, in a round: v itself; v with one
    quote, and with two; v with a condition that is true, twice (`' AND '1'='1`), and one that is
    false, twice; the same words without quotes or signs, twice; and v once more. What looks wrong
    is asked in three rounds in all. Broken where one quote brings an error of a database and two do
    not; or where in every round the true conditions answer like v, the false ones like each other
    and unlike v, and the bare words like each other. A parameterised query takes all of them for
    texts that it does not find; a parameter that changes nothing in the answer proves nothing
    (OWASP ASVS 5.0, 1.2.4; CWE-89). It costs 10 requests a parameter, 30 where something looks
    wrong.
    """

    def rank(place: Place) -> tuple[tuple[bool, bool, bool], int, bool, int]:
        # What the owner of the target gives is known to find something.
        known = place.value(probe) is None, place.is_a_version, not place.is_given(probe)
        # Texts first: most numbers are the page and its size, which reach no condition.
        return known, place.remoteness, place.numeric, narrowness(place)

    found = places(probe, rank, max_params, numbers=True)
    each(found, partial(_stays_data, probe))


def _stays_data(probe: Probe, place: Place) -> None:
    value = place.value(probe)
    if value is None:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"thiếu giá trị mẫu cho {place.name}: thêm vào `examples` của tệp đích",
                en=f"no value for {place.name}: add it to `examples` in the target file",
            ),
        )
    rounds = [_round(probe, place, value)]
    if _told_by_an_error(rounds[0]) or _decides(rounds, place.name):
        rounds += [_round(probe, place, value) for _ in range(ROUNDS - 1)]
    require(
        not all(_told_by_an_error(one) for one in rounds),
        expected=Text(
            vi="dấu nháy trong tham số không gây lỗi của cơ sở dữ liệu",
            en="a quote in a parameter not to bring an error of the database",
        ),
        observed=place.name,
    )
    require(
        not _obeyed(rounds, place.name),
        expected=Text(
            vi="điều kiện SQL gửi trong tham số không được thực thi",
            en="an SQL condition sent in a parameter not to be carried out",
        ),
        observed=place.name,
    )


@dataclass(frozen=True)
class _Said:
    """An answer in which our own words are replaced by the value that they were added to."""

    status: int
    text: str
    value: Any


_Round = dict[str, _Said]


def _round(probe: Probe, place: Place, value: str) -> _Round:
    asked = {"v": value, "one quote": f"{value}'", "two quotes": f"{value}''"}
    if place.numeric:
        asked |= {f"true {n}": f"{value} AND {n}={n}" for n in (1, 2)}
        asked |= {f"false {n}": f"{value} AND {n}={n + 1}" for n in (1, 2)}
    else:
        pairs = (1, "1", "2"), (2, "a", "b")
        asked |= {f"true {n}": f"{value}' AND '{w}'='{w}" for n, w, _ in pairs}
        asked |= {f"false {n}": f"{value}' AND '{w}'='{o}" for n, w, o in pairs}
    asked |= {f"words {n}": f"{value} AND 1 {n}" for n in (1, 2)}
    asked |= {_AGAIN: value}
    said = {name: _said(place.ask(probe, sent), sent, value) for name, sent in asked.items()}
    if not 200 <= said["v"].status < 300:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"{place.name}: giá trị mẫu không được trả lời thành công",
                en=f"{place.name}: the value itself is not answered with success",
            ),
        )
    return said


def _said(answer: Exchange, sent: str, value: str) -> _Said:
    text = answer.body.decode("utf-8", "replace")
    # An echo differs as the question does, and proves nothing.
    for form in (sent, json.dumps(sent)[1:-1], quote(sent, safe=""), quote_plus(sent)):
        text = text.replace(form, value)
    try:
        return _Said(answer.status, text, nesting.loads(text))
    except ValueError:
        return _Said(answer.status, text, text)


def _told_by_an_error(said: _Round) -> bool:
    broken = SIGNATURES.search(said["one quote"].text)
    return bool(broken) and not any(
        SIGNATURES.search(said[name].text) for name in ("two quotes", "v")
    )


def _decides(rounds: list[_Round], name: str) -> bool:
    """Whether in all rounds true conditions answer like the value, and false ones do not.

    Raises:
        NotTested: nothing in the answer to the value itself can be compared, or the parameter
            changes nothing in it.
    """
    plain = _common(rounds, "v", _AGAIN)
    if plain is None:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"{name}: trả lời cho cùng một giá trị mỗi lần một khác",
                en=f"{name}: the answers to one value differ from each other",
            ),
        )
    if all(_alike(answer, plain) for said in rounds for answer in said.values()):
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"{name}: tham số không làm thay đổi trả lời; nêu trong `examples` của tệp đích"
                " một giá trị tìm ra dữ liệu",
                en=f"{name}: the parameter changes nothing in the answer; give a value that finds"
                " something in `examples` of the target file",
            ),
        )
    true, false = (
        [answer for said in rounds for asked, answer in said.items() if asked.startswith(kind)]
        for kind in ("true", "false")
    )
    return all(_alike(a, plain) for a in true) and not any(_alike(a, plain) for a in false)


def _obeyed(rounds: list[_Round], name: str) -> bool:
    """Whether in all rounds true was true, false was false, and bare words were neither.

    One round does not tell: what changes by itself shows only from round to round.

    Raises:
        NotTested: as `_decides`.
    """
    return (
        _decides(rounds, name)
        and len(rounds) == ROUNDS
        and _same(rounds, "false 1", "false 2")
        and _same(rounds, "words 1", "words 2")
    )


def _same(rounds: list[_Round], one: str, other: str) -> bool:
    """Whether two questions are answered alike in all rounds, what changes by itself apart."""
    # Each is compared with what is steady in the other: were both put together, what tells them
    # apart would look as if it changed by itself.
    steady_one, steady_other = _common(rounds, one), _common(rounds, other)
    return (
        steady_one is not None
        and steady_other is not None
        and all(_alike(said[other], steady_one) for said in rounds)
        and all(_alike(said[one], steady_other) for said in rounds)
    )


def _common(rounds: list[_Round], *names: str) -> _Said | None:
    """Return what the answers to one question have in common; None where that is nothing.

    An empty list is something: it is how a search says that it found nothing.
    """
    answers = [said[name] for said in rounds for name in names]
    value = reduce(steady, (answer.value for answer in answers))
    if len({answer.status for answer in answers}) > 1 or value is VOLATILE:
        return None
    return _Said(answers[0].status, "", value)


def _alike(said: _Said, pattern: _Said) -> bool:
    return said.status == pattern.status and fits(said.value, pattern.value)
