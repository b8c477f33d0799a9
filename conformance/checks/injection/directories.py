"""Input that reaches a directory, or a document that is searched by paths."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from conformance.check import check, require
from conformance.checks.injection import answers
from conformance.checks.injection.answers import Said
from conformance.checks.injection.parameters import Place, each, places
from conformance.checks.injection.sql import known, near_records
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotTested, Reason

ROUNDS = 3
_PLAIN = "v"
_Round = Mapping[str, Said]


@dataclass(frozen=True)
class Language:
    """Words that a language of queries carries out, to be put behind a value.

    Attributes:
        name: of the language.
        broken: what no query may hold, so that a reader of queries complains.
        first: a condition that is true and one that is false: asked to begin with.
        others: the same in other words, and words of no condition, which tell what a search makes
            of any words.
        complaint: what readers of such queries say, and nobody else.
    """

    name: str
    broken: str
    first: Mapping[str, str]
    others: Mapping[str, str]
    complaint: re.Pattern[str]


# No database of SQL knows `string-length`; XPath knows no capital letters in `and`.
XPATH = Language(
    "XPath",
    "'",
    {
        "true 1": "' and string-length('a')=1 and '1'='1",
        "false 1": "' and string-length('a')=2 and '1'='1",
    },
    {
        "true 2": "' and string-length('ab')=2 and '2'='2",
        "false 2": "' and string-length('ab')=3 and '2'='2",
        "words 1": " and string length a 1",
        "words 2": " and string length ab 2",
    },
    re.compile(
        r"\bXPathE(?:xception|rror|xpressionException|valError)\b|\bxmlXPath(?:Eval|CompOpEval)\b"
        r"|\bSimpleXMLElement::xpath\(\)|\bDOMXPath::(?:query|evaluate)\(\)|\bXPST0003\b"
        r"|\bSystem\.Xml\.XPath\."
    ),
)
LDAP = Language(
    "LDAP",
    ")",
    {"true 1": ")(objectClass=*", "false 1": ")(objectClass=vnct"},
    {
        "true 2": ")(|(objectClass=*)(cn=*)",
        "false 2": ")(!(objectClass=*)",
        "words 1": " objectClass 1",
        "words 2": " objectClass vnct",
    },
    re.compile(
        r"\bInvalidSearchFilterException\b|\bLDAPException\b|\bcom\.sun\.jndi\.ldap\b"
        r"|\bBad search filter\b|\bLDAPInvalidFilterError\b|\bldap\.FILTER_ERROR\b"
        r"|\bldap_search\(\)|\bSystem\.DirectoryServices\."
    ),
)
_TO_BEGIN_WITH = 3


@check(
    catalogue="INJ-010",
    per="target",
    # The usual call and the value, then for each language an odd sign and two conditions; whatever
    # looks wrong in three rounds of eight.
    requests=2 + 2 * (_TO_BEGIN_WITH + 8 * ROUNDS),
    times="max_params",
)
def parameters_stay_data_in_directories(probe: Probe, *, max_params: int = 1) -> None:
    """What a caller sends is data to a directory and to a search by XPath, never part of a query.

    Takes the parameters of `parameters_stay_data_in_sql`. With the value v: v with a sign that
    breaks a query, with a condition that is true, and with one that is false, in the words of
    XPath, which no database has, and of filters of LDAP. Where the sign brings the complaint of a
    reader of such queries, or the true condition answers like v and the false one does not, v, two
    true and two false conditions and bare words are asked in three rounds. Broken where v never
    brings the complaint and the sign always does, or where in each round the true conditions answer
    like v, the false ones like each other and unlike v, and the bare words like each other. A star
    in a value is a usual way to search and is not tried (OWASP ASVS 5.0, 1.2.6 and 1.2.7; CWE-90;
    CWE-643). It costs 8 requests a parameter where all is well.
    """
    found = places(probe, partial(near_records, probe), max_params, numbers=False)
    each(found, partial(_stays_data, probe))


def _stays_data(probe: Probe, place: Place) -> None:
    value = known(probe, place)
    probe.control(place.operation)
    plain = _asked(probe, place, value, "")
    if not 200 <= plain.status < 300:  # RFC 9110, section 15.3
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"{place.name}: giá trị mẫu không được trả lời thành công",
                en=f"{place.name}: the value itself is not answered with success",
            ),
        )
    effect = False
    for language in (XPATH, LDAP):
        broken = _asked(probe, place, value, language.broken)
        first = {n: _asked(probe, place, value, words) for n, words in language.first.items()}
        effect = effect or any(not answers.alike(a, plain) for a in (broken, *first.values()))
        complains = _complains(language, broken) and not _complains(language, plain)
        if not complains and not _looks_obeyed([{_PLAIN: plain, **first}]):
            continue
        asked = {_PLAIN: "", "broken": language.broken, **language.first, **language.others}
        rounds: list[_Round] = [
            {n: _asked(probe, place, value, words) for n, words in asked.items()}
            for _ in range(ROUNDS)
        ]
        complained = all(_complains(language, one["broken"]) for one in rounds) and not any(
            _complains(language, one[_PLAIN]) for one in rounds
        )
        require(
            not complained,
            expected=Text(
                vi="dấu lạ trong tham số không gây lỗi của bộ đọc truy vấn",
                en="an odd sign in a parameter not to bring an error of a reader of queries",
            ),
            observed=f"{place.name}: {language.name}",
        )
        require(
            not _obeyed(rounds),
            expected=Text(
                vi="điều kiện gửi trong tham số không được thực thi",
                en="a condition sent in a parameter not to be carried out",
            ),
            observed=f"{place.name}: {language.name}",
        )
    if not effect:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"{place.name}: tham số không làm thay đổi trả lời",
                en=f"{place.name}: the parameter changes nothing in the answer",
            ),
        )


def _asked(probe: Probe, place: Place, value: str, words: str) -> Said:
    return answers.said(place.ask(probe, value + words), value + words, value)


def _complains(language: Language, answer: Said) -> bool:
    return bool(language.complaint.search(answer.text))


def _looks_obeyed(rounds: list[_Round]) -> bool:
    plain = answers.common(one[_PLAIN] for one in rounds)
    kinds = {kind: [a for one in rounds for n, a in one.items() if n.startswith(kind)]
             for kind in ("true", "false")}  # fmt: skip
    return (
        plain is not None
        and all(answers.alike(answer, plain) for answer in kinds["true"])
        and not any(answers.alike(answer, plain) for answer in kinds["false"])
    )


def _obeyed(rounds: list[_Round]) -> bool:
    """Whether in all rounds true was true, false was false, and bare words were neither."""
    return _looks_obeyed(rounds) and all(
        _same(rounds, f"{kind} 1", f"{kind} 2") for kind in ("false", "words")
    )


def _same(rounds: list[_Round], one: str, other: str) -> bool:
    first, second = (answers.common(said[name] for said in rounds) for name in (one, other))
    return (
        first is not None
        and second is not None
        and all(answers.alike(said[other], first) for said in rounds)
        and all(answers.alike(said[one], second) for said in rounds)
    )
