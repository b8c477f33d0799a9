"""Input that the contract forbids and the agency takes, or the other way round."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from conformance.sandbox.agency import PROBLEM, Agency
from conformance.sandbox.bending import (
    LIST,
    in_json,
    operation_of,
    promising_a_field,
    publishing,
    reading_bodies,
)
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import fault

INVALID = "contract.generated.invalid_input_is_refused"
SHOWN = "contract.generated.shown_input_is_accepted"
MALFORMED = "contract.generated.malformed_bodies_are_refused"
FIELDS = "contract.generated.missing_headers_are_refused"
JUGGLED = "contract.generated.types_are_not_juggled"
IN_TIME = "contract.generated.answers_come_in_time"
_COMMA = re.compile(rb",(?=\s*[}\]])")
_WAIT = 2.0


@fault(breaks=[INVALID])
def unknown_states_filter_nothing(agency: Agency) -> Agency:
    """A state of dossiers that the code list does not have is passed over, and all are listed."""

    def read(call: Call) -> Call:
        known = {str(number) for number in range(1, 11)}
        kept = tuple(p for p in call.query if p[0] != "trangThai" or p[1] in known)
        return replace(call, query=kept) if call.asks == "listDossiers" else call

    return agency.reading(read)


@fault(breaks=[INVALID])
def numbers_beyond_bounds_are_cut(agency: Agency) -> Agency:
    """More than a hundred copies of a paper become a hundred, and nobody is told."""
    return reading_bodies(agency, in_json(_each_count(_cut)), "supplementDossier")


def _cut(count: Any) -> Any:
    return min(count, 100) if isinstance(count, int | float) else count


def _each_count(change: Any) -> Any:
    def changed(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {
                name: change(part) if name == "soLuong" else changed(part)
                for name, part in value.items()
            }
        return [changed(part) for part in value] if isinstance(value, list) else value

    return changed


@fault(breaks=[MALFORMED])
def comma_too_many_taken(agency: Agency) -> Agency:
    """A comma before a closing bracket is passed over, which JSON does not know."""
    return reading_bodies(agency, lambda body: _COMMA.sub(b"", body))


@fault(breaks=[MALFORMED])
def broken_letters_replaced(agency: Agency) -> Agency:
    """What is no UTF-8 becomes U+FFFD, and is kept so."""
    return reading_bodies(
        agency, lambda body: body.decode("utf-8", "replace").encode(), "withdrawDossier"
    )


@fault(breaks=[FIELDS], also=[INVALID])
def field_promised_and_not_demanded(agency: Agency) -> Agency:
    """The contract demands a key of each reader of a procedure; without it all is well."""
    return promising_a_field(agency, "getProcedure", "Khoa-Lan-Gui")


@fault(breaks=[FIELDS], also=[INVALID])
def key_of_repetition_not_demanded(agency: Agency) -> Agency:
    """Steps are recorded without the key that the contract demands against recording them twice."""
    return promising_a_field(agency, "addProgress", "Idempotency-Key")


@fault(breaks=[JUGGLED])
def numbers_in_quotes_taken(agency: Agency) -> Agency:
    """A number of copies in quotation marks is read as a number."""
    return reading_bodies(agency, in_json(_each_count(_as_number)), "supplementDossier")


def _as_number(count: Any) -> Any:
    return int(count) if isinstance(count, str) and count.isdecimal() else count


@fault(breaks=[JUGGLED])
def numbers_taken_for_texts(agency: Agency) -> Agency:
    """What an official records may be a number, which is kept as a text."""

    def change(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        whole = isinstance(value.get("noiDung"), int)
        return {**value, "noiDung": str(value["noiDung"])} if whole else value

    return reading_bodies(agency, in_json(change), "addProgress")


@fault(breaks=[SHOWN])
def example_of_a_channel_that_is_gone(agency: Agency) -> Agency:
    """The contract shows how to be told in the application, and that is refused."""

    def refuse(call: Call) -> Answer | None:
        gone = call.method == "PUT" and b'"ung-dung"' in (call.body or b"")
        return _refused(400) if gone else None

    return publishing(agency.intercepting(refuse), _showing("kenhThongBao", ["ung-dung"]))


@fault(breaks=[SHOWN])
def example_beyond_a_limit_unsaid(agency: Agency) -> Agency:
    """A note of the contract's own is too long for a limit that it does not name: 422."""

    def refuse(call: Call) -> Answer | None:
        notes = re.search(rb'"ghiChu": ?"([^"]*)"', call.body or b"")
        too_long = (
            call.method == "PUT"
            and notes is not None
            and len(notes[1].decode("utf-8", "replace")) > 120
        )
        return _refused(422) if too_long else None

    note = "Xin báo cho tôi khi hồ sơ có kết quả, kể cả ngoài giờ hành chính. " * 3
    return publishing(agency.intercepting(refuse), _showing("ghiChu", note.strip()))


def _showing(member: str, value: Any) -> Any:
    """Return a change of the contract that gives subscriptions one more example."""

    def change(document: dict[str, Any]) -> None:
        body = operation_of(document, "putSubscription")["requestBody"]["content"]
        example = {"kenhThongBao": ["email"], member: value}
        body["application/json"]["examples"]["khac"] = {"value": example}

    return change


def _refused(status: int) -> Answer:
    title = {400: "Bad Request", 409: "Conflict", 422: "Unprocessable Content"}[status]
    told = f'{{"type": "about:blank", "title": "{title}", "status": {status}}}'
    return Answer(status, (("Content-Type", PROBLEM),), told.encode())


@fault(breaks=[IN_TIME])
def long_words_searched_slowly(agency: Agency) -> Agency:
    """The longer the words that are searched for, the longer it takes: seconds."""

    def bend(call: Call, made: Answer) -> Answer:
        words = next((value for name, value in call.query if name == "tuKhoa"), "")
        slow = call.asks == LIST and len(words) == 100
        return replace(made, seconds=_WAIT) if slow else made

    return agency.bending_answers(bend)


@fault(breaks=[IN_TIME])
def last_page_counted_up_to(agency: Agency) -> Agency:
    """To show the last page that is allowed, all before it are gone through."""

    def bend(call: Call, made: Answer) -> Answer:
        far = call.asks == "listAuditEvents" and ("page", "10000") in call.query
        return replace(made, seconds=_WAIT) if far else made

    return agency.bending_answers(bend)
