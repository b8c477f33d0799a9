"""Errors say what is wrong, where, and how to mend it, wherever they were raised."""

from __future__ import annotations

import pickle

import pytest

from conformance import errors
from conformance.errors import ConformanceError
from conformance.text import Text

EVERY = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, ConformanceError)
]


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_an_error_of_a_worker_process_arrives_as_it_was(kind: type[ConformanceError]) -> None:
    raised = kind(
        Text(vi="sai", en="wrong"), mend=Text(vi="sửa", en="mend it"), place="target.yaml: x"
    )
    arrived = pickle.loads(pickle.dumps(raised))  # noqa: S301  # our own bytes
    assert type(arrived) is kind
    assert [arrived.into(lang) for lang in ("vi", "en")] == [
        raised.into(lang) for lang in ("vi", "en")
    ]
    assert arrived.exit_code == raised.exit_code
