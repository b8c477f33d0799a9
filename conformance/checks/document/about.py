"""What the contract says of itself: whose it is, which version, and in which language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from conformance.check import check, require_none
from conformance.contract import Contract, parts
from conformance.contract.operations import Operation
from conformance.text import Text
from conformance.verdict import NotApplicable, Offender

# Semantic Versioning 2.0.0, the expression of its own page.
SEMANTIC = (
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(-((0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?"
    r"(\+([0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*))?"
)
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
# Letters that Vietnamese alone has among the languages in which contracts are written.
_LETTERS = frozenset("đơưăạảấầẩẫậắằẳẵặẹẻẽếềểễệỉĩịọỏốồổỗộớờởỡợụủũứừửữựỳỵỷỹ")
_FEWEST_WORDS = 20


@check(catalogue="DOC-013", per="target", requests=0, contract=True)
def owner_and_purpose_are_told(contract: Contract) -> None:
    """The contract says what the interface is for, and to whom callers can turn.

    `info.description` (or `info.summary`) is not blank, and `info.contact` has an e-mail address
    or a URL; a name alone reaches nobody (OpenAPI 3.1, Info Object and Contact Object).
    """
    info = parts.root(contract).child("info")
    contact = info.child("contact")
    email, url = contact.object.get("email"), contact.object.get("url")
    reached = (isinstance(email, str) and _ADDRESS.fullmatch(email.strip())) or (
        isinstance(url, str) and url.strip()
    )
    nobody = Text(
        vi="`contact` không có email hay url", en="`contact` has neither e-mail address nor URL"
    )
    silent = Text(vi="không có mô tả mục đích", en="the purpose is not described")
    told = any(_said(info.object.get(name)) for name in ("description", "summary"))
    require_none(
        [
            *([] if told else [Offender(info.pointer, silent)]),
            *([] if reached else [Offender((contact if contact.object else info).pointer, nobody)]),
        ],
        expected=Text(
            vi="`info` có mô tả và đầu mối liên hệ", en="a description and a contact in `info`"
        ),
    )


@check(catalogue="DOC-013", per="target", requests=0, contract=True)
def version_is_comparable(contract: Contract, *, pattern: str = SEMANTIC) -> None:
    """The version of the contract tells what changed: MAJOR.MINOR.PATCH.

    `info.version` is written by Semantic Versioning 2.0.0 (OpenAPI 3.1, Info Object), in which a
    larger first number announces a breaking change. A profile may set another pattern, such as
    one of dates.
    """
    version = parts.root(contract).child("info").child("version")
    fits = isinstance(version.node, str) and re.fullmatch(pattern, version.node)
    told = Text(vi=f"phiên bản {version.node!r}", en=f"the version {version.node!r}")
    require_none(
        [] if fits else [Offender(version.pointer, told)],
        expected=Text(
            vi="phiên bản theo Semantic Versioning, ví dụ 1.4.0"
            if pattern == SEMANTIC
            else f"phiên bản theo mẫu {pattern}",
            en="a version by Semantic Versioning, such as 1.4.0"
            if pattern == SEMANTIC
            else f"a version of the pattern {pattern}",
        ),
    )


@check(catalogue="DOC-024", per="operation", requests=0, contract=True)
def operations_say_what_they_do(contract: Contract, operation: Operation) -> None:
    """Each operation has a summary or a description (OpenAPI 3.1, Operation Object).

    Those of its path count (Path Item Object); blank ones do not.
    """
    own = parts.of_operation(contract, operation)
    item = parts.root(contract).child("paths").child(operation.path)
    holders = (own, item, parts.followed(contract, item))
    told = any(_said(h.object.get(name)) for h in holders for name in ("summary", "description"))
    silent = Text(vi="không có summary hay description", en="neither summary nor description")
    require_none(
        [] if told else [Offender(own.pointer, silent)],
        expected=Text(vi="mỗi thao tác nói nó làm gì", en="what each operation does"),
    )


@check(catalogue="DOC-024", per="target", requests=0, contract=True)
def texts_are_in_vietnamese(contract: Contract, *, share: float = 0.1) -> None:
    """The contract is described in Vietnamese, alone or beside another language.

    Of all words of titles, summaries and descriptions a tenth has letters that only Vietnamese
    has; in Vietnamese prose it is nearly half, in a foreign text with Vietnamese names next to
    nothing. The document as a whole counts, for a single text may be a term or a name
    (OpenAPI 3.1, Info Object).
    """
    words = [
        word
        for text in _texts(parts.root(contract).node)
        for word in re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", text).lower())
    ]
    if len(words) < _FEWEST_WORDS:
        raise NotApplicable(
            Text(vi="hầu như không có lời mô tả", en="hardly anything is described")
        )
    vietnamese = sum(not _LETTERS.isdisjoint(word) for word in words) / len(words)
    seen = Text(
        vi=f"{vietnamese:.0%} số từ có chữ riêng của tiếng Việt",
        en=f"{vietnamese:.0%} of the words have letters that only Vietnamese has",
    )
    require_none(
        [] if vietnamese >= share else [Offender("/info", seen)],
        expected=Text(
            vi="phần mô tả viết bằng tiếng Việt có dấu",
            en="descriptions in Vietnamese, with its diacritics",
        ),
    )


def _said(text: object) -> bool:
    return isinstance(text, str) and bool(text.strip())


def _texts(node: Any) -> Iterator[str]:
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Mapping):
            for name, value in part.items():
                if name in {"title", "summary", "description"} and isinstance(value, str):
                    yield value
                elif name not in {"example", "examples", "default", "enum"}:
                    waiting.append(value)
        elif isinstance(part, list):
            waiting.extend(part)
