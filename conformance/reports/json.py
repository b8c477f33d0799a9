"""`results.json`, readable: the shape that scripts rely on, whatever language or view."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.reports import Run

_SURROGATE = re.compile("[\ud800-\udfff]")


def render(run: Run, *, lang: str = "vi", view: str = "technical") -> str:  # noqa: ARG001 - one signature for all formats; data has no language
    """Return the results as indented JSON, member order kept, Vietnamese readable.

    A lone surrogate that a target smuggled in stays escaped (RFC 8259, section 8.2): the text
    can always be encoded, and reading it back gives an equal value.

    Raises:
        ValueError: the results hold NaN or an infinity, which JSON has no words for.
    """
    text = json.dumps(run.results, ensure_ascii=False, indent=2, allow_nan=False)
    return _SURROGATE.sub(lambda match: f"\\u{ord(match.group()):04x}", text) + "\n"
