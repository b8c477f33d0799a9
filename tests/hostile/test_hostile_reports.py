"""What a hostile server said stands in every report as words, and does nothing there."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from corpus import CORPUS
from test_hostile_answers import ran
from wires import serving

from conformance import finished
from conformance.reports import FORMATS, VIEWS

# Controls of terminals, and marks that reorder or hide what is shown.
UNSEEN = ("\x1b", "\x07", "\x00", "\u202e", "\u200b")
ESCAPING = next(hostile for hostile in CORPUS if hostile.name == "escapes everywhere")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> finished.Finished:
    out = tmp_path_factory.mktemp("escapes")
    with serving(ESCAPING.speech) as server:
        ran(server, out, real=False)
    (folder,) = [path.parent for path in out.glob("*/*/results.json")]
    return finished.read(Path(folder))


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", FORMATS)
def test_nothing_of_it_acts(run: finished.Finished, name: str, view: str) -> None:
    shown = FORMATS[name].render(run, lang="en", view=view)
    if name == "json":
        # JSON is data: its own escapes are all that it needs.
        assert "\x1b" not in shown
        return
    assert not [sign for sign in UNSEEN if sign in shown]
    assert "<script>" not in shown
    if name == "junit":
        ET.fromstring(shown)  # noqa: S314  # our own report


def test_it_is_there_to_be_read(run: finished.Finished) -> None:
    assert "&lt;script&gt;alert(1)" in FORMATS["html"].render(run, lang="en", view="auditor")
