"""Deadlines: a request that takes too long is cut, whatever a server drips, by one thread."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import requests
from loopback import drips, speaking

from conformance.door.connections import DeadlineAdapter, deadline

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as made:
        made.trust_env = False
        made.mount("http://", DeadlineAdapter())
        yield made


def watching() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "deadlines"]


def dripping(session: requests.Session, base_url: str, seconds: float) -> float:
    """Read an answer that does not come to its end; return when it was cut, in seconds."""
    began = time.monotonic()
    with pytest.raises(TimeoutError), deadline(seconds):
        _ = session.get(base_url, timeout=5).content
    return time.monotonic() - began


def test_a_dripping_body_is_cut_at_its_deadline(session: requests.Session) -> None:
    with speaking(drips(HEAD, b"a", every=0.05, seconds=3)) as base_url:
        assert 0.3 <= dripping(session, base_url, 0.3) < 1.5  # well before the drip ends


def test_a_shorter_deadline_does_not_wait_for_a_longer_one(session: requests.Session) -> None:
    with (
        speaking(drips(HEAD, b"a", every=0.05, seconds=3)) as base_url,
        deadline(60),  # of another block; the thread sleeps until then
    ):
        assert dripping(session, base_url, 0.2) < 1.5  # well before the drip ends


def test_a_deadline_that_was_kept_cuts_nothing_later() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        with deadline(0.1):
            pass
        time.sleep(0.3)
        theirs.sendall(b"x")
        assert ours.recv(1) == b"x"


def test_many_deadlines_need_one_thread() -> None:
    for _ in range(200):
        with deadline(30):
            assert len(watching()) == 1
    assert len(watching()) == 1


def test_deadlines_of_several_threads_are_apart(session: requests.Session) -> None:
    kept: list[bool] = []

    def patient() -> None:
        with deadline(30):
            time.sleep(0.6)
        kept.append(True)

    thread = threading.Thread(target=patient)
    thread.start()
    with speaking(drips(HEAD, b"a", every=0.05, seconds=3)) as base_url:
        dripping(session, base_url, 0.2)
    thread.join()
    assert kept == [True]


def test_a_block_without_a_connection_ends_with_the_error_too() -> None:
    with pytest.raises(TimeoutError), deadline(0.1):
        time.sleep(0.3)


def test_an_error_before_the_deadline_stays_what_it_is() -> None:
    with pytest.raises(KeyError), deadline(30):
        raise KeyError


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_process_watches_anew() -> None:
    with deadline(30):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                with deadline(0.1):
                    time.sleep(0.5)
            except TimeoutError:
                code = 0
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
