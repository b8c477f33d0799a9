"""Paths that lead elsewhere, and answers to OPTIONS, in other legal ways."""

from __future__ import annotations

from conformance.sandbox import leading
from conformance.sandbox.agency import Agency
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import near_miss

LEAD = "http.routing.redirections_lead_on"
SLASH = "http.routing.trailing_slash_is_no_other_resource"
OPTIONS = "http.routing.options_name_what_works"


@near_miss(spares=[LEAD])
def health_leads_to_a_slash(agency: Agency) -> Agency:
    """Who asks how the system is gets led to the same path with a slash (RFC 9110, 15.4.2)."""
    return leading.monitored_elsewhere(agency, "health/")


@near_miss(spares=[LEAD], transport="https")
def health_on_another_host(agency: Agency) -> Agency:
    """How the system is, another host tells, which speaks http only (RFC 9110, 15.4.3)."""
    return leading.monitored_elsewhere(agency, "http://giam-sat.example/health")


@near_miss(spares=[SLASH])
def slash_is_led_back(agency: Agency) -> Agency:
    """A slash behind the path is led to the path without one (RFC 9110, 15.4.9)."""

    def hook(call: Call) -> Answer | None:
        led = call.path == "/procedures/" and call.method == "GET"
        return Answer(308, (("Location", "../procedures"),)) if led else None

    return agency.intercepting(hook)


@near_miss(spares=[SLASH])
def slash_is_overlooked(agency: Agency) -> Agency:
    """A slash behind a path changes nothing (RFC 3986, 6.2.3)."""

    def without_slash(call: Call) -> Call:
        return leading.moved(call, call.path.rstrip("/") or "/")

    return agency.with_(gateway=without_slash)


@near_miss(spares=[OPTIONS])
def options_for_pages_only(agency: Agency) -> Agency:
    """OPTIONS is answered for pages of other origins, and names no methods (RFC 9110, 9.3.7)."""
    return agency.intercepting(leading.told_of_methods(204))


@near_miss(spares=[OPTIONS])
def options_told_in_two_fields(agency: Agency) -> Agency:
    """What is allowed stands in two fields, and is more than is told elsewhere (RFC 9110, 5.3)."""
    return agency.intercepting(leading.told_of_methods(200, "OPTIONS,HEAD", "GET"))


@near_miss(spares=[OPTIONS])
def options_without_an_origin_refused(agency: Agency) -> Agency:
    """What looks after other origins refuses OPTIONS without an Origin: 400 (Fetch, 4.8)."""
    return agency.intercepting(leading.told_of_methods(400))
