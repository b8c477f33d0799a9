"""What the target file of the data exchange platform says."""

from __future__ import annotations

from typing import Any

from conformance.sandbox import authorisation, demonstration
from conformance.sandbox.agency import Agency
from conformance.sandbox.authorisation import Server
from conformance.sandbox.data_exchange import data
from conformance.sandbox.demonstration import Client
from conformance.sandbox.target import ATTESTABLE, attestation, id_token
from conformance.sandbox.tokens import HOUR

_ATTESTED = ("SHARE-OPS-04", "SHARE-OPS-05", "SHARE-OPS-06", "EXCH-OPS-01", "EXCH-OPS-02")


def parts(agency: Agency, authority: Server, base_url: str) -> dict[str, Any]:
    """Return identities, examples, operations and attestations."""

    def program(client: Client) -> dict[str, Any]:
        return {
            "oauth2": {
                "grant": "client_credentials",
                "token_url": base_url + authorisation.TOKEN,
                "client_id": client.id,
                "client_secret": f"demo:{client.secret}",
            }
        }

    def bearer(**claims: Any) -> dict[str, Any]:
        made = authority.access_token(
            agency,
            demonstration.SERVICE,
            demonstration.COUNTER.id,
            **{"issuer": base_url, "seconds": 24 * HOUR, **claims},
        )
        return {"bearer": f"demo:{made}"}

    return {
        "identities": {
            "one_stop_a": program(demonstration.COUNTER),
            "one_stop_b": program(demonstration.COUNTER_B),
            "expired": bearer(begins=-2 * HOUR, seconds=HOUR),
            "premature": bearer(begins=2 * HOUR),
            "foreign": bearer(aud=f"{agency.contract.system}-statistics"),
            "id_token": id_token(agency, authority, demonstration.SERVICE, base_url),
        },
        "issuer": {"url": base_url, "jwks_url": authorisation.JWKS},
        "examples": {
            "getTrace": {"maTruyVet": data.FIRST_TRACE, "owner": "one_stop_a"},
            "getBatch": {"maLo": {"from": "sendBatch", "take": "/maLo"}},
        },
        "operations": {
            "personal": ["verifyCitizen", "exchangeMessage#XacMinhCongDan"],
            "public": [],
            "privileged": [],
        },
        "attestations": [attestation(name) for name in (*ATTESTABLE, *_ATTESTED)],
    }
