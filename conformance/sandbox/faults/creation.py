"""What was created and cannot be found."""

from __future__ import annotations

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import when_asked
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.variations import fault

FOUND = "http.creation.what_was_created_is_where_location_says"


@fault(breaks=[FOUND])
def location_leads_nowhere(agency: Agency) -> Agency:
    """Location names a path of an earlier edition of the interface."""

    def bend(_call: Call, made: Answer) -> Answer:
        told = (made.get("Location") or "").replace("/dossiers/", "/v0/ho-so/")
        return made.with_field("Location", told)

    return agency.bending_answers(when_asked("createDossier", bend))


@fault(breaks=[FOUND])
def location_of_the_number_in_the_queue(agency: Agency) -> Agency:
    """Location has the right path, and in it a number that is not that of the dossier."""

    def bend(_call: Call, made: Answer) -> Answer:
        rest = (made.get("Location") or "").rpartition("-")[0]
        return made.with_field("Location", f"{rest}-99999999")

    return agency.bending_answers(when_asked("createDossier", bend))


@fault(breaks=[FOUND])
def location_left_out(agency: Agency) -> Agency:
    """201 does not say where the dossier is, though dossiers have addresses."""
    return agency.bending_answers(
        when_asked("createDossier", lambda _call, made: made.without("Location"))
    )
