"""Writing what a command was asked to write."""

from __future__ import annotations

from pathlib import Path

from conformance.errors import UsageError
from conformance.text import Text


def save(path: Path, content: str | bytes) -> None:
    """Write a file, a text in UTF-8.

    Raises:
        UsageError: it cannot be written there.
    """
    try:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise UsageError(
            Text(
                vi=f"không ghi được tệp ({error.strerror})",
                en=f"the file cannot be written ({error.strerror})",
            ),
            mend=Text(vi="kiểm tra thư mục và quyền ghi", en="check the folder and the permission"),
            place=str(path),
        ) from error
