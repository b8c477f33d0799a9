"""What is wrong in a contract, and how it is said; the rest of it is judged all the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conformance.text import Text

NO_PATH = Text(
    vi="đường dẫn này không phải một Path Item, hoặc nằm sau một $ref không đọc được",
    en="the path is no Path Item, or lies behind a reference that cannot be followed",
)
NO_PATH_TEMPLATE = Text(
    vi="đường dẫn phải bắt đầu bằng / và có đủ cặp dấu ngoặc nhọn",
    en="a path begins with / and closes each brace that it opens",
)
NO_MAP = Text(vi="ở đây cần một đối tượng", en="an object is wanted here")
NO_LIST = Text(vi="ở đây cần một danh sách", en="a list is wanted here")
NO_METHOD = Text(vi="không phải tên phương thức HTTP", en="not the name of an HTTP method")
NO_SECURITY = Text(
    vi="`security` không phải danh sách các đối tượng: không biết ai được gọi",
    en="`security` is no list of objects: who may call is not known",
)
TWICE = Text(vi="thao tác này được khai báo hai lần", en="the operation stands twice")
SAME_ID = Text(
    vi="operationId đã thuộc về một thao tác khác: thao tác này được gọi bằng METHOD /path",
    en="another operation has this operationId: this one goes by METHOD /path",
)


@dataclass(frozen=True)
class Flaw:
    """One place where a contract says nothing that can be used; the rest is judged all the same.

    `operation` is a unit, or a path where no operation can be told; empty for the whole document.
    """

    operation: str
    place: str
    what: Text


class BrokenError(Exception):
    """An operation cannot be called as the contract means it."""

    def __init__(self, what: Text, place: str) -> None:
        super().__init__(what.en)
        self.what = what
        self.place = place


def no_scheme(name: str) -> Text:
    """Return what is said where `security` names a scheme that is not there."""
    return Text(
        vi=f"không có securityScheme nào tên {name!r}", en=f"no securityScheme is named {name!r}"
    )


def no_part(part: str, entry: Any) -> Text:
    """Return what is said of a part of an operation that cannot be read."""
    reference = entry.get("$ref") if isinstance(entry, Mapping) else None
    if isinstance(reference, str):
        return Text(
            vi=f"`{part}` nằm sau một $ref không đọc được: {short(reference)}",
            en=f"`{part}` lies behind a $ref that cannot be followed: {short(reference)}",
        )
    return Text(vi=f"`{part}` không đúng khuôn dạng", en=f"`{part}` does not have its shape")


def short(value: Any) -> str:
    """Return a value as it is quoted: on one line, cut where it is long."""
    text = str(value)
    return text if len(text) <= 120 else text[:120] + "…"  # noqa: PLR2004  # one line
