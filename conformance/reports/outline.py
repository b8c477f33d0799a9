"""What a report says and in which order, before any format: all formats read this.

The totals are the engine's (`counts`); nothing is counted a second time here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]

LEVELS = ("MUST", "SHOULD", "MAY")
VERDICTS = ("pass", "attested", "waived", "not_applicable", "not_tested", "error", "fail")
IMPACTS = ("critical", "high", "medium", "low", "none")


@dataclass(frozen=True)
class Incident:
    """One way in which a unit breaks a law: what was asked, what came, and how to repeat it."""

    unit: str
    place: str
    scenario: str
    status: int
    observed: str
    evidence: str
    curl: str | None


@dataclass(frozen=True)
class Cause:
    """One thing that is wrong, and every unit that shows it."""

    check: str
    expected: str
    observed: str
    units: tuple[str, ...]
    notes: tuple[Any, ...]
    evidence: tuple[str, ...]
    curl: str | None
    single: bool
    incidents: tuple[Incident, ...] = ()


@dataclass(frozen=True)
class Finding:
    """A requirement that is not met (or that we could not ask), by cause."""

    requirement: Json
    causes: tuple[Cause, ...]
    waiver: Json | None


@dataclass(frozen=True)
class Open:
    """A requirement that could not be decided and the cheapest way to decide it."""

    requirement: Json
    reason: str | None
    because: Any
    how: Any
    units: tuple[str, ...]


@dataclass(frozen=True)
class Measured:
    """A share that was computed from the target's own data.

    Attributes:
        requirement: which demanded it.
        unit: the list that it was taken from.
        found: the share in percent, two decimals.
        threshold: the demanded share in percent.
        numerator: how many have the property.
        denominator: how many were counted.
        period: the first and the last day of the data; empty where they tell none.
        reached: whether the threshold was reached.
    """

    requirement: Json
    unit: str
    found: str
    threshold: str
    numerator: int
    denominator: int
    period: tuple[str, ...]
    reached: bool


@dataclass(frozen=True)
class Outline:
    """The parts of a report, each in its order: by level, then impact, then id."""

    findings: tuple[Finding, ...]
    observations: tuple[Finding, ...]
    waived: tuple[Finding, ...]
    errors: tuple[Finding, ...]
    measured: tuple[Measured, ...]
    open: tuple[Open, ...]
    passed: tuple[Json, ...]
    attested: tuple[tuple[Json, Json | None], ...]
    not_applicable: tuple[Json, ...]
    coverage: tuple[Json, ...]
    untested: tuple[Json, ...]


def totals(results: Json) -> dict[str, dict[str, int]]:
    """Return level -> verdict -> number, complete, as the engine counted."""
    counts = results["counts"]
    return {
        level: {verdict: counts.get(level.lower(), {}).get(verdict, 0) for verdict in VERDICTS}
        for level in LEVELS
    }


def in_words(result: Json, key: str, lang: str) -> str:
    """Return `expected` or `observed` of one result; English where Vietnamese is missing."""
    translated = result.get(f"{key}_vi") if lang == "vi" else None
    return str(translated or result.get(key) or "")


def outline(results: Json, lang: str) -> Outline:
    """Sort the requirements of `results` into the parts of a report."""
    ordered = sorted(results["requirements"], key=_rank)
    waivers = {waiver["requirement"]: waiver for waiver in results["waivers"]}

    def found(*, verdict: str, levels: tuple[str, ...] = LEVELS) -> tuple[Finding, ...]:
        return tuple(
            Finding(one, _causes(one, lang), waivers.get(one["id"]))
            for one in ordered
            if one["verdict"] == verdict and one["level"] in levels
        )

    # Runs of before did not say.
    coverage = tuple(results.get("coverage", ()))
    attestations = {one["requirement"]: one for one in results["attestations"]}
    passed = [one for one in ordered if one["verdict"] == "pass"]
    return Outline(
        findings=found(verdict="fail", levels=("MUST",)),
        observations=found(verdict="fail", levels=("SHOULD", "MAY")),
        waived=found(verdict="waived"),
        errors=found(verdict="error"),
        measured=tuple(_measured(ordered, lang)),
        open=_open(results, ordered),
        passed=tuple(one for one in passed if one["mode"] != "attested"),
        attested=tuple(
            (one, attestations.get(one["id"])) for one in passed if one["mode"] == "attested"
        ),
        not_applicable=tuple(one for one in ordered if one["verdict"] == "not_applicable"),
        coverage=coverage,
        untested=tuple(one for one in coverage if not one["tested"]),
    )


def _rank(requirement: Json) -> tuple[int, int, str]:
    return (
        LEVELS.index(requirement["level"]),
        IMPACTS.index(requirement["impact"]),
        requirement["id"],
    )


def _measured(ordered: list[Json], lang: str) -> Iterator[Measured]:
    for one in ordered:
        for result in one["results"]:
            told = result.get("measured")
            if told:
                period = told["period"]
                yield Measured(
                    requirement=one,
                    unit=result["unit"],
                    # Four decimals of a share are two of its percentage.
                    found=_percent(told["found"], 2, lang),
                    threshold=_percent(told["threshold"], 0, lang),
                    numerator=told["numerator"],
                    denominator=told["denominator"],
                    period=(period["from"], period["to"]) if period else (),
                    reached=result["verdict"] == "pass",
                )


def _percent(share: float, decimals: int, lang: str) -> str:
    told = f"{100 * share:.{decimals}f} %"
    return told.replace(".", ",") if lang == "vi" else told


def _causes(requirement: Json, lang: str) -> tuple[Cause, ...]:
    """Gather the results that say what is wrong: same check and same words are one cause."""
    groups: dict[tuple[str, str, str], list[Json]] = {}
    for result in requirement["results"]:
        if result["verdict"] in {"fail", "waived", "error"}:
            words = (in_words(result, "expected", lang), in_words(result, "observed", lang))
            groups.setdefault((result["check"], *words), []).append(result)
    return tuple(
        Cause(
            check=check,
            expected=expected,
            observed=observed,
            units=tuple(dict.fromkeys(one["unit"] for one in group)),
            notes=tuple(note for one in group for note in one["notes"]),
            evidence=tuple(dict.fromkeys(ref for one in group for ref in one["evidence"])),
            curl=next((one["curl"] for one in group if one["curl"]), None),
            single=any(one["single"] for one in group),
            incidents=tuple(_incidents(group, lang)),
        )
        for (check, expected, observed), group in groups.items()
    )


def _incidents(group: list[Json], lang: str) -> Iterator[Incident]:
    for one in group:
        for entry in one.get("incidents", ()):
            yield Incident(
                unit=one["unit"],
                place=entry["place"],
                scenario=in_words(entry, "scenario", lang),
                status=entry["status"],
                observed=in_words(entry, "observed", lang),
                evidence=entry["least"],
                curl=entry["curl"],
            )


def _open(results: Json, ordered: list[Json]) -> tuple[Open, ...]:
    """Return what is open; an undecided requirement is listed even if no way is known."""
    known = {entry["requirement"]: entry for entry in results["open"]}
    return tuple(
        Open(
            requirement=one,
            reason=known.get(one["id"], one)["reason"],
            because=one["because"],
            how=known[one["id"]]["how"] if one["id"] in known else None,
            units=tuple(
                dict.fromkeys(
                    result["unit"] for result in one["results"] if result["verdict"] == "not_tested"
                )
            ),
        )
        for one in ordered
        if one["verdict"] == "not_tested" or one["id"] in known
    )
