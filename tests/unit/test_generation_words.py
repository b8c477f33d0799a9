"""What is bent is named in Vietnamese, and plans bound how much of it there is."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from conformance import contract as contracts
from conformance.contract import Contract
from conformance.contract.operations import Operation
from conformance.generation.call import Body, Call
from conformance.generation.cases import cases
from conformance.generation.depth import DEPTHS, at_most
from conformance.generation.schemas import sample
from conformance.generation.wording import in_vietnamese

EXAM = Path(__file__).parents[1] / "exam" / "agency.yaml"
# Names and values that are the same in both languages.
ALIKE = (
    "2",
    "1",
    "0",
    "9",
    "khong",
    "kiem",
    "a+b",
    "a@b",
    "@",
    "https",
    "javascript",
    "7D2F",
    "7d2f",
)


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
    missing = {
        one
        for one in told
        if in_vietnamese(one) == one and not one.startswith(ALIKE) and not one.isdigit()
    }
    assert missing == set()
    assert all(unicodedata.is_normalized("NFC", in_vietnamese(one)) for one in told)
