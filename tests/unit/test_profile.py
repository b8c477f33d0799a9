"""Profiles: what may be added, raised and replaced, and what may not be lowered."""

import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from making import DAY, SAID, answers, chain, contract, demand, document, goal, planned, profile

from conformance import profile as profiles
from conformance import shipped
from conformance.errors import ProfileError
from conformance.profile import Profile

BECAUSE = {"document": "GROUND", "clause": "1"}
STS = "headers.transport.hsts_is_long_enough"


def refused(*documents: dict[str, Any]) -> ProfileError:
    with pytest.raises(ProfileError) as caught:
        chain(*documents)
    assert caught.value.mend is not None
    assert caught.value.into("vi") != caught.value.into("en")
    return caught.value


def old(**more: Any) -> dict[str, Any]:
    return document(demand("T-IOP-01", level="SHOULD", **more), name="old")


# --- inheritance ---------------------------------------------------------------------------------


def test_the_demands_of_the_ancestor_come_first() -> None:
    made = chain(old(), document(demand("Y-IOP-01")))
    assert [r.id for r in made.requirements] == ["T-IOP-01", "Y-IOP-01"]
    assert [r.origin for r in made.requirements] == ["old", "young"]
    assert made.id == "young"


def test_a_level_may_be_raised_on_a_ground() -> None:
    made = chain(old(), document(raises=[{"id": "T-IOP-01", "level": "MUST", "because": BECAUSE}]))
    (requirement,) = made.requirements
    assert requirement.level == "MUST"
    assert requirement.raised_because == BECAUSE
    assert requirement.origin == "old"


def test_a_level_may_not_be_lowered() -> None:
    error = refused(
        old(), document(raises=[{"id": "T-IOP-01", "level": "MAY", "because": BECAUSE}])
    )
    assert "SHOULD to MAY" in error.what.en
    assert "T-IOP-01" in str(error.place)


def test_what_nobody_demands_cannot_be_raised() -> None:
    refused(old(), document(raises=[{"id": "T-IOP-99", "level": "MUST", "because": BECAUSE}]))


def test_a_raise_cites_a_known_norm() -> None:
    entry = {"id": "T-IOP-01", "level": "MUST", "because": {"document": "UNHEARD"}}
    assert "UNHEARD" in refused(old(), document(raises=[entry])).what.en


def strict(age: int) -> dict[str, Any]:
    parameters = {STS: {"min_age": age}}
    return document(raises=[{"id": "T-IOP-01", "parameters": parameters, "because": BECAUSE}])


def test_a_parameter_may_be_made_stricter() -> None:
    made = chain(document(demand("T-IOP-01", STS), name="old"), strict(63_072_000))
    assert made.requirements[0].uses[0].parameters == {"min_age": 63_072_000}


def test_a_parameter_may_not_be_made_laxer_by_a_raise() -> None:
    planned_from = chain(document(demand("T-IOP-01", STS), name="old"), strict(1))
    with pytest.raises(ProfileError):
        planned(contract({"/x": {"get": answers()}}), goal(), planned_from)


def test_a_parameter_of_a_check_that_is_not_used_is_refused() -> None:
    assert STS in refused(old(), strict(1)).what.en


def test_a_requirement_id_is_taken_once() -> None:
    assert "taken" in refused(old(), document(demand("T-IOP-01"))).what.en
    assert "taken" in refused(document(demand("T-IOP-01"), demand("T-IOP-01"))).what.en


def replacing(**more: Any) -> dict[str, Any]:
    return document(demand("Y-IOP-01", level="MAY", replaces="T-IOP-01", **more))


def test_a_requirement_may_be_replaced_on_a_ground() -> None:
    made = chain(old(), replacing(because=BECAUSE))
    assert made.requirements[0].replaced_by == ("Y-IOP-01", "GROUND 1")
    (first, second) = planned(contract({"/x": {"get": answers()}}), goal(), made).items
    assert first.preset is not None
    assert first.preset.verdict == "not_applicable"
    assert "Y-IOP-01" in first.preset.because.vi
    assert second.requirement.level == "MAY"


