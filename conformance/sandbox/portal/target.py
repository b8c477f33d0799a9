"""What the target file of the portal says."""

from __future__ import annotations

from typing import Any

from conformance.sandbox.portal import data
from conformance.sandbox.target import ATTESTABLE, OF_CITIZENS, OF_PHASES, attestation

_PERSONAL = (
    *("TraCuuHoSo", "DongBoHoSoMC", "CapNhatTienDoHoSoMC"),
    *("LayDanhSachHoiDapGuiTuDVCQG", "LayTaiLieuPAKN", "TraLoiPAKN"),
)
_ATTESTABLE = (*ATTESTABLE, *OF_CITIZENS, *OF_PHASES, "PORTAL-OPS-01", "PORTAL-OPS-02")


def parts() -> dict[str, Any]:
    """Return identities, examples, operations and attestations."""
    account = data.PROVINCE
    return {
        "identities": {
            "province": {
                "login": {
                    "path": "/session",
                    "media_type": "application/json",
                    "body": {"username": account.username, "password": f"demo:{account.password}"},
                    "take": {"member": "/session"},
                    "put": {"member": "session"},
                }
            }
        },
        "examples": {
            "openSession": {"body": {"username": account.username, "password": account.password}}
        },
        "operations": {
            "personal": [f"exchangePacket#{service}" for service in _PERSONAL],
            "privileged": [],
            "public": ["openSession"],
        },
        # MaDoiTuong holds numbers of several kinds, of passports and enterprises too: it is no
        # field of personal numbers.
        "fields": {"personal_id": "none", "code": "/**/MaHoSo", "tax_code": "none"},
        "attestations": [attestation(requirement) for requirement in _ATTESTABLE],
    }
