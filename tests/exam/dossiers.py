"""Dossiers and what is attached to them."""

from __future__ import annotations

import json
import unicodedata
from calendar import isleap
from datetime import date, timedelta
from typing import Any

from exam.call import Call, Handler, missing, page_of, told
from exam.reading import Flaw
from exam.store import TODAY, Kept
from exam.wire import Answer

DEFAULT_SIZE = 20
COLUMN = 255
_SUMMARY = ("code", "title", "status", "provinceCode", "submittedOn", "fee")
_LAST_YEAR = 9999


def _list(call: Call) -> Answer:
    asked = call.values
    with call.store.lock:
        kept = list(call.store.dossiers.values())
    found = [one for one in kept if one.owner == call.identity and not one.deleted]
    found = _filtered(call, found)
    order = asked["sort"]
    key = order.removeprefix("-")
    have = [one for one in found if key in one.shown]
    rest = [one for one in found if key not in one.shown]
    have.sort(key=lambda one: (one.shown[key], one.shown["code"]), reverse=order != key)
    if rest and call.falls("sort-inner-join"):
        rest = []
    listed = [*have, *rest]
    offset = None
    wrong = (asked["page"] - 1) * DEFAULT_SIZE
    right = (asked["page"] - 1) * asked["limit"]
    if wrong != right and min(wrong, right) < len(listed) and call.falls("page-size-constant"):
        offset = wrong
    page = page_of(call, listed, offset)
    for one in page["items"]:
        call.shown |= one.marks & {"title-cut", "marks-dropped"}
    page["items"] = [
        {name: one.shown[name] for name in _SUMMARY if name in one.shown} for one in page["items"]
    ]
    return told(page)


def _filtered(call: Call, found: list[Kept]) -> list[Kept]:
    asked = call.values
    text = asked.get("q")
    if text is not None:
        if "'" in text:
            call.breaks("search-quote")
        if (len(text) - len(text.rstrip("\\"))) % 2:
            call.breaks("search-backslash")
        found = [one for one in found if text in one.shown["title"]]
    if "submittedFrom" in asked:
        found = [one for one in found if one.shown["submittedOn"] >= asked["submittedFrom"]]
    if "province" in asked:
        found = [one for one in found if one.shown["provinceCode"] == asked["province"]]
    if "status" in asked:
        left = [one for one in found if one.shown["status"] == asked["status"]]
        lost = "province" in asked and len(left) < len(found) and call.falls("filter-else-if")
        found = found if lost else left
    return found


def _refuse_list(call: Call, flaws: list[Flaw]) -> Answer | None:
    if any(flaw.at == "page" and flaw.rule == "minimum" for flaw in flaws):
        call.breaks("page-zero")
    return None


def _written(call: Call) -> dict[str, Any]:
    """Return what a body says, with whole numbers as such."""
    body = dict(call.body)
    if "fee" in body:
        body["fee"] = int(body["fee"])
    return body


def a_year_after(day: str) -> str:
    """Return the same day of the next year; of 29 February, the 28th."""
    year, rest = int(day[:4]), day[4:]
    if year >= _LAST_YEAR:
        return "9999-12-31"
    return f"{year + 1:04}{'-02-28' if rest == '-02-29' and not isleap(year + 1) else rest}"


def _create(call: Call) -> Answer:
    body = _written(call)
    if "\0" in body["title"]:
        call.breaks("title-nul")
    if body["issuedOn"].endswith("-02-29"):
        call.breaks("leap-day")
    key = call.values.get("Idempotency-Key")
    before = (call.identity, call.operation.id, key or "", call.request.body)
    with call.store.lock:
        known = call.store.answered.get(before) if key else None
        if known and not call.falls("key-ignored"):
            call.shown |= known[1]
            return known[0]  # type: ignore[no-any-return]  # an answer, as stored below
        marks = _spoilt(call, body)
        code = call.store.dossier_code()
        shown = {
            "code": code,
            "status": "received",
            "submittedOn": TODAY,
            "expiresOn": a_year_after(body["issuedOn"]),
            **body,
        }
        call.store.dossiers[code] = Kept(call.identity, shown, marks=marks)
        answer = told(shown, 201, f"/dossiers/{code}")
        if key:
            call.store.answered[before] = (answer, marks)
    return answer


def _spoilt(call: Call, body: dict[str, Any]) -> set[str]:
    """Change the text that is to be kept as defects have it; return which did."""
    marks = set()
    if len(body["title"]) > COLUMN and call.falls("title-cut"):
        body["title"] = body["title"][:COLUMN]
        marks.add("title-cut")
    plain = "".join(letter for letter in body["title"] if not unicodedata.combining(letter))
    if plain != body["title"] and call.falls("marks-dropped"):
        body["title"] = plain
        marks.add("marks-dropped")
    if "nested-not-validated" in call.shown:
        marks.add("nested-not-validated")
    return marks


