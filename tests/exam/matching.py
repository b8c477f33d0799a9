"""Which defects the findings of a tool point to: the same rule for every tool.

The agency writes down what each request met. A finding points to a defect where one of its requests
met the defect and what the finding says fits the defect's symptoms: a 500 in the same operation for
another reason is another defect, and "invalid input accepted" says nothing about a lost note.

One finding counts for one defect. Where it could count for several (a request with three things
wrong, all accepted), it counts for the one by which most defects are found altogether; the same
finding told twice counts once. What points to no defect is a false alarm.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from exam import defects
from exam.agency import digest
from exam.defects import Symptom

# A finding is about a few requests, not about a whole run.
MOST_REQUESTS = 12


@dataclass(frozen=True)
class Asked:
    """One request: what it is known again by."""

    method: str
    url: str
    body: bytes = b""


@dataclass(frozen=True)
class Finding:
    """What a tool found, in plain values.

    Attributes:
        operation: the operation that it is told of, as the tool names it; for people only.
        kind: what it says is wrong.
        method: of the request by which it shows.
        url: of the request, with its query, encoded as it was sent.
        headers: of the request.
        body: of the request, as it was sent.
        status: of the answer; None where there was none, or the tool does not tell.
        text: the tool's own words.
        others: further requests of the same finding, where it takes a sequence to show.
    """

    operation: str
    kind: Symptom
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    status: int | None = None
    text: str = ""
    others: tuple[Asked, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what points everywhere.

        Raises:
            ValueError: it names too many requests.
        """
        if len(self.others) >= MOST_REQUESTS:
            raise ValueError(f"a finding is about {MOST_REQUESTS} requests at most")


@dataclass(frozen=True)
class Matched:
    """What findings came to.

    Attributes:
        found: for each defect that was found, the finding that counts for it.
        alarms: findings that point to no defect, without repetitions.
        met: defects that some request met, whether or not anything was made of it.
        requests: how many requests were answered.
    """

    found: Mapping[str, Finding]
    alarms: tuple[Finding, ...]
    met: frozenset[str]
    requests: int

    @property
    def missed(self) -> list[str]:
        """Return the defects that were not found, in the order of the table."""
        return [defect.id for defect in defects.ALL if defect.id not in self.found]


def match(findings: Iterable[Finding], log: Path) -> Matched:
    """Tell which defects findings point to.

    Args:
        findings: of one run of a tool.
        log: what the agency wrote during that run.
    """
    met = _read(log)
    distinct = {(finding.kind, _digest(finding), finding.status): finding for finding in findings}
    pointing = {
        key: (finding, _candidates(finding, met.by_digest)) for key, finding in distinct.items()
    }
    pairs = list(pointing.values())
    return Matched(
        found=_assigned(pairs),
        alarms=tuple(finding for finding, candidates in pairs if not candidates),
        met=frozenset(met.all),
        requests=met.requests,
    )


@dataclass
class _Met:
    # By digest: what requests met, with the status of each answer.
    by_digest: dict[str, list[tuple[int, frozenset[str]]]] = field(default_factory=dict)
    all: set[str] = field(default_factory=set)
    requests: int = 0


def _read(log: Path) -> _Met:
    met = _Met()
    for line in log.read_text("utf-8").splitlines():
        entry = json.loads(line)
        shown = frozenset(entry["shown"])
        met.by_digest.setdefault(entry["digest"], []).append((entry["status"], shown))
        met.all |= shown
        met.requests += 1
    return met


def _digest(finding: Finding) -> str:
    return _known_by(Asked(finding.method, finding.url, finding.body))


def _known_by(asked: Asked) -> str:
    parts = urlsplit(asked.url)
    target = (parts.path or "/") + (f"?{parts.query}" if "?" in asked.url else "")
    return digest(asked.method, target, asked.body)


def _candidates(
    finding: Finding, met: Mapping[str, Sequence[tuple[int, frozenset[str]]]]
) -> list[str]:
    """Return the defects that a finding may point to, in the order of the table."""
    shown: set[str] = set()
    for status, names in met.get(_digest(finding), ()):
        if finding.status in {None, status}:
            shown |= names
    for asked in finding.others:
        for _, names in met.get(_known_by(asked), ()):
            shown |= names
    return [each.id for each in defects.ALL if each.id in shown and finding.kind in each.symptoms]


def _assigned(pairs: Sequence[tuple[Finding, list[str]]]) -> dict[str, Finding]:
    """Return a finding of its own for as many defects as possible (a bipartite matching)."""
    holders: dict[int, str] = {}
    by_defect: dict[str, list[int]] = {}
    for place, (_, candidates) in enumerate(pairs):
        for name in candidates:
            by_defect.setdefault(name, []).append(place)

    def placed(name: str, seen: set[int]) -> bool:
        for place in by_defect[name]:
            if place not in seen:
                seen.add(place)
                if place not in holders or placed(holders[place], seen):
                    holders[place] = name
                    return True
        return False

    for defect in defects.ALL:
        if defect.id in by_defect:
            placed(defect.id, set())
    return {name: pairs[place][0] for place, name in holders.items()}
