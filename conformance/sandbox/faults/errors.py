"""Errors that do not explain themselves, tell untruths or tell too much."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import when_unknown_path, with_detail
from conformance.sandbox.leading import PAGE
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import fault

PROBLEM_DETAILS = "http.errors.problem_details"
REPEATED = "http.errors.status_is_repeated"
NOT_FOUND = "http.errors.unknown_paths_are_not_found"
LEAKS = "http.leaks.errors_do_not_leak"


@fault(breaks=[PROBLEM_DETAILS])
def error_is_a_page(agency: Agency) -> Agency:
    """An unknown path is answered with a page for people."""
    return agency.bending_answers(
        when_unknown_path(
            lambda _call, made: made.with_body(PAGE.encode(), "text/html; charset=utf-8")
        )
    )


@fault(breaks=[PROBLEM_DETAILS])
def error_is_plain_text(agency: Agency) -> Agency:
    """An unknown path is answered with one line of text."""
    return agency.bending_answers(
        when_unknown_path(lambda _call, made: made.with_body(b"404 page not found\n", "text/plain"))
    )


@fault(breaks=[PROBLEM_DETAILS])
def error_is_ordinary_json(agency: Agency) -> Agency:
    """The problem document of an unknown path is labelled as ordinary JSON."""
    return agency.bending_answers(
        when_unknown_path(lambda _call, made: made.with_field("Content-Type", "application/json"))
    )


@fault(breaks=[PROBLEM_DETAILS])
def error_is_empty(agency: Agency) -> Agency:
    """An unknown path is answered with no body at all."""
    return agency.bending_answers(
        when_unknown_path(lambda _call, made: made.without("Content-Type").with_body(b""))
    )


@fault(breaks=[PROBLEM_DETAILS])
def problem_is_a_list(agency: Agency) -> Agency:
    """The problem document of an unknown path is a JSON array."""
    return _at_unknown_paths(agency, lambda members: [members])


@fault(breaks=[PROBLEM_DETAILS])
def problem_title_is_a_number(agency: Agency) -> Agency:
    """The title of the problem is the number of the status."""
    return _at_unknown_paths(agency, lambda members: {**members, "title": members["status"]})


@fault(breaks=[PROBLEM_DETAILS])
def problem_detail_is_an_object(agency: Agency) -> Agency:
    """The detail of the problem is an object, where RFC 9457 has a string."""
    return _at_unknown_paths(agency, lambda m: {**m, "detail": {"vi": m["detail"]}})


@fault(breaks=[PROBLEM_DETAILS, REPEATED])
def status_not_repeated(agency: Agency) -> Agency:
    """Every problem document carries the status of some other error."""
    return agency.with_(problem_status=500)


@fault(breaks=[PROBLEM_DETAILS, REPEATED])
def status_repeated_as_text(agency: Agency) -> Agency:
    """The problem of an unknown path carries its status as a string."""
    return _at_unknown_paths(agency, lambda m: {**m, "status": str(m["status"])})


@fault(breaks=[REPEATED])
def status_of_refusals_not_repeated(agency: Agency) -> Agency:
    """Refusals for want of credentials carry another status in the problem document."""

    def bend(_call: Call, members: dict[str, Any]) -> Any:
        return {**members, "status": 403} if members["status"] == 401 else members

    return agency.bending_problems(bend)


@fault(breaks=[NOT_FOUND], also=[PROBLEM_DETAILS])
def unknown_paths_answer_empty(agency: Agency) -> Agency:
    """Every unknown path is answered 200 with an empty object."""
    return agency.bending_answers(
        when_unknown_path(
            lambda _call, made: replace(made, status=200).with_body(b"{}", "application/json")
        )
    )


@fault(breaks=[NOT_FOUND], also=[PROBLEM_DETAILS])
def single_page_for_everything(agency: Agency) -> Agency:
    """Every unknown path is answered 200 with the page of the web application."""
    return agency.bending_answers(
        when_unknown_path(
            lambda _call, made: replace(made, status=200).with_body(
                PAGE.encode(), "text/html; charset=utf-8"
            )
        )
    )


@fault(breaks=[NOT_FOUND], also=[PROBLEM_DETAILS])
def unknown_paths_lead_home(agency: Agency) -> Agency:
    """Every unknown path is redirected to a home page for people."""

    def bend(call: Call, made: Answer) -> Answer:
        if call.path == "/trang-chu":
            return replace(made, status=200).with_body(PAGE.encode(), "text/html; charset=utf-8")
        led = replace(made, status=302).with_field("Location", f"{call.base}/trang-chu")
        return led.with_body(PAGE.encode(), "text/html; charset=utf-8")

    return agency.bending_answers(when_unknown_path(bend))


@fault(breaks=[LEAKS])
def java_trace_told(agency: Agency) -> Agency:
    """Errors show the stack trace of a Java program."""
    return agency.bending_problems(
        with_detail(
            "java.lang.NullPointerException\n"
            "\tat vn.gov.example.hoso.HoSoService.timKiem(HoSoService.java:142)\n"
            "\tat vn.gov.example.hoso.HoSoController.get(HoSoController.java:57)"
        )
    )


@fault(breaks=[LEAKS])
def python_trace_told(agency: Agency) -> Agency:
    """Errors show the traceback of a Python program."""
    return agency.bending_problems(
        with_detail(
            'Traceback (most recent call last):\n  File "hoso/views.py", line 31, in get\n'
            "KeyError: 'maHoSo'"
        )
    )


@fault(breaks=[LEAKS])
def sql_error_told(agency: Agency) -> Agency:
    """Errors show what the database said."""
    return agency.bending_problems(
        with_detail("SQLSTATE[42S02]: Base table or view not found: table 'ho_so' doesn't exist")
    )


@fault(breaks=[LEAKS])
def oracle_error_told(agency: Agency) -> Agency:
    """Errors show the number and text of an Oracle error."""
    return agency.bending_problems(with_detail("ORA-00942: table or view does not exist"))


@fault(breaks=[LEAKS])
def server_path_told(agency: Agency) -> Agency:
    """Errors name a file of the server in a field of the response."""

    def bend(_call: Call, made: Answer) -> Answer:
        if made.status < 400:
            return made
        return made.plus(("X-Debug-File", "/var/www/hoso/public/index.php"))

    return agency.bending_answers(bend)


def _at_unknown_paths(agency: Agency, change: Any) -> Agency:
    """Return an agency that changes the problem document of unknown paths only."""

    def bend(call: Call, members: dict[str, Any]) -> Any:
        return change(members) if call.template is None else members

    return agency.bending_problems(bend)
