"""The target file of a sandbox: all that is needed to examine this very process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from conformance.sandbox import authorisation, demonstration, sessions
from conformance.sandbox.agency import Agency
from conformance.sandbox.authorisation import Server
from conformance.sandbox.certified import HOLDER
from conformance.sandbox.demonstration import Person
from conformance.sandbox.tokens import HOUR

Certifying = Callable[[str], tuple[str, str]]

FOREVER = date(2099, 12, 31)
ATTESTED = date(2026, 10, 1)

# What tokens are good for where the contract demands it, and something that begins alike.
SCOPE, NARROW = authorisation.SCOPES[1], f"{authorisation.SCOPES[1]}:tom-tat"
# What no request can show and the demonstration therefore attests.
# The functions of Circular 21/2023/TT-BTTTT and what else only people can look at.
OF_PROCEDURES = (
    "TTHC-AUT-05",
    *(f"TTHC-FUN-{number:02d}" for number in range(1, 10)),
    *("TTHC-IOP-03", "TTHC-OPS-01", "TTHC-OPS-03"),
)
# What pages show, and the gates of the roadmap that no packet tells of.
OF_CITIZENS = ("CIT-AUT-01", "CIT-AUT-02", "CIT-OPS-01", "CIT-OPS-02")
OF_PHASES = (
    *("URG-IOP-02", "URG-IOP-03", "URG-IOP-04", "URG-OPS-01"),
    "BRK-IOP-01",
)
ATTESTABLE = ("BASE-OPS-01", "BASE-OPS-02", "BASE-OPS-03", "BASE-OPS-04", "BASE-TLS-13")
# What the layers of security levels add; nobody asks it unless a level is asked.
_OF_LEVELS = {1: 4, 2: 1, 3: 5, 4: 4, 5: 5}
ATTESTABLE_OF_LEVELS = tuple(
    f"LV{level}-OPS-{number:02}"
    for level, count in _OF_LEVELS.items()
    for number in range(1, count + 1)
)


def document(  # noqa: PLR0913  # the parts of a target file that differ from agency to agency
    *,
    system: str,
    own: Mapping[str, Any],
    name: str | None,
    base_url: str,
    contract: str,
    network: dict[str, Any],
) -> dict[str, Any]:
    """Return the target file of one agency.

    Args:
        system: the id of the national system.
        own: what only its target file says: identities, examples, operations, attestations.
        name: the fault or near-miss, or None for the correct agency.
        base_url: where the agency answers.
        contract: where its contract is read.
        network: what to know about the way there: authority and plain port, over TLS.
    """
    made: dict[str, Any] = {
        "target": f"sandbox-{system}" + (f"-{name}" if name else ""),
        "system": system,
        "base_url": base_url,
        "contract": contract,
        "environment": "sandbox",
        "version": "1.0",
        "data": "synthetic",
        "allow": ["read", "write", "intrusive"],
        "authorisation": {
            "reference": "Hệ thống mẫu chạy trên máy của người kiểm tra",
            "by": "Người kiểm tra",
            "until": FOREVER,
        },
        **own,
        "attestations": [
            *own["attestations"],
            *(attestation(name) for name in ATTESTABLE_OF_LEVELS),
        ],
        # Nobody else is on this machine's loopback: there is no one to be gentle with.
        "pace": {"requests_per_second": 1000, "budget": 50000},
        # For a look round; a verdict that is to count asks for more.
        "depth": "quick",
    }
    if network:
        made["network"] = network
    return made


def declared(agency: Agency) -> dict[str, Any]:
    """Return what the owner of an agency says of partners and limits, if anything."""
    made: dict[str, Any] = {}
    if agency.allowed_origins:
        made["allowed_origins"] = list(agency.allowed_origins)
    if agency.rate_limit:
        made["rate_limit"] = dict(zip(("requests", "seconds"), agency.rate_limit, strict=True))
    return made


def procedure_system(
    agency: Agency, authority: Server, base_url: str, certificate: Certifying | None
) -> dict[str, Any]:
    """Return what the target file of a procedure system says."""
    return {
        "identities": identities(
            agency, authority, base_url, style=agency.identities, certificate=certificate
        ),
        "issuer": {"url": base_url, "jwks_url": authorisation.JWKS},
        # Over plain HTTP nobody can show a certificate.
        "examples": agency.certified.owned(_examples()) if certificate else _examples(),
        "operations": {
            "personal": [
                "listDossiers",
                "createDossier",
                "getDossier",
                "supplementDossier",
                "listProgress",
                "addProgress",
                "withdrawDossier",
                "getSubscription",
                "putSubscription",
                "deleteSubscription",
                "listAccounts",
                "listAuditEvents",
                "listPacketDossiers",
            ],
            "public": [
                "listProcedures",
                "getProcedure",
                "listAdministrativeUnits",
                "listAgencyLocations",
                "createSession",
            ],
            "privileged": ["listAccounts", "listAuditEvents", "listPacketDossiers"],
            "session_end": ["deleteSession"],
        },
        "attestations": [
            attestation(name) for name in (*ATTESTABLE, *OF_PROCEDURES, *OF_CITIZENS, *OF_PHASES)
        ],
    }


def identities(
    agency: Agency,
    authority: Server,
    base_url: str,
    *,
    style: str = "bearer",
    certificate: Certifying | None = None,
) -> dict[str, Any]:
    """Return the identities of a target file.

    `citizen_a`, `citizen_b`, `official` and `administrator` may call; `expired`, `premature`,
    `foreign` and `id_token` have tokens that were really issued and must not be accepted;
    `session_a` logs in, so that a session of its own can be ended; over TLS, the certificate of
    `official_certified` tells who it is (RFC 8705). Where the contract demands scopes, `narrow`
    has a token without them.

    Args:
        agency: the agency, which says how tokens are signed.
        authority: the server that issues them.
        base_url: where the agency answers: tokens name the issuer at this address.
        style: `bearer`, or another way for some of them: `oauth2` (programs and people obtain
            tokens, RFC 6749), `login` (people log in and get a cookie), `exchange` (people log in
            and get a token), `key` (their token is called a key).
        certificate: issues client certificates; None without TLS.
    """

    def bearer(person: Person, **claims: Any) -> dict[str, Any]:
        claims = {**_scoped(agency, SCOPE), **claims}
        made = authority.access_token(
            agency, person, **{"issuer": base_url, "seconds": 24 * HOUR, **claims}
        )
        return {"bearer": f"demo:{made}"}

    made = {person.name: bearer(person) for person in demonstration.PEOPLE}
    citizen = demonstration.CITIZEN_A
    foreign = {
        "audience": {"aud": f"{agency.contract.system}-statistics"},
        # The same server issues for several bodies, each under a name of its own.
        "issuer": {"issuer": f"{base_url}/tenants/other"},
    }
    made |= {
        "session_a": _login(citizen, base_url, "application/json"),
        "expired": bearer(citizen, begins=-2 * HOUR, seconds=HOUR),
        "premature": bearer(citizen, begins=2 * HOUR),
        "foreign": bearer(citizen, **foreign[agency.foreign]),
        "id_token": id_token(agency, authority, citizen, base_url),
    }
    lacking = ["narrow"] if agency.scopes else []
    made |= {name: bearer(citizen, **_scoped(agency, NARROW)) for name in lacking}
    if style == "oauth2":
        made["service"] = {
            "oauth2": {
                "grant": "client_credentials",
                "token_url": base_url + authorisation.TOKEN,
                "client_id": demonstration.COUNTER.id,
                "client_secret": f"demo:{demonstration.COUNTER.secret}",
                "scope": "ho-so",
            }
        }
        made["official"] = made["service"]
        for person in (demonstration.CITIZEN_A, demonstration.CITIZEN_B):
            made[person.name] = {
                "oauth2": {
                    "grant": "refresh_token",
                    "token_url": base_url + authorisation.TOKEN,
                    "client_id": demonstration.PORTAL.id,
                    "refresh_token": f"demo:{authority.refresh_token(person)}",
                }
            }
    elif style == "login":
        for person in demonstration.PEOPLE:
            made[person.name] = _login(person, base_url, "application/x-www-form-urlencoded")
    elif style in {"exchange", "key"}:
        for person in demonstration.PEOPLE:
            made[person.name] = (
                _exchange(person, authority, base_url)
                if style == "exchange"
                else _key(made[person.name]["bearer"].removeprefix("demo:"))
            )
    if certificate is not None:
        shown, key = certificate(demonstration.OFFICIAL.username)
        token = made[demonstration.OFFICIAL.name] if agency.certified.with_token else {}
        made[HOLDER] = {**token, "mtls": {"certificate": shown, "key": f"demo:{key}"}}
    return made


def id_token(agency: Agency, authority: Server, person: Person, base_url: str) -> dict[str, Any]:
    """Return the identity of somebody's ID token, which opens nothing."""
    return {"bearer": f"demo:{authority.id_token(agency, person, base_url, 24 * HOUR)}"}


