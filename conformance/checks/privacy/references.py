"""What pages load from elsewhere: whoever serves it learns who reads what."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from conformance.check import law, require
from conformance.evidence import Exchange
from conformance.formats import pages
from conformance.target import Target
from conformance.text import Text
from conformance.verdict import NotApplicable

# Under these anybody's domain may stand (com.vn, co.uk); under gov.vn only those of the state do.
_SHARED = frozenset({"ac", "co", "com", "edu", "go", "info", "name", "net", "or", "org"})
_STATE = "gov.vn"


@law(catalogue="PRV-010", per="target", on="all")
def pages_load_nothing_from_third_parties(
    answer: Exchange, target: Target, *, allowed: tuple[str, ...] = ()
) -> None:
    """A page loads nothing from servers of others, who would learn who reads it.

    Looks at every page in HTML that is answered, errors included, and at what browsers load with it
    unasked: scripts, styles, images, frames and the like. Their hosts are those of the page's own
    site, of the state (gov.vn) where the page is the state's, or `allowed`. What a digest binds
    (Subresource Integrity) is the exception that ASVS 5.0, 3.6.1 makes for static files; links that
    people follow load nothing (ASVS 5.0, 14.2.3). Links in JSON are data.
    """
    if answer.media_type not in pages.MEDIA_TYPES or not answer.is_a_page:
        raise NotApplicable(Text(vi="không phải trang HTML", en="no page in HTML"))
    page = pages.read(answer.body)
    own = {_site(target.host), *map(_site, _hosts([answer.request.url], answer))}
    foreign = sorted(
        host
        for host in set(_hosts(page.loads, answer))
        if _site(host) not in own
        and not any(host == known or host.endswith(f".{known}") for known in allowed)
    )
    require(
        not foreign,
        expected=Text(
            vi="trang không tải gì từ máy chủ của bên thứ ba",
            en="a page that loads nothing from third parties",
        ),
        observed=", ".join(foreign),
    )


def _hosts(addresses: list[str], answer: Exchange) -> Iterator[str]:
    for address in addresses:
        try:
            parts = urlsplit(urljoin(answer.request.url, re.sub(r"\s", "", address)))
        except ValueError:
            continue
        if parts.scheme in {"http", "https"} and parts.hostname:
            yield parts.hostname


def _site(host: str) -> str:
    """Return the part of a host's name that its owner has registered; an address is its own."""
    labels = host.rstrip(".").lower().split(".")
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return host
    if ".".join(labels[-2:]) == _STATE:
        return _STATE
    shared = len(labels[-1]) == 2 and len(labels) > 2 and labels[-2] in _SHARED  # a country's
    return ".".join(labels[-3:] if shared else labels[-2:])
