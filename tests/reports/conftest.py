"""A made-up but complete run: every verdict, every level, and a target that fights back."""

from __future__ import annotations

import copy
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

SHA = "sha256:" + "5c1f" * 16
PROBLEM = "http.errors.problem_details"

# What a hostile server might send where a report shows it.
HOSTILE = (
    '</code></pre><script>alert("x")</script><img src=x onerror=alert(1)> '
    "\x1b[31mred\x1b[0m \x00\x08 \u202egnp.exe ]]> | `code` [a](http://evil.example) @someone "
    "\ud800 http://evil.example "
    "www.evil.example ![i](x) </details> {{ 7*7 }}"
)


@dataclass
class ExampleRun:
    """What the reports ask of a run, from plain objects."""

    results: dict[str, Any]
    exchanges: dict[str, dict[str, Any]] = field(default_factory=dict)

    def exchange(self, exchange_id: str) -> Mapping[str, Any] | None:
        return self.exchanges.get(exchange_id)


def text(vi: str, en: str) -> dict[str, str]:
    return {"vi": vi, "en": en}


NORMS = {
    "rfc9457": {
        "document": "RFC-9457",
        "clause": "section 3",
        "status": "verified",
        "title": text(
            "RFC 9457, Chi tiết lỗi cho giao diện HTTP", "RFC 9457, Problem Details for HTTP APIs"
        ),
    },
    "rfc9110": {
        "document": "RFC-9110",
        "clause": "section 15.5.6",
        "status": "verified",
        "title": text("RFC 9110, Ngữ nghĩa HTTP", "RFC 9110, HTTP Semantics"),
    },
    "rfc8259": {
        "document": "RFC-8259",
        "clause": "section 8.1",
        "status": "verified",
        "title": text("RFC 8259, Định dạng JSON", "RFC 8259, the JSON format"),
    },
    "qd3090": {
        "document": "QD-3090-QD-BKHCN-2025",
        "clause": "Phần II, lớp 2",
        "status": "secondary",
        "title": text(
            "Quyết định 3090/QĐ-BKHCN về Khung kiến trúc tổng thể quốc gia số",
            "Decision 3090/QĐ-BKHCN on the overall national digital architecture framework",
        ),
    },
    "tcvn14423": {
        "document": "TCVN-14423-2025",
        "clause": "mục 6",
        "status": "unverified",
        "title": text(
            "TCVN 14423:2025, An ninh mạng: yêu cầu đối với hệ thống thông tin quan trọng",
            "TCVN 14423:2025, Cybersecurity: requirements for important information systems",
        ),
    },
}


def result(check: str, unit: str, verdict: str, **said: Any) -> dict[str, Any]:
    return {
        "check": check,
        "catalogue": "IOP-005",
        "unit": unit,
        "verdict": verdict,
        "reason": None,
        "because": None,
        "expected": None,
        "expected_vi": None,
        "observed": None,
        "observed_vi": None,
        "notes": [],
        "evidence": [],
        "curl": None,
        "single": False,
        **said,
    }


def reached(operation: str, calls: int, statuses: dict[str, int], *why: str) -> dict[str, Any]:
    return {
        "operation": operation,
        "tested": not why,
        "because": text(*why) if why else None,
        "calls": calls,
        "generated": calls // 2,
        "succeeded": statuses.get("200", 0),
        "statuses": statuses,
        "answers_documented": 4,
        "answers_seen": len(statuses),
    }


def incident(name: str, place: str) -> dict[str, Any]:
    return {
        "exchange": name,
        "least": name,
        "again": None,
        "place": place,
        "scenario": "quotation marks in every text",
        "scenario_vi": "dấu nháy, ở mọi trường văn bản",
        "status": 500,
        "observed": HOSTILE,
        "observed_vi": HOSTILE,
        "curl": f"curl -i -X GET '{BASE}/dossiers?q={HOSTILE}'",
    }


def requirement(
    name: str,
    level: str,
    verdict: str,
    title: dict[str, str],
    norm: str,
    *results: dict[str, Any],
    **said: Any,
) -> dict[str, Any]:
    return {
        "id": name,
        "level": level,
        "impact": "medium",
        "basis": "scheme",
        "group": name.split("-")[1],
        "verdict": verdict,
        "reason": None,
        "because": None,
        "mode": "automatic",
        "title": title,
        "rationale": None,
        "mend": None,
        "norm": NORMS[norm],
        "results": list(results),
        **said,
    }


