"""When somebody got nothing: what the checks of credentials have in common."""

from __future__ import annotations

from conformance.check import require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import answered
from conformance.probe.obstacles import unbroken
from conformance.text import Text
from conformance.verdict import NotTested, Reason, TurnedAway


def got_nothing(outcome: Exchange | NotTested, operation: Operation, tried: str = "") -> None:
    """Demand that a caller was refused, by an answer or before one: by TLS.

    Only a control that succeeds afterwards tells that TLS minded the caller, and nothing else.

    Args:
        outcome: the answer, or why there is none.
        operation: what was called.
        tried: what was tried, where a check tries several things.

    Raises:
        Violation: it was not.
        NotTested: there is no answer, or none that tells.
    """
    if not isinstance(outcome, TurnedAway):
        is_refused(answered(outcome), operation, tried)


def is_refused(answer: Exchange, operation: Operation, tried: str = "") -> None:
    """Demand that an answer hands out nothing.

    Args:
        answer: what came.
        operation: what was called; its protocol says what a refusal looks like.
        tried: what was tried, where a check tries several things.

    Raises:
        Violation: it does.
        NotTested: the server broke, or showed a page.
    """
    unbroken(answer)
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
        observed=f"{tried} → {answer.status}" if tried else answer.status,
        by=answer,
    )
