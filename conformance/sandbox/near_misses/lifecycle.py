"""Other legal ways of keeping, repeating, listing and deleting."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import each_item, in_members
from conformance.sandbox.faults.lifecycle import with_key
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import near_miss

THERE = "lifecycle.creation.what_was_created_is_there"
READ = "lifecycle.replacing.what_was_replaced_is_read"
GONE = "lifecycle.removal.what_was_deleted_is_gone"
KEPT = "lifecycle.keeping.hard_values_are_kept"
ECHOED = "lifecycle.echoes.what_was_sent_is_not_damaged"
ONCE = "lifecycle.keys.repeated_keys_create_once"
AGREE = "lifecycle.details.lists_agree_with_details"

_SHOWN = 30
_TEXTS = ("trichYeu", "noiDung", "ghiChu")


@near_miss(spares=[GONE])
def deleted_for_good(agency: Agency) -> Agency:
    """What was deleted is answered with 410: it is known that it was there (RFC 9110, 15.5.11)."""
    gone: set[str] = set()

    def bend(call: Call, made: Answer) -> Answer:
        if call.asks == "deleteSubscription":
            gone.add(call.path)
        if call.asks == "putSubscription":
            gone.discard(call.path)
        deleted = call.asks == "getSubscription" and made.status == 404 and call.path in gone
        if not deleted:
            return made
        body = b'{"type": "about:blank", "title": "Gone", "status": 410}'
        return replace(made, status=410).with_body(body, "application/problem+json")

    return agency.bending_answers(bend)


@near_miss(spares=[THERE, READ, KEPT, ECHOED])
def texts_composed_when_kept(agency: Agency) -> Agency:
    """Texts are kept composed and without spaces around them (Unicode Standard Annex 15)."""
    tidy = in_members(lambda text: unicodedata.normalize("NFC", text).strip(), *_TEXTS)
    return agency.bending_values(lambda _call, value: tidy(value))


@near_miss(spares=[READ])
def subscription_tells_who_changed_it(agency: Agency) -> Agency:
    """Reading a subscription shows more than the answer to writing it did (RFC 9110, 9.3.4)."""

    def bend(call: Call, value: Any) -> Any:
        return {**value, "nguoiSua": "Công dân"} if call.asks == "getSubscription" else value

    return agency.bending_values(bend)


@near_miss(spares=[ONCE])
def repeated_key_answered_as_before(agency: Agency) -> Agency:
    """A known key is answered with what was answered first (Idempotency-Key, work in progress)."""
    return _remembering(agency, lambda first: first)


@near_miss(spares=[ONCE])
def repeated_key_is_a_conflict(agency: Agency) -> Agency:
    """A known key is refused with 409 and nothing is created (RFC 9110, 15.5.10)."""
    body = b'{"type": "about:blank", "title": "Conflict", "status": 409}'
    refusal = Answer(409, (("Content-Type", "application/problem+json"),), body)
    return _remembering(agency, lambda _first: refusal)


@near_miss(spares=[AGREE])
def names_cut_in_the_list(agency: Agency) -> Agency:
    """The list shows the beginning of a long name, the details all of it (OpenAPI, Schema)."""

    def cut(text: str) -> str:
        return text if len(text) <= _SHOWN else f"{text[:_SHOWN].rstrip()}…"

    return agency.bending_values(
        each_item(lambda item: {**item, "tenThuTuc": cut(item["tenThuTuc"])})
    )


@near_miss(spares=[AGREE, THERE])
def details_in_utc(agency: Agency) -> Agency:
    """Details tell instants in UTC, lists in the country's time (RFC 3339, section 4.1)."""

    def bend(call: Call, value: Any) -> Any:
        if call.asks != "getDossier":
            return value
        then = datetime.fromisoformat(value["ngayTiepNhan"]).astimezone(UTC)
        return {**value, "ngayTiepNhan": then.isoformat()}

    return agency.bending_values(bend)


def _remembering(agency: Agency, told: Any) -> Agency:
    """Return an agency that answers a known key in its own way."""
    known: dict[tuple[str, bytes | None], Answer] = {}

    def key(call: Call) -> tuple[str, bytes | None] | None:
        value = call.first("idempotency-key")
        return (value, call.body) if value and call.asks == "createDossier" else None

    def before(call: Call) -> Answer | None:
        found = key(call)
        return told(known[found]) if found in known else None

    def after(call: Call, made: Answer) -> Answer:
        found = key(call)
        if found is not None and made.status == 201:
            known.setdefault(found, made)
        return made

    return with_key(agency.intercepting(before).bending_answers(after), "Idempotency-Key")
