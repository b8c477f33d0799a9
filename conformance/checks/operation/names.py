"""What the DNS says of a target's name."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from conformance.check import check, require
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.probe.questions import Handshake, Lookup
from conformance.text import Text
from conformance.tls import channel
from conformance.tls.certificates import in_ascii
from conformance.verdict import NotApplicable, NotTested, Reason

_DEEPEST = 8
_ENOUGH = 2
# Names that no public DNS answers for (RFC 6761, RFC 6762, RFC 8375), and what networks of their
# own are often called.
_INNER = (
    ".localhost",
    ".local",
    ".test",
    ".example",
    ".invalid",
    ".internal",
    ".home.arpa",
    ".lan",
    ".intranet",
    ".corp",
    ".home",
)


@check(catalogue="TLS-019", per="target", requests=10, channel=True)
def certificate_authorities_are_named(probe: Probe) -> None:
    """The DNS names the authorities that may issue certificates for the host (RFC 8659, section 3).

    Looked up are CAA records of the host, then of each name above it; the first that has any
    decides, and one of them has to say `issue` or `issuewild`. Names of this machine and of inner
    networks are left out.
    """
    channel.needs_tls(probe)
    for name in _upwards(_public_name(probe), least=1):
        found = _said(probe.resolve(Lookup(name, "CAA")))
        if found:
            require(
                any(record.split(" ")[1:2] in (["issue"], ["issuewild"]) for record in found),
                expected=_ISSUERS,
                observed=f"{name}: " + "; ".join(found),
            )
            return
    require(
        condition=False,
        expected=_ISSUERS,
        observed=Text(vi="không có bản ghi CAA", en="there is no CAA record"),
    )


@check(catalogue="OPS-005", per="target", requests=12, channel=True)
def zone_has_several_servers(probe: Probe) -> None:
    """The zone of the host's name is served by two name servers or more (RFC 1034, section 4.1).

    Looked up are NS records of the host, then of each name above it but the last, up to the first
    that has any of its own. One name with several addresses is several servers. Names of this
    machine and of inner networks are left out.
    """
    for name in _upwards(_public_name(probe), least=1 if probe.target.resolver else 2):
        seen = probe.resolve(Lookup(name, "NS"))
        found = [server.lower().rstrip(".") for server in _said(seen)]
        if not found or seen.dns["named"] != name:
            continue
        servers = set(found)
        if len(servers) == 1:
            servers = {
                address
                for kind in ("A", "AAAA")
                for address in _said(probe.resolve(Lookup(found[0], kind)))
            } or servers
        require(
            len(servers) >= _ENOUGH,
            expected=Text(vi="ít nhất hai máy chủ tên miền", en="two name servers at least"),
            observed=f"{name}: {', '.join(found)}",
        )
        return
    raise NotTested(
        Reason.INCONCLUSIVE, Text(vi="không tìm thấy bản ghi NS", en="no NS record was found")
    )


@check(catalogue="IOP-027", per="target", requests=4, channel=True)
def ipv6_is_answered(probe: Probe) -> None:
    """The host has an address of IPv6, and answers there as everywhere (RFC 8305, section 1).

    AAAA records are looked up and a TLS handshake is made at the first address. Without a route
    there from the tester, or without any answer, nothing can be told of the target; only who
    refuses the connection is known not to be there. Inner networks are left out.
    """
    channel.needs_tls(probe)
    if probe.target.proxy:
        raise NotTested(
            Reason.INCONCLUSIVE, Text(vi="đi qua proxy", en="the way leads through a proxy")
        )
    found = _said(probe.resolve(Lookup(_public_name(probe), "AAAA")))
    require(
        found,
        expected=Text(vi="có bản ghi AAAA", en="an AAAA record"),
        observed=Text(vi="không có", en="there is none"),
    )
    channel.ordinary(probe)
    seen = probe.shake(Handshake(address=found[0]))
    require(
        seen.tls.get("met") != "refused",
        expected=Text(vi="nhận kết nối qua IPv6", en="connections over IPv6 are taken"),
        observed=f"[{found[0]}]: {seen.error}",
        by=seen,
    )
    if not seen.accepted:
        raise channel.unfinished(seen)


_ISSUERS = Text(vi="bản ghi CAA có issue hoặc issuewild", en="CAA records with issue or issuewild")


def _public_name(probe: Probe) -> str:
    """Return the name of the host as the DNS spells it, where the public DNS answers for it.

    Whoever names a resolver in the target file wants it asked, whatever the name is.

    Raises:
        NotApplicable: it is an address, or a name of this machine or of an inner network.
        NotTested: nobody could be asked, or the DNS that was asked does not know the name.
    """
    target = probe.target
    name = in_ascii(target.host)
    inner = target.on_loopback or "." not in name or name.endswith(_INNER)
    if _is_address(name) or (inner and target.resolver is None):
        raise _not_public()
    found = []
    for kind in ("A", "AAAA"):
        seen = probe.resolve(Lookup(name, kind))
        if seen.dns["outcome"] == "no_name":
            raise NotTested(
                Reason.INCONCLUSIVE,
                Text(vi=f"DNS không biết {name}", en=f"the DNS does not know {name}"),
            )
        found += _said(seen)
        if any(ipaddress.ip_address(address).is_global for address in found):
            return name
    raise _not_public()


def _said(seen: Exchange) -> list[str]:
    """Return the records of a lookup; raise `NotTested` where none was answered."""
    if seen.dns["outcome"] in {"failed", "silent"}:
        raise NotTested(
            Reason.DEPENDENCY_FAILED,
            Text(vi=f"tra DNS thất bại: {seen.error}", en=f"the lookup failed: {seen.error}"),
        )
    return list(seen.dns["records"])


def _upwards(name: str, *, least: int) -> Iterator[str]:
    """Yield a name and those above it that have so many labels at least."""
    labels = name.split(".")[-_DEEPEST:]
    for start in range(len(labels) - least + 1):
        yield ".".join(labels[start:])


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _not_public() -> NotApplicable:
    return NotApplicable(
        Text(vi="không phải tên miền công khai", en="it is no name of the public DNS")
    )
