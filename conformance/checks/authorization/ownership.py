"""What belongs to one person is closed to another."""

from __future__ import annotations

from urllib.parse import unquote

from conformance import likeness
from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotTested, Reason


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
    (OWASP API1:2023; ASVS 5.0, 8.2.2). The values decide, not the status; a peer whose credentials
    are refused (401) shows nothing.
    """
    control = probe.control(operation)
    answer = probe.call(operation, identity=_peer(probe, control))
    _known(answer)
    if not answer.succeeded:
        return
    asked = unquote(answer.request.url)
    common = likeness.values(control.json()) & likeness.values(answer.json())
    # What the question itself named tells nothing about whose the answer is.
    shown = {value for value in common if value not in asked}
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
    if answer.status >= 500:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(vi=f"máy chủ trả lời {answer.status}", en=f"the server answered {answer.status}"),
        )
