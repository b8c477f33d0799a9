"""What the commands beside `run` make: target files, plans, reports, explanations."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from processes import Done, conformance, only_run, results

from conformance import shipped
from conformance.reports import FORMATS, VIEWS
from conformance.sandboxes import Serving

WriteTarget = Callable[..., Path]
Say = Callable[..., Done]
SYSTEM = ("--system", "procedure-system")
CONTRACT = shipped.contract("procedure-system")


@pytest.fixture(scope="module")
def faulty_run(agency: Serving, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done]:
    """One run with a failure, and what `--json` printed of it."""
    folder = tmp_path_factory.mktemp("faulty")
    target = agency.target_of("status_not_repeated")
    done = conformance("run", "base", "--target", target, "--seed", "1", "--json", cwd=folder)
    assert done.code == 1, done.said
    return only_run(folder / "runs"), done


# --- init -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("profile", ["base", "procedure-system"])
def test_init_writes_a_target_that_loads_and_plans(
    say: Say, tmp_path: Path, profile: str, lang: str
) -> None:
    words = ("init", *SYSTEM, "--base-url", "http://127.0.0.1:8000", "--profile", profile)
    assert say(*words, lang=lang).code == 0
    written = yaml.safe_load((tmp_path / "target.yaml").read_text(encoding="utf-8"))
    assert written["base_url"] == "http://127.0.0.1:8000"
    done = say("plan", profile, "--target", "target.yaml", "--json")
    assert done.code == 0, done.said
    plan = json.loads(done.out)
    # What the plan knows to stay open, init accepted; nothing else.
    reasons = {
        row["known"]["reason"]
        for row in plan["requirements"]
        if row["id"] in plan["must_undecidable"]
    }
    assert reasons <= set(written["accept_open"]["reasons"])


def test_init_takes_a_contract_that_lies_elsewhere(say: Say, tmp_path: Path) -> None:
    assert CONTRACT is not None
    words = ("init", "--contract", str(CONTRACT), "--base-url", "http://127.0.0.1:8000")
    assert say(*words).code == 0
    assert say("plan", "base", "--target", "target.yaml").code == 0
    assert (tmp_path / "target.yaml").is_file()


def test_init_writes_into_another_folder_what_still_finds_the_contract(
    say: Say, tmp_path: Path
) -> None:
    assert CONTRACT is not None
    (tmp_path / "openapi.yaml").write_bytes(CONTRACT.read_bytes())
    (tmp_path / "deeper").mkdir()
    words = ("init", "--contract", "openapi.yaml", "--base-url", "http://127.0.0.1:8000")
    assert say(*words, "-o", "deeper/target.yaml").code == 0
    done = say("plan", "base", "--target", "deeper/target.yaml")
    assert done.code == 0, done.said


def test_init_does_not_overwrite_unless_told(say: Say, tmp_path: Path) -> None:
    words = ("init", *SYSTEM, "--base-url", "http://127.0.0.1:8000")
    (tmp_path / "target.yaml").write_text("mine", encoding="utf-8")
    assert say(*words).code == 2
    assert (tmp_path / "target.yaml").read_text(encoding="utf-8") == "mine"
    assert say(*words, "--force").code == 0


# --- JSON -----------------------------------------------------------------------------------------


def test_run_prints_the_results_that_it_wrote(faulty_run: tuple[Path, Done]) -> None:
    folder, done = faulty_run
    schema = json.loads(
        (shipped.folder("profiles").parent / "conformance/schemas/results.schema.json").read_text(
            encoding="utf-8"
        )
    )
    printed = json.loads(done.out)
    assert printed == results(folder)
    jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    ).validate(printed)
    assert printed["verdict"] == "NONCONFORMANT"


def test_run_is_quiet_when_asked(agency: Serving, say: Say) -> None:
    words = ("run", "base", "--target", agency.target, "--select", "BASE-IOP-01")
    done = say(*words, "--quiet")
    assert (done.code, done.out, done.err) == (0, "", "")


def test_rejudge_tells_its_differences_as_json(faulty_run: tuple[Path, Done], say: Say) -> None:
    done = say("rejudge", str(faulty_run[0]), "--json")
    assert done.code == 0
    assert json.loads(done.out) == {"verdict": "NONCONFORMANT", "differences": []}


def test_plan_sends_nothing_and_promises_an_upper_bound(
    agency: Serving, say: Say, tmp_path: Path
) -> None:
    words = ("base", "--target", agency.target)
    promised = json.loads(say("plan", *words, "--json").out)
    assert not (tmp_path / "runs").exists()
    assert say("run", *words, "--quiet").code == 0
    sent = results(only_run(tmp_path / "runs"))["traffic"]["requests"]
    assert 0 < sent <= promised["requests_at_most"]


# --- report ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("form", list(FORMATS))
def test_report_renders_every_format(
    faulty_run: tuple[Path, Done], say: Say, tmp_path: Path, form: str, lang: str
) -> None:
    folder, _ = faulty_run
    for view in VIEWS:
        words = ("report", str(folder), "--format", form, "--view", view)
        printed = say(*words, lang=lang)
        assert printed.code == 0, printed.said
        assert say(*words, "-o", "report.out", lang=lang).code == 0
        written = (tmp_path / "report.out").read_text(encoding="utf-8")
        assert written.rstrip("\n") == printed.out.rstrip("\n")
        # A machine reads the word of the record, a person the word of the language.
        said = {"vi": "KHÔNG ĐẠT", "en": "NONCONFORMANT"}[lang]
        assert "NONCONFORMANT" in written or said in written.upper() or form == "junit"


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(("-o", "no/such/folder/report.html"), id="no such folder"),
        pytest.param(("-o", "."), id="a folder"),
    ],
)
def test_a_report_that_cannot_be_written_is_a_usage_mistake(
    faulty_run: tuple[Path, Done], say: Say, broken: tuple[str, ...]
) -> None:
    assert say("report", str(faulty_run[0]), *broken).code == 2


def test_a_report_without_its_results_is_told_as_invalid(
    faulty_run: tuple[Path, Done], say: Say, tmp_path: Path
) -> None:
    copied = shutil.copytree(faulty_run[0], tmp_path / "copy")
    (copied / "results.json").unlink()
    assert say("report", str(copied)).code == 5


# --- explain --------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    ("name", "tells"),
    [
        ("BASE-IOP-01", ("RFC 9457", "http.errors.problem_details", "IOP-005")),
        ("BASE-OPS-01", ("BASE-OPS-01", "MUST")),
        ("http.errors.problem_details", ("IOP-005", "requests")),
        (
            "headers.sniffing.sniffing_is_refused",
            ("SEC-005", "baseline", "BASE-SEC-03", "add_header X-Content-Type-Options nosniff"),
        ),
        ("BASE-SEC-03", ("MUST", "  add_header X-Content-Type-Options nosniff always;\n")),
        ("BASE-AUT-06", ('    o.Audience = "hoso-api";\n', 'ValidAlgorithms = ["RS256"];\n')),
        ("status_not_repeated", ("fault", "http.errors.status_is_repeated")),
        ("nosniff_in_capitals", ("near_miss", "headers.sniffing.sniffing_is_refused")),
        ("vn-tax-code", ("python-stdnum", "(practice)", "0314409058-002", "0314409058-000")),
        ("vn-position", ("(practice)", "[105.")),
    ],
)
def test_explain_tells_what_an_id_means(
    say: Say, name: str, tells: tuple[str, ...], lang: str
) -> None:
    done = say("explain", name, lang=lang)
    assert done.code == 0, done.said
    for word in (name, *tells):
        assert word in done.out


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("base-iop-01", "BASE-IOP-01"),
        ("HTTP.Errors.Problem_Details", "http.errors.problem_details"),
        ("VN-TAX-CODE", "vn-tax-code"),
        ("Status_Not_Repeated", "status_not_repeated"),
    ],
)
def test_explain_finds_an_id_however_it_is_written(say: Say, written: str, name: str) -> None:
    assert say("explain", written).out == say("explain", name).out != ""


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    ("slip", "near"),
    [
        ("BASE-IOP01", "BASE-IOP-01"),
        ("vn-tax", "vn-tax-code"),
        ("http.error.problem_details", "http.errors.problem_details"),
    ],
)
def test_explain_proposes_near_ids(say: Say, slip: str, near: str, lang: str) -> None:
    done = say("explain", slip, lang=lang)
    assert done.code == 2
    assert near in done.err
    assert "`conformance explain --list`" in done.err


def test_every_listed_id_can_be_explained(say: Say) -> None:
    done = say("explain", "--list")
    assert done.code == 0, done.said
    listed = [line.split(" · ")[0] for line in done.out.splitlines()]
    assert {"BASE-IOP-01", "http.errors.problem_details", "vn-tax-code"} <= set(listed)
    assert len({name.casefold() for name in listed}) == len(listed)
    assert say("explain").code == 2


# --- consoles -------------------------------------------------------------------------------------

ESCAPE = "\x1b["


def test_no_color_is_honoured(agency: Serving, tmp_path: Path) -> None:
    words = ("run", "base", "--target", agency.target, "--select", "BASE-IOP-01")
    for more, environment in (((), {"NO_COLOR": "1"}), (("--no-color",), {})):
        done = conformance(*words, *more, cwd=tmp_path, FORCE_COLOR="1", **environment)
        assert done.code == 0, done.said
        assert "\x1b[3" not in done.out
        assert "38;5" not in done.out


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        (("explain", "BASE-IOP-01"), "ascii"),
        (("explain", "BASE-IOP-01"), "cp1252"),
        (("run", "nowhere", "--target", "target.yaml"), "ascii"),
        (("plan", "base", "--target", "target.yaml"), "cp1252"),
        (("plan", "base", "--target", "target.yaml", "--json"), "ascii"),
        (("plan", "base", "--target", "target.yaml", "--json"), "cp1252"),
        (("--help",), "ascii"),
        (("--help",), "cp1252"),
        (("run", "--help"), "cp1258"),
    ],
)
def test_a_console_without_unicode_gets_escapes(
    write_target: WriteTarget, tmp_path: Path, words: tuple[str, ...], encoding: str
) -> None:
    write_target()
    done = conformance(*words, cwd=tmp_path, LANG="C", LC_ALL="C", PYTHONIOENCODING=encoding)
    assert "Traceback" not in done.said, done.err[-400:]
    assert done.code == (2 if "nowhere" in words else 0)


def test_a_whole_run_survives_a_console_without_unicode(agency: Serving, tmp_path: Path) -> None:
    words = ("run", "base", "--target", agency.target_of("status_not_repeated"))
    surroundings: dict[str, Any] = {"LANG": "C", "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    done = conformance(*words, "--select", "BASE-IOP-01", cwd=tmp_path, **surroundings)
    assert done.code == 1, done.said
    assert "BASE-IOP-01" in done.out


# --- selftest -------------------------------------------------------------------------------------


def test_the_self_test_looks_at_each_so_many_th(say: Say) -> None:
    words = ("selftest", "administrative-units", "--mode", "kill", "--every", "6", "--json")
    done = say(*words)
    assert done.code == 0, done.said
    told = json.loads(done.out)
    listed = json.loads(say("selftest", "--list", "--json").out)
    every = [v for v in listed if v["kind"] == "fault" and v["system"] == "administrative-units"]
    assert told["killed"] == told["faults"] == len(every[::6])
    assert told["unproven"] == []


def test_the_list_of_faults_is_json_for_a_program(say: Say) -> None:
    done = say("selftest", "--list", "--json")
    assert done.code == 0, done.said
    listed = {each["id"]: each for each in json.loads(done.out)}
    assert listed["status_not_repeated"]["kind"] == "fault"
    assert "http.errors.status_is_repeated" in listed["status_not_repeated"]["breaks"]
    assert set(listed["nosniff_in_capitals"]["description"]) == {"vi", "en"}
