"""Where access tokens may not stand."""

from __future__ import annotations

from conformance.check import check
from conformance.checks.identity.refusals import is_refused
from conformance.contract.operations import Operation
from conformance.identities.forging import IN_URL, Forged
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason


@check(catalogue="AUT-014", per="target", requests=3, safety="write", secured=True)
def tokens_in_urls_are_refused(probe: Probe) -> None:
    """A token in the address opens nothing.

    Sends the request of somebody who may, which succeeds, and then the same with the token in the
    query (`access_token`, RFC 6750, section 2.3) and nowhere else: it is refused (RFC 9700,
    section 4.3.2; ASVS 5.0, 14.2.1). Where it is not, a stranger asks too: only who is refused
    without a token was let in by it. Asked of one secured read, and of a sandbox alone: a token
    in an address stays in the logs of every server on the way, so have it revoked afterwards. The
    record holds a token in its place. Not judged: other names of the parameter, and what the
    contract says of keys in queries.
    """
    operation = _asked_with_a_token(probe)
    control = probe.control(operation)
    forged = str(Forged(IN_URL, str(control.identity)))
    answer = probe.call(operation, identity=forged, wellformed=False)
    if not operation.refused(answer):
        stranger = probe.call(operation, identity=None)
        if not operation.refused(stranger):
            raise NotTested(
                Reason.INCONCLUSIVE,
                Text(
                    vi="người không có mã cũng được trả lời",
                    en="somebody without a token is answered as well",
                ),
            )
    is_refused(answer, operation, "access_token=…")


def _asked_with_a_token(probe: Probe) -> Operation:
    """Return a secured read that somebody calls with a token.

    Raises:
        NotApplicable: nobody does.
    """
    for operation in probe.secured_reads():
        who = probe.target.identities.get(probe.allowed(operation) or "")
        if who is not None and who.shows_a_token and not operation.certified:
            return operation
    raise NotApplicable(
        Text(vi="không ai gọi bằng mã truy cập", en="nobody calls with an access token")
    )
