"""Links that cannot be read, or lead nowhere that callers can go."""

from __future__ import annotations

from conformance.sandbox import bending, leading
from conformance.sandbox.agency import Agency
from conformance.sandbox.variations import fault

READABLE = "http.linking.link_fields_are_readable"
NEXT = "http.linking.next_links_lead_on"
FIELDS = "http.linking.fields_name_public_addresses"
BODIES = "http.linking.bodies_link_to_public_addresses"


@fault(breaks=[READABLE])
def link_without_brackets(agency: Agency) -> Agency:
    """The address of the next page stands bare in the Link field."""
    return leading.linking(agency, 'procedures?page=2; rel="next"')


@fault(breaks=[READABLE])
def link_for_nothing(agency: Agency) -> Agency:
    """The Link field names the next page, and not what it is."""
    return leading.linking(agency, '<procedures?page=2>; title="trang sau"')


@fault(breaks=[NEXT])
def next_page_missing(agency: Agency) -> Agency:
    """The link to the next page has a path that is not there."""
    return leading.linking(agency, '<pages/procedures?page=2>; rel="next"')


@fault(breaks=[NEXT])
def next_page_refused(agency: Agency) -> Agency:
    """The link to the next page counts pages in a way that the server refuses."""
    return leading.linking(agency, '<procedures?page=0>; rel="next"')


@fault(breaks=[FIELDS], transport="https")
def next_page_in_the_clear(agency: Agency) -> Agency:
    """Behind a proxy that ends TLS the link to the next page says http."""
    return leading.linking(agency, '<http://localhost/procedures?page=2>; rel="next"')


@fault(breaks=[FIELDS], transport="https")
def content_located_in_the_clear(agency: Agency) -> Agency:
    """Content-Location says http where https is spoken."""
    return leading.located_at(agency, "http://localhost:8080/procedures?page=1")


@fault(breaks=[BODIES], transport="https")
def pages_linked_in_the_clear(agency: Agency) -> Agency:
    """The list names its next page with http where https is spoken."""
    return bending.with_member(agency, '"next": "http://localhost:8080/procedures?page=2"')


@fault(breaks=[BODIES], transport="https")
def entries_linked_in_the_clear(agency: Agency) -> Agency:
    """Each procedure of the list has a link with http, and the prefix of an inner gateway."""

    def linked(item: bending.Feature) -> bending.Feature:
        place = f"http://localhost/noi-bo/procedures/{item['maThuTuc']}"
        return {**item, "_links": {"self": {"href": place}}}

    return agency.bending_values(bending.each_item(linked))
