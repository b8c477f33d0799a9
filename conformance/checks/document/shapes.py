"""The shapes of what is sent and answered, as far as callers build on them."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.check import check, require_none
from conformance.contract import Contract, parts, values
from conformance.contract.operations import Operation, unreadable
from conformance.contract.parts import Part
from conformance.contract.values import Value
from conformance.formats.names import words
from conformance.text import Text
from conformance.verdict import NotApplicable, Offender

_BODILESS = frozenset({"GET", "HEAD", "DELETE"})
_EMPTY = frozenset({"204", "205", "304"})
_NUMBERS = frozenset({"integer", "number"})
_WHOLE = frozenset({"format", "enum", "const", "multipleOf"})
_LEAST = frozenset({"minimum", "exclusiveMinimum"})
_MOST = frozenset({"maximum", "exclusiveMaximum"})
# What tells how a text is written.
_FORMS = frozenset({"format", "pattern", "enum", "const", "contentMediaType"})
_DAYS = ("date", "datetime", "date time")
_DONE = frozenset({"sent", "begun", "made", "paid", "seen", "read", "expires", "starts", "ends"})
# `ngayCong` is a day's work, `ngayLamViec` a day of the week or a kind of day.
_NO_DAYS = ("cong", "lam viec", "trong tuan", "nghi", "phep", "le", "thuong")
_CLOSING = frozenset({"additionalProperties", "unevaluatedProperties", "maxProperties"})


@check(catalogue="DOC-018", per="operation", requests=0, contract=True)
def bodies_are_where_http_has_them(contract: Contract, operation: Operation) -> None:
    """GET, HEAD and DELETE take no body, and the answers 204, 205 and 304 have none.

    Content in such a request has no defined meaning, and machines on the way may refuse or drop
    it (RFC 9110, sections 9.3.1, 9.3.2 and 9.3.5); such an answer cannot have any (sections
    15.3.5, 15.3.6 and 15.4.5).
    """
    offenders = []
    body = parts.of_operation(contract, operation).child("requestBody")
    if operation.method in _BODILESS and body.node is not None:
        told = Text(vi=f"{operation.method} có nội dung", en=f"{operation.method} with a body")
        offenders.append(Offender(body.pointer, told))
    for status, response in parts.responses(contract, operation):
        if status in _EMPTY and response.child("content").object:
            told = Text(vi=f"{status} có nội dung", en=f"{status} with content")
            offenders.append(Offender(response.child("content").pointer, told))
    require_none(
        offenders,
        expected=Text(vi="không có nội dung ở đó", en="no body there"),
    )


@check(catalogue="DOC-019", per="target", requests=0, contract=True)
def numbers_tell_their_size(contract: Contract) -> None:
    """Of each number that is answered the contract says how large it can be.

    By a format (`int32`, `int64`, `double`, …), by bounds on both sides, by a closed list or by
    `multipleOf` (OpenAPI 3.1, Data Types). Looks at JSON answers: what callers send has to be
    bounded anyway.
    """
    found = _numbers(contract)
    if not found:
        raise NotApplicable(Text(vi="không có số nào", en="there is no number"))
    require_none(
        [
            Offender(
                value.place.pointer,
                Text(vi="số không có format hay giới hạn", en="a number without format or bounds"),
            )
            for value in found
            if not (value.narrowed or _is_sized(value))
        ],
        expected=Text(vi="format hoặc giới hạn của số", en="a format or bounds of numbers"),
    )


def _numbers(contract: Contract) -> list[Value]:
    return [value for value in values.answered(contract) if value.types & _NUMBERS]


def _is_sized(value: Value) -> bool:
    said = value.said.keys()
    return bool(said & _WHOLE) or bool(said & _LEAST and said & _MOST)


@check(catalogue="DOC-020", per="target", requests=0, contract=True)
def days_and_times_have_a_format(contract: Contract) -> None:
    """Texts that are days or times by their name say how they are written.

    By `format: date` or `date-time` (RFC 3339, section 5.6), or by another format, a pattern or a
    closed list. Whole words of names count: `ngaySinh`, `thoi_diem_nop`, `birthDate`,
    `created_at`, but neither `update` nor `ngayCong`. Parameters in path and query are looked at,
    and JSON bodies, sent and answered.
    """
    named = [
        (part.object["name"], value)
        for part, value in values.of_parameters(contract)
        if part.object.get("in") in {"path", "query"}
    ]
    named += [
        (name, values.of(contract, part))
        for value in (*values.sent(contract), *values.answered(contract))
        for name, part in value.members()
    ]
    days = [(n, v) for n, v in named if "string" in v.types and is_a_day(n)]
    if not days:
        raise NotApplicable(Text(vi="không có ngày giờ nào", en="there are no days and times"))
    require_none(
        [
            Offender(value.place.pointer, Text(vi=f"{name} không có format", en=f"{name} has none"))
            for name, value in days
            if not value.said.keys() & _FORMS
        ],
        expected=Text(vi="format: date hoặc date-time", en="format: date or date-time"),
    )


def is_a_day(name: str) -> bool:
    """Whether a name says that its value is a day or a point in time."""
    said = words(name)
    if said.endswith(" at"):
        done = said.split()[-2]
        return done.endswith("ed") or done in _DONE
    if said.startswith("ngay "):
        rest = f"{said.removeprefix('ngay ')} "
        return not any(rest.startswith(f"{word} ") for word in _NO_DAYS)
    return (
        said in {"ngay", "thoi diem", *_DAYS}
        or said.startswith("thoi diem ")
        or any(said.endswith(f" {day}") for day in _DAYS)
    )


@check(catalogue="DOC-021", per="target", requests=0, contract=True)
def request_objects_say_what_else_they_take(contract: Contract) -> None:
    """Of each object that callers send, the contract says whether it may have further members.

    By `additionalProperties` or `unevaluatedProperties`, whatever they say, or by
    `maxProperties`: members that nobody thought of are how callers set what is not theirs (OWASP
    API3:2023). Answers may be open, so that they can grow; guidelines that want everything open
    mean those.
    """
    sent = [v for v in values.sent(contract) if "object" in v.types or "properties" in v.said]
    if not sent:
        raise NotApplicable(Text(vi="bên gọi không gửi đối tượng", en="callers send no object"))
    told = Text(vi="không có additionalProperties", en="no additionalProperties")
    require_none(
        [
            Offender(value.place.pointer, told)
            for value in sent
            if not (value.narrowed or _CLOSING & value.said.keys() or any(value.branches()))
        ],
        expected=Text(
            vi="additionalProperties ở mọi đối tượng gửi lên",
            en="additionalProperties on every object that is sent",
        ),
    )


@check(catalogue="FMT-022", per="operation", requests=0, contract=True)
def answers_are_objects(contract: Contract, operation: Operation) -> None:
    """The top level of what is answered as application/json is an object.

    To an object a member can be added later, such as the number of the next page; a bare list or
    value cannot grow without breaking who reads it (Zalando RESTful API guidelines, rule 110;
    RFC 8259, section 4).
    Other types than application/json have forms of their own and are not looked at.
    """
    bodies = [
        media.child("schema")
        for _, response in parts.responses(contract, operation)
        for name, media in parts.media_types(response)
        if name == "application/json"
    ]
    if not bodies:
        raise NotApplicable(Text(vi="không trả lời JSON", en="no JSON is answered"))
    require_none(
        [offender for body in bodies for offender in _no_object(contract, body)],
        expected=Text(vi="một đối tượng ở mức cao nhất", en="an object at the top level"),
    )
    if not parts.all_read(contract, operation, "responses"):
        raise unreadable()


def _no_object(contract: Contract, schema: Part) -> Iterator[Offender]:
    value = values.of(contract, schema)
    kinds = value.types - {"null"}
    if not kinds:
        # Of several alternatives each has to be something else.
        each = [values.of(contract, b).types - {"null"} for b in value.branches()]
        some = [k for k in each if k]
        kinds = frozenset().union(*some) if some and len(some) == len(each) else frozenset()
    if kinds and "object" not in kinds:
        named = ", ".join(sorted(kinds))
        yield Offender(schema.pointer, Text(vi=f"kiểu {named}", en=f"of the type {named}"))
