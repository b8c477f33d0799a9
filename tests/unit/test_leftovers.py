"""What a run of this suite left in a target is no text of the target's, shown or hidden."""

import json
import unicodedata
from pathlib import Path

import pytest
from making import Reply, agency, answers, contract, demand, goal, planned, profile, run

from conformance.own_words import made_up

COMPOSED = "formats.text.vietnamese_is_composed"
OURS = unicodedata.normalize("NFD", f"{made_up('0123456789abcdef')} Nguyễn Thị Đào")
THEIRS = unicodedata.normalize("NFD", "Nguyễn Thị Đào, ấp Ỷ Lan")


@pytest.mark.parametrize("data", ["synthetic", "real"])
@pytest.mark.parametrize(
    ("left", "verdict"),
    [([OURS, "Bà Đào"], "pass"), ([OURS, THEIRS], "fail"), ([OURS], "not_applicable")],
    ids=["ours beside theirs", "theirs is wrong", "ours alone"],
)
def test_texts_of_an_earlier_run_are_not_the_targets(
    data: str, left: list[str], verdict: str, tmp_path: Path
) -> None:
    reads = contract({"/revisions": {"get": answers({"type": "array"}, operationId="read")}})
    body = json.dumps([{"title": text} for text in left]).encode()
    with agency(lambda _: Reply(body=body)) as server:
        wanted = goal(server.base_url, data=data)
        ran = run(planned(reads, wanted, profile(demand("T-FMT-01", COMPOSED))), tmp_path)
    assert ran.verdict("T-FMT-01") == verdict
    record = (ran.folder / "record.jsonl").read_text()
    assert (made_up("0123456789abcdef") in record) is (data == "synthetic")
