"""Records of citizens."""

from __future__ import annotations

import json
import re
from calendar import monthrange
from typing import Any

from exam.call import Call, Handler, missing, told
from exam.payments import INT32
from exam.reading import Flaw, UnreadableError, strict_json
from exam.store import Kept
from exam.wire import Answer

_BASIC_PLANE = 0xFFFF
_DAY = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


def _create(call: Call) -> Answer:
    body: dict[str, Any] = dict(call.body)
    if any(ord(letter) > _BASIC_PLANE for letter in body["fullName"]):
        call.breaks("four-bytes")
    marks = call.shown & {"personal-id-length", "lenient-date"}
    if "lenient-date" in marks:
        body["birthDate"] = _rolled(body["birthDate"])
    with call.store.lock:
        number = call.store.number() + 1000
        shown = {"recordId": number, **body}
        call.store.citizens[number] = Kept(call.identity, shown, marks=marks)
    return told(shown, 201, f"/citizens/{number}")


def _rolled(day: str) -> str:
    """Return the day that a lenient parser makes of one that its month does not have."""
    year, month, number = (int(part) for part in day.split("-"))
    last = monthrange(year or 2000, month)[1]
    return f"{year:04}-{month + 1:02}-{number - last:02}"


def _forgive_create(call: Call, flaw: Flaw) -> bool:
    if flaw.at == "/personalId" and flaw.rule in {"format", "pattern"}:
        return len(flaw.value) == 12 and call.falls("personal-id-length")
    if flaw.at == "/birthDate" and flaw.rule == "format":
        beyond = bool(_DAY.fullmatch(flaw.value)) and not flaw.value.startswith("0000")
        return beyond and call.falls("lenient-date")
    return False


def _refuse_create(call: Call, flaws: list[Flaw]) -> Answer | None:
    if any(flaw.at == "/address" and flaw.rule == "type" and flaw.value is None for flaw in flaws):
        call.breaks("address-null")
    return None


def _get(call: Call) -> Answer:
    if call.values["recordId"] > INT32:
        call.breaks("id-int32")
    kept = call.store.citizens.get(call.values["recordId"])
    if kept is None or kept.owner != call.identity:
        return missing()
    call.shown |= kept.marks
    empty = "phone" not in kept.shown and call.falls("phone-null")
    return told({**kept.shown, "phone": None} if empty else kept.shown)


def _change(call: Call) -> Answer:
    with call.store.lock:
        kept = call.store.citizens.get(call.values["recordId"])
        if kept is None:
            return missing()
        if kept.owner != call.identity and not call.falls("foreign-change"):
            return missing()
        kept.shown = {**kept.shown, **call.body}
        if call.body.get("phone") == "":
            kept.marks.add("empty-phone")
        elif "phone" in call.body:
            kept.marks.discard("empty-phone")
        call.shown |= kept.marks
        return told(kept.shown)


def _forgive_change(call: Call, flaw: Flaw) -> bool:
    return flaw.at == "/phone" and flaw.value == "" and call.falls("empty-phone")


def _refuse_change(call: Call, flaws: list[Flaw]) -> Answer | None:
    if any(flaw.rule == "readable" for flaw in flaws) and _half_a_pair(call.request.body):
        call.breaks("lone-surrogate")
    return None


def _half_a_pair(body: bytes) -> bool:
    """Whether nothing but half a surrogate pair keeps a text from being JSON."""
    mended = re.sub(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}", b"?", body)
    try:
        json.loads(body)
        strict_json(mended)
    except (ValueError, RecursionError, UnreadableError):
        return False
    return mended != body


HANDLERS = {
    "createCitizen": Handler(_create, forgive=_forgive_create, refuse=_refuse_create),
    "getCitizen": Handler(_get),
    "updateCitizen": Handler(_change, forgive=_forgive_change, refuse=_refuse_change),
}
