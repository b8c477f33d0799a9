"""For each defect, requests by hand and whether its symptom shows in the answers."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from exam.asking import Asking, B, Got

Proof = Callable[[Asking], bool]
SEEDED = "/dossiers/H26.12-260701-0002"
FOREIGN = "H26.12-260701-0010"
PROOFS: dict[str, Proof] = {}
ADDRESS = {"provinceCode": "79", "communeCode": "25459", "line": "12 Lê Lợi"}
KEY = "khoa-thu-0001"


def proof(name: str) -> Callable[[Proof], Proof]:
    def kept(function: Proof) -> Proof:
        PROOFS[name] = function
        return function

    return kept


def dossier(**more: Any) -> dict[str, Any]:
    person = {"personalId": "001099000001", "fullName": "Hà", "address": ADDRESS}
    written = {"procedureCode": "1.004222", "title": "Hồ sơ đất đai", "provinceCode": "79"}
    return {**written, "issuedOn": "2026-03-02", "applicant": person, **more}


def payment(amount: Any = 150000, tax_code: str = "0100233488", **more: Any) -> dict[str, Any]:
    payer = {"name": "Công ty Ánh Dương", "taxCode": tax_code}
    return {
        "dossierCode": "H26.12-260302-0001",
        "amount": amount,
        "method": "card",
        "payer": payer,
        **more,
    }


def citizen(**more: Any) -> dict[str, Any]:
    person = {"personalId": "079199000123", "fullName": "Bảo", "birthDate": "1999-04-30"}
    return {**person, "address": ADDRESS, **more}


def report(**more: Any) -> dict[str, Any]:
    period = {"from": "2026-01-01", "to": "2026-06-30"}
    return {"period": period, "columns": ["status", "province"], **more}


def pay(ask: Asking, *values: Any, **more: Any) -> Got:
    return ask.ask("POST", "/payments", payment(*values, **more), Idempotency_Key=KEY)


def listed(ask: Asking, query: str) -> Any:
    return ask.ask("GET", f"/dossiers?{query}").value


def attach(ask: Asking, *, title: str = "Sổ đỏ", kind: str = "land", name: str = "a.pdf") -> Got:
    parts = (
        f'name="title"\r\n\r\n{title}',
        f'name="kind"\r\n\r\n{kind}',
        f'name="file"; filename="{name}"\r\nContent-Type: application/pdf\r\n\r\n%PDF',
    )
    body = "".join(f"--x\r\nContent-Disposition: form-data; {part}\r\n" for part in parts)
    media_type = "multipart/form-data; boundary=x"
    return ask.ask(
        "POST", f"{SEEDED}/attachments", f"{body}--x--\r\n".encode(), media_type=media_type
    )


def declared(ask: Asking, body: str) -> Got:
    return ask.ask("POST", "/declarations", body.encode(), media_type="application/xml")


def created(ask: Asking, **more: Any) -> Any:
    got = ask.ask("POST", "/dossiers", dossier(**more))
    assert got.status == 201, got
    return got.value


@proof("page-zero")
def _(ask: Asking) -> bool:
    return ask.ask("GET", "/dossiers?page=0").status == 500


@proof("page-size-constant")
def _(ask: Asking) -> bool:
    pages = [listed(ask, f"limit=7&page={page}")["items"] for page in range(1, 5)]
    return len({one["code"] for page in pages for one in page}) != listed(ask, "limit=1")["total"]


@proof("filter-else-if")
def _(ask: Asking) -> bool:
    found = listed(ask, "status=received&province=01")["items"]
    assert found
    return any(one["status"] != "received" for one in found)


@proof("sort-inner-join")
def _(ask: Asking) -> bool:
    return bool(listed(ask, "sort=fee")["total"] != listed(ask, "sort=code")["total"])


@proof("search-quote")
def _(ask: Asking) -> bool:
    return ask.ask("GET", "/dossiers?q=d%27An").status == 500


@proof("search-backslash")
def _(ask: Asking) -> bool:
    return ask.ask("GET", "/dossiers?q=a%5C").status == 500


@proof("title-nul")
def _(ask: Asking) -> bool:
    return ask.ask("POST", "/dossiers", dossier(title="a\0b")).status == 500


@proof("title-cut")
def _(ask: Asking) -> bool:
    return bool(created(ask, title="đ" * 300)["title"] != "đ" * 300)


@proof("key-ignored")
def _(ask: Asking) -> bool:
    codes = [
        ask.ask("POST", "/dossiers", dossier(), Idempotency_Key=KEY).value["code"] for _ in "12"
    ]
    return codes[0] != codes[1]


@proof("nested-not-validated")
def _(ask: Asking) -> bool:
    return ask.ask("POST", "/dossiers", dossier(applicant={"fullName": "Hà"})).status == 201


@proof("marks-dropped")
def _(ask: Asking) -> bool:
    title = unicodedata.normalize("NFD", "Đất ở Ấp Bắc")
    code = created(ask, title=title)["code"]
    return bool(ask.ask("GET", f"/dossiers/{code}").value["title"] != title)


@proof("leap-day")
def _(ask: Asking) -> bool:
    got = ask.ask("POST", "/dossiers", dossier(issuedOn="2024-02-29"))
    assert got.status == 500 or got.value["expiresOn"] == "2025-02-28"
    return got.status == 500


@proof("foreign-read")
def _(ask: Asking) -> bool:
    assert ask.ask("GET", f"/dossiers/{FOREIGN}", token=B).status == 200
    return ask.ask("GET", f"/dossiers/{FOREIGN}").status == 200


@proof("request-id-missing")
def _(ask: Asking) -> bool:
    return "x-request-id" not in ask.ask("GET", SEEDED).headers


@proof("day-before")
def _(ask: Asking) -> bool:
    first = listed(ask, "limit=1")["items"][0]
    detail = ask.ask("GET", f"/dossiers/{first['code']}").value
    return bool(detail["submittedOn"] != first["submittedOn"])


@proof("code-any-case")
def _(ask: Asking) -> bool:
    return ask.ask("GET", SEEDED.replace("H", "h")).status == 200


@proof("note-lost")
def _(ask: Asking) -> bool:
    path = f"/dossiers/{created(ask)['code']}"
    assert ask.ask("PUT", path, dossier(note="Gọi trước")).value["note"] == "Gọi trước"
    return "note" not in ask.ask("GET", path).value


@proof("any-media-type")
def _(ask: Asking) -> bool:
    return ask.ask("PUT", SEEDED, dossier(), media_type="text/plain").status == 200


@proof("malformed-json")
def _(ask: Asking) -> bool:
    return ask.ask("PUT", SEEDED, b'{"title": ').status == 500


@proof("upsert")
def _(ask: Asking) -> bool:
    return ask.ask("PUT", "/dossiers/H26.12-260101-0001", dossier()).status == 201


@proof("soft-delete")
def _(ask: Asking) -> bool:
    path = f"/dossiers/{created(ask)['code']}"
    assert ask.ask("DELETE", path).status == 204
    return ask.ask("GET", path).status == 200


@proof("deleted-twice")
def _(ask: Asking) -> bool:
    path = f"/dossiers/{created(ask)['code']}"
    return [ask.ask("DELETE", path).status for _ in "12"] == [204, 500]


@proof("file-name-latin")
def _(ask: Asking) -> bool:
    got = attach(ask, name="Sổ đỏ.pdf")
    assert got.status == 500 or got.value["fileName"] == "Sổ đỏ.pdf"
    return got.status == 500


@proof("kind-free")
def _(ask: Asking) -> bool:
    return attach(ask, kind="selfie").status == 201


@proof("json-by-hand")
def _(ask: Asking) -> bool:
    got = attach(ask, title='Giấy "hồng"')
    assert got.status == 201
    try:
        return bool(got.value["title"] != 'Giấy "hồng"')
    except ValueError:
        return True


@proof("amount-int32")
def _(ask: Asking) -> bool:
    return pay(ask, 2**31).status == 500


@proof("amount-float32")
def _(ask: Asking) -> bool:
    return bool(pay(ask, 16777217).value["amount"] != 16777217)


@proof("amount-as-text")
def _(ask: Asking) -> bool:
    return pay(ask, "150000").status == 201


@proof("check-digit")
def _(ask: Asking) -> bool:
    return pay(ask, 150000, "0100233480").status == 201


@proof("branch-refused")
def _(ask: Asking) -> bool:
    return pay(ask, 150000, "0314409058-002").status == 400


@proof("key-optional")
def _(ask: Asking) -> bool:
    return ask.ask("POST", "/payments", payment()).status == 201


@proof("stack-trace")
def _(ask: Asking) -> bool:
    got = pay(ask, [])
    assert got.status == 400
    return b"PaymentController.java" in got.body


@proof("uuid-cast")
def _(ask: Asking) -> bool:
    return ask.ask("GET", "/payments/17").status == 500


@proof("cash-elsewhere")
def _(ask: Asking) -> bool:
    return ask.ask("GET", pay(ask, method="cash").headers["location"]).status == 404


@proof("personal-id-length")
def _(ask: Asking) -> bool:
    return ask.ask("POST", "/citizens", citizen(personalId="OO1099000001")).status == 201


@proof("lenient-date")
def _(ask: Asking) -> bool:
    return ask.ask("POST", "/citizens", citizen(birthDate="1999-02-30")).status == 201


@proof("four-bytes")
def _(ask: Asking) -> bool:
    return ask.ask("POST", "/citizens", citizen(fullName="Nguyễn 𠮷")).status == 500


@proof("address-null")
def _(ask: Asking) -> bool:
    return ask.ask("POST", "/citizens", citizen(address=None)).status == 500


@proof("id-int32")
def _(ask: Asking) -> bool:
    return ask.ask("GET", f"/citizens/{2**31}").status == 500


@proof("phone-null")
def _(ask: Asking) -> bool:
    place = ask.ask("POST", "/citizens", citizen()).headers["location"]
    return ask.ask("GET", place).value.get("phone", "") is None


@proof("empty-phone")
def _(ask: Asking) -> bool:
    return ask.ask("PATCH", "/citizens/1", {"phone": ""}).status == 200


@proof("foreign-change")
def _(ask: Asking) -> bool:
    return ask.ask("PATCH", "/citizens/1", {"phone": "0987654321"}, token=B).status == 200


@proof("lone-surrogate")
def _(ask: Asking) -> bool:
    return ask.ask("PATCH", "/citizens/1", rb'{"fullName": "\ud800"}').status == 500


@proof("province-twice")
def _(ask: Asking) -> bool:
    return ask.ask("GET", "/offices?province=01&province=79").status == 500


@proof("limit-unbounded")
def _(ask: Asking) -> bool:
    return ask.ask("GET", "/offices?limit=101").status == 200


@proof("nan")
def _(ask: Asking) -> bool:
    got = ask.ask("GET", "/offices?lat=NaN&lon=105.8")
    return got.status == 200 and b"NaN" in got.body


@proof("far-day")
def _(ask: Asking) -> bool:
    return ask.ask("GET", "/offices?openOn=9999-12-31").seconds > 2


@proof("malformed-xml")
def _(ask: Asking) -> bool:
    return declared(ask, "<declaration>").status == 500


@proof("doctype")
def _(ask: Asking) -> bool:
    return declared(ask, '<!DOCTYPE d [<!ENTITY e "x">]><declaration/>').status == 500


@proof("html-error")
def _(ask: Asking) -> bool:
    got = declared(ask, "<declaration><amount>1</amount></declaration>")
    assert got.status == 400
    return got.media_type == "text/html"


@proof("deep-condition")
def _(ask: Asking) -> bool:
    deep = '{"op":"not","args":[' * 300 + '{"op":"and"}' + "]}" * 300
    body = json.dumps(report())[:-1] + f', "condition": {deep}}}'
    return ask.ask("POST", "/reports", body.encode()).status == 500


@proof("period-reversed")
def _(ask: Asking) -> bool:
    period = {"from": "2026-06-30", "to": "2026-01-01"}
    got = ask.ask("POST", "/reports", report(period=period))
    assert got.status in {422, 500}
    return got.status == 500


@proof("columns-repeated")
def _(ask: Asking) -> bool:
    return ask.ask("POST", "/reports", report(columns=["fee", "fee"])).status == 200


@proof("between-unknown")
def _(ask: Asking) -> bool:
    return ask.ask("POST", "/reports", report(condition={"op": "between"})).status == 400


@proof("december")
def _(ask: Asking) -> bool:
    return ask.ask("GET", "/reports/2026/12").status == 500


@proof("csv-plain")
def _(ask: Asking) -> bool:
    return ask.ask("GET", "/reports/2026/6?format=csv").media_type == "text/plain"


@proof("accept-unknown")
def _(ask: Asking) -> bool:
    return ask.ask("GET", "/reports/2026/6", Accept="image/png").status == 500


@proof("method-unknown")
def _(ask: Asking) -> bool:
    return ask.ask("PUT", "/reports/2026/6", {}).status == 500


def undisturbed(ask: Asking) -> list[tuple[str, int]]:
    """Return what is asked of the operations without any defect, and how they answer."""
    targets = ("/health", "/offices/H26.01", "/offices/H26.99", "/offices/x'", f"/a{quote('ầ')}")
    return [(target, ask.ask("GET", target).status) for target in targets]
