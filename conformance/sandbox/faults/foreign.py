"""What strangers can make of addresses, names of hosts and pages that are not theirs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import LIST, READ, when_asked, when_unknown_path
from conformance.sandbox.leading import PAGE, leading_on, showing_a_page
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import fault

FORWARDED = "http.hosts.forwarded_hosts_are_not_believed"
HOSTS = "http.hosts.foreign_hosts_are_not_believed"
LEADING = "injection.redirects.parameters_lead_to_no_foreign_host"
REFLECTED = "injection.reflection.reflected_markup_stays_text"
FORMS = "http.bodies.forms_of_foreign_pages_are_refused"
CACHES = "bypass.caches.invented_files_disclose_nothing"
PROBLEM_DETAILS = "http.errors.problem_details"
OTHER_TYPES = "contract.generated.other_media_types_are_refused"
_FILE = re.compile(r"(?s)(.+?)[/;][^/;]+\.(?:css|js)")


@fault(breaks=[FORWARDED])
def links_name_the_forwarded_host(agency: Agency) -> Agency:
    """The list links to itself by the host that X-Forwarded-Host names, whoever sent it."""

    def bend(call: Call, made: Answer) -> Answer:
        host = call.first("x-forwarded-host") or call.first("host")
        return made.plus(("Link", f'<http://{host}{call.base}/procedures>; rel="self"'))

    return agency.bending_answers(when_asked(LIST, bend))


@fault(breaks=[FORWARDED])
def links_follow_the_forwarded_field(agency: Agency) -> Agency:
    """A procedure tells its own address by the host in Forwarded, which the caller sent."""

    def bend(call: Call, made: Answer) -> Answer:
        told = re.search(r"host=([^;,]+)", call.first("forwarded") or "")
        host = told[1] if told else call.first("host")
        return made.plus(("Content-Location", f"http://{host}{call.base}{call.path}"))

    return agency.bending_answers(when_asked(READ, bend))


@fault(breaks=[HOSTS])
def links_name_any_host(agency: Agency) -> Agency:
    """The list links to itself by whatever Host the caller sent."""

    def bend(call: Call, made: Answer) -> Answer:
        address = f"http://{call.first('host')}{call.base}/procedures"
        return made.plus(("Link", f'<{address}?page=1>; rel="first", <{address}>; rel="self"'))

    return agency.bending_answers(when_asked(LIST, bend))


@fault(breaks=[HOSTS])
def addresses_tell_any_host(agency: Agency) -> Agency:
    """A procedure tells its own address by whatever Host the caller sent."""

    def bend(call: Call, made: Answer) -> Answer:
        address = f"http://{call.first('host')}{call.base}{call.path}"
        return made.plus(("Content-Location", address))

    return agency.bending_answers(when_asked(READ, bend))


@fault(breaks=[LEADING])
def callers_led_anywhere(agency: Agency) -> Agency:
    """Whoever names an address is led there."""
    return leading_on(agency, lambda address: address)


@fault(breaks=[LEADING])
def callers_led_to_addresses_without_a_scheme(agency: Agency) -> Agency:
    """Addresses have to begin with a slash, as do those of other hosts without a scheme."""
    return leading_on(agency, lambda address: address if address.startswith("/") else None)


@fault(breaks=[LEADING])
def callers_led_past_a_backslash(agency: Agency) -> Agency:
    """Two slashes are refused, a slash and a backslash are not: browsers take them for two."""

    def place(address: str) -> str | None:
        own = address.startswith("/") and not address.startswith("//")
        return address if own else None

    return leading_on(agency, place)


@fault(breaks=[LEADING])
def callers_led_by_a_page(agency: Agency) -> Agency:
    """A page says where it leads, and then does."""
    leading = leading_on(agency, lambda address: address)

    def bend(call: Call, made: Answer) -> Answer:
        if call.asks != READ or made.status != 302:
            return made
        refresh = f'<meta http-equiv="Refresh" content="3; URL=\'{made.get("Location")}\'">'
        page = PAGE.replace("</head>", f"{refresh}</head>")
        return (
            replace(made, status=200)
            .without("Location")
            .with_body(page.encode(), "text/html; charset=utf-8")
        )

    return leading.bending_answers(bend)


@fault(breaks=[REFLECTED], also=[PROBLEM_DETAILS])
def paths_shown_as_markup(agency: Agency) -> Agency:
    """The page for unknown paths shows the path as it came."""

    def bend(call: Call, made: Answer) -> Answer:
        page = PAGE.replace("</body>", f"<p>Không có {call.path}.</p></body>")
        return made.with_body(page.encode("utf-8", "replace"), "text/html; charset=utf-8")

    return agency.bending_answers(when_unknown_path(bend))


@fault(breaks=[REFLECTED])
def topics_shown_as_markup(agency: Agency) -> Agency:
    """A page shows the topic that was asked for as it came."""
    return showing_a_page(agency, lambda topic: PAGE.replace("</body>", f"<p>{topic}</p></body>"))


@fault(breaks=[REFLECTED])
def topics_escaped_by_half(agency: Agency) -> Agency:
    """A page writes quotation marks of the topic as they must be, and leaves the sign `<`."""

    def page(topic: str) -> str:
        shown = topic.replace('"', "&quot;").replace("'", "&#39;")
        return PAGE.replace("</body>", f"<p>{shown}</p></body>")

    return showing_a_page(agency, page)


@fault(breaks=[FORMS], also=[OTHER_TYPES])
def text_taken_for_json(agency: Agency) -> Agency:
    """People have a session in a cookie, and what is sent as plain text is read as JSON."""
    return agency.with_(identities="login").reading(
        _read_as_json(lambda told: told.startswith("text/plain"))
    )


@fault(breaks=[FORMS])
def anything_without_a_type_taken_for_json(agency: Agency) -> Agency:
    """People have a session in a cookie, and what is sent without a type is read as JSON."""
    return agency.with_(identities="login").reading(_read_as_json(lambda told: not told))


@fault(breaks=[CACHES])
def files_kept_for_everybody(agency: Agency) -> Agency:
    """What looks like a file is served by what stands before it, and kept for everybody."""
    return _caching(agency, lambda call: _FILE.fullmatch(call.path))


@fault(breaks=[CACHES])
def parameters_of_paths_kept_as_files(agency: Agency) -> Agency:
    """A parameter of a path that ends like a file is dropped by one server, kept by the other."""
    return _caching(agency, lambda call: _FILE.fullmatch(call.path) if ";" in call.path else None)


def _read_as_json(meant: Callable[[str], bool]) -> Callable[[Call], Call]:
    def read(call: Call) -> Call:
        if not call.body or not meant(call.first("content-type") or ""):
            return call
        kept = tuple(pair for pair in call.headers if pair[0] != "content-type")
        return replace(call, headers=(*kept, ("content-type", "application/json")))

    return read


def _caching(agency: Agency, meant: Callable[[Call], re.Match[str] | None]) -> Agency:
    """Return an agency behind a cache that keeps whatever looks like a file."""
    kept: dict[str, Answer] = {}

    def gateway(call: Call) -> Call:
        found = meant(call)
        if found is None:
            return call
        return replace(call, path=found[1], headers=(*call.headers, ("x-file", call.path)))

    def keep(call: Call, made: Answer) -> Answer:
        file = call.first("x-file")
        if file is not None and made.status < 300:
            kept[file] = made
        return made

    return (
        agency.with_(gateway=gateway)
        .intercepting(lambda call: kept.get(call.first("x-file") or ""))
        .bending_answers(keep)
    )
