"""What the command line says when something is wrong: place, mistake, mend, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from processes import LANGUAGES, Done, conformance

from conformance.sandboxes import Serving

WriteTarget = Callable[..., Path]
Say = Callable[..., Done]
VIETNAMESE = re.compile("[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)

PROFILE: dict[str, Any] = {
    "profile": "own",
    "version": "0.1.0",
    "title": {"vi": "Hồ sơ riêng", "en": "A profile of one's own"},
    "requirements": [
        {
            "id": "OWN-SEC-01",
            "group": "SEC",
            "level": "MUST",
            "impact": "low",
            "basis": "scheme",
            "norm": {"document": "RFC-9110", "clause": "section 15"},
            "text": {"vi": "Một đòi hỏi.", "en": "A demand."},
            "checks": ["headers.sniffing.sniffing_is_refused"],
        }
    ],
}


@dataclass(frozen=True)
class Mistake:
    """Something a user gets wrong: the words, the code, and what the message must name."""

    code: int
    words: tuple[str, ...]
    names: tuple[str, ...]
    changes: dict[str, Any] = field(default_factory=dict)


RUN = ("run", "base", "--target", "target.yaml")
MISTAKES = {
    "malformed profile": Mistake(
        2, ("run", "malformed.yaml", "--target", "target.yaml"), ("malformed.yaml",)
    ),
    "malformed target": Mistake(2, ("run", "base", "--target", "malformed.yaml"), ("malformed",)),
    "unknown profile": Mistake(
        2, ("run", "nowhere", "--target", "target.yaml"), ("nowhere", "procedure-system")
    ),
    "unknown check": Mistake(
        2,
        ("run", "unknown-check.yaml", "--target", "target.yaml"),
        ("OWN-SEC-01", "sniffing_is_accepted"),
    ),
    "misfitting parameter": Mistake(
        2, ("run", "misfit.yaml", "--target", "target.yaml"), ("OWN-SEC-01", "min_age", "int")
    ),
    "unknown parameter": Mistake(
        2, ("run", "unknown-parameter.yaml", "--target", "target.yaml"), ("OWN-SEC-01", "nothing")
    ),
    "unknown requirement": Mistake(2, (*RUN, "--select", "NO-SUCH-99"), ("--select", "NO-SUCH-99")),
    "page for a contract": Mistake(2, (*RUN, "--contract", "page.html"), ("page.html",)),
    "no contract": Mistake(2, (*RUN, "--contract", "nowhere.yaml"), ("nowhere.yaml",)),
    "missing secret": Mistake(
        2,
        RUN,
        ("identities.citizen_a", "env:NOBODY_SET_THIS"),
        {"identities": {"citizen_a": {"bearer": "env:NOBODY_SET_THIS"}}},
    ),
    "secret in the file": Mistake(
        2, RUN, ("target.yaml",), {"identities": {"citizen_a": {"bearer": "a-naked-secret"}}}
    ),
    "demonstration credentials elsewhere": Mistake(
        2, (*RUN, "--base-url", "https://api.example.vn"), ("demo:", "env:")
    ),
    "not a date": Mistake(2, (*RUN, "--as-of", "yesterday"), ("--as-of", "yesterday")),
    "nobody listens": Mistake(
        3, (*RUN, "--base-url", "http://127.0.0.1:1"), ("http://127.0.0.1:1",)
    ),
    "no target file there": Mistake(
        3, ("run", "base", "--target", "http://127.0.0.1:1/target.yaml"), ("http://127.0.0.1:1",)
    ),
    "refused token": Mistake(
        3,
        RUN,
        ("identities.citizen_a", "401"),
        {"identities": {"citizen_a": {"bearer": "demo:nobody-issued-this"}}},
    ),
    "no run": Mistake(2, ("rejudge", "nowhere"), ("nowhere",)),
    "nothing to explain": Mistake(2, ("explain", "NO-SUCH-99"), ("NO-SUCH-99",)),
    "file exists": Mistake(
        2, ("init", "--system", "procedure-system", "-o", "target.yaml"), ("target.yaml", "--force")
    ),
}


@pytest.fixture
def workshop(tmp_path: Path) -> Path:
    """A folder with one file for each mistake that a file can hold."""

    def own(name: str, checks: list[Any]) -> None:
        (requirement,) = PROFILE["requirements"]
        document = {**PROFILE, "requirements": [{**requirement, "checks": checks}]}
        (tmp_path / name).write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")

    own("unknown-check.yaml", ["headers.sniffing.sniffing_is_accepted"])
    own("misfit.yaml", [{"headers.transport.hsts_is_long_enough": {"min_age": "a year"}}])
    own("unknown-parameter.yaml", [{"headers.sniffing.sniffing_is_refused": {"nothing": 1}}])
    (tmp_path / "malformed.yaml").write_text("profile: [never\nclosed: {", encoding="utf-8")
    (tmp_path / "page.html").write_text("<!doctype html><title>404</title>", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_place_and_mend_in_both_languages(
    mistake: Mistake, workshop: Path, write_target: WriteTarget, say: Say
) -> None:
    assert workshop.is_dir()
    write_target(**mistake.changes)
    done = {lang: say(*mistake.words, lang=lang) for lang in LANGUAGES}
    for lang, one in done.items():
        assert one.code == mistake.code, one.said
        assert not one.out
        assert "→" in one.err, f"no mend ({lang}): {one.err}"
        for name in mistake.names:
            assert name in one.err, f"{name} is not named ({lang}): {one.err}"
    assert done["vi"].err.startswith("Lỗi: ")
    assert done["en"].err.startswith("Error: ")
    assert VIETNAMESE.search(done["vi"].err.removeprefix("Lỗi: "))
    assert not VIETNAMESE.search(done["en"].err)


def test_a_process_says_the_same(workshop: Path, write_target: WriteTarget, say: Say) -> None:
    write_target()
    words = ("run", "malformed.yaml", "--target", "target.yaml")
    assert conformance(*words, cwd=workshop) == say(*words)


def test_a_wrong_base_path_is_called_by_its_name(
    agency: Serving, write_target: WriteTarget, say: Say
) -> None:
    write_target(base_url=f"{agency.base_url}/no/such/place")
    done = {lang: say(*RUN, lang=lang) for lang in LANGUAGES}
    assert {one.code for one in done.values()} == {3}, done
    assert "base path" in done["en"].err
    assert "đường dẫn gốc" in done["vi"].err
    assert all("base_url" in one.err for one in done.values())


def test_no_message_shows_a_secret(write_target: WriteTarget, tmp_path: Path, say: Say) -> None:
    secret = "mat-khau-khong-ai-duoc-thay"
    write_target(identities={"citizen_a": {"bearer": "env:A_SECRET"}})
    done = say(*RUN, A_SECRET=secret)
    assert done.code == 3
    assert secret not in done.said
    for path in (tmp_path / "runs").rglob("*"):
        if path.is_file():
            assert secret.encode() not in path.read_bytes(), path


def test_nothing_leaves_for_a_foreign_host_with_demonstration_credentials(
    write_target: WriteTarget, tmp_path: Path, say: Say
) -> None:
    write_target(base_url="https://api.example.vn")
    done = say(*RUN)
    assert done.code == 2
    assert not (tmp_path / "runs").exists()


SLIPS = {
    "rejudge as of no date": ("rejudge", "nowhere", "--as-of", "yesterday"),
    "base url that is no url": (*RUN, "--base-url", "http://[bad"),
    "runs kept in a file": (*RUN, "--out", "page.html"),
    "no attestations": (*RUN, "--attestations", "nowhere.yaml"),
    "a folder for a target": ("run", "base", "--target", "."),
    "a folder for a contract": (*RUN, "--contract", "."),
    "a target file where no folder is": (
        *("init", "--system", "procedure-system", "--base-url", "http://127.0.0.1:1"),
        *("-o", "no/such/folder/target.yaml"),
    ),
    "no such fault": ("selftest", "--mode", "kill", "--only", "no_such_fault"),
    "no profile to check": ("profile", "lint", "nowhere"),
}


@pytest.mark.parametrize("words", SLIPS.values(), ids=SLIPS)
def test_a_slip_is_2_and_never_an_exception(
    words: tuple[str, ...], workshop: Path, write_target: WriteTarget, say: Say
) -> None:
    assert workshop.is_dir()
    write_target()
    assert say(*words).code == 2


def test_an_unknown_option_is_told_in_vietnamese(say: Say) -> None:
    done = say("run", "base", "--no-such-option")
    assert done.code == 2
    assert VIETNAMESE.search(done.err)
