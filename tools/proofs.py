"""The page that tells by what each check is proven: faults that it kills, oddities it spares."""

from __future__ import annotations

from collections import defaultdict

from conformance import check as checks
from conformance.selftest import known_variations

Named = defaultdict[str, list[str]]
# What cannot come up at an agency on this machine's loopback, and which test breaks it instead.
ELSEWHERE = {
    "tls.transport.answers_come_over_https": "of addresses beyond this machine alone;"
    " `tests/unit/test_handshakes.py::test_an_interface_is_reached_over_https`",
}


def page() -> str:
    """Return the matrix of checks against the variations of the reference agencies."""
    kills: Named = defaultdict(list)
    met: Named = defaultdict(list)
    spares: Named = defaultdict(list)
    for variation in known_variations():
        for kept, listed in (
            (kills, variation["breaks"]),
            (met, variation["also"]),
            (spares, variation["spares"]),
        ):
            for check in listed:
                kept[check].append(variation["id"])
    known = checks.every()
    rows = "\n".join(
        f"| `{name}` | {_told(kills[name])} | {_told(spares[name])} | {len(met[name])} |"
        for name in known
    )
    elsewhere = "; ".join(f"`{name}`, {told}" for name, told in ELSEWHERE.items())

    def without(kept: Named) -> list[str]:
        return [name for name in known if not kept[name] and name not in ELSEWHERE]

    few = [name for name in known if len(kills[name]) == 1]
    return (
        "# What proves each check\n\n"
        "`conformance selftest` runs the reference agencies with every fault and every oddity."
        " Kill mode fails where a fault survives a check that is to break; spare mode where"
        " anything breaks that is not listed here, or something listed does not; clean mode where"
        " a legal oddity breaks anything. So this table is what was observed as long as the"
        " self-test passes.\n\n"
        f"- checks and laws: {len(known)}\n"
        f"- killed by no fault (unproven): {_named(without(kills))}\n"
        f"- without an oddity that is spared: {_named(without(spares))}\n"
        f"- proven by a test of their own: {elsewhere}\n"
        f"- killed by one fault alone, where there is one way to be wrong: {len(few)}\n\n"
        "| check | killed by | spares | breaks beside in |\n|---|---|---|---|\n"
        f"{rows}\n"
    )


def _told(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names)) or "—"


def _named(names: list[str]) -> str:
    return f"{len(names)}" + (f" ({_told(names)})" if names else "")
