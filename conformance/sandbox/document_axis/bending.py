"""Small words with which the axis's faults and near-misses are written."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.bending import when_asked

SEND, READ, TELL, TOLD = "sendDocument", "getDocument", "addStatus", "listStatuses"


def overlooking(agency: Agency, *rules: str) -> Agency:
    """Return an agency that does not look at some rules of the axis."""
    return agency.with_(overlooks=agency.overlooks | set(rules))


def on_documents(agency: Agency, change: Callable[[bytes], bytes]) -> Agency:
    """Return an agency that changes the bytes of the documents that it hands out."""
    return agency.bending_answers(
        when_asked(READ, lambda _call, made: made.with_body(change(made.body)))
    )


def replacing(pattern: str, by: str) -> Callable[[bytes], bytes]:
    """Return a function that puts a text in the place of what fits a pattern."""
    expression = re.compile(pattern, re.DOTALL)
    return lambda body: expression.sub(by, body.decode("utf-8")).encode("utf-8")


def on_history(agency: Agency, change: Callable[[dict[str, Any]], Any]) -> Agency:
    """Return an agency that changes what it tells of what became of documents."""
    return agency.bending_values(lambda call, value: change(value) if call.asks == TOLD else value)
