"""One pytest item for each requirement × unit: names, markers, selection, outcomes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from processes import exchanges, only_run, results

from conformance import shipped

Suite = Callable[..., pytest.RunResult]
WriteTarget = Callable[..., Path]
BY_ID = ("--conformance-profile", "base")
FEW = ("--conformance-select", "BASE-IOP-01,BASE-IOP-06,BASE-SEC-05")


@pytest.fixture
def base(pytester: pytest.Pytester) -> str:
    """The base profile as a file of the tester's, beside a register of norms it needs not."""
    path = shipped.profile("base")
    assert path is not None
    copied = pytester.path / "own" / "base.yaml"
    copied.parent.mkdir()
    copied.write_bytes(path.read_bytes())
    return "own/base.yaml"


def test_node_ids_of_a_profile_given_by_id(suite: Suite) -> None:
    done = suite(*BY_ID, *FEW, "--collect-only", "-q")
    assert done.ret == 0
    done.stdout.fnmatch_lines(
        [
            "conformance/base::BASE-IOP-06::GET /dossiers/{maHoSo}",
            "conformance/base::BASE-IOP-01::target",
            "conformance/base::BASE-SEC-05::target",
        ]
    )


def test_node_ids_of_a_profile_given_as_a_file(suite: Suite, base: str) -> None:
    done = suite(base, *FEW, "--collect-only", "-q")
    assert done.ret == 0
    done.stdout.fnmatch_lines(
        [f"{base}::BASE-IOP-06::GET /dossiers/{{maHoSo}}", f"{base}::BASE-IOP-01::target"]
    )


def test_collecting_leaves_nothing_behind(suite: Suite, out: Path) -> None:
    assert suite(*BY_ID, "--collect-only", "-q").ret == 0
    assert not out.exists()


@pytest.mark.parametrize(
    ("marker", "wanted", "unwanted"),
    [
        ("must", "BASE-IOP-01", "BASE-IOP-06"),
        ("should", "BASE-IOP-06", "BASE-IOP-01"),
        ("fmt", "BASE-FMT-01", "BASE-IOP-01"),
        ("aut and must", "BASE-AUT-01", "BASE-FMT-01"),
        ("iop and not must", "BASE-IOP-05", "BASE-IOP-01"),
    ],
)
def test_levels_and_groups_are_markers(
    suite: Suite, marker: str, wanted: str, unwanted: str
) -> None:
    done = suite(*BY_ID, "--strict-markers", "-m", marker, "--collect-only", "-q")
    assert done.ret == 0
    shown = done.stdout.str()
    assert f"::{wanted}::" in shown
    assert f"::{unwanted}::" not in shown


def test_a_group_of_another_kind_is_a_marker_too(
    suite: Suite, pytester: pytest.Pytester, base: str
) -> None:
    text = (pytester.path / base).read_text(encoding="utf-8")
    (pytester.path / base).write_text(text.replace("group: IOP", "group: XYZ"), encoding="utf-8")
    done = suite(base, "--strict-markers", "-m", "xyz", "--collect-only", "-q")
    assert done.ret == 0, done.stdout.str()
    assert "::BASE-IOP-01::" in done.stdout.str()


def _traffic(folder: Path) -> int:
    return len(exchanges(only_run(folder)))


def test_selection_shrinks_the_traffic(suite: Suite, pytester: pytest.Pytester, base: str) -> None:
    counted = {}
    for name, words in {
        "everything": BY_ID,
        "by_words": (*BY_ID, "-k", "BASE-IOP-06 and procedures and not maThuTuc"),
        "by_node_id": (f"{base}::BASE-IOP-06::GET /procedures",),
        "by_marker": (*BY_ID, "-m", "aut"),
    }.items():
        done = suite(*words, "--conformance-out", name)
        assert done.ret == 0, done.stdout.str()
        counted[name] = _traffic(pytester.path / name)
    assert counted["by_node_id"] == counted["by_words"]
    assert counted["by_words"] < counted["by_marker"] < counted["everything"]
    # One call of each read, and the log-in, keys and test data that these need.
    assert counted["by_words"] <= 20
    found = results(only_run(pytester.path / "by_words"))
    assert [r["id"] for r in found["requirements"]] == ["BASE-IOP-06"]
    assert not found["certifiable"]


def test_a_clean_agency_is_green_and_skips_say_why(suite: Suite, out: Path) -> None:
    done = suite("--conformance-profile", "procedure-system", "-rs")
    counted = done.parseoutcomes()
    assert done.ret == 0
    assert set(counted) == {"passed", "skipped"}
    done.stdout.fnmatch_lines(
        ["SKIPPED*not_applicable: applies only when scheme = https; here it is http"]
    )
    assert results(only_run(out))["verdict"] == "CONFORMANT"
    done.stdout.fnmatch_lines(["*= conformance =*", "CONFORMANT*report.html"])


def test_a_failed_should_is_an_observation(suite: Suite, out: Path) -> None:
    done = suite(*BY_ID, *FEW, "-rx", variation="head_not_supported")
    counted = done.parseoutcomes()
    assert done.ret == 0
    assert counted["xfailed"] >= 1
    assert "failed" not in counted
    done.stdout.fnmatch_lines(["XFAIL*BASE-IOP-06*observation: http.methods.head_mirrors_get: *"])
    entry = next(r for r in results(only_run(out))["requirements"] if r["id"] == "BASE-IOP-06")
    assert entry["verdict"] == "fail"


