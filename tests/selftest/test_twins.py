"""The same agency under other names is judged the same: names decide nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from conformance import engine, opening
from conformance.opening import Wishes
from conformance.sandboxes import Serving
from conformance.setup import beginning
from conformance.setup.beginning import Answers

pytestmark = pytest.mark.slow

TWINS = ("agency_in_snake_case", "agency_in_pascal_case", "agency_in_english")
SYSTEM = "procedure-system"
# What somebody has to write who adopts the suite without touching the contract.
_MOST_ENTRIES = 20


@pytest.fixture(scope="module")
def judged(
    agency: Serving, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str | None], Mapping[str, Any]]:
    """Return what a run of the whole profile comes to, run once for each."""
    known: dict[str | None, Mapping[str, Any]] = {}

    def results(variation: str | None) -> Mapping[str, Any]:
        if variation not in known:
            out = tmp_path_factory.mktemp(variation or "plain")
            known[variation] = _run(agency.target_of(variation), out)
        return known[variation]

    return results


def _run(target: str, out: Path) -> Mapping[str, Any]:
    plan = opening.plan((SYSTEM,), Wishes(target=target, seed=7, as_of="2026-11-21"))
    session = engine.open_session(plan, out)
    try:
        for item in plan.items:
            list(session.run(item))
        return session.finish()
    finally:
        session.close()


def verdicts(results: Mapping[str, Any]) -> dict[str, tuple[str, Counter[tuple[str, str]]]]:
    """Return each requirement's verdict, and how often each check came to which."""
    return {
        entry["id"]: (
            entry["verdict"],
            Counter((found["check"], found["verdict"]) for found in entry["results"]),
        )
        for entry in results["requirements"]
    }


@pytest.mark.parametrize("twin", TWINS)
def test_a_twin_is_judged_like_the_agency_itself(
    judged: Callable[[str | None], Mapping[str, Any]], twin: str
) -> None:
    plain, renamed = verdicts(judged(None)), verdicts(judged(twin))
    assert renamed == plain
    of_system = {name: told for name, (told, _) in plain.items() if name.startswith("TTHC-")}
    assert len(of_system) >= 8
    assert set(of_system.values()) == {"pass"}


@pytest.mark.parametrize("twin", TWINS)
def test_a_twin_has_not_one_name_of_the_agency(
    target_document: Callable[[str | None], dict[str, Any]], twin: str
) -> None:
    examples = target_document(twin)["examples"]
    bodies = [example["body"] for example in examples.values() if "body" in example]
    assert not {"chuHoSo", "maThuTuc", "lyDo"} & {name for body in bodies for name in body}


@pytest.mark.parametrize("twin", TWINS)
def test_a_twin_takes_a_few_lines_more(
    target_document: Callable[[str | None], dict[str, Any]], twin: str
) -> None:
    plain, renamed = target_document(None), target_document(twin)
    further = set(renamed) - set(plain)
    assert further <= {"roles", "fields", "lists"}
    assert sum(len(renamed[key]) for key in further) <= _MOST_ENTRIES


def test_annotations_spare_the_target_file_everything(
    target_document: Callable[[str | None], dict[str, Any]],
) -> None:
    assert set(target_document("agency_in_pascal_case")) == set(target_document(None))
    assert "roles" not in target_document("agency_in_english")


def uncommented(text: str, key: str) -> dict[str, Any]:
    """Return what a commented block of a first target file says once it is uncommented."""
    lines = text.splitlines()
    start = lines.index(f"# {key}:")
    block = [lines[start]]
    for line in lines[start + 1 :]:
        if not line.startswith("#  "):
            break
        block.append(line)
    document: dict[str, Any] = yaml.safe_load("\n".join(line[2:] for line in block))
    return document[key]


def begun(agency: Serving, twin: str, *, system: str | None) -> str:
    address = f"{agency.base_url}/~fault/{twin}"
    asked = Answers(f"{address}/openapi.json", address, system, SYSTEM, None)
    return beginning.target_file(asked, "en")


def test_the_first_target_file_proposes_what_a_twin_has_to_say(
    agency: Serving, target_document: Callable[[str | None], dict[str, Any]]
) -> None:
    twin = "agency_in_snake_case"
    said, text = target_document(twin), begun(agency, twin, system=SYSTEM)
    assert uncommented(text, "roles") == said["roles"]
    fields = {name: [place] for name, place in uncommented(text, "fields").items()}
    assert fields == said["fields"]
    proposed = uncommented(text, "lists")
    for name in ("list_procedures", "list_dossiers", "list_administrative_units"):
        known = said["lists"][name]
        assert proposed[name] == {
            key: known[key] for key in ("items", "id", "total", "page", "size")
        }
    assert "get_subscription" not in proposed


def test_what_an_equal_name_tells_is_shown_and_not_asked(agency: Serving) -> None:
    text = begun(agency, "agency_in_english", system=SYSTEM)
    assert "# dossier.read: GET /applications/{applicationId}" in text
    assert "# roles:" not in text
    assert uncommented(text, "fields")["dossier.applicant_id"] == "/**/citizenId"


def test_where_annotations_say_everything_nothing_is_asked(agency: Serving) -> None:
    text = begun(agency, "agency_in_pascal_case", system=SYSTEM)
    assert not {"# roles:", "# fields:", "# lists:"} & set(text.splitlines())
    assert "dossier.read" not in text
