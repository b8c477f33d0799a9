"""Declared security is really asked for."""

from __future__ import annotations

from conformance.check import check, require
from conformance.contract import Operation
from conformance.evidence import Exchange
from conformance.probe import INVALID, Probe
from conformance.text import Text
from conformance.verdict import NotTested, Reason


@check(catalogue="AUT-001", per="operation", requests=2, secured=True)
def declared_security_is_enforced(probe: Probe, operation: Operation) -> None:
    """A stranger gets nothing.

    Sends the request of somebody who may without credentials, then with them: the first is
    refused, the second succeeds and so shows why the first was (OWASP API2:2023; ASVS 5.0,
    8.2.1). Hiding behind 404 is a refusal.
    """
    stranger = probe.call(operation, identity=None)
    _is_refused(stranger, operation)
    probe.control(operation)


@check(catalogue="AUT-002", per="operation", requests=2, secured=True)
def invalid_credentials_are_refused(probe: Probe, operation: Operation) -> None:
    """Credentials that nobody issued get nothing.

    Sends the request of somebody who may with canary credentials of the same scheme, then with
    the true ones (OWASP API2:2023).
    """
    impostor = probe.call(operation, identity=INVALID)
    _is_refused(impostor, operation)
    probe.control(operation)


def _is_refused(answer: Exchange, operation: Operation) -> None:
    if answer.status >= 500:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(vi=f"máy chủ trả lời {answer.status}", en=f"the server answered {answer.status}"),
        )
    served = not operation.refused(answer)
    documented = operation.documented(answer.status) or {}
    if served and answer.media_type == "text/html" and "text/html" not in documented:
        # A page, as a rule to log in: no data, but no proof of a refusal either.
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(vi="trả lời là một trang HTML", en="the answer is an HTML page"),
        )
    require(
        not served,
        expected=Text(vi="bị từ chối: 401, 403 hoặc 404", en="a refusal: 401, 403 or 404"),
        observed=answer.status,
    )
