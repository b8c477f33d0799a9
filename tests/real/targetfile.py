"""Writes the target file that tells the suite about a server on this machine."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Facts:
    """What is particular to one server.

    Attributes:
        name: The target's name.
        base_url: Where its interface begins.
        contract: The contract file, beside which the target file is written.
        identities: How each identity is known, as a target file says it.
        examples: Values for parameters, body and owner by operationId.
        public: Operations that anyone may call.
        personal: Operations whose answers speak of one person.
        network: How to get there: authority, plain port.
        more: Further members of the target file.
    """

    name: str
    base_url: str
    contract: Path
    examples: Mapping[str, Mapping[str, Any]]
    identities: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    public: Sequence[str] = ()
    personal: Sequence[str] = ()
    network: Mapping[str, Any] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)


def write(facts: Facts) -> Path:
    """Write `target.yaml` beside the contract and return its path."""
    document = {
        "target": facts.name,
        "system": None,
        "base_url": facts.base_url,
        "contract": facts.contract.name,
        "environment": "sandbox",
        "data": "synthetic",
        "allow": ["read", "write"],
        "authorisation": {
            "reference": "own machine",
            "by": "whoever started the server",
            "until": dt.date(2099, 12, 31),
        },
        "identities": {name: dict(known) for name, known in facts.identities.items()},
        "examples": {name: dict(values) for name, values in facts.examples.items()},
        "operations": {"public": list(facts.public), "personal": list(facts.personal)},
        **facts.more,
    }
    if facts.network:
        document["network"] = dict(facts.network)
    path = facts.contract.with_name("target.yaml")
    path.write_text(
        yaml.dump(document, Dumper=_Plain, allow_unicode=True, sort_keys=False), "utf-8"
    )
    return path


class _Plain(yaml.SafeDumper):
    """A dumper without anchors: a value used twice is written twice, for a reader's sake."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True
