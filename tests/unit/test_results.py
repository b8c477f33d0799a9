"""results.json: the worst decides, nothing open is called met, and every total agrees."""

import json
import shlex
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
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
    contract,
    demand,
    exchange,
    goal,
    planned,
    profile,
    run,
)

from conformance import documents, engine, opening, results
from conformance.collected import Evidence
from conformance.errors import DocumentError
from conformance.generation.depth import DEPTHS
from conformance.judge import Finding
from conformance.plan import Item, Options, Plan
from conformance.sandboxes import Serving
from conformance.text import Text
from conformance.verdict import Reason, Verdict

NOT_FOUND = "http.errors.unknown_paths_are_not_found"
PROBLEM = "http.errors.problem_details"
HEADER = {
    "contract": {"source": "c", "digest": "sha256:" + "0" * 64},
    "started": "2026-11-21T00:00:00Z",
    "finished": "2026-11-21T00:01:00Z",
    "tool": results.tool(),
}
WHY = Text(vi="vì sao", en="why")
VERDICTS = [v for v in Verdict if v is not Verdict.WAIVED]


def plan_of(*levels: str, target: Any = None, options: Options = OPTIONS) -> Plan:
    norm = {"document": "READ", "clause": "1"}
    demands = [
        demand(f"T-IOP-{n:02}", NOT_FOUND, level=level, norm=norm)
        for n, level in enumerate(levels, 1)
    ]
    made = contract({"/x": {"get": answers()}})
    return planned(
        made, target or goal("https://api.example.vn"), profile(*demands), options=options
    )


def finding(verdict: Verdict, reason: Reason | None = None, evidence: Any = ()) -> Finding:
    if verdict is Verdict.NOT_TESTED:
        reason = reason or Reason.INCONCLUSIVE
    return Finding(NOT_FOUND, "IOP-004", "target", verdict, reason, WHY, evidence=evidence)


def assembled(plan: Plan, *verdicts: Any, evidence: Evidence | None = None) -> dict[str, Any]:
    judged: list[tuple[Item, list[Finding]]] = []
    for item, given_ in zip(plan.items, verdicts, strict=True):
        several = given_ if isinstance(given_, list) else [given_]
        judged.append((item, [f if isinstance(f, Finding) else finding(f) for f in several]))
    return results.assemble(plan, judged, evidence or Evidence(), HEADER)


# --- the worst -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("several", "worst"),
    [
        (["pass", "not_applicable"], "pass"),
        (["not_applicable", "not_applicable"], "not_applicable"),
        (["pass", "not_tested"], "not_tested"),
        (["not_tested", "error"], "error"),
        (["error", "fail", "pass"], "fail"),
        (["waived", "pass"], "waived"),
        (["waived", "not_tested"], "not_tested"),
    ],
)
def test_a_requirement_takes_the_worst_of_its_findings(several: list[str], worst: str) -> None:
    assert results.worst(several) == worst
    assert results.worst(reversed(several)) == worst


@given(st.lists(st.sampled_from([str(v) for v in Verdict]), min_size=1))
def test_one_more_finding_never_makes_a_requirement_better(several: list[str]) -> None:
    order = [str(v) for v in results.WORST_FIRST]
    for more in Verdict:
        assert order.index(results.worst([*several, str(more)])) <= order.index(
            results.worst(several)
        )


# --- the verdict of a profile --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdicts", "verdict", "basis"),
    [
        (["pass"], "CONFORMANT", "conformant"),
        (["pass", "not_applicable"], "CONFORMANT", "conformant"),
        (["pass", "waived"], "CONFORMANT_WITH_WAIVERS", "conformant"),
        (["pass", "not_tested"], "INCOMPLETE", "open"),
        (["pass", "error"], "INCOMPLETE", "error"),
        (["not_tested", "error"], "INCOMPLETE", "error"),
        (["fail", "not_tested", "error"], "NONCONFORMANT", "failed"),
    ],
)
def test_the_verdict_of_a_profile_never_softens(
    verdicts: list[str], verdict: str, basis: str
) -> None:
    plan = plan_of(*["MUST"] * len(verdicts))
    made = assembled(plan, *map(Verdict, verdicts))
    assert (made["verdict"], made["exit_basis"]) == (verdict, basis)


