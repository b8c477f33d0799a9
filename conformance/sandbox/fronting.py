"""A front server that answers some ClientHellos by itself and lets everybody else through."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from conformance.sandbox import hello
from conformance.sandbox.hello import Hello

PATIENCE = 30.0


def answering(
    upstream: tuple[str, int],
    front: Callable[[Hello, Sequence[bytes]], bytes | None],
    shown: Sequence[bytes],
) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], asyncio.Future[None]]:
    """Return the connection handler of a front server.

    Args:
        upstream: address of the TLS listener behind it.
        front: answers a hello; None lets it through.
        shown: the certificates to answer with, DER.
    """

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                head = await reader.readexactly(5)
                record = head + await reader.readexactly(int.from_bytes(head[3:5], "big"))
                answer = front(hello.read(record), shown)
                if answer is not None:
                    writer.write(answer)
                    await writer.drain()
                    return
                await _through(record, reader, writer, upstream)
        except (OSError, EOFError, ValueError, TimeoutError):
            # The caller went away or speaks no TLS: there is nobody to answer.
            pass
        finally:
            writer.close()

    return lambda reader, writer: asyncio.ensure_future(handle(reader, writer))


async def _through(
    first: bytes,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    upstream: tuple[str, int],
) -> None:
    back, forth = await asyncio.open_connection(*upstream)
    try:
        forth.write(first)
        await asyncio.gather(_copy(reader, forth), _copy(back, writer))
    finally:
        forth.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while part := await reader.read(65536):
        writer.write(part)
        await writer.drain()
    writer.close()
