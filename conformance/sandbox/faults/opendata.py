"""Open data that are not open."""

from __future__ import annotations

from conformance.sandbox import bending
from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import LIST, MAP
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import OPEN_DATA, fault

READ = "opendata.reading.any_origin_may_read"
KEPT = "opendata.reading.caches_may_keep_it"


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
def map_that_is_old_at_once(agency: Agency) -> Agency:
    """The map alone has no version, and a life of nothing."""

    def bend(_call: Call, made: Answer) -> Answer:
        return made.without("ETag").with_field("Cache-Control", "public", "max-age=0")

    return bending.sharing_open_data(agency).bending_answers(bending.when_asked(MAP, bend))