@pytest.mark.parametrize("level", ["SHOULD", "MAY"])
@pytest.mark.parametrize("verdict", VERDICTS)
def test_only_a_must_decides_the_verdict(level: str, verdict: Verdict) -> None:
    made = assembled(plan_of("MUST", level), Verdict.PASS, verdict)
    assert made["verdict"] == "CONFORMANT"


def test_without_any_must_nothing_is_called_conformant() -> None:
    assert assembled(plan_of("SHOULD"), Verdict.PASS)["verdict"] == "INCOMPLETE"


# --- what may stay open --------------------------------------------------------------------------


def accepting(until: str = "2026-12-31", *reasons: str) -> Any:
    accepted = {"reasons": list(reasons or ["throttled"]), "until": until}
    return goal("https://api.example.vn", accept_open=accepted)


@pytest.mark.parametrize(
    ("until", "reason", "basis"),
    [
        ("2026-12-31", Reason.THROTTLED, "accepted_open"),
        (str(DAY), Reason.THROTTLED, "accepted_open"),
        ("2026-11-20", Reason.THROTTLED, "open"),
        ("2026-12-31", Reason.FLAKY, "open"),
    ],
)
def test_open_is_accepted_for_its_reason_until_its_day(
    until: str, reason: Reason, basis: str
) -> None:
    plan = plan_of("MUST", "MUST", target=accepting(until))
    made = assembled(plan, Verdict.PASS, finding(Verdict.NOT_TESTED, reason))
    assert (made["verdict"], made["exit_basis"]) == ("INCOMPLETE", basis)


def test_where_nothing_was_decided_nothing_is_accepted() -> None:
    made = assembled(
        plan_of("MUST", target=accepting()), finding(Verdict.NOT_TESTED, Reason.THROTTLED)
    )
    assert (made["verdict"], made["exit_basis"]) == ("INCOMPLETE", "open")


def test_every_reason_of_a_requirement_must_be_accepted() -> None:
    plan = plan_of("MUST", "MUST", target=accepting())
    both = [finding(Verdict.NOT_TESTED, r) for r in (Reason.THROTTLED, Reason.FLAKY)]
    assert assembled(plan, Verdict.PASS, both)["exit_basis"] == "open"


def test_an_error_is_never_accepted_as_open() -> None:
    plan = plan_of("MUST", "MUST", target=accepting())
    made = assembled(plan, Verdict.ERROR, finding(Verdict.NOT_TESTED, Reason.THROTTLED))
    assert made["exit_basis"] == "error"


# --- certifiable ---------------------------------------------------------------------------------


def test_only_a_whole_plan_over_tls_that_is_met_is_certifiable() -> None:
    made = assembled(plan_of("MUST", "SHOULD"), Verdict.PASS, Verdict.FAIL)
    assert made["certifiable"], made["not_certifiable_because"]


@pytest.mark.parametrize(
    "plan",
    [
        plan_of("MUST", target=goal("http://127.0.0.1:9")),
        plan_of("MUST", options=replace(OPTIONS, level="MUST")),
        plan_of("MUST", options=replace(OPTIONS, select=("T-*",))),
    ],
    ids=["plain http", "level", "select"],
)
def test_less_than_that_is_not_certifiable(plan: Plan) -> None:
    made = assembled(plan, Verdict.PASS)
    assert not made["certifiable"]
    assert len(made["not_certifiable_because"]) == 1


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.NOT_TESTED, Verdict.ERROR])
def test_what_is_not_met_is_not_certifiable(verdict: Verdict) -> None:
    assert not assembled(plan_of("MUST"), verdict)["certifiable"]


# --- totals --------------------------------------------------------------------------------------


