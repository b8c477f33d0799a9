"""Deadlines: one thread shuts the connections of whoever waits for longer than agreed.

A time-out of a socket starts anew with every byte, and one of a handshake is looked at only when
OpenSSL waits: a server that floods it with messages which TLS tells it to pass over (HelloRequest,
RFC 5246, section 7.4.1.1) holds it for ever. What is wanted is an end, whatever comes.
"""

from __future__ import annotations

import contextlib
import math
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Self

# What is told where the time was over.
TIME_OUT = "time-out"


class Watch:
    """One block that must end in time.

    Args:
        end: when, on the monotonic clock.
        shut: shuts the connection that the block waits for.
    """

    __slots__ = ("_shut", "end", "reached")

    def __init__(self, end: float, shut: Callable[[], None]) -> None:
        self.end = end
        self.reached = False
        self._shut = shut

    def cut(self) -> None:
        """Shut the connection, so that whoever waits for it is woken."""
        self.reached = True
        self._shut()


class _Watchdog:
    """One thread that looks after every watch; a thread for each would cost more than a request.

    It sleeps until the first of them ends. A watch that is taken away does not wake it: it wakes
    at the time that it knew of, finds nothing due and looks for the next.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._watches: set[Watch] = set()
        self._wakes_at = 0.0
        self._thread: threading.Thread | None = None

    def add(self, watch: Watch) -> None:
        with self._changed:
            self._watches.add(watch)
            # After a fork the thread of the parent is not there.
            if self._thread is None or not self._thread.is_alive():
                self._wakes_at = watch.end
                self._thread = threading.Thread(target=self._look, name="deadlines", daemon=True)
                self._thread.start()
            elif watch.end < self._wakes_at:
                self._wakes_at = watch.end
                self._changed.notify()

    def take(self, watch: Watch) -> None:
        """Take a watch away; once this returns it cuts nothing."""
        with self._changed:
            self._watches.discard(watch)

    def _look(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                for watch in [w for w in self._watches if w.end <= now]:
                    self._watches.discard(watch)
                    watch.cut()
                self._wakes_at = min((w.end for w in self._watches), default=math.inf)
                # Without a watch it waits for one, however long.
                pause = None if self._wakes_at == math.inf else self._wakes_at - now
                self._changed.wait(pause)


_watchdog = _Watchdog()


@contextlib.contextmanager
def watched(seconds: float, shut: Callable[[], None]) -> Iterator[Watch]:
    """Call `shut` from another thread if the block lasts longer than `seconds`.

    Raises:
        TimeoutError: it did.
    """
    watch = Watch(time.monotonic() + seconds, shut)
    _watchdog.add(watch)
    try:
        yield watch
    except Exception:
        if watch.reached:
            # Without its cause: that the connection ended was our doing, nobody refused anything.
            raise TimeoutError(TIME_OUT) from None
        raise
    finally:
        _watchdog.take(watch)
    if watch.reached:
        raise TimeoutError(TIME_OUT)


class Cut:
    """Shuts a connection whose socket may be handed on, as `wrap_socket` does with it.

    Has a life, so it is closed; the connection is not closed by that.

    Args:
        wire: a connection, before TLS is on it.
    """

    def __init__(self, wire: socket.socket) -> None:
        # Another descriptor of the same connection: the one of `wire` goes over to what wraps it.
        self._wire = wire.dup()

    def shut(self) -> None:
        """Shut the connection in both directions; who reads gets an end, who writes an error."""
        with contextlib.suppress(OSError):
            self._wire.shutdown(socket.SHUT_RDWR)

    def within(self, seconds: float) -> contextlib.AbstractContextManager[Watch]:
        """Shut it if the block lasts longer; raises `TimeoutError` then."""
        return watched(seconds, self.shut)

    def close(self) -> None:
        """Give the descriptor back."""
        self._wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
