"""Pages that strangers may frame, load or run scripts in, and what they load themselves."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.leading import PAGE, showing_a_page
from conformance.sandbox.variations import fault

FRAMING = "headers.framing.foreign_pages_cannot_frame"
EMBEDDING = "headers.embedding.foreign_pages_cannot_embed"
SCRIPTS = "headers.pages.pages_run_trusted_scripts_only"
THIRD = "privacy.references.pages_load_nothing_from_third_parties"
CSP = "Content-Security-Policy"
_STRICT = "default-src 'none'; base-uri 'none'"


@fault(breaks=[FRAMING])
def frames_of_anybody(agency: Agency) -> Agency:
    """No field says who may frame an answer."""
    return agency.with_(policies=())


@fault(breaks=[FRAMING])
def frames_left_to_the_default(agency: Agency) -> Agency:
    """The policy has a default, which does not hold for frames."""
    return agency.with_(policies=(_STRICT,))


@fault(breaks=[FRAMING])
def frames_of_any_https_page(agency: Agency) -> Agency:
    """The policy lets every page over https frame; the older field beside it is not read then."""
    return agency.with_(
        policies=("default-src 'none'; base-uri 'none'; frame-ancestors https:",),
        banners=(("X-Frame-Options", "DENY"),),
    )


@fault(breaks=[FRAMING])
def frames_allowed_in_forgotten_words(agency: Agency) -> Agency:
    """X-Frame-Options has ALLOW-FROM, which no browser knows any more."""
    told = (("X-Frame-Options", "ALLOW-FROM https://doi-tac.example"),)
    return agency.with_(policies=(_STRICT,), banners=told)


@fault(breaks=[EMBEDDING])
def embedding_not_spoken_of(agency: Agency) -> Agency:
    """A session in a cookie opens dossiers, and nothing says who may load them."""
    return agency.with_(identities="login", embedding=())


@fault(breaks=[EMBEDDING])
def embedding_open_to_everybody(agency: Agency) -> Agency:
    """A session in a cookie opens dossiers, which pages of every site may load."""
    return agency.with_(identities="login", embedding=("cross-origin",))


@fault(breaks=[EMBEDDING])
def embedding_refused_twice(agency: Agency) -> Agency:
    """The field stands there twice; browsers read one value, which they do not know."""
    return agency.with_(identities="login", embedding=("same-origin", "same-origin"))


@fault(breaks=[SCRIPTS])
def scripts_of_anybody(agency: Agency) -> Agency:
    """A page has no policy, so any script that gets into it runs."""
    return showing_a_page(agency, PAGE).with_(policies=(), banners=(("X-Frame-Options", "DENY"),))


@fault(breaks=[SCRIPTS])
def scripts_written_into_the_page(agency: Agency) -> Agency:
    """The policy of a page lets every script run that is written into it."""
    policy = "default-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'"
    return showing_a_page(agency, PAGE, (CSP, f"{policy}; frame-ancestors 'none'"))


@fault(breaks=[SCRIPTS])
def scripts_of_any_https_host(agency: Agency) -> Agency:
    """The policy of a page lets scripts come from any host over https."""
    policy = "default-src 'none'; script-src 'self' https:; base-uri 'none'"
    return showing_a_page(agency, PAGE, (CSP, f"{policy}; frame-ancestors 'none'"))


@fault(breaks=[SCRIPTS])
def scripts_only_reported(agency: Agency) -> Agency:
    """The strict policy of a page is only reported; the one that is enforced is about frames."""
    told = (("Content-Security-Policy-Report-Only", f"{_STRICT}; frame-ancestors 'none'"),)
    return showing_a_page(agency, PAGE, *told, (CSP, "frame-ancestors 'none'"))


@fault(breaks=[SCRIPTS])
def base_of_a_page_left_open(agency: Agency) -> Agency:
    """Scripts need a number, and nothing keeps `<base>` from leading relative ones elsewhere."""
    policy = "script-src 'nonce-4f1c'; object-src 'none'; frame-ancestors 'none'"
    return showing_a_page(agency, PAGE, (CSP, policy))


@fault(breaks=[THIRD])
def visits_counted_elsewhere(agency: Agency) -> Agency:
    """A page loads a script that counts its visitors, from a company's server."""
    script = '<script async src="https://thong-ke.example/dem.js"></script>'
    return showing_a_page(agency, PAGE.replace("</body>", f"{script}</body>"))


@fault(breaks=[THIRD])
def letters_fetched_elsewhere(agency: Agency) -> Agency:
    """A page has its letters from a company's server, whose address has no scheme."""
    link = (
        '<link rel="preconnect" href="/"><link rel="StyleSheet" href="//phong-chu.example/a.css">'
    )
    return showing_a_page(agency, PAGE.replace("</head>", f"{link}</head>"))


@fault(breaks=[THIRD])
def picture_counted_in_a_set(agency: Agency) -> Agency:
    """Of the pictures of a page the one for wide screens lies on a company's server."""
    image = '<img alt="" src="/logo.png" srcset="/logo.png 1x, https://anh.example/logo.png 2x">'
    return showing_a_page(agency, PAGE.replace("</body>", f"{image}</body>"))
