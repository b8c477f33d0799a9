"""Links that look odd and are legal."""

from __future__ import annotations

from conformance.sandbox import bending, leading
from conformance.sandbox.agency import Agency
from conformance.sandbox.variations import near_miss

READABLE = "http.linking.link_fields_are_readable"
NEXT = "http.linking.next_links_lead_on"
FIELDS = "http.linking.fields_name_public_addresses"
BODIES = "http.linking.bodies_link_to_public_addresses"


@near_miss(spares=[READABLE, NEXT])
def links_with_commas(agency: Agency) -> Agency:
    """Commas, semicolons and quotes stand in addresses and texts (RFC 8288, 3 and 3.5)."""
    links = (
        '<procedures?page=1&sort=thoiHanGiaiQuyet,lePhi;x=1>; rel="first self"; '
        'title="mot, \\"hai\\"; ba",'
        " , <procedures?page=2>;rel=next ; type=application/json;crossorigin;,"
    )
    return leading.linking(agency, links)


@near_miss(spares=[READABLE, NEXT])
def links_in_several_fields(agency: Agency) -> Agency:
    """Links stand in fields of their own; one is the `next` of another page (RFC 8288, 3.2)."""
    return leading.linking(
        agency,
        '<khong-co>; rel="next"; anchor="https://khac.example/danh-sach"',
        "</openapi.json>; REL=service-desc",
        '<procedures?page=2>; rel="NEXT http://khac.example/rels/more"',
    )


@near_miss(spares=[READABLE, NEXT, FIELDS], transport="https")
def next_page_on_another_host(agency: Agency) -> Agency:
    """The next page is on another host, which the link names in full (RFC 8288, 3.1)."""
    return leading.linking(agency, '<http://du-lieu.example/procedures?page=2>; rel="next"')


@near_miss(spares=[READABLE, FIELDS], transport="https")
def vocabulary_named_with_http(agency: Agency) -> Agency:
    """A profile is named by an address that nobody has to follow (RFC 6906, 3.1)."""
    return leading.linking(agency, '<http://localhost/tu-vung/thu-tuc>; rel="profile"')


@near_miss(spares=[BODIES], transport="https")
def addresses_that_are_data(agency: Agency) -> Agency:
    """Addresses of offices and of vocabularies are data, not links (RFC 3986, 1.1)."""
    told = (
        '"url": "http://phuong-ben-nghe.example/", "vocab": "http://localhost/procedures",'
        ' "next": "https://localhost/procedures?page=2", "href": "procedures?page=2"'
    )
    return bending.with_member(agency, told)
