"""What is wrong with a profile, the register of norms or a contract, said without any target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def texts(node: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text of a document with its place."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from texts(value, f"{path}/{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            name = value.get("id", number) if isinstance(value, Mapping) else number
            yield from texts(value, f"{path}/{name}")
    elif isinstance(node, str):
        yield path, node
