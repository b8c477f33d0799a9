"""Creation: who is told that something was created finds it where he is told that it is."""

from __future__ import annotations

from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.probe.obstacles import unbroken
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_CREATED = 201
_GONE = frozenset({404, 410})


@check(catalogue="IOP-009", per="operation", safety="write", requests=3, methods=["POST", "PUT"])
def what_was_created_is_where_location_says(probe: Probe, operation: Operation) -> None:
    """What was created is found where Location says that it is.

    Reads the Location of the answer 201 to the first call, resolved against the address that
    was asked, as who created it: it is found. If it is not, creates once more and reads that at
    once: only what is missing both long after and at once was never there. Without a Location
    the created is what was asked for (PUT), or, where the contract reads single objects one
    level below (POST), it lacks its address. Other answers than 2xx, 404 and 410 leave the
    question open, and so does an address outside the target (RFC 9110, sections 9.3.3, 10.2.2
    and 15.3.2).
    """
    answer = probe.baseline(operation)
    if not operation.succeeded(answer):
        raise probe.why_no_success(operation, answer)
    if answer.status != _CREATED:
        raise NotApplicable(
            Text(vi=f"trả lời {answer.status}, không phải 201", en=f"{answer.status} is not 201")
        )
    probe.asked.append(answer)
    if not answer.header("Location"):
        require(
            not _has_an_address(probe, operation),
            expected=Text(
                vi="201 kèm Location của đối tượng được tạo",
                en="201 with the Location of what was created",
            ),
            observed=Text(vi="không có Location", en="no Location"),
            by=answer,
        )
        raise NotApplicable(
            Text(
                vi="đối tượng được tạo nằm ở chính địa chỉ đã gọi, hoặc không có địa chỉ riêng",
                en="what is created is at the address that was asked, or has none of its own",
            )
        )
    if _read(probe, answer).status in _GONE:
        again = probe.call(operation)
        if again.status != _CREATED or not again.header("Location"):
            raise NotTested(
                Reason.INCONCLUSIVE,
                Text(
                    vi=f"tạo lại để xác nhận thì nhận {again.status}",
                    en=f"creating once more, to be sure, was answered {again.status}",
                ),
            )
        found = _read(probe, again)
        require(
            found.status not in _GONE,
            expected=Text(
                vi="đối tượng được tạo đọc được tại Location",
                en="what was created to be read at its Location",
            ),
            observed=Text(
                vi=f"{found.status} tại Location của {operation.unit}",
                en=f"{found.status} at the Location of {operation.unit}",
            ),
            by=found,
        )


def _read(probe: Probe, answer: Exchange) -> Exchange:
    """Return what is at the Location of an answer: 2xx, 404 or 410; no other status decides."""
    place = answer.header("Location")
    path = probe.placed(answer, place)
    readers = (o for o in probe.scene.operations if o.method == "GET" and o.fits(path))
    found = unbroken(probe.read_again(next(readers, None), place, answer))
    if not found.succeeded and found.status not in _GONE:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"đọc tại Location nhận {found.status}: không rõ đối tượng có ở đó hay không",
                en=f"reading at Location was answered {found.status}, which does not tell whether"
                " it is there",
            ),
        )
    return found


def _has_an_address(probe: Probe, operation: Operation) -> bool:
    """Whether the contract reads single objects one level below a path that is posted to."""
    below = f"{operation.path.rstrip('/')}/{{"
    return operation.method == "POST" and any(
        o.method == "GET" and o.path.startswith(below) and "/" not in o.path[len(below) :]
        for o in probe.scene.operations
    )
