"""What a shell would make of a command with a caller's words in it; nothing is ever run.

Only what the faults need is understood: separators, quotes, `$(…)`, `echo`, a product, `sleep`.
"""

from __future__ import annotations

import re

_PRODUCT = re.compile(r"\$\(\((\d+)\*(\d+)\)\)")
_INSIDE = re.compile(r"\$\(((?:[^()]|\(\([^()]*\)\))*)\)")
_QUOTED = re.compile(r"'[^']*'")
_LONGEST = 20.0


def carried_out(command: str) -> tuple[str, float]:
    """Return what a command prints, and for how many seconds it sleeps."""
    asleep = 0.0

    def inner(found: re.Match[str]) -> str:
        nonlocal asleep
        said, seconds = carried_out(found[1])
        asleep += seconds
        return said

    bare = _QUOTED.sub("", command)
    bare = _PRODUCT.sub(lambda found: str(int(found[1]) * int(found[2])), bare)
    bare = _INSIDE.sub(inner, bare)
    printed = []
    for part in re.split(r"[;|\n]", bare):
        word, _, rest = part.strip().partition(" ")
        if word == "echo":
            printed.append(rest)
        elif word == "sleep" and rest.strip().isdecimal():
            asleep += float(rest)
    return "\n".join(printed), min(asleep, _LONGEST)
