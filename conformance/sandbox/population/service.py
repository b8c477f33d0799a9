"""Verifying and looking up citizens: for a purpose, on a ground, with a trace, and no more."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from conformance.sandbox import demonstration, service
from conformance.sandbox.declared.service import Rules, Special
from conformance.sandbox.declared.store import Record, Store
from conformance.sandbox.demonstration import Person
from conformance.sandbox.messages import Call, Refusal, Result
from conformance.sandbox.population import message
from conformance.sandbox.service import Handler, State

_KEY = "SoDinhDanh"
_HOUSEHOLD = "000312000006"


@dataclass(frozen=True)
class _Query:
    """One query as the handlers see it.

    Attributes:
        name: the operation.
        rules: the rules of this operation that the agency forgot.
        store: what it holds.
        sent: what the caller sent.
    """

    name: str
    rules: frozenset[str]
    store: Store
    sent: Mapping[str, Any]

    def citizen(self, number: str) -> Record | None:
        """Return who has a number today; a cancelled one is nobody's any more."""
        cancelled = number in self.store.held["number_changes"]
        if cancelled and "current" not in self.rules:
            return None
        return self.store.held["citizens"].get(number)

    def shown(self, citizen: Record) -> Record:
        """Return the fields that were asked for, beside the number that the caller sent."""
        wanted = {_KEY, *self.sent["Truong"]}
        if "fields" in self.rules:
            return citizen
        if "minimum" in self.rules:
            wanted |= {"DanToc", "TonGiao"}
        return {name: value for name, value in citizen.items() if name in wanted}

    def note(self, *numbers: str) -> None:
        """Write into the log who asked what for; and whose data it was about, for their eyes."""
        if "log" in self.rules:
            return
        for number in numbers:
            trace = f"TV-{self.store.serial():08d}"
            self.store.put(
                "accesses",
                trace,
                {
                    "MaTruyVet": trace,
                    "MaYeuCau": self.sent["MaYeuCau"],
                    "ThoiDiem": datetime.now(demonstration.VIETNAM),
                    "BenGoi": demonstration.AGENCY,
                    "ThaoTac": self.name,
                    "MucDich": "THONG_KE" if "purpose" in self.rules else self.sent["MucDich"],
                    "CanCuPhapLy": self.sent["CanCuPhapLy"],
                    "SoDinhDanh": "" if "person" in self.rules else number,
                },
            )


def _verify(query: _Query) -> Result:
    sent = query.sent
    query.note(sent[_KEY])
    citizen = query.citizen(sent[_KEY])
    wrong = [] if citizen is None else list(_differing(sent, citizen))
    found: dict[str, Any] = {
        "MaYeuCau": sent["MaYeuCau"],
        "KetQua": citizen is not None and (not wrong or "compare" in query.rules),
    }
    if wrong and citizen is not None:
        if "silence" in query.rules:
            found["GiaTriDung"] = {name: citizen[name] for name in wrong}
        if "blame" in query.rules:
            found["TruongSai"] = wrong
        if "refusal" in query.rules:
            raise Refusal(404, "Không có công dân nào khớp với thông tin được cung cấp.")
    return Result(200, found)


def _differing(sent: Mapping[str, Any], citizen: Record) -> list[str]:
    held = citizen["HoVaTen"]
    name = " ".join(filter(None, (held.get(part) for part in ("Ho", "ChuDem", "Ten"))))
    wrong = [] if _plain(sent["HoVaTen"]) == _plain(name) else ["HoVaTen"]
    born = "NgayThangNamSinh"
    same = sent[born]["NgayThangNam"] == str(citizen[born]["NgayThangNam"])
    return wrong if same else [*wrong, born]


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _look_up(query: _Query) -> Result:
    number = query.sent[_KEY]
    query.note(number)
    citizen = query.citizen(number)
    if citizen is None:
        raise Refusal(404, "Không có công dân nào mang số định danh này.")
    return Result(200, {"MaYeuCau": query.sent["MaYeuCau"], "CongDan": query.shown(citizen)})


def _collect(query: _Query) -> Result:
    numbers = list(query.sent[_KEY])
    query.note(*numbers)
    if "unknown" in query.rules:
        numbers.pop()
    if "household" in query.rules:
        numbers.append(_HOUSEHOLD)
    found = [one for number in numbers if (one := query.citizen(number)) is not None]
    told = {
        "GhiChu": "Dữ liệu minh họa, không có thật",
        "ThoiDiemDuLieu": datetime.now(demonstration.VIETNAM),
        "SoCongDan": len(found),
        "CongDan": [query.shown(one) for one in found],
    }
    return Result(200, told, xml=partial(message.written, forgotten=query.rules))


def _special(name: str, carry_out: Callable[[_Query], Result]) -> Special:
    def made(forgotten: Rules) -> Handler:
        prefix = f"{name}."
        rules = frozenset(r.removeprefix(prefix) for r in forgotten if r.startswith(prefix))

        def handler(
            state: State, person: Person | None, _call: Call, _values: Any, sent: Any
        ) -> Result:
            known = service.known(person)
            if not (known.official or known.in_office or "by" in rules):
                raise Refusal(403, "Chỉ cán bộ được giao mới được khai thác dữ liệu dân cư.")
            return carry_out(_Query(name, rules, state.store, sent))

        return handler

    return made


SPECIAL: Mapping[str, Special] = {
    "verifyCitizen": _special("verifyCitizen", _verify),
    "lookUpCitizen": _special("lookUpCitizen", _look_up),
    "collectCitizens": _special("collectCitizens", _collect),
}
