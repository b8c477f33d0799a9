"""Input in JSON that is shaped to harm: deep, told twice, or meant for the language behind it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Annotated, Any

from conformance import envelopes
from conformance.check import Lower, check, require
from conformance.contract import Contract, parts
from conformance.contract.operations import Operation
from conformance.evidence import Exchange
from conformance.probe import Probe, written
from conformance.probe.scene import Scene
from conformance.text import Text
from conformance.verdict import NotApplicable, NotTested, Reason

LISTS, OBJECTS = 10_000, 5_000
_WRITING = frozenset({"POST", "PUT", "PATCH"})
# Whoever answers so need not have looked into the body.
_NOT_READ = frozenset({401, 403, 404, 405, 407, 410, 415, 429})
_BROKEN = 500
_MOST = 2


def _takes_json(scene: Scene, _: object) -> bool:
    return any(True for _ in _of_json(scene))


@check(
    catalogue="FUZ-014",
    per="target",
    safety="intrusive",
    # Two documents, and the usual call before and after them, at one operation or another.
    requests=4 * _MOST,
    applies=_takes_json,
)
def deep_documents_do_no_harm(probe: Probe, *, max_seconds: Annotated[int, Lower] = 5) -> None:
    """A document of JSON that is nested very deep neither breaks nor holds up its reader.

    Takes an operation whose body is JSON, one that reads before others. Between two calls as the
    contract means them, of which the first has to succeed, sends 10 000 lists inside each other and
    5 000 objects. Broken where one is answered with 5xx, or not within `max_seconds` while the
    usual calls are. A refusal is right, and so is to take it. Where nothing comes at all the
    question is left open: a worker may have died, or a firewall have done its duty. What is refused
    for the caller, the address or the media type need not have been read (OWASP ASVS 5.0, 15.2.2;
    CWE-674; RFC 8259, section 9: a parser may limit the depth).
    """

    def look(operation: Operation) -> None:
        before = probe.control(operation)
        name = json.dumps(next(iter(probe.example_body(operation)), "a")).encode()
        deep = b"[" * LISTS + b"]" * LISTS, (b"{%s:" % name) * OBJECTS + b"1" + b"}" * OBJECTS
        answers = [probe.call(operation, body=body, wellformed=False) for body in deep]
        for answer in answers:
            require(
                answer.status < _BROKEN,
                expected=Text(
                    vi="tài liệu lồng sâu bị từ chối, không làm hỏng máy chủ",
                    en="a deep document to be refused, not to break the server",
                ),
                observed=f"{operation.unit}: {answer.status}",
                by=answer,
            )
        slowest = max(answers, key=_seconds)
        if _seconds(slowest) > max_seconds:
            usual = max(_seconds(before), _seconds(probe.call(operation)))
            require(
                usual > max_seconds,
                expected=Text(
                    vi=f"trả lời trong {max_seconds} giây",
                    en=f"an answer within {max_seconds} seconds",
                ),
                observed=Text(vi=f"{operation.unit}: lâu hơn", en=f"{operation.unit}: longer"),
                by=slowest,
            )
        _be_read(operation, *answers)

    _until_decided(probe, look)


@check(
    catalogue="FUZ-015",
    per="target",
    safety="write",
    # Twice a member twice, what is read after each, and the control.
    requests=5 * _MOST,
    applies=_takes_json,
)
def repeated_members_are_read_alike(probe: Probe, contract: Contract) -> None:
    """A member that stands twice in a body is refused, or read alike everywhere and every time.

    Takes an operation whose body has a free text that answers show. Sends it with two different
    texts under one name, twice. A refusal is right, if the same body without the repetition is
    taken. Else the answer and what is read where the result lies show the same one of the two, the
    first or the last, and so they do the second time: parsers that choose differently let a caller
    tell the gateway one thing and the application another. An error of the server is wrong, too
    (RFC 8259, section 4; RFC 7493, section 2.3; OWASP ASVS 5.0, 1.5.3).
    """
    usual = Text(
        vi="thành phần lặp lại bị từ chối, hoặc luôn được đọc theo một cách",
        en="a repeated member to be refused, or read in one way always",
    )

    def look(operation: Operation) -> None:
        name, most = next(iter(written.members(probe, operation, contract)), ("", 0))
        if not name:
            raise NotApplicable(
                Text(
                    vi="không có chuỗi ký tự tự do nào vừa được gửi vừa được trả lại",
                    en="no free string is both sent and answered",
                )
            )
        seen: list[str] = []
        for _ in range(2):
            first, last = (f"{probe.own_word()} hai lan"[:most].rstrip() for _ in range(2))
            who = probe.allowed(operation)
            body = probe.form(operation, identity=who, members={name: first}).body
            if not body.rstrip().endswith(b"}"):
                raise _nothing_shown(operation)
            member = f", {json.dumps(name)}: {json.dumps(last)}}}".encode()
            answer = probe.call(
                operation, body=body.rstrip()[:-1] + member, members={name: first}, wellformed=False
            )
            if not answer.succeeded:
                _be_refused(probe, operation, {name: first}, answer, usual)
                # Taken at first and refused afterwards, it was refused for what it is by then.
                if not seen:
                    return
                break
            for told in written.shown_after(probe, answer):
                shown = envelopes.content(told.json(), envelopes.sent_in(body)).get(name)
                seen += ["first"] if shown == first else ["last"] if shown == last else []
                require(
                    len(set(seen)) <= 1,
                    expected=usual,
                    observed=Text(
                        vi=f"{operation.unit}, {name}: khi thì giá trị đầu, khi thì giá trị sau",
                        en=f"{operation.unit}, {name}: now the first value, now the last",
                    ),
                    by=told,
                )
        if not seen:
            raise _nothing_shown(operation)
        probe.note(
            Text(vi=f"{name}: giá trị đầu được lấy", en=f"{name}: the first value is taken")
            if seen[0] == "first"
            else Text(vi=f"{name}: giá trị sau được lấy", en=f"{name}: the last value is taken")
        )

    _until_decided(probe, look)


# What Express takes the indentation of its answers from, where nobody set it.
_SETTING, _WIDE = "json spaces", 7
_INDENTED = re.compile(rb"^[\[{]\r?\n {7}[^ \r\n]")


@check(
    catalogue="INJ-012",
    per="target",
    safety="intrusive",
    # The usual read; two ways to write, each read and, where it took, undone.
    requests=2 + 4 * _MOST,
    applies=_takes_json,
)
def prototypes_stay_untouched(probe: Probe) -> None:
    """What a caller sends sets nothing for all objects of the server's language.

    Takes an operation whose body is JSON. Sends its example with a member `__proto__`, then with
    `constructor` and `prototype`, in which stands the setting by which Express indents its answers,
    by seven. Broken where a later read, which was not indented so before, is: the member went into
    the prototype of all objects of JavaScript, and could as well have set who is an administrator.
    Then the setting is sent as 0, which undoes what shows; a server that was broken is best started
    anew. Servers that are no such thing drop or refuse the member (OWASP ASVS 5.0, 15.3.6;
    CWE-1321). Not judged: prototypes that show in nothing.
    """
    reader = probe.first_read()
    if reader is None:
        raise NotApplicable(
            Text(vi="không có thao tác GET nào", en="the contract has no GET operation")
        )
    before = probe.control(reader)
    if _INDENTED.match(before.body) or not isinstance(before.json(), dict | list):
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"{reader.unit}: trả lời không cho thấy được độ thụt dòng",
                en=f"{reader.unit}: its answer cannot show how it is indented",
            ),
        )
    ways: tuple[Callable[[int], dict[str, Any]], ...] = (
        lambda width: {"__proto__": {_SETTING: width}},
        lambda width: {"constructor": {"prototype": {_SETTING: width}}},
    )

    def look(operation: Operation) -> None:
        answers = []
        for way in ways:
            answers.append(probe.call(operation, members=way(_WIDE), wellformed=False))
            after = probe.control(reader)
            if _INDENTED.match(after.body):
                probe.call(operation, members=way(0), wellformed=False)
            require(
                not _INDENTED.match(after.body),
                expected=Text(
                    vi="thành phần nội dung không đặt được thuộc tính cho mọi đối tượng",
                    en="no member of a body to set something for all objects",
                ),
                observed=f"{operation.unit}: {', '.join(way(_WIDE))}",
                by=after,
            )
        _be_read(operation, *answers)

    _until_decided(probe, look)


# --- which operations -----------------------------------------------------------------------------


def _of_json(scene: Scene) -> Iterator[Operation]:
    for operation in scene.operations:
        typed = any(parts.is_json(name) for name in operation.request_types)
        if operation.method in _WRITING and typed and not operation.ends_session:
            yield operation


def _until_decided(probe: Probe, look: Callable[[Operation], None]) -> None:
    """Look at operations with JSON, those that read first, until one of them decides it."""
    found = sorted(_of_json(probe.scene), key=lambda o: (not o.reads, o.privileged, "{" in o.path))
    why: NotTested | None = None
    apart: NotApplicable | None = None
    for operation in found[:_MOST]:
        try:
            look(operation)
        except NotTested as outcome:
            why = why or outcome
        except NotApplicable as outcome:
            apart = apart or outcome
        else:
            return
    nobody = Text(vi="không thao tác nào nhận JSON", en="no operation takes JSON")
    raise why or apart or NotApplicable(nobody)


def _be_read(operation: Operation, *answers: Exchange) -> None:
    """Pass where at least one of the bodies was looked into.

    Raises:
        NotTested: each was refused for another reason.
    """
    if all(answer.status in _NOT_READ for answer in answers):
        raise NotTested(
            Reason.INCONCLUSIVE,
            Text(
                vi=f"{operation.unit} → {answers[0].status}: không rõ nội dung có được đọc không",
                en=f"{operation.unit} → {answers[0].status}: the body need not have been read",
            ),
        )


def _be_refused(
    probe: Probe, operation: Operation, members: dict[str, str], answer: Exchange, usual: Text
) -> None:
    control = probe.call(operation, members=members)
    if not operation.succeeded(control):
        raise probe.why_no_success(operation, control)
    require(
        answer.status < _BROKEN,
        expected=usual,
        observed=f"{operation.unit}: {answer.status}",
        by=answer,
    )
    _be_read(operation, answer)


def _nothing_shown(operation: Operation) -> NotTested:
    return NotTested(
        Reason.NO_TEST_DATA,
        Text(
            vi=f"{operation.unit}: không trả lời nào cho thấy giá trị nào được lấy",
            en=f"{operation.unit}: no answer shows which value is taken",
        ),
    )


def _seconds(answer: Exchange) -> float:
    return answer.response.seconds if answer.response else 0.0
