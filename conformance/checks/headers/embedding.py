"""What pages of other sites may load with the credentials of who reads them."""

from __future__ import annotations

from conformance.check import ABSENT, check, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested

FIELD = "Cross-Origin-Resource-Policy"
_OWN = frozenset({"same-origin", "same-site"})
# What a browser says of itself when a foreign page loads an image (Fetch Metadata).
FOREIGN = (
    ("Sec-Fetch-Site", "cross-site"),
    ("Sec-Fetch-Mode", "no-cors"),
    ("Sec-Fetch-Dest", "image"),
)


@check(catalogue="SEC-026", per="target", requests=2)
def foreign_pages_cannot_embed(probe: Probe) -> None:
    """A page of another site cannot load what only its reader may see.

    Takes the first GET operation that is closed and answers somebody whose credential browsers
    send by themselves: a cookie, a password of HTTP or a client certificate. Asks for it the way a
    browser does for an image of a foreign page: either that is refused, or the answer has one
    Cross-Origin-Resource-Policy, `same-origin` or `same-site` in exactly these letters (Fetch,
    cross-origin resource policy check; ASVS 5.0, 3.5.8). Nothing is asked where credentials go
    into a field of their own, such as access tokens: no image sends those.
    """
    operation = _asked_of(probe)
    answer = probe.call(operation, headers=FOREIGN)
    if 400 <= answer.status < 500:
        # It may be refused for another reason, which then holds for the plain call as well.
        probe.control(operation)
        return
    if not operation.succeeded(answer):
        raise probe.why_no_success(operation, answer)
    told = answer.header_all(FIELD)
    require(
        len(told) == 1 and told[0].strip() in _OWN,
        expected=Text(
            vi=f"bị từ chối, hoặc {FIELD}: same-origin",
            en=f"a refusal, or {FIELD}: same-origin",
        ),
        observed=", ".join(told) or ABSENT,
        by=answer,
    )


def _asked_of(probe: Probe) -> Operation:
    """Return the operation that is asked.

    Raises:
        NotApplicable: no credential is one that browsers send by themselves.
        NotTested: it could not be seen whose credential opens what is closed.
    """
    why: NotTested | None = None
    for operation in probe.scene.operations:
        if operation.method != "GET" or not operation.closed:
            continue
        try:
            if operation.succeeded(answer := probe.baseline(operation)) and _sent(probe, answer):
                return operation
        except NotTested as outcome:
            why = why or outcome
    raise why or NotApplicable(
        Text(
            vi="không có dữ liệu riêng nào mở bằng thông tin xác thực mà trình duyệt tự gửi",
            en="nothing closed is opened by a credential that browsers send by themselves",
        )
    )


def _sent(probe: Probe, answer: Exchange) -> bool:
    who = probe.target.identities.get(answer.identity or "")
    return who is not None and who.sent_by_browsers
