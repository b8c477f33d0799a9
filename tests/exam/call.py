"""A request on its way through the agency, and the words in which operations are written."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from exam.contract import Operation
from exam.reading import Flaw
from exam.store import Store
from exam.wire import Answer, Request, problem


class BrokenError(Exception):
    """Something in the agency failed: the caller is answered 500."""


@dataclass
class Call:
    """A request that reached an operation.

    Attributes:
        request: as it was sent.
        operation: which one.
        store: what the agency holds.
        enabled: the defects that are switched on.
        identity: who calls; empty for nobody.
        values: of path, query and header parameters, by name.
        body: what was sent; None where nothing was.
        shown: the defects that made this answer, or what is kept of it, other than it should be.
        nameless: whether the answer comes without its X-Request-Id.
    """

    request: Request
    operation: Operation
    store: Store
    enabled: frozenset[str]
    identity: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    shown: set[str] = field(default_factory=set)
    nameless: bool = False

    def falls(self, defect: str) -> bool:
        """Whether a defect is switched on; it is noted that this request meets it.

        Asked last in a condition, where the answer differs from the right one.
        """
        if defect not in self.enabled:
            return False
        self.shown.add(defect)
        return True

    def breaks(self, defect: str) -> None:
        """Fail, where a defect is switched on."""
        if self.falls(defect):
            raise BrokenError(defect)


def _nothing(_call: Call) -> None:
    return


def _never(_call: Call, _flaw: Flaw) -> bool:
    return False


def _plainly(_call: Call, _flaws: list[Flaw]) -> Answer | None:
    return None


@dataclass(frozen=True)
class Handler:
    """What an operation does.

    Attributes:
        act: answers a call in which nothing is wrong.
        before: looks at a call before anything of it is read.
        forgive: whether a flaw is overlooked, by a defect.
        refuse: answers a call with flaws in another way than a problem document.
    """

    act: Callable[[Call], Answer]
    before: Callable[[Call], None] = _nothing
    forgive: Callable[[Call, Flaw], bool] = _never
    refuse: Callable[[Call, list[Flaw]], Answer | None] = _plainly


def told(value: Any, status: int = 200, location: str = "") -> Answer:
    """Return an answer in JSON."""
    body = json.dumps(value, ensure_ascii=False).encode()
    return Answer(status, body, fields={"Location": location} if location else {})


def missing() -> Answer:
    """Return the answer for what is not there, or not to be seen."""
    return problem(404, "Không tìm thấy.")


def refused(flaws: list[Flaw], status: int = 400, detail: str = "") -> Answer:
    """Return the refusal of a request: which rules are broken where, no values."""
    errors = [
        {"place": flaw.place, "at": flaw.at[:300], "rule": flaw.rule[:100]} for flaw in flaws[:20]
    ]
    return problem(status, detail or "Yêu cầu không hợp lệ.", errors=errors)


def page_of(call: Call, found: list[Any], offset: int | None = None) -> dict[str, Any]:
    """Return one page of a list, as the parameters page and limit ask for it."""
    page, limit = call.values["page"], call.values["limit"]
    start = (page - 1) * limit if offset is None else offset
    items = found[start : start + limit]
    return {"items": items, "total": len(found), "page": page, "limit": limit}
