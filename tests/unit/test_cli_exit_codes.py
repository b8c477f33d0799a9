"""The exit codes that the command line promises, each reached through the installed script."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from processes import conformance, only_run, results, start

from conformance import record as records
from conformance import shipped
from conformance.errors import RecordError
from conformance.sandboxes import Serving

WriteTarget = Callable[..., Path]
SEED = ("--seed", "1")
# One SHOULD and one MUST: enough to tell the levels apart, and quick.
NARROW = (*SEED, "--select", "BASE-IOP-01,BASE-IOP-06")


@pytest.fixture(scope="module")
def clean_run(agency: Serving, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clean")
    done = conformance("run", "base", "--target", agency.target, *NARROW, cwd=folder)
    assert done.code == 0, done.said
    return only_run(folder / "runs")


def test_a_clean_agency_is_0(agency: Serving, tmp_path: Path) -> None:
    done = conformance("run", "procedure-system", "--target", agency.target, *SEED, cwd=tmp_path)
    assert done.code == 0, done.said
    found = results(only_run(tmp_path / "runs"))
    assert (found["verdict"], found["exit_basis"]) == ("CONFORMANT", "conformant")
    assert (only_run(tmp_path / "runs") / "report.html").is_file()


@pytest.mark.parametrize(
    ("fault", "more", "code"),
    [
        ("status_not_repeated", (), 1),
        ("status_not_repeated", ("--fail-on", "should"), 1),
        ("status_not_repeated", ("--fail-on", "never"), 0),
        ("head_not_supported", (), 0),
        ("head_not_supported", ("--fail-on", "should"), 1),
        ("head_not_supported", ("--fail-on", "never"), 0),
    ],
)
def test_a_fault_is_1_from_the_chosen_level_on(
    agency: Serving, tmp_path: Path, fault: str, more: tuple[str, ...], code: int
) -> None:
    target = agency.target_of(fault)
    done = conformance("run", "base", "--target", target, *NARROW, *more, cwd=tmp_path)
    assert done.code == code, done.said
    failed = [
        r["id"]
        for r in results(only_run(tmp_path / "runs"))["requirements"]
        if r["verdict"] == "fail"
    ]
    assert failed == ["BASE-IOP-01" if fault == "status_not_repeated" else "BASE-IOP-06"]


@pytest.mark.parametrize("more", [(), ("--json",)], ids=["text", "json"])
@pytest.mark.parametrize(("fault", "code"), [(None, 0), ("status_not_repeated", 1)])
def test_who_stops_reading_changes_no_exit_code(
    agency: Serving, tmp_path: Path, fault: str | None, code: int, more: tuple[str, ...]
) -> None:
    target = agency.target_of(fault) if fault else agency.target
    process = start("run", "base", "--target", target, *NARROW, *more, cwd=tmp_path)
    assert process.stdout is not None
    assert process.stderr is not None
    # As `| head` does once it has its lines.
    process.stdout.close()
    err = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(timeout=60) == code, err
    assert err == ""


# A narrowed plan shows less than the profile asks, so it is INCOMPLETE however it comes out.
ATTESTED = (*SEED, "--select", "BASE-IOP-01,BASE-OPS-01")
ACCEPTED = {
    "now": {"reasons": ["attestation"], "until": "2099-12-31"},
    "past": {"reasons": ["attestation"], "until": "2020-12-31"},
    "other": {"reasons": ["throttled"], "until": "2099-12-31"},
}


@pytest.mark.parametrize(
    ("accept", "more", "code", "basis"),
    [
        (None, (), 4, "open"),
        (None, ("--fail-on", "never"), 4, "open"),
        ("now", (), 0, "accepted_open"),
        ("now", ("--require", "conformant"), 4, "accepted_open"),
        ("past", (), 4, "open"),
        ("other", (), 4, "open"),
    ],
)
def test_what_stays_open_is_4_unless_it_was_accepted(
    write_target: WriteTarget, accept: str | None, more: tuple[str, ...], code: int, basis: str
) -> None:
    target = write_target(attestations=[], accept_open=ACCEPTED[accept] if accept else None)
    words = ("run", "base", "--target", str(target), *ATTESTED, *more)
    done = conformance(*words, cwd=target.parent)
    assert done.code == code, done.said
    found = results(only_run(target.parent / "runs"))
    assert (found["verdict"], found["exit_basis"]) == ("INCOMPLETE", basis)


def test_an_untouched_record_rejudges_to_0(clean_run: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(clean_run, tmp_path / "copy")
    assert conformance("rejudge", str(copied), cwd=tmp_path).code == 0


@pytest.mark.parametrize("name", ["record.jsonl", "inputs/contract.json", "results.json"])
def test_one_flipped_byte_is_5(clean_run: Path, tmp_path: Path, name: str) -> None:
    copied = shutil.copytree(clean_run, tmp_path / "copy")
    path = copied / name
    content = bytearray(path.read_bytes())
    # A digit in the middle: the file stays what it is, only its meaning changes.
    middle = next(n for n in range(len(content) // 2, len(content)) if chr(content[n]).isdigit())
    content[middle] ^= 1
    path.write_bytes(content)
    done = conformance("rejudge", str(copied), cwd=tmp_path)
    assert done.code == 5, done.said
    assert "Traceback" not in done.said


@pytest.mark.parametrize("command", ["rejudge", "report"])
def test_what_is_no_finished_run_is_5(clean_run: Path, tmp_path: Path, command: str) -> None:
    copied = shutil.copytree(clean_run, tmp_path / "copy")
    (copied / "record.jsonl").unlink()
    done = conformance(command, str(copied), cwd=tmp_path)
    assert done.code == 5, done.said
    assert str(copied) in done.err


@pytest.mark.parametrize("command", ["rejudge", "report"])
def test_a_folder_that_is_not_there_is_2(tmp_path: Path, command: str) -> None:
    done = conformance(command, "none", cwd=tmp_path)
    assert done.code == 2, done.said


def test_no_flipped_bit_of_the_footer_goes_unnoticed(clean_run: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(clean_run, tmp_path / "copy")
    path = copied / "record.jsonl"
    content = path.read_bytes()
    for at in range(content.rindex(b'{"footer"'), len(content)):
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        with pytest.raises(RecordError):
            records.read(copied)


def test_a_contract_without_findings_lints_to_0(tmp_path: Path) -> None:
    path = str(shipped.contract("procedure-system"))
    done = conformance("lint", path, cwd=tmp_path)
    assert done.code == 0, done.said


def test_findings_in_a_contract_are_1_and_named_by_line(tmp_path: Path) -> None:
    path = tmp_path / "contract.yaml"
    text = Path(str(shipped.contract("procedure-system"))).read_text(encoding="utf-8")
    path.write_text(text.replace("https://localhost", "http://tthc.example.vn"), encoding="utf-8")
    line = text[: text.index("https://localhost")].count("\n") + 1
    done = conformance("lint", "contract.yaml", "--lang", "en", cwd=tmp_path)
    assert done.code == 1, done.said
    assert f"contract.yaml:{line}: /servers/0/url" in done.out
    told = json.loads(conformance("lint", "contract.yaml", "--json", cwd=tmp_path).out)
    (finding,) = told["findings"]
    assert (finding["requirement"], finding["places"][0]["line"]) == ("BASE-DOC-05", line)


def test_who_names_a_contract_is_not_sent_to_a_target_file(tmp_path: Path) -> None:
    done = conformance("lint", "missing.yaml", "--lang", "en", cwd=tmp_path)
    assert "missing.yaml" in done.err
    assert "target file" not in done.err


@pytest.mark.parametrize("words", [("missing.yaml",), ("target.yaml",), ("x", "--profile", "none")])
def test_what_cannot_be_linted_is_2(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "target.yaml").write_text("target: x\n", encoding="utf-8")
    done = conformance("lint", *words, cwd=tmp_path)
    assert done.code == 2, done.said
    assert "Traceback" not in done.said
