"""Answers that are compared: what they tell, without the words of the question in them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any
from urllib.parse import quote, quote_plus

from conformance import nesting
from conformance.evidence import Exchange
from conformance.likeness import VOLATILE, fits, steady


@dataclass(frozen=True)
class Said:
    """An answer in which our own words are replaced by the value that they stand for."""

    status: int
    text: str
    value: Any


def said(answer: Exchange, sent: str, value: str) -> Said:
    """Return what an answer says, with a value in the place of what was sent."""
    text = answer.body.decode("utf-8", "replace")
    # An echo differs as the question does, and proves nothing.
    for form in (sent, json.dumps(sent)[1:-1], quote(sent, safe=""), quote_plus(sent)):
        text = text.replace(form, value)
    try:
        return Said(answer.status, text, nesting.loads(text))
    except ValueError:
        return Said(answer.status, text, text)


def common(answers: Iterable[Said]) -> Said | None:
    """Return what the answers to one question have in common; None where that is nothing.

    An empty list is something: it is how a search says that it found nothing.
    """
    found = list(answers)
    value = reduce(steady, (answer.value for answer in found))
    if len({answer.status for answer in found}) > 1 or value is VOLATILE:
        return None
    return Said(found[0].status, "", value)


def alike(one: Said, pattern: Said) -> bool:
    """Whether an answer is like what others have in common."""
    return one.status == pattern.status and fits(one.value, pattern.value)
