"""The register of what can be wrong with an agency, and of what only looks wrong."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from conformance.sandbox.agency import Agency
from conformance.sandbox.contract import loaded
from conformance.sandbox.declared import bending, reading
from conformance.sandbox.declared.reading import Declared
from conformance.sandbox.declared.twin import twin

Bend = Callable[[Agency], Agency]
Transport = Literal["http", "https", "wire", "tls"]
SYSTEM = "procedure-system"
PORTAL = "public-service-portal"
POPULATION = "population"
AXIS = "document-axis"
IDENTIFICATION = "e-identification"
EXCHANGE = "data-exchange"
NATIONAL_DATA_CENTRE = "national-data-centre"
# Profiles without a system of their own: their variations are of the first one.
OPEN_DATA = "open-data"
HIGH_ASSURANCE = "high-assurance"


class DuplicateError(Exception):
    """Two variations have one name; faults and near-misses share one name space."""


@dataclass(frozen=True)
class Variation:
    """A fault or a near-miss.

    Attributes:
        id: its name: what is wrong, or what is unusual.
        kind: `fault` or `near_miss`.
        breaks: the checks that a fault must turn to fail.
        also: further checks that legitimately fail with it.
        spares: the checks that a near-miss must not disturb.
        transport: how the agency has to be reached for it to show.
        description: one line; for a near-miss with the reason why it is legal.
        subject: the module it stands in.
        bend: makes the agency with this variation out of the correct one.
        system: the id of the system whose agency it bends.
        layer: the profile that asks for what it breaks or spares; empty for that of the system.
        vietnamese: the description in Vietnamese, where it does not stand in `vi.yaml`.
    """

    id: str
    kind: Literal["fault", "near_miss"]
    breaks: tuple[str, ...]
    also: tuple[str, ...]
    spares: tuple[str, ...]
    transport: Transport
    description: str
    subject: str
    bend: Bend
    system: str = SYSTEM
    layer: str = ""
    vietnamese: str = ""

    @property
    def description_vi(self) -> str:
        """The description in Vietnamese; the English one while nobody has translated it."""
        return self.vietnamese or in_vietnamese().get(self.id, self.description)

    def as_json(self) -> dict[str, Any]:
        """Return the line of the list of faults."""
        data = {name: value for name, value in asdict(self).items() if name not in _INNER}
        return {**data, "description_vi": self.description_vi}


_INNER = frozenset({"bend", "vietnamese"})
_FOUND: dict[str, Variation] = {}


def fault(
    breaks: Sequence[str],
    *,
    also: Sequence[str] = (),
    transport: Transport = "http",
    system: str = SYSTEM,
    layer: str = "",
) -> Callable[[Bend], Bend]:
    """Register what is wrong; the docstring of the function names it in one line."""

    def register(bend: Bend) -> Bend:
        found = _described(bend, "fault", transport, breaks=tuple(breaks), also=tuple(also))
        _register(replace(found, system=system, layer=layer))
        return bend

    return register


def near_miss(
    spares: Sequence[str],
    *,
    transport: Transport = "http",
    system: str = SYSTEM,
    layer: str = "",
) -> Callable[[Bend], Bend]:
    """Register a legal variation; the docstring says what it is and why it is legal."""

    def register(bend: Bend) -> Bend:
        found = _described(bend, "near_miss", transport, spares=tuple(spares))
        _register(replace(found, system=system, layer=layer))
        return bend

    return register


@cache
def every() -> dict[str, Variation]:
    """Return all faults and near-misses by id."""
    for package in ("faults", "near_misses"):
        _load(importlib.import_module(f"conformance.sandbox.{package}"))
    for agency in reading.every().values():
        for found in _declared(agency):
            _register(found)
    return dict(sorted(_FOUND.items()))


def of(system: str) -> dict[str, Variation]:
    """Return the faults and near-misses of one system by id."""
    return {name: found for name, found in every().items() if found.system == system}


@cache
def in_vietnamese() -> dict[str, str]:
    """Return the Vietnamese descriptions by id, as they stand in `vi.yaml`."""
    found: dict[str, str] = loaded(Path(__file__).with_name("vi.yaml").read_bytes())
    return found


def _load(package: ModuleType) -> None:
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")


def _declared(agency: Declared) -> Iterator[Variation]:
    """Yield the variations of an agency that is data: its own, and its twin under other names."""
    for name, said in (*agency.faults.items(), *agency.near_misses.items()):
        yield Variation(
            id=name,
            kind="fault" if "breaks" in said else "near_miss",
            breaks=tuple(said.get("breaks", ())),
            also=tuple(said.get("also", ())),
            spares=tuple(said.get("spares", ())),
            transport="http",
            description=said["en"],
            subject=agency.system,
            bend=bending.bend(said),
            system=agency.system,
            vietnamese=said["vi"],
        )
    broken = {check for said in agency.faults.values() for check in said["breaks"]}
    if agency.twin:
        yield Variation(
            id=f"{agency.system.replace('-', '_')}_under_other_names",
            kind="near_miss",
            breaks=(),
            also=(),
            spares=tuple(sorted(broken)),
            transport="http",
            description="All names are other ones; only the target file says what they stand for.",
            subject=agency.system,
            bend=twin(agency),
            system=agency.system,
            vietnamese="Mọi tên gọi đều khác; chỉ tệp đích cho biết chúng ứng với gì.",
        )


def _register(variation: Variation) -> None:
    if variation.id in _FOUND:
        first = _FOUND[variation.id].subject
        raise DuplicateError(f"{variation.id} is registered by {first} and {variation.subject}")
    _FOUND[variation.id] = variation


def _described(
    bend: Bend, kind: Literal["fault", "near_miss"], transport: Transport, **checks: tuple[str, ...]
) -> Variation:
    """Read name, subject and description off the function itself."""
    return Variation(
        id=bend.__name__,
        kind=kind,
        breaks=checks.get("breaks", ()),
        also=checks.get("also", ()),
        spares=checks.get("spares", ()),
        transport=transport,
        description=" ".join((inspect.getdoc(bend) or "").split()),
        subject=bend.__module__.rpartition(".")[2],
        bend=bend,
    )
