"""A field is there when another one says so, and not before."""

from __future__ import annotations

from conformance.check import law, require
from conformance.evidence import Exchange
from conformance.fields import plain, records
from conformance.mapping import Held, Mapped
from conformance.text import Text
from conformance.verdict import NotApplicable


@law(catalogue="DAT-002", per="target", on="2xx")
def fields_are_told_when_due(
    answer: Exchange,
    mapping: Mapped,
    *,
    field: str = "",
    when: str = "",
    of: tuple[str, ...] = (),
) -> None:
    """What a record owes in its state, it tells.

    Looks at records whose field `when` has one of the values `of`, or any value where none is
    given: there `field` is there and not empty (which is owed when is a matter of the
    requirement's norm).
    """
    due = [held for held in _having(answer, mapping, when, field) if _in(held, when, of)]
    if not due:
        raise _nobody(when, of)
    for held in due:
        require(
            held.one(field) is not None,
            expected=Text(vi=f"có {field} ở trạng thái này", en=f"a {field} in this state"),
            observed=f"{held.place}: {when} = {_shown(held, when)}",
        )


@law(catalogue="DAT-002", per="target", on="2xx")
def fields_are_kept_back_until_due(
    answer: Exchange,
    mapping: Mapped,
    *,
    field: str = "",
    when: str = "",
    of: tuple[str, ...] = (),
) -> None:
    """What cannot be known in a state, a record does not tell.

    Looks at records whose field `when` has one of the values `of`: there `field` is missing or
    empty (which is due when is a matter of the requirement's norm).
    """
    early = [held for held in _having(answer, mapping, when, field) if _in(held, when, of)]
    if not early:
        raise _nobody(when, of)
    for held in early:
        require(
            held.one(field) is None,
            expected=Text(vi=f"chưa có {field} ở trạng thái này", en=f"no {field} in this state"),
            observed=f"{held.place}: {when} = {_shown(held, when)}",
        )


def _having(answer: Exchange, mapping: Mapped, when: str, field: str) -> list[Held]:
    return [h for h in records(answer, mapping, when, field) if h.one(when) is not None]


def _in(held: Held, when: str, of: tuple[str, ...]) -> bool:
    return not of or plain(held.one(when)) in of


def _shown(held: Held, when: str) -> str:
    return plain(held.one(when))


def _nobody(when: str, of: tuple[str, ...]) -> NotApplicable:
    told = ", ".join(of) or "…"
    return NotApplicable(
        Text(vi=f"không có bản ghi nào có {when} là {told}", en=f"no record has a {when} of {told}")
    )
