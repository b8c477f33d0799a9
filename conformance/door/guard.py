"""What may leave: decided before the first request, and asked at every one."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from conformance.contract.operations import SAFE_METHODS
from conformance.evidence import header_values
from conformance.identities import issuers
from conformance.identities.forging import IN_URL, Forged
from conformance.probe.questions import Question, is_forged
from conformance.probe.scene import Scene
from conformance.target import origin_of
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
        elsewhere = urlsplit(question.url)[:2] != self._origin
        if elsewhere and not (self._asks_plainly(question) or self.asks_another(question)):
            raise NotTested(
                Reason.NOT_AUTHORISED,
                Text(vi="địa chỉ ngoài đích kiểm thử", en="the address is outside the target"),
            )
        if not self.is_safe(question) and not self._target.permits("write"):
            raise NotTested(
                Reason.NOT_AUTHORISED,
                Text(
                    vi=f"{question.method} không được phép: cần `environment: sandbox`,"
                    " `allow: [write]` và `authorisation`",
                    en=f"{question.method} is not permitted: it needs `environment: sandbox`,"
                    " `allow: [write]` and `authorisation`",
                ),
            )

    def is_safe(self, question: Question) -> bool:
        """Whether a question changes nothing: by its method, or declared safe beforehand."""
        if any(name.lower() in _OVERRIDES for name, _ in question.headers):
            return False
        if is_forged(question.identity) and Forged.of(str(question.identity)).variant == IN_URL:
            # It leaves a true token in the target's logs: that is written, whatever the method.
            return False
        bare = question.method in SAFE_METHODS and not question.body
        return bare or self._is_safe_call(question)

    def _asks_plainly(self, question: Question) -> bool:
        """Whether a question only looks whether plain HTTP is served: a bare GET, no credentials.

        The one address beside the target's origin, and it is the same host.
        """
        bare = question.identity is None and not question.headers and not question.body
        plain = urlsplit(self._target.plain_origin)[:2]
        return (
            bare
            and question.method == "GET"
            and self._target.scheme == "https"
            and urlsplit(question.url)[:2] == plain
        )

    def asks_another(self, question: Question) -> bool:
        """Whether a question only reads what an issuer publishes on a server of its own.

        The target file names that server; how it fares tells nothing of the target.
        """
        at, named = origin_of(question.url), self._target.issuing_origins
        bare = question.identity is None and not question.body
        bare = bare and question.read_for in issuers.PUBLISHED
        away = at != origin_of(self._base) and at in named
        return bare and question.method == "GET" and away

    def _is_safe_call(self, question: Question) -> bool:
        """Whether a question really is the call of an operation that was declared safe."""
        operation = self._safe.get(question.operation or "")
        if operation is None or not question.wellformed or question.method != operation.method:
            return False
        if not operation.fits(question.url.removeprefix(self._base).partition("?")[0]):
            return False
        return operation.discriminator is None or _names(question, *operation.discriminator)


def _names(question: Question, member: str, value: str) -> bool:
    """Whether a body names one service, in a way that no reader could take for another."""
    media_type = next(iter(header_values(question.headers, "Content-Type")), "").lower()
    try:
        if "xml" in media_type:
            return _named_in_xml(question.body, member) == [value]
        body = json.loads(question.body, object_pairs_hook=_unambiguous)
    except ValueError:
        return False
    return isinstance(body, dict) and body.get(member) == value


def _named_in_xml(body: bytes, member: str) -> list[str]:
    """Return what every element of this name holds; nothing where a DTD could change it."""
    if b"<!" in body:
        return []
    try:
        root = ET.fromstring(body)  # noqa: S314  # our own body, and without a DTD
    except ET.ParseError:
        return []
    named = [node for node in root.iter() if node.tag.rpartition("}")[2] == member]
    return [(node.text or "").strip() for node in named]


def _unambiguous(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name.lower() for name, _ in pairs]
    if len(set(names)) != len(names):
        message = "a name is repeated"
        raise ValueError(message)
    return dict(pairs)
