"""Lines of a target file as messages advise to write them: valid YAML, whatever is named."""

from __future__ import annotations

import yaml


def line(section: str, name: str, value: str) -> str:
    """Return the line that gives an entry of a section of the target file a value.

    Args:
        section: the key at the top of the target file.
        name: the entry, as it is called; an operation without operationId is `METHOD /path/{id}`.
        value: its value, in YAML already.
    """
    return f"`{section}: {{{scalar(name)}: {value}}}`"


def scalar(value: str) -> str:
    """Return a text as a scalar that may stand inside braces and brackets, too."""
    text: str = yaml.safe_dump([value], default_flow_style=True, allow_unicode=True, width=10**6)
    return text.strip()[1:-1]
