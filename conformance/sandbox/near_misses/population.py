"""What a population database may do in another way, beyond what data can say."""

from __future__ import annotations

from dataclasses import replace

from conformance.sandbox.agency import Agency
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import POPULATION, near_miss


@near_miss(spares=["privacy.purposes.purposes_are_demanded"], system=POPULATION)
def missing_purpose_as_unprocessable(agency: Agency) -> Agency:
    """A query without a purpose may be refused with 422, too (RFC 9110, section 15.5.21)."""

    def bend(_call: Call, made: Answer) -> Answer:
        if made.status != 400 or b"/MucDich" not in made.body:
            return made
        body = made.body.replace(b'"status": 400', b'"status": 422')
        body = body.replace(b"Bad Request", b"Unprocessable Entity")
        return replace(made, status=422, body=body)

    return agency.bending_answers(bend)


@near_miss(spares=["records.retired.retired_keys_are_not_current"], system=POPULATION)
def cancelled_number_is_gone(agency: Agency) -> Agency:
    """A number that was cancelled may be answered with 410 (RFC 9110, section 15.5.11)."""

    def bend(call: Call, made: Answer) -> Answer:
        if made.status != 404 or call.asks != "lookUpCitizen":
            return made
        body = made.body.replace(b'"status": 404', b'"status": 410').replace(b"Not Found", b"Gone")
        return replace(made, status=410, body=body)

    return agency.bending_answers(bend)
