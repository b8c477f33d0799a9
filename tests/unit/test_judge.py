"""Verdicts: from evidence alone, believed after reproduction, and never from absence."""

import gc
import json
import tempfile
import weakref
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import (
    BASE_URL,
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

from conformance import check as checks
from conformance import engine, opening, target
from conformance import record as records
from conformance.check import Check, check, law, require
from conformance.collected import Evidence
from conformance.engine import Session
from conformance.engine.keys import Key
from conformance.evidence import Exchange, Headers
from conformance.generation.depth import DEPTHS
from conformance.judge import Finding, Judge
from conformance.plan import Options, Plan
from conformance.privacy.redaction import Redactor
from conformance.probe import Probe
from conformance.probe.questions import Case, Question, question_digest
from conformance.probe.scene import Scene
from conformance.results import lines
from conformance.sandboxes import Serving
from conformance.target import Target
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason, Verdict

QUICK = Options(date(2026, 11, 21), 1, depth=DEPTHS["quick"])
KEY = Key("run", b"k" * 32)
THIS = Text(vi="điều này", en="this")
THAT = Text(vi="điều kia", en="that")
LAWS = sorted(name for name, found in checks.every().items() if found.kind == "law")
ITEM = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "at": {"type": "string", "format": "date-time"},
        "day": {"type": "string", "format": "date"},
        "n": {"type": "number", "multipleOf": 0.01},
    },
}
PATHS = {"/things": {"get": answers(ITEM, operationId="list", **{"x-vnda-personal": True})}}


# --- checks of our own, found like those of a check pack ------------------------------------------


@check(catalogue="IOP-005", per="target", requests=1)
def is_ok(probe: Probe) -> None:
    """The unknown path is answered 200."""
    answer = probe.get(probe.unknown_path())
    require(answer.status in {200, 203}, expected=THIS, observed=answer.status)
    require(answer.status != 203, expected=THAT, observed=answer.status)


class _ManyError(BaseExceptionGroup[BaseException]):
    pass


@check(catalogue="IOP-005", per="target", requests=1)
def bursts(probe: Probe) -> None:
    """A check that fails in a way that `except Exception` does not stop."""
    probe.get(probe.unknown_path())
    message = "canary-in-an-error"
    raise _ManyError(message, [RuntimeError("one"), KeyboardInterrupt()])


@check(catalogue="IOP-005", per="target", requests=1)
def breaks_again(probe: Probe) -> None:
    """A check that breaks the clause first, and itself when it is run again."""
    answer = probe.get(probe.unknown_path())
    if answer.status == 500:
        raise RuntimeError
    require(answer.status == 200, expected=THIS, observed=answer.status)


@law(catalogue="SEC-005", per="target", on="all")
def is_never_odd(answer: Exchange) -> None:
    """No answer is odd; an answer without a header is our own error."""
    if not answer.header("X-Odd"):
        raise RuntimeError
    require(answer.header("X-Odd") == "no", expected=THIS, observed=answer.header("X-Odd"))


@law(catalogue="SEC-005", per="operation", on="all")
def is_good(answer: Exchange) -> None:
    """Every answer of an operation is good."""
    if answer.status == 204:
        raise NotApplicable(THIS)
    require(answer.header("X-Good"), expected=THIS, observed=answer.status)


@check(catalogue="IOP-005", per="operation", requests=1, safety="write", methods=["POST"])
def is_made(probe: Probe, operation: Any) -> None:
    """An operation that writes is called once."""
    probe.call(operation)


@check(catalogue="IOP-005", per="operation", requests=2, safety="write", methods=["PATCH"])
def is_moved(probe: Probe, operation: Any) -> None:
    """What is changed is read where it was."""
    answer = probe.call(operation)
    probe.read_again(None, answer.request.url, answer)


@check(catalogue="IOP-005", per="operation", requests=1, safety="write", methods=["PUT"])
def is_put(probe: Probe, operation: Any) -> None:
    """An operation that puts is called once."""
    probe.call(operation)


@law(catalogue="SEC-005", per="target", on="all")
def all_are_good(answer: Exchange) -> None:
    """Every answer is good."""
    require(answer.header("X-Good"), expected=THIS, observed=answer.status)


