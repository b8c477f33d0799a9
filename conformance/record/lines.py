"""How lines, documents and long bodies lie on disk, and that they are as they were written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from conformance.errors import RecordError
from conformance.evidence import canonical, digest
from conformance.text import Text

# A body longer than this is kept beside the record, under the name of its own digest.
LONG_BODY = 64 * 1024
_READABLE = json.JSONEncoder(ensure_ascii=False)
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def line(kind: str, content: Any) -> bytes:
    """Return a line of a record: a JSON object of which the one key names the kind."""
    return _bytes(_COMPACT.encode({kind: content})) + b"\n"


def pretty(document: Any) -> bytes:
    """Return a JSON document as people read it: what lies three levels down on one line each."""
    return _bytes(_spread(document, 2, "\n")) + b"\n"


def _spread(node: Any, levels: int, end: str) -> str:
    # Not `indent`, with which Python's own encoder writes a document ten times as slowly.
    if levels == 0 or not node or not isinstance(node, dict | list):
        return _READABLE.encode(node)
    inner = end + "  "
    if isinstance(node, list):
        listed = ",".join(inner + _spread(entry, levels - 1, inner) for entry in node)
        return f"[{listed}{end}]"
    named = ",".join(
        f"{inner}{_READABLE.encode(key)}: {_spread(value, levels - 1, inner)}"
        for key, value in node.items()
    )
    return f"{{{named}{end}}}"


def write_json(path: Path, document: Any) -> None:
    """Write a JSON file in one step that cannot be half done."""
    write_whole(path, pretty(document))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file in one step that cannot be half done."""
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(content)
    partial.replace(path)


def parsed(content: bytes, number: int, path: Path) -> Mapping[str, Any]:
    """Return what a line says.

    Raises:
        RecordError: it is no line of a record; names file and line.
    """
    try:
        found = json.loads(content)
    except ValueError as error:
        raise altered(path, f"line {number}") from error
    if not isinstance(found, dict) or len(found) != 1 or not content.endswith(b"\n"):
        raise altered(path, f"line {number}")
    return found


def beside(folder: Path, exchange: dict[str, Any]) -> dict[str, Any]:
    """Return the line of an exchange, its body put beside the record where it is long."""
    response = exchange["response"]
    if response is None:
        return exchange
    body = response["body"]
    kind = "text" if "text" in body else "base64"
    if len(body[kind]) <= LONG_BODY:
        return exchange
    content = canonical(body)
    name = hashlib.sha256(content).hexdigest()
    path = folder / "evidence" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        write_whole(path, content)
    response["body"] = {"file": f"evidence/{name}.json", "sha256": name}
    return exchange


def whole(folder: Path, exchange: dict[str, Any]) -> dict[str, Any]:
    """Put a body that lies beside the record back into its exchange.

    Raises:
        RecordError: it is missing, or not as it was written.
    """
    response = exchange["response"]
    if response is None or "file" not in response["body"]:
        return exchange
    wanted = response["body"]["sha256"]
    path = folder / "evidence" / f"{wanted}.json"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise altered(path, "missing") from error
    if hashlib.sha256(content).hexdigest() != wanted:
        raise altered(path, "sha256")
    response["body"] = json.loads(content)
    return exchange


def unaltered(path: Path, wanted: str) -> bytes:
    """Return the content of a file whose digest is known.

    Raises:
        RecordError: it is missing, or not as it was written.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise altered(path, "missing") from error
    if digest(content) != wanted:
        raise altered(path, "sha256")
    return content


def altered(path: Path, what: str) -> RecordError:
    """Return the error of a file that is not as it was written."""
    return RecordError(
        Text(
            vi=f"bằng chứng không còn nguyên vẹn ({what})",
            en=f"the evidence is not as it was written ({what})",
        ),
        mend=Text(
            vi="dùng bản sao nguyên vẹn của thư mục, hoặc chạy lại",
            en="use an unaltered copy of the folder, or run again",
        ),
        place=str(path),
    )


def _bytes(text: str) -> bytes:
    # Half a surrogate pair becomes its JSON escape, which reads back as the same.
    return text.encode("utf-8", "backslashreplace")
