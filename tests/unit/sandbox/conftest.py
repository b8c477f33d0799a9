"""One process serves the correct agency and every variation to all tests of this folder."""

from collections.abc import Iterator

import pytest
from sandbox_process import Running


@pytest.fixture(scope="session")
def everything() -> Iterator[Running]:
    running = Running("--all")
    yield running
    assert running.stop() == 0


@pytest.fixture
def sandbox(everything: Running) -> Running:
    assert everything.ask("POST", "/~reset").status_code == 204
    return everything
