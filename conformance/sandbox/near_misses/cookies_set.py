"""Cookies that lack an attribute and need none."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.variations import near_miss

TLS = "cookies.attributes.cookies_need_tls"
PROMISES = "cookies.attributes.cookies_keep_what_they_promise"
HIDDEN = "cookies.attributes.session_cookies_are_kept_from_scripts"


@near_miss(spares=[TLS, HIDDEN], transport="https")
def cookie_of_a_load_balancer(agency: Agency) -> Agency:
    """A load balancer marks the way back; its cookie carries no session and has no flags."""
    return _setting(agency, "AWSALBAUTH-0=_remove_; Path=/; Expires=Fri, 31 Dec 2094 23:59:59 GMT")


@near_miss(spares=[TLS, HIDDEN, PROMISES], transport="https")
def cookies_being_removed(agency: Agency) -> Agency:
    """Cookies that are only removed keep nothing that could be read (RFC 6265, 3.1)."""
    return _setting(
        agency,
        "SESSIONID=; Max-Age=0; Path=/",
        "token=; Expires=Thu, 01-Jan-1970 00:00:00 GMT; Path=/",
    )


@near_miss(spares=[HIDDEN, TLS], transport="https")
def token_against_forgery_for_scripts(agency: Agency) -> Agency:
    """A token against forged requests has to be read by scripts, which send it back."""
    return _setting(agency, "XSRF-TOKEN=a0b1c2d3e4f5; Path=/; Secure; SameSite=Strict")


@near_miss(spares=[TLS, HIDDEN, PROMISES], transport="https")
def cookie_flags_in_any_case(agency: Agency) -> Agency:
    """Names of attributes have no case, and blanks around them mean nothing (RFC 6265, 5.2)."""
    return _setting(agency, "__Host-SESSIONID=a0b1c2d3e4f5 ;PATH=/;SECURE ; httpOnly;SameSite=none")


def _setting(agency: Agency, *cookies: str) -> Agency:
    return agency.with_(banners=tuple(("Set-Cookie", cookie) for cookie in cookies))
