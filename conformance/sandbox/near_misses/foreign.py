"""Addresses, names of hosts and pages of strangers, met in other safe ways."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import escape
from urllib.parse import quote

from conformance.sandbox.agency import PROBLEM, Agency
from conformance.sandbox.bending import LIST, taking_an_address, when_asked
from conformance.sandbox.leading import PAGE, leading_on, showing_a_page
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import near_miss

FORWARDED = "http.hosts.forwarded_hosts_are_not_believed"
HOSTS = "http.hosts.foreign_hosts_are_not_believed"
LEADING = "injection.redirects.parameters_lead_to_no_foreign_host"
REFLECTED = "injection.reflection.reflected_markup_stays_text"
FORMS = "http.bodies.forms_of_foreign_pages_are_refused"
CACHES = "bypass.caches.invented_files_disclose_nothing"
_FILE = re.compile(r"(?s)(.+?)[/;][^/;]+\.(?:css|js)")
_OWN = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?")


@near_miss(spares=[FORWARDED, HOSTS])
def foreign_hosts_misdirected(agency: Agency) -> Agency:
    """Links have the host of the request; one that is not known is refused (RFC 9110, 7.4)."""
    refusal = b'{"title": "Misdirected Request", "status": 421}'

    def refuse(call: Call) -> Answer | None:
        if _OWN.fullmatch(call.first("host") or ""):
            return None
        return Answer(421, (("Content-Type", PROBLEM),), refusal)

    return _linking(agency, lambda call: call.first("host") or "").intercepting(refuse)


@near_miss(spares=[FORWARDED, HOSTS])
def foreign_hosts_told_of_in_words(agency: Agency) -> Agency:
    """An unknown host is refused with its name in the text, which is no link (RFC 9457, 3.1.4)."""

    def refuse(call: Call) -> Answer | None:
        claimed = call.first("x-forwarded-host") or call.first("host") or ""
        if _OWN.fullmatch(claimed):
            return None
        body = f'{{"title": "Bad Request", "status": 400, "detail": "http://{claimed}/ là ai?"}}'
        return Answer(400, (("Content-Type", PROBLEM),), body.encode())

    return _linking(agency, lambda call: call.first("host") or "").intercepting(refuse)


@near_miss(spares=[FORWARDED, HOSTS])
def foreign_hosts_linked_to_nothing(agency: Agency) -> Agency:
    """For a host that is not its own a system links by paths alone (RFC 3986, 4.2)."""

    def host(call: Call) -> str:
        claimed = call.first("host") or ""
        return claimed if _OWN.fullmatch(claimed) else ""

    return _linking(agency, host)


@near_miss(spares=[LEADING])
def callers_led_to_own_pages(agency: Agency) -> Agency:
    """Callers are led on to pages of the agency only, all else is refused (ASVS 5.0, 3.7.2)."""

    def place(address: str) -> str | None:
        return address if re.fullmatch(r"/(?![/\\])[\w/.-]*", address) else None

    return leading_on(agency, place)


@near_miss(spares=[LEADING])
def callers_warned_before_they_leave(agency: Agency) -> Agency:
    """A page of the agency's own asks whether one wants to go there; the address is data."""
    return leading_on(agency, lambda address: f"/leaving?to={quote(address, safe='')}")


@near_miss(spares=[LEADING])
def callers_led_below_a_path(agency: Agency) -> Agency:
    """Whatever is named is a path of the agency's own, even one that looks like an address."""
    return leading_on(agency, lambda address: f"/pages/{quote(address, safe='/:')}")


@near_miss(spares=[LEADING])
def address_kept_as_data(agency: Agency) -> Agency:
    """An address is a parameter, and nobody is led there (RFC 9110, 10.2.2)."""
    return taking_an_address(agency)


@near_miss(spares=[REFLECTED])
def topics_written_as_text(agency: Agency) -> Agency:
    """A page shows the topic with its signs escaped (HTML, character references)."""
    return showing_a_page(
        agency, lambda topic: PAGE.replace("</body>", f"<p>{escape(topic)}</p></body>")
    )


@near_miss(spares=[REFLECTED])
def paths_repeated_in_json(agency: Agency) -> Agency:
    """A problem document repeats the path as it came; no browser takes JSON for a page (Fetch)."""
    return agency.bending_problems(
        lambda call, members: {**members, "detail": f"Không có {call.path}."}
    )


@near_miss(spares=[FORMS])
def foreign_origins_refused(agency: Agency) -> Agency:
    """What comes from a foreign page is refused before anybody reads it (ASVS 5.0, 3.5.2)."""

    def refuse(call: Call) -> Answer | None:
        if call.method in {"GET", "HEAD"} or call.first("origin") is None:
            return None
        return Answer(403, (("Content-Type", PROBLEM),), b'{"title": "Forbidden", "status": 403}')

    return agency.with_(identities="login").intercepting(refuse)


@near_miss(spares=[FORMS])
def other_types_are_bad_requests(agency: Agency) -> Agency:
    """A session in a cookie; what is not called JSON is refused with 400 (RFC 9110, 15.5.1)."""

    def refuse(call: Call) -> Answer | None:
        told = (call.first("content-type") or "").partition(";")[0].strip().lower()
        if not call.body or call.asks in {None, "createSession"} or told == "application/json":
            return None
        return Answer(400, (("Content-Type", PROBLEM),), b'{"title": "Bad Request", "status": 400}')

    return agency.with_(identities="login").intercepting(refuse)


@near_miss(spares=[CACHES])
def files_are_not_kept(agency: Agency) -> Agency:
    """The end of an address is overlooked, and nobody keeps what was answered (RFC 9111, 3)."""

    def gateway(call: Call) -> Call:
        found = _FILE.fullmatch(call.path)
        return replace(call, path=found[1]) if found else call

    return agency.with_(gateway=gateway)


@near_miss(spares=[CACHES])
def files_kept_for_each_caller(agency: Agency) -> Agency:
    """What looks like a file is kept for whoever asked for it, and nobody else (RFC 9111, 4.1)."""
    kept: dict[tuple[str, str], Answer] = {}

    def gateway(call: Call) -> Call:
        found = _FILE.fullmatch(call.path)
        if found is None:
            return call
        return replace(call, path=found[1], headers=(*call.headers, ("x-file", call.path)))

    def key(call: Call) -> tuple[str, str]:
        who = call.first("authorization") or call.first("cookie") or ""
        return call.first("x-file") or "", who

    def keep(call: Call, made: Answer) -> Answer:
        if call.first("x-file") and made.status < 300:
            kept[key(call)] = made
        return made

    return (
        agency.with_(gateway=gateway)
        .intercepting(lambda call: kept.get(key(call)))
        .bending_answers(keep)
    )


def _linking(agency: Agency, host: Callable[[Call], str]) -> Agency:
    """Return an agency whose list links to itself, by a host where there is one."""

    def bend(call: Call, made: Answer) -> Answer:
        named = host(call)
        origin = f"http://{named}" if named else ""
        return made.plus(("Link", f'<{origin}{call.base}/procedures>; rel="self"'))

    return agency.bending_answers(when_asked(LIST, bend))