OWN = (is_ok, bursts, breaks_again, is_never_odd, is_good, is_made, is_moved, is_put, all_are_good)


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    own: dict[str, Check] = {f.declared.id: f.declared for f in OWN}  # type: ignore[attr-defined]  # set by the decorator
    found = {**checks.every(), **own}
    monkeypatch.setattr(checks, "every", lambda: found)


def name_of(function: Callable[..., None]) -> str:
    return str(function.declared.id)  # type: ignore[attr-defined]  # set by the decorator


def settled(plan: Plan, folder: Path) -> list[Finding]:
    """Return the findings of a plan without the first contact that opens a session."""
    session = Session(plan, folder)
    try:
        found = [finding for item in plan.items for finding in session.run(item)]
        session.finish()
    finally:
        session.close()
    assert engine.rejudge(session.folder).differences == ()
    return found


def told(answer: Callable[[Seen], Reply], function: Callable[..., None], folder: Path) -> Finding:
    """Return the one finding of one check against an agency."""
    with agency(answer) as server:
        wanted = goal(server.base_url, **WRITING)
        plan = planned(
            contract({"/things": {"get": answers(), "post": answers()}}),
            wanted,
            profile(demand("T-IOP-01", name_of(function), **_narrow(function))),
        )
        (finding,) = settled(plan, folder / "run")
        return finding


def _narrow(function: Callable[..., None]) -> dict[str, Any]:
    per = function.declared.per  # type: ignore[attr-defined]  # set by the decorator
    return {"when": {"method": ["GET"]}} if per == "operation" and function is not is_made else {}


def in_turn(*statuses: int) -> Callable[[Seen], Reply]:
    turns: Iterator[int] = iter(statuses)
    last = statuses[-1]
    return lambda _: Reply(next(turns, last))


# --- belief --------------------------------------------------------------------------------------


def test_what_holds_passes_after_one_request(tmp_path: Path) -> None:
    finding = told(in_turn(200), is_ok, tmp_path)
    assert finding.verdict == "pass"
    assert finding.evidence == ("target.1",)


def test_what_is_broken_twice_fails_with_both_exchanges(tmp_path: Path) -> None:
    finding = told(in_turn(500), is_ok, tmp_path)
    assert finding.verdict == "fail"
    assert finding.expected == THIS
    assert finding.evidence == ("target.1", "target.2")


def test_what_is_broken_once_is_flaky(tmp_path: Path) -> None:
    finding = told(in_turn(500, 200), is_ok, tmp_path)
    assert (finding.verdict, finding.reason) == ("not_tested", "flaky")


def test_what_is_broken_in_another_way_the_second_time_is_flaky(tmp_path: Path) -> None:
    finding = told(in_turn(500, 203), is_ok, tmp_path)
    assert (finding.verdict, finding.reason) == ("not_tested", "flaky")


@pytest.mark.parametrize("status", [429])
def test_what_cannot_be_repeated_for_throttling_says_so(tmp_path: Path, status: int) -> None:
    def answer(seen: Seen) -> Reply:
        del seen
        number = next(counted)
        headers = (("Retry-After", "0"),)
        return Reply(500 if number == 0 else status, headers=headers)

    counted = count()
    finding = told(answer, is_ok, tmp_path)
    assert (finding.verdict, finding.reason) == ("not_tested", "throttled")


def test_our_own_error_while_repeating_is_our_own_error(tmp_path: Path) -> None:
    assert told(in_turn(404, 500), breaks_again, tmp_path).verdict == "error"


def test_a_law_is_believed_after_the_same_request_broke_it_again(tmp_path: Path) -> None:
    finding = told(lambda _: Reply(), is_good, tmp_path)
    assert finding.verdict == "fail"
    assert not finding.single
    assert finding.evidence == ("GET /things.1", "GET /things.2")


def test_a_law_that_is_broken_once_is_flaky(tmp_path: Path) -> None:
    numbers = count()

    def answer(_: Seen) -> Reply:
        good = () if next(numbers) == 0 else (("X-Good", "1"),)
        return Reply(headers=(("Content-Type", "application/json"), *good))

    finding = told(answer, is_good, tmp_path)
    assert (finding.verdict, finding.reason) == ("not_tested", "flaky")


