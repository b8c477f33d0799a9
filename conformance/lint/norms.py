"""What is wrong with the register of norms: its shape, its dates, and what it leaves unsaid."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from conformance import documents, misfits, norms, shipped, traceability
from conformance import profile as profiles
from conformance.lint import texts
from conformance.norms import Norm
from conformance.text import Text

Finding = tuple[str, Text]
# A relation and the one that answers it.
_PAIRS = (("replaces", "replaced_by"), ("amends", "amended_by"))


def lint() -> list[Finding]:
    """Return the findings in the shipped register: where, and what.

    Raises:
        ProfileError: a shipped profile cannot be read at all.
    """
    content = documents.read(shipped.folder("profiles") / "norms.yaml")
    found = shape(content)
    if found:
        return found
    register = norms.register()
    read = [profiles.read(name) for name in shipped.profile_ids()]
    # What is asked, and so what is left unsaid, does not depend on the sandbox.
    unsaid = traceability.findings(traceability.matrix(read, register, ()))
    return [*spelling(content), *dates(register), *unsaid]


def shape(content: Any) -> list[Finding]:
    """Return where a register has not the shape of its schema."""
    return [
        (f"norms: {'.'.join(map(str, error.absolute_path))}", misfits.told(error)[0])
        for error in documents.validator("norms").iter_errors(content)
    ]


def spelling(content: Any) -> list[Finding]:
    """Return the texts of a register that are not composed."""
    return [
        (f"norms: {path}", Text(vi="văn bản không ở dạng NFC", en="a text is not NFC"))
        for path, text in texts(content)
        if not unicodedata.is_normalized("NFC", text)
    ]


def dates(register: Mapping[str, Norm]) -> list[Finding]:
    """Return where documents contradict each other, or themselves, about their days."""
    return [
        (f"norms: {key}", text)
        for key, norm in register.items()
        for text in (*_own(norm), *_relations(key, norm, register), *_succession(norm, register))
    ]


def _own(norm: Norm) -> Iterator[Text]:
    start, end = norm.days
    if start and end and end < start:
        yield Text(
            vi=f"hết hiệu lực ({end}) trước khi có hiệu lực ({start})",
            en=f"it ends ({end}) before it begins ({start})",
        )
    issued = norm.entry.get("issued")
    if issued and start and start < date.fromisoformat(issued):
        yield Text(
            vi=f"có hiệu lực ({start}) trước ngày ban hành ({issued})",
            en=f"it is in force ({start}) before it is issued ({issued})",
        )


def _relations(key: str, norm: Norm, register: Mapping[str, Norm]) -> Iterator[Text]:
    both = (*_PAIRS, *(pair[::-1] for pair in _PAIRS))
    for there, back in both:
        for other in norm.entry.get(there, ()):
            if other not in register:
                yield Text(
                    vi=f"`{there}` nêu {other}, không có trong danh mục",
                    en=f"`{there}` names {other}, which is not in the register",
                )
            elif key not in register[other].entry.get(back, ()):
                yield Text(
                    vi=f"`{there}` nêu {other}, nhưng `{back}` của văn bản đó không nêu lại",
                    en=f"`{there}` names {other}, whose `{back}` does not name it",
                )


def _succession(norm: Norm, register: Mapping[str, Norm]) -> Iterator[Text]:
    """Yield where a document holds on although another has taken its place."""
    _, end = norm.days
    for other in norm.entry.get("replaced_by", ()):
        start = register[other].days[0] if other in register else None
        if start and (end is None or end >= start):
            last = end or "?"
            yield Text(
                vi=f"còn hiệu lực (đến {last}) khi {other} đã thay thế từ {start}",
                en=f"it holds on (until {last}) though {other} replaces it from {start}",
            )
