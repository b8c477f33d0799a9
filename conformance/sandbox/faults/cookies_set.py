"""Cookies that give away what they carry."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.variations import fault

TLS = "cookies.attributes.cookies_need_tls"
PROMISES = "cookies.attributes.cookies_keep_what_they_promise"
HIDDEN = "cookies.attributes.session_cookies_are_kept_from_scripts"


@fault(breaks=[TLS], transport="https")
def cookie_without_secure(agency: Agency) -> Agency:
    """A cookie that is set over HTTPS would be sent without encryption, too."""
    return _setting(agency, "phien=a0b1c2d3e4f5; Path=/; HttpOnly; SameSite=Lax")


@fault(breaks=[TLS], transport="https")
def second_cookie_without_secure(agency: Agency) -> Agency:
    """Only the first of two cookies is Secure; the other's end of life has a comma in it."""
    return _setting(
        agency,
        "phien=a0b1c2d3e4f5; Path=/; Secure; HttpOnly",
        "ngonngu=vi; Expires=Fri, 31 Dec 2094 23:59:59 GMT; Path=/",
    )


@fault(breaks=[PROMISES])
def cookie_for_other_sites_without_secure(agency: Agency) -> Agency:
    """A cookie for requests from other sites is not Secure, so browsers drop it."""
    return _setting(agency, "ngonngu=vi; Path=/; SameSite=None")


@fault(breaks=[PROMISES])
def host_cookie_with_a_domain(agency: Agency) -> Agency:
    """A cookie whose name binds it to one host names a domain."""
    return _setting(agency, "__Host-ngonngu=vi; Path=/; Secure; Domain=localhost")


@fault(breaks=[HIDDEN])
def session_id_for_scripts(agency: Agency) -> Agency:
    """Scripts can read the cookie that stands for the session."""
    return _setting(agency, "SESSIONID=a0b1c2d3e4f5; Path=/; Secure; SameSite=Lax")


@fault(breaks=[HIDDEN])
def second_session_cookie_for_scripts(agency: Agency) -> Agency:
    """The session is kept from scripts, the access token in a second cookie is not."""
    return _setting(
        agency,
        "SESSIONID=a0b1c2d3e4f5; Path=/; Secure; HttpOnly",
        "access_token=a0b1c2d3e4f5; Path=/; Secure; SameSite=Strict",
    )


def _setting(agency: Agency, *cookies: str) -> Agency:
    return agency.with_(banners=tuple(("Set-Cookie", cookie) for cookie in cookies))
