"""Acts before they are signed: what a run needs somebody's word for, made complete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from conformance import engine
from conformance.certificate.acts import ATTESTATION, WAIVER
from conformance.errors import UsageError
from conformance.evidence import digest
from conformance.text import Text
from conformance.verdict import Verdict

_USUAL = timedelta(days=365)
# What a person has to fill in.
_BLANK = "…"


def needed(run: Path, today: date) -> dict[str, list[dict[str, Any]]]:
    """Return drafts of what a run needs somebody's word for.

    Attestations of what nobody can see from outside, and a waiver for each MUST that failed.

    Args:
        run: a run directory.
        today: the day on which they begin.

    Raises:
        RecordError: the run is unfinished or not as it was written.
    """
    again = engine.rejudge(run)
    version = again.plan.target.document.get("version", _BLANK)
    common = {"date": today.isoformat(), "until": (today + _USUAL).isoformat(), "version": version}
    entries = {entry["id"]: entry for entry in again.results["requirements"]}
    attestations = [
        {
            "requirement": requirement.id,
            "by": {"name": _BLANK, "function": _BLANK, "role": requirement.attested["by"]},
            **common,
            "evidence": dict(requirement.attested["evidence"]),
            "evidence_file": _BLANK,
        }
        for requirement in again.plan.requirements()
        if requirement.attested is not None
        and entries[requirement.id]["verdict"] != Verdict.NOT_APPLICABLE
    ]
    waivers = [
        {
            "requirement": entry["id"],
            "units": list(_failed(entry)),
            "by": _BLANK,
            "reason": _BLANK,
            "basis": _BLANK,
            "ticket": _BLANK,
            "compensating": _BLANK,
            **common,
        }
        for entry in entries.values()
        if entry["level"] == "MUST" and entry["verdict"] == Verdict.FAIL
    ]
    return {f"{ATTESTATION}s": attestations, f"{WAIVER}s": waivers}


def completed(said: Mapping[str, Any], folder: Path, place: str) -> dict[str, Any]:
    """Return an act with the digest of its evidence instead of the evidence's name.

    Args:
        said: the act as somebody filled it in.
        folder: where the names of files start.
        place: names the act in errors.

    Raises:
        UsageError: something was not filled in, or the evidence cannot be read.
    """
    blank = [key for key, value in _flat(said) if value == _BLANK]
    if blank:
        raise UsageError(
            Text(vi=f"chưa điền: {', '.join(blank)}", en=f"not filled in: {', '.join(blank)}"),
            mend=Text(vi="điền rồi ký lại", en="fill it in, then sign again"),
            place=place,
        )
    made = dict(said)
    name = made.pop("evidence_file", None)
    if name is not None:
        try:
            made["evidence_digest"] = digest((folder / name).read_bytes())
        except OSError as error:
            raise UsageError(
                Text(vi="không đọc được tệp căn cứ", en="the evidence cannot be read"),
                mend=Text(vi="kiểm tra `evidence_file`", en="look at `evidence_file`"),
                place=f"{place}: {name}",
            ) from error
    return made


def _failed(entry: Mapping[str, Any]) -> Iterator[str]:
    yield from dict.fromkeys(
        result["unit"] for result in entry["results"] if result["verdict"] == Verdict.FAIL
    )


def _flat(said: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in said.items():
        if isinstance(value, Mapping):
            yield from ((f"{key}.{inner}", each) for inner, each in value.items())
        else:
            yield key, value
