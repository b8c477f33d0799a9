"""A name server on loopback, for what a target file's resolver is asked (RFC 1035, over UDP)."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field

AVAILABLE = importlib.util.find_spec("dns") is not None
# Never asked for anything: the target is reached as this machine knows it. It only has to be one
# that the public DNS might tell.
PUBLIC = "113.160.0.1"
RECORDS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("localhost", "A"): (PUBLIC,),
    ("localhost", "AAAA"): ("::1",),
    ("localhost", "NS"): ("ns1.localhost.", "ns2.localhost."),
    ("localhost", "CAA"): ('0 issue "ca.example"',),
    ("ns1.localhost", "A"): (PUBLIC,),
}


@dataclass(frozen=True)
class Zone:
    """What is said of names.

    Attributes:
        records: what differs from the usual, by name and type; nothing where there is no record.
        unknown: names that are not there.
        broken: types for which the server fails.
        answers_v6: whether the agency listens at the address of IPv6 as well.
    """

    records: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
    broken: frozenset[str] = frozenset()
    answers_v6: bool = True


class Server(asyncio.DatagramProtocol):
    """Answers what is asked of one zone."""

    def __init__(self, zone: Zone) -> None:
        self._zone = zone

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport: asyncio.DatagramTransport = transport  # type: ignore[assignment]  # it is one

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer one question."""
        import dns.exception  # noqa: PLC0415

        with contextlib.suppress(dns.exception.DNSException):
            self._transport.sendto(self._answer(data), addr)

    def _answer(self, data: bytes) -> bytes:
        # Imported here: without the library no name is served.
        from dns import flags, message, rcode, rdatatype, rrset  # noqa: PLC0415

        asked = message.from_wire(data)
        made = message.make_response(asked)
        made.flags |= flags.AA
        question = asked.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        kind = rdatatype.to_text(question.rdtype)
        held = {**RECORDS, **self._zone.records}
        known = {owner for owner, _ in held} - self._zone.unknown
        if kind in self._zone.broken:
            made.set_rcode(rcode.SERVFAIL)
        elif name not in known:
            made.set_rcode(rcode.NXDOMAIN)
        elif held.get((name, kind)):
            made.answer.append(rrset.from_text(question.name, 60, "IN", kind, *held[name, kind]))
        return made.to_wire()


async def serve(zone: Zone, host: str) -> tuple[asyncio.BaseTransport, str]:
    """Serve a zone; return what to close in the end, and where it is, host and port."""
    taken = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    taken.bind((host, 0))
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: Server(zone), sock=taken)
    return transport, f"{host}:{taken.getsockname()[1]}"
