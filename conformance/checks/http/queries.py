"""The query of a URL: Vietnamese in it, and parameters that nobody knows."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from conformance import likeness
from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_NAME = "Nguyễn Thị Đào"
_PLAIN = "Nguyen Thi Dao"
_PARAMETERS = 2
# Some take closed words only, though the contract does not say which.
_TRIED = 4
_READS = 3
_IGNORED, _REFUSED, _OTHER = "2xx", "400", "2xx, other content"
# What a firewall would say of a name that it does not know tells nothing of the API.
_TREATED = {400: _REFUSED, 422: _REFUSED, 403: "", 406: "", 414: ""}
_BOUND = frozenset({"enum", "const", "pattern", "format"})


def _has_free_text(_: object, operation: Operation) -> bool:
    return bool(_free_texts(operation))


@check(
    catalogue="IOP-020",
    per="operation",
    requests=_TRIED + 2 * _PARAMETERS,
    methods=["GET"],
    applies=_has_free_text,
)
def vietnamese_in_queries_is_understood(probe: Probe, operation: Operation) -> None:
    """Who searches with Vietnamese letters is understood.

    Sends a name into free text parameters of the query, percent-encoded as UTF-8, composed and
    decomposed: where the same name without marks is answered, so is it (RFC 3986, section 2.5;
    Circular 39/2017, row 2.7).
    """
    names = _free_texts(operation)
    answered = 0
    for name in names[:_TRIED]:
        if answered == _PARAMETERS:
            break
        plain = probe.call(operation, query={name: _PLAIN})
        # Some answer a search without results with 404.
        if not plain.succeeded and plain.status != 404:
            continue
        answered += 1
        for form in ("NFC", "NFD"):
            text = unicodedata.normalize(form, _NAME)
            answer = probe.call(operation, query={name: text})
            require(
                answer.status < 500 and answer.status not in {400, 414, 422},
                expected=Text(
                    vi="được trả lời như khi không dấu", en="an answer, as without marks"
                ),
                observed=f"{name} ({form}) → {answer.status}",
            )
    if not answered:
        tried = ", ".join(names[:_TRIED])
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"văn bản không dấu cũng bị từ chối: {tried}; tham số chỉ nhận một số từ thì"
                " khai báo `enum` trong đặc tả giao diện",
                en=f"text without marks is refused too: {tried}; where one takes certain words"
                " only, declare its `enum` in the contract",
            ),
        )


def _is_free(schema: object) -> bool:
    if not isinstance(schema, dict) or _BOUND & set(schema):
        return False
    # Decomposed, the name has 18 code points.
    return schema.get("type") == "string" and int(schema.get("maxLength", 100)) >= 20


def _free_texts(operation: Operation) -> list[str]:
    return [p.name for p in operation.parameters if p.place == "query" and _is_free(p.schema)]


@check(catalogue="IOP-045", per="target", requests=3 * _READS)
def unknown_parameters_are_treated_alike(probe: Probe) -> None:
    """A query parameter that nobody knows is ignored everywhere, or refused everywhere.

    Calls up to three reads with a parameter of a name that no contract has: each answers what it
    answers without it, times and the like left aside, or refuses it with 400 or 422, and all of
    them do the same. Operations whose contract takes parameters of any name are left out
    (RFC 9110, sections 15.3.1 and 15.5.1).
    """
    name = probe.canary()
    found = [
        (operation, treatment)
        for operation in _spread(_readable(probe))
        if (treatment := _treatment(probe, operation, name))
    ]
    if not found:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi="các thao tác đọc trả lời mỗi lần một khác",
                en="the reads answer differently from call to call",
            ),
        )
    kinds = {treatment for _, treatment in found}
    require(
        len(kinds) == 1 and kinds <= {_IGNORED, _REFUSED},
        expected=Text(
            vi="tham số lạ được bỏ qua ở mọi nơi, hoặc bị từ chối ở mọi nơi",
            en="an unknown parameter ignored everywhere, or refused everywhere",
        ),
        observed="; ".join(f"{operation.unit}: {treatment}" for operation, treatment in found),
    )


def _readable(probe: Probe) -> list[Operation]:
    """Return the GET operations that answer.

    Raises:
        NotApplicable: there is none that says which parameters it takes.
        NotTested: none can be called.
    """
    found: list[Operation] = []
    why: NotTested | None = None
    for operation in probe.scene.operations:
        if operation.method != "GET" or operation.ends_session or _takes_any(operation):
            continue
        try:
            answer = probe.baseline(operation)
        except NotTested as outcome:
            why = why or outcome
            continue
        if operation.succeeded(answer):
            found.append(operation)
        else:
            why = why or probe.why_no_success(operation, answer)
    if not found:
        raise why or NotApplicable(Text(vi="không có thao tác đọc", en="there is no read"))
    return found


def _spread(operations: list[Operation]) -> list[Operation]:
    """Return a few of the operations, from all over the contract."""
    return operations[:: max(1, len(operations) // _READS)][:_READS]


def _takes_any(operation: Operation) -> bool:
    """Whether a parameter of the query is an object, whose members are parameters themselves."""
    return any(
        p.place == "querystring" or (p.place == "query" and p.schema.get("type") == "object")
        for p in operation.parameters
    )


def _treatment(probe: Probe, operation: Operation, name: str) -> str:
    """Return how a parameter that nobody knows is treated; empty where that cannot be told."""
    answer = probe.call(operation, query={name: "1"}, wellformed=False)
    if answer.status in _TREATED:
        return _TREATED[answer.status]
    if not operation.succeeded(answer):
        probe.control(operation)
        return str(answer.status)
    before = probe.baseline(operation)
    if before.json() is None or answer.media_type != before.media_type:
        return ""
    if _is_same(answer.json(), before.json(), name):
        return _IGNORED
    steady = likeness.steady(before.json(), probe.control(operation).json())
    if not likeness.tells_something(steady):
        return ""
    return _IGNORED if _is_same(answer.json(), steady, name) else _OTHER


def _is_same(value: Any, pattern: Any, name: str) -> bool:
    """Whether a value is the same as a steady one, but for what repeats the question.

    Links in an answer may have the whole query in them. Numbers and flags are not compared: they
    may count, or tell how long it took.
    """
    if pattern is likeness.VOLATILE:
        return True
    if isinstance(value, Mapping) and isinstance(pattern, Mapping):
        kept = {key: part for key, part in value.items() if name not in key}
        same = kept.keys() == pattern.keys()
        return same and all(_is_same(part, pattern[key], name) for key, part in kept.items())
    if isinstance(value, list) and isinstance(pattern, list):
        same = len(value) == len(pattern)
        return same and all(_is_same(*pair, name) for pair in zip(value, pattern, strict=True))
    if isinstance(value, str) and isinstance(pattern, str):
        return value == pattern or name in value
    numbers = isinstance(value, int | float) and isinstance(pattern, int | float)
    return numbers or (type(value) is type(pattern) and bool(value == pattern))
