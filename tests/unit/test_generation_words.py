"""What is bent is named in Vietnamese, and plans bound how much of it there is."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from conformance import contract as contracts
from conformance.contract import Contract
from conformance.contract.operations import Operation
from conformance.generation import values
from conformance.generation.call import Body, Call
from conformance.generation.cases import cases
from conformance.generation.depth import DEPTHS, at_most
from conformance.generation.schemas import sample
from conformance.generation.wording import in_vietnamese

EXAM = Path(__file__).parents[1] / "exam" / "agency.yaml"
# Values that are shown as they are, which are the same in both languages.
ALIKE = {value for group in values.NAMED_BY_THEMSELVES.values() for value in group}
# Words that no Vietnamese sentence has; what stands behind a colon may be a value.
ENGLISH = re.compile(r"\b(?:an?|the|of|every|as|at|with|no|in|out|too|than|that|name)\b")


@pytest.fixture(scope="module")
def agency() -> Contract:
    return contracts.load(EXAM.read_bytes(), EXAM.name)


def model(agency: Contract, operation: Operation) -> Call:
    media_type = next(iter(operation.request_types), "")
    body = None
    if media_type:
        content = operation.request_types[media_type]
        body = Body(media_type, sample(agency, content.get("schema")))
    path = {
        p.name: str(sample(agency, p.schema)) for p in operation.parameters if p.place == "path"
    }
    return Call(operation, path, (), (), body)


@pytest.mark.parametrize("depth", ["quick", "standard", "deep"])
def test_no_operation_is_asked_more_than_was_planned(agency: Contract, depth: str) -> None:
    for operation in agency.operations:
        asked = list(cases(agency, model(agency, operation), DEPTHS[depth], 1, {}))
        assert len(asked) <= at_most(operation, DEPTHS[depth]), operation.unit
        assert asked


def test_each_scenario_has_words_in_vietnamese(agency: Contract) -> None:
    told = {
        bend.scenario
        for operation in agency.operations
        for bend in cases(agency, model(agency, operation), DEPTHS["deep"], 1, {})
    }
    assert len(told) > 100
    said = {one: in_vietnamese(one) for one in told - ALIKE}
    assert {one for one in said if said[one] == one} == set()
    # A choice of the contract's own is a value as well.
    sentences = {
        one: words.partition(": ")[0]
        for one, words in said.items()
        if not one.startswith("choice ")
    }
    assert {one for one in sentences if ENGLISH.search(sentences[one])} == set()
    assert all(unicodedata.is_normalized("NFC", words) for words in said.values())


@pytest.mark.parametrize(
    ("scenario", "expected"),
    [
        ("file name: quotation marks", "tên tệp: dấu nháy"),
        ("file name: another type: null", "tên tệp: kiểu khác: null"),
        ("an empty list in place of the value", "danh sách rỗng thay cho giá trị"),
        ("null in place of the value", "null thay cho giá trị"),
        ("choice the maximum", "lựa chọn the maximum"),
    ],
)
def test_no_half_of_a_scenario_stays_english(scenario: str, expected: str) -> None:
    assert in_vietnamese(scenario) == expected
