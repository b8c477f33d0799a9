"""Other methods for what GET refuses."""

from __future__ import annotations

from conformance.check import check, require
from conformance.checks.bypass.refusals import Refusal
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotTested, Reason

OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")


@check(catalogue="SEC-010", per="target", requests=2 * 3)
def head_is_refused_like_get(probe: Probe) -> None:
    """What GET refuses a stranger is not told by HEAD either.

    Takes one read operation for each way of securing. A HEAD without credentials that succeeds
    with the length or the version of what somebody who may is answered has been let through
    (RFC 9110, section 9.3.2; ASVS 5.0, 8.3.1).
    """
    for operation in probe.secured_reads():
        allowed = Refusal.of(probe, operation).allowed
        head = probe.call(operation, method="HEAD", identity=None, wellformed=False)
        if not head.succeeded or head.media_type != allowed.media_type:
            continue
        same = [
            name
            for name in ("ETag", "Content-Length")
            if head.header(name) and head.header(name) == allowed.header(name)
        ]
        require(
            not same,
            expected=Text(
                vi="HEAD không kèm thông tin xác thực bị từ chối như GET",
                en="a HEAD without credentials to be refused like GET",
            ),
            observed=Text(
                vi=f"HEAD → {head.status}, {', '.join(same)} như của người có quyền",
                en=f"HEAD → {head.status}, {', '.join(same)} as for the authorised",
            ),
        )
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"HEAD {operation.path} → {head.status} nhưng không cho biết dữ liệu nào",
                en=f"HEAD {operation.path} → {head.status}, yet it tells nothing of the data",
            ),
        )


@check(catalogue="SEC-010", per="target", safety="write", requests=2 * (len(OVERRIDES) + 4))
def overridden_methods_open_nothing(probe: Probe) -> None:
    """A method that stands for another in a header field does not get round a refusal.

    Takes one read operation for each way of securing, and asks as a stranger with an empty POST
    and a field that names GET: `X-HTTP-Method-Override`, `X-HTTP-Method`, `X-Method-Override`. A
    success counts only where it brings what the control alone was told (ASVS 5.0, 8.3.1).
    """
    for operation in probe.secured_reads():
        refusal = Refusal.of(probe, operation)
        refusal.holds(
            (
                (f"POST, {name}: GET", refusal.question(method="POST", headers=((name, "GET"),)))
                for name in OVERRIDES
            ),
            expected=Text(
                vi="phương thức được ghi đè không trả dữ liệu cho người lạ",
                en="no overridden method to give a stranger data",
            ),
        )
