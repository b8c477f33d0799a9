from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import scene
from scene import Office

from conformance import sandboxes
from conformance.sandboxes import Serving


@pytest.fixture(scope="session")
def secure() -> Iterator[Serving]:
    """A correct agency over TLS."""
    with sandboxes.serving("administrative-units", "--tls") as serving:
        yield serving


@pytest.fixture(scope="session")
def insecure() -> Iterator[Serving]:
    """An agency over TLS whose answers lack a header."""
    with sandboxes.serving("procedure-system", "--tls", "--fault", "nosniff_missing") as serving:
        yield serving


@pytest.fixture(scope="session")
def run(secure: Serving, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run in which nothing fails; what an auditor has to say is open."""
    return scene.run(secure, tmp_path_factory.mktemp("good"))


@pytest.fixture(scope="session")
def failed(insecure: Serving, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run in which the header is missing."""
    return scene.run(insecure, tmp_path_factory.mktemp("bad"))


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office that nobody takes anything away from."""
    return Office.new(tmp_path_factory.mktemp("office") / "rehearsal")


@pytest.fixture(scope="session")
def issued(shared: Office, run: Path) -> Path:
    """A certificate that stands."""
    return shared.issue(run)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office of its own."""
    return Office.new(tmp_path / "rehearsal")
