"""The line under a finding asks what was asked: a real shell and a real curl run it."""

import shutil
import subprocess
from dataclasses import replace

import pytest
from loopback import recording
from making import exchange

from conformance import shell_lines
from conformance.evidence import Request

OWN = {"host", "user-agent", "content-length", "accept-encoding"}

needs_curl = pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed here")


def _asked_again(request: Request) -> tuple[Request, Request]:
    """Return a request to a real server, and what came there when its line was run in a shell."""
    with recording() as server:
        asked = Request(
            request.method, server.base_url + request.url, request.headers, request.body
        )
        line = shell_lines.repeating(replace(exchange(), request=asked))
        subprocess.run(["/bin/sh", "-c", line], check=True, capture_output=True, timeout=20)
        (seen,) = server.seen
    sent = tuple((k, v) for k, v in seen.headers if k.lower() not in OWN)
    return asked, Request(seen.method, server.base_url + seen.path, sent, seen.body)


@needs_curl
@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(Request("GET", "/x?q=a%20b"), id="plain"),
        pytest.param(Request("HEAD", "/x"), id="head"),
        pytest.param(Request("VNCT", "/x", (("Accept", "*/*"),)), id="another method"),
        pytest.param(Request("GET", "/a/../b/./c"), id="steps in a path"),
        pytest.param(Request("GET", "/x?ids[]=1&w={1,2}&r=[1-3]"), id="brackets and braces"),
        pytest.param(Request("GET", "/x", (("X-Empty", ""),)), id="an empty field"),
        pytest.param(Request("POST", "/x", (("Content-Length", "0"),)), id="an empty body"),
        pytest.param(Request("POST", "/x", (), b"@etc"), id="a body like the name of a file"),
        pytest.param(
            Request(
                "POST", "/x", (("Content-Type", "application/json"),), '"Đất \\ %s\n"'.encode()
            ),
            id="a text",
        ),
        pytest.param(Request("PUT", "/x", (), b'{"a": "\xc4\x00%d\\101\x1b\r\n"}'), id="raw bytes"),
        pytest.param(Request("PUT", "/x", (), bytes(range(256))), id="every byte"),
        pytest.param(
            Request("PUT", "/x", (), b"'; touch x; `id` $(id) \x00"), id="a shell's words"
        ),
    ],
)
def test_the_line_asks_what_was_asked(request_: Request) -> None:
    asked, came = _asked_again(request_)
    assert came.method == asked.method
    assert came.url == asked.url
    assert came.body == asked.body
    assert came.headers == tuple((k, v) for k, v in asked.headers if k.lower() not in OWN)


@needs_curl
def test_a_body_of_no_length_is_told_as_such() -> None:
    with recording() as server:
        asked = Request("POST", f"{server.base_url}/x", (("Content-Length", "0"),))
        line = shell_lines.repeating(replace(exchange(), request=asked))
        subprocess.run(["/bin/sh", "-c", line], check=True, capture_output=True, timeout=20)
    assert server.seen[0].header("Content-Length") == ["0"]


def test_what_no_client_would_write_is_written_out() -> None:
    fields = (("Host", "a"), ("Host", "b"), ("Transfer-Encoding ", "chunked"), ("X", "50%'\\n"))
    request = Request("GET", "http://a.example:8080/x?q=1", fields, b"0\r\n\r\n")
    line = shell_lines.repeating(replace(exchange(), request=request, facts={"literal": True}))
    writing, _, sending = line.rpartition(" | ")
    assert sending == "nc a.example 8080"
    done = subprocess.run(["/bin/sh", "-c", writing], check=True, capture_output=True, timeout=20)
    assert done.stdout == (
        b"GET /x?q=1 HTTP/1.1\r\nHost: a\r\nHost: b\r\nTransfer-Encoding : chunked\r\n"
        b"X: 50%'\\n\r\n\r\n0\r\n\r\n"
    )
