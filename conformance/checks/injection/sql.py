"""Input that reaches a database."""

from __future__ import annotations

import re
from functools import partial

from conformance.check import check, require
from conformance.checks.injection import answers, delays
from conformance.checks.injection.answers import Said
from conformance.checks.injection.parameters import Place, each, narrowness, places
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
    found = places(probe, partial(near_records, probe), max_params, numbers=True)
    each(found, partial(_stays_data, probe))


# As each database reads them; where a statement goes on behind the value, so do they.
_SLEEPS = (
    " AND 1=(SELECT 1 FROM PG_SLEEP({}))",
    " AND (SELECT 1 FROM (SELECT(SLEEP({})))vnct)",
    ";WAITFOR DELAY '0:0:{}'--",
    " AND 1=DBMS_PIPE.RECEIVE_MESSAGE('vnct',{})",
)


@check(
    catalogue="INJ-002",
    per="target",
    safety="intrusive",
    requests=1 + delays.requests(len(_SLEEPS)),
    times="max_params",
)
def no_statement_sleeps(probe: Probe, *, max_params: int = 1) -> None:
    """What a caller sends cannot make the database wait.

    Takes the parameters of `parameters_stay_data_in_sql`: this one also shows where a value reaches
    a statement of whose outcome no answer tells. Sends the value with words that would have
    PostgreSQL, MySQL and MariaDB, SQL Server or Oracle sleep. What comes late is looked at in four
    rounds: no sleep, a sleep, and one of twice its length, in the same words, each of which has to
    take as long as it says. Whoever is slow at any odd value is slow without the sleep too. How
    long it is depends on how much the usual answers vary, at least one second; where they vary by
    more than one, nothing is told (OWASP ASVS 5.0, 1.2.4; CWE-89). It costs 8 requests a parameter
    where nothing sleeps.
    """
    found = places(probe, partial(near_records, probe), max_params, numbers=True)
    each(found, partial(_lets_nothing_sleep, probe))


def _lets_nothing_sleep(probe: Probe, place: Place) -> None:
    value = known(probe, place)
    probe.control(place.operation)
    late = delays.obeyed(
        partial(place.ask, probe),
        value,
        [partial(_sleeping, place, value, words) for words in _SLEEPS],
        place.name,
    )
    require(
        late is None,
        expected=Text(
            vi="lời chờ của cơ sở dữ liệu gửi trong tham số không được thực thi",
            en="a database's word for waiting, sent in a parameter, not to be carried out",
        ),
        observed=place.name,
        by=late,
    )


def _sleeping(place: Place, value: str, words: str, seconds: int) -> str:
    if place.numeric:
        return value + words.format(seconds)
    # A statement that ends in a comment needs no quote to be closed.
    closing = "" if words.endswith("--") else " AND '1'='1"
    return f"{value}'{words.format(seconds)}{closing}"


def near_records(probe: Probe, place: Place) -> tuple[tuple[bool, bool, bool], int, bool, int]:
    """Return the rank of a parameter: the lower, the likelier it chooses what is found."""
    # What the owner of the target gives is known to find something.
    chosen = place.value(probe) is None, place.is_a_version, not place.is_given(probe)
    # Texts first: most numbers are the page and its size, which reach no condition.
    return chosen, place.remoteness, place.numeric, narrowness(place)


def known(probe: Probe, place: Place) -> str:
    """Return the value that a parameter is known to take.

    Raises:
        NotTested: nobody gave one.
    """
    value = place.value(probe)
    if value is None:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"thiếu giá trị mẫu cho {place.name}: thêm vào `examples` của tệp đích",
                en=f"no value for {place.name}: add it to `examples` in the target file",
            ),
        )
    return value


def _stays_data(probe: Probe, place: Place) -> None:
    value = known(probe, place)
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


_Round = dict[str, Said]


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
    said = {name: answers.said(place.ask(probe, sent), sent, value) for name, sent in asked.items()}
    if not 200 <= said["v"].status < 300:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"{place.name}: giá trị mẫu không được trả lời thành công",
                en=f"{place.name}: the value itself is not answered with success",
            ),
        )
    return said


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
    if all(answers.alike(answer, plain) for said in rounds for answer in said.values()):
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
    return all(answers.alike(a, plain) for a in true) and not any(
        answers.alike(a, plain) for a in false
    )


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
        and all(answers.alike(said[other], steady_one) for said in rounds)
        and all(answers.alike(said[one], steady_other) for said in rounds)
    )


def _common(rounds: list[_Round], *names: str) -> Said | None:
    """Return what the answers to one question have in common; None where that is nothing.

    An empty list is something: it is how a search says that it found nothing.
    """
    return answers.common(said[name] for said in rounds for name in names)
