"""The live door against servers that are slow, too large, broken, or in no mood to answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from typing import Any

import pytest
from loopback import CONTRACT, TARGET, Seen, drips, recording, says, speaking

from conformance import plan as plans
from conformance import target
from conformance.contract import Contract
from conformance.door.live import LiveDoor
from conformance.evidence import Exchange
from conformance.generation.depth import DEPTHS
from conformance.identities.credentials import Credentials
from conformance.plan import Options
from conformance.privacy.redaction import Redactor
from conformance.probe import Probe
from conformance.probe.questions import Case, Question
from conformance.verdict import NotTested, Reason

CASE = Case("target", "a test")
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
Opened = Callable[..., tuple[LiveDoor, list[Exchange]]]


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Open a door to a base URL, with a pace of its own; it is closed in the end."""
    with ExitStack() as stack:

        def open_door(base_url: str, **pace: Any) -> tuple[LiveDoor, list[Exchange]]:
            goal = target.of(
                {**TARGET, "base_url": base_url, "pace": {"requests_per_second": 1000, **pace}},
                place="target.yaml",
            )
            options = Options(date(2026, 11, 21), 1, depth=DEPTHS["quick"])
            scene = plans.make([], goal, Contract(CONTRACT, "contract.json"), options).scene
            kept: list[Exchange] = []
            redactor = Redactor({}, key=b"k" * 32, synthetic=True)
            door = LiveDoor(scene, Credentials(goal), redactor, kept.append)
            stack.callback(door.close)
            return door, kept

        yield open_door


def get(base_url: str, *, raw: bool = False, method: str = "GET") -> Question:
    return Question(method, f"{base_url}/things", raw=raw)


def probe(door: LiveDoor) -> Probe:
    class Nothing:
        def baseline(self, operation: Any) -> Exchange:
            raise AssertionError(operation)

    return Probe(door._scene, CASE, door, Nothing())


STACKS = pytest.mark.parametrize("raw", [False, True], ids=["requests", "h11"])


# --- time -----------------------------------------------------------------------------------------


@STACKS
def test_silence_is_a_time_out(opened: Opened, raw: bool) -> None:  # noqa: FBT001  # a case
    with speaking(says(b"", linger=5)) as base_url:
        door, _ = opened(base_url, timeout_seconds=0.3)
        start = time.monotonic()
        answer = door.ask(get(base_url, raw=raw), CASE)
        assert time.monotonic() - start < 2
    assert (answer.response, answer.error) == (None, "time-out")


@pytest.mark.parametrize(
    ("raw", "first"),
    [
        pytest.param(False, OK + b"Content-Length: 9999\r\n\r\n", id="body"),
        pytest.param(False, OK + b"X-Slow: ", id="header"),
        pytest.param(True, OK + b"Content-Length: 9999\r\n\r\n", id="body over h11"),
        pytest.param(True, OK + b"X-Slow: ", id="header over h11"),
    ],
)
def test_a_dripping_answer_is_given_up(opened: Opened, raw: bool, first: bytes) -> None:  # noqa: FBT001  # a case
    with speaking(drips(first, b"a", every=0.1, seconds=2)) as base_url:
        door, _ = opened(base_url, timeout_seconds=0.4)
        start = time.monotonic()
        answer = door.ask(get(base_url, raw=raw), CASE)
        took = time.monotonic() - start
    assert answer.response is None
    assert took < 1.5


# --- size and shape -------------------------------------------------------------------------------


@STACKS
def test_an_answer_over_the_limit_is_no_answer(opened: Opened, raw: bool) -> None:  # noqa: FBT001  # a case
    body = b"x" * 300_000
    with speaking(says(OK + b"Content-Length: 300000\r\n\r\n" + body)) as base_url:
        door, kept = opened(base_url, max_response_bytes=100_000)
        answer = door.ask(get(base_url, raw=raw), CASE)
    assert answer.response is None
    assert answer.error is not None
    assert "larger than 100000 bytes" in answer.error
    assert kept == [answer]


@STACKS
def test_an_answer_at_the_limit_is_whole(opened: Opened, raw: bool) -> None:  # noqa: FBT001  # a case
    body = b"x" * 100_000
    with speaking(says(OK + b"Content-Length: 100000\r\n\r\n" + body)) as base_url:
        door, _ = opened(base_url, max_response_bytes=100_000)
        answer = door.ask(get(base_url, raw=raw), CASE)
    assert answer.response is not None
    assert answer.response.body == body


