"""What is made of the DNS: names climbed, answers of other names, and names that are nobody's."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from making import exchange

from conformance.checks.operation import names
from conformance.probe.questions import Handshake, Lookup
from conformance.target import _resolver
from conformance.verdict import NotApplicable, NotTested, Violation

PUBLIC = "113.160.0.1"
HOST = "api.donvi.gov.vn"


def probe(host: str = HOST, said: dict[tuple[str, str], Any] | None = None) -> Any:
    """Return a probe whose DNS says this: records, or the word for what came of a lookup."""
    known = {(host, "A"): [PUBLIC], **(said or {})}

    def resolve(lookup: Lookup) -> Any:
        found = known.get((lookup.name, lookup.kind), [])
        outcome = found if isinstance(found, str) else "found" if found else "no_record"
        records = [] if isinstance(found, str) else found
        named = known.get((lookup.name, "alias"), lookup.name)
        facts = {"asked": lookup.as_json(), "outcome": outcome, "records": records, "named": named}
        return exchange(dns=facts)

    target = SimpleNamespace(
        host=host, on_loopback=False, resolver=None, scheme="https", proxy=None
    )
    return SimpleNamespace(target=target, resolve=resolve)


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "2001:db8::1", "may-chu", "api.noi-bo.internal", "kiem-thu.local"]
)
def test_names_of_inner_networks_are_left_out(host: str) -> None:
    for ask in (names.certificate_authorities_are_named, names.zone_has_several_servers):
        with pytest.raises(NotApplicable):
            ask(probe(host))


def test_a_public_name_with_inner_addresses_is_left_out() -> None:
    with pytest.raises(NotApplicable):
        names.zone_has_several_servers(probe(said={(HOST, "A"): ["10.1.2.3"]}))


@pytest.mark.parametrize("outcome", ["no_name", "failed", "silent"])
def test_who_says_nothing_of_a_name_decides_nothing(outcome: str) -> None:
    with pytest.raises(NotTested):
        names.certificate_authorities_are_named(probe(said={(HOST, "A"): outcome}))
    with pytest.raises(NotTested):
        names.certificate_authorities_are_named(probe(said={("gov.vn", "CAA"): "failed"}))


def test_authorities_are_named_above_the_host() -> None:
    said = {("donvi.gov.vn", "CAA"): ['0 issue "ca.example"']}
    names.certificate_authorities_are_named(probe(said=said))
    with pytest.raises(Violation):
        names.certificate_authorities_are_named(probe())
    # The nearest set decides (RFC 8659, section 3).
    nearer = {**said, (HOST, "CAA"): ['0 iodef "mailto:ca@example.vn"']}
    with pytest.raises(Violation):
        names.certificate_authorities_are_named(probe(said=nearer))


def test_servers_of_the_zone_above_the_host() -> None:
    two = {("donvi.gov.vn", "NS"): ["ns1.donvi.gov.vn.", "NS2.example.vn."]}
    names.zone_has_several_servers(probe(said=two))
    twice = {("donvi.gov.vn", "NS"): ["ns1.donvi.gov.vn.", "NS1.donvi.gov.vn."]}
    with pytest.raises(Violation):
        names.zone_has_several_servers(probe(said=twice))
    # Those of the name that an alias leads to are another zone's.
    alias = {(HOST, "NS"): ["ns1.cdn.example."], (HOST, "alias"): "cdn.example"}
    names.zone_has_several_servers(probe(said={**alias, **two}))
    with pytest.raises(NotTested):
        names.zone_has_several_servers(probe(said={("vn", "NS"): ["a.dns-servers.vn."]}))


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        (None, None),
        ("127.0.0.1", ("127.0.0.1", 53)),
        ("127.0.0.1:5353", ("127.0.0.1", 5353)),
        ("[::1]", ("::1", 53)),
        ("[::1]:5353", ("::1", 5353)),
    ],
)
def test_where_a_resolver_is(told: str | None, meant: tuple[str, int] | None) -> None:
    assert _resolver(told) == meant


def test_what_came_later_changes_no_digest_of_older_records() -> None:
    assert set(Handshake().as_json()) == {
        "versions",
        "suites",
        "bare",
        "verify",
        "compression",
        "clock",
    }