def exchange(name: str, url: str, status: int, body: dict[str, str]) -> dict[str, Any]:
    return {
        "id": name,
        "kind": "http",
        "at": "2026-11-21T17:15:02+07:00",
        "identity": "citizen_a",
        "case": "c1",
        "attempt": 1,
        "unit": "GET /dossiers/{id}",
        "request": {
            "method": "GET",
            "url": url,
            "headers": [
                ["Host", "tthc.example.gov.vn"],
                ["Accept", "application/json"],
                ["Authorization", "Bearer ⟦token:3fa1⟧"],
            ],
            "body": None,
        },
        "response": {
            "status": status,
            "reason": "Not Found",
            "http": "1.1",
            "headers": [["Content-Type", "text/html; charset=utf-8"], ["Server", "nginx/1.18.0"]],
            "body": body,
            "seconds": 0.004,
        },
        "facts": {"reached_api": True},
        "error": None,
    }


BASE = "https://tthc.example.gov.vn/api/v1"
EXCHANGES = [
    exchange(
        "u07.12",
        f"{BASE}/conformance-4f1c9a",
        404,
        {"text": "<!doctype html>\n<html><head><title>404 Không tìm thấy</title></head></html>"},
    ),
    exchange("u07.13", f"{BASE}/conformance-77b0e2", 404, {"text": "Không tìm thấy trang"}),
    exchange("u02.01", f"{BASE}/dossiers/000.00.01.H22-250701-0001", 200, {"text": HOSTILE}),
    exchange("u03.04", f"{BASE}/files/1", 200, {"base64": "iVBORw0KGgo="}),
    exchange("u03.05", f"{BASE}/files/2", 200, {"file": "evidence/ab12", "sha256": "ab12"}),
    {
        "id": "u00.01",
        "kind": "tls",
        "at": "2026-11-21T17:15:00+07:00",
        "identity": None,
        "case": "tls",
        "attempt": 1,
        "unit": "target",
        "request": None,
        "response": None,
        "facts": {"version": "TLSv1.3"},
        "error": None,
    },
    {
        **exchange("u09.02", f"{BASE}/slow", 0, {"text": ""}),
        "response": None,
        "error": "timed out after 10 s",
    },
]


