"""What of an exchange platform's behaviour a fault or a near-miss can bend."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.sandbox.data_exchange.xml import Node

Headers = tuple[tuple[str, str], ...]


def new_id() -> str:
    """Return an id that no other call has."""
    return str(uuid.uuid4())


def as_it_is(told: Any) -> Any:
    """Change nothing."""
    return told


@dataclass(frozen=True)
class Rules:
    """How a platform exchanges; the default values are the correct platform.

    Attributes:
        clients_checked: whether the client of a REST call has to be the caller's own subsystem.
        soap_clients_checked: the same of SOAP messages.
        trace_id: makes the trace id of a call.
        trace_header: the field that carries it.
        traced: whether calls are logged.
        echoed: changes the header blocks of a SOAP message on their way back.
        returned: changes the X-Road fields of a REST answer.
        refused: changes what is told of an error of the platform itself: type and words.
        fault_status: the status of a SOAP Fault.
        fault: changes code and words of a SOAP Fault.
        unknown_acknowledged: whether a SOAP service that nobody knows is answered.
        answered: changes the element that answers a SOAP message.
    """

    clients_checked: bool = True
    soap_clients_checked: bool = True
    trace_id: Callable[[], str] = new_id
    trace_header: str | None = "X-Road-Request-Id"
    traced: bool = True
    echoed: Callable[[Sequence[Node]], Sequence[Node]] = as_it_is
    returned: Callable[[Headers], Headers] = as_it_is
    refused: Callable[[str, str], tuple[str, str]] = lambda kind, words: (kind, words)
    fault_status: int = 500
    fault: Callable[[str, str], tuple[str, str]] = lambda code, words: (code, words)
    unknown_acknowledged: bool = False
    answered: Callable[[Node], Node] = as_it_is
