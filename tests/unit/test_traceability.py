"""From norm to proof: what is cited, what decides it, and what is left unasked without a reason."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from making import SAID, demand, document
from processes import Done

from conformance import norms, sandboxes, shipped, traceability
from conformance import profile as profiles
from conformance.lint import norms as norms_lint
from conformance.selftest import known_variations
from conformance.traceability import Matrix

Say = Callable[..., Done]
WHY = {"vi": "Vì thế", "en": "Because"}
ONE, TWO = "headers.sniffing.sniffing_is_refused", "http.errors.problem_details"
VARIATIONS = [
    {"id": "one_is_wrong", "kind": "fault", "breaks": [ONE]},
    {"id": "both_are_wrong", "kind": "fault", "breaks": [TWO, ONE]},
    {"id": "odd_but_legal", "kind": "near_miss", "breaks": [], "spares": [ONE]},
]


def entry(**more: Any) -> dict[str, Any]:
    return {"title": SAID, "number": "1/QĐ", "status": "verified", "kind": "law", **more}


def matrix(
    register: Mapping[str, Any], *chain: Mapping[str, Any], variations: Any = VARIATIONS
) -> Matrix:
    """Return the matrix of the youngest profile of a chain, and of each before it."""
    known = {key: norms.norm(key, told) for key, told in register.items()}
    read = [
        profiles.resolve({"chain": list(chain[: n + 1]), "norms": register})
        for n in range(len(chain))
    ]
    return traceability.matrix(read, known, variations)


def told(found: Matrix) -> list[tuple[str, str]]:
    return [(place, text.en) for place, text in traceability.findings(found)]


def on(document_id: str, clause: str | None = None) -> dict[str, Any]:
    return {"norm": {"document": document_id, "clause": clause}}


# --- the matrix ----------------------------------------------------------------------------------


def test_a_clause_leads_to_its_requirements_checks_and_faults() -> None:
    found = matrix({"A": entry()}, document(demand("T-IOP-01", ONE, TWO, **on("A", "Điều 1"))))
    (covered,) = found.documents
    (clause,) = covered.clauses
    (asked,) = clause.demands
    assert (covered.asked, clause.clause, asked.id) == (True, "Điều 1", "T-IOP-01")
    assert (asked.profile, asked.level, asked.role) == ("young", "MUST", "norm")
    assert [(each.check, each.faults) for each in asked.checks] == [
        (ONE, ("both_are_wrong", "one_is_wrong")),
        (TWO, ("both_are_wrong",)),
    ]


def test_a_check_that_no_fault_breaks_is_told_apart_from_one_that_nobody_could_ask_about() -> None:
    made = document(demand("T-IOP-01", ONE, **on("A")))
    (known,) = matrix({"A": entry()}, made, variations=VARIATIONS[2:]).demands
    (unknown,) = matrix({"A": entry()}, made, variations=[]).demands
    assert known.checks[0].faults == ()
    assert unknown.checks[0].faults is None


def test_a_requirement_counts_where_it_was_written() -> None:
    old = document(demand("T-IOP-01", ONE, **on("A")), name="old")
    found = matrix({"A": entry()}, old, document(demand("Y-IOP-01", TWO, **on("A"))))
    assert [(each.id, each.profile) for each in found.demands] == [
        ("T-IOP-01", "old"),
        ("Y-IOP-01", "young"),
    ]


def test_what_people_decide_says_how() -> None:
    attested = demand("T-IOP-01", attested={"by": "auditor", "evidence": WHY}, **on("A"))
    untested = demand("T-IOP-02", level="MAY", untested={"because": WHY}, **on("A"))
    first, second = matrix({"A": entry()}, document(attested, untested)).demands
    assert (first.decided, first.by) == ("attested", "auditor")
    assert (second.decided, second.by) == ("untested", None)
    assert {each.how.en for each in (first, second) if each.how} == {"Because"}


def test_the_ground_of_a_raise_and_of_a_replacement_is_cited_as_well() -> None:
    register = {"A": entry(), "B": entry(), "C": entry()}
    old = document(demand("T-IOP-01", ONE, level="SHOULD", **on("A")), name="old")
    replaced = demand(
        "Y-IOP-01", TWO, replaces="T-IOP-01", because={"document": "C"}, **on("A", "2")
    )
    raised = {"id": "T-IOP-01", "level": "MUST", "because": {"document": "B", "clause": "3"}}
    found = matrix(register, old, document(replaced, raises=[raised]))
    (by_raise,), (by_replacement,) = (found.documents[n].clauses[0].demands for n in (1, 2))
    assert (by_raise.id, by_raise.level, by_raise.role) == ("T-IOP-01", "MUST", "raises")
    assert by_raise.profile == "young"
    assert (by_replacement.id, by_replacement.role) == ("Y-IOP-01", "replaces")


def test_a_requirement_with_several_norms_stands_at_each_with_its_days() -> None:
    register = {
        "A": entry(in_force={"from": "2020-01-01", "to": "2026-06-30"}),
        "B": entry(in_force={"from": "2026-07-01"}),
    }
    made = demand("T-IOP-01", ONE, in_force={"from": "2025-10-08"})
    del made["norm"]
    made["norms"] = [{"document": "A", "basis": "scheme"}, {"document": "B"}]
    first, second = matrix(register, document(made)).demands
    assert [str(each) for each in first.days] == ["2025-10-08", "2026-06-30"]
    assert [str(each) for each in second.days] == ["2026-07-01", "None"]


# --- what is not asked ---------------------------------------------------------------------------


def test_a_document_without_requirement_and_reason_is_found() -> None:
    assert told(matrix({"A": entry()}, document())) == [
        (
            "norms: A",
            (
                "no requirement rests on this document, and no reason is given: add"
                " `unasked: {vi, en}`"
            ),
        )
    ]


def test_a_document_with_a_reason_is_not_found() -> None:
    found = matrix({"A": entry(unasked=WHY)}, document())
    assert told(found) == []
    assert found.documents[0].unasked is not None
    assert found.documents[0].unasked.en == "Because"


def test_that_it_was_replaced_is_reason_enough() -> None:
    register = {
        "A": entry(replaced_by=["B"], in_force={"from": None, "to": "2026-06-30"}),
        "B": entry(number="2/QĐ", replaces=["A"], unasked=WHY),
    }
    found = matrix(register, document())
    assert told(found) == []
    assert found.documents[0].unasked is not None
    assert found.documents[0].unasked.en == "in force until 2026-06-30, replaced by 2/QĐ"


def test_a_reason_that_is_no_longer_true_is_found() -> None:
    asked = document(demand("T-IOP-01", ONE, **on("A", "Điều 1")))
    (finding,) = told(matrix({"A": entry(unasked=WHY)}, asked))
    assert finding == ("norms: A", "requirements rest on this document: remove `unasked`")


def test_a_clause_that_asks_nothing_is_told_with_its_reason() -> None:
    register = {"A": entry(clauses=[{"clause": "Điều 2", "why": WHY}])}
    asked = document(demand("T-IOP-01", ONE, **on("A", "Điều 1")))
    found = matrix(register, asked)
    assert told(found) == []
    assert [(c.clause, bool(c.demands)) for c in found.documents[0].clauses] == [
        ("Điều 1", True),
        ("Điều 2", False),
    ]


def test_a_clause_that_is_asked_after_all_is_found() -> None:
    register = {"A": entry(clauses=[{"clause": "Điều 1", "why": WHY}])}
    asked = document(demand("T-IOP-01", ONE, **on("A", "Điều 1")))
    ((place, _),) = told(matrix(register, asked))
    assert place == "norms: A: Điều 1"


def test_clauses_alone_are_no_reason_for_a_document() -> None:
    register = {"A": entry(clauses=[{"clause": "Điều 1", "why": WHY}])}
    assert [place for place, _ in told(matrix(register, document()))] == ["norms: A"]


def test_totals_count_each_thing_once() -> None:
    register = {"A": entry(), "B": entry(unasked=WHY, clauses=[{"clause": "1", "why": WHY}])}
    made = document(
        demand("T-IOP-01", ONE, **on("A", "1")), demand("T-IOP-02", ONE, TWO, **on("A", "2"))
    )
    assert matrix(register, made).totals() == {
        "documents": 2,
        "documents_asked": 1,
        "clauses_asked": 2,
        "clauses_unasked": 1,
        "requirements": 2,
        "checks": 2,
        "checks_without_fault": 0,
        "faults": 2,
        "attested": 0,
        "untested": 0,
    }


# --- what is shipped -----------------------------------------------------------------------------


def the_shipped() -> Matrix:
    read = [profiles.read(name) for name in shipped.profile_ids()]
    return traceability.matrix(read, norms.register(), known_variations())


def test_every_shipped_requirement_stands_in_the_matrix() -> None:
    read = [profiles.read(name) for name in shipped.profile_ids()]
    assert {each.id for each in the_shipped().demands} == {
        requirement.id for profile in read for requirement in profile.requirements
    }


@pytest.mark.skipif(not sandboxes.AVAILABLE, reason="the sandbox is not installed")
def test_the_faults_are_those_that_the_sandbox_lists() -> None:
    breaks = {v["id"]: v["breaks"] for v in known_variations() if v["kind"] == "fault"}
    for asked in the_shipped().demands:
        for each in asked.checks:
            assert set(each.faults or ()) == {f for f, b in breaks.items() if each.check in b}


# --- the command ---------------------------------------------------------------------------------


def test_coverage_is_json_for_machines(say: Say) -> None:
    done = say("profile", "coverage", "--json")
    assert done.code == 0, done.said
    found = json.loads(done.out)
    assert found["findings"] == []
    assert found["totals"]["documents"] == len(found["documents"])
    documents = {each["id"]: each for each in found["documents"]}
    rows = [row for c in documents["ND-331-2026-ND-CP"]["clauses"] for row in c["requirements"]]
    (asked,) = [row for row in rows if row["id"] == "BASE-OPS-02"]
    assert (asked["decided"], asked["by"], asked["basis"]) == ("attested", "auditor", "law")
    assert (asked["from"], asked["to"]) == ("2026-08-19", None)
    assert documents["ND-331-2026-ND-CP"]["asked"]
    assert documents["CV-4856-BCA-TTDLQG-2026"]["unasked"]["vi"]


@pytest.mark.parametrize(
    ("lang", "tells"),
    [
        ("vi", ("Văn bản không có yêu cầu nào", "từ 2026-08-19", "xác nhận (auditor)")),
        ("en", ("Documents without any requirement", "from 2026-08-19", "attested (auditor)")),
    ],
)
def test_coverage_is_told_in_both_languages(say: Say, lang: str, tells: tuple[str, ...]) -> None:
    words = ("--document", "ND-331-2026-ND-CP,CV-4856-BCA-TTDLQG-2026,TT-39-2017-TT-BTTTT")
    done = say("profile", "coverage", *words, lang=lang)
    assert done.code == 0, done.said
    for word in (*tells, "text_in_utf_16", "BASE-OPS-02", "CV-4856-BCA-TTDLQG-2026"):
        assert word in done.out
    assert "RFC-9457" not in done.out


def test_coverage_of_an_unknown_document_is_a_usage_mistake(say: Say) -> None:
    done = say("profile", "coverage", "--document", "UNHEARD")
    assert done.code == 2
    assert "UNHEARD" in done.err


@pytest.mark.parametrize("words", [("coverage",), ("coverage", "--json"), ("lint", "norms")])
def test_what_the_register_leaves_unsaid_is_a_finding(
    say: Say, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    known = norms.register()
    silent = {k: v for k, v in known["CV-4856-BCA-TTDLQG-2026"].entry.items() if k != "unasked"}
    monkeypatch.setattr(
        norms,
        "register",
        lambda: known | {"CV-4856-BCA-TTDLQG-2026": norms.norm("CV-4856-BCA-TTDLQG-2026", silent)},
    )
    assert [place for place, _ in norms_lint.lint()] == ["norms: CV-4856-BCA-TTDLQG-2026"]
    done = say("profile", *words, lang="en")
    assert done.code == 1
    assert "no requirement rests on this document" in done.out


def test_the_register_is_linted_by_its_name(say: Say) -> None:
    assert say("profile", "lint", "norms").code == 0