def requirements() -> list[dict[str, Any]]:
    return [
        requirement(
            "BASE-IOP-05",
            "MUST",
            "fail",
            text(
                "Khi gặp lỗi, hệ thống trả về mô tả lỗi mà phần mềm đọc được.",
                "An error explains itself to a program.",
            ),
            "rfc9457",
            result(
                PROBLEM,
                "target",
                "fail",
                expected="application/problem+json",
                observed="text/html; charset=utf-8",
                observed_vi="text/html; charset=utf-8 (trang HTML)",
                notes=[text("Đã lặp lại một lần.", "Repeated once.")],
                evidence=["u07.12", "u07.13"],
                curl=f"curl -i -H 'Accept: application/json' '{BASE}/conformance-4f1c9a'",
            ),
            rationale=text(
                "Hệ thống gọi đến phân biệt được lỗi của mình với lỗi của bên cung cấp.",
                "A caller can tell its own mistakes from the provider's.",
            ),
            mend=text(
                "Cấu hình cổng tích hợp hoặc ứng dụng để mọi lỗi 4xx, 5xx trả về "
                "application/problem+json.",
                "Let the gateway or the application answer every 4xx and 5xx with "
                "application/problem+json.",
            ),
        ),
        requirement(
            "BASE-AUT-01",
            "MUST",
            "fail",
            text(
                "Thao tác được khai báo cần xác thực thì từ chối yêu cầu không có thông tin "
                "xác thực.",
                "A secured operation refuses a request without credentials.",
            ),
            "qd3090",
            *(
                result(
                    "identity.enforcement.declared_security_is_enforced",
                    f"GET /dossiers/{number}",
                    "fail",
                    expected="401, 403 or 404",
                    expected_vi="401, 403 hoặc 404",
                    observed=HOSTILE,
                    incidents=[incident("u02.01", HOSTILE), incident("u02.01", "query q")],
                    evidence=["u02.01", "u09.02", "u03.04", "u03.05", "u99.99"],
                    single=True,
                )
                for number in range(10)
            ),
            impact="critical",
            basis="law",
            mend=text(
                "Bật kiểm tra mã truy cập tại cổng tích hợp cho mọi đường dẫn.",
                "Turn on token checking at the gateway for every path.",
            ),
        ),
        requirement(
            "BASE-SEC-13",
            "SHOULD",
            "fail",
            text(
                "Phần đầu trả lời không tiết lộ phiên bản phần mềm máy chủ.",
                "No header tells the version of the server's software.",
            ),
            "tcvn14423",
            result(
                "headers.banners.no_version_is_told",
                "target",
                "fail",
                expected="no digits in Server",
                expected_vi="trường Server không có chữ số",
                observed="nginx/1.18.0",
                evidence=["u07.12"],
            ),
            impact="low",
        ),
        requirement(
            "BASE-SEC-05",
            "MUST",
            "waived",
            text(
                "Trình duyệt được yêu cầu không tự đoán kiểu nội dung.",
                "A browser is told not to guess the media type.",
            ),
            "tcvn14423",
            result(
                "headers.sniffing.sniffing_is_refused",
                "target",
                "fail",
                expected="nosniff",
                observed="no such header",
                observed_vi="không có trường này",
                evidence=["u07.12"],
            ),
        ),
        requirement(
            "BASE-FMT-01",
            "MUST",
            "pass",
            text("JSON đúng chuẩn.", "JSON is strict."),
            "rfc8259",
            result("formats.json.json_is_strict", "target", "pass", evidence=["u02.01"]),
            basis="law",
        ),
        requirement(
            "BASE-IOP-03",
            "SHOULD",
            "pass",
            text(
                "HEAD trả lời như GET, nhưng không có nội dung.",
                "HEAD answers like GET, without a body.",
            ),
            "rfc9110",
            result("http.methods.head_mirrors_get", "GET /dossiers", "pass", evidence=["u03.04"]),
            result(
                "http.methods.head_mirrors_get",
                "GET /health",
                "not_applicable",
                because=text("không có GET", "there is no GET"),
            ),
        ),
        requirement(
            "BASE-OPS-01",
            "MUST",
            "pass",
            text(
                "Nhật ký truy cập được lưu giữ và xem lại định kỳ.",
                "Access logs are kept and reviewed.",
            ),
            "tcvn14423",
            mode="attested",
        ),
        requirement(
            "BASE-SEC-02",
            "MUST",
            "not_applicable",
            text(
                "Trình duyệt được yêu cầu chỉ dùng HTTPS trong ít nhất một năm.",
                "Browsers are told to use HTTPS only, for a year.",
            ),
            "tcvn14423",
            because=text(
                "địa chỉ gốc là địa chỉ IP trong môi trường thử nghiệm",
                "the base URL is an IP address of a sandbox",
            ),
        ),
        requirement(
            "BASE-AUT-02",
            "MUST",
            "not_tested",
            text(
                "Công dân không xem được hồ sơ của người khác.",
                "A citizen cannot read another's dossier.",
            ),
            "qd3090",
            result(
                "identity.enforcement.invalid_credentials_are_refused",
                "GET /dossiers/{id}",
                "not_tested",
                reason="no_second_identity",
            ),
            reason="no_second_identity",
            impact="critical",
        ),
        requirement(
            "BASE-OPS-09",
            "SHOULD",
            "not_tested",
            text(
                "Trao đổi qua nền tảng điều phối dữ liệu có mã truy vết.",
                "Exchanges through the data platform carry a trace id.",
            ),
            "qd3090",
            mode="untested",
            reason="inconclusive",
            because=text("chưa công bố đặc tả giao diện", "no interface specification is public"),
        ),
        requirement(
            "BASE-DOC-01",
            "MAY",
            "error",
            text("Hợp đồng giao diện có ví dụ.", "The contract has examples."),
            "qd3090",
            result(
                "contract.answers.type_is_documented",
                "target",
                "error",
                observed="KeyError: 'content'",
            ),
            impact="none",
        ),
        requirement(
            "BASE-IOP-08",
            "MAY",
            "fail",
            text(
                "Hệ thống chấp nhận mọi giá trị Accept hợp lệ.",
                "Every well-formed Accept is understood.",
            ),
            "rfc9110",
            result(
                "http.negotiation.accept_never_breaks",
                "GET /dossiers",
                "fail",
                expected="2xx",
                observed="500",
                evidence=["u03.04"],
            ),
        ),
    ]


