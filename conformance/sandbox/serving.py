"""Listening: every listener of one process, plain, TLS and wire, until a signal ends it."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import json
import os
import signal
import socket
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from conformance.sandbox import contract, fronting, http2, naming, systems, tls, variations, wire
from conformance.sandbox.agency import Wire
from conformance.sandbox.server import PEER, VOUCHED, App, application, country
from conformance.sandbox.sites import Addresses, Sites

LOOPBACK = "127.0.0.1"


class AddressError(Exception):
    """The sandbox may listen on this machine's loopback only."""


@dataclass(frozen=True)
class Wish:
    """What the command line asks for.

    Attributes:
        system: the id of the national system; empty for all of them, each below `/SYSTEM`.
        variation: the fault or near-miss to serve at `/`, or None.
        host: a loopback host.
        port: the port of the main listener; 0 for any.
        over_tls: whether the agency at `/` is served over TLS.
        everything: whether all variations of the system are served below `/~fault/`.
    """

    system: str
    variation: str | None = None
    host: str = LOOPBACK
    port: int = 0
    over_tls: bool = False
    everything: bool = False


def _certified(shop: tls.Shop) -> type[H11Protocol]:
    """Return HTTP on connections whose client may have shown a certificate.

    ASGI has no place for it: its common name travels in the state of the scope, with whether our
    own authority signed it. Most listeners have refused everything else in the handshake.
    """

    class Certified(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
            """Begin, and note who is at the other end."""
            super().connection_made(transport)
            shown = transport.get_extra_info("ssl_object")
            known = {PEER: tls.common_name(shown), VOUCHED: shop.vouches(shown)}
            self.app_state = {**self.app_state, **known}
            if shown is not None and shown.selected_alpn_protocol() == http2.PROTOCOL:
                newer = http2.Http2(self.app, dict(self.app_state))
                # Taken out of our hands before anything came: nothing of HTTP/1.1 is running.
                self.connections.discard(self)
                transport.set_protocol(newer)
                newer.connection_made(transport)

    return Certified


class _Server(uvicorn.Server):
    """A server that leaves signals to us, as several of them share one process."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self.listening.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def serve(wish: Wish) -> None:
    """Serve until SIGTERM or SIGINT; one line of JSON on stdout says when everything listens.

    Raises:
        AddressError: the host is not this machine's loopback, or the port is taken.
        ContractMissingError: there is no such system.
    """
    asyncio.run(_serve(wish) if wish.system else _serve_all(wish))


async def _serve(wish: Wish) -> None:
    chosen = variations.of(wish.system).get(wish.variation or "")
    if wish.variation and chosen is None:
        raise AddressError(f"{wish.system} has no fault or near-miss {wish.variation!r}")
    transport = chosen.transport if chosen else "http"
    over_tls = wish.over_tls or transport in {"https", "tls"}
    sites = Sites(
        contract.read(wish.system),
        wish.variation,
        everything=wish.everything,
        over_tls=over_tls,
    )
    host = _loopback(wish.host)
    # The main port belongs to whatever the agency at `/` is examined through.
    through_proxy = transport == "wire"
    plain = _bound(host, 0 if over_tls or through_proxy else wish.port)
    secure = _bound(host, wish.port if over_tls else 0) if over_tls or wish.everything else None
    proxied = (
        _bound(host, wish.port if through_proxy else 0)
        if through_proxy or wish.everything
        else None
    )
    # Bound and not listening: whoever knocks is refused, and nobody else can move in.
    closed = _bound(host, 0)
    shop = tls.Shop()
    apart = _apart(sites, wish)
    own = {name: _bound(host, 0) for name in apart if name != sites.root}
    if secure and sites.root in apart:
        # The main port is that of the agency at `/`, also where its listener is one of its own.
        own[sites.root], secure = secure, _bound(host, 0) if wish.everything else None
    zones, names, resolvers = await _named(apart, host)
    sites.addresses = Addresses(
        resolvers=resolvers,
        http=_origin("http", host, plain),
        https=_origin("https", "localhost", secure) if secure else None,
        wire=_origin("http", host, proxied) if proxied else None,
        tls={name: _origin("https", apart[name].host, taken) for name, taken in own.items()},
        closed=closed.getsockname()[1],
        authority=shop.pem,
    )

    root = apart.get(sites.root)
    helpers_only = over_tls and not wish.everything and not (root and root.plain)
    servers = [(_server(application(sites, helpers_only=helpers_only)), plain)]
    app = application(sites)
    if secure or own:
        sites.certificate = shop.client
    if secure:
        servers.append((_secured(app, shop, tls.Tls(asks=True)), secure))
    fronts: list[asyncio.AbstractServer] = []
    for name, taken in own.items():
        wanted = apart[name]
        behind = _bound(host, 0) if wanted.front else taken
        servers.append((_secured(app, shop, wanted), behind))
        if wanted.front:
            shown = shop.der(wanted.leaves[0])
            answering = fronting.answering(behind.getsockname()[:2], wanted.front, shown)
            fronts.append(await asyncio.start_server(answering, sock=taken))
    if proxied:
        fronts.append(await _proxy(sites, proxied, plain))

    _end_on_signal([server for server, _ in servers])
    twins = _at_ipv6(zones, own)
    running = [
        asyncio.create_task(server.serve([taken, *([twins[taken]] if taken in twins else [])]))
        for server, taken in servers
    ]
    for server, _ in servers:
        await server.listening.wait()
    _say_ready(sites)
    await asyncio.gather(*running)
    for end in [*(front.close for front in fronts), *(name.close for name in names)]:
        end()
    closed.close()


async def _named(
    apart: Mapping[str | None, tls.Tls], host: str
) -> tuple[dict[str | None, naming.Zone], list[asyncio.BaseTransport], dict[str | None, str]]:
    """Serve the zones of variations; return them, what to close in the end, and where each is."""
    zones = {name: wanted.zone for name, wanted in apart.items() if wanted.zone is not None}
    served = {name: await naming.serve(zone, host) for name, zone in zones.items()}
    places = {name: place for name, (_, place) in served.items()}
    return zones, [transport for transport, _ in served.values()], places


def _at_ipv6(
    zones: Mapping[str | None, naming.Zone], own: Mapping[str | None, socket.socket]
) -> dict[socket.socket, socket.socket]:
    """Return the other sockets of listeners whose name has an address of IPv6 that answers."""
    return {
        own[name]: _bound("::1", own[name].getsockname()[1])
        for name, zone in zones.items()
        if zone.answers_v6
    }


async def _serve_all(wish: Wish) -> None:
    """Serve the correct agency of every system, over plain HTTP, on one port."""
    host = _loopback(wish.host)
    listening = _bound(host, wish.port)
    addresses = Addresses(http=_origin("http", host, listening))
    served: dict[str, Sites] = {}
    for name in sorted(systems.SYSTEMS):
        sites = Sites(
            contract.read(name), None, everything=False, over_tls=False, prefix=f"/{name}"
        )
        sites.addresses = addresses
        served[name] = sites
    server = _server(country(served))
    _end_on_signal([server])
    running = asyncio.create_task(server.serve([listening]))
    await server.listening.wait()
    told = {name: f"{addresses.http}/{name}/target.yaml" for name in served}
    _say({"ready": True, "base_url": addresses.http, "targets": told, "pid": os.getpid()})
    await running


def _apart(sites: Sites, wish: Wish) -> dict[str | None, tls.Tls]:
    """Return what the listeners are like that belong to one variation each."""
    every = variations.every()
    names = list(every) if wish.everything else [wish.variation] if wish.variation else []
    found = {name: sites.agency(name).tls for name in names if every[name].transport == "tls"}
    return {name: wanted for name, wanted in found.items() if wanted is not None}


def _secured(app: App, shop: tls.Shop, wanted: tls.Tls) -> _Server:
    server = _server(app, protocol=_certified(shop))
    server.config.ssl = shop.context(wanted)
    return server


def _server(app: App, protocol: type[H11Protocol] = H11Protocol) -> _Server:
    config = uvicorn.Config(
        app,
        http=protocol,
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    config.load()
    return _Server(config)


async def _proxy(
    sites: Sites, listening: socket.socket, plain: socket.socket
) -> asyncio.AbstractServer:
    def choose(place: str) -> Wire:
        name, _, _ = sites.locate(place)
        return sites.site(name).agency.wire or Wire()

    upstream = plain.getsockname()[:2]
    handler = wire.relaying(upstream, choose)
    return await asyncio.start_server(handler, sock=listening, limit=wire.LARGEST_HEAD)


def _end_on_signal(servers: list[_Server]) -> None:
    def end(_number: int, _frame: FrameType | None) -> None:
        for server in servers:
            server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)


def _say_ready(sites: Sites) -> None:
    base_url = sites.base_url(sites.root, "")
    target = f"{sites.addresses.http}/target.yaml"
    _say({"ready": True, "base_url": base_url, "target": target, "pid": os.getpid()})


def _say(ready: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()


def _loopback(host: str) -> str:
    if host == "localhost":
        return LOOPBACK
    with contextlib.suppress(ValueError):
        if ipaddress.ip_address(host).is_loopback:
            return host
    raise AddressError(f"{host} is not a loopback address; the sandbox serves this machine only")


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Only where the protocol is named does asyncio send small answers at once (TCP_NODELAY).
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
    except OSError as error:
        made.close()
        raise AddressError(f"{host}:{port}: {error.strerror}") from error
    return made


def _origin(scheme: str, host: str, listening: socket.socket) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"{scheme}://{name}:{listening.getsockname()[1]}"
