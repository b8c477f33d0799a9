"""Open data that are not open."""

from __future__ import annotations

from itertools import count

from conformance.sandbox import bending
from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import LIST, MAP
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import OPEN_DATA, fault

READ = "opendata.reading.any_origin_may_read"
KEPT = "opendata.reading.caches_may_keep_it"
KNOWN = "http.conditional.known_content_is_not_sent_again"


@fault(breaks=[READ], layer=OPEN_DATA)
def open_data_for_one_page(agency: Agency) -> Agency:
    """Open data are shared with the pages of one origin."""
    field = ("Access-Control-Allow-Origin", "https://portal.example")
    return agency.with_(cors=lambda _origin, _host: (field,))


@fault(breaks=[READ], layer=OPEN_DATA)
def open_data_for_a_key(agency: Agency) -> Agency:
    """One list of several wants to know who reads it."""

    def hook(call: Call) -> Answer | None:
        known = call.asks != LIST or call.first("x-api-key")
        return None if known else Answer(401, (("WWW-Authenticate", "ApiKey"),))

    return bending.sharing_open_data(agency).intercepting(hook)


@fault(breaks=[KEPT], layer=OPEN_DATA)
def open_data_not_to_be_stored(agency: Agency) -> Agency:
    """Nobody may keep public answers."""
    return bending.sharing_open_data(agency).with_(public_cache=("no-store",))


@fault(breaks=[KEPT], layer=OPEN_DATA)
def open_data_for_private_caches(agency: Agency) -> Agency:
    """Only the reader's own browser may keep public answers."""
    return bending.sharing_open_data(agency).with_(public_cache=("private, max-age=300",))


@fault(breaks=[KEPT], layer=OPEN_DATA)
def open_data_that_vary_with_everything(agency: Agency) -> Agency:
    """Public answers have a life, but `Vary: *` lets no request fit a copy."""

    def bend(_call: Call, made: Answer) -> Answer:
        return made.with_field("Vary", "*")

    return bending.sharing_open_data(agency).bending_answers(bending.when_asked(MAP, bend))


@fault(breaks=[KEPT], also=[KNOWN], layer=OPEN_DATA)
def version_of_the_map_without_quotes(agency: Agency) -> Agency:
    """The map has nothing but an ETag, and that one lacks its quotes."""

    def bend(_call: Call, made: Answer) -> Answer:
        tag = dict(made.headers).get("ETag", "").strip('"')
        return made.with_field("ETag", tag).without("Cache-Control")

    return bending.sharing_open_data(agency).bending_answers(bending.when_asked(MAP, bend))


@fault(breaks=[KEPT], also=[KNOWN], layer=OPEN_DATA)
def version_of_the_map_that_is_always_new(agency: Agency) -> Agency:
    """The map has nothing but an ETag, made of the time: no copy is ever up to date."""
    asked = count()

    def bend(_call: Call, made: Answer) -> Answer:
        return made.with_field("ETag", f'"{next(asked)}"').without("Cache-Control")

    return bending.sharing_open_data(agency).bending_answers(bending.when_asked(MAP, bend))


@fault(breaks=[KEPT], layer=OPEN_DATA)
def map_that_is_old_at_once(agency: Agency) -> Agency:
    """The map alone has no version, and a life of nothing."""

    def bend(_call: Call, made: Answer) -> Answer:
        return made.without("ETag").with_field("Cache-Control", "public", "max-age=0")

    return bending.sharing_open_data(agency).bending_answers(bending.when_asked(MAP, bend))
