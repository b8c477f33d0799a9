"""JSON with a bound on its depth: who reads it, and how deep in our own calls, makes no difference.

Python's reader gives up where its stack ends, and how much of that is left depends on who calls:
what a live run can read, a rejudgement might not. So the depth is counted before anything is read.
RFC 8259, section 9 lets a reader set such a limit; a deeper text is still JSON.
"""

from __future__ import annotations

import json
import re
from itertools import accumulate
from typing import Any

# A tenth of the stack: what walks a value takes several calls for a level.
DEEPEST = 100
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\Z)', re.DOTALL)
_OPENING, _CLOSING = b"[{", b"]}"
_OTHERS = bytes(set(range(256)) - {*_OPENING, *_CLOSING})
# Each bracket as the step that it is: one level down, or one up (255 read as a signed byte).
_STEPS = bytes.maketrans(_OPENING + _CLOSING, b"\x01\x01\xff\xff")


class TooDeepError(ValueError):
    """A text is nested deeper than we read."""


def is_deep(text: bytes) -> bool:
    """Whether a JSON text, valid or not, is nested over `DEEPEST` levels."""
    if sum(text.count(sign) for sign in (b"[", b"{")) <= DEEPEST:
        return False
    brackets = _STRING.sub(b"", text).translate(_STEPS, _OTHERS)
    return any(level > DEEPEST for level in accumulate(memoryview(brackets).cast("b")))


def loads(text: bytes | str, **hooks: Any) -> Any:
    """Return what a JSON text says; `hooks` are those of `json.loads`.

    Raises:
        TooDeepError: it is nested over `DEEPEST` levels.
        ValueError: it is not JSON.
    """
    if is_deep(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text):
        raise TooDeepError(f"nested over {DEEPEST} levels")
    return json.loads(text, **hooks)
