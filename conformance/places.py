"""The line of a YAML or JSON file at which a JSON pointer stands."""

from __future__ import annotations

from collections.abc import Iterable

import yaml

# libyaml where it is there: a large document is read in a tenth of the time.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def lines(content: bytes, pointers: Iterable[str]) -> dict[str, int]:
    """Return the line of each pointer, the first being 1.

    A pointer to what is not there gets the line of what it would stand in; a document that cannot
    be read gets none at all. How deep a document may be nested was settled when it was first read.
    """
    try:
        # JSON may be indented with tabs, which YAML forbids; inside strings JSON forbids them.
        text = content.decode("utf-8-sig").replace("\t", " ")
        tree = yaml.compose(text, Loader=_LOADER)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError):
        return {}
    return {pointer: _line(tree, pointer) for pointer in pointers} if tree else {}


def _line(tree: yaml.Node, pointer: str) -> int:
    node, line = tree, tree.start_mark.line
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(node, yaml.MappingNode):
            found = next((pair for pair in _pairs(node) if pair[0].value == key), None)
            if found is None:
                break
            # Where the key stands: its value may be written elsewhere and only be named here.
            line, node = found[0].start_mark.line, found[1]
        elif isinstance(node, yaml.SequenceNode) and key.isdecimal() and int(key) < len(node.value):
            node = node.value[int(key)]
            line = node.start_mark.line
        else:
            break
    return int(line) + 1


def _pairs(node: yaml.MappingNode) -> list[tuple[yaml.Node, yaml.Node]]:
    """Return the pairs of a mapping, those merged in (`<<`) last."""
    own = list(node.value)
    merged: list[tuple[yaml.Node, yaml.Node]] = []
    for key, value in node.value:
        if key.tag == "tag:yaml.org,2002:merge":
            sources = value.value if isinstance(value, yaml.SequenceNode) else [value]
            for source in sources:
                merged += source.value if isinstance(source, yaml.MappingNode) else []
    return own + merged
