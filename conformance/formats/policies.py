"""Content Security Policies, as browsers read them (Content Security Policy Level 3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

Policy = Mapping[str, tuple[str, ...]]

FIELD = "Content-Security-Policy"
# One script by its number used once, or by its digest (section 2.3.1).
_NAMED = re.compile(r"'(?:nonce-|sha(?:256|384|512)-)")
# Whole schemes, and any host of one: whatever anybody has put anywhere.
_ANYBODY = re.compile(r"(?:https?|wss?|data|filesystem):(?://)?|(?:https?://)?\*(?::[\d*]+)?/?")
_OWN = frozenset({"'self'"})


def read(values: Iterable[str]) -> list[Policy]:
    """Return the policies of all fields of an answer; every one of them is enforced (section 4.2).

    A field may list several, and of a directive that is repeated the first counts (section 2.2.1).
    """
    found: list[Policy] = []
    for written in ",".join(values).split(","):
        policy: dict[str, tuple[str, ...]] = {}
        for directive in written.split(";"):
            name, *sources = directive.split()[:200] or [""]
            if name:
                policy.setdefault(name.lower(), tuple(source.lower() for source in sources))
        if policy:
            found.append(policy)
    return found


def frames(policies: Iterable[Policy]) -> list[tuple[str, ...]]:
    """Return who may frame a page, by each policy that says so; nothing else stands for it."""
    return [policy["frame-ancestors"] for policy in policies if "frame-ancestors" in policy]


def is_closed(sources: Sequence[str]) -> bool:
    """Whether a list of sources names somebody, or nobody; not everybody."""
    return not any(_ANYBODY.fullmatch(source) for source in sources)


def lacking(policies: Sequence[Policy]) -> list[str]:
    """Return the directives without which scripts of strangers may run in a page.

    Scripts come from those named, plugins and `<base>` from nobody else than the page's own
    origin. A page in which no script runs needs no rule on `<base>`.
    """
    if any("sandbox" in p and "allow-scripts" not in p["sandbox"] for p in policies):
        return []
    missing = []
    if not any(_names_scripts(policy) for policy in policies):
        missing.append("script-src")
    if not any(_is_own(_of(policy, "object-src")) for policy in policies):
        missing.append("object-src")
    runs = not any(_is_none(_of(policy, "script-src")) for policy in policies)
    if runs and not any(_is_own(policy.get("base-uri")) for policy in policies):
        missing.append("base-uri")
    return missing


def _of(policy: Policy, *names: str) -> tuple[str, ...] | None:
    return next((policy[name] for name in (*names, "default-src") if name in policy), None)


def _names_scripts(policy: Policy) -> bool:
    """Whether scripts run only where somebody named them, in elements and in attributes."""
    return all(
        _is_strict(_of(policy, kind, "script-src"))
        for kind in ("script-src-elem", "script-src-attr")
    )


def _is_strict(sources: tuple[str, ...] | None) -> bool:
    if sources is None:
        return False
    if any(_NAMED.match(source) for source in sources):
        # Beside these `'unsafe-inline'` says nothing, and beside `'strict-dynamic'` no host does.
        return "'strict-dynamic'" in sources or is_closed(sources)
    return "'unsafe-inline'" not in sources and is_closed(sources)


def _is_none(sources: tuple[str, ...] | None) -> bool:
    return sources is not None and set(sources) <= {"'none'"}


def _is_own(sources: tuple[str, ...] | None) -> bool:
    return sources is not None and (_is_none(sources) or set(sources) <= _OWN)
