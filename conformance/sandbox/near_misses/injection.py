"""Input that looks as if it were obeyed, and is not."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from conformance.sandbox import database
from conformance.sandbox.agency import Agency
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.portal import entities
from conformance.sandbox.variations import PORTAL, near_miss

SQL = "injection.sql.parameters_stay_data_in_sql"
SLEEPS = "injection.sql.no_statement_sleeps"
DIRECTORIES = "injection.directories.parameters_stay_data_in_directories"
FILES = "injection.files.parameters_name_no_files"
NOSQL = "injection.nosql.parameters_stay_data_in_nosql"
ENTITIES = "injection.markup.external_entities_stay_outside"
WORDS = "injection.markup.entities_are_not_expanded"
SPLIT = "injection.splitting.parameters_end_no_header"
LEAKS = "http.leaks.errors_do_not_leak"


@near_miss(spares=[SQL, SLEEPS, DIRECTORIES])
def codes_beside_the_statement(agency: Agency) -> Agency:
    """A real database takes any code beside the statement and finds nothing for the odd ones."""
    return agency.intercepting(
        database.reading(database.by_parameter, on_error=lambda _: "Yêu cầu không hợp lệ.")
    )


@near_miss(spares=[SQL, DIRECTORIES])
def codes_found_by_words(agency: Agency) -> Agency:
    """A search takes a text apart into words, so that words of ours change what it finds."""
    return agency.intercepting(
        database.reading(database.by_words, on_error=lambda _: "Yêu cầu không hợp lệ.")
    )


@near_miss(spares=[NOSQL])
def brackets_read_as_a_list(agency: Agency) -> Agency:
    """Brackets behind a name are dropped, as lists are read (OpenAPI leaves such names open)."""
    return agency.reading(
        lambda call: replace(
            call, query=tuple((name.partition("[")[0], value) for name, value in call.query)
        )
    )


@near_miss(spares=[NOSQL])
def undeclared_brackets_refused(agency: Agency) -> Agency:
    """Parameters that the contract does not name are refused, which OpenAPI leaves open."""

    def hook(call: Call) -> Answer | None:
        odd = [name for name, _ in call.query if "[" in name]
        return database.refused(400, "Tham số không được khai báo.") if odd else None

    return agency.intercepting(hook)


@near_miss(spares=[ENTITIES, WORDS], system=PORTAL)
def document_types_overlooked(agency: Agency) -> Agency:
    """A document type is skipped and its entities stand for nothing (XML 1.0, section 4.4.3)."""
    return agency.reading(entities.overlooked)


@near_miss(spares=[SQL, FILES, LEAKS])
def refusals_repeat_what_was_asked(agency: Agency) -> Agency:
    """A refusal repeats the code as it was sent, quotes and steps upwards too (RFC 9457, 3.1.4)."""
    return agency.bending_problems(
        lambda call, members: {**members, "detail": f"Không có {call.path.rpartition('s/')[2]}."}
    )


@near_miss(spares=[SPLIT])
def filter_repeated_encoded(agency: Agency) -> Agency:
    """A filter is repeated in a header field percent-encoded and ends no line (RFC 3986, 2.1)."""

    def bend(call: Call, made: Answer) -> Answer:
        value = dict(call.query).get("tuKhoa")
        return made.plus(("X-Filter", quote(value))) if value else made

    return agency.bending_answers(bend)


@near_miss(spares=[SPLIT])
def filter_repeated_in_the_body(agency: Agency) -> Agency:
    """A refusal repeats the filter in its body, where a line end begins no field."""
    return agency.bending_problems(
        lambda call, members: {**members, "detail": f"Không nhận: {dict(call.query)}"}
    )
