"""Input that leads browsers: what a caller names is not where an answer sends them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from urllib.parse import urljoin, urlsplit

from conformance.check import check, require
from conformance.checks.injection.parameters import Place, each, narrowness, places
from conformance.evidence import Exchange
from conformance.formats import pages
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotTested, Reason

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_LEADING = frozenset(
    {
        "callback",
        "continue",
        "dest",
        "destination",
        "forward",
        "goto",
        "href",
        "link",
        "next",
        "redir",
        "redirect",
        "return",
        "target",
        "uri",
        "url",
    }
)
# By these an authorisation endpoint is known, whose redirection is ruled by registered clients.
_OF_OAUTH = frozenset({"client_id", "response_type"})
_FORMS = ("https://{host}/", "//{host}/", "/\\{host}/")


@check(catalogue="SEC-017", per="target", requests=len(_FORMS), times="max_params")
def parameters_lead_to_no_foreign_host(probe: Probe, *, max_params: int = 2) -> None:
    """A caller cannot make an answer lead browsers to a host of the caller's choice.

    Takes `max_params` text parameters of GET operations whose names say that they lead somewhere
    (redirect, return, next, url and the like), but for authorisation endpoints, whose clients are
    registered. Sends an address of an invented host in three spellings that browsers take for one:
    with its scheme, without, and with a backslash. Broken where a redirection (3xx), or a page that
    leads on by itself (`<meta http-equiv="refresh">`), leads to that host; an address that is kept
    or shown as data leads nobody (ASVS 5.0, 3.7.2; CWE-601).
    """
    found = places(probe, _likely, max_params, wanted=_leads)
    each(found, partial(_leads_nowhere, probe))


def _likely(place: Place) -> tuple[bool, int]:
    return place.parameter.place != "query", narrowness(place)


def _leads(place: Place) -> bool:
    words = {word.lower() for word in _WORDS.findall(place.parameter.name)}
    said = place.parameter.name.lower() in _LEADING or bool(words & _LEADING)
    return said and not _OF_OAUTH & {p.name for p in place.operation.parameters}


def _leads_nowhere(probe: Probe, place: Place) -> None:
    usual = probe.baseline(place.operation)
    if usual.status >= 400:
        raise probe.why_no_success(place.operation, usual)
    host = f"{probe.canary()}.example"
    for form in _FORMS:
        try:
            answer = place.ask(probe, form.format(host=host))
        except NotTested as outcome:
            if outcome.reason is Reason.BLOCKED:  # stopped in front of it
                continue
            raise
        require(
            host not in _led_to(answer),
            expected=Text(
                vi="không dẫn trình duyệt tới máy chủ do bên gọi nêu",
                en="browsers not to be led to a host that the caller names",
            ),
            observed=f"{place.name}: {form.format(host='…')} → {answer.status}",
            by=answer,
        )


def _led_to(answer: Exchange) -> Iterator[str]:
    """Yield the hosts that a browser goes to by itself."""
    leads = answer.header_all("Location") if 300 <= answer.status < 400 else []
    if answer.media_type in pages.MEDIA_TYPES and answer.is_a_page:
        leads += pages.read(answer.body).leads
    for address in leads:
        # As browsers read addresses (URL Standard, section 4.4).
        written = re.sub(r"[\t\n\r]", "", address.strip(" \x00\t\n\r\x0c")).replace("\\", "/")
        written = re.sub(r"^(https?:)?//+", lambda found: f"{found[1] or ''}//", written)
        try:
            host = urlsplit(urljoin(answer.request.url, written)).hostname
        except ValueError:
            continue
        yield host or ""
