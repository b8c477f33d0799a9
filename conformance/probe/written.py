"""What was written: which members of a body can be looked for, and where they are shown."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.contract import Contract, texts
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import Probe


def members(probe: Probe, operation: Operation, contract: Contract) -> list[tuple[str, int]]:
    """Return the members to try, and how many letters they hold."""
    found = texts.echoed(operation, contract)
    if not found and texts.untold(operation, contract):
        # Nobody promised that they come back: the answer itself shows which do.
        found = texts.written(operation, contract)
    # What only a schema names may be made by the server, such as a name that follows the path.
    given = probe.example_body(operation) if found else {}
    return sorted(found.items(), key=lambda pair: pair[0] not in given)


def shown_after(probe: Probe, answer: Exchange) -> Iterator[Exchange]:
    """Yield an answer to a write, and what is read at the place that it speaks of."""
    yield answer
    made = answer.request.method == "POST"
    place = probe.placed(answer, answer.header("Location") if made else answer.request.url)
    reader = next((o for o in probe.scene.operations if o.method == "GET" and o.fits(place)), None)
    if place and reader is not None:
        read = probe.read_again(reader, probe.target.base_url + place, answer)
        if read.succeeded:
            yield read
