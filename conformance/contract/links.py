"""The links of a contract: which operation reads what another one made, and by which value.

OpenAPI 3.1, Link Object: a link of an answer names an operation and says of its parameters where
in the request or the answer their values stand (runtime expressions).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.contract import Contract
from conformance.contract.operations import Operation


@dataclass(frozen=True)
class Link:
    """One link of a successful answer.

    Attributes:
        name: the operation that it leads to, as operationId or unit.
        parameters: the expression of each parameter, by its name without its place.
    """

    name: str
    parameters: Mapping[str, Any]


def of(contract: Contract, operation: Operation) -> Iterator[Link]:
    """Yield the links of an operation's successful answers; what cannot be read is left out."""
    paths = contract.document.get("paths")
    item = paths.get(operation.path) if isinstance(paths, Mapping) else None
    node = contract.followed(item).get(operation.method.lower()) if item else None
    responses = node.get("responses") if isinstance(node, Mapping) else None
    for status, response in responses.items() if isinstance(responses, Mapping) else ():
        if str(status)[:1] != "2":
            continue
        links = contract.followed(response).get("links")
        for link in links.values() if isinstance(links, Mapping) else ():
            found = contract.followed(link)
            name = found.get("operationId") or _unit(found.get("operationRef"))
            parameters = found.get("parameters")
            if isinstance(name, str) and isinstance(parameters, Mapping):
                plain = {str(key).removeprefix("path."): v for key, v in parameters.items()}
                yield Link(name, plain)


def _unit(reference: Any) -> str | None:
    """Return the unit of an operation of the same document that a pointer leads to."""
    steps = str(reference).removeprefix("#/paths/").split("/")
    if not str(reference).startswith("#/paths/") or len(steps) != 2:  # noqa: PLR2004  # path, method
        return None
    path = steps[0].replace("~1", "/").replace("~0", "~").replace("%7B", "{").replace("%7D", "}")
    return f"{steps[1].upper()} {path}"
