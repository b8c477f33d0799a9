"""What the target file of the identification system says."""

from __future__ import annotations

from typing import Any

from conformance.sandbox import authorisation
from conformance.sandbox.agency import Agency
from conformance.sandbox.authorisation import Server
from conformance.sandbox.demonstration import CITIZEN_A, Client
from conformance.sandbox.e_identification import data
from conformance.sandbox.target import ATTESTABLE, Certifying, attestation, identities

OWN_ATTESTABLE = ("EID-OPS-01", "EID-OPS-02", "EID-OPS-03")


def parts(
    agency: Agency, authority: Server, base_url: str, certificate: Certifying | None
) -> dict[str, Any]:
    """Return identities, examples, operations, how people sign in, and attestations."""
    owner = CITIZEN_A.name
    known = identities(agency, authority, base_url, certificate=certificate)
    # Nobody logs in here with a password, and there is no session to be ended.
    known = {name: how for name, how in known.items() if name != "session_a"}
    return {
        "identities": known,
        "issuer": {"url": base_url, "jwks_url": authorisation.JWKS},
        "sign_in": {
            "clients": [_client(client) for client in data.CLIENTS],
            "accounts": {
                _ACCOUNT_NAMES[account.person.name]: {
                    "parameters": {"login_hint": account.person.username}
                }
                for account in data.ACCOUNTS
            }
            | {"spent": {"parameters": {"login_hint": CITIZEN_A.username}}},
        },
        "examples": {
            "getAccount": {"owner": owner},
            "listPapers": {"owner": owner},
            "getPaper": {"maGiayTo": data.papers()[0][1]["maGiayTo"], "owner": owner},
            "listNotifications": {"owner": owner},
            "getNotification": {"maThongBao": data.news()[0][1]["maThongBao"], "owner": owner},
        },
        "operations": {
            "personal": [
                "getAccount",
                "listPapers",
                "getPaper",
                "listNotifications",
                "getNotification",
            ],
            "public": ["listSatisfaction"],
            "privileged": [],
        },
        # A tax code stands in user info alone, of which the contract does not speak.
        "fields": {"tax_code": "none"},
        "attestations": [attestation(name) for name in (*ATTESTABLE, *OWN_ATTESTABLE)],
    }


_ACCOUNT_NAMES = {
    "citizen_a": "citizen",
    "citizen_b": "limited",
    "foreigner": "foreigner",
    "organisation": "organisation",
    "ended": "ended",
}


def _client(client: Client) -> dict[str, Any]:
    told = {
        "client_id": client.id,
        "redirect_uri": client.redirect,
        "scope": "openid",
        "client_secret": f"demo:{client.secret}" if client.secret else None,
    }
    return {name: value for name, value in told.items() if value is not None}
