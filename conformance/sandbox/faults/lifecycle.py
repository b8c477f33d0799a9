"""Things that are lost between being written, read, listed and deleted."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import in_members, operation_of, without
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import fault

INVALID = "contract.generated.invalid_input_is_refused"
THERE = "lifecycle.creation.what_was_created_is_there"
READ = "lifecycle.replacing.what_was_replaced_is_read"
GONE = "lifecycle.removal.what_was_deleted_is_gone"
KEPT = "lifecycle.keeping.hard_values_are_kept"
STORED = "state.storing.vietnamese_comes_back_equal"
ECHOED = "lifecycle.echoes.what_was_sent_is_not_damaged"
ONCE = "lifecycle.keys.repeated_keys_create_once"
AGREE = "lifecycle.details.lists_agree_with_details"

_COLUMN = 255
_BY_POST = "3"


@fault(breaks=[GONE])
def deletion_only_flagged(agency: Agency) -> Agency:
    """A deleted subscription is flagged, and the query that reads one does not look at the flag."""
    held: dict[tuple[str, str | None], Answer] = {}

    def bend(call: Call, made: Answer) -> Answer:
        if call.asks == "putSubscription" and made.status < 300:
            held[_whose(call)] = replace(made, status=200)
        # Whoever may not see it is refused as before.
        if call.asks == "getSubscription" and made.status == 404:
            return held.get(_whose(call), made)
        return made

    return agency.bending_answers(bend)


@fault(breaks=[GONE])
def deletion_unknown_to_the_cache(agency: Agency) -> Agency:
    """A cache that keeps subscriptions as they were last read is not told of deletions."""
    kept: dict[tuple[str, str | None], Answer] = {}

    def bend(call: Call, made: Answer) -> Answer:
        if call.asks == "putSubscription":
            kept.pop(_whose(call), None)
        if call.asks == "getSubscription" and made.status == 200:
            kept[_whose(call)] = made
        unknown = call.asks == "getSubscription" and made.status == 404
        return kept.get(_whose(call), made) if unknown else made

    return agency.bending_answers(bend)


@fault(breaks=[THERE])
def dossiers_by_post_elsewhere(agency: Agency) -> Agency:
    """Dossiers that came by post are kept in another table than the one that is read."""
    elsewhere: set[str] = set()

    def bend(call: Call, value: Any) -> Any:
        if call.asks == "createDossier" and value["kenhTiepNhan"] == _BY_POST:
            elsewhere.add(value["maHoSo"])
        return value

    def hide(call: Call, made: Answer) -> Answer:
        if call.asks != "getDossier" or call.path.rpartition("/")[2] not in elsewhere:
            return made
        body = b'{"type": "about:blank", "title": "Not Found", "status": 404}'
        return replace(made, status=404).with_body(body, "application/problem+json")

    return agency.bending_values(bend).bending_answers(hide)


@fault(breaks=[THERE])
def papers_lost_after_creation(agency: Agency) -> Agency:
    """The answer to creating a dossier shows its papers, reading it shows none."""

    def bend(call: Call, value: Any) -> Any:
        return {**value, "thanhPhanHoSo": []} if call.asks == "getDossier" else value

    return agency.bending_values(bend)


@fault(breaks=[READ])
def note_lost_on_replacing(agency: Agency) -> Agency:
    """The mapper for replacements knows no note: the answer shows it, reading does not."""

    def bend(call: Call, value: Any) -> Any:
        return without(value, "ghiChu") if call.asks == "getSubscription" else value

    return agency.bending_values(bend)


@fault(breaks=[READ])
def first_channel_kept_alone(agency: Agency) -> Agency:
    """Of several channels the first is kept; the answer to the replacement shows all of them."""

    def bend(call: Call, value: Any) -> Any:
        if call.asks != "getSubscription":
            return value
        return {**value, "kenhThongBao": value["kenhThongBao"][:1]}

    return agency.bending_values(bend)


@fault(breaks=[KEPT, ECHOED])
def note_cut_to_its_column(agency: Agency) -> Agency:
    """The note of a dossier is cut after 255 letters, silently; the contract promises 500."""
    return _on_dossiers(agency, in_members(lambda text: text[:_COLUMN], "ghiChu"))


@fault(breaks=[ECHOED], also=[KEPT, STORED])
def marks_of_decomposed_text_dropped(agency: Agency) -> Agency:
    """Text passes a code page of composed letters only: what was decomposed loses its marks."""

    def pass_through(call: Call) -> Call:
        if call.asks != "createDossier" or call.body is None:
            return call
        text = call.body.decode("utf-8", "surrogateescape")
        bare = "".join(sign for sign in text if not unicodedata.combining(sign))
        return replace(call, body=bare.encode("utf-8", "surrogateescape"))

    return agency.reading(pass_through)


@fault(breaks=[KEPT])
def backslashes_stripped(agency: Agency) -> Agency:
    """Backslashes are taken for escapes and dropped, in what a dossier is about alone."""
    return _on_dossiers(agency, in_members(lambda text: text.replace("\\", ""), "trichYeu"))


@fault(breaks=[ONCE], also=[INVALID])
def idempotency_key_overlooked(agency: Agency) -> Agency:
    """The contract has Idempotency-Key, and each repetition creates a dossier of its own."""
    return with_key(agency, "Idempotency-Key")


@fault(breaks=[ONCE], also=[INVALID])
def former_idempotency_key_overlooked(agency: Agency) -> Agency:
    """The key has its former name in the contract; the gateway looks for the present one."""
    seen: dict[str, Answer] = {}

    def remember(call: Call) -> Answer | None:
        return seen.get(call.first("idempotency-key") or "")

    return with_key(agency.intercepting(remember), "X-Idempotency-Key")


@fault(breaks=[AGREE])
def due_a_day_before(agency: Agency) -> Agency:
    """Details tell the day when a dossier is due in UTC: it is the day before."""

    def bend(call: Call, value: Any) -> Any:
        if call.asks != "getDossier":
            return value
        before = date.fromisoformat(value["ngayHenTra"]) - timedelta(days=1)
        return {**value, "ngayHenTra": before.isoformat()}

    return agency.bending_values(bend)


@fault(breaks=[AGREE])
def fee_of_last_year_in_details(agency: Agency) -> Agency:
    """The list has the fees of this year; the details of one procedure still have the last one."""

    def bend(call: Call, value: Any) -> Any:
        if call.asks != "getProcedure":
            return value
        return {**value, "lePhi": value["lePhi"] + 5000}

    return agency.bending_values(bend)


def _whose(call: Call) -> tuple[str, str | None]:
    return call.path, call.first("authorization")


def with_key(agency: Agency, name: str) -> Agency:
    """Return an agency whose contract takes an idempotency key where dossiers are created."""
    document = deepcopy(dict(agency.contract.document))
    parameter = {
        "name": name,
        "in": "header",
        "description": "Khoá chống lặp: yêu cầu gửi lại với cùng khoá chỉ được thực hiện một lần.",
        "schema": {"type": "string", "minLength": 8, "maxLength": 64},
    }
    operation_of(document, "createDossier").setdefault("parameters", []).append(parameter)
    return agency.with_(contract=replace(agency.contract, document=document))


def _on_dossiers(agency: Agency, change: Callable[[Any], Any]) -> Agency:
    """Return an agency that keeps dossiers otherwise than they were sent."""
    asked = {"createDossier", "getDossier"}
    return agency.bending_values(lambda call, value: change(value) if call.asks in asked else value)
