"""Ways round a guard through another version of the same interface."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote, urlsplit, urlunsplit

from conformance import likeness
from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_VERSION = re.compile(r"(?<=/)v([0-9]{1,3})(?=/|$)", re.IGNORECASE)
_OTHER_NAMES = ("beta", "internal", "test")
_MOST = 6


@check(catalogue="AUT-031", per="target", requests=_MOST + 2, secured=True)
def other_versions_are_closed_too(probe: Probe) -> None:
    """What a version of the interface refuses strangers, no other version hands them.

    Looks for one secured read in whose address a version stands (`/v2/`). Somebody who may is
    answered there, a stranger is refused; then the stranger asks the versions before and behind,
    the first, and `beta`, `internal` and `test` in the same place. It is wrong where one of them
    answers with at least half of the data that only somebody who may is shown; other answers may
    be anything: notes that a version has ended, samples, pages (OWASP API9:2023). Not judged: old
    versions whose addresses are built otherwise, or whose data are others.
    """
    operation = _versioned(probe)
    control = probe.control(operation)
    own = _data(control)
    if not own:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"{operation.unit} không trả dữ liệu nào để so sánh",
                en=f"{operation.unit} answers no data that could be compared",
            ),
        )
    if not operation.refused(probe.call(operation, identity=None)):
        raise NotApplicable(
            Text(
                vi="phiên bản hiện hành cũng trả lời người lạ",
                en="the present version answers strangers, too",
            )
        )
    doubt = None
    question = probe.form(operation, identity=None)
    for url in list(_elsewhere(question.url))[:_MOST]:
        try:
            answer = probe.send(replace(question, url=url, operation=None, wellformed=False))
        except NotTested as outcome:
            doubt = doubt or outcome
            continue
        known = own & _data(answer) if answer.succeeded else set()
        require(
            2 * len({value for value in known if value not in unquote(url)}) < len(own),
            expected=Text(
                vi="phiên bản khác không trả dữ liệu ấy cho người lạ",
                en="no other version to answer a stranger with the same data",
            ),
            observed=Text(
                vi=f"{urlsplit(url).path} → {answer.status}, có {len(known)} giá trị trùng",
                en=f"{urlsplit(url).path} → {answer.status} with {len(known)} of its values",
            ),
            by=answer,
        )
    if doubt is not None:
        raise doubt


def _versioned(probe: Probe) -> Operation:
    """Return a secured read in whose address a version stands, and which answers.

    Raises:
        NotApplicable: there is none.
        NotTested: none of them can be called; the reason is that of the first.
    """
    at = urlsplit(probe.target.base_url).path
    found = [
        operation
        for operation in probe.scene.operations
        if operation.method == "GET" and operation.secured and not operation.certified
        if _VERSION.search(at + operation.path)
    ]
    if not found:
        raise NotApplicable(
            Text(
                vi="không có phiên bản (như /v2/) trong địa chỉ của thao tác đọc cần xác thực",
                en="no version (such as /v2/) in the address of a secured read",
            )
        )
    found.sort(key=lambda o: (not o.personal, any(p.place == "path" for p in o.parameters)))
    why: NotTested | None = None
    for operation in found:
        try:
            answer = probe.baseline(operation)
        except NotTested as outcome:
            why = why or outcome
            continue
        if operation.succeeded(answer):
            return operation
        why = why or probe.why_no_success(operation, answer)
    assert why is not None  # noqa: S101  # each one left a reason
    raise why


def _elsewhere(url: str) -> Iterator[str]:
    """Yield the address of the same thing in other versions: numbers first, then other names."""
    at = urlsplit(url)
    here = _VERSION.search(at.path)
    if here is None:
        return
    number, mark = int(here[1]), here[0][0]
    others = dict.fromkeys(n for n in (number - 1, number + 1, 1) if n > 0 and n != number)
    for name in (*(f"{mark}{n}" for n in others), *_OTHER_NAMES):
        path = at.path[: here.start()] + name + at.path[here.end() :]
        yield urlunsplit(at._replace(path=path))


def _data(answer: Exchange) -> set[str]:
    """Return the texts that an answer holds; of a list those of its entries."""
    if not answer.is_json:
        return set()
    value = answer.json()
    return likeness.values(likeness.entries(value)) or likeness.values(value)
