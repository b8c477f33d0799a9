"""The collector: an address of the tester's own that only a target can have been told of.

What a target was made to fetch shows nowhere in its answers; that it came here does. The collector
listens where the target file says and answers nothing but an empty text.
"""

from __future__ import annotations

import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from conformance.errors import TargetError
from conformance.text import Text

# Who fetches at once has come by then; who fetches later is not seen.
WAIT_SECONDS = 2.0
_LONGEST_WORD = 64
_MOST_WORDS = 10_000
_SLOWEST_CALLER = 5


class Collector:
    """Counts who came, by the word in the path; has a life, so it is closed.

    Args:
        listen: host and port to listen at.

    Raises:
        TargetError: nobody can listen there.
    """

    def __init__(self, listen: tuple[str, int]) -> None:
        self._came: Counter[str] = Counter()
        self._changed = threading.Condition()
        try:
            self._server = ThreadingHTTPServer(listen, self._handler())
        except OSError as error:
            host, port = listen
            raise TargetError(
                Text(
                    vi=f"không lắng nghe được tại {host}:{port}: {error}",
                    en=f"cannot listen at {host}:{port}: {error}",
                ),
                mend=Text(
                    vi="chọn địa chỉ và cổng còn trống của máy này, hoặc bỏ mục này",
                    en="choose an address and a free port of this machine, or drop it",
                ),
                place="network.collector.listen",
            ) from None
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def came(self, word: str, seconds: float = WAIT_SECONDS) -> int:
        """Return how often an address with this word was asked for, waiting for the first time."""
        with self._changed:
            self._changed.wait_for(lambda: self._came[word] > 0, seconds)
            return self._came[word]

    def _count(self, path: str) -> None:
        word = path.lstrip("/").partition("?")[0].partition("/")[0]
        with self._changed:
            known = word in self._came or len(self._came) < _MOST_WORDS
            if known and len(word) <= _LONGEST_WORD:
                self._came[word] += 1
                self._changed.notify_all()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        count = self._count

        class Handler(BaseHTTPRequestHandler):
            timeout = _SLOWEST_CALLER

            def __getattr__(self, name: str) -> Any:
                # Any method is a visit.
                if name.startswith("do_"):
                    return self._answer
                raise AttributeError(name)

            def _answer(self) -> None:
                count(self.path)
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; charset=utf-8")
                self.send_header("Content-Length", "0")
                self.send_header("Connection", "close")
                self.end_headers()
                self.close_connection = True

            def log_message(self, *_: object) -> None:
                """Print nothing."""

        return Handler