def test_a_replacement_without_ground_is_refused() -> None:
    assert "ground" in refused(old(), replacing()).what.en


def test_a_replacement_of_nothing_is_refused() -> None:
    refused(document(demand("Y-IOP-01", replaces="T-IOP-99", because=BECAUSE)))


def test_a_replacement_on_an_unknown_ground_is_refused() -> None:
    assert "UNHEARD" in refused(old(), replacing(because={"document": "UNHEARD"})).what.en


@pytest.mark.parametrize(
    "made",
    [
        [document(demand("Y-IOP-01"))],
        [old(), document(raises=[{"id": "T-IOP-01", "level": "MUST", "because": BECAUSE}])],
        [old(), replacing(because=BECAUSE)],
        [
            old(),
            document(
                raises=[{"id": "T-IOP-01", "level": "SHOULD", "because": {"document": "TOLD"}}],
                name="middle",
            ),
            document(raises=[{"id": "T-IOP-01", "level": "MUST", "because": BECAUSE}]),
        ],
    ],
    ids=["added", "raised", "replaced", "raised twice"],
)
def test_what_is_stored_with_a_run_gives_the_same_profile_again(made: list[dict[str, Any]]) -> None:
    first = chain(*made)
    again = profiles.resolve(first.source)
    assert again.requirements == first.requirements
    assert again.digest == first.digest


# --- norms ---------------------------------------------------------------------------------------


def test_an_unknown_norm_is_refused() -> None:
    error = refused(document(demand(norm={"document": "UNHEARD"})))
    assert "UNHEARD" in error.what.en
    assert "T-IOP-01" in str(error.place)


@pytest.mark.parametrize("norm", ["READ", "TOLD"])
def test_law_rests_on_a_norm_that_somebody_read(norm: str) -> None:
    assert profile(demand(norm={"document": norm}, basis="law")).requirements[0].basis == "law"


def test_law_does_not_rest_on_a_recalled_norm() -> None:
    error = refused(document(demand(norm={"document": "RECALLED"}, basis="law")))
    assert "`basis: law`" in error.what.en


def test_a_rule_of_the_scheme_may_rest_on_a_recalled_norm() -> None:
    assert profile(demand(norm={"document": "RECALLED"})).requirements


# --- days ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "binds"),
    [("2025-09-30", False), ("2025-10-01", True), ("2026-09-30", True), ("2026-10-01", False)],
)
def test_a_demand_binds_from_its_first_to_its_last_day(day: str, *, binds: bool) -> None:
    force = {"from": "2025-10-01", "to": "2026-09-30"}
    (requirement,) = profile(demand(in_force=force)).requirements
    assert requirement.binds(date.fromisoformat(day)) is binds


def test_a_demand_without_days_always_binds() -> None:
    assert profile(demand()).requirements[0].binds(DAY)


# --- digests -------------------------------------------------------------------------------------


def test_the_digest_changes_with_the_profile() -> None:
    assert profile(demand()).digest == profile(demand()).digest
    assert profile(demand()).digest != profile(demand(level="MAY")).digest


def test_the_digest_changes_with_a_norm_that_is_cited_and_no_other() -> None:
    def with_norms(**changed: str) -> str:
        norms = {
            name: {"title": SAID, "status": changed.get(name, "verified")}
            for name in ("READ", "ELSE")
        }
        return profiles.resolve({"chain": [document(demand())], "norms": norms}).digest

    assert with_norms() == with_norms(ELSE="recalled")
    assert with_norms() != with_norms(READ="secondary")


# --- files ---------------------------------------------------------------------------------------


def written(folder: Path, name: str, content: dict[str, Any]) -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def real(*demands: dict[str, Any], **more: Any) -> dict[str, Any]:
    return document(*(d | {"norm": {"document": "RFC-9457"}} for d in demands), **more)


