"""What goes wrong between a population database and those who ask it, beyond what data can say."""

from __future__ import annotations

from typing import Any

from conformance.sandbox import bending
from conformance.sandbox.agency import Agency
from conformance.sandbox.variations import POPULATION, fault

_PRIVACY = "privacy."
_DEFAULTS = {"MucDich": "GIAI_QUYET_TTHC", "CanCuPhapLy": "Theo quy định"}


@fault(
    breaks=[f"{_PRIVACY}purposes.purposes_are_demanded"],
    also=["contract.generated.invalid_input_is_refused"],
    system=POPULATION,
)
def purpose_by_default(agency: Agency) -> Agency:
    """Who states no purpose and no ground is given the usual ones."""

    def filled(body: Any) -> Any:
        if not isinstance(body, dict):
            return body
        told = {name: value for name, value in body.items() if value not in ("", None)}
        return {**_DEFAULTS, **told}

    return bending.reading_bodies(
        agency, bending.in_json(filled), "verifyCitizen", "lookUpCitizen", "collectCitizens"
    )


@fault(
    breaks=[f"{_PRIVACY}purposes.purposes_are_demanded"],
    also=["contract.generated.invalid_input_is_refused"],
    system=POPULATION,
)
def ground_may_be_left_out(agency: Agency) -> Agency:
    """Nobody looks at the legal ground of a look-up."""

    def filled(body: Any) -> Any:
        return {**body, "CanCuPhapLy": "Theo quy định"} if isinstance(body, dict) else body

    return bending.reading_bodies(agency, bending.in_json(filled), "lookUpCitizen")


@fault(
    breaks=[f"{_PRIVACY}accountability.people_see_who_asked"],
    also=["authorization.ownership.others_are_not_listed"],
    system=POPULATION,
)
def everybody_sees_who_asked_about_whom(agency: Agency) -> Agency:
    """A citizen's own log also holds the queries about everybody else."""
    return agency.with_(owner_forgotten_on=frozenset({"listOwnAccesses"}))
