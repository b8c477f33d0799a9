"""Linting: what is wrong with a profile that can be read."""

import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml
from making import SAID, demand, document

from conformance import shipped
from conformance.lint import profile as profile_lint

STS = "headers.transport.hsts_is_long_enough"
LOOSE = {"vi": unicodedata.normalize("NFD", "Điều được yêu cầu"), "en": "What"}


def found(folder: Path, *demands: dict[str, Any]) -> list[str]:
    cited = [d | {"norm": {"document": "RFC-9457"}} for d in demands]
    path = folder / "p.yaml"
    path.write_text(yaml.safe_dump(document(*cited), allow_unicode=True), encoding="utf-8")
    return [f"{place}: {text.en}" for place, text in profile_lint.lint(str(path))]


@pytest.mark.parametrize("name", shipped.profile_ids())
def test_shipped_profiles_are_clean(name: str) -> None:
    assert profile_lint.lint(name) == []


def test_a_good_profile_is_clean(tmp_path: Path) -> None:
    assert found(tmp_path, demand("T-SEC-01", STS)) == []


def test_an_unknown_check_is_found(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, demand("T-SEC-01", "http.unheard"))
    assert finding.startswith("young: T-SEC-01: there is no check")


@pytest.mark.parametrize("parameters", [{"min_age": "long"}, {"max_age": 1}])
def test_a_misfitting_parameter_is_found(tmp_path: Path, parameters: dict[str, Any]) -> None:
    (finding,) = found(tmp_path, demand("T-SEC-01", {STS: parameters}))
    assert STS in finding


@pytest.mark.parametrize("field", ["text", "rationale", "mend"])
def test_a_decomposed_text_is_found(tmp_path: Path, field: str) -> None:
    (finding,) = found(tmp_path, demand("T-SEC-01", STS, **{field: LOOSE}))
    assert "NFC" in finding


@pytest.mark.parametrize(
    "more",
    [{"attested": {"by": "auditor", "evidence": LOOSE}}, {"untested": {"because": LOOSE}}],
)
def test_a_decomposed_text_is_found_wherever_it_is_shown(
    tmp_path: Path, more: dict[str, Any]
) -> None:
    assert any("NFC" in line for line in found(tmp_path, demand("T-SEC-01", level="MAY", **more)))


def test_a_must_that_nobody_decides_is_found(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, demand("T-SEC-01", untested={"because": SAID}))
    assert "MUST" in finding


def test_every_finding_of_a_profile_is_told(tmp_path: Path) -> None:
    assert len(found(tmp_path, demand("T-SEC-01", "a", "b"), demand("T-SEC-02", "c"))) == 3