def count(asked: list[dict[str, Any]]) -> dict[str, dict[str, int]]:
    verdicts = ("pass", "attested", "fail", "not_applicable", "not_tested", "waived", "error")
    seen = Counter(
        (one["level"].lower(), "attested" if one["mode"] == "attested" else one["verdict"])
        for one in asked
    )
    return {
        level: {verdict: seen[level, verdict] for verdict in verdicts}
        for level in ("must", "should", "may")
    }


def results() -> dict[str, Any]:
    asked = requirements()
    return {
        "schema": "conformance-results/1",
        "verdict": "NONCONFORMANT",
        "exit_basis": "failed",
        "certifiable": False,
        "not_certifiable_because": [
            text(
                "có yêu cầu bắt buộc không đạt hoặc chưa kết luận",
                "a mandatory requirement failed or is open",
            )
        ],
        "target": {
            "id": "thanh-hoa-tthc",
            "base_url": BASE,
            "system": "procedure-system",
            "environment": "sandbox",
        },
        "profiles": [{"id": "procedure-system", "version": "0.1.0", "digest": SHA}],
        "contract": {"source": "openapi/procedure-system.yaml", "digest": SHA},
        "mapping": {
            "roles": {"dossier.read": "getDossier"},
            "fields": {"dossier.applicant_id": [[None, "/applicant/soDinhDanh"]], "tax_code": []},
        },
        "started": "2026-11-21T17:15:00+07:00",
        "finished": "2026-11-21T17:16:41+07:00",
        "as_of": "2026-11-21",
        "seed": 20261121,
        "tool": {"name": "vnda-conformance", "version": "0.1.0", "lock_digest": SHA},
        "counts": count(asked),
        "summary": {"must_decided": 6, "must_total": 7, "must_failed": 2},
        "depth": "standard",
        "coverage": [
            reached("POST /dossiers", 3, {"403": 3}, "chỉ trả lời 403", "only ever answered 403"),
            reached(HOSTILE, 0, {}, "chưa được gọi lần nào", "never called"),
            reached("GET /dossiers", 60, {"200": 41, "400": 19}),
        ],
        "traffic": {
            "requests": 412,
            "by_method": {"GET": 371, "HEAD": 22, "OPTIONS": 19},
            "seconds": 101.25,
            "operations_reached_2xx": 17,
            "operations": 21,
        },
        "open": [
            {
                "requirement": "BASE-AUT-02",
                "reason": "no_second_identity",
                "how": text(
                    "Khai báo identities.citizen_b trong target.yaml.",
                    "Add identities.citizen_b to target.yaml.",
                ),
            }
        ],
        "waivers": [
            {
                "requirement": "BASE-SEC-05",
                "by": "Cục Chuyển đổi số quốc gia",
                "basis": text("Công văn chấp thuận miễn trừ tạm thời", "Letter of consent"),
                "scope": None,
                "date": "2026-10-01",
                "until": "2027-03-31",
            }
        ],
        "attestations": [
            {
                "requirement": "BASE-OPS-01",
                "by": "Nguyễn Thị Hương, kiểm toán viên",
                "date": "2026-11-10",
                "until": "2027-11-10",
                "evidence": text(
                    "Quy chế lưu giữ nhật ký và mẫu 10 bản ghi",
                    "Log-retention policy and a sample of 10 entries",
                ),
            }
        ],
        "requirements": asked,
    }


@pytest.fixture
def run() -> ExampleRun:
    return ExampleRun(results(), {one["id"]: one for one in copy.deepcopy(EXCHANGES)})


@pytest.fixture
def hostile() -> str:
    return HOSTILE
