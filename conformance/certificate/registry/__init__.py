"""The registry: an append-only log of what was issued and what became of it.

    REGISTRY/registry.yaml   its name, its signer, whom it trusts, how long its word lives
             log.db          the log: signed events, and the Merkle tree over them
             public/         what any web server can hold: see `publication`

The registry is nobody's judge: it takes an event that an issuer has signed for its own certificate,
gives it a place, and can no longer deny it.
"""

from conformance.certificate.registry.log import Log
from conformance.certificate.registry.office import Registry, create, opened

__all__ = ["Log", "Registry", "create", "opened"]
