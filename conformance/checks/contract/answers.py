"""Answers against the contract."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.check import law, require
from conformance.contract import Contract, wording
from conformance.contract.operations import UNREADABLE, Operation, unreadable
from conformance.evidence import Exchange
from conformance.privacy import shapes
from conformance.privacy.hidden import redacted
from conformance.probe.obstacles import was_away
from conformance.text import Text
from conformance.verdict import NotApplicable

# Front servers and protocol layers answer these for every operation; no contract lists them all.
IMPLICIT = (401, 403, 404, 405, 406, 413, 415, 429, 503)
_RAW = ("binary", "byte")


@law(catalogue="FUZ-002", per="operation", on="baseline", contract=True)
def status_is_documented(
    answer: Exchange, operation: Operation, *, implicit: tuple[int, ...] = IMPLICIT
) -> None:
    """An operation answers with a status that its contract names (OpenAPI, Responses Object)."""
    if UNREADABLE in operation.responses:
        raise unreadable()
    require(
        operation.documented(answer.status) is not None or answer.status in implicit,
        expected=Text(
            vi=f"một trong các mã đã nêu: {', '.join(operation.responses)}",
            en=f"one of the documented statuses: {', '.join(operation.responses)}",
        ),
        observed=answer.status,
    )


@law(catalogue="FUZ-003", per="operation", on="documented", contract=True)
def type_is_documented(answer: Exchange, operation: Operation) -> None:
    """A body is of a media type that the contract names for its status.

    Parameters and case of media types do not matter (RFC 9110, section 8.3.1); ranges in the
    contract are ranges.
    """
    documented = operation.documented(answer.status)
    _be_readable(documented)
    if answer.request.method == "HEAD" or not answer.has_body or not documented:
        raise NotApplicable(Text(vi="không có nội dung được mô tả", en="no documented body"))
    named = {media_type.partition(";")[0].strip() for media_type in documented}
    kind = answer.media_type.partition("/")[0]
    require(
        {answer.media_type, f"{kind}/*", "*/*"} & named,
        expected=Text(
            vi=f"một trong các kiểu: {', '.join(sorted(named))}",
            en=f"one of the media types: {', '.join(sorted(named))}",
        ),
        observed=answer.media_type or Text(vi="không có kiểu nội dung", en="no media type"),
    )


@law(catalogue="FUZ-004", per="operation", on="documented", contract=True)
def body_matches_schema(answer: Exchange, operation: Operation, contract: Contract) -> None:
    """A JSON body has the shape that the contract promises for its status.

    Formats are asserted, numbers are exact, undeclared members are legal unless the schema says
    otherwise (OpenAPI, Schema Object).
    """
    _be_readable(operation.documented(answer.status) or {})
    pointer = shapes.pointer(operation, answer.status, answer.media_type)
    if pointer is not None and contract.followed(contract.at(pointer)).get("format") in _RAW:
        # Octets of whatever kind, though these happen to be JSON (OpenAPI 3.0, Data Types).
        pointer = None
    if not answer.is_json or not answer.has_body or pointer is None:
        raise NotApplicable(
            Text(vi="không có lược đồ cho nội dung này", en="no schema for this body")
        )
    breaches = shapes.of(answer, contract, pointer).breaches
    proven = [breach for breach in breaches if not breach.hidden]
    if breaches and not proven:
        raise redacted()
    require(
        not proven,
        expected=Text(
            vi="nội dung đúng lược đồ của đặc tả giao diện", en="a body of the contract's schema"
        ),
        observed=wording.told(proven),
    )


@law(catalogue="FUZ-001", per="operation", on="all", hostile=True)
def server_does_not_break(answer: Exchange) -> None:
    """No request makes the server fail.

    5xx is a failure of the server (RFC 9110, section 15.6), but for 501 to a method that it does
    not know and 503 that says when to come back.
    """
    if answer.facts.get("away"):
        # Others were not answered at that time either: no request did it.
        raise was_away(answer)
    broke = answer.status >= 500 and answer.status != 501
    resting = answer.status == 503 and bool(answer.header("Retry-After"))
    require(
        not broke or resting,
        expected=Text(vi="không có lỗi máy chủ", en="no server error"),
        observed=answer.status,
    )


def _be_readable(documented: Mapping[str, str | None] | None) -> None:
    if documented and UNREADABLE in documented:
        raise unreadable()
