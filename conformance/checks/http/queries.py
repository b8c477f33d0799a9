"""Vietnamese in the query of a URL."""

from __future__ import annotations

import unicodedata

from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotTested, Reason

_NAME = "Nguyễn Thị Đào"
_PLAIN = "Nguyen Thi Dao"
_PARAMETERS = 2
# Some take closed words only, though the contract does not say which.
_TRIED = 4
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
