"""Paths that lead in circles, in the clear, or to something else."""

from __future__ import annotations

from conformance.sandbox import bending, leading
from conformance.sandbox.agency import Agency
from conformance.sandbox.variations import fault

LEAD = "http.routing.redirections_lead_on"
SLASH = "http.routing.trailing_slash_is_no_other_resource"
OPTIONS = "http.routing.options_name_what_works"


@fault(breaks=[LEAD])
def map_leads_in_a_circle(agency: Agency) -> Agency:
    """Who asks for the map of the counters is led to where he is."""
    return leading.led(agency, bending.MAP, "locations")


@fault(breaks=[LEAD])
def map_leads_nowhere(agency: Agency) -> Agency:
    """Who asks for the map of the counters is led elsewhere, and is not told where."""
    return leading.led(agency, bending.MAP, None)


@fault(breaks=[LEAD])
def withdrawal_loses_what_was_sent(agency: Agency) -> Agency:
    """Who withdraws a dossier is led to the path with a slash by 302, at which clients send GET."""
    return leading.led(agency, "withdrawDossier", "withdrawal/")


@fault(breaks=[LEAD], transport="https")
def map_leads_out_of_tls(agency: Agency) -> Agency:
    """Behind a proxy that ends TLS the map is led to http."""
    return leading.led(agency, bending.MAP, "http://localhost/agencies/locations/", 301)


@fault(breaks=[SLASH])
def slash_breaks(agency: Agency) -> Agency:
    """A slash behind the path of the procedures ends in an internal error."""
    return agency.intercepting(
        bending.serving("/procedures/", "application/problem+json", bending.ERROR, 500)
    )


@fault(breaks=[SLASH])
def slash_shows_a_page(agency: Agency) -> Agency:
    """A slash behind the path of the procedures shows the page for people."""
    return agency.intercepting(bending.serving("/procedures/", "text/html", leading.PAGE))


@fault(breaks=[OPTIONS])
def options_forget_reading(agency: Agency) -> Agency:
    """OPTIONS names writing methods only."""
    return agency.intercepting(leading.told_of_methods(200, "POST, OPTIONS"))


@fault(breaks=[OPTIONS])
def options_break(agency: Agency) -> Agency:
    """OPTIONS ends in an internal error."""
    return agency.intercepting(leading.told_of_methods(500))


@fault(breaks=[OPTIONS])
def options_refused_and_offered(agency: Agency) -> Agency:
    """OPTIONS is refused as not allowed, and named among what is allowed."""
    return agency.intercepting(leading.told_of_methods(405, "GET, HEAD, OPTIONS"))
