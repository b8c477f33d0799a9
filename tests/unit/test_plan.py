"""Plans: which items there are, what is known before the first request, and what it costs."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from making import (
    DAY,
    OPTIONS,
    SAID,
    SCHEMES,
    SECURED,
    WRITING,
    Reply,
    Seen,
    agency,
    answers,
    chain,
    contract,
    demand,
    document,
    goal,
    planned,
    profile,
    run,
)

from conformance import check, engine, opening
from conformance.contract import Contract
from conformance.errors import ProfileError, UsageError
from conformance.plan import Item, Options, Plan, costs
from conformance.plan.unasked import Preset
from conformance.sandboxes import Serving
from conformance.target import Target

NOT_FOUND = "http.errors.unknown_paths_are_not_found"
PROBLEM = "http.errors.problem_details"
HEAD = "http.methods.head_mirrors_get"
METHODS = "http.methods.undeclared_methods_are_refused"
ENFORCED = "identity.enforcement.declared_security_is_enforced"
NO_STORE = "privacy.caching.personal_answers_are_not_stored"
SNIFFING = "headers.sniffing.sniffing_is_refused"
SCHEMA = "contract.answers.body_matches_schema"
PERSONAL: dict[str, Any] = {"x-vnda-personal": True}
PERSON = {"a": {"bearer": "demo:token-of-a"}}


def a_contract(**more: Any) -> Contract:
    return contract(
        {
            "/things": {"get": answers(operationId="list"), "post": answers(operationId="make")},
            "/things/{id}": {
                "get": answers(
                    operationId="read",
                    security=SECURED,
                    parameters=[{"name": "id", "in": "path", "example": "1"}],
                    **PERSONAL,
                )
            },
        },
        **SCHEMES,
        **more,
    )


def units(*uses: Any, target: Target | None = None, **more: Any) -> list[str]:
    return [i.unit for i in items(*uses, target=target, **more)]


def items(*uses: Any, target: Target | None = None, **more: Any) -> tuple[Item, ...]:
    made = profile(demand("T-IOP-01", *uses, **more))
    return planned(a_contract(), target or goal(), made).items


def preset(item: Item) -> Preset:
    assert item.preset is not None
    return item.preset


# --- units ---------------------------------------------------------------------------------------


def test_what_is_asked_of_the_target_is_asked_once() -> None:
    assert units(PROBLEM) == ["target"]
    assert units(SNIFFING) == ["target"]


def test_a_check_of_reads_is_asked_of_each_read() -> None:
    assert units(HEAD) == ["GET /things", "GET /things/{id}"]


def test_a_check_of_enforcement_is_asked_of_secured_operations() -> None:
    assert units(ENFORCED) == ["GET /things/{id}"]


def test_what_the_owner_calls_public_is_not_secured() -> None:
    assert units(ENFORCED, target=goal(operations={"public": ["read"]})) == ["target"]


def test_a_law_on_personal_data_is_asked_of_marked_operations() -> None:
    assert units(NO_STORE) == ["GET /things/{id}"]
    marked = goal(operations={"personal": ["GET /things"]})
    assert units(NO_STORE, target=marked) == ["GET /things", "GET /things/{id}"]


def test_a_check_once_per_path_is_asked_of_the_first_operation() -> None:
    assert units(METHODS) == ["GET /things", "GET /things/{id}"]


def test_checks_of_one_requirement_share_an_item_where_they_share_a_unit() -> None:
    (target_item, first, second) = items(PROBLEM, HEAD, SCHEMA)[:3]
    assert [a.check.id for a in target_item.asked] == [PROBLEM]
    assert [a.check.id for a in first.asked] == [HEAD, SCHEMA]
    assert second.name == "T-IOP-01::GET /things/{id}"


def test_a_requirement_without_any_unit_is_not_applicable() -> None:
    made = profile(demand("T-IOP-01", ENFORCED))
    (item,) = planned(contract({"/x": {"get": answers()}}), goal(), made).items
    assert preset(item).verdict == "not_applicable"


# --- conditions ----------------------------------------------------------------------------------


def test_a_condition_on_the_method_narrows_the_units() -> None:
    assert units(SCHEMA, when={"method": ["POST"]}) == ["POST /things"]


def test_a_condition_on_the_protocol_is_held_against_each_operation() -> None:
    mixed = goal(protocols={"default": "rest", "/things/*": "soap"})
    assert units(HEAD, target=mixed, when={"protocol": "rest"}) == ["GET /things"]
    assert units(HEAD, target=mixed, when={"protocol": "soap"}) == ["GET /things/{id}"]


def test_a_condition_on_the_protocol_that_nothing_meets_makes_not_applicable() -> None:
    (item,) = items(PROBLEM, target=goal(protocols={"default": "soap"}), when={"protocol": "rest"})
    assert preset(item).verdict == "not_applicable"


@pytest.mark.parametrize(
    ("when", "applies"),
    [
        ({"scheme": "http"}, True),
        ({"scheme": "https"}, False),
        ({"environment": "sandbox"}, True),
        ({"environment": "production"}, False),
    ],
)
def test_a_condition_on_the_target_is_held_against_it(
    when: dict[str, str], *, applies: bool
) -> None:
    (item,) = items(PROBLEM, when=when)
    assert (item.preset is None) is applies
    if item.preset:
        assert item.preset.verdict == "not_applicable"


@pytest.mark.parametrize(
    ("where", "environment", "decided"),
    [
        ("either", "production", True),
        ("production", "production", True),
        ("sandbox", "sandbox", True),
        ("sandbox", "production", False),
        ("production", "sandbox", False),
    ],
)
def test_what_another_environment_decides_stays_open(
    where: str, environment: str, *, decided: bool
) -> None:
    (item,) = items(PROBLEM, target=goal(environment=environment), where=where)
    assert (item.preset is None) is decided
    if item.preset:
        assert (item.preset.verdict, item.preset.reason) == ("not_tested", "not_authorised")


def test_a_demand_that_is_not_in_force_is_not_applicable() -> None:
    (item,) = items(PROBLEM, in_force={"from": "2027-01-01"})
    assert preset(item).verdict == "not_applicable"
    later = replace(OPTIONS, as_of=date(2027, 1, 1))
    made = profile(demand("T-IOP-01", PROBLEM, in_force={"from": "2027-01-01"}))
    assert planned(a_contract(), goal(), made, options=later).items[0].preset is None


def test_a_demand_that_nobody_can_test_says_why() -> None:
    (item,) = items(untested={"because": SAID})
    assert (preset(item).verdict, preset(item).reason) == ("not_tested", "inconclusive")


# --- permission and identities -------------------------------------------------------------------


def test_a_check_that_writes_is_asked_where_writing_is_permitted() -> None:
    (first, *_) = items(METHODS, target=goal(**WRITING))
    assert first.asked[0].preset is None


@pytest.mark.parametrize(
    "more", [{}, {"allow": ["read", "write"]}, WRITING | {"environment": "production"}]
)
def test_a_check_that_writes_is_not_authorised_elsewhere(more: Mapping[str, Any]) -> None:
    for item in items(METHODS, target=goal(**more)):
        (asked,) = item.asked
        assert asked.preset is not None
        assert asked.preset.reason == "not_authorised"


def test_enforcement_without_any_identity_is_open() -> None:
    (item,) = items(ENFORCED)
    (asked,) = item.asked
    assert asked.preset is not None
    assert asked.preset.reason == "no_credentials"
    (item,) = items(ENFORCED, target=goal(identities=PERSON))
    assert item.asked[0].preset is None


def test_tokens_are_not_asked_about_where_nobody_is_asked_who_they_are() -> None:
    tokens = "identity.tokens.unsigned_tokens_are_refused"
    (item,) = items(tokens)
    assert item.asked[0].preset is not None
    assert item.asked[0].preset.reason == "no_credentials"
    (item,) = items(tokens, target=goal(operations={"public": ["read"]}))
    assert preset(item).verdict == "not_applicable"


# --- attestations --------------------------------------------------------------------------------


def attested(wanted_by: str, **more: Any) -> Preset:
    attestation = {
        "requirement": "T-IOP-01",
        "by": {"name": "An", "role": "auditor"},
        "date": "2026-11-01",
        "until": "2026-12-31",
        "evidence": SAID,
    }
    made = goal(attestations=[attestation | more])
    (item,) = items(target=made, attested={"by": wanted_by, "evidence": SAID})
    return preset(item)


@pytest.mark.parametrize(
    ("by", "role", "valid"),
    [
        ("auditor", "auditor", True),
        ("agency", "agency", True),
        ("agency", "auditor", True),
        ("auditor", "agency", False),
    ],
)
def test_an_attestation_counts_from_who_may_give_it(by: str, role: str, *, valid: bool) -> None:
    found = attested(by, by={"name": "An", "role": role})
    assert (found.verdict == "pass") is valid
    assert (found.attestation is not None) is valid


@pytest.mark.parametrize(
    ("first", "last", "valid"),
    [
        (DAY, DAY, True),
        (date(2026, 11, 22), date(2027, 1, 1), False),
        (date(2025, 1, 1), date(2026, 11, 20), False),
    ],
)
def test_an_attestation_counts_between_its_days(first: date, last: date, *, valid: bool) -> None:
    found = attested("auditor", date=str(first), until=str(last))
    assert found.verdict == ("pass" if valid else "not_tested")
    assert valid or found.reason == "attestation"


def test_an_attestation_counts_for_its_own_requirement() -> None:
    assert attested("auditor", requirement="T-IOP-02").reason == "attestation"


# --- levels --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("use", "status", "base_url", "level"),
    [
        (SCHEMA, "proposed", "https://api.example.vn", "SHOULD"),
        (SCHEMA, "proposed", "http://127.0.0.1:9", "MUST"),
        (SCHEMA, "own", "https://api.example.vn", "MUST"),
        (PROBLEM, "proposed", "https://api.example.vn", "MUST"),
    ],
)
def test_a_proposed_contract_binds_nobody_but_our_own_sandbox(
    use: str, status: str, base_url: str, level: str
) -> None:
    made = profile(demand("T-IOP-01", use))
    plan = planned(a_contract(info={"x-norm-status": status}), goal(base_url), made)
    assert {item.level for item in plan.items} == {level}


def test_a_proposal_does_not_raise_what_may_be_done() -> None:
    made = profile(demand("T-IOP-01", SCHEMA, level="MAY"))
    proposed = a_contract(info={"x-norm-status": "proposed"})
    assert planned(proposed, goal("https://api.example.vn"), made).items[0].level == "MAY"


@pytest.mark.parametrize(
    "turned",
    [
        False,
        True,
    ],
)
def test_of_two_profiles_the_raised_level_holds(*, turned: bool) -> None:
    old = document(demand("T-IOP-01", PROBLEM, level="SHOULD"), name="old")
    because = {"document": "GROUND"}
    new = document(raises=[{"id": "T-IOP-01", "level": "MUST", "because": because}])
    pair = [chain(old), chain(old, new)]
    if turned:
        pair.reverse()
    (item,) = planned(a_contract(), goal(), *pair).items
    assert item.level == "MUST"


# --- choice --------------------------------------------------------------------------------------

SEVERAL = profile(
    demand("T-IOP-01", PROBLEM),
    demand("T-IOP-02", NOT_FOUND, level="SHOULD"),
    demand("T-SEC-01", SNIFFING, level="MAY"),
)


def chosen(**more: Any) -> list[str]:
    options = replace(OPTIONS, **more)
    plan = planned(a_contract(), goal(), SEVERAL, options=options)
    assert plan.options.narrowed
    return [item.requirement.id for item in plan.items]


@pytest.mark.parametrize(
    ("more", "ids"),
    [
        ({"select": ("T-IOP-*",)}, ["T-IOP-01", "T-IOP-02"]),
        ({"select": ("T-IOP-02", "*SEC*")}, ["T-IOP-02", "T-SEC-01"]),
        ({"deselect": ("T-IOP-0?",)}, ["T-SEC-01"]),
        ({"select": ("T-*",), "deselect": ("*-01",)}, ["T-IOP-02"]),
        ({"level": "SHOULD"}, ["T-IOP-01", "T-IOP-02"]),
        ({"level": "MUST"}, ["T-IOP-01"]),
        ({"items": ("T-IOP-02::target",)}, ["T-IOP-02"]),
    ],
)
def test_a_plan_is_narrowed_by_name_level_or_item(more: dict[str, Any], ids: list[str]) -> None:
    assert chosen(**more) == ids


@pytest.mark.parametrize("option", ["select", "deselect"])
def test_a_name_that_fits_nothing_is_refused(option: str) -> None:
    with pytest.raises(UsageError) as caught:
        chosen(**{option: ("T-IOP-99",)})
    assert caught.value.place == f"--{option}"


def test_a_name_is_known_though_its_level_is_left_out() -> None:
    assert chosen(select=("T-SEC-01",), level="MUST") == []


def test_options_come_back_from_their_record() -> None:
    made = Options(DAY, 3, ("a",), ("b",), "MUST", ("c::target",))
    assert Options.of(made.as_json()) == made
    assert not OPTIONS.narrowed


# --- what does not fit ---------------------------------------------------------------------------


def test_an_unknown_check_is_refused_with_its_requirement() -> None:
    with pytest.raises(ProfileError) as caught:
        items("http.unheard")
    assert caught.value.place == "young: T-IOP-01"


@pytest.mark.parametrize("parameters", [{"min_age": "x"}, {"unheard": 1}])
def test_a_misfitting_parameter_is_refused_even_where_nothing_is_asked(
    parameters: dict[str, Any],
) -> None:
    use = {"headers.transport.hsts_is_long_enough": parameters}
    with pytest.raises(ProfileError):
        items(use, when={"scheme": "https"})


def test_parameters_are_part_of_the_name_of_a_case() -> None:
    (item,) = items({"headers.transport.hsts_is_long_enough": {"min_age": 5}})
    assert item.asked[0].case == "headers.transport.hsts_is_long_enough?min_age=5"


# --- order and cost ------------------------------------------------------------------------------


def test_what_is_judged_on_all_traffic_comes_last() -> None:
    made = profile(
        demand("T-FMT-01", "formats.json.json_is_strict"),
        demand("T-IOP-01", PROBLEM),
        demand("T-IOP-02", "http.errors.status_is_repeated"),
        demand("T-SEC-01", SNIFFING),
    )
    plan = planned(a_contract(), goal(), made)
    assert [i.requirement.id for i in plan.items] == [
        "T-IOP-01",
        "T-SEC-01",
        "T-FMT-01",
        "T-IOP-02",
    ]


def sandbox_plan(serving: Serving, **more: Any) -> Plan:
    wanted = opening.load_target(serving.target)
    return engine.prepare(["procedure-system"], wanted, options=Options(DAY, 1, **more))


def test_a_whole_run_sends_no_more_than_is_said(serving: Serving, tmp_path: Path) -> None:
    plan = sandbox_plan(serving)
    done = run(plan, tmp_path)
    assert done.requests == done.results["traffic"]["requests"]
    assert done.requests <= costs.at_most(plan)
    # A bound that is far off would be of no use to the owner of the target.
    assert costs.at_most(plan) <= 2 * done.requests
    assert not overdrawn(plan, done.folder)


@pytest.mark.parametrize(
    "name",
    [
        "BASE-IOP-01",
        "BASE-SEC-01",
        "BASE-IOP-04",
        "TTHC-AUT-01",
    ],
)
def test_the_cost_of_a_narrowed_run_is_an_upper_bound(
    serving: Serving, tmp_path: Path, name: str
) -> None:
    plan = sandbox_plan(serving, select=(name,))
    assert run(plan, tmp_path).requests <= costs.at_most(plan)


def overdrawn(plan: Plan, folder: Path) -> dict[tuple[str, str], tuple[int, int]]:
    """Return what each check that sent more than it says sent, and says, by unit and case."""
    lines = (folder / "record.jsonl").read_text("utf-8").splitlines()
    told = [json.loads(line).get("exchange") for line in lines]

    def gives_a_value(exchange: Mapping[str, Any]) -> bool:
        # Answers of other operations, from which values are taken, the plan counts apart.
        request, unit = exchange["request"], exchange["unit"]
        meant = plan.scene.meant_by(urlsplit(request["url"]).path)
        asked = next((o for o in meant if o.method == request["method"]), None)
        other = asked is not None and asked.unit != unit != "target"
        return other and f'"from": "{asked.id}"' in examples

    examples = json.dumps([plan.scene.examples(o) for o in plan.scene.operations])
    first = [e for e in told if e and e["attempt"] == 1 and not gives_a_value(e)]
    sent = Counter((e["unit"], e["case"]) for e in first)
    asked = {(i.unit, a.case): a for i in plan.items for a in i.asked if a.check.requests}
    assert asked.keys() & sent.keys()
    return {
        key: (sent[key], one.check.requests)
        for key, one in asked.items()
        if sent[key] > one.check.cost(one.parameters)
    }


def test_asking_more_parameters_costs_more() -> None:
    name = "injection.sql.parameters_stay_data_in_sql"
    once, thrice = (
        costs.at_most(planned(a_contract(), goal(), profile(demand("T-INJ-01", wanted))))
        for wanted in (name, {name: {"max_params": 3}})
    )
    assert thrice - once == 2 * check.find(name, place="test").requests


def test_the_cost_counts_values_that_rest_on_values(tmp_path: Path) -> None:
    taken: dict[str, Any] = {"parameters": [{"name": "x", "in": "path"}]}
    made = contract(
        {
            "/a": {"post": answers(operationId="a")},
            "/b/{x}": {"post": answers(operationId="b", **taken)},
            "/c/{x}": {"post": answers(operationId="c", **taken)},
        }
    )
    examples = {"b": {"x": {"from": "a", "take": "/id"}}, "c": {"x": {"from": "b", "take": "/id"}}}
    with agency(lambda _: Reply(body=b'{"id": "1"}')) as server:
        wanted = goal(server.base_url, examples=examples, **WRITING)
        plan = planned(
            made, wanted, profile(demand("T-IOP-01", "contract.answers.status_is_documented"))
        )
        assert run(plan, tmp_path).requests <= costs.at_most(plan)


def test_a_plan_sends_nothing() -> None:
    with agency(lambda _: Reply()) as server:
        costs.at_most(planned(a_contract(), goal(server.base_url, **WRITING), SEVERAL))
        assert server.seen == []


# --- what is sent --------------------------------------------------------------------------------


def test_a_declared_method_is_never_sent_as_an_undeclared_one(tmp_path: Path) -> None:
    made = contract({"/things": {m: answers() for m in ("get", "patch", "put", "delete")}})

    def answer(seen: Seen) -> Reply:
        return Reply(405 if seen.method == "VNCT" else 200)

    with agency(answer) as server:
        wanted = goal(server.base_url, **WRITING)
        run(planned(made, wanted, profile(demand("T-IOP-01", METHODS))), tmp_path)
        assert {seen.method for seen in server.seen} == {"GET", "VNCT"}


def test_examples_may_be_keyed_by_the_unit_and_name_an_owner() -> None:
    people: dict[str, Any] = {
        "identities": {"a": {"bearer": "demo:aaaa"}, "b": {"bearer": "demo:bbbb"}}
    }
    candidates = []
    for key in ("read", "GET /things/{id}"):
        wanted = goal(examples={key: {"id": "2", "owner": "b"}}, **people)
        scene = planned(a_contract(), wanted, SEVERAL).scene
        operation = scene.operation("read")
        assert operation is not None
        candidates.append(scene.candidates(operation))
    assert candidates == [["b"], ["b"]]
