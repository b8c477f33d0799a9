"""The answers that the contract announces."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.check import check, require_none
from conformance.contract import Contract, parts
from conformance.contract.operations import Operation, unreadable
from conformance.contract.parts import Part
from conformance.text import Text
from conformance.verdict import NotApplicable, Offender

PROBLEM = "application/problem+json"
MEMBERS = ("title", "status", "detail")


@check(catalogue="DOC-005", per="operation", requests=0, contract=True)
def success_is_described(contract: Contract, operation: Operation) -> None:
    """Of each operation the contract says what comes when all is well.

    A status below 400, or a range of such (OpenAPI 3.1, Responses Object). `default` stands for
    the statuses that are not named, so it describes no success of its own.
    """
    require_none(
        []
        if any(status[:1] in {"1", "2", "3"} for status in operation.responses)
        else [
            Offender(
                parts.of_operation(contract, operation).pointer,
                Text(vi="không mô tả trả lời thành công", en="no success is described"),
            )
        ],
        expected=Text(vi="ít nhất một mã 2xx", en="at least one status 2xx"),
    )


@check(catalogue="DOC-005", per="operation", requests=0, contract=True)
def errors_are_described(contract: Contract, operation: Operation) -> None:
    """Of each operation the contract says which of the caller's errors it answers how.

    401 or 403 where credentials are demanded, 400 or 422 where there is input, 404 where the path
    names a thing; the range `4XX` and `default` stand for all of them (OpenAPI 3.1, Responses
    Object; RFC 9110, section 15.5). Errors of the server are the same everywhere and not asked
    for.
    """
    described = set(operation.responses)
    missing = [
        case
        for case, statuses in _wanted(contract, operation)
        if not described & {*statuses, "4XX", "default"}
    ]
    cases = Text(
        vi="; ".join(case.vi for case in missing), en="; ".join(case.en for case in missing)
    )
    require_none(
        [
            Offender(
                parts.of_operation(contract, operation).pointer,
                Text(vi=f"chưa mô tả trả lời {cases.vi}", en=f"no answer is described {cases.en}"),
            )
        ]
        if missing
        else [],
        expected=Text(vi="mô tả các lỗi của bên gọi", en="the caller's errors to be described"),
    )


def _wanted(contract: Contract, operation: Operation) -> Iterator[tuple[Text, tuple[str, ...]]]:
    """Yield each case of an error, and the statuses any of which describes it."""
    places = {part.object.get("in") for part in parts.parameters(contract, operation)}
    has_body = parts.request_body(contract, operation).node is not None
    if operation.secured:
        yield (
            Text(vi="khi không có quyền (401 hoặc 403)", en="for missing permission (401 or 403)"),
            ("401", "403"),
        )
    if has_body or places & {"query", "header", "path", "cookie"}:
        # Who only names a thing may be told that there is none.
        some = ("400", "422") if has_body or places != {"path"} else ("400", "404", "422")
        shown = ", ".join(some[:-1])
        yield (
            Text(
                vi=f"khi dữ liệu gửi lên sai ({shown} hoặc {some[-1]})",
                en=f"for wrong input ({shown} or {some[-1]})",
            ),
            some,
        )
    if "path" in places:
        yield (
            Text(vi="khi không tìm thấy (404 hoặc 410)", en="for what is not there (404 or 410)"),
            ("404", "410"),
        )


@check(catalogue="DOC-007", per="operation", requests=0, contract=True)
def errors_are_problem_documents(
    contract: Contract, operation: Operation, *, members: tuple[str, ...] = MEMBERS
) -> None:
    """Every error that the contract describes is a problem document.

    Each response 4xx, 5xx and `default` has the media type application/problem+json, and its
    schema, where there is one, declares the members that tell what went wrong (RFC 9457, sections
    3 and 3.1). The answer to HEAD has no body.
    """
    if operation.method == "HEAD":
        raise NotApplicable(Text(vi="HEAD không có nội dung", en="HEAD has no body"))
    errors = [
        (status, part)
        for status, part in parts.responses(contract, operation)
        if status[:1] in {"4", "5"} or status == "default"
    ]
    if not errors:
        raise NotApplicable(Text(vi="không mô tả lỗi nào", en="no error is described"))
    require_none(
        [offender for _, part in errors for offender in _no_problem(contract, part, members)],
        expected=Text(
            vi=f"{PROBLEM} với {', '.join(members)}", en=f"{PROBLEM} with {', '.join(members)}"
        ),
    )
    if any(part.node is None for _, part in errors):
        raise unreadable()


def _no_problem(contract: Contract, response: Part, members: tuple[str, ...]) -> Iterator[Offender]:
    if response.node is None:  # behind a reference that cannot be followed
        return
    content = dict(parts.media_types(response))
    problem = content.get(PROBLEM)
    if problem is None:
        named = ", ".join(sorted(content)) or "—"
        yield Offender(
            response.pointer,
            Text(vi=f"không có {PROBLEM}, chỉ có {named}", en=f"no {PROBLEM}, but {named}"),
        )
        return
    declared = _members(contract, problem.child("schema"))
    missing = [name for name in members if declared is not None and name not in declared]
    if missing:
        yield Offender(
            problem.child("schema").pointer,
            Text(vi=f"không có {', '.join(missing)}", en=f"no {', '.join(missing)}"),
        )


def _members(contract: Contract, schema: Part) -> set[str] | None:
    """Return the members that a schema declares in any branch; None where nobody can tell."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting = [schema]
    while waiting:
        part = parts.followed(contract, waiting.pop())
        if part.node is None:  # none there, or outside: the media type speaks for itself
            return None
        if part.pointer in seen:
            continue
        seen.add(part.pointer)
        found.update(part.child("properties").object)
        for keyword in ("allOf", "anyOf", "oneOf"):
            waiting += [branch for _, branch in part.child(keyword).children()]
    return found
