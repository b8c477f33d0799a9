"""The national formats as strategies of hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from conformance.formats.national import ALL


def valid(name: str) -> SearchStrategy[str]:
    """Return a strategy of texts of a format.

    Args:
        name: the format, as `format` of a JSON Schema has it.

    Raises:
        KeyError: there is no such format.
    """
    return st.randoms(use_true_random=False).map(ALL[name].make)


def near_misses(name: str) -> SearchStrategy[str]:
    """Return a strategy of texts that are nearly of a format, and are not.

    Args:
        name: the format, as `format` of a JSON Schema has it.

    Raises:
        KeyError: there is no such format.
    """
    return st.randoms(use_true_random=False).map(ALL[name].miss)
