"""The register of norms, and which document a requirement rests on by the day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from making import (
    OPTIONS,
    SAID,
    Ran,
    Reply,
    agency,
    answers,
    contract,
    demand,
    document,
    goal,
    planned,
    run,
)
from processes import Done

from conformance import engine, norms, plan, shipped
from conformance import profile as profiles
from conformance.errors import ProfileError
from conformance.lint import norms as norms_lint
from conformance.lint import profile as profile_lint
from conformance.norms import Norm
from conformance.profile import Profile, Requirement

Say = Callable[..., Done]

SNIFFING = "headers.sniffing.sniffing_is_refused"
OLD = {"document": "OLD", "clause": "Điều 1"}
NEW = {"document": "NEW", "clause": "Điều 2"}


def entry(start: str | None = None, end: str | None = None, **more: Any) -> dict[str, Any]:
    """Return an entry of a register."""
    made = {
        "title": SAID,
        "number": "1/QĐ",
        "issuer": SAID,
        "kind": "law",
        "issued": start,
        "in_force": {"from": start, "to": end},
        "status": "verified",
        "source": "read",
        "unasked": SAID,
    }
    return made | more


def succession(old: Mapping[str, Any] | None = None, new: Mapping[str, Any] | None = None) -> Any:
    """Return a register of a law and the one that took its place on 1 July 2026."""
    return {
        "OLD": entry("2020-01-01", "2026-06-30", replaced_by=["NEW"]) | dict(old or {}),
        "NEW": entry("2026-07-01", replaces=["OLD"]) | dict(new or {}),
    }


def made(*demands: Mapping[str, Any], register: Any = None) -> Profile:
    """Return a profile over a register."""
    source = {"chain": [document(*demands)], "norms": register or succession()}
    return profiles.resolve(source)


def outlived(
    *grounds: Mapping[str, Any], uses: tuple[str, ...] = (), **more: Any
) -> dict[str, Any]:
    """Return a requirement that rests on several documents in turn."""
    kept = demand("T-IOP-01", *uses, **more)
    del kept["norm"]
    return {**kept, "norms": list(grounds or (OLD, NEW))}


def day(said: str) -> date:
    return date.fromisoformat(said)


# --- the norm of the day -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("as_of", "cited"),
    [
        ("2020-01-01", OLD),
        ("2026-06-30", OLD),
        ("2026-07-01", NEW),
        ("2030-01-01", NEW),
    ],
)
def test_a_requirement_rests_on_the_document_that_holds(as_of: str, cited: Any) -> None:
    (requirement,) = made(outlived()).requirements
    assert requirement.binds(day(as_of))
    assert requirement.on(day(as_of)).norm == cited


def test_a_requirement_does_not_bind_before_its_first_document() -> None:
    (requirement,) = made(outlived()).requirements
    assert not requirement.binds(day("2019-12-31"))


def test_a_requirement_does_not_bind_after_its_last_document() -> None:
    register = succession(new={"in_force": {"from": "2026-07-01", "to": "2027-12-31"}})
    (requirement,) = made(outlived(), register=register).requirements
    assert requirement.binds(day("2027-12-31"))
    assert not requirement.binds(day("2028-01-01"))


def test_its_own_days_bound_a_requirement_as_well() -> None:
    (requirement,) = made(outlived(in_force={"from": "2025-10-08"})).requirements
    assert not requirement.binds(day("2025-10-07"))
    assert requirement.binds(day("2025-10-08"))


def test_a_clause_may_have_fewer_days_than_its_document() -> None:
    register = succession(old={"in_force": {"from": None, "to": None}})
    grounds = ({**OLD, "to": "2026-03-31"}, {**NEW, "from": "2026-04-01"})
    (requirement,) = made(outlived(*grounds), register=register).requirements
    assert requirement.on(day("2026-03-31")).norm == OLD
    assert requirement.on(day("2026-04-01")).norm == NEW


def test_of_two_documents_that_hold_the_later_one_is_the_norm() -> None:
    register = succession(old={"in_force": {"from": "2020-01-01"}})
    (requirement,) = made(outlived(), register=register).requirements
    assert requirement.on(day("2026-06-30")).norm == OLD
    assert requirement.on(day("2026-07-01")).norm == NEW


def test_the_basis_is_that_of_the_day() -> None:
    grounds = ({**OLD, "basis": "scheme"}, NEW)
    (requirement,) = made(outlived(*grounds, basis="law")).requirements
    assert requirement.on(day("2026-06-30")).basis == "scheme"
    assert requirement.on(day("2026-07-01")).basis == "law"


def test_without_a_day_it_is_the_last_document() -> None:
    (requirement,) = made(outlived()).requirements
    assert requirement.norm == NEW


def test_a_single_norm_is_the_same_on_every_day() -> None:
    (requirement,) = made(demand(norm=OLD)).requirements
    assert requirement.on(day("2030-01-01")) == requirement


def test_law_rests_on_documents_that_somebody_read_on_all_its_days() -> None:
    register = succession(old={"status": "recalled"})
    with pytest.raises(ProfileError, match="basis: law"):
        made(outlived(basis="law"), register=register)
    grounds = ({**OLD, "basis": "scheme"}, NEW)
    assert made(outlived(*grounds, basis="law"), register=register).requirements


def test_every_document_in_turn_has_to_be_known() -> None:
    with pytest.raises(ProfileError, match="UNHEARD"):
        made(outlived({"document": "UNHEARD"}, NEW))


def test_what_is_stored_with_a_run_knows_all_its_documents() -> None:
    profile = made(outlived())
    again = profiles.resolve(profile.source)
    assert again.requirements == profile.requirements
    assert set(profile.source["norms"]) == {"OLD", "NEW"}


def test_reasons_of_the_matrix_do_not_change_what_a_run_was_judged_by() -> None:
    other = succession(old={"unasked": {"vi": "Khác", "en": "Other"}})
    assert made(outlived(), register=other).digest == made(outlived()).digest
    moved = succession(old={"in_force": {"from": "2020-01-01", "to": "2026-05-31"}})
    assert made(outlived(), register=moved).digest != made(outlived()).digest


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    """One run on a day after the change of law, of a requirement that outlived it."""
    grounds = ({**OLD, "basis": "scheme"}, NEW)
    profile = made(outlived(*grounds, basis="law", uses=(SNIFFING,)))
    with agency(lambda _: Reply(headers=(("Content-Type", "application/json"),))) as server:
        wanted = planned(contract({"/x": {"get": answers()}}), goal(server.base_url), profile)
        yield run(wanted, tmp_path_factory.mktemp("ran"))


@pytest.mark.parametrize(
    ("as_of", "cited", "basis"), [("2026-06-30", "OLD", "scheme"), ("2026-07-01", "NEW", "law")]
)
def test_a_rejudgement_names_the_norm_of_its_day(
    ran: Ran, as_of: str, cited: str, basis: str
) -> None:
    (told,) = engine.rejudge(ran.folder, as_of=day(as_of)).results["requirements"]
    assert (told["norm"]["document"], told["basis"]) == (cited, basis)
    assert told["verdict"] == "fail"


def test_a_rejudgement_before_the_first_document_finds_nothing_to_hold(ran: Ran) -> None:
    again = engine.rejudge(ran.folder, as_of=day("2019-12-31"))
    (told,) = again.results["requirements"]
    assert told["verdict"] == "not_applicable"
    assert again.results["verdict"] == "INCOMPLETE"


def test_a_run_is_rejudged_by_the_norm_of_its_own_day(ran: Ran) -> None:
    (told,) = ran.results["requirements"]
    assert told["norm"]["document"] == "NEW"
    assert engine.rejudge(ran.folder).differences == ()


@pytest.mark.parametrize("as_of", ["2025-10-21", "2025-10-22", "2026-08-18", "2026-08-19"])
def test_a_rejudgement_by_a_shipped_profile_has_the_demands_of_its_day(
    ran: Ran, as_of: str
) -> None:
    again = engine.rejudge(ran.folder, profile_names=("procedure-system",), as_of=day(as_of))
    told = {each["id"]: each for each in again.results["requirements"]}
    for written, requirement in entries("procedure-system"):
        wanted, entry_ = owed(written, day(as_of)), told[requirement.id]
        because = (entry_["because"] or {"en": ""})["en"]
        assert (f"not in force on {as_of}" in because) is (wanted is None), requirement.id
        if wanted is not None:
            assert (entry_["norm"]["document"], entry_["basis"]) == wanted, requirement.id


@pytest.mark.parametrize(
    ("as_of", "lang", "tells"),
    [
        ("2025-10-07", "en", ("not in force on 2025-10-07", "from 2026-08-19: ")),
        ("2026-06-30", "vi", ("Nghị định về bảo đảm an toàn", "từ 2026-07-01 đến 2026-08-18: ")),
        ("2026-07-01", "en", ("Ground: Cybersecurity Law Điều 8, Điều 10", "from 2026-08-19: ")),
        ("2026-08-19", "vi", ("Điều 11–16, khoản 2 Điều 29", "từ 2016-07-01 đến 2026-06-30: ")),
    ],
)
def test_explain_tells_the_norm_of_a_day_and_the_others_with_theirs(
    say: Say, as_of: str, lang: str, tells: tuple[str, ...]
) -> None:
    done = say("explain", "BASE-OPS-02", "--as-of", as_of, lang=lang)
    assert done.code == 0, done.said
    for word in tells:
        assert word in done.out


def test_explain_refuses_what_is_no_day(say: Say) -> None:
    assert say("explain", "BASE-OPS-02", "--as-of", "yesterday").code == 2


# --- files ---------------------------------------------------------------------------------------


def refused(folder: Path, **changes: Any) -> ProfileError:
    wrong = {k: v for k, v in (demand() | changes).items() if v is not None}
    path = folder / "p.yaml"
    path.write_text(yaml.safe_dump(document(wrong), allow_unicode=True), encoding="utf-8")
    with pytest.raises(ProfileError) as caught:
        profiles.read(str(path))
    return caught.value


def test_a_requirement_names_one_norm_or_several_and_not_both(tmp_path: Path) -> None:
    for error in (
        refused(tmp_path, norm=None),
        refused(tmp_path, norms=[{"document": "RFC-9457"}, {"document": "RFC-9110"}]),
    ):
        assert error.mend is not None
        assert "norms" in error.mend.en
        assert "norms" in error.mend.vi


# --- lint of the grounds -------------------------------------------------------------------------


def found(tmp_path: Path, *grounds: Mapping[str, Any], **more: Any) -> list[str]:
    kept = outlived(*grounds, uses=(SNIFFING,), **more)
    path = tmp_path / "p.yaml"
    path.write_text(yaml.safe_dump(document(kept), allow_unicode=True), encoding="utf-8")
    return [text.en for _, text in profile_lint.lint(str(path))]


LAW_OF_2018 = {"document": "LUAT-24-2018-QH14"}
LAW_OF_2025 = {"document": "LUAT-116-2025-QH15"}


def test_grounds_that_follow_each_other_are_clean(tmp_path: Path) -> None:
    assert found(tmp_path, LAW_OF_2018, LAW_OF_2025, basis="law") == []


def test_two_grounds_on_one_day_are_found(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, LAW_OF_2018, {**LAW_OF_2025, "from": "2026-06-30"})
    assert "begins before LUAT-24-2018-QH14 ends" in finding


def test_days_without_a_ground_are_found(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, {**LAW_OF_2018, "to": "2026-06-29"}, LAW_OF_2025)
    assert "between 2026-06-29 and 2026-07-01 there is no ground" in finding


def test_law_outside_the_days_of_its_document_is_found(tmp_path: Path) -> None:
    grounds = (LAW_OF_2018 | {"to": "2026-05-31"}, LAW_OF_2025 | {"from": "2026-06-01"})
    (finding,) = found(tmp_path, *grounds, basis="law")
    assert "outside the days of LUAT-116-2025-QH15" in finding
    assert found(tmp_path, *grounds) == []


# --- the register --------------------------------------------------------------------------------


def wrong(register: Mapping[str, Any]) -> list[str]:
    known = {key: norms.norm(key, told) for key, told in register.items()}
    return [text.en for _, text in norms_lint.dates(known)]


def test_the_shipped_register_is_clean() -> None:
    assert norms_lint.lint() == []


def test_a_register_that_holds_together_is_clean() -> None:
    assert wrong(succession()) == []


@pytest.mark.parametrize(
    ("register", "tells"),
    [
        (succession(new={"replaces": ["UNHEARD"]}), "UNHEARD, which is not in the register"),
        (succession(new={"replaces": []}), "whose `replaces` does not name"),
        ({"A": entry(amends=["B"]), "B": entry()}, "whose `amended_by` does not name"),
        ({"A": entry(), "B": entry(amended_by=["A"])}, "whose `amends` does not name"),
        ({"A": entry("2026-02-02", "2026-02-01")}, "it ends (2026-02-01) before it begins"),
        ({"A": entry("2026-02-02", issued="2026-02-03")}, "before it is issued (2026-02-03)"),
        (
            succession(old={"in_force": {"from": "2020-01-01", "to": "2026-07-01"}}),
            "it holds on (until 2026-07-01) though NEW replaces it from 2026-07-01",
        ),
        (
            succession(old={"in_force": {"from": "2020-01-01"}}),
            "it holds on (until ?) though NEW replaces it from 2026-07-01",
        ),
    ],
)
def test_what_does_not_hold_together_in_the_register_is_found(register: Any, tells: str) -> None:
    assert any(tells in finding for finding in wrong(register)), wrong(register)


@pytest.mark.parametrize(
    ("register", "clean"),
    [
        (succession(new={"in_force": {"from": None}}), True),
        (succession(old={"in_force": {"from": None, "to": "2026-06-30"}}), True),
        (succession(old={"in_force": {"from": "2020-01-01", "to": "2026-01-01"}}), True),
    ],
    ids=["an unknown beginning", "an unknown first day", "a gap"],
)
def test_what_is_not_known_is_not_held_against_the_register(register: Any, *, clean: bool) -> None:
    assert (wrong(register) == []) is clean


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"kind": "circular"}, "OLD.kind"),
        ({"status": "sure"}, "OLD.status"),
        ({"in_force": {"from": "2026-02-30"}}, "OLD.in_force.from"),
        ({"in_force": {"to": None}}, "OLD.in_force"),
        ({"source": ""}, "OLD.source"),
        ({"surprise": 1}, "OLD"),
        ({"unasked": {"en": "only"}}, "OLD.unasked"),
        ({"clauses": [{"clause": "1"}]}, "OLD.clauses.0"),
    ],
)
def test_a_misshapen_entry_is_found_with_its_place(change: Any, place: str) -> None:
    (finding, *_) = norms_lint.shape({"norms": succession(old=change)})
    assert finding[0] == f"norms: norms.{place}"


def test_a_decomposed_text_of_the_register_is_found() -> None:
    ((place, _),) = norms_lint.spelling({"norms": {"A": {"note": {"vi": "e\u0301", "en": "e"}}}})
    assert place == "norms: /norms/A/note/vi"


# --- changes of law, and what is shipped ---------------------------------------------------------

SHIPPED = {name: profiles.read(name) for name in shipped.profile_ids()}
REGISTER = norms.register()


def entries(name: str) -> list[tuple[Mapping[str, Any], Requirement]]:
    """Return the requirements of a profile as they are written, beside what was read of them."""
    profile = SHIPPED[name]
    written = [each for document_ in profile.source["chain"] for each in document_["requirements"]]
    return [(each, next(r for r in profile.requirements if r.id == each["id"])) for each in written]


def owed(written: Mapping[str, Any], as_of: date) -> tuple[str, str] | None:
    """Return document and basis of a demand on a day, worked out from the files alone."""
    said = as_of.isoformat()

    def covers(start: str | None, end: str | None) -> bool:
        return (start or "0") <= said <= (end or "9")

    own = written.get("in_force", {})
    if not covers(own.get("from"), own.get("to")):
        return None
    if "norm" in written:
        return written["norm"]["document"], written["basis"]
    for ground in reversed(written["norms"]):
        force = REGISTER[ground["document"]].entry["in_force"]
        if covers(ground.get("from") or force.get("from"), ground.get("to") or force.get("to")):
            return ground["document"], ground.get("basis", written["basis"])
    return None


def turning_days() -> list[date]:
    """Return each day on which the law that some shipped profile rests on changes."""
    found_: set[date] = set()
    for name, profile in SHIPPED.items():
        for written, requirement in entries(name):
            spans = [requirement.in_force, *(ground.days for ground in requirement.norms)]
            spans += [profile.norms[c["document"]].days for c in norms.cited(written)]
            for start, end in spans:
                found_ |= {start} if start else set()
                found_ |= {end + timedelta(days=1)} if end else set()
    return sorted(found_)


TURNING = turning_days()
AROUND = sorted({day_ for each in TURNING for day_ in (each - timedelta(days=1), each)})


def test_the_days_on_which_the_law_changed_are_among_those_looked_at() -> None:
    named = {"2025-10-08", "2025-10-22", "2025-11-04", "2026-01-01", "2026-07-01", "2026-08-19"}
    assert {day(each) for each in named} <= set(TURNING)


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_plan_has_the_demands_of_its_day(name: str) -> None:
    agency, target = contract({"/x": {"get": answers()}}), goal()
    for as_of in AROUND:
        options = replace(OPTIONS, as_of=as_of)
        items = plan.make([SHIPPED[name]], target, agency, options).items
        planned_ = {item.requirement.id: item for item in items}
        for written, requirement in entries(name):
            wanted = owed(written, as_of)
            item = planned_[requirement.id]
            unbound = (
                item.preset is not None and f"not in force on {as_of}" in item.preset.because.en
            )
            if requirement.replaced_by is None:
                assert unbound is (wanted is None), (requirement.id, as_of)
            if wanted is not None:
                rests_on = item.requirement.norm["document"], item.requirement.basis
                assert rests_on == wanted, (requirement.id, as_of)


@pytest.mark.parametrize(
    ("change", "requirement", "before", "after"),
    [
        # Each law that the profiles rest on: the day, a demand, what it rested on before and after.
        ("2025-08-01", "TTHC-AUT-01", None, "TT-21-2023-TT-BTTTT"),
        ("2025-09-15", "TTHC-OPS-01", "TT-01-2018-TT-VPCP", "TT-03-2025-TT-VPCP"),
        ("2025-10-08", "BASE-IOP-01", None, "RFC-9457"),
        ("2025-10-08", "BASE-OPS-02", None, "ND-85-2016-ND-CP"),
        ("2025-10-22", "BASE-OPS-03", None, "ND-278-2025-ND-CP"),
        ("2025-11-04", "BASE-OPS-04", None, "QD-2439-QD-TTG-2025"),
        ("2026-01-01", "BASE-PRV-01", None, "RFC-9111"),
        ("2026-01-01", "BASE-PRV-02", "ND-13-2023-ND-CP", "LUAT-91-2025-QH15"),
        ("2026-07-01", "BASE-OPS-02", "ND-85-2016-ND-CP", "LUAT-116-2025-QH15"),
        # The law on which this circular rests ended; no act that ends the circular was found.
        ("2026-07-01", "BASE-FMT-04", "TT-39-2017-TT-BTTTT", "TT-39-2017-TT-BTTTT"),
        ("2026-08-19", "BASE-OPS-01", None, "TCVN-14423-2026"),
        ("2026-08-19", "BASE-OPS-02", "LUAT-116-2025-QH15", "ND-331-2026-ND-CP"),
    ],
)
def test_a_change_of_law_changes_what_is_owed_and_on_what(
    change: str, requirement: str, before: str | None, after: str | None
) -> None:
    profile = SHIPPED["procedure-system"]
    found_ = profile.requirement(requirement)
    assert found_ is not None
    for as_of, wanted in ((day(change) - timedelta(days=1), before), (day(change), after)):
        binding = found_.on(as_of) if found_.binds(as_of) else None
        assert (binding.norm["document"] if binding else None) == wanted, as_of


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("CV-1736-BKHCN-CDSQG-2025", "QD-3090-QD-BKHCN-2025"),
        ("ND-47-2020-ND-CP", "ND-278-2025-ND-CP"),
        ("ND-47-2024-ND-CP", "ND-194-2025-ND-CP"),
        ("LUAT-67-2006-QH11", "LUAT-148-2025-QH15"),
        ("LUAT-86-2015-QH13", "LUAT-116-2025-QH15"),
        ("LUAT-24-2018-QH14", "LUAT-116-2025-QH15"),
        ("ND-85-2016-ND-CP", "ND-331-2026-ND-CP"),
        ("ND-13-2023-ND-CP", "ND-356-2025-ND-CP"),
        ("ND-59-2022-ND-CP", "ND-69-2024-ND-CP"),
        ("ND-61-2018-ND-CP", "ND-118-2025-ND-CP"),
        ("QD-124-2004-QD-TTG", "QD-19-2025-QD-TTG"),
    ],
)
def test_one_law_ends_on_the_day_before_the_next_begins(old: str, new: str) -> None:
    ended, begun = REGISTER[old].days[1], REGISTER[new].days[0]
    assert ended is not None
    assert begun == ended + timedelta(days=1)


def days_of(norm: Norm) -> tuple[str | None, str | None]:
    start, end = norm.days
    return start and start.isoformat(), end and end.isoformat()


def test_the_days_of_the_laws_are_as_they_were_published() -> None:
    told = {
        "QD-19-2025-QD-TTG": "2025-07-01",
        "ND-118-2025-ND-CP": "2025-07-01",
        "TT-11-2025-TT-BKHCN": "2025-08-01",
        "QCVN-09-2025-BCA": "2025-08-10",
        "ND-194-2025-ND-CP": "2025-08-19",
        "QD-3090-QD-BKHCN-2025": "2025-10-08",
        "ND-278-2025-ND-CP": "2025-10-22",
        "QD-2439-QD-TTG-2025": "2025-11-04",
        "LUAT-91-2025-QH15": "2026-01-01",
        "TT-12-2025-TT-BKHCN": "2026-01-01",
        "QD-11-2026-QD-TTG": "2026-05-19",
        "LUAT-148-2025-QH15": "2026-07-01",
        "LUAT-116-2025-QH15": "2026-07-01",
        "ND-331-2026-ND-CP": "2026-08-19",
    }
    assert {key: days_of(REGISTER[key])[0] for key in told} == told
