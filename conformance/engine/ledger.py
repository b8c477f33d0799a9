"""What a run created, what of it was deleted again, and what it leaves behind.

Everything is told by the exchanges alone, so that a record tells it again. Deleted is only what an
answer 201 of this very run says that the run created: never what the target file names, what was
read or listed before, or what another answer merely shows.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from conformance.checks.lifecycle import resources, writing
from conformance.checks.lifecycle.resources import Place, Resource
from conformance.checks.lifecycle.writing import Made
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.plan.costs import MOST_DELETIONS
from conformance.probe import Probe, obstacles
from conformance.probe.scene import Scene
from conformance.text import Text
from conformance.verdict import NotTested, Reason

CASE = "clean-up"
_CREATED, _LATER = 201, 202
_GONE = frozenset({404, 410})
_WRITES = frozenset({"POST", "PUT"})
_CHANGES = _WRITES | {"DELETE"}
# After these nothing more leaves, or nobody answers.
_ENDS = frozenset({Reason.OUT_OF_BUDGET, Reason.STOPPED, Reason.UNREACHABLE, Reason.NOT_AUTHORISED})
_NO_REMOVER = Text(
    vi="đặc tả giao diện không có thao tác xoá", en="the contract has no operation that deletes it"
)
_NOT_TOLD = Text(
    vi="trả lời không phải 201: không chắc lượt chạy này tạo ra, nên không xoá",
    en="it was not answered 201: this run may not have created it, so it is not deleted",
)
_KNOWN_BEFORE = Text(
    vi="có trong tệp đích, hoặc đã đọc thấy trước khi tạo, nên không xoá",
    en="the target file names it, or it was seen before it was created, so it is not deleted",
)
_NOT_YET = Text(vi="chưa xoá", en="not deleted")
_ENOUGH = Text(
    vi=f"một lượt chạy chỉ xoá nhiều nhất {MOST_DELETIONS} thứ, nên chưa xoá",
    en=f"a run deletes no more than {MOST_DELETIONS} things, so it is not deleted",
)


@dataclass
class Entry:
    """One thing that a run created.

    Attributes:
        unit: the operation that created it.
        url: where it is, or, where nobody knows, where it was asked for.
        why: why it is still there.
        remover: what is needed to delete it; None where it is not to be, or cannot be.
        gone: whether it was deleted.
    """

    unit: str
    url: str
    why: Text
    remover: _Remover | None = None
    gone: bool = False


@dataclass(frozen=True)
class _Remover:
    """What is needed to delete a thing; of the answer that told of it only the id is kept."""

    resource: Resource
    place: Place
    answer: str


class Reserve:
    """Keeps requests back, one for each thing to remove, so that clean-up finds some left.

    Several threads may note exchanges.

    Args:
        scene: the target and its contract.
        keep_back: told how many, each time something was written.
        exchanges: what an interrupted run asked before.
    """

    def __init__(
        self, scene: Scene, keep_back: Callable[[int], None], exchanges: Iterable[Exchange] = ()
    ) -> None:
        self._book = _Book(scene)
        self._keep_back = keep_back
        self._turn = threading.Lock()
        for exchange in exchanges:
            self.note(exchange)

    def note(self, exchange: Exchange) -> None:
        """Take in one more exchange."""
        with self._turn:
            self._book.enter(exchange)
            if exchange.request.method in _CHANGES:
                self._keep_back(min(len(self._book.removable()), MOST_DELETIONS))


def clean_up(probe: Probe, exchanges: Sequence[Exchange]) -> None:
    """Delete what a run created and can tell, the latest first, as far as pace and budget allow.

    Args:
        probe: asks beside the plan: no law is judged on what comes.
        exchanges: what was asked so far; gone through twice.
    """
    left = _read(probe.scene, exchanges).removable()[::-1][:MOST_DELETIONS]
    if not left:
        return
    wanted = {one.answer for one in left}
    answers = {exchange.id: exchange for exchange in exchanges if exchange.id in wanted}
    for one in left:
        made = Made(one.resource, answers[one.answer], one.place)
        try:
            probe.send(writing.removing(probe, made))
        except NotTested as outcome:
            if outcome.reason in _ENDS:
                return


def summed(scene: Scene, exchanges: Iterable[Exchange]) -> dict[str, Any]:
    """Return `created` of results.json: how much, how much was removed, and what is left."""
    book = _read(scene, exchanges)
    entries = book.entries
    orphans = [entry for entry in entries if not entry.gone]
    return {
        "count": len(entries),
        "removed": len(entries) - len(orphans),
        "orphans": [
            {"operation": one.unit, "url": one.url, "why": book.why(one).as_json()}
            for one in orphans
        ],
    }


def _read(scene: Scene, exchanges: Iterable[Exchange]) -> _Book:
    """Return the book of what was created; a thing deleted and made again is two."""
    book = _Book(scene)
    for exchange in exchanges:
        book.enter(exchange)
    return book


@dataclass
class _Book:
    """What is known while the exchanges are gone through in their order."""

    scene: Scene
    entries: list[Entry] = field(default_factory=list)
    _there: dict[str, Entry] = field(default_factory=dict)
    _read: set[str] = field(default_factory=set)
    _listed: dict[str, set[str]] = field(default_factory=dict)
    _resources: dict[str, Resource | None] = field(default_factory=dict)
    # How many deletions ended the run, and what ended them.
    _deletions: int = 0
    _ended: Text | None = None

    def removable(self) -> list[_Remover]:
        """Return what is there and can be deleted, in the order of creation."""
        return [entry.remover for entry in self.entries if entry.remover and not entry.gone]

    def why(self, entry: Entry) -> Text:
        """Return why something is still there: where nobody tried to delete it, what ended that."""
        if entry.why is not _NOT_YET:
            return entry.why
        return self._ended or (_ENOUGH if self._deletions >= MOST_DELETIONS else _NOT_YET)

    def enter(self, exchange: Exchange) -> None:
        """Take in one exchange."""
        if exchange.case == CASE:
            self._deletions += 1
            if "unsent" in exchange.facts:
                self._ended = obstacles.unsent(exchange).because
        if exchange.kind != "http" or exchange.response is None or _is_errand(exchange):
            return
        method = exchange.request.method
        path = self._path(exchange.request.url)
        if method == "GET" and exchange.succeeded:
            self._read.add(path)
            self._note_listed(exchange)
        elif method == "DELETE":
            self._note_deletion(path, exchange)
        elif method in _WRITES and exchange.succeeded and exchange.status != _LATER:
            self._note_creation(exchange)

    def _note_creation(self, exchange: Exchange) -> None:
        operation = self._operation(exchange)
        if operation is not None and self._begins_a_session(operation):
            return
        resource = self._resource(operation)
        said = exchange.status == _CREATED
        place, why = self._place(resource, exchange)
        if not said and (exchange.request.method == "PUT" or place is None):
            return
        path = place.path if place else exchange.header("Location") or exchange.request.url
        known = self._there.get(path)
        if known is not None and not known.gone and place is not None:
            return
        unit = operation.unit if operation else f"{exchange.request.method} …"
        base = self.scene.target.base_url
        entry = Entry(unit, base + path if path.startswith("/") else path, why)
        if place is not None and resource is not None:
            if self._was_known(resource, place):
                if not said:
                    return
                entry.why = _KNOWN_BEFORE
            elif not said:
                entry.why = _NOT_TOLD
            elif resource.remover is None:
                entry.why = _NO_REMOVER
            else:
                entry.remover, entry.why = _Remover(resource, place, exchange.id), _NOT_YET
            self._there[path] = entry
        self.entries.append(entry)

    def _note_deletion(self, path: str, exchange: Exchange) -> None:
        done = exchange.succeeded and exchange.status != _LATER
        entry = self._there.get(path)
        if done:
            # What belongs to a thing goes with it.
            below = (e for p, e in self._there.items() if p.startswith(f"{path}/"))
            for one in (entry, *below) if entry is not None else ():
                if one is not None:
                    one.gone = True
        elif entry is not None and not entry.gone:
            entry.gone = exchange.status in _GONE
            entry.why = Text(
                vi=f"DELETE nhận {exchange.status}", en=f"DELETE was answered {exchange.status}"
            )

    def _note_listed(self, exchange: Exchange) -> None:
        unit = str(exchange.facts.get("operation"))
        if unit in self._listers:
            self._listed.setdefault(unit, set()).update(_scalars(exchange))

    def _was_known(self, resource: Resource, place: Place) -> bool:
        """Whether something was there before, or may have been: then it is not ours to delete."""
        if place.path in self._there:
            # Created by this run, deleted, and created again.
            return self._there[place.path].remover is None
        lister = self._listed.get(resource.lister.unit, set()) if resource.lister else set()
        last = list(place.values.values())[-1:] if resource.creator.method == "POST" else []
        named = bool(last) and last[0] in self._named
        own = resource.creator.method == "PUT" and all(
            value in self._named for value in place.values.values()
        )
        return place.path in self._read or named or own or bool(last and last[0] in lister)

    @cached_property
    def _named(self) -> set[str]:
        """The values that the target file, or a sample of the contract, names for some path."""
        given = [
            value
            for examples in self.scene.target.examples.values()
            for value in examples.values()
            if isinstance(value, str | int)
        ]
        samples = [
            parameter.example
            for operation in self.scene.operations
            for parameter in operation.parameters
            if parameter.place == "path"
        ]
        return {str(value) for value in (*given, *samples) if value is not None}

    def _place(self, resource: Resource | None, exchange: Exchange) -> tuple[Place | None, Text]:
        if resource is None or (resource.reader or resource.remover) is None:
            return None, _NO_REMOVER
        try:
            return resources.place(self.scene, resource, exchange), _NO_REMOVER
        except NotTested as outcome:
            return None, outcome.because

    def _operation(self, exchange: Exchange) -> Operation | None:
        found = self.scene.operation(str(exchange.facts.get("operation")))
        if found is not None:
            return found
        meant = self.scene.meant_by(self._path(exchange.request.url))
        return next((o for o in meant if o.method == exchange.request.method), None)

    def _resource(self, operation: Operation | None) -> Resource | None:
        if operation is None:
            return None
        if operation.unit not in self._resources:
            self._resources[operation.unit] = resources.of(self.scene, operation)
        return self._resources[operation.unit]

    def _begins_a_session(self, operation: Operation) -> bool:
        """Whether what is made is a session, which ends by itself."""
        ends = (o for o in self.scene.operations if o.ends_session)
        return any(o.path.startswith(operation.path) for o in ends)

    @cached_property
    def _listers(self) -> frozenset[str]:
        found = [self._resource(o) for o in self.scene.operations if o.method == "POST"]
        return frozenset(one.lister.unit for one in found if one and one.lister)

    def _path(self, url: str) -> str:
        return url.removeprefix(self.scene.target.base_url).partition("?")[0]


def _is_errand(exchange: Exchange) -> bool:
    """Whether an exchange is a log-in, and nothing that a check asked."""
    return exchange.case.startswith("login:")


def _scalars(exchange: Exchange) -> Iterator[str]:
    """Yield what the members of a list's entries hold, as texts."""
    try:
        waiting: list[Any] = [exchange.shown_json()] if exchange.has_body else []
    except NotTested:
        return
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
        elif isinstance(node, str | int) and not isinstance(node, bool):
            yield str(node)
