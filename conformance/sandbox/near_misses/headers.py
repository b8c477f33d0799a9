"""Header fields written in other legal ways."""

from __future__ import annotations

from collections.abc import Callable

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import LIST, sharing_open_data, when_asked
from conformance.sandbox.messages import Answer, Call, Headers
from conformance.sandbox.partners import public
from conformance.sandbox.variations import near_miss

SNIFFING = "headers.sniffing.sniffing_is_refused"
TRUE_TYPE = "headers.media.content_type_is_true"
LONG = "headers.transport.hsts_is_long_enough"
SINGLE = "headers.transport.hsts_is_single"
CORS = "headers.cors.origins_are_not_reflected"
BANNERS = "headers.banners.no_version_is_told"
TYPE = "contract.answers.type_is_documented"
UTF8 = "formats.text.text_is_utf8"


@near_miss(spares=[SNIFFING])
def nosniff_in_capitals(agency: Agency) -> Agency:
    """The value is compared without regard to ASCII case (Fetch, determine nosniff)."""
    return agency.with_(nosniff=("NoSniff",))


@near_miss(spares=[SNIFFING])
def nosniff_listed_twice(agency: Agency) -> Agency:
    """A proxy repeats the value; the first one counts (Fetch, determine nosniff)."""
    return agency.with_(nosniff=("nosniff, nosniff",))


@near_miss(spares=[SNIFFING])
def nosniff_in_two_fields(agency: Agency) -> Agency:
    """Program and proxy both add the field; lines of one name are one list (RFC 9110, 5.3)."""
    return agency.with_(nosniff=("nosniff", "nosniff"))


@near_miss(spares=[TRUE_TYPE, TYPE, UTF8])
def json_with_charset(agency: Agency) -> Agency:
    """JSON has a charset parameter, which has no meaning and does no harm (RFC 8259, 11)."""
    return agency.with_(json_media_type='application/json; charset="UTF-8"')


@near_miss(spares=[TRUE_TYPE, TYPE])
def json_type_in_capitals(agency: Agency) -> Agency:
    """Media types are compared without regard to case (RFC 9110, 8.3.1)."""
    return agency.with_(json_media_type="Application/JSON")


@near_miss(spares=[TRUE_TYPE, TYPE])
def json_with_a_version(agency: Agency) -> Agency:
    """The media type has a parameter of its own, with white space (RFC 9110, 8.3.1)."""
    return agency.bending_answers(
        when_asked(LIST, lambda _c, made: made.with_field("Content-Type", "application/json ; v=1"))
    )


@near_miss(spares=[LONG, SINGLE], transport="https")
def hsts_quoted(agency: Agency) -> Agency:
    """The value of max-age is a quoted string (RFC 6797, 6.1)."""
    return agency.with_(hsts=('max-age="31536000"; includeSubDomains',))


@near_miss(spares=[LONG, SINGLE], transport="https")
def hsts_with_unknown_directives(agency: Agency) -> Agency:
    """Directives that nobody knows are ignored (RFC 6797, 6.1)."""
    return agency.with_(hsts=("max-age=31536000; vung=vn; preload",))


@near_miss(spares=[LONG, SINGLE], transport="https")
def hsts_in_capitals(agency: Agency) -> Agency:
    """The names of directives have no case (RFC 6797, 6.1)."""
    return agency.with_(hsts=("INCLUDESUBDOMAINS; MAX-AGE=63072000",))


@near_miss(spares=[LONG, SINGLE], transport="https")
def hsts_without_subdomains(agency: Agency) -> Agency:
    """Only max-age is required, and a year is exactly enough (RFC 6797, 6.1.1 and 6.1.2)."""
    return agency.with_(hsts=("max-age=31536000",))


@near_miss(spares=[LONG, SINGLE], transport="https")
def hsts_with_loose_semicolons(agency: Agency) -> Agency:
    """Empty directives and white space are in the grammar (RFC 6797, 6.1)."""
    return agency.with_(hsts=("; max-age = 31536000 ;; includeSubDomains ;",))


@near_miss(spares=[CORS])
def answers_for_every_origin(agency: Agency) -> Agency:
    """Any origin may read without credentials, as suits public data (Fetch, CORS protocol)."""
    return sharing_open_data(agency)


@near_miss(spares=[CORS])
def origins_reflected_without_credentials(agency: Agency) -> Agency:
    """Reflection without credentials says no more than `*` (Fetch, CORS protocol)."""
    return _shared(
        agency, lambda origin: (("Access-Control-Allow-Origin", origin), ("Vary", "Origin"))
    )


@near_miss(spares=[CORS])
def credentials_in_capitals(agency: Agency) -> Agency:
    """Only the exact value `true` lets credentials through; browsers refuse `True` (Fetch)."""
    return _shared(
        agency,
        lambda origin: (
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Allow-Credentials", "True"),
            ("Vary", "Origin"),
        ),
    )


@near_miss(spares=[CORS])
def one_partner_trusted(agency: Agency) -> Agency:
    """Whoever asks, only one named partner may read with credentials (Fetch, CORS protocol)."""
    return agency.with_(
        cors=lambda _origin, _host: (
            ("Access-Control-Allow-Origin", "https://doi-tac.example"),
            ("Access-Control-Allow-Credentials", "true"),
            ("Vary", "Origin"),
        )
    )


@near_miss(spares=[BANNERS])
def server_named(agency: Agency) -> Agency:
    """Server names a product and no version (RFC 9110, 10.2.4)."""
    return agency.with_(banners=(("Server", "nginx"), ("X-Powered-By", "Express")))


@near_miss(spares=[BANNERS])
def requests_traced(agency: Agency) -> Agency:
    """Trace ids and a gateway's latency have digits and tell no version."""
    return agency.with_(
        banners=(
            ("X-Kong-Request-Id", "7f3c1d9a2b4e"),
            ("X-B3-TraceId", "463ac35c9f6413ad48485a3953bb6124"),
            ("X-Kong-Upstream-Latency", "12"),
        )
    )


@near_miss(spares=[BANNERS])
def api_version_named(agency: Agency) -> Agency:
    """The version of the interface is told, which callers need; it is no product's."""
    return agency.with_(banners=(("API-Version", "1.2.3"),))


@near_miss(spares=[BANNERS])
def gateway_named(agency: Agency) -> Agency:
    """Via names the version of the protocol, not of a product (RFC 9110, 7.6.3)."""
    return agency.with_(banners=(("Via", "1.1 cong-ket-noi"),))


@near_miss(spares=[SNIFFING, CORS])
def further_fields(agency: Agency) -> Agency:
    """Fields that no contract names may be added (RFC 9110, 5.1)."""

    def bend(_call: Call, made: Answer) -> Answer:
        return made.plus(("Referrer-Policy", "no-referrer"), ("X-Frame-Options", "DENY"))

    return agency.bending_answers(bend)


def _shared(agency: Agency, fields: Callable[[str], Headers]) -> Agency:
    """Return an agency that shares what is public with the origins that ask for it."""

    def bend(call: Call, made: Answer) -> Answer:
        origin = call.first("origin")
        return made.plus(*fields(origin)) if origin and public(call) else made

    return agency.bending_answers(bend)