def test_a_repetition_without_an_answer_is_no_repetition(tmp_path: Path) -> None:
    first = exchange(operation="GET /things", unit="GET /things")
    again = replace(
        exchange(2, unit="GET /things", case="again:GET /things.1", attempt=2), response=None
    )
    plan = planned(contract(PATHS), goal(), profile(demand("T-IOP-01", name_of(is_good))))
    (finding,) = Judge(plan, Evidence([first, again])).item(plan.items[0])
    assert (finding.verdict, finding.reason) == ("not_tested", "inconclusive")
    del tmp_path


def test_a_violation_that_nobody_repeated_is_not_believed() -> None:
    first = exchange(operation="GET /things", unit="GET /things")
    plan = planned(contract(PATHS), goal(), profile(demand("T-IOP-01", name_of(is_good))))
    (finding,) = Judge(plan, Evidence([first])).item(plan.items[0])
    assert (finding.verdict, finding.reason) == ("not_tested", "inconclusive")


def test_what_must_not_be_repeated_fails_on_one_exchange_and_says_so(tmp_path: Path) -> None:
    posts = []

    def answer(seen: Seen) -> Reply:
        posts.extend([seen] if seen.method == "POST" else [])
        return Reply()

    with agency(answer) as server:
        plan = planned(
            contract({"/things": {"post": answers()}}),
            goal(server.base_url, **WRITING, examples={"POST /things": {}}),
            profile(demand("T-IOP-01", name_of(is_made)), demand("T-IOP-02", name_of(is_good))),
        )
        made, law_of_it = settled(plan, tmp_path / "run")
    assert made.verdict == "pass"
    assert law_of_it.verdict == "fail"
    assert law_of_it.single
    # The call of the check and the baseline, and no repetition of either.
    assert len(posts) == 2


@pytest.mark.parametrize(
    ("put", "answered", "outcome"),
    [
        ("/things", 404, ("fail", True)),
        ("/things", 500, ("not_tested", False)),
        ("/others", 404, ("not_tested", False)),
    ],
    ids=["moved by us", "broken for a while", "moved by somebody"],
)
def test_what_the_run_itself_changed_meanwhile_cannot_be_repeated(
    put: str, answered: int, outcome: tuple[str, bool], tmp_path: Path
) -> None:
    """A file is moved and read: whoever reads again finds what a later write has put there."""
    moved = False
    changes = count()

    def answer(seen: Seen) -> Reply:
        nonlocal moved
        if seen.method == "PATCH" and next(changes) > 0:
            return Reply(409, headers=(("X-Good", "1"),))
        moved = {"PATCH": True, "PUT": False}.get(seen.method, moved)
        bad = moved and seen.method == "GET" and seen.path == "/things"
        return Reply(answered) if bad else Reply(headers=(("X-Good", "1"),))

    body = {"content": {"application/json": {"example": {"name": "Sổ"}}}}
    paths: dict[str, Any] = {
        "/things": {"get": answers(), "patch": answers(requestBody=body)},
        "/others": {"get": answers()},
    }
    paths[put]["put"] = answers(requestBody=body)
    names = map(name_of, (is_moved, is_put, all_are_good))
    with agency(answer) as server:
        wanted = profile(*(demand(f"T-IOP-0{n}", name) for n, name in enumerate(names, 1)))
        found = settled(
            planned(contract(paths), goal(server.base_url, **WRITING), wanted), tmp_path
        )
    law_of_it = found[-1]
    assert (str(law_of_it.verdict), law_of_it.single) == outcome
    if law_of_it.single:
        assert law_of_it.evidence[:2] == ("PATCH /things.2", "PUT /things.1")


# --- our own errors ------------------------------------------------------------------------------


