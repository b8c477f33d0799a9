"""A byte-level proxy on loopback, for what a framework cannot commit.

One request, one connection, then it closes: bytes that should not be there cannot be taken for the
beginning of a later response, and no state has to be kept.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

from conformance.sandbox.agency import Wire

LARGEST_HEAD = 64 * 1024
LARGEST_MESSAGE = 4 * 1024 * 1024
PATIENCE = 30.0

_LINE = re.compile(rb"^([!-~]+) ([!-~]+) HTTP/1\.[01]\r\n")
_HOP = re.compile(rb"(?im)^(connection|keep-alive|expect):[^\r\n]*\r\n")
_LENGTH = re.compile(rb"(?im)^content-length:[ \t]*([0-9]+)[ \t]*\r$")
_CHUNKED = re.compile(rb"(?im)^transfer-encoding:[^\r\n]*chunked")


def relaying(
    upstream: tuple[str, int], choose: Callable[[str], Wire]
) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], asyncio.Future[None]]:
    """Return the connection handler of a proxy.

    Args:
        upstream: address of the application behind it.
        choose: returns what is done to the bytes of a request target.
    """

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await _relay(reader, writer, upstream, choose)
        except (OSError, EOFError, ValueError, TimeoutError, asyncio.LimitOverrunError):
            # The caller went away or sent no HTTP: there is nobody to answer.
            pass
        finally:
            writer.close()

    return lambda reader, writer: asyncio.ensure_future(handle(reader, writer))


async def _relay(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    upstream: tuple[str, int],
    choose: Callable[[str], Wire],
) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    line = _LINE.match(head)
    if line is None:
        raise ValueError("not an HTTP request")
    method, place = line[1].decode("ascii"), line[2].decode("ascii")
    wire = choose(place)
    body = await _rest(reader, writer, head)
    response = await _asked(upstream, wire.forward(_last_on_its_connection(head)) + body)
    sent = wire.relay(method, response)
    size = wire.piece or len(sent) or 1
    for start in range(0, len(sent), size):
        writer.write(sent[start : start + size])
        await writer.drain()


async def _rest(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes) -> bytes:
    """Read the body of a request as it stands on the wire."""
    if re.search(rb"(?im)^expect:[ \t]*100-continue", head):
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await writer.drain()
    if _CHUNKED.search(head):
        read = b""
        while not read.endswith(b"0\r\n\r\n"):
            read += await reader.readuntil(b"\r\n")
            if len(read) > LARGEST_MESSAGE:
                raise ValueError("the request is too large")
        return read
    length = _LENGTH.search(head)
    size = int(length[1]) if length else 0
    if size > LARGEST_MESSAGE:
        raise ValueError("the request is too large")
    return await reader.readexactly(size)


def _last_on_its_connection(head: bytes) -> bytes:
    """Return the head of a request that asks for the connection to be closed afterwards."""
    return _HOP.sub(b"", head)[:-2] + b"Connection: close\r\n\r\n"


async def _asked(upstream: tuple[str, int], request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(*upstream)
    try:
        writer.write(request)
        await writer.drain()
        read = b""
        while len(read) < LARGEST_MESSAGE and (part := await reader.read(65536)):
            read += part
        return read
    finally:
        writer.close()
