"""Writing what a command was asked to write."""

from __future__ import annotations

from pathlib import Path

from conformance.errors import UsageError
from conformance.text import Text


def save(path: Path, text: str) -> None:
    """Write a text file.

    Raises:
        UsageError: it cannot be written there.
    """
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(
            Text(
                vi=f"không ghi được tệp ({error.strerror})",
                en=f"the file cannot be written ({error.strerror})",
            ),
            mend=Text(vi="kiểm tra thư mục và quyền ghi", en="check the folder and the permission"),
            place=str(path),
        ) from error
