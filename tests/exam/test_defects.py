"""Each defect shows its symptom, alone and among all others, and the mended twin does not."""

from collections.abc import Iterator

import pytest

from exam import defects
from exam.asking import Asking, asking
from exam.proofs import PROOFS


@pytest.fixture(scope="module")
def twin() -> Iterator[Asking]:
    with asking() as served:
        yield served


def test_every_defect_is_proved_and_there_are_forty() -> None:
    assert PROOFS.keys() == defects.BY_ID.keys()
    assert len(defects.ALL) == len(defects.BY_ID) >= 40
    assert len({defect.sort for defect in defects.ALL}) >= 30
    assert len({defect.operation for defect in defects.ALL}) >= 13


@pytest.mark.parametrize("name", defects.BY_ID)
def test_a_defect_shows_where_it_is_and_nowhere_else(name: str, twin: Asking) -> None:
    with asking(name) as served:
        assert PROOFS[name](served)
        assert served.shown() == {name}
    assert not PROOFS[name](twin)
    assert twin.shown() == set()


@pytest.mark.parametrize("name", defects.BY_ID)
def test_a_defect_can_be_met_among_all_others(name: str) -> None:
    with asking(*defects.BY_ID) as served:
        assert PROOFS[name](served)
        assert name in served.shown()


def test_defects_are_chosen_by_name() -> None:
    assert defects.chosen("all") == defects.BY_ID.keys()
    assert defects.chosen("none") == frozenset()
    assert defects.chosen("nan,upsert") == {"nan", "upsert"}
    with pytest.raises(ValueError, match="no such defect: nothing"):
        defects.chosen("nan,nothing")
