"""Who asks for personal data is told what was asked for, and no more."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from typing import Any

from conformance import likeness, sent
from conformance.check import check, law, require
from conformance.checks.privacy.purposes import has_a_body
from conformance.contract import Contract
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.fields import another_day, is_empty, plain, spellings, values
from conformance.mapping import Mapped
from conformance.probe import Probe
from conformance.probe.obstacles import unbroken
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

# What says that something does not match, in JSON and as texts.
_NO = frozenset({"", "0", "false"})


@check(
    catalogue="PRV-023",
    per="operation",
    requests=3,
    contract=True,
    applies=has_a_body,
)
def only_what_was_asked_is_told(
    probe: Probe,
    operation: Operation,
    mapping: Mapped,
    *,
    named: str = "access.fields",
    record: str = "person.record",
) -> None:
    """A record holds the fields that the caller named, and no others.

    Looks at operations in whose body the caller names the fields that are wanted, and asks for
    the first of the example alone, then for the second alone. What both records hold was not asked
    for: it may be what the caller sent, such as the number, or empty, and nothing else
    (Law 91/2025/QH15). Names of members need not be those of the list.
    """
    scene = probe.scene
    sent.known(scene.contract, mapping, scene.operations, [named])
    body = probe.example_body(operation)
    places = sent.find(scene.contract, mapping, operation, body, named)
    if not places:
        raise NotApplicable(
            Text(vi="bên gọi không nêu được các trường cần biết", en="callers name no fields")
        )
    place, names = next(iter(places.items()))
    if not isinstance(names, list) or len(names) < 2:  # two lists of one name each
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"mẫu của {operation.unit} phải nêu ít nhất hai trường tại {place}",
                en=f"the example of {operation.unit} has to name two fields or more at {place}",
            ),
        )
    probe.control(operation)
    told = []
    for name in names[:2]:
        answer = unbroken(probe.call(operation, body=sent.put(body, place, [name])))
        if not answer.succeeded:
            raise probe.why_no_success(operation, answer)
        told.append(_records(mapping, answer, record))
    known = set(sent.texts(body))
    unasked = {
        name
        for one, other in zip(*told, strict=False)
        for name in one.keys() & other.keys()
        if _tells(one[name], known) and _tells(other[name], known)
    }
    require(
        not unasked,
        expected=Text(
            vi="chỉ các trường được hỏi, ngoài những gì bên gọi đã gửi",
            en="the fields that were asked for, beside what the caller sent",
        ),
        observed=", ".join(sorted(unasked)[:5]),
    )


@law(catalogue="PRV-023", per="operation", on="2xx", personal=True, contract=True)
def nobody_else_is_told(  # noqa: PLR0913  # whom it was asked about, and whom it tells of
    answer: Exchange,
    operation: Operation,
    mapping: Mapped,
    contract: Contract,
    *,
    number: str = "person.number",
    asked: str = "personal_id",
) -> None:
    """A query tells of the people who were asked for, and of nobody else.

    Looks at operations whose body names people by their numbers: each record of the answer is of
    one of these numbers (Law 91/2025/QH15).
    """
    try:
        body = json.loads(answer.request.body or b"null")
    except ValueError:
        body = None
    wanted = {
        text
        for value in sent.find(contract, mapping, operation, body, asked).values()
        for text in sent.texts(value)
    }
    if not wanted:
        raise NotApplicable(
            Text(vi="yêu cầu không nêu số định danh", en="the request names no personal number")
        )
    for place, value in values(answer, mapping, number):
        require(
            plain(value) in wanted,
            expected=Text(vi="chỉ những người được hỏi", en="the people who were asked for"),
            observed=place,
        )


@check(catalogue="PRV-024", per="operation", requests=5, contract=True)
def mismatches_disclose_nothing(  # noqa: PLR0913  # where three fields stand
    probe: Probe,
    operation: Operation,
    mapping: Mapped,
    *,
    match: str = "person.match",
    name: str = "person.name",
    birth: str = "person.birth",
) -> None:
    """Verification says whether it all matches, and nothing else.

    Sends the example, which has to match, then another name and another date of birth. Neither is
    told to match, by result or by status; neither is told what would be right; and both answers
    are the same, so that nobody can find out one datum after the other (Law 91/2025/QH15).
    """
    body = probe.example_body(operation)
    control = probe.control(operation)
    matched = _result(mapping, control, match)
    if matched in {None, *_NO}:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(vi="mẫu phải là thông tin khớp", en="the example has to be a match"),
        )
    held = {
        field: next(iter(found.items()))
        for field in (name, birth)
        if (found := sent.find(probe.scene.contract, mapping, operation, body, field))
    }
    if len(held) < 2:  # both are bent, and what comes of it is compared
        raise NotTested(
            Reason.NO_MAPPING,
            Text(
                vi="chưa biết họ tên và ngày sinh nằm ở đâu trong yêu cầu",
                en="nobody said where name and date of birth stand in the request",
            ),
        )
    asked = {
        field: sent.put(body, place, _wrong(probe, right)) for field, (place, right) in held.items()
    }
    answers = {f: unbroken(probe.call(operation, body=changed)) for f, changed in asked.items()}
    for field, answer in answers.items():
        require(
            not (answer.succeeded and _result(mapping, answer, match) == matched),
            expected=Text(vi="không khớp", en="no match"),
            observed=Text(vi=f"{field} sai mà vẫn khớp", en=f"a match with a wrong {field}"),
        )
        _keeps_silent(answer, asked[field], plain(held[field][1]), field)
    first, other = answers.values()
    again = unbroken(probe.call(operation, body=asked[name]))
    require(
        first.status == other.status
        and likeness.fits(other.json(), likeness.steady(first.json(), again.json())),
        expected=Text(
            vi="cùng một câu trả lời dù sai họ tên hay sai ngày sinh",
            en="one and the same answer, whether the name or the date is wrong",
        ),
        observed=Text(vi="hai câu trả lời khác nhau", en="two different answers"),
    )


def _records(mapping: Mapped, answer: Exchange, record: str) -> list[Mapping[str, Any]]:
    found = [
        one
        for _, value in mapping.values(answer, record)
        for one in (value if isinstance(value, list) else [value])
        if isinstance(one, Mapping)
    ]
    if not found:
        raise NotTested(
            Reason.NO_TEST_DATA, Text(vi="không có bản ghi nào", en="there is no record")
        )
    return found


def _tells(value: Any, known: set[str]) -> bool:
    """Whether a value tells something that the caller did not send."""
    return any(plain(text) and plain(text) not in known for text in sent.texts(value))


def _result(mapping: Mapped, answer: Exchange, match: str) -> str | None:
    """Return what an answer says of the match; true is 1 and false 0."""
    found = [plain(value) for _, value in mapping.values(answer, match) if not is_empty(value)]
    return found[0] if found else None


def _wrong(probe: Probe, right: Any) -> str:
    """Return another day of the same year for a date, else a name that nobody has."""
    return another_day(right) or probe.own_word().capitalize()


def _keeps_silent(answer: Exchange, asked: bytes, right: str, field: str) -> None:
    """Demand that an answer does not tell what would be right."""
    told = [_folded(text) for text in sent.texts(answer.json())]
    ours = {word for text in sent.texts(json.loads(asked)) for word in _folded(text).split()}
    wanted = {word for word in _folded(right).split() if word not in ours}
    words = {word for text in told for word in text.split()}
    spelt = any(written in text for written in spellings(right) for text in told)
    require(
        not spelt and not (wanted and wanted <= words),
        expected=Text(vi="không cho biết giá trị đúng", en="nothing said of what would be right"),
        observed=Text(vi=f"có giá trị đúng của {field}", en=f"the right value of {field}"),
    )


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
