"""The attributes with which cookies are set."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from conformance.check import law, require
from conformance.evidence import Exchange
from conformance.formats.cookies import Cookie, parse
from conformance.text import Text
from conformance.verdict import NotApplicable

# Set by front servers to find their way back, never by the application; they carry no session.
OF_FRONT_SERVERS = (
    "AWSALB*",
    "AWSELB*",
    "ARRAffinity*",
    "BIGip*",
    "TS01*",
    "__cf_bm",
    "_cfuvid",
    "ak_bmsc",
    "bm_s?",
    "citrix_ns_id*",
    "GCLB",
    "incap_ses_*",
    "NSC_*",
    "visid_incap_*",
)
_SESSION = re.compile(r"(?i)sess|token|auth|jsessionid|asp\.net_sessionid|phien")
# Scripts have to read these, to send them back in a header field.
_FOR_SCRIPTS = re.compile(r"(?i)[xc]srf")


@law(catalogue="SEC-012", per="target", on="all", hostile=True)
def cookies_need_tls(
    answer: Exchange, *, front_servers: tuple[str, ...] = OF_FRONT_SERVERS
) -> None:
    """A cookie that is set over HTTPS is never sent without encryption.

    Each Set-Cookie field is one cookie and has the attribute Secure (RFC 6265, section 4.1.2.5;
    ASVS 5.0, 3.3.1). Cookies of load balancers and firewalls, and those that are only removed,
    are not looked at.
    """
    if not answer.request.url.startswith("https:"):
        raise NotApplicable(Text(vi="không qua HTTPS", en="not over HTTPS"))
    for cookie in _set(answer, front_servers):
        require(
            cookie.has("Secure"),
            expected=Text(vi="cookie có thuộc tính Secure", en="cookies with the attribute Secure"),
            observed=_said(cookie),
        )


@law(catalogue="SEC-012", per="target", on="all", hostile=True)
def cookies_keep_what_they_promise(
    answer: Exchange, *, front_servers: tuple[str, ...] = OF_FRONT_SERVERS
) -> None:
    """No cookie contradicts itself, for browsers drop one that does.

    `SameSite=None` needs Secure; a name that begins with `__Secure-` needs Secure; `__Host-`
    needs Secure, the path `/` and no Domain (RFC 6265bis, section 4.1.3; ASVS 5.0, 3.3.1, 3.3.2).
    """
    for cookie in _set(answer, front_servers):
        prefix = cookie.name.lower()
        bound = prefix.startswith("__host-")
        needs = bound or prefix.startswith("__secure-") or cookie.value_of("SameSite") == "none"
        require(
            cookie.has("Secure") or not needs,
            expected=Text(
                vi="SameSite=None, __Secure- và __Host- đi cùng Secure",
                en="Secure beside SameSite=None, __Secure- and __Host-",
            ),
            observed=_said(cookie),
        )
        here = cookie.value_of("Path") == "/" and not cookie.value_of("Domain")
        require(
            here or not bound,
            expected=Text(
                vi="cookie __Host- có Path=/ và không có Domain",
                en="a __Host- cookie with Path=/ and no Domain",
            ),
            observed=_said(cookie),
        )


@law(catalogue="SEC-012", per="target", on="all", hostile=True)
def session_cookies_are_kept_from_scripts(
    answer: Exchange,
    *,
    sessions: tuple[str, ...] = (),
    front_servers: tuple[str, ...] = OF_FRONT_SERVERS,
) -> None:
    """A cookie that stands for a session cannot be read by scripts.

    It has the attribute HttpOnly (RFC 6265, section 4.1.2.6; ASVS 5.0, 3.3.4). A session cookie
    is one that the parameter `sessions` names, or whose name speaks of a session, a token or an
    authentication; a token against forged requests is meant for scripts and is left alone.
    """
    named = [c for c in _set(answer, front_servers) if _is_session(c.name, sessions)]
    if not named:
        raise NotApplicable(Text(vi="không đặt cookie phiên", en="no session cookie is set"))
    for cookie in named:
        require(
            cookie.has("HttpOnly"),
            expected=Text(
                vi="cookie phiên có thuộc tính HttpOnly",
                en="session cookies with the attribute HttpOnly",
            ),
            observed=_said(cookie),
        )


def _set(answer: Exchange, front_servers: tuple[str, ...]) -> list[Cookie]:
    """Return the cookies that an answer sets for later requests."""
    read = [parse(value) for value in answer.header_all("Set-Cookie")]
    found = [
        cookie
        for cookie in read
        if cookie is not None
        and not cookie.is_deleted(answer.at)
        and not any(fnmatchcase(cookie.name, pattern) for pattern in front_servers)
    ]
    if not found:
        raise NotApplicable(Text(vi="không đặt cookie nào", en="no cookie is set"))
    return found


def _is_session(name: str, sessions: tuple[str, ...]) -> bool:
    if any(fnmatchcase(name, pattern) for pattern in sessions):
        return True
    return bool(_SESSION.search(name)) and not _FOR_SCRIPTS.search(name)


def _said(cookie: Cookie) -> str:
    """Return a cookie without its value, which may be a secret."""
    attributes = (f"{name}={value}" if value else name for name, value in cookie.attributes.items())
    return "; ".join((f"{cookie.name}=…", *attributes))
