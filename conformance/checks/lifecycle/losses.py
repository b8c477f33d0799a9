"""What of a written object is lost or changed where it is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conformance import envelopes
from conformance.check import require
from conformance.checks.lifecycle.sameness import is_nothing, kept
from conformance.contract import Contract, bodies
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.formats import names
from conformance.text import Text
from conformance.verdict import NotTested, Reason, Unread

_UNSHOWN = (*names.SECRETS, "captcha", "pin")
# What moves on by itself once something is there.
_MOVING = ("status", "state", "trang thai", "tinh trang")
_MASKS = ("*", "•", "…", "xxx", "XXX")
_DEEPEST = 6
Members = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Loss:
    """One member that is not read as it was sent."""

    pointer: str
    sent: Any
    shown: Any


def none_of(
    contract: Contract, writer: Operation, reader: Operation, answer: Exchange, read: Exchange
) -> None:
    """Demand that what was sent is read as it was sent, as far as the contract says it is shown.

    A member is lost where the answer to the write shows it and the read does not; or, where that
    answer shows nothing or the request needs the member, where the contract says that reads show
    it. One that reads otherwise was changed where the answer to the write still showed it as it was
    sent: what answer and read agree on may be the server's to make. States move by themselves.

    Args:
        contract: what describes both.
        writer: the operation that wrote.
        reader: the one that read.
        answer: what was answered to the write.
        read: what was read.

    Raises:
        NotTested: nothing that was sent is shown, or what may be lost is hidden.
        Violation: something is lost or changed.
    """
    sent = envelopes.sent_in(answer.request.body)
    content = envelopes.content(read.json(), sent)
    echoed = envelopes.content(answer.json(), sent) if answer.has_body else {}
    looked = _Looked(contract)
    needed = bodies.needed(writer, contract)
    described = bodies.asked(writer, contract), _shown(contract, reader), needed
    loss = next(looked.at(_Seen(sent, echoed, content, *described)), None)
    if loss is None and looked.unread is not None:
        raise looked.unread
    if loss is None and not looked.compared:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi="không đọc lại được thành phần nào đã gửi",
                en="no member that was sent can be read again",
            ),
        )
    if loss is not None:
        missing = Text(vi=f"{loss.sent} → không có gì", en=f"{loss.sent} → nothing")
        require(
            False,
            expected=Text(
                vi=f"{loss.pointer} đọc được như đã gửi",
                en=f"{loss.pointer} to read as it was sent",
            ),
            observed=missing if is_nothing(loss.shown) else f"{loss.sent} → {loss.shown}",
            by=read,
        )


@dataclass(frozen=True)
class _Seen:
    """One object as it was sent, answered and read, and as requests and reads are described."""

    sent: Mapping[str, Any]
    echoed: Mapping[str, Any]
    read: Mapping[str, Any]
    asked: Members
    shown: Members
    needed: frozenset[str] = frozenset()

    def promises(self, name: str) -> bool:
        """Whether a member has to be read again although the answer does not show it."""
        return name in self.shown and (not self.echoed or name in self.needed)

    def conceals(self, name: str) -> bool:
        """Whether a member is not meant to come back, or not the caller's to set."""
        schemas = (self.asked.get(name, {}), self.shown.get(name, {}))
        marked = any(s.get("writeOnly") is True or s.get("readOnly") is True for s in schemas)
        secret = any(s.get("format") == "password" for s in schemas)
        return marked or secret or _ends_with(name, _UNSHOWN)


@dataclass
class _Looked:
    """Goes through the members that were sent, and counts what could be compared."""

    contract: Contract
    compared: int = 0
    unread: NotTested | None = None

    def at(self, seen: _Seen, pointer: str = "", depth: int = 0) -> Iterator[Loss]:
        """Yield the losses among the members of one object."""
        for name, value in seen.sent.items():
            if is_nothing(value) or seen.conceals(name):
                continue
            place, told = f"{pointer}/{name}", seen.read.get(name)
            answered = seen.echoed.get(name)
            if is_nothing(told):
                if seen.promises(name) or not is_nothing(answered):
                    yield Loss(place, value, told)
            elif isinstance(value, Mapping) and isinstance(told, Mapping) and depth < _DEEPEST:
                echoed = answered if isinstance(answered, Mapping) else {}
                asked = self.contract.members(seen.asked.get(name, {}))
                shown = self.contract.members(seen.shown.get(name, {}))
                yield from self.at(_Seen(value, echoed, told, asked, shown), place, depth + 1)
            elif _ends_with(name, _MOVING):
                continue
            elif not self._kept(value, told) and self._kept(value, answered):
                yield Loss(place, value, told)

    def _kept(self, value: Any, told: Any) -> bool:
        try:
            same = kept(value, told) or _is_masked(told)
        except Unread as outcome:
            self.unread = outcome
            return True
        self.compared += same
        return same


def _shown(contract: Contract, reader: Operation) -> Members:
    """Return the schemas of the members of what a read shows, at its top or in an envelope."""
    found: dict[str, Mapping[str, Any]] = {}
    for schema in bodies.successes(reader, contract):
        top = contract.members(schema)
        found |= top
        if len(top) == 1:
            found |= contract.members(next(iter(top.values())))
    return found


def _ends_with(name: str, known: tuple[str, ...]) -> bool:
    return f" {names.words(name)}".endswith(tuple(f" {one}" for one in known))


def _is_masked(value: Any) -> bool:
    return isinstance(value, str) and any(mask in value for mask in _MASKS)