def _scoped(agency: Agency, scope: str) -> Mapping[str, Any]:
    """Return the claims that tell a scope, where this agency's contract demands any."""
    return agency.scope_claim(scope) if agency.scopes else {}


def _login(person: Person, base_url: str, media_type: str) -> dict[str, Any]:
    return {
        "login": {
            "path": "/session",
            "media_type": media_type,
            "body": {"username": person.username, "password": f"demo:{person.password}"},
            "take": {"cookie": sessions.cookie_name(base_url.partition(":")[0])},
        }
    }


def _exchange(person: Person, authority: Server, base_url: str) -> dict[str, Any]:
    """Return a log-in for an access token: here what is handed in is a refresh token."""
    return {
        "login": {
            "path": base_url + authorisation.TOKEN,
            "media_type": "application/x-www-form-urlencoded",
            "body": {
                "grant_type": "refresh_token",
                "client_id": demonstration.PORTAL.id,
                "refresh_token": f"demo:{authority.refresh_token(person)}",
            },
            "take": {"member": "/access_token"},
            "put": {"header": "Authorization", "prefix": "Bearer "},
        }
    }


def _key(token: str) -> dict[str, Any]:
    """Return a token as the key that a field has, with its scheme."""
    return {"api_key": {"in": "header", "name": "Authorization", "value": f"demo:Bearer {token}"}}


def _examples() -> dict[str, Any]:
    person = demonstration.CITIZEN_A
    citizen = person.name
    official = demonstration.OFFICIAL.name
    created = {"maHoSo": {"from": "createDossier", "take": "/maHoSo"}}
    subscribed = {"maHoSo": {"from": "putSubscription", "take": "/maHoSo"}, "owner": citizen}
    administrator = demonstration.ADMINISTRATOR
    return {
        "getProcedure": {"maThuTuc": "1.004222"},
        # The secret of an identity, so that whoever hides that one hides this one too.
        "createSession": {"body": {"username": person.username, "password": person.password}},
        "deleteSession": {"owner": "session_a"},
        "listAccounts": {"owner": administrator.name},
        "listAuditEvents": {"owner": administrator.name},
        "listPacketDossiers": {"owner": official},
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
        "putSubscription": {
            **created,
            "owner": citizen,
            "body": {"kenhThongBao": ["email", "sms"], "ghiChu": "Báo khi có kết quả"},
        },
        "getSubscription": subscribed,
        "deleteSubscription": subscribed,
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
