"""Payments and their receipts."""

from __future__ import annotations

import re
import struct
from typing import Any

from exam.call import Call, Handler, missing, refused, told
from exam.reading import Flaw
from exam.store import Kept
from exam.wire import Answer

INT32 = 2**31 - 1
_LEAST, _MOST = 1000, 9_000_000_000
_TAX_CODE = re.compile(r"[0-9]{10}(-?[0-9]{3})?")
_BRANCH_DIGITS = 13
_TRACE = """java.lang.ClassCastException: cannot cast {what}
\tat vn.gov.agency.payment.PaymentController.create(PaymentController.java:118)
\tat org.springframework.web.servlet.DispatcherServlet.doDispatch(DispatcherServlet.java:1089)"""


def _create(call: Call) -> Answer:
    body: dict[str, Any] = {**call.body, "amount": int(call.body["amount"])}
    tax_code = body["payer"]["taxCode"]
    branch = len(tax_code.replace("-", "")) == _BRANCH_DIGITS
    if branch and call.falls("branch-refused"):
        return refused([Flaw("body", "/payer/taxCode", "pattern")])
    if body["amount"] > INT32:
        call.breaks("amount-int32")
    key = call.values.get("Idempotency-Key")
    before = (call.identity, call.operation.id, key or "", call.request.body)
    with call.store.lock:
        if key and before in call.store.answered:
            answer, shown = call.store.answered[before]
            call.shown |= shown
            return answer  # type: ignore[no-any-return]  # as stored below
        marks = set()
        short = int(struct.unpack("f", struct.pack("f", body["amount"]))[0])
        if short != body["amount"] and call.falls("amount-float32"):
            body["amount"] = short
            marks.add("amount-float32")
        if body["method"] == "cash" and call.falls("cash-elsewhere"):
            marks.add("cash-elsewhere")
        number = call.store.payment_id()
        shown = {"id": number, "paidAt": "2026-07-01T08:00:00+07:00", **body}
        call.store.payments[number] = Kept(call.identity, shown, marks=marks)
        answer = told(shown, 201, f"/payments/{number}")
        if key:
            call.store.answered[before] = (answer, marks)
    return answer


def _forgive(call: Call, flaw: Flaw) -> bool:
    if flaw.at == "Idempotency-Key" and flaw.rule == "required":
        return call.falls("key-optional")
    if flaw.at == "/amount" and flaw.rule == "type" and isinstance(flaw.value, str):
        text = flaw.value
        number = int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else 0
        return _LEAST <= number <= _MOST and call.falls("amount-as-text")
    if flaw.at == "/payer/taxCode" and flaw.rule == "format":
        return bool(_TAX_CODE.fullmatch(flaw.value)) and call.falls("check-digit")
    return False


def _refuse(call: Call, flaws: list[Flaw]) -> Answer | None:
    wrong = [flaw for flaw in flaws if flaw.place == "body" and flaw.rule == "type"]
    if wrong and call.falls("stack-trace"):
        return refused(flaws, detail=_TRACE.format(what=wrong[0].at[:300]))
    return None


def _get(call: Call) -> Answer:
    kept = call.store.payments.get(call.values["id"].lower())
    if kept is None or kept.owner != call.identity:
        return missing()
    call.shown |= kept.marks
    return missing() if "cash-elsewhere" in kept.marks else told(kept.shown)


def _refuse_get(call: Call, flaws: list[Flaw]) -> Answer | None:
    if any(flaw.at == "id" and flaw.rule == "format" for flaw in flaws):
        call.breaks("uuid-cast")
    return None


HANDLERS = {
    "createPayment": Handler(_create, forgive=_forgive, refuse=_refuse),
    "getPayment": Handler(_get, refuse=_refuse_get),
}
