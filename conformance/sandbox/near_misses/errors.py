"""Errors that are unusual and explain themselves all the same."""

from __future__ import annotations

from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import with_detail, without
from conformance.sandbox.messages import Call
from conformance.sandbox.variations import near_miss

PROBLEM_DETAILS = "http.errors.problem_details"
REPEATED = "http.errors.status_is_repeated"
NOT_FOUND = "http.errors.unknown_paths_are_not_found"
LEAKS = "http.leaks.errors_do_not_leak"
TRUE_TYPE = "headers.media.content_type_is_true"
TYPE = "contract.answers.type_is_documented"
UTF8 = "formats.text.text_is_utf8"


@near_miss(spares=[PROBLEM_DETAILS, TYPE, TRUE_TYPE, UTF8])
def problem_with_charset(agency: Agency) -> Agency:
    """The media type of problems has a charset; parameters do not change it (RFC 9110, 8.3.1)."""
    return agency.with_(problem_media_type="application/problem+json; charset=utf-8")


@near_miss(spares=[PROBLEM_DETAILS, TYPE, TRUE_TYPE])
def problem_type_in_capitals(agency: Agency) -> Agency:
    """Media types are compared without regard to case (RFC 9110, 8.3.1)."""
    return agency.with_(problem_media_type="Application/Problem+JSON")


@near_miss(spares=[PROBLEM_DETAILS, REPEATED])
def problem_without_status(agency: Agency) -> Agency:
    """The problem has no `status` member, which is optional (RFC 9457, 3.1.2)."""
    return agency.bending_problems(lambda _call, members: without(members, "status"))


@near_miss(spares=[PROBLEM_DETAILS])
def problem_with_title_only(agency: Agency) -> Agency:
    """The problem has a title and nothing else; every member is optional (RFC 9457, 3.1)."""
    return agency.bending_problems(lambda _call, members: {"title": members["title"]})


@near_miss(spares=[PROBLEM_DETAILS])
def problem_with_further_members(agency: Agency) -> Agency:
    """The problem has extension members, which callers ignore (RFC 9457, 3.2)."""

    def bend(_call: Call, members: dict[str, Any]) -> Any:
        return {**members, "maTraCuu": "b7f1", "balance": 30, "nested": {"status": 1}}

    return agency.bending_problems(bend)


@near_miss(spares=[PROBLEM_DETAILS])
def problem_type_relative(agency: Agency) -> Agency:
    """The problem type is a relative reference, which is allowed (RFC 9457, 3.1.1)."""

    def bend(_call: Call, members: dict[str, Any]) -> Any:
        return {**members, "type": "/loi/chung", "title": "Yêu cầu không thực hiện được"}

    return agency.bending_problems(bend)


@near_miss(spares=[NOT_FOUND, PROBLEM_DETAILS])
def unknown_paths_are_gone(agency: Agency) -> Agency:
    """Unknown paths are answered 410, which also says that there is nothing (RFC 9110, 15.5.11)."""
    return agency.with_(unknown_path_status=410)


@near_miss(spares=[NOT_FOUND, PROBLEM_DETAILS])
def unknown_paths_are_forbidden(agency: Agency) -> Agency:
    """Unknown paths are answered 403 so as not to tell what exists (RFC 9110, 15.5.4)."""
    return agency.with_(unknown_path_status=403)


@near_miss(spares=[NOT_FOUND, PROBLEM_DETAILS])
def unknown_paths_want_credentials(agency: Agency) -> Agency:
    """Unknown paths are answered 401 before anything else is looked at (RFC 9110, 15.5.2)."""
    return agency.with_(unknown_path_status=401)


@near_miss(spares=[LEAKS])
def error_speaks_of_sql(agency: Agency) -> Agency:
    """An error has the words SQL and syntax in a sentence, which shows nothing of the inside."""
    return agency.bending_problems(
        with_detail("Giá trị không được chứa câu lệnh SQL; check the syntax of the query.")
    )


@near_miss(spares=[LEAKS])
def error_names_a_place(agency: Agency) -> Agency:
    """An error says "at Foo.bar (line 3)" of the caller's own document: no frame of a trace."""
    return agency.bending_problems(with_detail("Lỗi tại Foo.bar; unexpected value at Foo.bar(3)."))


@near_miss(spares=[LEAKS])
def error_has_an_empty_trace(agency: Agency) -> Agency:
    """A member is named stackTrace and is null, so that nothing is told."""

    def bend(_call: Call, members: dict[str, Any]) -> Any:
        return {**members, "stackTrace": None, "exception": None}

    return agency.bending_problems(bend)


@near_miss(spares=[LEAKS])
def description_speaks_of_tracebacks(agency: Agency) -> Agency:
    """The description of a procedure has the words Traceback and exception: it is prose."""

    def bend(call: Call, value: Any) -> Any:
        if call.asks != "getProcedure":
            return value
        text = "Traceback là thuật ngữ kỹ thuật; an exception may be granted. Xem thêm /var."
        return {**value, "moTa": text}

    return agency.bending_values(bend)
