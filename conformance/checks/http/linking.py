"""Links: written so that programs read them, and leading where callers can follow."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

from conformance.check import check, law, require
from conformance.contract import Contract
from conformance.contract.operations import Operation
from conformance.evidence import Exchange, Headers
from conformance.privacy import hidden
from conformance.probe import Probe
from conformance.probe.obstacles import unbroken
from conformance.target import Target, origin_of
from conformance.text import Text
from conformance.trees import TOKEN
from conformance.verdict import NotApplicable, NotTested, Violation

_LINK = re.compile(
    r"\s*+<([^<>]*+)>"
    r'((?:\s*+;\s*+(?:[^\s=;,"<>]++\s*+(?:=\s*+(?:"(?:[^"\\]|\\.)*+"|[^",;<>]*+))?+)?+)*+)'
    r"\s*+(?:,|\Z)",
    re.DOTALL,
)
_PARAMETER = re.compile(r';\s*+([^\s=;,"<>]++)\s*+(?:=\s*+(?:"((?:[^"\\]|\\.)*+)"|([^",;<>]*+)))?+')
_EMPTY = re.compile(r"\s*+(?:,|\Z)")
# Links by which a program goes on; others may only name something.
_GO_ON = frozenset(
    {"next", "prev", "previous", "first", "last", "self", "edit", "item", "collection", "up"}
)
_MEMBERS = _GO_ON | {
    "href", "url", "uri", "path", "nextlink", "@odata.nextlink", "next_url", "nexturl", "prev_url",
    "next_page_url", "prev_page_url", "first_page_url", "last_page_url", "nextpageurl",
}  # fmt: skip
_INNER = [
    ipaddress.ip_network(told)
    for told in (
        "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
        "::1/128", "fc00::/7", "fe80::/10",
    )
]  # fmt: skip
_INNER_NAMES = (".local", ".localhost", ".internal", ".svc", ".localdomain")
_DEEPEST = 12
_REACHABLE = Text(
    vi="địa chỉ mà bên gọi dùng được: https và máy chủ công khai",
    en="an address that callers can use: https, and a public host",
)


@dataclass(frozen=True)
class _Link:
    """One link of a field: where to, and its relations; None where it tells none."""

    url: str
    relations: frozenset[str] | None
    anchored: bool


@law(catalogue="IOP-032", per="target", on="all")
def link_fields_are_readable(answer: Exchange) -> None:
    """A Link field can be read, and each link says what it is for.

    A link is an address between angle brackets with parameters, one of which is `rel`; commas and
    semicolons may stand in addresses and in quoted texts, and several links in one field or in
    several (RFC 8288, sections 3 and 3.3).
    """
    fields = answer.header_all("Link")
    if not fields:
        raise NotApplicable(Text(vi="không có tiêu đề Link", en="no Link field"))
    for field in fields:
        links = _links(field)
        if links is None and TOKEN.search(field):
            raise hidden.redacted()
        require(
            links is not None,
            expected=Text(
                vi='mỗi liên kết có dạng <địa chỉ>; rel="…"',
                en='each link to be of the form <address>; rel="…"',
            ),
            observed=field,
        )
        require(
            all(link.relations for link in links or ()),
            expected=Text(vi="mỗi liên kết có rel", en="each link with a rel"),
            observed=field,
        )


@check(catalogue="IOP-032", per="target", requests=2)
def next_links_lead_on(probe: Probe) -> None:
    """A link to the next part of a list leads there.

    Calls the first read whose answer has a Link field with `rel=next`, and follows the link as the
    same caller: 2xx. What is on another server, or outside the target, is not followed, and an
    error of the server is judged elsewhere (RFC 8288, sections 3.1 and 3.3).
    """
    operation = _with_next(probe)
    answer = probe.control(operation)
    url = _next(answer)
    if url is None:
        raise NotApplicable(_NO_NEXT)
    if origin_of(url) != origin_of(probe.target.base_url):
        raise NotApplicable(
            Text(vi="trang sau nằm ở máy chủ khác", en="the next page is on another server")
        )
    found = unbroken(probe.read_again(operation, url, answer, _own_fields(operation, answer)))
    require(
        found.succeeded,
        expected=Text(vi="2xx tại liên kết `next`", en="2xx at the link `next`"),
        observed=f"{operation.unit} → {url} → {found.status}",
        by=found,
    )


@law(catalogue="IOP-033", per="target", on="all")
def fields_name_public_addresses(answer: Exchange, target: Target) -> None:
    """An address in a header field is one that callers can use.

    Looks at Location, but for redirections, at Content-Location, and at links by which a program
    goes on, such as `next`: none leads to http on the host that is spoken to over https, and none
    from a public host to a private network, a loopback or a name that is known inside only. Where
    the target itself is reached by such a name, that is how it is reached (RFC 9110, sections
    4.2.2, 8.7 and 10.2.2; ASVS 5.0, 12.2.1).
    """
    urls = answer.header_all("Content-Location")
    if not 300 <= answer.status < 400:  # RFC 9110, 15.4
        urls += answer.header_all("Location")
    for field in answer.header_all("Link"):
        urls += [
            link.url for link in _links(field) or () if link.relations and link.relations & _GO_ON
        ]
    _be_public(urls, target)


@law(catalogue="IOP-033", per="target", on="baseline")
def bodies_link_to_public_addresses(answer: Exchange, target: Target, contract: Contract) -> None:
    """A link in a JSON body is one that callers can use.

    Looks at members by which programs go on, such as `href`, `self` and `next`, if they hold an
    address whose path is one of the contract's; identifiers that look like addresses, and
    addresses of others that are data, are none. What is asked of them is what is asked of header
    fields (RFC 9110, section 4.2.2; ASVS 5.0, 12.2.1).
    """
    if not answer.is_json or not answer.has_body:
        raise NotApplicable(Text(vi="không phải JSON", en="no JSON"))
    if b"://" not in answer.shown_body and not answer.body_is_hidden:
        raise NotApplicable(_NO_ADDRESS)
    links = list(_members(answer.json()))
    if any(isinstance(link, hidden.Hidden) for link in links):
        raise hidden.redacted()
    _be_public([url for url in links if _is_of(url, target, contract)], target)


_NO_ADDRESS = Text(vi="không có địa chỉ tuyệt đối nào", en="no absolute address")
_NO_NEXT = Text(
    vi="không có liên kết `next` trong tiêu đề Link", en="no link `next` in a Link field"
)


def _be_public(urls: list[str], target: Target) -> None:
    """Demand that addresses are for callers; see `fields_name_public_addresses`."""
    places = [(url, parts) for url in urls if (parts := _absolute(url))]
    if not places:
        raise NotApplicable(_NO_ADDRESS)
    for url, parts in places:
        host = (parts.hostname or "").rstrip(".").lower()
        plainly = target.scheme == "https" and parts.scheme == "http" and host == target.host
        if plainly or (_is_inner(host) and not _is_inner(target.host)):
            raise Violation(_REACHABLE, Text(vi=url, en=url))


def _absolute(url: str) -> SplitResult | None:
    """Return the parts of an absolute address of the web; None for every other one."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    return parts if parts.scheme in {"http", "https"} and parts.hostname else None