def test_a_profile_file_extends_its_neighbour_and_a_shipped_one(tmp_path: Path) -> None:
    written(tmp_path, "near", real(demand("N-IOP-01"), name="near"))
    path = written(
        tmp_path, "far", real(demand("F-IOP-01"), name="far", extends=["near.yaml", "base"])
    )
    made = profiles.read(str(path))
    ids = [r.id for r in made.requirements]
    assert ids[0] == "N-IOP-01"
    assert ids[-1] == "F-IOP-01"
    assert "BASE-IOP-01" in ids


def test_an_ancestor_that_is_inherited_twice_counts_once(tmp_path: Path) -> None:
    written(tmp_path, "a", real(demand("A-IOP-01"), name="a"))
    written(tmp_path, "b", real(name="b", extends=["a.yaml"]))
    written(tmp_path, "c", real(name="c", extends=["a.yaml"]))
    path = written(tmp_path, "d", real(name="d", extends=["b.yaml", "c.yaml"]))
    assert [r.id for r in profiles.read(str(path)).requirements] == ["A-IOP-01"]


@pytest.mark.parametrize("names", [["a"], ["a", "b"], ["a", "b", "c"]])
def test_a_profile_that_extends_itself_is_refused(tmp_path: Path, names: list[str]) -> None:
    for name, ancestor in zip(names, [*names[1:], names[0]], strict=True):
        written(tmp_path, name, real(name=name, extends=[f"{ancestor}.yaml"]))
    with pytest.raises(ProfileError, match="extends itself"):
        profiles.read(str(tmp_path / "a.yaml"))


def test_an_unknown_profile_is_refused_and_the_known_ones_are_told() -> None:
    with pytest.raises(ProfileError) as caught:
        profiles.read("no-such-profile")
    assert caught.value.mend is not None
    assert "procedure-system" in caught.value.mend.en


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"level": "WILL"}, "requirements[0].level"),
        ({"surprise": 1}, "requirements[0]"),
        ({"in_force": {"from": "2025-02-30"}}, "requirements[0].in_force.from"),
        ({"checks": ["a"], "untested": {"because": SAID}}, "requirements[0]"),
        ({"text": {"en": "only"}}, "requirements[0].text"),
    ],
)
def test_a_misshapen_requirement_is_refused_with_its_place(
    tmp_path: Path, change: dict[str, Any], place: str
) -> None:
    path = written(tmp_path, "p", real(demand() | change))
    with pytest.raises(ProfileError) as caught:
        profiles.read(str(path))
    assert caught.value.place == f"{path}: {place}"


# --- what is shipped -----------------------------------------------------------------------------

SHIPPED = pytest.mark.parametrize("name", shipped.profile_ids())


def test_profiles_are_shipped() -> None:
    assert {"base", "procedure-system"} <= set(shipped.profile_ids())


@SHIPPED
def test_a_shipped_profile_reads_and_comes_back_from_what_is_stored(name: str) -> None:
    made = profiles.read(name)
    assert made.id == name
    assert profiles.resolve(made.source).requirements == made.requirements


def texts(node: Any, place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, str):
        yield place, node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from texts(value, f"{place}/{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from texts(value, f"{place}/{number}")


@pytest.mark.parametrize("name", [*shipped.profile_ids(), "norms"])
def test_every_text_that_is_shipped_is_composed(name: str) -> None:
    path = shipped.folder("profiles") / f"{name}.yaml"
    found = [
        place
        for place, text in texts(yaml.safe_load(path.read_text(encoding="utf-8")))
        if not unicodedata.is_normalized("NFC", text)
    ]
    assert found == []


@SHIPPED
def test_every_requirement_says_its_mend_and_reason_in_both_languages(name: str) -> None:
    made: Profile = profiles.read(name)
    for requirement in made.requirements:
        for text in (requirement.text, requirement.rationale, requirement.mend):
            assert text is not None, requirement.id
            assert text.vi.strip() != text.en.strip(), requirement.id
