"""Checks: how they are declared and found, and how their parameters are bound."""

import re
from typing import Annotated, Any

import pytest
from together import together

from conformance import check as checks
from conformance.check import Check, Higher, Lower, check, law, require
from conformance.errors import ProfileError
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import Violation

EXPECTED = Text(vi="điều này", en="this")


@check(catalogue="IOP-005", per="operation", requests=3, methods=["GET"], secured=True)
def asks(  # noqa: PLR0913  # one parameter of each type
    probe: Probe,
    operation: object,
    *,
    number: Annotated[int, Higher] = 1,
    real: Annotated[float, Lower] = 0.5,
    switch: bool = False,
    words: tuple[str, ...] = (),
) -> None:
    """A good target is asked.

    And so on.
    """


@law(catalogue="SEC-005", per="target", on="errors", hostile=True)
def holds(answer: Exchange) -> None:
    """A good target holds."""


def declared(function: Any) -> Check:
    found = function.declared
    assert isinstance(found, Check)
    return found


def test_a_check_is_what_its_function_and_declaration_say() -> None:
    made = declared(asks)
    assert made.kind == "check"
    assert (made.per, made.safety, made.requests) == ("operation", "read", 3)
    assert made.methods == ("GET",)
    assert made.secured
    assert made.given == ("probe", "operation")
    assert made.title == "A good target is asked."
    assert made.documentation("en").endswith("And so on.")
    # Without a Vietnamese wording of its own a check shows what it has.
    assert made.documentation("vi") == made.documentation("en")


def test_a_law_is_what_its_function_and_declaration_say() -> None:
    made = declared(holds)
    assert (made.kind, made.on, made.hostile, made.given) == ("law", "errors", True, ("answer",))


def test_parameters_say_in_which_direction_they_are_stricter() -> None:
    made = declared(asks).parameters
    assert {name: p.stricter for name, p in made.items()} == {
        "number": "up",
        "real": "down",
        "switch": None,
        "words": None,
    }


@pytest.mark.parametrize(
    "parameters",
    [{}, {"number": 5}, {"real": 1}, {"real": 1.5}, {"switch": True}, {"words": ["a", "b"]}],
)
def test_fitting_parameters_are_bound(parameters: dict[str, Any]) -> None:
    bound = declared(asks).bind(parameters, place="p")
    assert bound == {k: tuple(v) if isinstance(v, list) else v for k, v in parameters.items()}


@pytest.mark.parametrize(
    "parameters",
    [
        {"number": "5"},
        {"number": True},
        {"number": 1.5},
        {"real": "1"},
        {"switch": 1},
        {"words": "a"},
        {"words": [1]},
        {"unheard": 1},
    ],
)
def test_misfitting_parameters_are_refused_with_their_place(parameters: dict[str, Any]) -> None:
    with pytest.raises(ProfileError) as caught:
        declared(asks).bind(parameters, place="young: T-IOP-01")
    assert caught.value.place == "young: T-IOP-01"
    assert next(iter(parameters)) in caught.value.what.vi
    assert caught.value.mend is not None


def test_a_check_without_docstring_is_refused() -> None:
    def silent(probe: Probe) -> None:
        pass

    with pytest.raises(TypeError, match="docstring"):
        check(catalogue="IOP-005", per="target", requests=1)(silent)


def test_require_says_what_was_expected_and_observed() -> None:
    require(condition=True, expected=EXPECTED, observed="nothing")
    with pytest.raises(Violation) as caught:
        require(condition=0, expected=EXPECTED, observed=404)
    assert caught.value.expected == EXPECTED
    assert caught.value.observed == Text(vi="404", en="404")


def test_a_long_observation_is_cut() -> None:
    with pytest.raises(Violation) as caught:
        require(condition=False, expected=EXPECTED, observed="x" * 10_000)
    assert len(caught.value.observed.en) == 501


def test_an_unknown_check_is_refused_and_near_ones_are_told() -> None:
    with pytest.raises(ProfileError) as caught:
        checks.find("http.error.problem_details", place="young: T-IOP-01")
    assert caught.value.mend is not None
    assert "http.errors.problem_details" in caught.value.mend.en
    assert caught.value.place == "young: T-IOP-01"


@together("check_id", sorted(checks.every()))
def test_a_check_is_found_at_its_address(check_id: str) -> None:
    found = checks.find(check_id, place="p")
    assert f"{found.ask.__module__}.{found.ask.__name__}" == f"conformance.checks.{check_id}"
    assert re.fullmatch(r"[A-Z]{3}-\d{3}", found.catalogue)
    assert found.title.endswith((".", ")."))
    assert set(found.given) <= set(checks.GIVEN)


@together("check_id", sorted(checks.every()))
def test_the_default_of_every_parameter_fits_its_type(check_id: str) -> None:
    found = checks.every()[check_id]
    found.bind({name: p.default for name, p in found.parameters.items()}, place="p")


@together("check_id", sorted(checks.every()))
def test_only_active_checks_ask_and_only_laws_have_a_class(check_id: str) -> None:
    found = checks.every()[check_id]
    if found.kind == "law":
        assert found.requests == 0
        assert "answer" in found.given
        assert "probe" not in found.given
    else:
        # Who asks nothing looks at the contract as a document, and leans on nothing else, or at
        # all traffic, or at the message that would be sent, which the probe forms.
        forms = "contract" not in found.given and "operation" in found.given and found.contract
        asks = found.requests > 0 or "calls" in found.given or forms
        assert ("probe" in found.given) == asks
        leans = ("contract" in found.given or forms) and found.contract
        assert found.requests > 0 or leans or "calls" in found.given
