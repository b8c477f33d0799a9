"""Removal: what was deleted is gone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from conformance import envelopes
from conformance.check import check, require
from conformance.checks.lifecycle import resources, writing
from conformance.checks.lifecycle.sameness import is_nothing
from conformance.contract import Contract
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.formats.names import words
from conformance.probe import Probe
from conformance.probe.scene import Scene
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_GONE = frozenset({404, 410})
# What a member is called by which something says of itself that it was deleted.
_FLAGS = re.compile(
    r"\b(?:deleted?|deletion|removed|archived|is active|active|enabled|status|state|cancell?ed"
    r"|revoked|da xoa|xoa|da huy|trang thai|tinh trang|hieu luc)\b"
)


def _is_read(scene: Scene, operation: Operation) -> bool:
    return any(o.method == "GET" and o.path == operation.path for o in scene.operations)


@check(
    catalogue="FUZ-009",
    per="operation",
    safety="write",
    # Created, perhaps twice, read, deleted, and read again.
    requests=5,
    methods=["DELETE"],
    applies=_is_read,
)
def what_was_deleted_is_gone(probe: Probe, operation: Operation, contract: Contract) -> None:
    """What was deleted cannot be read any more.

    Creates something, reads it, deletes it, and reads it once more, as who created it and past
    caches: 404 or 410. A success that still shows what was sent fails. Nothing is deleted that
    this check did not create; without an operation that creates it, nothing is. Not judged: what
    is deleted later (202), and what afterwards says of itself that it was deleted, by a member
    such as a state, which is how records that have to be kept are withdrawn. Other answers than
    2xx, 404 and 410 leave the question open (RFC 9110, section 9.3.5).
    """
    resource = resources.creator_of(probe.scene, operation)
    if resource is None or resource.reader is None:
        raise _uncreated(operation)
    made = writing.create(writing.Pen(probe, contract), resource)
    before = writing.read(probe, made)
    if not before.succeeded:
        raise _unread(before)
    writing.done(probe, operation, probe.send(writing.removing(probe, made)))
    after = writing.read(probe, made)
    if after.status in _GONE:
        return
    if not after.succeeded:
        raise _unread(after)
    sent = envelopes.sent_in(made.answer.request.body)
    old, now = (envelopes.content(read.json(), sent) for read in (before, after))
    flags = [name for name in {*old, *now} if _differs(old, now, name) and _says_so(name)]
    if flags:
        raise NotApplicable(
            Text(
                vi=f"sau khi xoá, {flags[0]} cho biết đối tượng không còn hiệu lực",
                en=f"after the deletion {flags[0]} says that it is no longer in force",
            )
        )
    require(
        not any(not is_nothing(now.get(name)) for name in sent if name in old),
        expected=Text(
            vi=f"404 hoặc 410 sau {operation.unit}", en=f"404 or 410 after {operation.unit}"
        ),
        observed=Text(
            vi=f"{after.status}, với dữ liệu như trước khi xoá",
            en=f"{after.status}, with the data from before",
        ),
        by=after,
    )


def _differs(old: Mapping[str, Any], now: Mapping[str, Any], name: str) -> bool:
    return name in now and (name not in old or bool(old[name] != now[name]))


def _says_so(name: str) -> bool:
    return bool(_FLAGS.search(words(name)))


def _uncreated(operation: Operation) -> NotTested:
    named = operation.path.rpartition("{")[2].partition("}")[0] or "…"
    line = f"`examples: {{{operation.id}: {{{named}: {{from: …, take: /…}}}}}}`"
    return NotTested(
        Reason.NO_MAPPING,
        Text(
            vi=f"không rõ thao tác nào tạo ra thứ mà {operation.unit} xoá, nên không xoá gì: thêm"
            f" vào tệp đích {line}",
            en=f"it is not clear which operation creates what {operation.unit} deletes, so nothing"
            f" is deleted: add to the target file {line}",
        ),
    )


def _unread(answer: Exchange) -> NotTested:
    return NotTested(
        Reason.INCONCLUSIVE,
        Text(
            vi=f"đọc thứ đã tạo nhận {answer.status}: không rõ nó còn hay không",
            en=f"reading what was created was answered {answer.status}, which does not tell whether"
            " it is there",
        ),
    )
