"""Who asked for personal data, and what for, can be looked up afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance import mapping as mappings
from conformance import paging, sent
from conformance.check import check, require
from conformance.checks.privacy.purposes import has_a_body
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.fields import plain
from conformance.mapping import Held, Mapped
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_REQUEST = "access.request"
_PURPOSE = "access.purpose"
# What a log may not hold of the people who were asked for.
_PERSONAL = ("personal_id", "person.name", "person.birth")
_SHORTEST = 6


@check(
    catalogue="PRV-025",
    per="operation",
    requests=2,
    contract=True,
    applies=has_a_body,
)
def queries_are_logged(  # which log, and what it owes
    probe: Probe,
    operation: Operation,
    mapping: Mapped,
    *,
    log: str = "access.list",
    tells: tuple[str, ...] = ("access.caller", "access.time"),
) -> None:
    """A query is in the log: who asked when and what for, and nothing of whom it was about.

    Sends the example with a request code that nobody used before and reads the log, the operation
    of the role `log`, by that code: an entry is there, tells the fields `tells` and the purpose
    that was sent, and holds no personal number, name or date of birth of the request
    (Law 91/2025/QH15).
    """
    word = probe.canary()
    body = _query(probe, operation, mapping, word)
    reader = _reader(probe, mapping, log)
    exchange, entries = _entries(probe, reader, word, probe.allowed(reader), tells)
    require(
        entries,
        expected=Text(vi="lần khai thác có trong nhật ký", en="the query to be in the log"),
        observed=Text(vi="nhật ký không có", en="not in the log"),
    )
    contract = probe.scene.contract
    purposes = sent.find(contract, mapping, operation, body, _PURPOSE).values()
    hidden = {
        text
        for field in _PERSONAL
        for value in sent.find(contract, mapping, operation, body, field).values()
        for text in sent.texts(value)
        if len(text) >= _SHORTEST
    }
    for entry in entries:
        silent = [name for name in tells if name in entry.values and entry.one(name) is None]
        require(
            not silent,
            expected=Text(vi="nhật ký cho biết ai hỏi, lúc nào", en="who asked, and when"),
            observed=Text(vi=f"thiếu {', '.join(silent)}", en=f"{', '.join(silent)} missing"),
        )
        if purposes and _PURPOSE in entry.values:
            require(
                entry.one(_PURPOSE) in purposes,
                expected=Text(vi="mục đích như bên gọi đã nêu", en="the purpose that was stated"),
                observed=f"{entry.place}: {entry.one(_PURPOSE)}",
            )
        told = list(_texts_at(exchange, entry))
        require(
            not any(value in text for value in hidden for text in told),
            expected=Text(
                vi="nhật ký không chứa dữ liệu của người được hỏi",
                en="a log without data of whom was asked about",
            ),
            observed=entry.place,
        )


@check(
    catalogue="PRV-025",
    per="operation",
    requests=3,
    contract=True,
    needs=("peer",),
    applies=has_a_body,
)
def people_see_who_asked(
    probe: Probe,
    operation: Operation,
    mapping: Mapped,
    *,
    log: str = "access.own.list",
) -> None:
    """People find the queries about themselves in a log of their own, and those about nobody else.

    Sends the example, which asks about one person, with a request code that nobody used before,
    and reads the operation of the role `log` by that code as the person whom the target file names
    as its owner, and as a peer: the first finds an entry, the second none (Law 91/2025/QH15).
    Queries about several people are left alone. Where the peer finds one and the owner none, the
    example is about the wrong person.
    """
    reader = _reader(probe, mapping, log)
    owner = probe.allowed(reader)
    peer = probe.scene.peer(owner)
    body = probe.example_body(operation)
    found = sent.find(probe.scene.contract, mapping, operation, body, "personal_id")
    if len({text for value in found.values() for text in sent.texts(value)}) != 1:
        raise NotApplicable(
            Text(vi="yêu cầu không hỏi về đúng một người", en="the request is not about one person")
        )
    if peer is None:
        raise NotTested(
            Reason.NO_SECOND_IDENTITY,
            Text(vi=f"cần người ngang hàng với {owner}", en=f"it needs a peer of {owner}"),
        )
    word = probe.canary()
    _query(probe, operation, mapping, word)
    _, own = _entries(probe, reader, word, owner)
    _, others = _entries(probe, reader, word, peer)
    if others and not own:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"mẫu của {operation.unit} phải hỏi về {owner}",
                en=f"the example of {operation.unit} has to be about {owner}",
            ),
        )
    require(
        own and not others,
        expected=Text(
            vi="người được hỏi thấy lần khai thác, người khác không thấy",
            en="the person to see the query, and nobody else to",
        ),
        observed=Text(
            vi=f"{owner}: {len(own)} mục, {peer}: {len(others)} mục",
            en=f"{owner}: {len(own)} entries, {peer}: {len(others)} entries",
        ),
    )


def _query(probe: Probe, operation: Operation, mapping: Mapped, word: str) -> Mapping[str, Any]:
    """Ask what the example asks, with a request code, and return what was sent.

    Raises:
        NotApplicable: requests have no place for a code.
        NotTested: it did not succeed.
    """
    scene = probe.scene
    sent.known(scene.contract, mapping, scene.operations, [_REQUEST])
    body = probe.example_body(operation)
    places = sent.find(scene.contract, mapping, operation, body, _REQUEST)
    if not places:
        raise NotApplicable(
            Text(vi="yêu cầu không mang mã yêu cầu", en="the request carries no code of its own")
        )
    answer = probe.call(operation, body=sent.put(body, next(iter(places)), word))
    if not answer.succeeded:
        raise probe.why_no_success(operation, answer)
    return body


def _reader(probe: Probe, mapping: Mapped, role: str) -> Operation:
    reader = probe.scene.operation(mapping.unit(role) or "")
    if reader is None or reader.listing is None:
        raise NotTested(
            Reason.NO_MAPPING,
            Text(
                vi=f"{role} phải là một danh sách đã khai báo", en=f"{role} must be a declared list"
            ),
        )
    return reader


def _entries(
    probe: Probe, reader: Operation, word: str, identity: str | None, tells: tuple[str, ...] = ()
) -> tuple[Exchange, list[Held]]:
    """Return the entries of a log with a request code, by the filter that is declared for it."""
    mapping = probe.scene.mapping
    places = [
        place for unit, place in mapping.fields.get(_REQUEST, ()) if unit in {None, reader.unit}
    ]
    filters = reader.listing.filters if reader.listing else ()
    parameter = next(
        (one.parameter for one in filters for place in places if place.endswith(one.at)), None
    )
    if parameter is None:
        raise NotTested(
            Reason.NO_MAPPING,
            Text(
                vi=f"danh sách {reader.unit} không khai báo cách lọc theo {_REQUEST}",
                en=f"the list {reader.unit} declares no filter by {_REQUEST}",
            ),
        )
    page = paging.page(probe, reader, {parameter: word}, identity)
    if not page.entries:
        return page.exchange, []
    names = [name for name in (_PURPOSE, *tells) if mapping.fields.get(name)]
    held = mapping.records(page.exchange, [_REQUEST, *names])
    return page.exchange, [one for one in held if plain(one.one(_REQUEST)) == word]


def _texts_at(exchange: Exchange, entry: Held) -> Iterator[str]:
    """Yield the texts of an entry."""
    place = "" if entry.place == "/" else entry.place
    for value in mappings.at(exchange.json(), place).values():
        yield from (plain(text) for text in sent.texts(value))
