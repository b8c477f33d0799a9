"""One record in several representations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance import packets
from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.likeness import Told, differing_names
from conformance.packets import JSON
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable


def _in_both(_: Any, operation: Any) -> bool:
    return operation is not None and _xml(operation) is not None


@check(catalogue="DAT-031", per="operation", requests=3, methods=["GET"], applies=_in_both)
def xml_says_what_json_says(probe: Probe, operation: Operation) -> None:
    """A read says the same in XML as in JSON.

    Asks twice for JSON and once for XML where the contract names both: the answer in XML is
    well-formed, declares no document type, and has the named texts and whole numbers of JSON,
    wherever they stand. What changes between the two is left out, and so are fractions and truth
    values, which XML may write otherwise (XML 1.0, section 2.1; RFC 9110, section 12.5.1).
    """
    first, again = (_told(_asked(probe, operation, JSON)) for _ in range(2))
    answer = _asked(probe, operation, _xml(operation) or "")
    require(
        packets.is_xml(answer.media_type),
        expected=Text(vi="trả lời dạng XML", en="an answer in XML"),
        observed=f"{answer.status} {answer.media_type}",
    )
    flaw = packets.flaw_of_xml(answer.body)
    require(
        flaw is None,
        expected=Text(
            vi="XML đúng cú pháp, không có DOCTYPE", en="well-formed XML without a DOCTYPE"
        ),
        observed=flaw,
    )
    differing = differing_names(first, _told(answer), again)
    require(
        not differing,
        expected=Text(vi="XML và JSON cùng nội dung", en="the same content in XML and JSON"),
        observed=", ".join(sorted(differing)[:5]),
    )


def _xml(operation: Operation) -> str | None:
    """Return the media type of XML that a read answers beside JSON."""
    named = [
        name for status, types in operation.responses.items() if status[:1] == "2" for name in types
    ]
    return next(filter(packets.is_xml, named), None) if JSON in named else None


def _asked(probe: Probe, operation: Operation, media_type: str) -> Exchange:
    answer = probe.call(operation, headers=(("Accept", media_type),))
    if not operation.succeeded(answer):
        raise probe.why_no_success(operation, answer)
    return answer


def _told(answer: Exchange) -> Told:
    found = packets.of(answer)
    if found is None:
        raise NotApplicable(Text(vi="trả lời không phải đối tượng", en="the answer is no object"))
    inexact = {name for name, value in _members(found) if isinstance(value, bool | float)}
    return packets.told(found, without=tuple(inexact))


def _members(found: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for part in packets.objects(found):
        yield from part.items()
