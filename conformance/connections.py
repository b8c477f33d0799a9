"""Connections of `requests` that a deadline can cut, whatever a server drips.

A time-out of a socket starts anew with every byte. What is wanted is an end: when it is reached,
the socket is shut, and whoever waits for it gets an error instead of another byte.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from collections.abc import Iterator
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

# A broken header section is a finding of ours to tell, not a traceback on somebody's screen.
logging.getLogger("urllib3.connection").setLevel(logging.ERROR)
logging.getLogger("urllib3.connectionpool").setLevel(logging.CRITICAL)

_current = threading.local()


class _Noted:
    """Remembers, for its thread, which connection carries the present request."""

    def putrequest(self, *arguments: Any, **options: Any) -> None:
        _current.connection = self
        super().putrequest(*arguments, **options)  # type: ignore[misc]  # the next class has it


class _Http(_Noted, HTTPConnection):
    pass


class _Https(_Noted, HTTPSConnection):
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


class DeadlineAdapter(HTTPAdapter):
    """The adapter of `requests`, on connections that a `deadline` can cut."""

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Make the pool manager, with our connections."""
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}

    def proxy_manager_for(self, *arguments: Any, **options: Any) -> Any:
        """Return the manager of a proxy, with our connections."""
        manager = super().proxy_manager_for(*arguments, **options)
        manager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
        return manager


@contextlib.contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Shut the socket of this thread's request if the block lasts longer than `seconds`.

    Raises:
        TimeoutError: it did.
    """
    _current.connection = None
    holder = _current.__dict__
    reached = threading.Event()

    def cut() -> None:
        reached.set()
        sock = getattr(holder.get("connection"), "sock", None)
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except Exception as error:
        if reached.is_set():
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()
    if reached.is_set():
        raise TimeoutError
