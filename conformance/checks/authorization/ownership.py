"""What belongs to one person is closed to another."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from conformance import likeness
from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.paging import allowed_sizes, by_id, declared, page
from conformance.probe import Probe
from conformance.probe.obstacles import unbroken
from conformance.text import Text
from conformance.trees import HIDDEN
from conformance.verdict import NotApplicable, NotTested, Reason

_LARGE = 100
# An identifier as short as this may be a number that everybody's first entry has.
_SHORT = 6


@check(
    catalogue="AUT-003",
    per="operation",
    requests=3,
    methods=["GET"],
    guarded=True,
    owned=True,
    needs=["peer"],
)
def others_cannot_read(probe: Probe, operation: Operation) -> None:
    """Nobody reads what belongs to somebody else of the same standing.

    Reads an object as its owner, then as a peer who shares nothing with the owner (`citizen_a`,
    `citizen_b`): the peer is refused, or the answer carries nothing of what the owner was shown
    (OWASP API1:2023; ASVS 5.0, 8.2.2). The values decide, not the status; what is not JSON is
    compared as a whole. A peer whose credentials are refused (401) shows nothing.
    """
    control = probe.control(operation)
    answer = probe.call(operation, identity=_peer(probe, control))
    _known(answer)
    if not answer.succeeded:
        return
    if control.json() is None and answer.has_body:
        raise _another_document(control, answer)
    asked = unquote(answer.request.url)
    common = likeness.values(control.json()) & likeness.values(answer.json())
    # What the question itself named tells nothing about whose the answer is.
    shown = {value for value in common if value not in asked}
    if shown and likeness.is_hollow(answer.json(), control.json()):
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi="người khác được trả lời, nhưng nội dung trống",
                en="somebody else was answered, with nothing in it",
            ),
        )
    require(
        not shown,
        expected=Text(
            vi="người khác bị từ chối (403, 404) hoặc không thấy dữ liệu của chủ sở hữu",
            en="somebody else to be refused (403, 404) or to see nothing of the owner's",
        ),
        observed=Text(
            vi=f"{answer.status}, có {len(shown)} giá trị trùng với dữ liệu của chủ sở hữu",
            en=f"{answer.status} with {len(shown)} values of the owner's",
        ),
    )


def _another_document(control: Exchange, answer: Exchange) -> NotTested:
    """Return that nothing is clear where a peer was shown what is not JSON.

    Raises:
        Violation: it is the very document that the owner was shown.
    """
    require(
        control.body != answer.body,
        expected=Text(
            vi="người khác bị từ chối (403, 404) hoặc không thấy tài liệu của chủ sở hữu",
            en="somebody else to be refused (403, 404) or not to see the owner's document",
        ),
        observed=Text(
            vi=f"{answer.status}, cùng một tài liệu {control.media_type}",
            en=f"{answer.status} with the same document, {control.media_type}",
        ),
    )
    return NotTested(
        Reason.INCONCLUSIVE,
        Text(
            vi="người khác được trả lời một tài liệu khác, không rõ của ai",
            en="somebody else was answered another document, and whose is not clear",
        ),
    )


@check(
    catalogue="AUT-003",
    per="operation",
    requests=2,
    methods=["GET"],
    guarded=True,
    owned=True,
    listing=True,
    needs=["peer"],
)
def others_are_not_listed(probe: Probe, operation: Operation) -> None:
    """A list of one's own holds nothing that belongs to somebody else.

    Asks for one page of a personal list as its owner and, with the same call, as a peer who shares
    nothing with the owner (`citizen_a`, `citizen_b`): both find entries, and no entry is in both,
    told by its declared identifier and, where that is short, by all that it holds. Whether a list
    is of one's own is declared (`of: owner`); without that, what both see leaves the question open
    (OWASP API1:2023; ASVS 5.0, 8.2.2).
    """
    whose = declared(operation).of
    if whose == "all":
        raise NotApplicable(
            Text(
                vi="danh sách được khai báo là chung cho mọi người gọi (`of: all`)",
                en="the list is declared to be the same for everybody (`of: all`)",
            )
        )
    owner = probe.allowed(operation)
    own, others = (_listed(probe, operation, who) for who in (owner, _peer_of(probe, owner)))
    shared = [name for name in own if name in others and _is_one(own[name], others[name], name)]
    if shared and whose is None:
        raise _nobody_said_whose(operation, len(shared))
    require(
        not shared,
        expected=Text(
            vi="danh sách của mỗi người chỉ có những mục của chính người đó",
            en="everybody's list to hold their own entries only",
        ),
        observed=Text(
            vi=f"{len(shared)} mục có trong danh sách của cả hai người",
            en=f"{len(shared)} entries in the lists of both",
        ),
    )


def _listed(probe: Probe, operation: Operation, who: str | None) -> dict[bytes, Any]:
    """Return the entries that somebody sees, by their identifiers; never none."""
    size = declared(operation).size
    query = {size: str(allowed_sizes(operation, [_LARGE])[0])} if size else {}
    found = by_id(page(probe, operation, query, who), operation)
    if not found:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"danh sách của {who} trống: cần ít nhất một mục của người này",
                en=f"the list of {who} is empty: it takes an entry of this identity's own",
            ),
        )
    return found


def _is_one(entry: Any, other: Any, name: bytes) -> bool:
    """Whether two entries with one identifier are one entry."""
    identifier = name.decode("utf-8", "replace").strip('"')
    tells = len(identifier) >= _SHORT and not HIDDEN.search(identifier)
    return tells or bool(entry == other)


def _nobody_said_whose(operation: Operation, count: int) -> NotTested:
    line = f"`lists: {{{operation.id}: {{…, of: owner}}}}`"
    return NotTested(
        Reason.NO_MAPPING,
        Text(
            vi=f"{count} mục có trong danh sách của cả hai người; thêm vào tệp đích {line} nếu mỗi"
            " người chỉ được thấy mục của mình, `of: all` nếu danh sách là chung",
            en=f"{count} entries are in the lists of both; add to the target file {line} if"
            " everybody may see only their own, `of: all` if all may see the same",
        ),
    )


@check(
    catalogue="AUT-004",
    per="operation",
    requests=4,
    safety="write",
    methods=["PUT", "PATCH", "DELETE", "POST"],
    guarded=True,
    owned=True,
    needs=["peer"],
)
def others_cannot_change(probe: Probe, operation: Operation) -> None:
    """Nobody changes what belongs to somebody else of the same standing.

    Asks for a change of an object as a peer of its owner, then as the owner: the peer is refused
    and the owner succeeds, which shows that nothing but the person stood in the way (OWASP
    API1:2023). A peer whose credentials are refused (401) shows nothing.
    """
    owner = probe.allowed(operation)
    answer = probe.call(operation, identity=_peer_of(probe, owner))
    _known(answer)
    require(
        not answer.succeeded,
        expected=Text(
            vi="người khác không thay đổi được: 403 hoặc 404",
            en="a change by somebody else to be refused: 403 or 404",
        ),
        observed=answer.status,
    )
    probe.control(operation)


def _peer(probe: Probe, control: Exchange) -> str:
    return _peer_of(probe, control.identity)


def _peer_of(probe: Probe, owner: str | None) -> str:
    peer = probe.scene.peer(owner)
    if peer is None:
        raise NotTested(
            Reason.NO_SECOND_IDENTITY,
            Text(
                vi=f"tệp đích không có người ngang hàng với {owner} (như citizen_a, citizen_b)",
                en=f"the target file has no peer of {owner} (as citizen_a, citizen_b)",
            ),
        )
    return peer


def _known(answer: Exchange) -> None:
    """Demand that the peer is somebody whom the target knows."""
    if answer.status == 401:
        raise NotTested(
            Reason.NO_CREDENTIALS,
            Text(
                vi=f"đích không nhận danh tính {answer.identity} (401)",
                en=f"the target does not accept the identity {answer.identity} (401)",
            ),
        )
    unbroken(answer)
