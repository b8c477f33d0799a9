"""The national formats as strategies of hypothesis."""

from __future__ import annotations

from typing import Any

from conformance.formats.national import EVERY
from conformance.text import Text

try:
    from hypothesis import strategies as st
    from hypothesis.strategies import SearchStrategy
except ModuleNotFoundError as error:
    _ADD = "pip install 'vnda-conformance[strategies]'"
    _WANTING = Text(vi=f"cần hypothesis: {_ADD}", en=f"hypothesis is wanted: {_ADD}")
    raise ImportError(f"{_WANTING.vi} · {_WANTING.en}") from error


def valid(name: str) -> SearchStrategy[Any]:
    """Return a strategy of values of a format: of texts, or of arrays where it is of positions.

    Args:
        name: the format, as `format` of a JSON Schema has it.

    Raises:
        KeyError: there is no such format.
    """
    return st.randoms(use_true_random=False).map(EVERY[name].make)


def near_misses(name: str) -> SearchStrategy[Any]:
    """Return a strategy of values that are nearly of a format, and are not.

    Args:
        name: the format, as `format` of a JSON Schema has it.

    Raises:
        KeyError: there is no such format.
    """
    return st.randoms(use_true_random=False).map(EVERY[name].miss)
