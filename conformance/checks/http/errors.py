"""Errors that a program can read."""

from __future__ import annotations

from conformance.check import check, law, require
from conformance.evidence import Exchange
from conformance.privacy.hidden import shown
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable

PROBLEM = "application/problem+json"


@check(catalogue="IOP-005", per="target", requests=1)
def problem_details(probe: Probe) -> None:
    """An error explains itself to a program.

    Asks for a path that no contract names and reads status, media type and members of the answer
    (RFC 9457, sections 3 and 3.1).
    """
    answer = probe.get(probe.unknown_path())
    require(
        400 <= answer.status < 500,
        expected=Text(vi="mã trạng thái 4xx", en="a 4xx status"),
        observed=answer.status,
    )
    require(
        answer.media_type == PROBLEM,
        expected=Text(vi=f"kiểu nội dung {PROBLEM}", en=f"the media type {PROBLEM}"),
        observed=answer.media_type or Text(vi="không có kiểu nội dung", en="no media type"),
    )
    problem = answer.json()
    require(
        isinstance(problem, dict),
        expected=Text(vi="nội dung là một đối tượng JSON", en="a body that is a JSON object"),
        observed=type(problem).__name__,
    )
    require(
        problem.get("status", answer.status) == answer.status,
        expected=Text(
            vi="`status` trong nội dung bằng mã trạng thái HTTP",
            en="`status` in the body equal to the HTTP status",
        ),
        observed=shown(problem.get("status")),
    )
    for member in ("type", "title", "detail", "instance"):
        require(
            isinstance(problem.get(member, ""), str),
            expected=Text(vi=f"`{member}` là chuỗi ký tự", en=f"`{member}` to be a string"),
            observed=type(problem.get(member)).__name__,
        )


@law(catalogue="IOP-006", per="target", on="errors")
def status_is_repeated(answer: Exchange) -> None:
    """A problem document's `status` is the status of its answer (RFC 9457, section 3.1.2)."""
    problem = answer.json_object() if answer.media_type == PROBLEM else {}
    if "status" not in problem:
        raise NotApplicable(
            Text(vi="không có thành phần `status`", en="there is no member `status`")
        )
    require(
        problem["status"] == answer.status,
        expected=Text(
            vi="`status` bằng mã trạng thái HTTP", en="`status` equal to the HTTP status"
        ),
        observed=shown(problem["status"]),
    )


@check(catalogue="IOP-004", per="target", requests=1)
def unknown_paths_are_not_found(probe: Probe) -> None:
    """A path that does not exist is not found.

    Asks for a path that no contract names: 404 or 410, or a refusal that hides what is there
    (RFC 9110, sections 15.5.4, 15.5.5 and 15.5.11).
    """
    answer = probe.get(probe.unknown_path())
    require(
        answer.status in {401, 403, 404, 410},
        expected=Text(
            vi="404 hoặc 410 (hay 401, 403 nếu che giấu)", en="404 or 410 (or 401, 403 to hide)"
        ),
        observed=answer.status,
    )
