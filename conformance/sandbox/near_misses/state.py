"""State that is kept, counted and refused in other legal ways."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import enveloped
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import near_miss

SAFE = "http.safety.reading_changes_nothing"
PUT = "state.repeating.putting_twice_is_putting_once"
DELETE = "state.repeating.deleting_twice_is_deleting_once"
VERSIONS = "state.versions.outdated_versions_are_not_overwritten"
EQUAL = "state.storing.vietnamese_comes_back_equal"
MEMBERS = "authorization.properties.privileged_members_are_ignored"
CHANGED = "http.conditional.changed_content_is_always_sent"
KNOWN = "http.conditional.known_content_is_not_sent_again"


@near_miss(spares=[SAFE])
def visits_are_counted(agency: Agency) -> Agency:
    """How often a dossier was read is counted; nobody asked for that (RFC 9110, 9.2.1)."""
    read: Counter[str] = Counter()

    def bend(call: Call, value: Any) -> Any:
        read["all"] += call.asks == "getDossier"
        if call.asks != "listDossiers":
            return value
        items = [{**item, "soLuotXem": read["all"]} for item in value["items"]]
        return {**value, "items": items}

    return agency.bending_values(bend)


@near_miss(spares=[PUT, EQUAL])
def what_is_put_is_tidied(agency: Agency) -> Agency:
    """Channels are put into an order of its own, spaces around texts are cut (RFC 9110, 9.3.4)."""

    def bend(call: Call, value: Any) -> Any:
        if call.asks not in {"putSubscription", "getSubscription"}:
            return value
        note = value.get("ghiChu")
        tidied = {"ghiChu": note.strip()} if note else {}
        return {**value, "kenhThongBao": sorted(value["kenhThongBao"], reverse=True), **tidied}

    return agency.bending_values(bend)


@near_miss(spares=[PUT, VERSIONS])
def version_not_in_the_content(agency: Agency) -> Agency:
    """The PUT tells no ETag; the next GET does (RFC 9110, 9.3.4)."""

    def bend(call: Call, made: Answer) -> Answer:
        return made.without("ETag") if call.asks == "putSubscription" else made

    return agency.bending_answers(bend)


@near_miss(spares=[DELETE])
def second_delete_finds_nothing(agency: Agency) -> Agency:
    """Who deletes what is gone is told 404; the effect is the same (RFC 9110, 9.2.2)."""
    gone: set[str] = set()

    def bend(call: Call, made: Answer) -> Answer:
        if call.asks == "putSubscription":
            gone.discard(call.path)
        if call.asks != "deleteSubscription" or made.status != 204:
            return made
        again = call.path in gone
        gone.add(call.path)
        if not again:
            return made
        body = b'{"type": "about:blank", "title": "Not Found", "status": 404}'
        return replace(made, status=404).with_body(body, "application/problem+json")

    return agency.bending_answers(bend)


@near_miss(spares=[VERSIONS, KNOWN, CHANGED])
def versions_are_weak(agency: Agency) -> Agency:
    """Tags are weak: they match If-None-Match and never If-Match (RFC 9110, 8.8.3.2)."""

    def bend(_call: Call, made: Answer) -> Answer:
        tag = made.get("ETag")
        return made.with_field("ETag", f"W/{tag}") if tag else made

    return agency.bending_answers(bend)


@near_miss(spares=[VERSIONS])
def outdated_versions_are_a_conflict(agency: Agency) -> Agency:
    """An outdated version is refused with 409; 412 is what a server may say (RFC 9110, 13.1.1)."""

    def bend(call: Call, made: Answer) -> Answer:
        if call.asks != "putSubscription" or made.status != 412:
            return made
        body = b'{"type": "about:blank", "title": "Conflict", "status": 409}'
        return replace(made, status=409).with_body(body, "application/problem+json")

    return agency.bending_answers(bend)


@near_miss(spares=[EQUAL])
def letters_of_four_bytes_refused(agency: Agency) -> Agency:
    """Letters that the register cannot keep are refused, not lost (RFC 9110, 15.5.1)."""

    def bend(call: Call) -> Answer | None:
        writes = call.asks in {"createDossier", "addProgress", "putSubscription"}
        # In UTF-8, letters of four bytes begin with F0 to F4.
        if not writes or not any(0xF0 <= byte <= 0xF4 for byte in call.body or b""):
            return None
        body = b'{"type": "about:blank", "title": "Bad Request", "status": 400}'
        return Answer(400, (("Content-Type", "application/problem+json"),), body)

    return agency.intercepting(bend)


@near_miss(spares=[EQUAL])
def wording_of_an_entry_is_the_servers(agency: Agency) -> Agency:
    """What an entry says is worded by the server, whatever was sent (RFC 9110, 9.3.3)."""

    def bend(call: Call, value: Any) -> Any:
        if call.asks != "addProgress":
            return value
        return {**value, "noiDung": f"Chuyển sang trạng thái {value['trangThai']}"}

    return agency.bending_values(bend)


@near_miss(spares=[EQUAL, PUT, VERSIONS, MEMBERS])
def answers_in_an_envelope(agency: Agency) -> Agency:
    """What was written comes back one level deeper, labels beside it (OpenAPI, Schema Object)."""
    return enveloped(agency)
