"""Bodies against the schema that a contract has for them.

Judged at the door where values of a body are not shown, else by the law; in one place, so that
both judge alike. A finding names the place and the rule, never the value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from conformance import nesting
from conformance.contract import Contract
from conformance.contract.breaches import Breach
from conformance.contract.operations import Operation
from conformance.errors import ContractError
from conformance.evidence import Exchange
from conformance.text import Text
from conformance.trees import integer, too_deep
from conformance.verdict import NotApplicable, Reason, Unread

_BEYOND = Text(vi="có số vượt quá mọi phép tính", en="a number is beyond all arithmetic")


def pointer(operation: Operation, status: int, media_type: str) -> str | None:
    """Return where the schema of a body stands in the contract; None where there is none."""
    return operation.schema_at(status, media_type)


@dataclass(frozen=True)
class Shape:
    """How a body fits its schema; `open` says why that cannot be told."""

    pointer: str
    breaches: tuple[Breach, ...] = ()
    open: Text | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the fact `schema` of an exchange."""
        listed = [[b.path, b.rule, b.wanted] for b in self.breaches]
        why = self.open.as_json() if self.open else None
        return {"pointer": self.pointer, "breaches": listed, "open": why}

    @classmethod
    def of(cls, noted: Mapping[str, Any]) -> Shape:
        """Read the shape that `as_json` writes."""
        why = Text(**noted["open"]) if noted["open"] else None
        return cls(noted["pointer"], tuple(Breach(*b) for b in noted["breaches"]), why)


def look(
    contract: Contract, pointer: str, body: bytes, shown: Callable[[str], str] = str
) -> Shape | None:
    """Return how a body fits a schema; None where it is not JSON at all.

    Args:
        contract: whose schema it is.
        pointer: where the schema stands.
        body: the body as it came.
        shown: how names of members may be told.
    """
    try:
        instance = nesting.loads(body.decode("utf-8"), parse_int=integer, parse_float=Decimal)
        return Shape(pointer, tuple(contract.breaches(pointer, instance, shown=shown)))
    except ContractError as error:
        return Shape(pointer, open=error.what)
    except ArithmeticError:
        return Shape(pointer, open=_BEYOND)
    except nesting.TooDeepError:
        return Shape(pointer, open=too_deep().because)
    except ValueError:
        return None


def of(answer: Exchange, contract: Contract, pointer: str) -> Shape:
    """Return how an answer's body fits a schema: as the door noted it, or as it is shown.

    Raises:
        NotApplicable: it is not JSON.
        NotTested: nobody noted it, or it cannot be told.
    """
    noted = answer.facts.get("schema")
    if noted is not None and noted["pointer"] == pointer:
        found: Shape | None = Shape.of(noted)
    else:
        # Values may be hidden without a note: then this ends in `redacted`.
        body = answer.shown_body if answer.shown_json() is None else answer.body
        found = look(contract, pointer, body)
    if found is None:
        raise NotApplicable(Text(vi="không phải JSON đúng", en="not proper JSON"))
    if found.open:
        raise Unread(Reason.INCONCLUSIVE, found.open)
    return found
