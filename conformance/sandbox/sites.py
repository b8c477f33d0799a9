"""The agencies that one process serves, each with its own state, made when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import yaml

from conformance.sandbox import authorisation, systems, target, variations
from conformance.sandbox.agency import Agency
from conformance.sandbox.contract import Contract
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.systems import Place, System
from conformance.sandbox.tokens import Keys

PREFIX = "/~fault/"
OVER_TLS = "/~https"


@dataclass(frozen=True)
class Addresses:
    """Where this process listens: origins without a final slash.

    Attributes:
        http: the plain listener, which also serves every contract and target file.
        https: the TLS listener, if there is one.
        wire: the listener behind which a proxy bends bytes, if there is one.
        tls: the listeners of those agencies that have one of their own, by variation.
        resolvers: the name servers of those that have one, likewise.
        closed: a port of ours on which nobody listens.
        authority: the authority behind the certificates of the TLS listeners, PEM.
    """

    http: str
    https: str | None = None
    wire: str | None = None
    tls: Mapping[str | None, str] = field(default_factory=dict)
    resolvers: Mapping[str | None, str] = field(default_factory=dict)
    closed: int | None = None
    authority: str | None = None

    def issuers(self, name: str | None, base: str) -> tuple[str, ...]:
        """Return the names of an authorisation server below a base, one for each listener."""
        origins = (self.http, self.https, self.wire, self.tls.get(name))
        return tuple(f"{origin}{base}" for origin in origins if origin)

    def of(self, transport: str, name: str | None) -> str:
        """Return the origin for a transport; plain http when there is no such listener."""
        known = {"https": self.https, "wire": self.wire, "tls": self.tls.get(name)}
        return known.get(transport) or self.http


class Site:
    """One agency and what it remembers.

    Args:
        system: what it is an agency of.
        agency: how it behaves.
        keys: what its authorisation server signs with.
        issuers: the names of that server.
    """

    def __init__(
        self, system: System, agency: Agency, keys: Keys, issuers: tuple[str, ...]
    ) -> None:
        self.system = system
        self.agency = agency
        self._keys = keys
        self._issuers = issuers
        self.reset()

    def answer(self, call: Call) -> Answer:
        """Answer a call the way this agency does, under the names that it is known by."""
        dialect = self.agency.dialect
        # Names of the authorisation server are those of the RFCs.
        if dialect is None or authorisation.owns(call.path):
            return self.system.answer(self.agency, self.state, call)
        return dialect.answer(self.system.answer(self.agency, self.state, dialect.call(call)))

    def reset(self) -> None:
        """Forget everything that callers did; access tokens of before stay good."""
        self.state = self.system.new_state(self._keys, self._issuers)


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


def as_yaml(document: Any) -> str:
    """Write a document as YAML."""
    return yaml.dump(document, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=100)


class Sites:
    """Every agency of this process.

    Args:
        contract: the contract of the system.
        root: the fault or near-miss served at `/`; None for the correct agency.
        everything: whether all variations are served below `/~fault/`.
        over_tls: whether the agency at `/` is to be reached over TLS.
        prefix: the path below which all this lies, without a final slash: empty, but where a
            process serves several systems.
    """

    def __init__(
        self,
        contract: Contract,
        root: str | None,
        *,
        everything: bool,
        over_tls: bool,
        prefix: str = "",
    ) -> None:
        self.contract = contract
        self.system = systems.SYSTEMS[contract.system]
        self.root = root
        self.everything = everything
        self.over_tls = over_tls
        self.prefix = prefix
        self.addresses = Addresses(http="")
        # Issues a client's certificate and key for a common name, where there is a TLS listener.
        self.certificate: target.Certifying | None = None
        self._keys = Keys()
        self._made: dict[str | None, Site] = {}

    def agency(self, name: str | None) -> Agency:
        """Return how the agency with this variation behaves."""
        correct = self.system.correct(Agency(contract=self.contract))
        return variations.every()[name].bend(correct) if name else correct

    def site(self, name: str | None) -> Site:
        """Return the agency with this variation and what it remembers, once it has addresses."""
        if name not in self._made:
            bases = [PREFIX + name] if name else [self.prefix]
            if name == self.root:
                bases = list(dict.fromkeys([self.prefix, *bases]))
            issuers = [i for base in bases for i in self.addresses.issuers(name, base)]
            self._made[name] = Site(self.system, self.agency(name), self._keys, tuple(issuers))
        return self._made[name]

    def locate(self, path: str) -> tuple[str | None, str, str]:
        """Return the variation that a path belongs to, the base below which it lies, the rest.

        The metadata of an issuer with a path stand before that path (RFC 8414, section 3).
        """
        at_the_root = authorisation.METADATA[1]
        if self.prefix:
            if path == at_the_root + self.prefix:
                return self.root, self.prefix, at_the_root
            return self.root, self.prefix, path.removeprefix(self.prefix)
        if path.startswith(at_the_root + PREFIX):
            name, base, rest = self.locate(path.removeprefix(at_the_root))
            return (name, base, at_the_root) if base and not rest else (self.root, "", path)
        if self.everything and path.startswith(PREFIX):
            name, slash, rest = path.removeprefix(PREFIX).partition("/")
            if name in variations.of(self.contract.system):
                return name, PREFIX + name, slash + rest
        return self.root, "", path

    def base_url(self, name: str | None, base: str, *, over_tls: bool = False) -> str:
        """Return where the agency with this variation is to be examined."""
        transport = variations.every()[name].transport if name else "http"
        if over_tls or (self.over_tls and not base and transport != "tls"):
            transport = "https"
        return self.addresses.of(transport, name) + base

    def target_file(self, name: str | None, base: str, *, over_tls: bool = False) -> str:
        """Return the target file, YAML."""
        base_url = self.base_url(name, base, over_tls=over_tls)
        place = OVER_TLS if over_tls else base
        site = self.site(name)
        secure = base_url.startswith("https:")
        made = target.document(
            system=self.contract.system,
            own={
                **self.system.target_parts(
                    Place(site.agency, site.state, base_url, self.certificate if secure else None)
                ),
                **target.declared(site.agency),
            },
            name=name,
            base_url=base_url,
            contract=f"{self.addresses.http}{place}{site.agency.published_at}",
            network=self._network(name) if secure else {},
        )
        dialect = site.agency.dialect
        return as_yaml(dialect.targeted(made) if dialect else made)

    def _network(self, name: str | None) -> dict[str, Any]:
        """Return what a target file says about the way to an agency behind TLS."""
        tls = self.site(name).agency.tls
        # Where it is served over plain HTTP too; everywhere else nobody listens.
        open_to_all = tls is not None and tls.plain
        port = urlsplit(self.addresses.http).port if open_to_all else self.addresses.closed
        network = {"extra_ca": self.addresses.authority, "plain_port": port}
        resolver = self.addresses.resolvers.get(name)
        return {**network, "resolver": resolver} if resolver else network

    def contract_file(
        self, name: str | None, base: str, *, over_tls: bool = False
    ) -> dict[str, Any]:
        """Return the contract of an agency with its own address in `servers`."""
        agency = self.site(name).agency
        address = self.base_url(name, base, over_tls=over_tls)
        described = agency.published(deepcopy(agency.contract.described(address)))
        return agency.dialect.described(described) if agency.dialect else described
