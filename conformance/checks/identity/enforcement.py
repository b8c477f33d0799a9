"""Declared security is really asked for."""

from __future__ import annotations

from conformance.check import check
from conformance.checks.identity.refusals import got_nothing
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import Probe, answered
from conformance.probe.questions import INVALID
from conformance.probe.reads import be_refused
from conformance.verdict import NotTested

_SERIES = "as strangers"


@check(catalogue="AUT-001", per="operation", requests=3, shares=_SERIES, secured=True)
def declared_security_is_enforced(probe: Probe, operation: Operation) -> None:
    """A stranger gets nothing.

    Sends the request of somebody who may without credentials, then with them: the first is
    refused, the second succeeds and so shows why the first was (OWASP API2:2023; ASVS 5.0,
    8.2.1). Hiding behind 404 is a refusal, and so is TLS that asks in vain for a certificate.
    Where the contract says nothing of credentials at all, it is asked of what the target file
    names a caller of (`owner`), and a stranger who is answered leaves the question open.
    """
    stranger, _, control = _answers(probe, operation)
    if not operation.secured:
        be_refused(stranger, operation)
    got_nothing(stranger, operation)
    answered(control)


@check(catalogue="AUT-002", per="operation", requests=3, shares=_SERIES, secured=True)
def invalid_credentials_are_refused(probe: Probe, operation: Operation) -> None:
    """Credentials that nobody issued get nothing.

    Sends the request of somebody who may with canary credentials of the same scheme, then with
    the true ones (OWASP API2:2023). Where the contract says nothing of credentials at all, it is
    asked of what the target file names a caller of (`owner`) and what a stranger is refused.
    """
    stranger, impostor, control = _answers(probe, operation)
    if not operation.secured:
        be_refused(stranger, operation)
    got_nothing(impostor, operation)
    answered(control)


def _answers(probe: Probe, operation: Operation) -> tuple[Exchange | NotTested, ...]:
    """Ask as a stranger, as an impostor and, for both, as somebody who may.

    Where certificates are demanded each has a connection of its own: how it ends tells something.
    """
    return probe.shared(
        _SERIES,
        lambda p: p.call(operation, identity=None, raw=operation.certified),
        lambda p: p.call(operation, identity=INVALID, raw=operation.certified),
        lambda p: p.control(operation),
    )
