"""Records taken in by versions: what is refused, what is kept, what is told afterwards.

Rules and names follow software that is connected with the National General Database: the annex of
QCVN 09:2025/BCA could not be read. Each check takes in records under keys of its own.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

from conformance import packets, paging
from conformance.check import check, require
from conformance.checks.protocols import qcvn09
from conformance.checks.protocols.qcvn09 import DATA, EVENT, ID, SOURCE, STATE, VERSION, member
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.mapping import Mapped
from conformance.packets import JSON, XML
from conformance.probe import Probe
from conformance.probe.obstacles import unbroken
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

INGEST, BATCH, READ = "message.ingest", "message.ingest.batch", "message.record.read"
DELETED, RECONCILED = "message.deleted.list", "message.reconciliation.read"
_DATA_TYPE = "X-Data-Type"
_ACCEPTED = 202  # RFC 9110, section 15.3.3: taken in later, or not
_GONE = frozenset({404, 410})
_MOST_PAGES = 20
_REFUSED = Text(
    vi="bị từ chối (409, hoặc 2xx cho biết không bản ghi nào được nhận)",
    en="to be refused (409, or 2xx that tells that no record was taken in)",
)

Message = dict[str, Any]


@check(catalogue="DAT-019", per="target", safety="write", requests=5, contract=True)
def stale_versions_are_refused(probe: Probe) -> None:
    """A version that is not greater than the one held is refused and not kept.

    Takes in a record with version 2, then sends it with version 2 and with version 1 and another
    content: neither is answered as if it had been taken in, and the record is afterwards as it was
    (QCVN 09:2025/BCA, as software in use has it: the receiver does not process a record whose
    PhienBan is at most the greatest held). 409 and an answer that counts none taken in are both
    refusals; 202 leaves it to what is read.
    """
    ingest = _operation(probe, INGEST)
    key = probe.canary()
    _taken_in(probe, ingest, _message(probe, ingest, key, version=2))
    for stale in (2, 1):
        sent = _message(probe, ingest, key, "UPDATE", stale, words=f"{key} {stale}")
        answer = unbroken(_send(probe, ingest, sent, wellformed=False))
        require(
            is_refusal(answer),
            expected=_REFUSED,
            observed=f"{VERSION} {stale} ≤ 2 → {answer.status}",
            by=answer,
        )
    found = _read(probe, key)
    told, words = qcvn09.version(found), _words(found)
    require(
        str(told) == "2" and key not in str(words),
        expected=Text(vi="bản ghi giữ nguyên phiên bản 2", en="the record as it was, version 2"),
        observed=f"{VERSION} {told}, {words!r}",
    )


@check(catalogue="DAT-020", per="target", safety="write", requests=3, contract=True)
def updates_come_back(probe: Probe) -> None:
    """What was updated is what is read, and no version is lost.

    Takes in a record with version 1, then version 3 of it with another content: what is read is
    version 3 as it was sent. Where versions are listed beside it, both are among them
    (QCVN 09:2025/BCA, as software in use has it: versions grow, not necessarily by one).
    """
    ingest = _operation(probe, INGEST)
    key = probe.canary()
    _taken_in(probe, ingest, _message(probe, ingest, key))
    sent = _message(probe, ingest, key, "UPDATE", 3, words=f"{key} 3")
    later = _taken_in(probe, ingest, sent).status == _ACCEPTED
    found = _read(probe, key)
    told = str(qcvn09.version(found))
    if later and told == "1":
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(vi="phiên bản mới chưa được xử lý", en="the new version is not worked off yet"),
        )
    event = str(member(member(found, STATE), EVENT))
    require(
        told == "3" and event.upper() == "UPDATE",
        expected=Text(vi="đọc được PhienBan 3, SuKien UPDATE", en="PhienBan 3, SuKien UPDATE read"),
        observed=f"{VERSION} {told}, {EVENT} {event}",
    )
    kept = _words(found)
    require(
        kept is None or str(kept) == f"{key} 3",
        expected=Text(vi="nội dung như đã gửi", en="the content as it was sent"),
        observed=repr(kept),
    )
    versions = {str(value) for value in qcvn09.history(found)}
    require(
        not versions or {"1", "3"} <= versions,
        expected=Text(vi="các phiên bản 1 và 3", en="the versions 1 and 3"),
        observed=", ".join(sorted(versions)),
    )


@check(catalogue="DAT-021", per="target", safety="write", requests=3, contract=True)
def unknown_records_are_not_updated(probe: Probe) -> None:
    """What is not held cannot be updated.

    Sends an UPDATE under a key that nobody used: it is refused, and nothing is found under the
    key. The same message as NEW is taken in then, which shows that nothing else was wrong with it
    (QCVN 09:2025/BCA, as software in use has it: NEW adds, UPDATE changes what was added).
    """
    ingest = _operation(probe, INGEST)
    key = probe.canary()
    sent = _message(probe, ingest, key, "UPDATE")
    answer = unbroken(_send(probe, ingest, sent, wellformed=False))
    require(is_refusal(answer), expected=_REFUSED, observed=f"UPDATE → {answer.status}", by=answer)
    _absent(probe, key)
    _taken_in(probe, ingest, _message(probe, ingest, key))


@check(catalogue="DAT-022", per="target", safety="write", requests=3, contract=True)
def cancelling_is_soft(probe: Probe) -> None:
    """What was cancelled is still there and says so.

    Takes in a record and cancels it: it is found, with SuKien CANCEL and the version with which it
    was cancelled (QCVN 09:2025/BCA, as software in use has it: CANCEL is soft).
    """
    ingest = _operation(probe, INGEST)
    key = probe.canary()
    _cancelled(probe, ingest, key)
    found = _read(probe, key)
    event, told = member(member(found, STATE), EVENT), qcvn09.version(found)
    require(
        str(event).upper() == "CANCEL" and str(told) == "2",
        expected=Text(vi="đọc được SuKien CANCEL, PhienBan 2", en="SuKien CANCEL, PhienBan 2 read"),
        observed=f"{EVENT} {event}, {VERSION} {told}",
    )


@check(catalogue="DAT-023", per="target", safety="write", requests=2 + _MOST_PAGES, contract=True)
def cancellations_are_fed_on(probe: Probe, mapping: Mapped, *, field: str = "deleted.id") -> None:
    """Who copies records learns which were cancelled.

    Takes in a record and cancels it; walks through the list of cancelled records: its key, which
    `field` names, is there (QCVN 09:2025/BCA, as software in use has it: deleted keys have a feed
    of their own).
    """
    feed, ingest = _operation(probe, DELETED), _operation(probe, INGEST)
    mapping.known([field])
    key = probe.canary()
    _cancelled(probe, ingest, key)
    begun = len(probe.asked)
    ended = True
    if feed.listing is not None:
        size = paging.largest_size(feed)
        ended = paging.walk(probe, feed, size, _MOST_PAGES).ended
    else:
        probe.control(feed)
    pages = [answer for answer in probe.asked[begun:] if answer.succeeded]
    found = any(value == key for answer in pages for _, value in mapping.values(answer, field))
    if not found and not ended:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"chưa đọc hết danh sách sau {_MOST_PAGES} trang",
                en=f"the list did not end within {_MOST_PAGES} pages",
            ),
        )
    require(
        found,
        expected=Text(
            vi="bản ghi vừa hủy nằm trong danh sách đã hủy",
            en="the record just cancelled, in the list of those",
        ),
        observed=Text(vi=f"không có trong {len(pages)} trang", en=f"not in {len(pages)} pages"),
    )


@check(catalogue="DAT-024", per="target", safety="write", requests=5, contract=True)
def batches_are_all_or_nothing(probe: Probe) -> None:
    """Where one record of a batch is wrong nothing of the batch is kept.

    Takes in a record, then sends a batch of a new record and of that one again with the same
    version: the batch is refused, and nothing is found under the key of the new one. Alone, the
    new one is taken in (QCVN 09:2025/BCA, as software in use has it: validation fails fast).
    """
    batch, ingest = _operation(probe, BATCH), _operation(probe, INGEST)
    held, fresh = probe.canary(), probe.canary()
    known = _message(probe, ingest, held)
    _taken_in(probe, ingest, known)
    good = _message(probe, ingest, fresh)
    answer = unbroken(_send(probe, batch, _batch(probe, batch, [good, known]), wellformed=False))
    require(
        is_refusal(answer), expected=_REFUSED, observed=f"{batch.unit} → {answer.status}", by=answer
    )
    _absent(probe, fresh)
    _taken_in(probe, batch, _batch(probe, batch, [good]))


@check(catalogue="DAT-025", per="target", safety="write", requests=3, contract=True)
def announced_numbers_are_compared(probe: Probe) -> None:
    """A batch holds as many records as it announces.

    Sends a batch of two records that announces three, and one that announces one, after which the
    same two are taken in, announced as two: the first two are refused, for a part may have been
    lost on the way (QCVN 09:2025/BCA, as software in use has it: totalRecords beside data).
    """
    batch, ingest = _operation(probe, BATCH), _operation(probe, INGEST)
    if not isinstance(probe.example_body(batch).get("totalRecords"), int):
        raise NotApplicable(
            Text(vi="lô không nêu totalRecords", en="batches announce no totalRecords")
        )
    records = [_message(probe, ingest, probe.canary()) for _ in range(2)]
    for announced in (3, 1):
        sent = {**_batch(probe, batch, records), "totalRecords": announced}
        answer = unbroken(_send(probe, batch, sent, wellformed=False))
        require(
            is_refusal(answer),
            expected=_REFUSED,
            observed=f"totalRecords {announced} ≠ 2 → {answer.status}",
            by=answer,
        )
    _taken_in(probe, batch, _batch(probe, batch, records))


@check(catalogue="DAT-026", per="target", safety="write", requests=3, contract=True)
def data_types_are_demanded(probe: Probe) -> None:
    """A message without its kind of data, or with one that nobody knows, is refused.

    Sends a message without X-Data-Type, then with a word that is no kind of data, then as it is
    meant: the first two are refused, the third is taken in (QCVN 09:2025/BCA, as software in use
    has it: X-Data-Type is mandatory).
    """
    ingest = _operation(probe, INGEST)
    if not any(p.name.lower() == _DATA_TYPE.lower() for p in ingest.parameters):
        raise NotApplicable(
            Text(vi="đặc tả không khai báo X-Data-Type", en="the contract has no X-Data-Type")
        )
    question = probe.form(ingest, identity=probe.allowed(ingest))
    others = tuple(pair for pair in question.headers if pair[0].lower() != _DATA_TYPE.lower())
    for given in ((), ((_DATA_TYPE, probe.canary()),)):
        bent = replace(question, headers=(*others, *given), operation=ingest.unit, wellformed=False)
        answer = unbroken(probe.send(bent))
        require(
            is_refusal(answer),
            expected=_REFUSED,
            observed=f"{_DATA_TYPE}: {'…' if given else '∅'} → {answer.status}",
            by=answer,
        )
    probe.control(ingest)


@check(catalogue="DAT-027", per="target", safety="write", requests=4, contract=True, alone=True)
def reconciliation_counts_what_was_sent(
    probe: Probe, mapping: Mapped, *, field: str = "count.total"
) -> None:
    """What was sent is counted, whether it was taken in or refused.

    Reads the table of reconciliation, has one record taken in and one refused for its version, and
    reads the table again: all its totals together, which `field` names, have grown by two at
    least; others may have sent, too (QCVN 09:2025/BCA, as software in use has it).
    """
    table, ingest = _operation(probe, RECONCILED), _operation(probe, INGEST)
    mapping.known([field])
    before = _total(mapping, probe.control(table), field)
    sent = _message(probe, ingest, probe.canary())
    _taken_in(probe, ingest, sent)
    again = unbroken(_send(probe, ingest, sent, wellformed=False))
    if not is_refusal(again):
        raise NotTested(
            Reason.DEPENDENCY_FAILED,
            Text(vi="phiên bản lặp lại được nhận", en="a repeated version was taken in"),
        )
    after = _total(mapping, probe.control(table), field)
    require(
        after >= before + 2,
        expected=Text(vi="tổng tăng ít nhất 2", en="totals greater by 2 at least"),
        observed=f"{after - before:+d}",
    )


@check(catalogue="DAT-028", per="target", safety="write", requests=4, contract=True)
def xml_messages_are_read_as_json_ones(probe: Probe) -> None:
    """A message in XML is taken in as the same message in JSON.

    Takes in the example record in JSON and, under another key, in XML (element Root), where XML is
    declared; what is read of the two is the same but for the key (QCVN 09:2025/BCA allows both
    formats).
    """
    ingest = _operation(probe, INGEST)
    if not any(packets.is_xml(name) for name in ingest.request_types):
        raise NotApplicable(Text(vi="không khai báo XML", en="XML is not declared"))
    one, other = (_message(probe, ingest, probe.canary()) for _ in range(2))
    _taken_in(probe, ingest, one)
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n{_element("Root", other)}'.encode()
    answer = probe.call(ingest, headers=(("Content-Type", XML),), body=body)
    require(
        answer.succeeded,
        expected=Text(vi="thông điệp XML được nhận", en="the message in XML to be taken in"),
        observed=answer.status,
    )
    wanted, found = (_content(_read(probe, str(sent[DATA][ID]))) for sent in (one, other))
    differing = {name for name, _ in (wanted - found) + (found - wanted)}
    require(
        not differing,
        expected=Text(vi="nội dung như khi gửi bằng JSON", en="the content as when sent in JSON"),
        observed=Text(
            vi=f"khác ở {', '.join(sorted(differing)[:5])}",
            en=f"differs in {', '.join(sorted(differing)[:5])}",
        ),
    )


def is_refusal(answer: Exchange) -> bool:
    """Whether an answer does not claim that anything was taken in; 202 claims nothing yet."""
    if not answer.succeeded or answer.status == _ACCEPTED:
        return True
    told = packets.of(answer) or {}
    taken = [told[name] for name in ("inserted", "updated", "cancelled") if name in told]
    return bool(taken) and all(str(number) == "0" for number in taken)


def _operation(probe: Probe, role: str) -> Operation:
    unit = probe.scene.mapping.unit(role)
    found = probe.scene.operation(unit or "")
    if found is None:
        raise NotApplicable(Text(vi=f"không có thao tác {role}", en=f"no operation {role}"))
    return found


def _message(  # noqa: PLR0913  # what tells one message from the next
    probe: Probe,
    ingest: Operation,
    key: str,
    event: str = "NEW",
    version: int = 1,
    *,
    words: str = "",
) -> Message:
    """Return the example record under another key, in another state."""
    made: Message = deepcopy(dict(probe.example_body(ingest)))
    if not all(isinstance(made.get(name), Mapping) for name in (SOURCE, DATA, STATE)):
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi="nội dung mẫu không phải thông điệp có ba khối",
                en="the example body is no message of three parts",
            ),
        )
    made[DATA] = {**made[DATA], ID: key}
    state = {**made[STATE], EVENT: event}
    holder = state if VERSION in state or VERSION not in made else made
    holder[VERSION] = version
    if words:
        # Why it was changed: the one content that messages of every kind have a place for.
        state["MoTa"] = {"LyDoCapNhat": words}
    return {**made, STATE: state}


def _words(found: Mapping[str, Any]) -> Any:
    return member(member(member(found, STATE), "MoTa"), "LyDoCapNhat")


def _batch(probe: Probe, batch: Operation, records: Sequence[Message]) -> Message:
    """Return the example batch with these records."""
    body = dict(probe.example_body(batch))
    for name, value in body.items():
        if isinstance(value, list):
            announced = {"totalRecords": len(records)} if "totalRecords" in body else {}
            return {**body, **announced, name: list(records)}
    raise NotTested(
        Reason.NO_TEST_DATA,
        Text(vi="lô mẫu không có danh sách bản ghi", en="the example batch has no list"),
    )


def _send(
    probe: Probe, operation: Operation, message: Message, *, wellformed: bool = True
) -> Exchange:
    return probe.call(operation, body=packets.written(message, JSON), wellformed=wellformed)


def _taken_in(probe: Probe, operation: Operation, message: Message) -> Exchange:
    """Return the answer to a message that is to be taken in: without it nothing can be told."""
    answer = _send(probe, operation, message)
    if not answer.succeeded:
        raise probe.why_no_success(operation, answer)
    return answer


def _cancelled(probe: Probe, ingest: Operation, key: str) -> None:
    _taken_in(probe, ingest, _message(probe, ingest, key))
    _taken_in(probe, ingest, _message(probe, ingest, key, "CANCEL", 2, words="hủy"))


def _asked(probe: Probe, key: str) -> Exchange:
    reader = _operation(probe, READ)
    names = [p.name for p in reader.parameters if p.place == "path"]
    if len(names) != 1:
        raise NotTested(
            Reason.NO_MAPPING,
            Text(
                vi=f"{READ} phải có đúng một biến đường dẫn",
                en=f"{READ} must have one path variable",
            ),
        )
    question = probe.form(reader, identity=probe.allowed(reader), values={names[0]: key})
    answer = unbroken(probe.send(replace(question, operation=reader.unit)))
    if not answer.succeeded and answer.status not in _GONE:
        raise probe.why_no_success(reader, answer)
    return answer


def _read(probe: Probe, key: str) -> Mapping[str, Any]:
    """Return the record under a key, which has to be there."""
    answer = _asked(probe, key)
    found = [one for one in qcvn09.records(packets.of(answer)) if answer.succeeded]
    require(
        found,
        expected=Text(vi="bản ghi tra cứu được", en="the record to be found"),
        observed=answer.status,
    )
    return found[0]


def _content(found: Mapping[str, Any]) -> Counter[tuple[str, str]]:
    """Return what a record says, but for its key."""
    parts = {name: member(found, name) for name in (SOURCE, DATA, STATE)}
    return Counter(
        {
            pair: count
            for pair, count in packets.told(parts).items()
            if pair[0].lower() != ID.lower()
        }
    )


def _absent(probe: Probe, key: str) -> None:
    answer = _asked(probe, key)
    require(
        answer.status in _GONE,
        expected=Text(vi="không có bản ghi nào được lưu", en="nothing to have been kept"),
        observed=answer.status,
    )


def _total(mapping: Mapped, answer: Exchange, field: str) -> int:
    return sum(value for _, value in mapping.values(answer, field) if isinstance(value, int))


def _element(name: str, value: Any) -> str:
    """Write a member of a message as XML; each entry of a list is an element of that name."""
    if isinstance(value, list):
        return "".join(_element(name, part) for part in value)
    if isinstance(value, Mapping):
        inner = "".join(_element(key, part) for key, part in value.items())
    else:
        inner = "" if value is None else html.escape(str(value), quote=False)
    return f"<{name}>{inner}</{name}>"
