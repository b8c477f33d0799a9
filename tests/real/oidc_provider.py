"""oidc-provider: a certified issuer of tokens, at which the identities of the suite log in."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import installation
import targetfile
from serving import Program, Running, serving

FILES = installation.HERE / "oidc"
CLIENT = {"client_id": "counter", "client_secret": "demo:counter-demonstration"}


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Running]:
    """Serve an issuer that knows one program and one person, keeping all in `folder`.

    Raises:
        RealServerError: it could not be installed or started.
    """
    folder = folder.resolve()
    modules = installation.node_modules()
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(FILES / "server.mjs", folder)
    shutil.copy(FILES / "openapi.json", folder)
    # An ECMAScript module looks for its imports beside itself.
    (folder / "node_modules").unlink(missing_ok=True)
    (folder / "node_modules").symlink_to(modules)
    token = folder / "refresh-token"
    server = Program(
        name="oidc-provider",
        folder=folder,
        command=lambda port: [installation.node(), "server.mjs", str(port), str(token)],
        ready="/.well-known/openid-configuration",
    )
    with serving(server) as (origin, pid):
        contract = folder / "openapi.json"
        facts = targetfile.Facts(
            name="oidc-provider",
            base_url=origin,
            contract=contract,
            identities=_identities(token),
            examples={
                "readConfiguration": {},
                "readKeys": {},
                "readPerson": {"owner": "citizen_a"},
            },
            public=("readConfiguration", "readKeys"),
            personal=("readPerson",),
            more={"issuer": {"url": origin, "jwks_url": "/jwks"}},
        )
        yield Running(origin, targetfile.write(facts), contract, pid)


def _identities(token: Path) -> dict[str, dict[str, Any]]:
    person = {"grant": "refresh_token", "refresh_token": f"file:{token}"}
    program = {"grant": "client_credentials", "scope": "dossiers"}
    return {
        "citizen_a": {"oauth2": {**person, "token_url": "/token", **CLIENT}},
        "service": {"oauth2": {**program, "token_url": "/token", **CLIENT}},
    }
