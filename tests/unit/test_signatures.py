"""What is looked for first stands in every text that bears the signature."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.privacy.signatures import _NEEDLES, LEAKS


@pytest.mark.parametrize("name", sorted(_NEEDLES))
def test_no_signature_is_without_its_needle(name: str) -> None:
    @settings(
        max_examples=150,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.from_regex(LEAKS[name]))
    def holds(text: str) -> None:
        assert re.search(LEAKS[name], text)
        assert any(needle in text for needle in _NEEDLES[name])

    holds()


def test_every_needle_belongs_to_a_signature() -> None:
    assert _NEEDLES.keys() <= LEAKS.keys()
