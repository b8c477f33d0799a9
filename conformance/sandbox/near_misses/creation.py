"""Other ways of saying where something is that was created."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import when_asked
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import near_miss

FOUND = "http.creation.what_was_created_is_where_location_says"


@near_miss(spares=[FOUND])
def location_is_relative(agency: Agency) -> Agency:
    """Location is relative to the address that was asked (RFC 9110, 10.2.2)."""

    def bend(_call: Call, made: Answer) -> Answer:
        code = (made.get("Location") or "").rpartition("/")[2]
        return made.with_field("Location", f"dossiers/{code}")

    return agency.bending_answers(when_asked("createDossier", bend))


@near_miss(spares=[FOUND])
def location_is_absolute(agency: Agency) -> Agency:
    """Location is a whole URI (RFC 9110, 10.2.2)."""

    def bend(call: Call, made: Answer) -> Answer:
        whole = f"{call.scheme}://{call.first('host')}{made.get('Location')}"
        return made.with_field("Location", whole)

    return agency.bending_answers(when_asked("createDossier", bend))
