"""Names of which the DNS says what is needed in other legal ways."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.naming import PUBLIC, Zone
from conformance.sandbox.tls import Tls
from conformance.sandbox.variations import near_miss

AUTHORITIES = "operation.names.certificate_authorities_are_named"
SERVERS = "operation.names.zone_has_several_servers"
IPV6 = "operation.names.ipv6_is_answered"
_HOST = "localhost"


@near_miss(spares=[AUTHORITIES, SERVERS, IPV6], transport="tls")
def name_served_as_it_should_be(agency: Agency) -> Agency:
    """Two name servers, an authority by name, both kinds of addresses (RFC 1034, 4.1)."""
    return agency.with_(tls=Tls(zone=Zone()))


@near_miss(spares=[AUTHORITIES], transport="tls")
def authorities_named_with_parameters(agency: Agency) -> Agency:
    """Nobody may issue for a star, one authority else, with an account (RFC 8659, 4.2 and 4.3)."""
    said = (
        '0 iodef "mailto:ca@example.vn"',
        '128 issuewild ";"',
        '0 issue "ca.example; account=1"',
    )
    return agency.with_(tls=Tls(zone=Zone({(_HOST, "CAA"): said})))


@near_miss(spares=[SERVERS], transport="tls")
def one_name_for_two_servers(agency: Agency) -> Agency:
    """One name stands for two servers, by its two addresses (RFC 1034, 4.1)."""
    records = {(_HOST, "NS"): ("ns1.localhost.",), ("ns1.localhost", "A"): (PUBLIC, "113.160.0.2")}
    return agency.with_(tls=Tls(zone=Zone(records)))


@near_miss(spares=[AUTHORITIES, SERVERS, IPV6], transport="tls")
def name_of_an_inner_network(agency: Agency) -> Agency:
    """The name has an address of an inner network, where other rules hold (RFC 1918, 3)."""
    inner = {(_HOST, kind): () for kind in ("AAAA", "NS", "CAA")}
    return agency.with_(tls=Tls(zone=Zone({**inner, (_HOST, "A"): ("10.1.2.3",)})))