BROKEN = {
    "closed at once": b"",
    "closed in the head": b"HTTP/1.1 200 OK\r\nContent-Ty",
    "closed in the body": OK + b"Content-Length: 100\r\n\r\nonly this",
    "closed in a chunk": OK + b"Transfer-Encoding: chunked\r\n\r\n64\r\nonly this",
    "no HTTP": b"220 mail.example.vn ESMTP\r\n",
    "no status": b"HTTP/1.1 OK\r\n\r\n",
    "a length that is none": OK + b"Content-Length: many\r\n\r\nbody",
}


@pytest.mark.parametrize(
    ("content", "raw"),
    [
        pytest.param(content, raw, id=f"{name} {'h11' if raw else 'requests'}")
        for name, content in BROKEN.items()
        for raw in (False, True)
    ],
)
def test_what_is_no_answer_is_recorded_as_an_error(
    opened: Opened,
    content: bytes,
    raw: bool,  # noqa: FBT001  # a case
) -> None:
    with speaking(says(content)) as base_url:
        door, kept = opened(base_url, timeout_seconds=2)
        answer = door.ask(get(base_url, raw=raw), CASE)
        assert answer.response is None
        assert answer.error
        with pytest.raises(NotTested) as outcome:
            probe(door).send(get(base_url, raw=raw))
    assert outcome.value.reason is Reason.UNREACHABLE
    assert len(kept) == 2


def test_nobody_there_is_recorded_as_an_error(opened: Opened) -> None:
    door, kept = opened("http://127.0.0.1:1")
    for raw in (False, True):
        answer = door.ask(get("http://127.0.0.1:1", raw=raw), CASE)
        assert answer.response is None
        assert "refused" in (answer.error or "").lower()
    assert len(kept) == 2


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(False, id="requests"),
        pytest.param(True, id="h11"),
    ],
)
def test_headers_are_kept_in_order_case_and_repetition(
    opened: Opened,
    raw: bool,  # noqa: FBT001  # a case
) -> None:
    lines = [("X-Thing", "1"), ("sErVeR", "none"), ("x-thing", "2"), ("Content-Length", "0")]
    head = "".join(f"{name}: {value}\r\n" for name, value in lines)
    with speaking(says(f"HTTP/1.1 200 OK\r\n{head}\r\n".encode())) as base_url:
        door, _ = opened(base_url)
        answer = door.ask(get(base_url, raw=raw), CASE)
    assert answer.response is not None
    assert list(answer.response.headers) == lines


@STACKS
def test_repeated_headers_stay_apart(opened: Opened, raw: bool) -> None:  # noqa: FBT001  # a case
    head = b"Strict-Transport-Security: max-age=1\r\nStrict-Transport-Security: max-age=2\r\n"
    with speaking(says(OK + head + b"Content-Length: 0\r\n\r\n")) as base_url:
        door, _ = opened(base_url)
        answer = door.ask(get(base_url, raw=raw), CASE)
    assert answer.header_all("strict-transport-security") == ["max-age=1", "max-age=2"]


@STACKS
def test_bodies_are_kept_byte_for_byte(opened: Opened, raw: bool) -> None:  # noqa: FBT001  # a case
    body = bytes(range(256))
    chunks = b"80\r\n" + body[:128] + b"\r\n80\r\n" + body[128:] + b"\r\n0\r\n\r\n"
    with speaking(says(OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunks)) as base_url:
        door, _ = opened(base_url)
        answer = door.ask(get(base_url, raw=raw), CASE)
    assert answer.response is not None
    assert answer.response.body == body


# --- what follows an answer to HEAD ---------------------------------------------------------------

HEAD = OK + b"Content-Length: 5\r\n\r\n"


@pytest.mark.parametrize(
    ("parts", "pause", "linger"),
    [
        pytest.param((HEAD + b"hello",), 0.0, 0.0, id="with the head"),
        pytest.param((HEAD, b"hello"), 0.1, 0.0, id="after the head"),
        pytest.param((HEAD + b"hello",), 0.0, 3.0, id="with the head, left open"),
        pytest.param((HEAD, b"hello"), 0.1, 3.0, id="after the head, left open"),
    ],
)
def test_bytes_after_the_answer_to_head_are_seen(
    opened: Opened, parts: tuple[bytes, ...], pause: float, linger: float
) -> None:
    with speaking(says(*parts, pause=pause, linger=linger)) as base_url:
        door, _ = opened(base_url)
        answer = door.ask(get(base_url, raw=True, method="HEAD"), CASE)
    assert answer.response is not None
    assert answer.response.body == b""
    assert answer.response.excess == b"hello"


def test_a_clean_answer_to_head_has_no_excess(opened: Opened) -> None:
    with speaking(says(HEAD)) as base_url:
        door, _ = opened(base_url)
        answer = door.ask(get(base_url, raw=True, method="HEAD"), CASE)
    assert answer.response is not None
    assert answer.response.excess == b""


