"""The schema of results.json: strict, and true of the example."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from conformance.reports import FORMATS, words

if TYPE_CHECKING:
    from conformance.reports import Run

SCHEMA = json.loads((files("conformance") / "schemas" / "results.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_example_and_its_json_report_are_valid(run: Run) -> None:
    VALIDATOR.validate(run.results)
    document = FORMATS["json"].render(run)
    document.encode()
    assert json.loads(document) == run.results


def _unknown_member(results: dict[str, Any]) -> None:
    results["grade"] = "A"


def _unknown_member_of_a_result(results: dict[str, Any]) -> None:
    results["requirements"][0]["results"][0]["score"] = 1


def _count_missing(results: dict[str, Any]) -> None:
    del results["counts"]["must"]["attested"]


def _untold_reason(results: dict[str, Any]) -> None:
    results["requirements"][8]["reason"] = None


def _unexplained_not_applicable(results: dict[str, Any]) -> None:
    results["requirements"][7]["because"] = None


def _one_language(results: dict[str, Any]) -> None:
    del results["requirements"][0]["title"]["vi"]


def _no_profile(results: dict[str, Any]) -> None:
    results["profiles"] = []


def _impossible_date(results: dict[str, Any]) -> None:
    results["as_of"] = "2026-02-30"


@pytest.mark.parametrize(
    "spoil",
    [
        _unknown_member,
        _unknown_member_of_a_result,
        _count_missing,
        _untold_reason,
        _unexplained_not_applicable,
        _one_language,
        _no_profile,
        _impossible_date,
    ],
)
def test_what_is_wrong_is_refused(run: Any, spoil: Any) -> None:
    spoil(run.results)
    assert not VALIDATOR.is_valid(run.results)


def test_reports_have_words_for_every_constant_of_the_schema() -> None:
    parts = SCHEMA["$defs"]
    of = parts["requirement"]["properties"]
    assert set(words.REASONS) == set(parts["reason"]["enum"])
    assert set(words.VERDICTS) == {*parts["verdict"]["enum"], "attested"}
    assert set(words.CONCLUSIONS) == set(SCHEMA["properties"]["verdict"]["enum"])
    assert set(words.LEVELS) == set(of["level"]["enum"])
    assert set(words.IMPACTS) == set(of["impact"]["enum"])
    assert set(words.BASES) == set(of["basis"]["enum"])
    assert set(words.STATUSES) == set(of["norm"]["properties"]["status"]["enum"])