@given(
    st.lists(
        st.tuples(st.sampled_from(["MUST", "SHOULD", "MAY"]), st.sampled_from(VERDICTS)),
        min_size=1,
        max_size=8,
    )
)
def test_every_requirement_is_counted_once_and_all_totals_agree(
    judged: list[tuple[str, Verdict]],
) -> None:
    made = assembled(plan_of(*(level for level, _ in judged)), *(v for _, v in judged))
    for level in ("MUST", "SHOULD", "MAY"):
        counts = made["counts"][level.lower()]
        assert sum(counts.values()) == sum(one == level for one, _ in judged)
        for verdict in VERDICTS:
            assert counts[str(verdict)] == judged.count((level, verdict))
    must = made["counts"]["must"]
    assert made["summary"] == {
        "must_total": sum(must.values()),
        "must_decided": sum(must.values()) - must["not_tested"] - must["error"],
        "must_failed": must["fail"],
    }
    assert len(made["open"]) == sum(v is Verdict.NOT_TESTED for _, v in judged)
    documents.conform(made, "results", place="r", error=DocumentError)


def test_a_norm_cited_as_a_whole_has_results_of_the_published_shape() -> None:
    made = planned(
        contract({"/x": {"get": answers()}}), goal(), profile(demand("T-IOP-01", NOT_FOUND))
    )
    documents.conform(assembled(made, Verdict.PASS), "results", place="r", error=DocumentError)


def test_attested_is_counted_apart() -> None:
    attestation = {
        "requirement": "T-OPS-01",
        "by": {"name": "An", "role": "auditor", "organisation": "Org"},
        "date": "2026-01-01",
        "until": "2027-01-01",
        "evidence": SAID,
    }
    made = planned(
        contract({"/x": {"get": answers()}}),
        goal(attestations=[attestation]),
        profile(demand("T-OPS-01", attested={"by": "auditor", "evidence": SAID})),
    )
    document = results.assemble(made, [(made.items[0], [])], Evidence(), HEADER)
    assert document["counts"]["must"]["attested"] == 1
    assert document["counts"]["must"]["pass"] == 0
    assert document["requirements"][0]["mode"] == "attested"
    assert document["attestations"][0]["by"] == "An, Org (auditor)"


def test_what_stays_open_is_told_with_musts_first_and_a_way_to_decide() -> None:
    plan = plan_of("MAY", "MUST")
    made = assembled(plan, Verdict.NOT_TESTED, finding(Verdict.NOT_TESTED, Reason.NO_TEST_DATA))
    assert [o["requirement"] for o in made["open"]] == ["T-IOP-02", "T-IOP-01"]
    assert "examples" in made["open"][0]["how"]["vi"]
    assert all(o["how"]["vi"] and o["how"]["en"] for o in made["open"])


@pytest.mark.parametrize("reason", [Reason.NO_SECOND_IDENTITY, Reason.NO_MAPPING])
def test_what_is_missing_is_called_by_its_name(reason: Reason) -> None:
    why = Text(vi="thêm `identities: {foreign: …}`", en="add `identities: {foreign: …}`")
    open_one = replace(finding(Verdict.NOT_TESTED, reason), because=why)
    made = assembled(plan_of("MUST"), open_one)
    assert made["open"][0]["how"] == why.as_json()


# --- differences ---------------------------------------------------------------------------------

LINE = {"requirement": "T-IOP-01", "unit": "target", "check": "c", "verdict": "pass", "notes": []}


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ([LINE], []),
        ([{**LINE, "verdict": "fail"}], ["pass → fail"]),
        ([{**LINE, "notes": ["x"]}], ["other details"]),
        ([], ["pass → —"]),
        ([LINE, {**LINE, "unit": "GET /x"}], ["— → pass"]),
    ],
)
def test_every_difference_is_told_in_one_sentence(
    now: list[dict[str, Any]], told: list[str]
) -> None:
    found = results.differences([LINE], now)
    assert len(found) == len(told)
    for sentence, part in zip(found, told, strict=True):
        assert part in sentence


# --- the command to repeat -----------------------------------------------------------------------