def test_an_exception_group_is_our_own_error_and_the_run_goes_on(tmp_path: Path) -> None:
    with agency(in_turn(200)) as server:
        plan = planned(
            contract(PATHS),
            goal(server.base_url),
            profile(demand("T-IOP-01", name_of(bursts)), demand("T-IOP-02", name_of(is_ok))),
        )
        first, second = settled(plan, tmp_path / "run")
    assert first.verdict == "error"
    assert first.because is not None
    assert "_ManyError" in first.because.en
    assert "canary" not in json.dumps(first.as_json())
    assert second.verdict == "pass"


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_is_no_verdict(stop: type[BaseException], tmp_path: Path) -> None:
    @check(catalogue="IOP-005", per="target", requests=1)
    def stops(probe: Probe) -> None:
        """A person wants the run to end."""
        del probe
        raise stop

    declared: Check = stops.declared  # type: ignore[attr-defined]  # set by the decorator
    plan = planned(contract(PATHS), goal(), profile(demand("T-IOP-01", name_of(is_ok))))
    (item,) = plan.items
    asked = replace(item.asked[0], check=declared)
    session = Session(replace(plan, items=(replace(item, asked=(asked,)),)), tmp_path / "run")
    try:
        with pytest.raises(stop):
            session.run(replace(item, asked=(asked,)))
    finally:
        session.close()


def test_a_confirmed_failure_of_a_law_beats_an_error_of_ours() -> None:
    odd = (("X-Odd", "yes"),)
    evidence = [
        exchange(1, headers=odd, operation="GET /things"),
        exchange(2, headers=odd, case="again:target.1", attempt=2, operation="GET /things"),
        exchange(3, headers=()),
    ]
    plan = planned(contract(PATHS), goal(), profile(demand("T-IOP-01", name_of(is_never_odd))))
    (finding,) = Judge(plan, Evidence(evidence)).item(plan.items[0])
    assert finding.verdict == "fail"


# --- absence -------------------------------------------------------------------------------------

# What rests on answers; a check that asks nothing rests on the contract, which is there.
ON_ANSWERS = {n: c for n, c in checks.every().items() if c.kind == "law" or c.requests}
ALL_OPERATION_CHECKS = sorted(name for name, c in ON_ANSWERS.items() if c.per == "operation")
REFUSING = {
    401: (("WWW-Authenticate", "Bearer"),),
    404: (),
    429: (("Retry-After", "0"),),
    503: (("Retry-After", "0"),),
}


@pytest.mark.parametrize("status", sorted(REFUSING))
def test_an_agency_that_answers_nothing_passes_nothing_but_its_refusals(
    tmp_path: Path, status: int
) -> None:
    paths = {
        "/things": {
            "get": answers(ITEM, operationId="list", security=SECURED, **{"x-vnda-personal": True})
        }
    }
    wanted = [demand(f"T-IOP-{n:02}", name) for n, name in enumerate(ALL_OPERATION_CHECKS, 10)]

    def answer(_: Seen) -> Reply:
        headers = (("Content-Type", "application/problem+json"), *REFUSING[status])
        return Reply(status, b"{}", headers)

    with agency(answer) as server:
        people = {"a": {"bearer": "demo:token-of-a"}}
        plan = planned(
            contract(paths, **SCHEMES),
            goal(server.base_url, identities=people, **WRITING),
            profile(*wanted),
        )
        found = {f.check: f.verdict for f in settled(plan, tmp_path / "run")}
    passed = {name for name, verdict in found.items() if verdict is Verdict.PASS}
    # What a refusal itself shows: a documented or implicit status, no server error, no success
    # of an undeclared method, no body after HEAD.
    assert passed <= {
        "contract.answers.status_is_documented",
        "contract.answers.server_does_not_break",
        "http.methods.undeclared_methods_are_refused",
        "http.methods.head_has_no_body",
    }
    assert Verdict.ERROR not in found.values()


def test_a_target_that_does_not_answer_passes_nothing(tmp_path: Path) -> None:
    wanted = [demand(f"T-IOP-{n:02}", name) for n, name in enumerate(sorted(ON_ANSWERS), 10)]
    people = {"a": {"bearer": "demo:token-of-a"}}
    made = goal(BASE_URL, identities=people, **WRITING)
    found = settled(planned(contract(PATHS), made, profile(*wanted)), tmp_path / "run")
    assert {f.verdict for f in found} <= {Verdict.NOT_TESTED, Verdict.NOT_APPLICABLE}


