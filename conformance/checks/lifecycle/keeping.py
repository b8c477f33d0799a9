"""Hard values: what the contract allows and is accepted is kept, however odd it looks."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance import envelopes
from conformance.check import check, require
from conformance.checks.lifecycle import resources, writing
from conformance.checks.lifecycle.resources import Resource
from conformance.checks.lifecycle.sameness import kept
from conformance.checks.lifecycle.writing import Made
from conformance.contract import Contract, bodies, texts
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.probe.scene import Scene
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_VALUES = 6
_CONTROLS = 2
_TEXTS = 2
_ODD = 'Nguyễn "Ấp Ỷ Lan" \\ ẫ ỗ'
# One more than what a single-precision float, a 32-bit integer and a double hold exactly.
_FLOAT, _INT = 2**24 + 1, 2**31 + 1
_DOUBLE = 2**53 - 1
_LARGEST = {"int8": 2**7 - 1, "int16": 2**15 - 1, "int32": 2**31 - 1}
_NUMBERS = ("integer", "number", ["integer", "null"], ["number", "null"])


@dataclass(frozen=True)
class _Hard:
    """A member and a value that is hard to keep; `plain` is one that is not."""

    member: str
    value: Any
    plain: Any


@dataclass(frozen=True)
class _Lost:
    """A value that was not kept, what is shown for it, and where."""

    hard: _Hard
    shown: Any
    told: Exchange

    def __str__(self) -> str:
        return f"{self.hard.member}: {_short(self.hard.value)} → {_short(self.shown)}"


def _takes_any(scene: Scene, operation: Operation) -> bool:
    contract = scene.contract
    creates = operation.method != "POST" or resources.of(scene, operation) is not None
    some = texts.written(operation, contract) or _numbers(operation, contract)
    return creates and bool(some)


@check(
    catalogue="FUZ-017",
    per="operation",
    safety="write",
    # Each value written and read, controls, one refused text, and what it is written to.
    requests=2 * _VALUES + 2 * _CONTROLS + 3,
    methods=["POST", "PUT", "PATCH"],
    applies=_takes_any,
)
def hard_values_are_kept(probe: Probe, operation: Operation, contract: Contract) -> None:
    """A value that the contract allows and the server accepts is kept as it was sent.

    Writes values that the schema of the body allows, one member at a time, six in all: a text of
    as many letters as it may have, one in decomposed Vietnamese with quotation marks and a
    backslash, and numbers that a single-precision float, a 32-bit integer or a double no longer
    hold exactly. What the answer shows under the same name, and what is read where the result
    lies, is the value that was sent. Members of the example come before others. A value that
    differs is written again with a plain value: a member in which that does not come back either
    is the server's to make. A refusal (4xx) is no acceptance, an error of the server is another
    requirement's. The same letters in another Unicode form or without spaces around them are the
    same text, and 1.0 is 1 (RFC 8259, sections 6 to 8; RFC 7493, section 2.2).
    """
    values = list(_hard(probe, operation, contract))[:_VALUES]
    if not values:
        raise NotApplicable(
            Text(
                vi="nội dung gửi không có chuỗi ký tự tự do hay số nào rộng chỗ",
                en="the body has no free text and no number with room",
            )
        )
    writing_to = _Writing(probe, operation, writing.Pen(probe, contract))
    for hard in values:
        writing_to.judge(hard)
    if not writing_to.seen:
        raise writing_to.why()
    writing_to.be_kept()


@dataclass
class _Writing:
    """Writes values through one operation and looks for them in what comes of it."""

    probe: Probe
    operation: Operation
    pen: writing.Pen
    seen: int = 0
    refused: NotTested | None = None
    lost: list[_Lost] = field(default_factory=list)
    _own: dict[str, bool] = field(default_factory=dict)
    _made: Made | None = None
    _began: bool = False

    def judge(self, hard: _Hard) -> None:
        """Write a value, and demand that it is shown wherever its member is."""
        answer = self._write({hard.member: hard.value})
        if not answer.succeeded:
            self.refused = self.probe.why_no_success(self.operation, answer)
            return
        for told in self._told(answer):
            shown = self._shown(hard.member, answer, told)
            if shown is None or _is_shortened(shown):
                continue
            self.seen += 1
            if not kept(hard.value, shown) and self._keeps(hard):
                self.lost.append(_Lost(hard, shown, told))
                return

    def be_kept(self) -> None:
        """Demand that nothing was lost."""
        # Without the values: a repetition sends words of its own, and has to demand the same.
        members = ", ".join(dict.fromkeys(one.hard.member for one in self.lost))
        require(
            not self.lost,
            expected=Text(
                vi=f"{members} được giữ như đã gửi", en=f"{members} to be kept as it was sent"
            ),
            observed="; ".join(map(str, self.lost)),
            by=self.lost[0].told if self.lost else None,
        )

    def why(self) -> NotTested:
        """Return why nothing could be told of any value."""
        return self.refused or NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi="không trả lời nào cho thấy lại các giá trị đã gửi",
                en="no answer shows the values that were sent",
            ),
        )

    def _keeps(self, hard: _Hard) -> bool:
        """Whether a plain value comes back in the member, so that it is the caller's to set."""
        if hard.member not in self._own:
            if len(self._own) == _CONTROLS:
                return False
            self._own[hard.member] = self._keeps_plain(hard)
        return self._own[hard.member]

    def _keeps_plain(self, hard: _Hard) -> bool:
        answer = self._write({hard.member: hard.plain})
        told = list(self._told(answer)) if answer.succeeded else []
        shown = [self._shown(hard.member, answer, one) for one in told]
        return any(value is not None for value in shown) and all(
            value is None or kept(hard.plain, value) for value in shown
        )

    def _write(self, members: Mapping[str, Any]) -> Exchange:
        if not self._began:
            self._began = True
            resource = resources.creator_of(self.probe.scene, self.operation)
            own = self.operation.method != "POST" and resource is not None
            if own and resource is not None and resource.creator.method == "POST":
                self._made = writing.create(self.pen, resource)
        return self.pen.write(self.operation, members, self._made)

    def _told(self, answer: Exchange) -> Iterator[Exchange]:
        """Yield an answer, and what is read where the result lies."""
        if answer.has_body and answer.is_json:
            yield answer
        try:
            read = self._read(answer)
        except NotTested:
            return
        if read is not None and read.succeeded and read.is_json:
            yield read

    def _read(self, answer: Exchange) -> Exchange | None:
        scene = self.probe.scene
        if self.operation.method == "POST":
            resource: Resource | None = resources.of(scene, self.operation)
            if resource is None or resource.reader is None:
                return None
            place = resources.place(scene, resource, answer)
            return writing.read(self.probe, Made(resource, answer, place))
        reads = (o for o in scene.operations if o.method == "GET")
        reader = next((o for o in reads if o.path == self.operation.path), None)
        if reader is None:
            return None
        return self.probe.read_again(reader, answer.request.url, answer)

    def _shown(self, member: str, answer: Exchange, told: Exchange) -> Any:
        sent = envelopes.sent_in(answer.request.body)
        return envelopes.content(told.json(), sent).get(member)


