"""Two profiles compared, one profile on two days, and what stored runs would come to."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from making import (
    OPTIONS,
    SAID,
    Ran,
    Reply,
    agency,
    answers,
    chain,
    contract,
    demand,
    document,
    goal,
    planned,
    run,
)
from processes import Done

from conformance import amendments, hindsight
from conformance import profile as profiles
from conformance.amendments import Amendments
from conformance.hindsight import Rules

Say = Callable[..., Done]
SNIFFING = "headers.sniffing.sniffing_is_refused"
STS = "headers.transport.hsts_is_long_enough"
OTHER = {"vi": "Điều khác", "en": "Something else"}
BECAUSE = {"document": "GROUND", "clause": "1"}


def compared(before: Any, after: Any) -> Amendments:
    return amendments.between(chain(document(*before)), chain(document(*after)))


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    found = compared([before], [after])
    assert not found.added
    assert not found.removed
    return {
        change.field: (change.before, change.after)
        for changes in found.changed.values()
        for change in changes
    }


# --- what differs --------------------------------------------------------------------------------


def test_equal_profiles_do_not_differ() -> None:
    found = compared([demand("T-IOP-01", SNIFFING)], [demand("T-IOP-01", SNIFFING)])
    assert not found.any
    assert found.as_json() == {"added": [], "removed": [], "changed": []}


def test_what_only_one_profile_asks_is_added_or_removed() -> None:
    found = compared([demand("T-IOP-01"), demand("T-IOP-02")], [demand("T-IOP-03"), demand()])
    assert [each.id for each in found.added] == ["T-IOP-03"]
    assert [each.id for each in found.removed] == ["T-IOP-02"]
    assert not found.changed


@pytest.mark.parametrize(
    ("change", "field", "before", "after"),
    [
        ({"level": "SHOULD"}, "level", "MUST", "SHOULD"),
        ({"impact": "high"}, "impact", "medium", "high"),
        ({"group": "SEC"}, "group", "IOP", "SEC"),
        ({"basis": "law"}, "basis", "scheme", "law"),
        ({"where": "sandbox"}, "where", "either", "sandbox"),
        ({"when": {"scheme": "https"}}, "when", {}, {"scheme": "https"}),
        ({"text": OTHER}, "text", SAID, OTHER),
        ({"rationale": OTHER}, "rationale", None, OTHER),
        ({"mend": OTHER}, "mend", None, OTHER),
        ({"checks": [STS]}, "checks", [SNIFFING], [STS]),
        (
            {"norm": {"document": "READ", "clause": "2"}},
            "norm",
            {"document": "READ", "clause": None},
            {"document": "READ", "clause": "2"},
        ),
        (
            {"in_force": {"from": "2026-07-01"}},
            "in_force",
            {"from": None, "to": None},
            {"from": "2026-07-01", "to": None},
        ),
    ],
)
def test_each_property_that_differs_is_told(
    change: dict[str, Any], field: str, before: Any, after: Any
) -> None:
    one = demand("T-IOP-01", SNIFFING)
    assert changed(one, one | change) == {field: (before, after)}


def test_parameters_that_differ_are_told_apart_from_checks() -> None:
    one = demand("T-IOP-01", {STS: {"min_age": 1}})
    other = demand("T-IOP-01", {STS: {"min_age": 2}})
    assert changed(one, other) == {"parameters": ([{STS: {"min_age": 1}}], [{STS: {"min_age": 2}}])}


def test_how_it_is_decided_is_told() -> None:
    attested = demand(attested={"by": "agency", "evidence": SAID})
    found = changed(demand(untested={"because": SAID}, level="MAY"), attested | {"level": "MAY"})
    assert found == {
        "attested": (None, {"by": "agency", "evidence": SAID}),
        "untested": (SAID, None),
    }


def test_a_raise_and_a_replacement_are_told_with_their_grounds() -> None:
    old = document(demand("T-IOP-01", level="SHOULD"), demand("T-IOP-02"), name="old")
    replacing = demand("Y-IOP-01", replaces="T-IOP-02", because=BECAUSE)
    raised = {"id": "T-IOP-01", "level": "MUST", "because": BECAUSE}
    young = chain(old, document(replacing, raises=[raised]))
    found = amendments.between(chain(old), young)
    assert [each.id for each in found.added] == ["Y-IOP-01"]
    assert {
        name: [change.field for change in changes] for name, changes in found.changed.items()
    } == {
        "T-IOP-01": ["level", "raised_because"],
        "T-IOP-02": ["replaced_by"],
    }


# --- days ----------------------------------------------------------------------------------------

REGISTER = {
    "OLD": {"title": SAID, "status": "verified", "in_force": {"from": None, "to": "2026-06-30"}},
    "NEW": {"title": SAID, "status": "verified", "in_force": {"from": "2026-07-01"}},
}


def dated() -> profiles.Profile:
    outlived = demand("T-IOP-01")
    del outlived["norm"]
    outlived["norms"] = [{"document": "OLD", "basis": "scheme"}, {"document": "NEW"}]
    demands = (
        outlived | {"basis": "law"},
        demand("T-IOP-02", norm={"document": "NEW"}, in_force={"from": "2026-07-01"}),
        demand("T-IOP-03", norm={"document": "OLD"}, in_force={"to": "2026-06-30"}),
    )
    return profiles.resolve({"chain": [document(*demands)], "norms": REGISTER})


def test_one_profile_on_two_days_tells_what_the_law_changed() -> None:
    days = date(2026, 6, 30), date(2026, 7, 1)
    found = amendments.between(dated(), dated(), days)
    assert [each.id for each in found.added] == ["T-IOP-02"]
    assert [each.id for each in found.removed] == ["T-IOP-03"]
    assert {name: [c.field for c in each] for name, each in found.changed.items()} == {
        "T-IOP-01": ["basis", "norm"]
    }


def test_days_between_which_no_law_changed_tell_no_difference() -> None:
    assert not amendments.between(dated(), dated(), (date(2026, 7, 1), date(2026, 12, 1))).any


def test_without_days_the_whole_lists_are_compared() -> None:
    assert not amendments.between(dated(), dated()).any


# --- stored runs ---------------------------------------------------------------------------------


def shipped_like(folder: Path, name: str, **changes: Any) -> str:
    """Write a profile of one demand on the shipped register, and return its path."""
    made = demand("T-SEC-01", SNIFFING, norm={"document": "RFC-9110"}, **changes)
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(document(made, name=name), allow_unicode=True), encoding="utf-8")
    return str(path)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str, Ran]:
    """A folder with one run that fails what it was asked, and two profiles: a MUST, a SHOULD."""
    folder = tmp_path_factory.mktemp("runs")
    must = shipped_like(folder, "must")
    should = shipped_like(folder, "should", level="SHOULD")
    with agency(lambda _: Reply()) as server:
        wanted = planned(
            contract({"/x": {"get": answers()}}), goal(server.base_url), profiles.read(must)
        )
        done = run(wanted, folder / "stored")
    return folder / "stored", must, should, done


def test_a_run_is_judged_by_both_profiles(runs: tuple[Path, str, str, Ran]) -> None:
    folder, must, should, ran = runs
    assert ran.results["verdict"] == "NONCONFORMANT"
    (laxer,) = hindsight.review(folder, Rules(must), Rules(should))
    assert (laxer.before, laxer.after) == ("NONCONFORMANT", "INCOMPLETE")
    assert laxer.changes
    assert not laxer.worse
    (stricter,) = hindsight.review(folder, Rules(should), Rules(must))
    assert stricter.worse
    (same,) = hindsight.review(folder, Rules(must), Rules(must))
    assert not same.changes
    assert not same.worse


def test_a_run_is_judged_on_both_days(runs: tuple[Path, str, str, Ran], tmp_path: Path) -> None:
    later = shipped_like(tmp_path, "later", in_force={"from": "2026-07-01"})
    days = date(2026, 6, 30), date(2026, 7, 1)
    (found,) = hindsight.review(runs[0], *(Rules(later, day) for day in days))
    assert found.requirements == (("T-SEC-01", "not_applicable", "fail"),)
    assert found.worse


def test_nothing_is_written_by_looking_back(runs: tuple[Path, str, str, Ran]) -> None:
    folder, must, should, _ = runs

    def stand() -> dict[str, bytes]:
        return {str(p): p.read_bytes() for p in folder.rglob("*") if p.is_file()}

    before = stand()
    assert list(hindsight.review(folder, Rules(must), Rules(should)))
    assert stand() == before


def test_what_cannot_be_judged_says_why(runs: tuple[Path, str, str, Ran], tmp_path: Path) -> None:
    _, must, should, ran = runs
    for name in ("unfinished", "altered"):
        shutil.copytree(ran.folder, tmp_path / name)
    (tmp_path / "unfinished" / "record.jsonl").unlink()
    record = tmp_path / "altered" / "record.jsonl"
    record.write_bytes(record.read_bytes().replace(b'"fail"', b'"pass"'))
    found = {each.run: each for each in hindsight.review(tmp_path, Rules(must), Rules(should))}
    assert {name: each.left_out for name, each in found.items()} == {
        "altered": "invalid",
        "unfinished": "unfinished",
    }
    assert all(each.because and not each.changes and not each.worse for each in found.values())


def test_a_run_that_was_narrowed_to_what_a_profile_lacks_is_left_out(
    runs: tuple[Path, str, str, Ran], tmp_path: Path
) -> None:
    _, must, _, _ = runs
    narrowed = replace(OPTIONS, select=("T-SEC-01",))
    with agency(lambda _: Reply()) as server:
        run(
            planned(
                contract({"/x": {"get": answers()}}),
                goal(server.base_url),
                profiles.read(must),
                options=narrowed,
            ),
            tmp_path,
        )
    (found,) = hindsight.review(tmp_path, Rules(must), Rules("open-data"))
    assert found.left_out == "unfit"
    assert found.because is not None
    assert "T-SEC-01" in found.because.en


# --- the command ---------------------------------------------------------------------------------


def test_diff_tells_two_days_of_one_profile(say: Say) -> None:
    done = say("profile", "diff", "base@2026-06-30", "base@2026-07-01", "--json")
    assert done.code == 0, done.said
    found = json.loads(done.out)
    assert found["before"] == {"profile": "base", "as_of": "2026-06-30"}
    (one,) = [each for each in found["changed"] if each["id"] == "BASE-OPS-02"]
    (change,) = one["changes"]
    assert change["field"] == "norm"
    assert change["before"]["document"] == "ND-85-2016-ND-CP"
    assert change["after"]["document"] == "LUAT-116-2025-QH15"
    assert "runs" not in found


@pytest.mark.parametrize(
    ("lang", "tells"),
    [
        ("vi", ("Thêm (1)", "Thay đổi (1)", "căn cứ:")),
        ("en", ("Added (1)", "Changed (1)", "norm:")),
    ],
)
def test_diff_is_told_in_both_languages(say: Say, lang: str, tells: tuple[str, ...]) -> None:
    done = say("profile", "diff", "base@2026-08-18", "base@2026-08-19", lang=lang)
    assert done.code == 0, done.said
    for word in (*tells, "BASE-OPS-01", "LUAT-116-2025-QH15 Điều 8, Điều 10 → ND-331-2026-ND-CP"):
        assert word in done.out


@pytest.mark.parametrize(
    "sides",
    [("base", "procedure-system@2025-08-01"), ("base@2025-08-01", "procedure-system")],
)
def test_a_day_on_one_side_counts_for_both(say: Say, sides: tuple[str, str]) -> None:
    done = say("profile", "diff", *sides, "--json")
    found = json.loads(done.out)
    assert found["before"]["as_of"] == found["after"]["as_of"] == "2025-08-01"
    # Of the later demands of neither is anything said.
    added = {each["id"] for each in found["added"]}
    assert {"TTHC-AUT-01", "TTHC-FUZ-01", "TTHC-OPS-01"} <= added
    assert "TTHC-AUT-02" not in added


def test_a_profile_differs_from_what_it_extends(say: Say) -> None:
    done = say("profile", "diff", "base", "procedure-system", lang="en")
    assert done.code == 0
    assert "level: SHOULD → MUST" in done.out
    assert "raised on: — → OWASP-ASVS-5.0 3.4.1" in done.out
    assert say("profile", "diff", "base", "base", lang="en").out.endswith("Both ask the same.\n")


def test_a_file_whose_name_has_an_at_sign_is_a_file(say: Say, tmp_path: Path) -> None:
    path = Path(shipped_like(tmp_path, "own"))
    path.rename(tmp_path / "own@office.yaml")
    done = say("profile", "diff", "own@office.yaml", "own@office.yaml@2026-01-01", "--json")
    assert done.code == 0, done.said
    assert json.loads(done.out)["after"]["as_of"] == "2026-01-01"


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("base@yesterday", "base"), "yesterday"),
        (("base@2026-02-30", "base"), "2026-02-30"),
        (("nowhere", "base"), "nowhere"),
        (("base", "base", "--runs", "no/such/folder"), "no/such/folder"),
    ],
)
def test_a_comparison_that_cannot_be_made_is_a_usage_mistake(
    say: Say, words: tuple[str, ...], names: str
) -> None:
    done = say("profile", "diff", *words)
    assert done.code == 2
    assert names in done.err


def test_diff_says_which_stored_runs_change(
    say: Say, runs: tuple[Path, str, str, Ran], tmp_path: Path
) -> None:
    folder, must, should, ran = runs
    better = say("profile", "diff", must, should, "--runs", str(folder), lang="en")
    assert better.code == 0
    assert "1 of 1 stored runs change" in better.out
    assert "NONCONFORMANT → INCOMPLETE" in better.out
    worse = say("profile", "diff", should, must, "--runs", str(folder), "--json")
    assert worse.code == 1
    (told,) = json.loads(worse.out)["runs"]
    assert (told["before"], told["after"], told["worse"]) == ("INCOMPLETE", "NONCONFORMANT", True)
    altered = shutil.copytree(ran.folder, tmp_path / "altered") / "record.jsonl"
    altered.write_bytes(altered.read_bytes().replace(b'"fail"', b'"pass"'))
    assert say("profile", "diff", must, should, "--runs", str(tmp_path)).code == 5
