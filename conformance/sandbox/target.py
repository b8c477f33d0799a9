"""The target file of a sandbox: all that is needed to examine this very process."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from conformance.sandbox import demonstration

FOREVER = date(2099, 12, 31)
ATTESTED = date(2026, 10, 1)

# What no request can show and the demonstration therefore attests.
ATTESTABLE = ("BASE-OPS-01", "BASE-OPS-02", "BASE-OPS-03", "BASE-OPS-04")


def document(  # noqa: PLR0913  # the parts of a target file that differ from agency to agency
    *,
    system: str,
    own: Mapping[str, Any],
    name: str | None,
    base_url: str,
    contract: str,
    authority: str | None,
) -> dict[str, Any]:
    """Return the target file of one agency.

    Args:
        system: the id of the national system.
        own: what only its target file says: identities, examples, operations, attestations.
        name: the fault or near-miss, or None for the correct agency.
        base_url: where the agency answers.
        contract: where its contract is read.
        authority: the certificate authority to trust, PEM, when it answers over TLS.
    """
    made: dict[str, Any] = {
        "target": f"sandbox-{system}" + (f"-{name}" if name else ""),
        "system": system,
        "base_url": base_url,
        "contract": contract,
        "environment": "sandbox",
        "data": "synthetic",
        "allow": ["read", "write"],
        "authorisation": {
            "reference": "Hệ thống mẫu chạy trên máy của người kiểm tra",
            "by": "Người kiểm tra",
            "until": FOREVER,
        },
        **own,
        # Nobody else is on this machine's loopback: there is no one to be gentle with.
        "pace": {"requests_per_second": 1000, "budget": 50000},
    }
    if authority:
        made["network"] = {"extra_ca": authority}
    return made


def procedure_system() -> dict[str, Any]:
    """Return what the target file of a procedure system says."""
    return {
        "identities": {
            person.name: {"bearer": f"demo:{person.token}"} for person in demonstration.PEOPLE
        },
        "examples": _examples(),
        "operations": {
            "personal": [
                "listDossiers",
                "createDossier",
                "getDossier",
                "supplementDossier",
                "listProgress",
                "addProgress",
                "withdrawDossier",
            ],
            "public": ["listProcedures", "getProcedure"],
        },
        "attestations": [attestation(name) for name in (*ATTESTABLE, "TTHC-OPS-01")],
    }


def _examples() -> dict[str, Any]:
    citizen = demonstration.CITIZEN_A.name
    official = demonstration.OFFICIAL.name
    created = {"maHoSo": {"from": "createDossier", "take": "/maHoSo"}}
    return {
        "getProcedure": {"maThuTuc": "1.004222"},
        "listDossiers": {"owner": citizen},
        "createDossier": {"owner": citizen, "body": demonstration.submission()},
        "getDossier": {**created, "owner": citizen},
        "supplementDossier": {
            **created,
            "owner": citizen,
            "body": {
                "noiDung": "Bổ sung giấy tờ chứng minh chỗ ở hợp pháp",
                "giayTo": [{"tenGiayTo": "Hợp đồng thuê nhà", "soLuong": 1}],
            },
        },
        "listProgress": {**created, "owner": citizen},
        "addProgress": {
            **created,
            "owner": official,
            "body": {
                "trangThai": "2",
                "nguoiXuLy": "Trần Văn Minh",
                "chucDanh": "Chuyên viên tiếp nhận",
                "noiDung": "Hồ sơ hợp lệ, được tiếp nhận",
            },
        },
        "withdrawDossier": {
            **created,
            "owner": citizen,
            "body": {"lyDo": "Không còn nhu cầu thực hiện thủ tục"},
        },
    }


def attestation(requirement: str) -> dict[str, Any]:
    """Return the demonstration's word for a requirement."""
    return {
        "requirement": requirement,
        "by": {
            "name": "Đánh giá viên minh họa",
            "role": "auditor",
            "organisation": "Tổ chức đánh giá minh họa",
        },
        "date": ATTESTED,
        "until": FOREVER,
        "evidence": {
            "vi": "Bản xác nhận minh họa của hệ thống mẫu, không có giá trị ngoài hệ thống mẫu.",
            "en": "A demonstration attestation of the sandbox, worth nothing outside it.",
        },
    }
