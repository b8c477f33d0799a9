"""Answers against the contract."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.check import ABSENT, law, require
from conformance.contract import Contract, wire, wording
from conformance.contract.operations import UNREADABLE, Operation, unreadable
from conformance.evidence import Exchange
from conformance.privacy import shapes
from conformance.privacy.hidden import redacted
from conformance.probe.obstacles import nothing_came, was_away
from conformance.probe.questions import BASELINE
from conformance.text import Text
from conformance.trees import HIDDEN
from conformance.verdict import NotApplicable

# Front servers and protocol layers answer these for every operation; no contract lists them all.
IMPLICIT = (401, 403, 404, 405, 406, 408, 411, 413, 414, 415, 417, 421, 429, 431, 503)
_RAW = ("binary", "byte")
_PROBLEM = "application/problem+json"
_NOT_ACCEPTABLE = 406


@law(catalogue="FUZ-002", per="operation", on="baseline", contract=True, generated=True)
def status_is_documented(
    answer: Exchange, operation: Operation, *, implicit: tuple[int, ...] = IMPLICIT
) -> None:
    """An operation answers with a status that its contract names (OpenAPI, Responses Object)."""
    if UNREADABLE in operation.responses:
        raise unreadable()
    if "generated" in answer.facts and answer.status >= 500:
        # One cause is one finding: that no request breaks the server is a law of its own.
        raise NotApplicable(Text(vi="lỗi máy chủ", en="a server error"))
    require(
        operation.documented(answer.status) is not None or answer.status in implicit,
        expected=Text(
            vi=f"một trong các mã đã nêu: {', '.join(operation.responses)}",
            en=f"one of the documented statuses: {', '.join(operation.responses)}",
        ),
        observed=answer.status,
    )


@law(catalogue="FUZ-003", per="operation", on="documented", contract=True, generated=True)
def type_is_documented(answer: Exchange, operation: Operation) -> None:
    """A body is of a media type that the contract names for its status.

    Parameters and case of media types do not matter (RFC 9110, section 8.3.1); ranges in the
    contract are ranges. An error in the standard form of errors (RFC 9457) is no surprise where
    the contract has no word on its very status; 406 is of whatever type, for none was acceptable.
    """
    documented = operation.documented(answer.status)
    _be_readable(documented)
    if answer.request.method == "HEAD" or not answer.has_body or not documented:
        raise NotApplicable(Text(vi="không có nội dung được mô tả", en="no documented body"))
    own = str(answer.status) in operation.responses
    standard = not own and answer.status >= 400 and answer.media_type == _PROBLEM
    if standard or answer.status == _NOT_ACCEPTABLE:
        raise NotApplicable(Text(vi="lỗi theo dạng chuẩn", en="an error in the standard form"))
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


@law(catalogue="FUZ-004", per="operation", on="documented", contract=True, generated=True)
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


@law(catalogue="FUZ-005", per="operation", on="documented", contract=True, generated=True)
def declared_headers_are_there(answer: Exchange, operation: Operation, contract: Contract) -> None:
    """A header field that the contract requires of an answer is there, and fits its schema.

    Fields that it only allows are held against their schema where they are there. `Content-Type`
    is described elsewhere (OpenAPI, Response Object, `headers`).
    """
    _be_readable(operation.documented(answer.status))
    declared = [
        (name, part)
        for name, part in wire.headers(contract, operation, answer.status)
        if name.lower() != "content-type"
    ]
    if not declared:
        raise NotApplicable(Text(vi="không có tiêu đề được mô tả", en="no documented header"))
    for name, part in declared:
        texts = answer.header_all(name)
        if any(HIDDEN.search(text) for text in texts):
            continue
        if not texts:
            require(
                part.object.get("required") is not True,
                expected=Text(vi=f"có tiêu đề {name}", en=f"the header {name}"),
                observed=ABSENT,
            )
            continue
        held = wire.of_field(contract, part, texts, name)
        require(
            held.fit is not wire.Fit.INVALID,
            expected=Text(vi=f"{name} đúng lược đồ", en=f"{name} as its schema says"),
            observed=f"{name}: {texts[0][:60]} ({held.rule})",
        )


@law(catalogue="FUZ-001", per="operation", on="all", hostile=True, generated=True, unanswered=True)
def server_does_not_break(answer: Exchange) -> None:
    """No request makes the server fail.

    5xx is a failure of the server (RFC 9110, section 15.6), but for 501 to a method that it does
    not know and 503 that says when to come back. A plain call to which nothing comes, though others
    are answered, leaves the question open: its worker may have died, or a firewall have cut it off.
    """
    if answer.response is None:
        if answer.case == BASELINE:
            raise nothing_came(answer)
        raise NotApplicable(Text(vi="không có trả lời", en="no answer"))
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