def _is_inner(host: str) -> bool:
    """Whether a host is known, or reached, from the inside only."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith(_INNER_NAMES)
    return any(address in network for network in _INNER)


def _is_of(url: str, target: Target, contract: Contract) -> bool:
    """Whether the path of an address is one of the contract's, below whatever prefix."""
    parts = _absolute(url)
    if parts is None:
        return False
    path = parts.path.rstrip("/")
    below = path.removeprefix(urlsplit(target.base_url).path)
    return any(
        operation.fits(below) or (_begins_with_a_word(operation) and _ends_as(operation, path))
        for operation in contract.operations
    )


def _begins_with_a_word(operation: Operation) -> bool:
    return len(operation.path) > 1 and not operation.path.startswith("/{")


def _ends_as(operation: Operation, path: str) -> bool:
    slashes = operation.path.count("/")
    return operation.fits("/" + "/".join(path.split("/")[-slashes:]))


def _members(body: Any) -> Iterator[str]:
    """Yield the texts of members that are links by their names, at any depth but the deepest."""
    waiting = [(body, 0)]
    while waiting:
        node, depth = waiting.pop()
        parts = node if isinstance(node, list) else ()
        if isinstance(node, Mapping):
            parts = list(node.values())
            yield from (
                said
                for name, said in node.items()
                if name.lower() in _MEMBERS and isinstance(said, str)
            )
        if depth < _DEEPEST:
            waiting += [(part, depth + 1) for part in parts if isinstance(part, list | Mapping)]


def _links(field: str) -> list[_Link] | None:
    """Return the links of a field; None where it is no list of links."""
    found: list[_Link] = []
    place = 0
    while place < len(field):
        empty = _EMPTY.match(field, place)
        if empty and empty.end() > place:
            place = empty.end()
            continue
        link = _LINK.match(field, place)
        if link is None:
            return None
        told: dict[str, str] = {}
        for name, quoted, plain in _PARAMETER.findall(link[2]):
            # What is told again is not read (section 3.3).
            told.setdefault(name.lower(), quoted or plain.strip())
        relations = frozenset(told["rel"].lower().split()) if "rel" in told else None
        found.append(_Link(link[1].strip(), relations, "anchor" in told))
        place = link.end()
    return found


def _next(answer: Exchange) -> str | None:
    """Return where the next part of what was answered is, by its Link fields."""
    links = [link for field in answer.header_all("Link") for link in _links(field) or ()]
    ahead = (li.url for li in links if li.relations and "next" in li.relations and not li.anchored)
    url = next(ahead, None)
    return None if url is None else urljoin(answer.request.url, url)


def _with_next(probe: Probe) -> Operation:
    """Return the first read whose answer has a link to the next one."""
    for operation in probe.scene.operations:
        if operation.method != "GET":
            continue
        try:
            answer = probe.baseline(operation)
        except NotTested:
            continue
        if answer.succeeded and _next(answer):
            return operation
    raise NotApplicable(_NO_NEXT)


def _own_fields(operation: Operation, answer: Exchange) -> Headers:
    """Return the header fields of a request that the operation asks for."""
    names = {p.name.lower() for p in operation.parameters if p.place == "header"} - {"accept"}
    return tuple(pair for pair in answer.request.headers if pair[0].lower() in names)
