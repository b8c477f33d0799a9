"""Streams of events (server-sent events), read in pieces that end.

The door reads a body to its end, within its limits of time and size. A stream that never ends is
therefore not tested; one that takes `limit`, or ends with what is there, is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotTested, Reason, Violation

EVENT_STREAM = "text/event-stream"
_ACCEPT = ("Accept", EVENT_STREAM)
_LAST = "Last-Event-ID"
_SOME = 5
_MOST_PIECES = 12
_FIELDS = frozenset({"data", "event", "id", "retry"})


@dataclass(frozen=True)
class Event:
    """One event: its own id, None where it has none, and its data."""

    id: str | None
    data: str


@dataclass(frozen=True)
class Stream:
    """What a piece of a stream holds.

    Attributes:
        events: the events that a client dispatches: those with data, ended by an empty line.
        comments: how many lines say nothing but that the connection lives.
        unknown: names of fields that no client knows.
    """

    events: tuple[Event, ...]
    comments: int
    unknown: tuple[str, ...]

    @property
    def ids(self) -> list[str]:
        """The ids of the events that have one."""
        return [event.id for event in self.events if event.id]


def parsed(text: str) -> Stream:
    """Read a piece of a stream as a client does (HTML, section 9.2.6)."""
    events: list[Event] = []
    unknown: list[str] = []
    data: list[str] = []
    comments, own = 0, None
    for line in re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff"))[:-1]:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if data:
                events.append(Event(own, "\n".join(data)))
            data, own = [], None
        elif not name:
            comments += 1
        elif name == "data":
            data.append(value)
        elif name == "id" and "\0" not in value:
            own = value
        elif name not in _FIELDS:
            unknown.append(name)
    return Stream(tuple(events), comments, tuple(unknown))


def _streams(_: Any, operation: Any) -> bool:
    return operation is not None and any(
        EVENT_STREAM in types for status, types in operation.responses.items() if status[:1] == "2"
    )


@check(catalogue="IOP-051", per="operation", requests=1, methods=["GET"], applies=_streams)
def streams_are_streams_of_events(probe: Probe, operation: Operation) -> None:
    """What is declared as a stream of events can be read by every client of such.

    Asks for a few events: the media type is text/event-stream, the text is UTF-8, and where the
    piece holds anything, events have data lines and end with an empty line. Comments, `retry`, any
    of the three line ends and fields that clients pass over are legal (HTML, section 9.2).
    """
    answer = _piece(probe, operation)
    require(
        answer.media_type == EVENT_STREAM,
        expected=Text(vi=f"kiểu nội dung {EVENT_STREAM}", en=f"the media type {EVENT_STREAM}"),
        observed=answer.media_type or Text(vi="không có kiểu nội dung", en="no media type"),
    )
    found = parsed(_text(answer))
    require(
        found.events or not found.unknown,
        expected=Text(
            vi="sự kiện có dòng data: và dòng trống ở cuối",
            en="events with data lines, ended by an empty line",
        ),
        observed=Text(
            vi="không sự kiện nào đọc được trong nội dung nhận về",
            en="no event can be read in what was received",
        ),
    )


@check(catalogue="IOP-052", per="operation", requests=1, methods=["GET"], applies=_streams)
def events_have_ids_of_their_own(probe: Probe, operation: Operation) -> None:
    """Each event has an id, and no two the same.

    Asks for a few events. Without an id of its own nobody can say which event was the last that
    arrived (HTML, section 9.2.6). Ids are texts of any kind.
    """
    events = _events(probe, operation)
    missing = sum(not event.id for event in events)
    ids = [event.id for event in events if event.id]
    require(
        not missing and len(set(ids)) == len(ids),
        expected=Text(vi="mỗi sự kiện một id riêng", en="an id of its own for each event"),
        observed=Text(
            vi=f"{len(events)} sự kiện: {missing} không có id, {len(ids) - len(set(ids))} trùng",
            en=f"{len(events)} events: {missing} without, {len(ids) - len(set(ids))} repeated",
        ),
    )


@check(catalogue="IOP-053", per="operation", requests=3, methods=["GET"], applies=_streams)
def resuming_goes_on_where_it_was(probe: Probe, operation: Operation) -> None:
    """Who comes back with the id of the last event gets what follows, all of it and nothing twice.

    Asks for a few events, then with the id of the first as Last-Event-ID: the second comes first.
    Then with the id of the last: none of those before it comes again (HTML, section 9.2.4). What
    came about in the meantime may follow.
    """
    ids = parsed(_text(_piece(probe, operation))).ids
    if len(ids) < 2:  # the one received, and one that follows
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi="luồng chưa có hai sự kiện có id để thử nối lại",
                en="the stream has no two events with ids to try it with",
            ),
        )
    following = parsed(_text(_piece(probe, operation, ids[0]))).ids
    require(
        following[:1] == [ids[1]],
        expected=Text(
            vi=f"nối lại sau {ids[0]} nhận {ids[1]} trước", en=f"after {ids[0]}, {ids[1]} first"
        ),
        observed=following[0] if following else Text(vi="không có sự kiện nào", en="no event"),
    )
    again = [one for one in parsed(_text(_piece(probe, operation, ids[-1]))).ids if one in ids]
    require(
        not again,
        expected=Text(
            vi=f"nối lại sau {ids[-1]} không lặp lại sự kiện nào",
            en=f"after {ids[-1]}, nothing twice",
        ),
        observed=", ".join(again[:5]),
    )


@check(
    catalogue="IOP-054", per="operation", requests=_MOST_PIECES, methods=["GET"], applies=_streams
)
def quiet_streams_are_kept_alive(probe: Probe, operation: Operation) -> None:
    """Where nothing happens the stream says at least that it lives.

    Goes on behind the last event, piece by piece, until none comes any more: that piece is not
    empty, be it a comment or a `retry`. Servers in between close connections on which nothing
    moves (HTML, section 9.2.7).
    """
    last = ""
    for _ in range(_MOST_PIECES):
        text = _text(_piece(probe, operation, last, _most(operation)))
        found = parsed(text)
        if not found.events:
            require(
                text.strip(),
                expected=Text(
                    vi="dòng ghi chú (: …) hoặc retry khi không có sự kiện",
                    en="a comment (: …) or retry where there is no event",
                ),
                observed=Text(vi="nội dung rỗng", en="nothing at all"),
            )
            return
        if not found.ids or found.ids[-1] == last:
            break
        last = found.ids[-1]
    raise NotTested(
        Reason.INCONCLUSIVE,
        Text(vi="chưa gặp lúc luồng không có sự kiện", en="the stream was never without events"),
    )


def _limit(operation: Operation) -> Mapping[str, Any] | None:
    """Return the schema of the parameter that bounds a piece, if there is one."""
    found = (p for p in operation.parameters if p.name == "limit" and p.place == "query")
    return next((p.schema for p in found), None)


def _most(operation: Operation) -> int:
    most = (_limit(operation) or {}).get("maximum")
    return most if isinstance(most, int) else _SOME


def _piece(probe: Probe, operation: Operation, last: str = "", size: int = _SOME) -> Exchange:
    """Return a piece of a stream; a few events, where the operation takes a limit."""
    query = {"limit": str(size)} if _limit(operation) is not None else {}
    headers = (_ACCEPT, (_LAST, last)) if last else (_ACCEPT,)
    answer = probe.call(operation, headers=headers, query=query)
    if not answer.succeeded:
        raise probe.why_no_success(operation, answer)
    return answer


def _text(answer: Exchange) -> str:
    try:
        return answer.body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Violation(
            Text(vi="luồng sự kiện dùng UTF-8", en="a stream of events in UTF-8"),
            Text(vi=error.reason, en=error.reason),
        ) from None


def _events(probe: Probe, operation: Operation) -> tuple[Event, ...]:
    found = parsed(_text(_piece(probe, operation))).events
    if not found:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(vi="luồng chưa có sự kiện nào", en="there is no event in the stream"),
        )
    return found
