"""Small words with which the platform's faults and near-misses are written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.data_exchange.rules import Rules
from conformance.sandbox.data_exchange.service import REST_PREFIX, SOAP_PATH
from conformance.sandbox.data_exchange.xml import Node
from conformance.sandbox.messages import Answer, Call

MADE_UP_CLIENT = "VN/GOV/SO-KHCN/lgsp"


def ruled(agency: Agency, **rules: Any) -> Agency:
    """Return a platform with other rules of exchange."""
    kept: Rules = agency.exchange
    return agency.with_(exchange=replace(kept, **rules))


def on_messages(agency: Agency, change: Callable[[bytes], bytes]) -> Agency:
    """Return a platform that changes the bytes of its SOAP messages."""
    return on_soap(agency, lambda made: made.with_body(change(made.body)))


def on_soap(agency: Agency, change: Callable[[Answer], Answer]) -> Agency:
    """Return a platform that changes its answers to SOAP messages."""

    def hook(call: Call, made: Answer) -> Answer:
        return change(made) if call.path == SOAP_PATH and call.service is not None else made

    return agency.bending_answers(hook)


def on_rest(agency: Agency, change: Callable[[Answer], Answer]) -> Agency:
    """Return a platform that changes its answers to REST calls."""

    def hook(call: Call, made: Answer) -> Answer:
        return change(made) if call.path.startswith(REST_PREFIX) else made

    return agency.bending_answers(hook)


def on_operation(agency: Agency, operation: str, change: Callable[[Any], Any]) -> Agency:
    """Return a platform that changes what one operation tells."""
    return agency.bending_values(
        lambda call, told: change(told) if call.asks == operation else told
    )


def in_block(name: str, part: str, text: str) -> Callable[[Sequence[Node]], Sequence[Node]]:
    """Return a change of one part of one header block of a message."""

    def changed(blocks: Sequence[Node]) -> Sequence[Node]:
        return [_with(block, part, text) if block.name == name else block for block in blocks]

    return changed


def _with(block: Node, part: str, text: str) -> Node:
    children = tuple(replace(c, text=text) if c.name == part else c for c in block.children)
    return replace(block, children=children)


def told_otherwise(name: str, text: str) -> Callable[[Node], Node]:
    """Return a change of one element in the answers of SOAP services."""
    return lambda told: _with(told, name, text)
