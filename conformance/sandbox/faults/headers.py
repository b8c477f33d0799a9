"""Header fields that are missing, wrong, or say too much."""

from __future__ import annotations

import re

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import LIST, when_asked, when_unknown_path
from conformance.sandbox.leading import PAGE
from conformance.sandbox.messages import Headers
from conformance.sandbox.variations import fault

SNIFFING = "headers.sniffing.sniffing_is_refused"
TRUE_TYPE = "headers.media.content_type_is_true"
LONG = "headers.transport.hsts_is_long_enough"
SINGLE = "headers.transport.hsts_is_single"
CORS = "headers.cors.origins_are_not_reflected"
PERSONAL = "headers.cors.personal_data_are_not_for_every_origin"
BANNERS = "headers.banners.no_version_is_told"
PROBLEM_DETAILS = "http.errors.problem_details"
STRICT = "formats.json.json_is_strict"
DOCUMENTED_TYPE = "contract.answers.type_is_documented"


@fault(breaks=[SNIFFING])
def nosniff_missing(agency: Agency) -> Agency:
    """Nothing tells a browser not to guess the media type."""
    return agency.with_(nosniff=())


@fault(breaks=[SNIFFING])
def nosniff_misspelt(agency: Agency) -> Agency:
    """X-Content-Type-Options has a value that no browser knows."""
    return agency.with_(nosniff=("no-sniff",))


@fault(breaks=[SNIFFING])
def nosniff_not_first(agency: Agency) -> Agency:
    """Another value stands before nosniff; browsers look at the first one only."""
    return agency.with_(nosniff=("none, nosniff",))


@fault(breaks=[TRUE_TYPE, DOCUMENTED_TYPE])
def json_told_as_page(agency: Agency) -> Agency:
    """The list of procedures is JSON and is labelled as HTML."""
    return agency.bending_answers(
        when_asked(LIST, lambda _c, made: made.with_field("Content-Type", "text/html"))
    )


@fault(breaks=[TRUE_TYPE, PROBLEM_DETAILS], also=[STRICT])
def page_told_as_json(agency: Agency) -> Agency:
    """An unknown path is answered with a page that is labelled as a problem document."""
    return agency.bending_answers(
        when_unknown_path(lambda _call, made: made.with_body(PAGE.encode()))
    )


@fault(breaks=[TRUE_TYPE, PROBLEM_DETAILS])
def media_type_missing(agency: Agency) -> Agency:
    """The problem document of an unknown path has no Content-Type."""
    return agency.bending_answers(
        when_unknown_path(lambda _call, made: made.without("Content-Type"))
    )


@fault(breaks=[LONG], transport="https")
def hsts_missing(agency: Agency) -> Agency:
    """Nothing tells a browser to insist on TLS."""
    return agency.with_(hsts=())


@fault(breaks=[LONG], transport="https")
def hsts_for_a_day(agency: Agency) -> Agency:
    """Browsers insist on TLS for one day only."""
    return agency.with_(hsts=("max-age=86400; includeSubDomains",))


@fault(breaks=[LONG], transport="https")
def hsts_revoked(agency: Agency) -> Agency:
    """The max-age of zero tells browsers to forget about TLS."""
    return agency.with_(hsts=("max-age=0",))


@fault(breaks=[SINGLE], transport="https")
def hsts_twice(agency: Agency) -> Agency:
    """Program and proxy both add Strict-Transport-Security."""
    return agency.with_(hsts=("max-age=63072000", "max-age=31536000; includeSubDomains"))


@fault(breaks=[LONG, SINGLE], transport="https")
def hsts_twice_the_short_one_first(agency: Agency) -> Agency:
    """Of two Strict-Transport-Security fields the first, which counts, is too short."""
    return agency.with_(hsts=("max-age=300", "max-age=63072000; includeSubDomains"))


@fault(breaks=[SINGLE], transport="https")
def hsts_directive_repeated(agency: Agency) -> Agency:
    """One Strict-Transport-Security field has two max-age directives."""
    return agency.with_(hsts=("max-age=63072000; max-age=31536000",))


@fault(breaks=[LONG, SINGLE], transport="https")
def hsts_without_max_age(agency: Agency) -> Agency:
    """Strict-Transport-Security lacks the one directive that it must have."""
    return agency.with_(hsts=("includeSubDomains",))


@fault(breaks=[CORS], also=[PERSONAL])
def origins_reflected(agency: Agency) -> Agency:
    """Every origin may read answers with the credentials of the user."""
    return agency.with_(cors=lambda origin, _host: _shared_with(origin))


@fault(breaks=[CORS])
def null_origin_trusted(agency: Agency) -> Agency:
    """The origin `null`, which any sandboxed page has, may read with credentials."""
    return agency.with_(cors=lambda origin, _host: _shared_with(origin) if origin == "null" else ())


@fault(breaks=[CORS])
def origins_trusted_by_their_beginning(agency: Agency) -> Agency:
    """Any origin that begins like the agency's own is trusted."""
    return agency.with_(
        cors=lambda origin, host: (
            _shared_with(origin) if origin.startswith(f"https://{_name_of(host)}") else ()
        )
    )


@fault(breaks=[CORS])
def origins_trusted_by_their_end(agency: Agency) -> Agency:
    """Any origin that ends like the agency's own is trusted."""
    return agency.with_(
        cors=lambda origin, host: _shared_with(origin) if origin.endswith(_name_of(host)) else ()
    )


@fault(breaks=[BANNERS])
def server_version_told(agency: Agency) -> Agency:
    """Server names the product and its version."""
    return agency.with_(banners=(("Server", "nginx/1.25.3"),))


@fault(breaks=[BANNERS])
def language_version_told(agency: Agency) -> Agency:
    """X-Powered-By names the language and its version."""
    return agency.with_(banners=(("X-Powered-By", "PHP/8.2.1"),))


@fault(breaks=[BANNERS])
def framework_version_told(agency: Agency) -> Agency:
    """X-AspNet-Version names the version of the framework."""
    return agency.with_(banners=(("X-AspNet-Version", "4.0.30319"),))


def _shared_with(origin: str) -> Headers:
    return (
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Allow-Credentials", "true"),
        ("Vary", "Origin"),
    )


def _name_of(host: str) -> str:
    return re.sub(r":[0-9]+$", "", host)
