"""The agencies that one process serves, each with its own state, made when first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from conformance.sandbox import systems, target, variations
from conformance.sandbox.agency import Agency
from conformance.sandbox.contract import Contract
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.systems import System

PREFIX = "/~fault/"
OVER_TLS = "/~https"


@dataclass(frozen=True)
class Addresses:
    """Where this process listens: origins without a final slash.

    Attributes:
        http: the plain listener, which also serves every contract and target file.
        https: the TLS listener, if there is one.
        wire: the listener behind which a proxy bends bytes, if there is one.
        authority: the authority that signed the TLS listener's certificate, PEM.
    """

    http: str
    https: str | None = None
    wire: str | None = None
    authority: str | None = None

    def of(self, transport: str) -> str:
        """Return the origin for a transport; plain http when there is no such listener."""
        return {"https": self.https, "wire": self.wire}.get(transport) or self.http


class Site:
    """One agency and what it remembers."""

    def __init__(self, system: System, agency: Agency) -> None:
        self.system = system
        self.agency = agency
        self.store = system.new_store()

    def answer(self, call: Call) -> Answer:
        """Answer a call the way this agency does."""
        return self.system.answer(self.agency, self.store, call)

    def reset(self) -> None:
        """Forget everything that callers did."""
        self.store = self.system.new_store()


class _Plain(yaml.SafeDumper):
    """Writes YAML that every edition reads alike: no aliases, and numbers that are texts quoted."""

    def ignore_aliases(self, data: Any) -> bool:
        """Never write an alias."""
        del data
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "'" if text[:1].isdigit() else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Plain.add_representer(str, _text)


class Sites:
    """Every agency of this process.

    Args:
        contract: the contract of the system.
        root: the fault or near-miss served at `/`; None for the correct agency.
        everything: whether all variations are served below `/~fault/`.
        over_tls: whether the agency at `/` is to be reached over TLS.
    """

    def __init__(
        self, contract: Contract, root: str | None, *, everything: bool, over_tls: bool
    ) -> None:
        self.contract = contract
        self.system = systems.SYSTEMS[contract.system]
        self.root = root
        self.everything = everything
        self.over_tls = over_tls
        self.addresses = Addresses(http="")
        self._made: dict[str | None, Site] = {}

    def site(self, name: str | None) -> Site:
        """Return the agency with this variation."""
        if name not in self._made:
            correct = Agency(contract=self.contract)
            made = variations.every()[name].bend(correct) if name else correct
            self._made[name] = Site(self.system, made)
        return self._made[name]

    def locate(self, path: str) -> tuple[str | None, str, str]:
        """Return the variation that a path belongs to, the base below which it lies, the rest."""
        if self.everything and path.startswith(PREFIX):
            name, slash, rest = path.removeprefix(PREFIX).partition("/")
            if name in variations.of(self.contract.system):
                return name, PREFIX + name, slash + rest
        return self.root, "", path

    def base_url(self, name: str | None, base: str, *, over_tls: bool = False) -> str:
        """Return where the agency with this variation is to be examined."""
        transport = variations.every()[name].transport if name else "http"
        if over_tls or (self.over_tls and not base):
            transport = "https"
        return self.addresses.of(transport) + base

    def target_file(self, name: str | None, base: str, *, over_tls: bool = False) -> str:
        """Return the target file, YAML."""
        base_url = self.base_url(name, base, over_tls=over_tls)
        place = OVER_TLS if over_tls else base
        made = target.document(
            system=self.contract.system,
            own=self.system.target_parts(),
            name=name,
            base_url=base_url,
            contract=f"{self.addresses.http}{place}/openapi.json",
            authority=self.addresses.authority if base_url.startswith("https:") else None,
        )
        return yaml.dump(made, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=100)

    def contract_file(
        self, name: str | None, base: str, *, over_tls: bool = False
    ) -> dict[str, Any]:
        """Return the contract of an agency with its own address in `servers`."""
        described = self.site(name).agency.contract
        return described.described(self.base_url(name, base, over_tls=over_tls))