# --- patience, pace, budget -----------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 503])
def test_who_asks_us_to_wait_is_asked_three_times_at_most(opened: Opened, status: int) -> None:
    with recording(lambda _: (status, {"Retry-After": "0"}, b"")) as server:
        door, kept = opened(server.base_url)
        with pytest.raises(NotTested) as outcome:
            probe(door).send(get(server.base_url))
    assert outcome.value.reason is Reason.THROTTLED
    assert len(server.seen) == len(kept) == 3


def test_waiting_is_worth_it(opened: Opened) -> None:
    def once(seen: Seen) -> tuple[int, dict[str, str], bytes]:
        del seen
        return (429, {"Retry-After": "1"}, b"") if len(server.seen) == 1 else (200, {}, b"{}")

    with recording(once) as server:
        door, _ = opened(server.base_url)
        answer = probe(door).send(get(server.base_url))
    assert answer.status == 200
    first, second = server.seen
    assert second.at - first.at >= 0.95


def test_the_pace_is_kept(opened: Opened) -> None:
    with recording() as server:
        door, _ = opened(server.base_url, requests_per_second=20)
        for _ in range(6):
            door.ask(get(server.base_url), CASE)
    gaps = [b.at - a.at for a, b in zip(server.seen, server.seen[1:], strict=False)]
    assert len(gaps) == 5
    assert server.seen[-1].at - server.seen[0].at >= 5 / 20 * 0.9
    assert min(gaps) >= 0.03


@STACKS
def test_the_budget_ends_the_asking(opened: Opened, raw: bool) -> None:  # noqa: FBT001  # a case
    with recording() as server:
        door, kept = opened(server.base_url, budget=2)
        for _ in range(2):
            assert door.ask(get(server.base_url, raw=raw), CASE).response is not None
        with pytest.raises(NotTested) as outcome:
            probe(door).send(get(server.base_url, raw=raw))
    assert outcome.value.reason is Reason.OUT_OF_BUDGET
    assert len(server.seen) == door.sent == 2
    # What was not sent is kept with its reason, so that a replay finds the same.
    assert kept[-1].facts["unsent"] == "out_of_budget"


def test_the_time_of_the_run_ends_the_asking(opened: Opened) -> None:
    with recording() as server:
        door, _ = opened(server.base_url, total_seconds=0.05)
        time.sleep(0.1)
        with pytest.raises(NotTested) as outcome:
            probe(door).send(get(server.base_url))
    assert outcome.value.reason is Reason.OUT_OF_BUDGET
    assert server.seen == []


# --- what leaves ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "raw"),
    [
        # Ordinary clients remove dot segments: such paths go over the bare wire only.
        ("/things/../secret", True),
        ("/%2e%2e/x", True),
        *((path, raw) for path in ("/a//b", "/a%2Fb", "/x?q=%20a") for raw in (False, True)),
    ],
)
def test_a_path_leaves_as_it_was_written(opened: Opened, path: str, raw: bool) -> None:  # noqa: FBT001  # a case
    with recording() as server:
        door, _ = opened(server.base_url)
        door.ask(Question("GET", server.base_url + path, raw=raw), CASE)
    assert [seen.path for seen in server.seen] == [path]


@STACKS
def test_a_redirect_is_an_answer(opened: Opened, raw: bool) -> None:  # noqa: FBT001  # a case
    with recording(lambda _: (302, {"Location": "/elsewhere"}, b"")) as server:
        door, _ = opened(server.base_url)
        assert door.ask(get(server.base_url, raw=raw), CASE).status == 302
    assert [seen.path for seen in server.seen] == ["/things"]


def test_a_failed_question_is_not_sent_again_unasked(opened: Opened) -> None:
    """No client below us may repeat what we sent once: a repeated write is another write."""
    accepted: list[float] = []

    def hang_up(wire: Any, over: Any) -> None:
        del wire, over
        accepted.append(time.monotonic())

    with speaking(hang_up) as base_url:
        door, _ = opened(base_url)
        assert door.ask(get(base_url), CASE).response is None
    assert len(accepted) == 1


def test_a_server_that_drops_the_connection_after_an_error_loses_no_question(
    opened: Opened,
) -> None:
    broken = b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"
    # The connection stays open a while after the error, but nobody listens to it any more.
    with speaking(says(broken, linger=0.5)) as base_url:
        door, _ = opened(base_url)
        answers = [door.ask(get(base_url), CASE) for _ in range(3)]
    assert [answer.status for answer in answers] == [500, 500, 500]