def test_a_budget_that_is_spent_leaves_the_rest_open(tmp_path: Path) -> None:
    with agency(in_turn(200)) as server:
        pace = {"requests_per_second": 5000, "budget": 1}
        plan = planned(
            contract(PATHS),
            goal(server.base_url, pace=pace),
            profile(
                demand("T-IOP-01", name_of(is_ok)),
                demand("T-IOP-02", "http.methods.head_has_no_body"),
            ),
        )
        first, second = settled(plan, tmp_path / "run")
        assert len(server.seen) == 1
    assert first.verdict == "pass"
    assert (second.verdict, second.reason) == ("not_tested", "out_of_budget")


@pytest.mark.parametrize(
    "select",
    [
        pytest.param(
            ("BASE-AUT-*", "BASE-PRV-*", "TTHC-*"), id="who may what", marks=pytest.mark.slow
        ),
        pytest.param((), id="everything", marks=pytest.mark.slow),
    ],
)
def test_removing_an_identity_never_raises_the_number_of_passes(
    serving: Serving, tmp_path: Path, select: tuple[str, ...]
) -> None:
    whole = opening.load_target(serving.target)
    options = replace(QUICK, select=select)

    def passes(*names: str) -> int:
        kept = {name: whole.document["identities"][name] for name in names}
        made = target.of({**whole.document, "identities": kept}, place="t")
        return run(engine.prepare(["procedure-system"], made, options=options), tmp_path).passes()

    every = sorted(whole.identities)
    full = passes(*every)
    alone = {name: passes(name) for name in every}
    nobody = passes()
    for gone in every:
        rest = passes(*(name for name in every if name != gone))
        assert rest <= full
        assert all(alone[name] <= rest for name in every if name != gone)
    assert nobody <= min(alone.values())
    assert nobody < full


# --- live and from the record --------------------------------------------------------------------

JSONS: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=True)
    | st.text(max_size=8)
    | st.sampled_from(["2026-11-21", "2026-11-21T00:00:00+07:00", "Huế", "Huế", "Huáº¿"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "at", "day", "n", "status"]), inner, max_size=4)
    ),
    max_leaves=6,
)
BODIES = (
    JSONS.map(lambda value: json.dumps(value, ensure_ascii=False).encode())
    | st.binary(max_size=30)
    | st.sampled_from([b"", b'{"a":1,"a":2}', b"\xef\xbb\xbf{}", b'{"n":1e999}', b"null"])
)
FIELDS: st.SearchStrategy[Headers] = st.lists(
    st.sampled_from(
        [
            ("Content-Type", "application/json"),
            ("Content-Type", "application/problem+json; charset=utf-8"),
            ("Content-Type", "text/html; charset=tcvn"),
            ("Content-Type", "text/xml"),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "no-store"),
            ("Server", "nginx/1.2"),
            ("WWW-Authenticate", "Bearer"),
            ("WWW-Authenticate", "?"),
            ("Strict-Transport-Security", "max-age=1"),
            ("Strict-Transport-Security", "max-age=31536000"),
            ("Retry-After", "1"),
            ("cf-ray", "1"),
        ]
    ),
    max_size=5,
    unique=True,
).map(tuple)
STATUSES = st.sampled_from([200, 204, 301, 400, 401, 403, 404, 500, 501])
ANSWERS = st.tuples(STATUSES, FIELDS, BODIES, st.sampled_from([{}, {}, {"body_withheld": True}]))


def law_plan(base_url: str) -> Plan:
    wanted = [demand(f"T-IOP-{n:02}", name) for n, name in enumerate(LAWS, 10)]
    return planned(contract(PATHS), goal(base_url), profile(*wanted))


def _answered(number: int, one: tuple[Any, ...], unit: str, **more: Any) -> Exchange:
    status, headers, body, facts = one
    return exchange(
        number,
        unit=unit,
        case="baseline" if number == 1 else f"case {number}",
        status=status,
        headers=headers,
        body=b"" if facts else body,
        operation=unit,
        **facts,
        **more,
    )


