"""Lists of one's own: what two people who share nothing both see."""

import json
from pathlib import Path
from typing import Any

import pytest
from making import (
    SCHEMES,
    SECURED,
    Reply,
    Seen,
    agency,
    answers,
    attempted,
    contract,
    demand,
    goal,
    planned,
    profile,
)

from conformance.verdict import Reason, Verdict

LISTED = "authorization.ownership.others_are_not_listed"
OWN, THEIRS, BOTH = ({"id": n, "name": name} for n, name in ((1, "Sổ"), (2, "Vở"), (3, "Giấy")))
PEOPLE = {"citizen_a": {"bearer": "demo:token-a"}, "citizen_b": {"bearer": "demo:token-b"}}


def judged(
    shown: dict[str, list[Any]], folder: Path, *, data: str = "synthetic", **declared: Any
) -> list[tuple[Verdict, Reason | None]]:
    """Return the verdicts on a server that shows each person these entries."""

    def serve(seen: Seen) -> Reply:
        entries = shown[seen.header("Authorization")[-1]]
        return Reply(200, json.dumps(entries).encode())

    made = contract({"/a": {"get": answers(operationId="list", security=SECURED)}}, **SCHEMES)
    with agency(serve) as server:
        wanted = goal(
            server.base_url,
            data=data,
            identities=PEOPLE,
            examples={"list": {"owner": "citizen_a"}},
            operations={"personal": ["list"]},
            lists={"list": {"items": "", "id": "/id", **declared}},
        )
        asked = planned(made, wanted, profile(demand("T-AUT-01", LISTED)))
        _, found = attempted(asked, folder)
    return [(finding.verdict, finding.reason) for finding in found]


@pytest.mark.parametrize(
    ("own", "theirs", "of", "outcome"),
    [
        ([OWN], [THEIRS], "owner", (Verdict.PASS, None)),
        ([OWN], [THEIRS], None, (Verdict.PASS, None)),
        ([OWN, THEIRS], [OWN, THEIRS], "owner", (Verdict.FAIL, None)),
        ([OWN, BOTH], [BOTH, THEIRS], "owner", (Verdict.FAIL, None)),
        ([OWN, BOTH], [BOTH, THEIRS], None, (Verdict.NOT_TESTED, Reason.NO_MAPPING)),
        ([OWN, BOTH], [BOTH, THEIRS], "all", (Verdict.NOT_APPLICABLE, None)),
        ([OWN], [{**THEIRS, "id": 1}], "owner", (Verdict.PASS, None)),
        ([OWN], [], "owner", (Verdict.NOT_TESTED, Reason.NO_TEST_DATA)),
        ([], [THEIRS], "owner", (Verdict.NOT_TESTED, Reason.NO_TEST_DATA)),
        (
            [{"id": "H19-0001", "mine": True}],
            [{"id": "H19-0001", "mine": False}],
            "owner",
            (Verdict.FAIL, None),
        ),
    ],
    ids=[
        "each their own",
        "each their own, undeclared",
        "everybody's",
        "one of the other's",
        "one in common, undeclared",
        "a list for all",
        "numbered for each",
        "nothing of the other's to show",
        "nothing of one's own",
        "one entry told in two ways",
    ],
)
def test_what_is_in_both_lists(
    own: list[Any], theirs: list[Any], of: str | None, outcome: Any, tmp_path: Path
) -> None:
    declared = {"of": of} if of else {}
    assert judged({"a": own, "b": theirs}, tmp_path, **declared) == [outcome]


@pytest.mark.parametrize(
    ("theirs", "verdict"), [(4_000_000_002, Verdict.PASS), (4_000_000_001, Verdict.FAIL)]
)
def test_hidden_numbers_are_told_apart(theirs: int, verdict: Verdict, tmp_path: Path) -> None:
    shown = {"a": [{"id": 4_000_000_001}], "b": [{"id": theirs}]}
    ((found, _),) = judged(shown, tmp_path, data="real", of="owner")
    assert found is verdict