def _is_shortened(shown: Any) -> bool:
    """Whether a text says of itself that it is only the beginning."""
    return isinstance(shown, str) and shown.endswith(("…", "..."))


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 80 else f"{text[:60]}… ({len(text)})"  # a line


def _hard(probe: Probe, operation: Operation, contract: Contract) -> Iterator[_Hard]:
    roomy = texts.written(operation, contract)
    numbers = _numbers(operation, contract)
    given = probe.example_body(operation) if roomy or numbers else {}
    for name, most in sorted(roomy.items(), key=lambda pair: pair[0] not in given)[:_TEXTS]:
        plain = f"Ho so thu {probe.own_word()}"[:most]
        longest = f"{probe.own_word()} " + "Hồ sơ thử " * most
        yield _Hard(name, longest[: most - 1] + "ữ", plain)
        odd = unicodedata.normalize("NFD", f"{probe.own_word()} {_ODD}")
        if len(odd) <= most:
            yield _Hard(name, odd, plain)
    for name in sorted(numbers, key=lambda name: name not in given):
        least, most = numbers[name]
        fitting = [n for n in (_FLOAT, _INT, _DOUBLE) if least <= n <= most]
        for value in dict.fromkeys((*fitting[:1], *fitting[-1:])):
            plain_number = given.get(name, max(least, 1))
            yield _Hard(name, value, plain_number if plain_number != value else least)


def _numbers(operation: Operation, contract: Contract) -> dict[str, tuple[int, int]]:
    """Return the numbers of a body that may be large, with their least and largest value."""
    found = {}
    for name, schema in bodies.asked(operation, contract).items():
        if schema.get("type") not in _NUMBERS or {"enum", "const", "multipleOf"} & set(schema):
            continue
        # Where nothing is said of the largest, a caller does not know that there is room.
        most = schema.get("maximum", _LARGEST.get(str(schema.get("format"))))
        least = schema.get("minimum", 0)
        if _is_number(most) and _is_number(least) and most > _FLOAT:
            found[name] = (int(least), int(most))
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