def evidence_of(plan: Plan, answers_: list[tuple[Any, ...]], repeated: tuple[Any, ...]) -> Evidence:
    """Return a baseline, other answers of the operation and of the target, and repetitions."""
    found = Evidence()
    (operation,) = plan.scene.operations
    probe = Judge(plan, found).probe(Case(operation.unit, "baseline"))
    digest_of = question_digest(probe.form(operation, identity=None))
    for number, one in enumerate(answers_, 1):
        made = _answered(number, one, operation.unit, asked=digest_of)
        found.add(made)
        # The third one's repetition came out in some way of its own.
        if number % 2:
            again = _answered(number + 100, repeated if number == 3 else one, operation.unit)
            found.add(replace(again, case=f"again:{made.id}", attempt=2))
    return found


@settings(max_examples=150, deadline=None)
@given(
    answers_=st.lists(ANSWERS, min_size=1, max_size=4),
    repeated=ANSWERS,
    base_url=st.sampled_from([BASE_URL, "https://api.example.vn"]),
)
def test_what_is_judged_live_is_judged_the_same_from_its_record(
    answers_: list[tuple[Any, ...]], repeated: tuple[Any, ...], base_url: str
) -> None:
    plan = law_plan(base_url)
    found = evidence_of(plan, answers_, repeated)
    judge = Judge(plan, found)
    live = [line for item in plan.items for line in lines(item, judge.item(item))]
    assert "error" not in {line["verdict"] for line in live}
    with tempfile.TemporaryDirectory() as folder:
        redactor = Redactor({}, key=b"k", synthetic=True)
        writer = records.Writer(
            Path(folder) / "run",
            engine.inputs.header(plan, "2026-11-21T00:00:00Z", KEY),
            engine.inputs.stored(plan, redactor),
            engine.inputs.plan_json(plan),
        )
        writer.finish(found.exchanges, live)
        assert engine.rejudge(Path(folder) / "run").differences == ()


def test_a_whole_run_is_judged_the_same_from_its_record(serving: Serving, tmp_path: Path) -> None:
    wanted = opening.load_target(serving.target)
    plan = engine.prepare(["procedure-system"], wanted, options=QUICK)
    done = run(plan, tmp_path)
    again = engine.rejudge(done.folder)
    assert again.differences == ()
    assert engine.summary_differences(done.folder, again.results) == []
    assert again.results["verdict"] == "CONFORMANT"


def test_a_run_is_rejudged_after_its_authorisation_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = date.today()  # noqa: DTZ011  # a legal date is the local one
    permit = {**WRITING["authorisation"], "until": str(today)}
    with agency(in_turn(200)) as server:
        made = goal(server.base_url, allow=["read", "write"], authorisation=permit)
        plan = planned(contract(PATHS), made, profile(demand("T-IOP-01", name_of(is_ok))))
        settled(plan, tmp_path)
    ((folder,),) = ([*place.iterdir()] for place in tmp_path.iterdir())
    monkeypatch.setattr(target, "_today", lambda: today + timedelta(days=1))
    assert engine.rejudge(folder).differences == ()


def test_an_altered_verdict_is_noticed_by_a_rejudgement(tmp_path: Path) -> None:
    plan = planned(contract(PATHS), goal(), profile(demand("T-IOP-01", name_of(is_ok))))
    (item,) = plan.items
    (line,) = lines(item, Judge(plan, Evidence()).item(item))
    assert line["verdict"] == "not_tested"
    writer = records.Writer(
        tmp_path / "run",
        engine.inputs.header(plan, "2026-11-21T00:00:00Z", KEY),
        engine.inputs.stored(plan, Redactor({}, key=b"k", synthetic=True)),
        {},
    )
    writer.finish([], [{**line, "verdict": "pass"}])
    (difference,) = engine.rejudge(tmp_path / "run").differences
    assert "pass → not_tested" in difference


def test_what_is_not_in_the_record_is_not_guessed() -> None:
    plan = planned(contract(PATHS), goal(), profile(demand("T-IOP-01", name_of(is_ok))))
    (finding,) = Judge(plan, Evidence()).item(plan.items[0])
    assert (finding.verdict, finding.reason) == ("not_tested", "not_in_record")


