"""What must not be reachable from outside."""

from __future__ import annotations

from conformance.check import check, require
from conformance.privacy.signatures import EXPOSED, is_exposed
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotTested, Reason


@check(catalogue="SEC-008", per="target", requests=len(EXPOSED))
def management_paths_are_hidden(probe: Probe) -> None:
    """Management, debugging and source paths are not served.

    Asks for well-known paths below the base URL; only an answer that bears the content signature
    of what it would be counts, so that a page for everything is no alarm (ASVS 5.0, 13.4.1 to
    13.4.5).
    """
    reached = False
    for path in EXPOSED:
        try:
            answer = probe.get(path)
        except NotTested as outcome:
            if outcome.reason is Reason.BLOCKED:  # a firewall in front hides it just as well
                continue
            raise
        reached = True
        shown = answer.succeeded and is_exposed(answer, path)
        require(
            not shown,
            expected=Text(vi=f"{path} không được phục vụ", en=f"{path} not to be served"),
            observed=Text(
                vi=f"{answer.status} với nội dung đặc trưng", en=f"{answer.status} with its content"
            ),
        )
    if not reached:
        raise NotTested(
            Reason.BLOCKED,
            Text(vi="tường lửa chặn mọi câu hỏi", en="a firewall stopped every question"),
        )