def test_a_failed_should_is_red_on_demand(suite: Suite) -> None:
    done = suite(*BY_ID, *FEW, "--conformance-fail-on", "should", variation="head_not_supported")
    assert done.ret == 1
    assert done.parseoutcomes()["failed"] >= 1
    assert "xfailed" not in done.parseoutcomes()


def test_a_failed_must_is_red_and_tells_its_story(suite: Suite) -> None:
    done = suite(*BY_ID, *FEW, variation="status_not_repeated")
    assert done.ret == 1
    assert done.parseoutcomes()["failed"] == 1
    told = done.stdout.str()
    for part in (
        "BASE-IOP-01 · MUST · target",
        "http.errors.problem_details: wanted ",
        "; saw 500 [",
        "→ Register one error handler",
    ):
        assert part in told
    assert "pytest_items.py" not in told.partition("short test summary")[0]


def test_the_story_is_told_in_vietnamese(suite: Suite) -> None:
    words = ("--conformance-lang", "vi")
    done = suite(*BY_ID, *FEW, *words, variation="status_not_repeated")
    assert "http.errors.problem_details: cần " in done.stdout.str()


OPEN = ("--conformance-select", "BASE-OPS-01")


def test_an_open_must_is_red(suite: Suite, write_target: WriteTarget) -> None:
    done = suite(*BY_ID, *OPEN, target=str(write_target(attestations=[])))
    assert done.ret == 1
    assert done.parseoutcomes() == {"failed": 1}
    assert "attestation: needs an attestation" in done.stdout.str()


def test_an_open_should_is_skipped(suite: Suite, write_target: WriteTarget) -> None:
    target = str(write_target(attestations=[]))
    done = suite(*BY_ID, "--conformance-select", "BASE-OPS-03", "-rs", target=target)
    assert (done.ret, done.parseoutcomes()) == (0, {"skipped": 1})
    done.stdout.fnmatch_lines(["SKIPPED*not_tested: attestation: needs an attestation (agency)*"])


@pytest.mark.parametrize(
    ("reasons", "until", "code"),
    [
        (["attestation"], "2099-12-31", 0),
        (["attestation"], "2020-12-31", 1),
        (["throttled"], "2099-12-31", 1),
    ],
)
def test_an_open_must_is_skipped_where_it_was_accepted(
    suite: Suite, write_target: WriteTarget, reasons: list[str], until: str, code: int
) -> None:
    accept = {"reasons": reasons, "until": until}
    target = write_target(attestations=[], accept_open=accept)
    done = suite(*BY_ID, *OPEN, target=str(target))
    assert done.ret == code
    assert done.parseoutcomes() == ({"failed": 1} if code else {"skipped": 1})


def test_foreign_tests_run_beside_ours(suite: Suite, pytester: pytest.Pytester, out: Path) -> None:
    pytester.makepyfile(
        test_own="""
        def test_one(): pass
        def test_two(): assert False
        """
    )
    done = suite("test_own.py", *BY_ID, *FEW)
    counted = done.parseoutcomes()
    assert done.ret == 1
    assert counted["failed"] == 1
    assert counted["passed"] > 1
    ours = results(only_run(out))["requirements"]
    assert {r["id"] for r in ours} == {"BASE-IOP-01", "BASE-IOP-06", "BASE-SEC-05"}
    assert "fail" not in {r["verdict"] for r in ours}


OWN = """
def test_the_agency_finds_its_procedures(conformance_probe):
    answer = conformance_probe.get("/procedures?own=1")
    assert answer.status == 200
"""


def test_own_checks_write_into_the_same_record(
    suite: Suite, pytester: pytest.Pytester, out: Path
) -> None:
    pytester.makepyfile(test_own=OWN)
    done = suite(*BY_ID, *FEW, "test_own.py")
    assert done.ret == 0, done.stdout.str()
    own = [e for e in exchanges(only_run(out)) if e["unit"] == "pytest"]
    assert [e["request"]["url"].partition("?")[2] for e in own] == ["own=1"]
    assert own[0]["case"] == "test_own.py::test_the_agency_finds_its_procedures"
    # They are pytest's alone, and enter no verdict.
    assert own[0]["facts"]["housekeeping"]


def test_own_checks_have_a_record_without_any_profile(
    suite: Suite, pytester: pytest.Pytester, out: Path
) -> None:
    pytester.makepyfile(test_own=OWN)
    done = suite("test_own.py")
    assert done.ret == 0, done.stdout.str()
    assert [e for e in exchanges(only_run(out)) if e["unit"] == "pytest"]


def test_own_checks_have_a_record_where_nothing_of_ours_was_chosen(
    suite: Suite, pytester: pytest.Pytester, out: Path
) -> None:
    pytester.makepyfile(test_own=OWN)
    done = suite(*BY_ID, "test_own.py", "-k", "finds_its_procedures")
    assert done.ret == 0, done.stdout.str()
    assert (only_run(out) / "record.jsonl").is_file()


def test_own_checks_are_skipped_without_a_target(suite: Suite, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_own=OWN)
    done = suite("test_own.py", target=None)
    assert done.parseoutcomes() == {"skipped": 1}


def test_an_interrupted_run_never_looks_finished(suite: Suite, out: Path) -> None:
    done = suite(*BY_ID, *FEW, "-x", variation="status_not_repeated")
    assert done.ret == 1
    folder = only_run(out)
    assert not (folder / "record.jsonl").exists()
    shard = (folder / "shards" / "main.jsonl").read_text(encoding="utf-8").splitlines()
    assert {next(iter(json.loads(line))) for line in shard} == {"header", "exchange", "settled"}
