"""The systems that a sandbox can be: what tells one national system's agency from another's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.sandbox import authorisation, procedures, service, target
from conformance.sandbox.administrative_units import service as units_service
from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import sharing_open_data
from conformance.sandbox.data_exchange import service as exchange_service
from conformance.sandbox.data_exchange import store as exchange_store
from conformance.sandbox.data_exchange import target as exchange_target
from conformance.sandbox.declared import reading
from conformance.sandbox.declared import service as declared_service
from conformance.sandbox.declared import target as declared_target
from conformance.sandbox.declared.reading import Declared
from conformance.sandbox.declared.service import Special
from conformance.sandbox.declared.store import Store as DeclaredStore
from conformance.sandbox.document_axis import service as axis_service
from conformance.sandbox.document_axis import store as axis_store
from conformance.sandbox.document_axis import target as axis_target
from conformance.sandbox.dossiers import Store
from conformance.sandbox.e_identification import service as identification_service
from conformance.sandbox.e_identification import target as identification_target
from conformance.sandbox.e_identification.provider import Provider
from conformance.sandbox.land import service as land_service
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.national_data_centre import representation as data_centre_representation
from conformance.sandbox.national_data_centre import service as data_centre_service
from conformance.sandbox.national_data_centre import store as data_centre_store
from conformance.sandbox.population import service as population_service
from conformance.sandbox.portal import service as portal_service
from conformance.sandbox.portal import store as portal_store
from conformance.sandbox.portal import target as portal_target
from conformance.sandbox.sessions import Sessions
from conformance.sandbox.tokens import Keys
from conformance.sandbox.variations import AXIS, EXCHANGE, IDENTIFICATION, PORTAL, SYSTEM


@dataclass(frozen=True)
class Place:
    """One agency at one address, as its target file shows it.

    Attributes:
        agency: how it behaves.
        state: what it remembers.
        base_url: where it answers.
        certificate: issues client certificates; None without TLS.
    """

    agency: Agency
    state: Any
    base_url: str
    certificate: target.Certifying | None


@dataclass(frozen=True)
class System:
    """One national system.

    Attributes:
        new_state: makes the memory of an agency that nobody has called yet, out of what its
            authorisation server signs with and is called.
        answer: answers a call out of that memory.
        target_parts: returns what only the target file of this system says.
        correct: makes the correct agency of this system out of the usual one.
    """

    new_state: Callable[[Keys, tuple[str, ...]], Any]
    answer: Callable[[Agency, Any, Call], Answer]
    target_parts: Callable[[Place], Mapping[str, Any]]
    correct: Callable[[Agency], Agency] = lambda agency: agency


def _procedures(keys: Keys, issuers: tuple[str, ...]) -> service.State:
    return service.State(Store(), Sessions(), authorisation.Server(keys, issuers))


def _axis(keys: Keys, issuers: tuple[str, ...]) -> service.State:
    return service.State(axis_store.Store(), Sessions(), authorisation.Server(keys, issuers))


def _of_procedures(place: Place) -> Mapping[str, Any]:
    return target.procedure_system(
        place.agency, place.state.authority, place.base_url, place.certificate
    )


@dataclass(frozen=True)
class _Code:
    """What a declared agency does that no word of the declarations says.

    Attributes:
        special: makes the handlers of its special operations, by their id.
        new_store: makes its memory, where that is not of declared records.
        correct: makes the correct agency of this system out of the usual one.
    """

    special: Mapping[str, Special] = field(default_factory=dict)
    new_store: Callable[[], Any] | None = None
    correct: Callable[[Agency], Agency] = lambda agency: agency


_CODE: Mapping[str, _Code] = {
    "administrative-units": _Code(units_service.SPECIAL),
    "land": _Code(land_service.SPECIAL),
    "national-data-centre": _Code(
        data_centre_service.SPECIAL,
        data_centre_store.Store,
        data_centre_representation.speaking,
    ),
    "population": _Code(population_service.SPECIAL),
}


def _declared(agency: Declared) -> System:
    """Return the system whose agency is data, with the code of those that have some."""
    code = _CODE.get(agency.system, _Code())
    new_store = code.new_store or (lambda: DeclaredStore(agency))
    return System(
        lambda keys, issuers: service.State(
            new_store(), Sessions(), authorisation.Server(keys, issuers)
        ),
        declared_service.answering(agency, code.special),
        lambda place: declared_target.parts(
            agency, place.agency, place.state.authority, place.base_url, place.certificate
        ),
        sharing_open_data if agency.open_data else code.correct,
    )


def _identification(keys: Keys, issuers: tuple[str, ...]) -> service.State:
    return service.State(identification_service.Store(), Sessions(), Provider(keys, issuers))


def _of_identification(place: Place) -> Mapping[str, Any]:
    return identification_target.parts(
        place.agency, place.state.authority, place.base_url, place.certificate
    )


def _exchange(keys: Keys, issuers: tuple[str, ...]) -> service.State:
    return service.State(exchange_store.Store(), Sessions(), authorisation.Server(keys, issuers))


def _of_exchange(place: Place) -> Mapping[str, Any]:
    return exchange_target.parts(place.agency, place.state.authority, place.base_url)


SYSTEMS: Mapping[str, System] = {
    **{name: _declared(agency) for name, agency in reading.every().items()},
    SYSTEM: System(_procedures, service.answering(procedures.HANDLERS), _of_procedures),
    PORTAL: System(
        lambda _keys, _issuers: portal_store.Store(),
        portal_service.answer,
        lambda _place: portal_target.parts(),
    ),
    AXIS: System(
        _axis,
        axis_service.answer,
        lambda place: axis_target.parts(place.agency, place.state.authority, place.base_url),
    ),
    IDENTIFICATION: System(
        _identification,
        service.answering(identification_service.HANDLERS),
        _of_identification,
    ),
    EXCHANGE: System(_exchange, exchange_service.answer, _of_exchange),
}
