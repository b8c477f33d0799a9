"""What may leave: decided before the first request, and asked at every one."""

from __future__ import annotations

from urllib.parse import urlsplit

from conformance import packets
from conformance.contract import SAFE_METHODS, Operation
from conformance.evidence import header_values
from conformance.probe import Question, Scene
from conformance.text import Text
from conformance.verdict import NotTested, Reason

# Headers by which some servers let one method stand for another.
_OVERRIDES = frozenset({"x-http-method-override", "x-http-method", "x-method-override"})


class Guard:
    """Lets a request pass or not: origin, method, and what is declared safe beforehand."""

    def __init__(self, scene: Scene) -> None:
        self._target = scene.target
        self._origin = urlsplit(scene.target.base_url)[:2]
        self._base = scene.target.base_url
        self._safe = {o.unit: o for o in scene.operations if o.safe}

    def check(self, question: Question) -> None:
        """Raise `NotTested(not_authorised)` where the request may not leave."""
        if urlsplit(question.url)[:2] != self._origin:
            raise NotTested(
                Reason.NOT_AUTHORISED,
                Text(vi="địa chỉ ngoài đích kiểm thử", en="the address is outside the target"),
            )
        overrides = any(name.lower() in _OVERRIDES for name, _ in question.headers)
        if question.method in SAFE_METHODS and not question.body and not overrides:
            return
        if self._is_safe_call(question) and not overrides:
            return
        if not self._target.permits("write"):
            raise NotTested(
                Reason.NOT_AUTHORISED,
                Text(
                    vi=f"{question.method} không được phép: cần `environment: sandbox`,"
                    " `allow: [write]` và `authorisation`",
                    en=f"{question.method} is not permitted: it needs `environment: sandbox`,"
                    " `allow: [write]` and `authorisation`",
                ),
            )

    def _is_safe_call(self, question: Question) -> bool:
        """Whether a question really is the call of an operation that was declared safe."""
        operation = self._safe.get(question.operation or "")
        if operation is None or not question.wellformed or question.method != operation.method:
            return False
        fits = operation.fits(question.url.removeprefix(self._base).partition("?")[0])
        return fits and _names_its_service(question, operation)


def _names_its_service(question: Question, operation: Operation) -> bool:
    """Whether the body asks for the very service of an operation, where its path has many."""
    if operation.discriminator is None:
        return True
    member, value = operation.discriminator
    media_type = ",".join(header_values(question.headers, "Content-Type"))
    packet = packets.parsed(question.body, media_type) or {}
    return packet.get(member) == value
