"""Names that the DNS says too little of."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.naming import Zone
from conformance.sandbox.tls import Tls
from conformance.sandbox.variations import fault

AUTHORITIES = "operation.names.certificate_authorities_are_named"
SERVERS = "operation.names.zone_has_several_servers"
IPV6 = "operation.names.ipv6_is_answered"
_HOST = "localhost"


def _zone(agency: Agency, kind: str, *records: str) -> Agency:
    return agency.with_(tls=Tls(zone=Zone({(_HOST, kind): records})))


@fault(breaks=[AUTHORITIES], transport="tls")
def authorities_not_named(agency: Agency) -> Agency:
    """No CAA record says who may issue certificates."""
    return _zone(agency, "CAA")


@fault(breaks=[AUTHORITIES], transport="tls")
def authorities_may_report_only(agency: Agency) -> Agency:
    """The CAA record says whom to write to, and lets everybody issue."""
    return _zone(agency, "CAA", '0 iodef "mailto:ca@example.vn"')


@fault(breaks=[SERVERS], transport="tls")
def one_name_server(agency: Agency) -> Agency:
    """One name server with one address serves the zone."""
    return _zone(agency, "NS", "ns1.localhost.")


@fault(breaks=[SERVERS], transport="tls")
def name_server_gone(agency: Agency) -> Agency:
    """The one name server of the zone has no address any more."""
    return _zone(agency, "NS", "ns3.localhost.")


@fault(breaks=[IPV6], transport="tls")
def no_address_of_ipv6(agency: Agency) -> Agency:
    """The name has an address of IPv4 only."""
    return _zone(agency, "AAAA")


@fault(breaks=[IPV6], transport="tls")
def nobody_at_ipv6(agency: Agency) -> Agency:
    """The DNS tells an address of IPv6 at which nobody listens."""
    return agency.with_(tls=Tls(zone=Zone(answers_v6=False)))
