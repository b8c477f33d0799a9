"""Pages that are kept from strangers in other legal ways."""

from __future__ import annotations

from conformance.sandbox.agency import PROBLEM, Agency
from conformance.sandbox.leading import PAGE, showing_a_page
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import near_miss

FRAMING = "headers.framing.foreign_pages_cannot_frame"
EMBEDDING = "headers.embedding.foreign_pages_cannot_embed"
SCRIPTS = "headers.pages.pages_run_trusted_scripts_only"
THIRD = "privacy.references.pages_load_nothing_from_third_parties"
CSP = "Content-Security-Policy"
_FRAMES = "frame-ancestors 'none'"


@near_miss(spares=[FRAMING])
def frames_refused_in_the_older_field(agency: Agency) -> Agency:
    """Only X-Frame-Options is there, in small letters (HTML, the X-Frame-Options header)."""
    return agency.with_(policies=(), banners=(("X-Frame-Options", "sameorigin"),))


@near_miss(spares=[FRAMING])
def frames_refused_twice(agency: Agency) -> Agency:
    """Program and proxy both add X-Frame-Options with the same value (HTML, the same)."""
    told = (("X-Frame-Options", "DENY"), ("X-Frame-Options", "DENY"))
    return agency.with_(policies=(), banners=told)


@near_miss(spares=[FRAMING])
def frames_of_one_partner(agency: Agency) -> Agency:
    """One partner's portal may frame; of two policies both are enforced (CSP3, 4.2 and 6.4.2)."""
    wide, narrow = "default-src 'self'", "FRAME-ANCESTORS https://doi-tac.example 'self'"
    return agency.with_(policies=(f"{wide}, {narrow}",))


@near_miss(spares=[EMBEDDING])
def embedding_by_the_same_site(agency: Agency) -> Agency:
    """Pages of the same site may load what the session opens (Fetch, CORP check)."""
    return agency.with_(identities="login", embedding=("same-site",))


@near_miss(spares=[EMBEDDING])
def embedding_refused_at_the_door(agency: Agency) -> Agency:
    """What a foreign page would load is refused, as its browser says so (Fetch Metadata)."""

    def refuse(call: Call) -> Answer | None:
        foreign = call.first("sec-fetch-site") == "cross-site"
        if not foreign or call.operation is None or not call.operation.secured:
            return None
        return Answer(403, (("Content-Type", PROBLEM),), b'{"title": "Forbidden", "status": 403}')

    return agency.with_(identities="login", embedding=()).intercepting(refuse)


@near_miss(spares=[EMBEDDING])
def embedding_of_what_needs_a_token(agency: Agency) -> Agency:
    """No image sends an access token, so nothing has to keep foreign pages from it (Fetch)."""
    return agency.with_(embedding=())


@near_miss(spares=[SCRIPTS])
def scripts_with_a_number(agency: Agency) -> Agency:
    """A number cancels 'unsafe-inline', 'strict-dynamic' the hosts (CSP3, 6.7.3.2 and 8.2)."""
    scripts = "script-src https: 'unsafe-inline' 'nonce-r4nd0m' 'strict-dynamic'"
    policy = f"{scripts}; object-src 'none'; base-uri 'none'; {_FRAMES}"
    return showing_a_page(agency, PAGE, (CSP, policy))


@near_miss(spares=[SCRIPTS])
def scripts_ruled_in_the_page(agency: Agency) -> Agency:
    """The policy stands in the page, but for frames, which only a field can rule (CSP3, 3.3)."""
    said = "default-src 'self'; object-src 'none'; base-uri 'self'"
    meta = f'<meta http-equiv="content-security-policy" content="{said}">'
    page = PAGE.replace('<meta charset="utf-8">', f'<meta charset="utf-8">{meta}')
    return showing_a_page(agency, page, (CSP, _FRAMES))


@near_miss(spares=[SCRIPTS])
def scripts_kept_in_a_sandbox(agency: Agency) -> Agency:
    """A sandboxed page runs no script, whatever its sources are (CSP3, 6.3.2)."""
    return showing_a_page(agency, PAGE, (CSP, f"sandbox allow-forms; {_FRAMES}"))


@near_miss(spares=[SCRIPTS])
def first_directive_strict(agency: Agency) -> Agency:
    """Of a directive that is repeated only the first counts (CSP3, 2.2.1)."""
    policy = f"default-src 'none'; default-src *; base-uri 'none'; {_FRAMES}"
    return showing_a_page(agency, PAGE, (CSP, policy))


@near_miss(spares=[THIRD, SCRIPTS])
def links_for_people(agency: Agency) -> Agency:
    """A page links to other sites; nothing is loaded from there until somebody follows."""
    links = (
        '<link rel="license" href="https://giay-phep.example/">'
        '<a href="https://bao-chi.example/bai-viet">Báo</a>'
        '<form action="https://tim-kiem.example/"></form><img alt="" src="/logo.png">'
        '<img alt="" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'
    )
    return showing_a_page(agency, PAGE.replace("</body>", f"{links}</body>"))


@near_miss(spares=[THIRD])
def library_bound_by_its_digest(agency: Agency) -> Agency:
    """A library lies elsewhere and is held against its digest (ASVS 5.0, 3.6.1)."""
    script = (
        '<script src="https://thu-vien.example/ui-5.1.0.js" crossorigin="anonymous"'
        ' integrity="sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC">'
        "</script>"
    )
    return showing_a_page(agency, PAGE.replace("</body>", f"{script}</body>"))


@near_miss(spares=[THIRD])
def address_shown_as_text(agency: Agency) -> Agency:
    """The address of a script stands in a comment and in a text, which nobody loads."""
    text = "<!-- <script src='https://cu.example/a.js'></script> --><p>&lt;script src=https://a.example&gt;</p>"
    return showing_a_page(agency, PAGE.replace("</body>", f"{text}</body>"))