def test_an_answer_with_half_a_surrogate_pair_does_not_end_the_run(tmp_path: Path) -> None:
    def answer(_: Seen) -> Reply:
        return Reply(body=b'{"\\ud800": 1, "\\ud800": 2}')

    with agency(answer) as server:
        wanted = profile(demand("T-FMT-02", "formats.json.names_are_unique"))
        plan = planned(contract(PATHS), goal(server.base_url), wanted)
        assert run(plan, tmp_path).verdict("T-FMT-02") == "fail"


def test_the_unknown_path_is_one_that_no_template_stands_for() -> None:
    made = contract({"/{a}": {"get": answers({})}, "/{a}/{b}": {"get": answers({})}}, "3.1.0")
    scene = Scene(Target(id="x", base_url="http://127.0.0.1"), made, made.operations, 1)
    probe = Probe(scene, Case("target", "case"), None, None)  # type: ignore[arg-type]  # asks nothing
    assert probe.unknown_path().count("/") == 3


def test_a_path_parameter_that_the_contract_forgot_is_filled_in_or_missed() -> None:
    made = contract({"/things/{id}": {"get": answers({})}}, "3.1.0")
    (operation,) = made.operations

    def asked(**examples: Any) -> str:
        target_ = Target(id="x", base_url="http://127.0.0.1", examples=examples)
        scene = Scene(target_, made, made.operations, 1)
        probe = Probe(scene, Case("x", "case"), None, None)  # type: ignore[arg-type]  # asks nothing
        return probe.form(operation, identity=None).url

    assert asked(**{operation.id: {"id": "a/7"}}).endswith("/things/a%2F7")
    with pytest.raises(NotTested) as caught:
        asked()
    assert caught.value.reason is Reason.NO_TEST_DATA


def test_nobody_who_said_nothing_has_no_personal_data() -> None:
    wanted = profile(demand("T-PRV-01", "privacy.caching.personal_answers_are_not_stored"))
    made = contract({"/x": {"get": answers({})}}, "3.1.0")
    silent = planned(made, Target(id="x", base_url="http://127.0.0.1"), wanted)
    (asked,) = (asked for item in silent.items for asked in item.asked)
    assert asked.preset is not None
    assert asked.preset.reason is Reason.NO_MAPPING
    none = Target(id="x", base_url="http://127.0.0.1", operations={"personal": frozenset()})
    said = planned(made, none, wanted)
    assert [item.preset.verdict for item in said.items if item.preset] == ["not_applicable"]


def test_a_path_that_a_template_stands_for_is_a_call_of_its_operation() -> None:
    class Kept:
        asked: list[Question] = []  # noqa: RUF012  # one per test

        def ask(self, question: Question, case: Case) -> Exchange:
            del case
            self.asked.append(question)
            return exchange(status=500)

        def wait(self, seconds: float) -> None:
            raise AssertionError(seconds)

    made = contract({"/{a}/{b}": {"get": answers({})}}, "3.1.0")
    scene = Scene(Target(id="x", base_url="http://127.0.0.1"), made, made.operations, 1)
    door = Kept()
    probe = Probe(scene, Case("target", "case"), door, None)  # type: ignore[arg-type]  # no baseline
    probe.get("/.git/HEAD")
    probe.get("/metrics")
    assert [(q.operation, q.wellformed) for q in door.asked] == [
        ("GET /{a}/{b}", False),
        (None, True),
    ]


# --- what is over is forgotten -------------------------------------------------------------------


@pytest.mark.parametrize("depth", ["quick", pytest.param("standard", marks=pytest.mark.slow)])
def test_a_run_that_is_over_is_held_by_nobody(serving: Serving, tmp_path: Path, depth: str) -> None:
    wanted = opening.load_target(serving.target)
    options = replace(QUICK, select=("BASE-FMT-*", "BASE-FUZ-*"), depth=DEPTHS[depth])

    def whole() -> "weakref.ref[Evidence]":
        session = engine.open_session(engine.prepare(["base"], wanted, options=options), tmp_path)
        for item in session.plan.items:
            session.run(item)
        session.finish()
        return weakref.ref(session.evidence)

    evidence = whole()
    # What comes twice is not the one that somebody still had to remember.
    whole()
    gc.collect()
    assert evidence() is None
    assert not [o for o in gc.get_objects() if isinstance(o, Exchange) and "dossiers" in o.unit]
