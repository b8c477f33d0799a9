"""Lines of a target file that messages advise to write can be copied as they stand."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from making import Reply, agency, answers, contract, demand, goal, planned, profile, run

from conformance import advice

CHECK = "http.methods.head_mirrors_get"


@pytest.mark.parametrize(
    "name",
    ["getThing", "GET /x/{pk}", "GET /x[1], y", "POST /lgsp#01.02", "no", "…", "a: b", "'", "ố"],
)
def test_a_name_is_read_back_as_it_is(name: str) -> None:
    read: Any = yaml.safe_load(advice.line("examples", name, "{a: …}").strip("`"))
    assert read == {"examples": {name: {"a": "…"}}}


def test_an_operation_without_a_name_is_advised_of_in_yaml(tmp_path: Path) -> None:
    with agency(lambda _: Reply()) as server:
        wanted = planned(
            contract({"/x/{pk}": {"get": answers()}}),
            goal(server.base_url),
            profile(demand("T-IOP-01", CHECK)),
        )
        (finding,) = run(wanted, tmp_path).findings
    assert finding.because is not None
    for told in (finding.because.vi, finding.because.en):
        (line,) = re.findall(r"`(.*)`", told)
        assert yaml.safe_load(line) == {"examples": {"GET /x/{pk}": {"pk": "…"}}}
