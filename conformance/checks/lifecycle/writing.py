"""How these checks write: recognisably, as who may, into things of their own where they can."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from conformance.checks.lifecycle import resources
from conformance.checks.lifecycle.resources import Place, Resource
from conformance.contract import Contract, texts
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.probe.forming import ACCEPT
from conformance.probe.questions import Question
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_LATER = 202
_FRESH_READ = (("Cache-Control", "no-cache"),)


@dataclass(frozen=True)
class Made:
    """Something that was created: what was answered, and where it is."""

    resource: Resource
    answer: Exchange
    place: Place


@dataclass
class Pen:
    """Calls operations that write, with a text in what they send that says whose it is.

    Where that text is refused at first, the same is sent once more without it, and so is all else.

    Attributes:
        probe: who asks.
        contract: what says where a free text is.
    """

    probe: Probe
    contract: Contract
    _marks: dict[str, bool] = field(default_factory=dict)

    def write(
        self,
        operation: Operation,
        members: Mapping[str, Any] = _NOTHING,
        made: Made | None = None,
    ) -> Exchange:
        """Call an operation.

        Args:
            operation: what writes.
            members: members to set in the body.
            made: the thing to write to; None for what the target file names.
        """
        known = self._marks.get(operation.unit)
        mark = {} if known is False else marked(self.probe, operation, self.contract, members)
        answer = _sent(self.probe, operation, {**mark, **members}, made)
        if mark and known is None and is_refusal(answer):
            mark = {}
            answer = _sent(self.probe, operation, members, made)
        if answer.succeeded:
            self._marks.setdefault(operation.unit, bool(mark) or not members)
        return answer


def create(pen: Pen, resource: Resource, members: Mapping[str, Any] = _NOTHING) -> Made:
    """Create something, and find out where it is.

    Raises:
        NotApplicable: it is created later, if at all (202).
        NotTested: it is not created, or the answer does not tell where.
    """
    answer = pen.write(resource.creator, members)
    done(pen.probe, resource.creator, answer)
    return Made(resource, answer, resources.place(pen.probe.scene, resource, answer))


def done(probe: Probe, operation: Operation, answer: Exchange) -> Exchange:
    """Return an answer by which something was done.

    Raises:
        NotApplicable: it is done later, if at all (202).
        NotTested: it was refused.
    """
    if answer.status == _LATER:
        raise NotApplicable(
            Text(vi="202: yêu cầu được xử lý sau", en="202: the request is carried out later")
        )
    if not operation.succeeded(answer):
        raise probe.why_no_success(operation, answer)
    return answer


def read(probe: Probe, made: Made) -> Exchange:
    """Read what was created, as who created it, past caches.

    Raises:
        NotTested: who created it need not be allowed to read it.
    """
    reader, url = made.resource.reader, probe.target.base_url + made.place.path
    assert reader is not None  # noqa: S101  # whoever reads has looked
    strange = made.answer.identity is None and reader.guarded
    if strange or (reader.privileged and not made.resource.creator.privileged):
        raise NotTested(
            Reason.NO_CREDENTIALS,
            Text(
                vi=f"người tạo không đương nhiên được đọc bằng {reader.unit}",
                en=f"who creates it need not be allowed to call {reader.unit}",
            ),
        )
    return probe.read_again(reader, url, made.answer, _FRESH_READ)


def removing(probe: Probe, made: Made) -> Question:
    """Return the question that deletes something that this run created, and nothing else.

    Raises:
        NotTested: the operation wants more than the address.
    """
    remover = made.resource.remover
    assert remover is not None  # noqa: S101  # whoever removes has looked
    given = probe.scene.examples(remover)
    owner = (given or {}).get("owner", made.answer.identity)
    if given is not None:
        formed = probe.form(remover, identity=owner, values=made.place.values)
        return replace(formed, url=probe.target.base_url + made.place.path + _query(formed.url))
    wants = [p.name for p in remover.parameters if p.required and p.place != "path"]
    wants += ["body"] if remover.request_required else []
    if wants:
        raise NotTested(
            Reason.NO_TEST_DATA,
            Text(
                vi=f"{remover.unit} còn cần {', '.join(wants)}: thêm vào"
                f" `examples: {{{remover.id}: …}}`",
                en=f"{remover.unit} wants {', '.join(wants)} as well: add it to"
                f" `examples: {{{remover.id}: …}}`",
            ),
        )
    url = probe.target.base_url + made.place.path
    return Question("DELETE", url, (ACCEPT,), b"", owner, operation=remover.unit)


def is_refusal(answer: Exchange) -> bool:
    """Whether an answer refuses what was sent (4xx)."""
    return 400 <= answer.status < 500  # the class of statuses itself


def marked(
    probe: Probe, operation: Operation, contract: Contract, bent: Mapping[str, Any]
) -> dict[str, str]:
    """Return the roomiest free text of a body with words that say who sent it; none if bent."""
    roomy = texts.written(operation, contract)
    if not roomy:
        return {}
    given = probe.example_body(operation)
    name = next((name for name in roomy if isinstance(given.get(name), str)), None)
    if name is None or name in bent:
        return {}
    said = f"Hồ sơ thử {probe.own_word()} của bộ kiểm thử tuân thủ"
    return {name: said[: roomy[name]].rstrip()}


def _sent(
    probe: Probe, operation: Operation, members: Mapping[str, Any], made: Made | None
) -> Exchange:
    if made is None:
        return probe.call(operation, members=members)
    owner = (probe.scene.examples(operation) or {}).get("owner", made.answer.identity)
    question = probe.form(operation, identity=owner, values=made.place.values, members=members)
    url = probe.target.base_url + made.place.path + _query(question.url)
    return probe.send(replace(question, url=url, operation=operation.unit))


def _query(url: str) -> str:
    _, mark, query = url.partition("?")
    return mark + query
