"""Reports, and declarations in XML."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Mapping
from typing import Any

from exam.call import BrokenError, Call, Handler, refused, told
from exam.reading import Flaw, depth
from exam.wire import Answer

_RECURSION = 100
_DECEMBER = 12
_MOST_ROWS = 100
_GIVEN = ("application/json", "text/csv", "application/*", "text/*", "*/*")
_CASES = {"status": "status", "province": "provinceCode", "procedure": "procedureCode"}


def _before_report(call: Call) -> None:
    if "deep-condition" in call.enabled and depth(call.request.body) > _RECURSION:
        call.breaks("deep-condition")


def _report(call: Call) -> Answer:
    body = call.body
    if body["period"]["from"] > body["period"]["to"]:
        call.breaks("period-reversed")
        flaw = Flaw("body", "/period", "from is not after to")
        return refused([flaw], 422, "Kỳ báo cáo kết thúc trước khi bắt đầu.")
    if _asks_between(body.get("condition", {})) and call.falls("between-unknown"):
        return refused([Flaw("body", "/condition/op", "enum")])
    counted: Counter[tuple[str, ...]] = Counter()
    with call.store.lock:
        for one in call.store.dossiers.values():
            if one.owner == call.identity and not one.deleted:
                counted[tuple(_cell(one.shown, column) for column in body["columns"])] += 1
    rows = [[cell[:50] for cell in row] for row in sorted(counted)[:_MOST_ROWS]]
    return told({"columns": body["columns"], "rows": rows})


def _cell(shown: Mapping[str, Any], column: str) -> str:
    return str(shown.get(_CASES.get(column, column), ""))


def _asks_between(condition: Mapping[str, Any]) -> bool:
    found = condition.get("op") == "between"
    return found or any(_asks_between(one) for one in condition.get("args", ()))


def _forgive_report(call: Call, flaw: Flaw) -> bool:
    return flaw.at == "/columns" and flaw.rule == "uniqueItems" and call.falls("columns-repeated")


def _monthly(call: Call) -> Answer:
    year, month = call.values["year"], call.values["month"]
    asked = call.request.header("accept")
    ranges = [one.split(";")[0].strip().lower() for one in (asked or "*/*").split(",")]
    if not any(one in _GIVEN for one in ranges):
        call.breaks("accept-unknown")
    if month == _DECEMBER:
        call.breaks("december")
    last = monthrange(year, month)[1]
    row = {
        "from": f"{year}-{month:02}-01",
        "to": f"{year}-{month:02}-{last}",
        "received": 100 + month,
        "settled": 90 + month,
    }
    if call.values["format"] == "csv":
        lines = (",".join(row), ",".join(str(value) for value in row.values()), "")
        plain = call.falls("csv-plain")
        media_type = "text/plain; charset=utf-8" if plain else "text/csv; charset=utf-8"
        return Answer(200, "\r\n".join(lines).encode(), media_type)
    return told(row)


def unknown_method(enabled: frozenset[str], shown: set[str], template: str) -> None:
    """Meet a method that a path does not have.

    Raises:
        BrokenError: by a defect.
    """
    if template == "/reports/{year}/{month}" and "method-unknown" in enabled:
        shown.add("method-unknown")
        raise BrokenError("method-unknown")


def _declare(call: Call) -> Answer:
    code = call.body["taxCode"]
    number = f"TK-{call.store.number():06}"
    receipt = f"<receipt><number>{number}</number><taxCode>{code}</taxCode></receipt>"
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return Answer(200, (head + receipt).encode(), "application/xml")


def _refuse_declaration(call: Call, flaws: list[Flaw]) -> Answer | None:
    rules = {flaw.rule for flaw in flaws if flaw.place == "body"}
    if "doctype" in rules:
        call.breaks("doctype")
    elif "readable" in rules:
        call.breaks("malformed-xml")
    elif rules and call.falls("html-error"):
        page = "<!doctype html><title>400</title><h1>HTTP Status 400 – Bad Request</h1>"
        return Answer(400, page.encode(), "text/html; charset=utf-8")
    return None


def declaration(texts: Mapping[str, str]) -> dict[str, Any]:
    """Return a declaration with its amount as a number, where it is written as one."""
    made: dict[str, Any] = dict(texts)
    if re.fullmatch(r"0|[1-9][0-9]{0,18}", made.get("amount", "")):
        made["amount"] = int(made["amount"])
    return made


HANDLERS = {
    "createReport": Handler(_report, before=_before_report, forgive=_forgive_report),
    "getMonthlyReport": Handler(_monthly),
    "submitDeclaration": Handler(_declare, refuse=_refuse_declaration),
}
