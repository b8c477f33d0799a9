"""Input that is an address: what a caller names is not fetched on the caller's behalf."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from conformance.check import check, require
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import Probe
from conformance.probe.scene import Scene
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Outcome, Reason

LOOPBACK = "http://127.0.0.1:1/"
METADATA = "http://169.254.169.254/latest/meta-data/"
FILE = "file:///etc/passwd"
INTERNAL = (LOOPBACK, METADATA, FILE)
# What fetching leaves in an answer, in words that only a client of HTTP or a file has; that a
# connection "is refused" may be said of a policy, too.
_TRACES = re.compile(
    r"\bECONNREFUSED\b|\[Errno (?:111|61)\]|\[WinError 10061\]|java\.net\.ConnectException"
    r"|\bdial tcp 127\.0\.0\.1:1\b|Failed to connect to 127\.0\.0\.1 port 1\b"
    r"|actively refused it|\broot:[^:\n]{0,100}:0:0:"
    r"|^(?:ami-id|instance-id|local-ipv4)\s*$",
    re.MULTILINE,
)
_FORMATS = frozenset({"uri", "url", "iri", "uri-reference", "iri-reference"})
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_ADDRESSES = frozenset({"url", "uri", "link", "href", "webhook", "callback", "endpoint"})
# Addresses that are there to be called, by agreement.
_CALLED = frozenset({"webhook", "callback", "hook", "notify", "notification"})
_WRITING = frozenset({"POST", "PUT", "PATCH"})


def _has_addresses(scene: Scene, _: object) -> bool:
    return bool(_all(scene))


def _has_callbacks(scene: Scene, _: object) -> bool:
    return any(place.is_registered for place in _all(scene))


@check(
    catalogue="INJ-006",
    per="target",
    safety="intrusive",
    requests=len(INTERNAL) + 3,
    times="max_params",
    applies=_has_addresses,
)
def addresses_are_not_fetched(probe: Probe, *, max_params: int = 1) -> None:
    """A caller cannot make the server fetch an address of the caller's choice.

    Takes `max_params` parameters of GET operations and members of JSON bodies that are addresses,
    by their format or name. Sends addresses of the server itself (a port that nobody listens at),
    of a cloud's metadata and of a local file, and, where `network.collector` of the target file
    says where the tester listens, an address there. Broken where an answer has the trace of such a
    fetch and the answer to a name that does not exist has none, or where the collector was asked
    for; callbacks call out by agreement, so for them the collector decides nothing. Without
    either it holds where the three addresses are refused (4xx), or where the collector saw nobody
    within two seconds; an address that was accepted and that nobody can see fetched stays open
    (OWASP ASVS 5.0, 1.3.6; OWASP API7:2023). Not judged: fetches that come later.
    """
    _each(_found(probe, lambda _: True, max_params), lambda place: _is_not_fetched(probe, place))


@check(
    catalogue="INJ-006",
    per="target",
    safety="intrusive",
    requests=3,
    times="max_params",
    applies=_has_callbacks,
)
def internal_callbacks_are_refused(probe: Probe, *, max_params: int = 1) -> None:
    """A callback to the server's own machine or network is refused when it is registered.

    Takes `max_params` addresses whose names say that they are called (webhook, callback) in the
    bodies of POST, PUT and PATCH. Sends the example, which has to succeed, then an address of the
    loopback and one of a cloud's metadata: both are answered with 4xx. Whoever only looks when it
    calls may be as safe, and cannot be seen to be (OWASP ASVS 5.0, 1.3.6; OWASP API7:2023).
    """
    places = _found(probe, lambda place: place.is_registered, max_params)

    def look(place: _Place) -> None:
        probe.control(place.operation)
        for address in (LOOPBACK, METADATA):
            answer = place.ask(probe, address)
            _unbroken(answer, place)
            require(
                not place.operation.succeeded(answer),
                expected=Text(
                    vi="địa chỉ nội bộ bị từ chối khi đăng ký nhận thông báo",
                    en="an internal address to be refused when it is registered",
                ),
                observed=f"{place.name}: {address} → {answer.status}",
            )

    _each(places, look)


@dataclass(frozen=True)
class _Place:
    """A parameter of the query of a GET operation, or a member of a JSON body."""

    operation: Operation
    member: str

    @property
    def name(self) -> str:
        return f"{self.operation.unit}, {self.member}"

    @property
    def written(self) -> bool:
        return self.operation.method != "GET"

    @property
    def is_called(self) -> bool:
        return bool(_words(self.member) & _CALLED)

    @property
    def is_registered(self) -> bool:
        return self.is_called and self.written

    def ask(self, probe: Probe, address: str, word: str = "") -> Exchange:
        operation, who = self.operation, probe.allowed(self.operation)
        if self.written:
            question = probe.form(operation, identity=who, members={self.member: address})
        else:
            question = probe.form(operation, identity=who, values={self.member: address})
        return probe.send(
            replace(question, operation=operation.unit, wellformed=False, collects=word)
        )


def _is_not_fetched(probe: Probe, place: _Place) -> None:
    probe.control(place.operation)
    usual = _text(place.ask(probe, f"http://{probe.canary()}.invalid/"))
    accepted = ""
    for address in INTERNAL:
        try:
            answer = place.ask(probe, address)
        except NotTested as outcome:
            if outcome.reason is Reason.BLOCKED:  # stopped in front of it
                continue
            raise
        trace = _TRACES.search(_text(answer))
        require(
            trace is None or trace[0] in usual,
            expected=_NOT_FETCHED,
            observed=f"{place.name}: {address} → {trace[0] if trace else ''}",
        )
        if not 400 <= answer.status < 500:  # RFC 9110, section 15.5
            accepted = accepted or f"{address} → {answer.status}"
    word = probe.canary()
    collecting = probe.collecting(word)
    if collecting is not None and not place.is_called:
        answer = place.ask(probe, collecting, word)
        require(not answer.fetched, expected=_NOT_FETCHED, observed=f"{place.name}: {collecting}")
        return
    if accepted:
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"{place.name}: {accepted}; không nhìn thấy được địa chỉ có bị tải hay không,"
                " trừ khi tệp đích nêu `network.collector`",
                en=f"{place.name}: {accepted}; whether it was fetched shows only where the target"
                " file names `network.collector`",
            ),
        )


_NOT_FETCHED = Text(
    vi="hệ thống không tải địa chỉ do bên gọi nêu",
    en="the server not to fetch an address that a caller names",
)


def _text(answer: Exchange) -> str:
    return answer.body.decode("utf-8", "replace")


def _unbroken(answer: Exchange, place: _Place) -> None:
    if answer.status >= 500:  # RFC 9110, section 15.6
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"{place.name}: máy chủ trả lời {answer.status}",
                en=f"{place.name}: the server answered {answer.status}",
            ),
        )


# --- which of them --------------------------------------------------------------------------------


def _found(probe: Probe, wanted: Callable[[_Place], bool], most: int) -> list[_Place]:
    found = [place for place in _all(probe.scene) if wanted(place)]
    if not found:
        raise NotApplicable(
            Text(
                vi="đặc tả giao diện không có tham số hay thành phần nào là địa chỉ thuộc loại này",
                en="no parameter or member of the contract is an address of this kind",
            )
        )
    chosen = found[:most]
    names = "; ".join(place.name for place in chosen)
    probe.note(
        Text(
            vi=f"đã xét {len(chosen)} trong {len(found)} địa chỉ: {names}",
            en=f"{len(chosen)} of {len(found)} addresses looked at: {names}",
        )
    )
    return chosen


def _all(scene: Scene) -> list[_Place]:
    return [place for operation in scene.operations for place in _places(scene, operation)]


def _places(scene: Scene, operation: Operation) -> list[_Place]:
    if operation.method == "GET":
        schemas = {p.name: p.schema for p in operation.parameters if p.place == "query"}
    elif operation.method in _WRITING and not operation.ends_session:
        content = next((c for t, c in operation.request_types.items() if "json" in t.lower()), None)
        schema = content.get("schema") if isinstance(content, Mapping) else None
        schemas = scene.contract.members(schema) if schema is not None else {}
    else:
        return []
    found = [name for name, schema in schemas.items() if _is_an_address(name, schema)]
    return [_Place(operation, name) for name in found]


def _is_an_address(name: str, schema: Mapping[str, Any]) -> bool:
    if not isinstance(schema, Mapping) or {"enum", "const"} & set(schema):
        return False
    kind = schema.get("type", "string")
    if kind != "string" and "string" not in (kind if isinstance(kind, list) else ()):
        return False
    return schema.get("format") in _FORMATS or bool(_words(name) & _ADDRESSES)


def _words(name: str) -> set[str]:
    return {word.lower() for word in _WORDS.findall(name)}


def _each(found: Iterable[_Place], look: Callable[[_Place], None]) -> None:
    """Look at every place, also where another one leaves the question open."""
    why: Outcome | None = None
    for place in found:
        try:
            look(place)
        except NotTested as outcome:
            why = why or outcome
    if why is not None:
        raise why
