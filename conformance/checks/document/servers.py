"""Where the contract says that the system answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from conformance.check import check, require, require_none
from conformance.contract import Contract, parts
from conformance.contract.parts import Part
from conformance.target import Target, is_loopback
from conformance.text import Text
from conformance.verdict import NotApplicable, Offender

_PORTS = {"http": 80, "https": 443}
_NONE = Text(vi="đặc tả giao diện không nêu địa chỉ đầy đủ", en="the contract names no address")


@check(catalogue="DOC-004", per="target", requests=0, contract=True)
def servers_use_https(contract: Contract) -> None:
    """Every address under `servers` is https.

    Those of paths and operations are looked at too; variables count by their defaults (OpenAPI
    3.1, Server Object; ASVS 5.0, 12.2.1). Relative addresses say nothing of the scheme; addresses
    of the tester's own machine and those marked `x-sandbox` are for trying out.
    """
    looked_at = [
        (part, url)
        for part in _servers(contract)
        if "://" in (url := filled(part)) and not _for_trying_out(part, url)
    ]
    if not looked_at:
        raise NotApplicable(_NONE)
    require_none(
        [
            Offender(part.child("url").pointer, Text(vi=f"địa chỉ {url}", en=f"the address {url}"))
            for part, url in looked_at
            if url.lower().startswith(("http://", "ws://"))
        ],
        expected=Text(vi="địa chỉ https", en="addresses that are https"),
    )


@check(catalogue="DOC-004", per="target", requests=0, contract=True)
def base_address_is_a_server(contract: Contract, target: Target) -> None:
    """The address at which the system is tested is one that its contract names.

    Compares scheme, host, port and path with each entry of `servers`, relative ones resolved
    against the address itself (OpenAPI 3.1, Server Object). A proposal of this programme names no
    deployment, and a test through this machine's loopback says nothing of public addresses.
    """
    if contract.proposed:
        raise NotApplicable(
            Text(vi="đặc tả đề xuất, không nêu nơi triển khai", en="a proposal names no deployment")
        )
    named = [urljoin(target.base_url + "/", filled(part)) for part in _of(parts.root(contract))]
    comparable = [url for url in named if is_local(url) == target.on_loopback]
    if not comparable:
        raise NotApplicable(_NONE)
    require(
        _place(target.base_url) in {_place(url) for url in comparable},
        expected=Text(
            vi=f"một trong các địa chỉ: {', '.join(comparable)}",
            en=f"one of the addresses: {', '.join(comparable)}",
        ),
        observed=target.base_url,
    )


def is_local(url: str) -> bool:
    """Whether an address means the reader's own machine."""
    try:
        return is_loopback(urlsplit(url).hostname or "")
    except ValueError:
        return False


def filled(server: Part) -> str:
    """Return the address of a server with the defaults of its variables put in."""
    url = server.object.get("url")
    variables = server.child("variables")

    def default(match: re.Match[str]) -> str:
        return str(variables.child(match[1]).object.get("default", match[0]))

    return re.sub(r"\{([^{}]+)\}", default, url) if isinstance(url, str) else ""


def _servers(contract: Contract) -> Iterator[Part]:
    yield from _of(parts.root(contract))
    for operation in contract.operations:
        own = parts.of_operation(contract, operation)
        yield from _of(own)
        item = parts.find(contract, own.pointer.rpartition("/")[0])
        yield from _of(item) if item else ()


def _of(holder: Part) -> Iterator[Part]:
    return (part for _, part in holder.child("servers").children())


def _for_trying_out(server: Part, url: str) -> bool:
    return is_local(url) or server.object.get("x-sandbox") is True


def _place(url: str) -> tuple[str, str, int | None, str] | None:
    try:
        at = urlsplit(url)
        port = at.port or _PORTS.get(at.scheme)
    except ValueError:
        return None
    return at.scheme, (at.hostname or "").lower(), port, at.path.rstrip("/")