def _forgive_create(call: Call, flaw: Flaw) -> bool:
    nested = flaw.rule == "required" and flaw.at.startswith("/applicant/")
    return nested and call.falls("nested-not-validated")


def _mine(call: Call, *, code: str | None = None) -> Kept | None:
    kept = call.store.dossiers.get(code or call.values["code"])
    return kept if kept and kept.owner == call.identity and not kept.deleted else None


def _get(call: Call) -> Answer:
    kept = call.store.dossiers.get(call.values["code"])
    if kept is None and "code-any-case" in call.shown:
        kept = call.store.dossiers.get(call.values["code"].upper())
    if kept is None:
        return missing()
    if kept.deleted and not call.falls("soft-delete"):
        return missing()
    if kept.owner != call.identity and not call.falls("foreign-read"):
        return missing()
    call.shown |= kept.marks
    shown = dict(kept.shown)
    if call.falls("day-before"):
        shown["submittedOn"] = str(date.fromisoformat(shown["submittedOn"]) - timedelta(1))
    call.nameless = call.falls("request-id-missing")
    return told(shown)


def _forgive_get(call: Call, flaw: Flaw) -> bool:
    known = flaw.at == "code" and str(flaw.value).upper() in call.store.dossiers
    return known and call.falls("code-any-case")


def _replace(call: Call) -> Answer:
    body = _written(call)
    with call.store.lock:
        kept = _mine(call)
        code = call.values["code"]
        if kept is None:
            if code in call.store.dossiers or not call.falls("upsert"):
                return missing()
            kept = Kept(call.identity, {"status": "received", "submittedOn": TODAY})
            call.store.dossiers[code] = kept
        own = {name: kept.shown[name] for name in ("status", "submittedOn")}
        shown = {"code": code, **own, "expiresOn": a_year_after(body["issuedOn"]), **body}
        kept.shown = dict(shown)
        kept.marks = set()
        if "note" in shown and call.falls("note-lost"):
            del kept.shown["note"]
            kept.marks.add("note-lost")
    created = "upsert" in call.shown
    return told(shown, 201 if created else 200, f"/dossiers/{code}" if created else "")


def _forgive_replace(call: Call, flaw: Flaw) -> bool:
    return flaw.rule == "media type" and call.falls("any-media-type")


def _refuse_replace(call: Call, flaws: list[Flaw]) -> Answer | None:
    if any(flaw.rule == "readable" for flaw in flaws):
        call.breaks("malformed-json")
    return None


def _delete(call: Call) -> Answer:
    with call.store.lock:
        kept = call.store.dossiers.get(call.values["code"])
        if kept and kept.deleted and kept.owner == call.identity:
            call.breaks("deleted-twice")
        if kept is None or kept.deleted or kept.owner != call.identity:
            return missing()
        kept.deleted = True
        call.falls("soft-delete")
    return Answer(204)


def _attach(call: Call) -> Answer:
    body = call.body
    if not body["fileName"].isascii():
        call.breaks("file-name-latin")
    with call.store.lock:
        if _mine(call) is None:
            return missing()
        number = call.store.number()
        shown = {
            "id": number,
            "title": body["title"],
            "kind": body["kind"],
            "fileName": body["fileName"],
            "size": len(body["file"]),
        }
        code = call.values["code"]
        marks = call.shown & {"kind-free"}
        call.store.attachments[code, number] = Kept(call.identity, shown, marks=marks)
    answer = told(shown, 201, f"/dossiers/{code}/attachments/{number}")
    if ('"' in body["title"] or "\\" in body["title"]) and call.falls("json-by-hand"):
        by_hand = json.dumps({**shown, "title": "@"}, ensure_ascii=False)
        return Answer(201, by_hand.replace("@", body["title"], 1).encode(), fields=answer.fields)
    return answer


def _forgive_attach(call: Call, flaw: Flaw) -> bool:
    return flaw.at == "/kind" and flaw.rule == "enum" and call.falls("kind-free")


def _attachment(call: Call) -> Answer:
    kept = call.store.attachments.get((call.values["code"], call.values["attachmentId"]))
    if kept is None or _mine(call) is None:
        return missing()
    call.shown |= kept.marks
    return told(kept.shown)


HANDLERS = {
    "listDossiers": Handler(_list, refuse=_refuse_list),
    "createDossier": Handler(_create, forgive=_forgive_create),
    "getDossier": Handler(_get, forgive=_forgive_get),
    "replaceDossier": Handler(_replace, forgive=_forgive_replace, refuse=_refuse_replace),
    "deleteDossier": Handler(_delete),
    "addAttachment": Handler(_attach, forgive=_forgive_attach),
    "getAttachment": Handler(_attachment),
}
