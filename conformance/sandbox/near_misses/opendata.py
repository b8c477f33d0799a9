"""Open data that are shared and kept in other legal ways."""

from __future__ import annotations

from itertools import count

from conformance.sandbox import bending
from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import MAP
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import OPEN_DATA, near_miss

READ = "opendata.reading.any_origin_may_read"
KEPT = "opendata.reading.caches_may_keep_it"


@near_miss(spares=[READ, KEPT], layer=OPEN_DATA)
def open_data_shared_with_all(agency: Agency) -> Agency:
    """Open data are shared with every origin, and nothing else is (Fetch, CORS protocol)."""
    return bending.sharing_open_data(agency)


@near_miss(spares=[READ, KEPT], layer=OPEN_DATA)
def origin_repeated_and_validated_each_time(agency: Agency) -> Agency:
    """The origin is repeated, and a copy is kept but compared each time (RFC 9111, 5.2.2.4)."""

    def shared(origin: str, _host: str) -> tuple[tuple[str, str], ...]:
        return (("Access-Control-Allow-Origin", origin), ("Vary", "Origin"))

    return agency.with_(cors=shared, public_cache=("no-cache", "max-age=0"))


@near_miss(spares=[KEPT], layer=OPEN_DATA)
def life_without_a_version(agency: Agency) -> Agency:
    """Public answers have no version but a life (RFC 9111, 4.2.1)."""

    def bend(_call: Call, made: Answer) -> Answer:
        return made.without("ETag")

    return bending.sharing_open_data(agency).bending_answers(bend)


@near_miss(spares=[KEPT], layer=OPEN_DATA)
def one_field_for_private_caches(agency: Agency) -> Agency:
    """`private` names one field, and `Vary` another: the rest may be kept (RFC 9111, 5.2.2.7)."""

    def bend(_call: Call, made: Answer) -> Answer:
        kept = 'public, max-age=300, private="X-Trace, Set-Cookie"'
        return made.with_field("Cache-Control", kept).with_field("Vary", "Accept-Encoding")

    return bending.sharing_open_data(agency).bending_answers(bending.when_asked(MAP, bend))


@near_miss(spares=[KEPT], layer=OPEN_DATA)
def version_alone_and_weak(agency: Agency) -> Agency:
    """The map has a weak ETag and nothing else, now weak and now strong (RFC 9110, 8.8.3.2)."""
    asked = count()

    def bend(_call: Call, made: Answer) -> Answer:
        tag = dict(made.headers).get("ETag", '"1"').removeprefix("W/")
        weak = "W/" if next(asked) % 2 else ""
        return made.with_field("ETag", weak + tag).without("Cache-Control")

    return bending.sharing_open_data(agency).bending_answers(bending.when_asked(MAP, bend))
