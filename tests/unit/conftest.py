"""One sandbox for all tests that need a whole agency."""

from collections.abc import Iterator

import pytest

from conformance import sandboxes
from conformance.sandboxes import Serving


@pytest.fixture(scope="session")
def serving() -> Iterator[Serving]:
    with sandboxes.serving("procedure-system") as running:
        yield running