def test_a_failure_comes_with_a_command_that_repeats_it_without_its_secret(tmp_path: Path) -> None:
    def answer(seen: Seen) -> Reply:
        return Reply(500, seen.header("X").encode())

    with agency(answer) as server:
        made = contract({"/x": {"get": answers()}})
        done = run(
            planned(made, goal(server.base_url), profile(demand("T-IOP-01", NOT_FOUND))), tmp_path
        )
        (line,) = done.results["requirements"][0]["results"]
        words = shlex.split(line["curl"])
        assert words[:2] == ["curl", "-i"]
        assert words[-1].startswith(server.base_url)


class Careless:
    """Knows versions, and writes whatever version it is given; refuses nobody by his token."""

    def __init__(self) -> None:
        self.version = 0

    def answer(self, seen: Seen) -> Reply:
        self.version += seen.method == "PUT"
        known = seen.method != "GET" or seen.header("Authorization")
        tag = ("ETag", f'"{self.version}"')
        return Reply(200 if known else 401, b"{}", (("Content-Type", "application/json"), tag))


@pytest.mark.parametrize(
    ("check", "unit", "words"),
    [
        ("state.versions.outdated_versions_are_not_overwritten", "PUT /x", ["PUT", "If-Match: "]),
        ("http.methods.undeclared_methods_are_refused", "GET /x", ["VNCT"]),
        ("identity.enforcement.invalid_credentials_are_refused", "GET /x", ["Authorization: "]),
    ],
)
def test_the_command_is_what_broke_the_clause(
    check: str, unit: str, words: list[str], tmp_path: Path
) -> None:
    """Other questions come after it: a reading of what was written, a control."""

    def answer(seen: Seen) -> Reply:
        return Reply(405) if seen.method == "PATCH" else careless.answer(seen)

    careless = Careless()
    with agency(answer) as server:
        operations = {"get": answers(security=SECURED), "put": answers(security=SECURED)}
        wanted = goal(
            server.base_url,
            identities={"a": {"bearer": "demo:a-token-of-somebody"}},
            examples={"PUT /x": {}},
            **WRITING,
        )
        plan = planned(
            contract({"/x": operations}, **SCHEMES), wanted, profile(demand("T-IOP-01", check))
        )
        lines = run(plan, tmp_path).results["requirements"][0]["results"]
    (command,) = [shlex.split(line["curl"]) for line in lines if line["unit"] == unit]
    for word in words:
        assert any(part.startswith(word) for part in command), command


def test_a_command_keeps_hostile_words_in_one_argument() -> None:
    hostile = "http://x/'; rm -rf $(pwd) `id`"
    made = exchange()
    made = replace(made, request=replace(made.request, url=hostile))
    found = finding(Verdict.FAIL, evidence=(made.id,))
    command = results._curl(found, Evidence([made]))
    assert command is not None
    assert shlex.split(command)[-1] == hostile


def test_only_a_failure_has_a_command() -> None:
    assert (
        results._curl(finding(Verdict.PASS, evidence=("target.1",)), Evidence([exchange()])) is None
    )


# --- a true run ----------------------------------------------------------------------------------


def test_the_results_of_a_true_run_have_the_published_shape(
    serving: Serving, tmp_path: Path
) -> None:
    wanted = opening.load_target(serving.target)
    options = Options(date(2026, 11, 21), 1, depth=DEPTHS["quick"])
    plan = engine.prepare(["procedure-system"], wanted, options=options)
    done = run(plan, tmp_path)
    on_disk = json.loads((done.folder / "results.json").read_text(encoding="utf-8"))
    documents.conform(on_disk, "results", place="results.json", error=DocumentError)
    assert on_disk == done.results
    assert on_disk["traffic"]["requests"] == done.requests
    assert sum(on_disk["traffic"]["by_method"].values()) == done.requests
    assert PROBLEM in {r["check"] for e in on_disk["requirements"] for r in e["results"]}


def test_the_tool_names_everything_that_is_installed() -> None:
    assert results.tool() == results.tool()
    assert results.tool()["lock_digest"].startswith("sha256:")
