"""Asking the agency by hand, and what it answered."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from typing import Any

from exam.agency import ALWAYS, Agency
from exam.wire import Server, in_the_background

A, B = "exam-token-of-citizen-a", "exam-token-of-citizen-b"
JSON = "application/json"


@dataclass(frozen=True)
class Got:
    """An answer."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def value(self) -> Any:
        """What the JSON says; a `ValueError` where it is none."""
        return json.loads(self.body, parse_constant=_refused)

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


def _refused(word: str) -> Any:
    raise ValueError(word)


@dataclass(frozen=True)
class Asking:
    """Whom is asked."""

    port: int
    agency: Agency
    server: Server

    def ask(  # the parts of a request
        self,
        method: str,
        target: str,
        body: Any = None,
        *,
        token: str = A,
        media_type: str = JSON,
        **fields: str,
    ) -> Got:
        """Send a request; fields have an underscore for each hyphen."""
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if content is not None:
            headers["Content-Type"] = media_type
        headers |= {name.replace("_", "-"): value for name, value in fields.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        began = time.perf_counter()
        try:
            connection.request(method, target, content, headers)
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return Got(answer.status, told, answer.read(), time.perf_counter() - began)
        finally:
            connection.close()

    def shown(self) -> set[str]:
        """Return the defects that the requests so far have met."""
        assert isinstance(self.agency.log, StringIO)
        lines = self.agency.log.getvalue().splitlines()
        return {name for line in lines for name in json.loads(line)["shown"]}


@contextmanager
def asking(*enabled: str) -> Iterator[Asking]:
    """Serve in this process, with some defects, until the block is left."""
    agency = Agency(frozenset(enabled), StringIO())
    with Server(0, agency.act, ALWAYS) as server:
        in_the_background(server)
        port = server.server_address[1]
        agency.publish(f"http://127.0.0.1:{port}")
        try:
            yield Asking(port, agency, server)
            assert agency.mistakes == 0
        finally:
            server.shutdown()
