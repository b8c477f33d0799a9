"""JUnit: a failure is a MUST that failed, and nothing a target sends breaks the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from conformance.reports import junit

if TYPE_CHECKING:
    from conformance.reports import Run


def _suite(run: Run, **asked: str) -> ET.Element:
    (suite,) = ET.fromstring(junit.render(run, **asked))  # noqa: S314 - our own output
    return suite


def _classes(suite: ET.Element, tag: str) -> set[str]:
    return {
        str(case.get("classname")) for case in suite.iter("testcase") if case.find(tag) is not None
    }


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_failures_are_the_must_failures(run: Run, lang: str) -> None:
    failed = _classes(_suite(run, lang=lang), "failure")
    assert failed == {"procedure-system.BASE-AUT-01", "procedure-system.BASE-IOP-05"}
    assert len(failed) == run.results["counts"]["must"]["fail"]


def test_observations_waivers_and_open_questions_are_skipped_with_the_reason(run: Run) -> None:
    skipped = {
        str(case.get("classname")).split(".")[1]: str(said.get("message"))
        for case in _suite(run, lang="en").iter("testcase")
        if (said := case.find("skipped")) is not None
    }
    assert skipped["BASE-SEC-13"] == "observation: nginx/1.18.0"
    assert skipped["BASE-SEC-05"] == "Waived: no such header"
    assert skipped["BASE-AUT-02"] == "Not tested: no second identity was given"
    assert skipped["BASE-SEC-02"] == "Not applicable: the base URL is an IP address of a sandbox"


def test_an_error_of_ours_is_an_error(run: Run) -> None:
    assert _classes(_suite(run), "error") == {"procedure-system.BASE-DOC-01"}


def test_every_requirement_has_a_case_and_the_sums_are_right(run: Run) -> None:
    suite = _suite(run)
    cases = list(suite.iter("testcase"))
    assert {str(case.get("classname")).split(".")[1] for case in cases} == {
        one["id"] for one in run.results["requirements"]
    }
    assert int(str(suite.get("tests"))) == len(cases)
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert int(str(suite.get(name))) == len(list(suite.iter(tag)))


def test_the_name_of_a_case_is_unit_and_check(run: Run) -> None:
    names = [case.get("name") for case in _suite(run).iter("testcase")]
    assert "target [http.errors.problem_details]" in names


def test_a_verdict_that_no_result_shows_still_has_its_case(run: Any) -> None:
    run.results["requirements"][0]["results"] = []
    assert "procedure-system.BASE-IOP-05" in _classes(_suite(run), "failure")


def test_two_profiles_are_two_suites(run: Any) -> None:
    run.results["profiles"].append({**run.results["profiles"][0], "id": "extra"})
    run.results["requirements"][1]["profile"] = "extra"
    first, second = ET.fromstring(junit.render(run))  # noqa: S314 - our own output
    assert _classes(second, "failure") == {"extra.BASE-AUT-01"}
    assert _classes(first, "failure") == {"procedure-system.BASE-IOP-05"}


def test_terminal_sequences_and_illegal_characters_are_gone(run: Run) -> None:
    document = junit.render(run)
    assert "red" in document
    assert "[31m" not in document
    assert all(
        char in "\t\n\r" or "\x20" <= char <= "\ud7ff" or "\ue000" <= char <= "\ufffd"
        for char in document
    )


def test_hostile_names_stay_inside_their_attribute(run: Any, hostile: str) -> None:
    run.results["requirements"][0]["results"][0]["unit"] = hostile
    assert len(list(_suite(run).iter("failure"))) == 11
