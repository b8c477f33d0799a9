"""What the operations of a declared agency do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from types import MappingProxyType
from typing import Any

from conformance.sandbox import contract, demonstration, service
from conformance.sandbox.agency import Agency
from conformance.sandbox.declared.reading import Collection, Declared
from conformance.sandbox.declared.store import Record, Store
from conformance.sandbox.demonstration import Person
from conformance.sandbox.listing import Listed
from conformance.sandbox.messages import Answer, Call, Refusal, Result
from conformance.sandbox.service import Handler, NotYoursError, State

_NOT_FOUND = "Không tìm thấy bản ghi."
Rules = frozenset[str]


Special = Callable[[Rules], Handler]


def answering(
    declared: Declared, special: Mapping[str, Special] = MappingProxyType({})
) -> Callable[[Agency, Any, Call], Answer]:
    """Return what answers calls of an agency.

    Args:
        declared: what it holds and does.
        special: makes the handler of each operation that is code, given the forgotten rules.
    """

    @cache
    def handlers(forgotten: Rules) -> Mapping[str, Handler]:
        return {
            name: special[name](forgotten)
            if does["does"] == "special"
            else _Doing(declared, name, does, forgotten).handler()
            for name, does in declared.operations.items()
        }

    return lambda agency, state, call: service.answer(
        agency, state, call, handlers(agency.rules_forgotten)
    )


class _Doing:
    """One operation, with the rules that this agency did not forget."""

    def __init__(
        self, declared: Declared, name: str, does: Mapping[str, Any], forgotten: Rules
    ) -> None:
        self._declared = declared
        self._does = {k: v for k, v in does.items() if f"{name}.{k}" not in forgotten}
        self._name = name

    def handler(self) -> Handler:
        kinds: Mapping[str, Handler] = {
            "list": self._list,
            "read": self._read,
            "create": self._create,
            "change": self._change,
            "tell": lambda *_: Result(200, self._does["value"]),
        }
        return kinds[self._does["does"]]

    @property
    def _held(self) -> Collection:
        return self._declared.collections[self._does["of"]]

    def _records(self, state: State) -> dict[str, Record]:
        store: Store = state.store
        return store.held[self._does["of"]]

    def _list(
        self, state: State, person: Person | None, call: Call, values: Mapping[str, Any], _sent: Any
    ) -> Result:
        self._demand_office(person)
        shown = self._does.get("show")
        items = [
            {name: record.get(name) for name in shown} if shown else record
            for record in self._records(state).values()
            if self._may_see(person, record) and self._held_then(record, values)
        ]
        return Result(200, Listed(items, values, _filters(call)))

    def _held_then(self, record: Record, values: Mapping[str, Any]) -> bool:
        """Whether a record held on the day that is asked for; today where none is."""
        rule = self._does.get("as_of")
        if rule is None:
            return True
        told = values.get(rule["parameter"])
        day = date.fromisoformat(told) if told else datetime.now(demonstration.VIETNAM).date()
        since, until = _day(record.get(rule["since"])), _day(record.get(rule["until"]))
        return (since is None or since <= day) and (until is None or day <= until)

    def _read(
        self, state: State, person: Person | None, call: Call, values: Any, _sent: Any
    ) -> Result:
        return Result(200, self._found(state, person, call, values))

    def _found(
        self, state: State, person: Person | None, call: Call, values: Mapping[str, Any]
    ) -> Record:
        """Return the record that the last variable of the path names."""
        key = list(call.arguments.values())[-1]
        records, named = self._records(state), self._held
        several = [records[key]] if key in records else []
        if named.dated:
            # Kept for ever: of several that had the key, the one of the day is meant.
            several = [
                record
                for record in records.values()
                if str(record[named.key]) == key and self._held_then(record, values)
            ]
        record = several[0] if several else None
        if record is None:
            raise Refusal(404, _NOT_FOUND)
        if not self._may_see(person, record):
            raise NotYoursError(404, _NOT_FOUND)
        return record

    def _may_see(self, person: Person | None, record: Record) -> bool:
        if not self._held.owner:
            return True
        known = service.known(person)
        in_office = known.official and self._does.get("by") != "owner"
        return in_office or known.owns(record[self._held.owner])

    def _create(
        self, state: State, person: Person | None, call: Call, _values: Any, sent: Any
    ) -> Result:
        store: Store = state.store
        record = {**_kept(sent), **self._set()}
        owner = self._held.owner
        if owner:
            known = service.known(person)
            record.setdefault(owner, known.personal_id)
            if not (known.official or known.owns(record[owner])):
                raise Refusal(403, "Chỉ được tạo bản ghi của chính mình.")
        self._demand_office(person)
        self._demand_known(store, record)
        records = self._records(state)
        for name in self._does.get("unique", ()):
            if any(held.get(name) == record.get(name) for held in records.values()):
                raise Refusal(409, "Bản ghi này đã có.", errors=((f"/{name}", "đã có"),))
        today = datetime.now(demonstration.VIETNAM)
        if "issue" in self._does:
            issued = self._does["issue"].format(serial=store.serial(), day=f"{today:%y%m%d}")
            record = {self._held.key: issued, **record}
        key = str(record[self._held.key])
        if key in records and "unique" in self._does:
            raise Refusal(409, "Bản ghi này đã có.")
        store.put(self._does["of"], key, record)
        return Result(201, record, headers=(("Location", f"{call.base}{call.path}/{key}"),))

    def _change(
        self, state: State, person: Person | None, call: Call, values: Any, sent: Any
    ) -> Result:
        record = self._found(state, person, call, values)
        self._demand_office(person)
        owner = self._held.owner
        if owner and self._does.get("by") != "official":
            known = service.known(person)
            if not known.owns(record[owner]):
                raise Refusal(403, "Chỉ chủ bản ghi mới được thực hiện thao tác này.")
        for name, allowed in self._does.get("when", {}).items():
            if record.get(name) not in allowed:
                raise Refusal(409, "Bản ghi không còn ở trạng thái cho phép thao tác này.")
        change = _kept(sent or {})
        moves = self._does.get("moves")
        if moves:
            state_, wanted = str(record[moves["member"]]), str(change[moves["member"]])
            if wanted not in moves["allowed"].get(state_, []):
                raise Refusal(409, f"Không thể chuyển trạng thái từ {state_} sang {wanted}.")
        record.update({**change, **self._set()})
        return Result(200, record)

    def _demand_office(self, person: Person | None) -> None:
        if self._does.get("by") == "official" and not (
            service.known(person).official or service.known(person).in_office
        ):
            raise Refusal(403, "Chỉ cán bộ mới được thực hiện thao tác này.")

    def _demand_known(self, store: Store, record: Record) -> None:
        for name, collection in self._does.get("known", {}).items():
            if record.get(name) not in store.held[collection]:
                raise Refusal(
                    400,
                    "Mã không có trong danh mục.",
                    errors=((f"/{name}", "mã không có trong danh mục"),),
                )

    def _set(self) -> Record:
        now = datetime.now(demonstration.VIETNAM)
        return {**self._does.get("set", {}), **dict.fromkeys(self._does.get("now", ()), now)}


def _filters(call: Call) -> Mapping[str, str]:
    """Return the member that each filter of the declared list selects by."""
    filters: dict[str, str] = {}
    if call.operation is not None:
        for name, at in call.operation.listing.get("filters", {}).items():
            place = at["at"] if isinstance(at, Mapping) else at
            filters[name] = place.removeprefix("/")
    return filters


def _day(value: Any) -> date | None:
    if value in {None, ""}:
        return None
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def _kept(value: Any) -> Any:
    """Return a part of a request as it is kept; 1.0 is an integer for JSON Schema."""
    if isinstance(value, Mapping):
        return {name: _kept(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_kept(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def missing(declared: Declared, read: contract.Contract) -> list[str]:
    """Return the operations of a contract that nobody declared, and those that it has not."""
    return sorted({o.id for o in read.operations} ^ set(declared.operations))
