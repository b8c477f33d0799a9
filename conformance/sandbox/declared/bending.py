"""Faults and near-misses that are data: which answers are bent, where, and how."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any

from conformance.sandbox.agency import Agency
from conformance.sandbox.messages import Call

Bend = Callable[[Agency], Agency]


def bend(declared: Mapping[str, Any]) -> Bend:
    """Return what makes the agency with this variation out of the correct one."""
    forgotten = frozenset(declared.get("forgets", ()))
    operations = frozenset(declared.get("answers", ()))
    changes = any(word in declared for word in _WORDS)

    def hook(call: Call, value: Any) -> Any:
        if not operations or call.asks in operations:
            for place in declared.get("at", [""]):
                found = [node for node in _at(value, place) if _is_meant(node, declared)]
                chosen = {"first": found[:1], "last": found[-1:]}.get(
                    declared.get("only", "each"), found
                )
                for node in chosen:
                    _change(node, declared)
        return value

    def made(agency: Agency) -> Agency:
        agency = agency.with_(rules_forgotten=agency.rules_forgotten | forgotten)
        return agency.bending_values(hook) if changes else agency

    return made


def _is_meant(node: Any, declared: Mapping[str, Any]) -> bool:
    wanted = declared.get("where", {})
    return isinstance(node, dict) and all(node.get(name) == v for name, v in wanted.items())


def _at(value: Any, pointer: str) -> Iterator[Any]:
    """Yield what stands at a pointer, in which `*` is every element."""
    nodes = [value]
    for part in pointer.split("/")[1:]:
        nodes = [child for node in nodes for child in _step(node, part)]
    yield from nodes


def _step(node: Any, part: str) -> list[Any]:
    if part == "*":
        return list(node) if isinstance(node, list) else []
    return [node[part]] if isinstance(node, dict) and part in node else []


def _change(node: dict[str, Any], declared: Mapping[str, Any]) -> None:
    node.update(deepcopy(declared.get("set", {})))
    node.update({name: node.get(other) for name, other in declared.get("copy", {}).items()})
    for name, more in declared.get("add", {}).items():
        if name in node:
            node[name] += more
    for name in declared.get("drop", ()):
        node.pop(name, None)
    for name, other in declared.get("rename", {}).items():
        if name in node:
            node[other] = node.pop(name)
    for name in declared.get("as_numbers", ()):
        if str(node.get(name, "")).isdecimal():
            node[name] = int(node[name])
    for name in declared.get("repeat", ()):
        if node.get(name):
            node[name] = [node[name][0], *node[name]]


_WORDS = ("set", "copy", "add", "drop", "rename", "as_numbers", "repeat")
