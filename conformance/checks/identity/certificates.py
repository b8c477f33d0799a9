"""Certificates of clients, where the contract demands them (`mutualTLS`)."""

from __future__ import annotations

from conformance.check import check
from conformance.checks.identity.refusals import got_nothing
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.identities import forging
from conformance.identities.forging import Forged
from conformance.probe import Probe, answered
from conformance.verdict import NotTested

_SERIES = "without a true certificate"


@check(
    catalogue="TLS-013",
    per="operation",
    requests=3,
    shares=_SERIES,
    secured=True,
    certified=True,
)
def certificates_are_demanded(probe: Probe, operation: Operation) -> None:
    """Nobody is served without the client certificate that the contract demands.

    Sends the request of somebody who may without the certificate, whatever else it carries, and
    then with it: the first is refused, by an alert of TLS, by an end of the connection or by the
    answer; the second succeeds, so that it was the certificate that was missed (OpenAPI 3.1,
    `mutualTLS`). TLS may ask without insisting where the answer then refuses.
    """
    bare, _, control = _answers(probe, operation)
    got_nothing(bare, operation, forging.WITHOUT_CERTIFICATE)
    answered(control)


@check(
    catalogue="TLS-013",
    per="operation",
    requests=3,
    shares=_SERIES,
    secured=True,
    certified=True,
)
def certificates_are_verified(probe: Probe, operation: Operation) -> None:
    """A client certificate of the right name, issued by nobody, is refused (ASVS 5.0, 12.1.3).

    Sends the request of somebody who may with a certificate of the same subject that only its own
    key signed, and then with the true one: the first is refused, by an alert of TLS, by an end of
    the connection or by the answer; the second succeeds.
    """
    _, forged, control = _answers(probe, operation)
    got_nothing(forged, operation, forging.SELF_SIGNED)
    answered(control)


def _answers(probe: Probe, operation: Operation) -> tuple[Exchange | NotTested, ...]:
    """Ask without a certificate, with a self-signed one and, for both, with the true one."""
    who = str(probe.allowed(operation))
    bare = str(Forged(forging.WITHOUT_CERTIFICATE, who))
    forged = str(Forged(forging.SELF_SIGNED, who))
    # Each on a connection of its own, whose end tells something; nothing of an earlier one helps.
    return probe.shared(
        _SERIES,
        lambda p: p.call(operation, identity=bare, raw=True),
        lambda p: p.call(operation, identity=forged, raw=True),
        lambda p: p.control(operation),
    )
