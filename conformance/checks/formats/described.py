"""The values of an answer that the contract gives a format, as a check may look at them."""

from __future__ import annotations

from typing import Any

from conformance.contract import Contract, formatted
from conformance.contract.operations import UNREADABLE, Operation, unreadable
from conformance.evidence import Exchange
from conformance.privacy.hidden import Hidden
from conformance.text import Text
from conformance.trees import holds_token
from conformance.verdict import NotApplicable


def of_format(
    wanted: str, answer: Exchange, operation: Operation, contract: Contract
) -> list[tuple[str, Any]]:
    """Return every value that the contract gives a format, with its JSON pointer.

    Values of secrets, which are in no record, are left out; nulls as well.

    Raises:
        NotTested: a reference leads nowhere.
        NotApplicable: the body is not described, or has no such value.
    """
    found = of_formats(frozenset({wanted}), answer, operation, contract)
    if not found:
        raise NotApplicable(Text(vi=f"không có giá trị kiểu {wanted}", en=f"no {wanted} value"))
    return [(path, value) for path, value, _ in found]


def of_formats(
    wanted: frozenset[str], answer: Exchange, operation: Operation, contract: Contract
) -> list[tuple[str, Any, str]]:
    """Return every value that the contract gives one of these formats: JSON pointer, value, format.

    Raises:
        NotTested: a reference leads nowhere.
        NotApplicable: the body is not described.
    """
    documented = operation.documented(answer.status) or {}
    if UNREADABLE in documented:
        raise unreadable()
    pointer = operation.schema_at(answer.status, answer.media_type)
    body = answer.json() if pointer else None
    if pointer is None or body is None:
        raise NotApplicable(
            Text(
                vi="đặc tả giao diện không mô tả nội dung này",
                en="the contract does not describe this body",
            )
        )
    found = formatted.values(contract, wanted, body, pointer)
    return [each for each in found if _is_shown_or_noted(each[1])]


def told(path: str, value: Any) -> Text | str:
    """Return where a value stands and what it is, unless it is hidden."""
    if isinstance(value, Hidden) or holds_token(value):
        return Text(vi=f"{path}: giá trị đã được che", en=f"{path}: a hidden value")
    return f"{path}: {value!r}"


def _is_shown_or_noted(node: Any) -> bool:
    """Whether there is a value to judge: a secret in its place, without facts, is none."""
    return node is not None and (isinstance(node, Hidden) or not _is_secret(node))


def _is_secret(node: Any) -> bool:
    return isinstance(node, str) and holds_token(node)
