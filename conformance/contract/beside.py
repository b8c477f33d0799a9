"""XML Schemas that a contract names by file: read once, so that the contract travels whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.contract.annotations import SERVICES, XSD
from conformance.contract.bundle import Shelf, Unread
from conformance.contract.references import escape
from conformance.errors import ConformanceError
from conformance.text import Text


def named(document: Mapping[str, Any]) -> bool:
    """Whether a contract names a schema by file."""
    return next(_places(document), None) is not None


def put_in(document: Mapping[str, Any], shelf: Shelf) -> list[Unread]:
    """Put the text of each schema in the place of the name of its file.

    Args:
        document: a contract, which is changed.
        shelf: where the documents beside it stand.

    Returns:
        What could not be read; the operation has no schema then.
    """
    unread = []
    for node, pointer in list(_places(document)):
        name = node[XSD]
        try:
            node[XSD] = _read(name, shelf)
        except (ConformanceError, OSError, ValueError) as error:
            del node[XSD]
            said = error.what if isinstance(error, ConformanceError) else _plain(error)
            unread.append(Unread(name, pointer, said))
    return unread


def _read(name: str, shelf: Shelf) -> str:
    location = shelf.locate(shelf.start, name)
    if isinstance(location, str):
        return shelf.read(location).decode("utf-8")
    raise ValueError(location.en)


def _plain(error: Exception) -> Text:
    return Text(vi=f"không đọc được lược đồ XML: {error}", en=f"no XML Schema: {error}")


def _places(document: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the objects whose schema is the name of a file, with their JSON pointers."""
    paths = document.get("paths")
    for path, item in (paths if isinstance(paths, Mapping) else {}).items():
        for method, node in (item if isinstance(item, Mapping) else {}).items():
            if not isinstance(node, dict):
                continue
            base = f"/paths/{escape(path)}/{escape(method)}"
            told = node.get(SERVICES)
            values = told.get("values") if isinstance(told, Mapping) else None
            entries = values if isinstance(values, Mapping) else {}
            found = [(node, base)]
            found += [
                (entry, f"{base}/{SERVICES}/values/{escape(n)}") for n, entry in entries.items()
            ]
            for holder, pointer in found:
                schema = holder.get(XSD) if isinstance(holder, dict) else None
                # A schema is a document, and begins with a sign that begins no name of a file.
                if isinstance(schema, str) and not schema.lstrip().startswith("<"):
                    yield holder, f"{pointer}/{XSD}"
