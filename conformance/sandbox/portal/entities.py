"""Readers of XML that take what a document declares at its word: what the portal must not do."""

from __future__ import annotations

import contextlib
import html
import re
from collections.abc import Mapping
from dataclasses import replace
from xml.parsers import expat

from conformance.sandbox import fetching
from conformance.sandbox.messages import Call

_TYPE = re.compile(rb'<!DOCTYPE\s+[^\s\["]+\s+SYSTEM\s+"([^"]*)"\s*>')


def unfolded(call: Call, *, external: bool) -> Call:
    """Return a call whose XML has no entities any more: they were put in place.

    Args:
        call: the call; left alone where its body is no XML, or has an entity that cannot be read.
        external: whether files and addresses are opened, too.
    """
    body = call.body or b""
    return replace(call, body=_read(body, external=external)) if b"<!DOCTYPE" in body else call


def overlooked(call: Call) -> Call:
    """Return a call whose XML declares nothing: its reader skips what it does not know."""
    body = call.body or b""
    if b"<!DOCTYPE" not in body:
        return call
    written: list[str] = []
    parser = _writing(written)
    parser.UseForeignDTD(False)
    # Where entities are told apart from text they are not put in its place.
    parser.DefaultHandler = lambda _data: None
    with contextlib.suppress(expat.ExpatError):
        parser.Parse(body, True)
        return replace(call, body="".join(written).encode())
    return call


def typed(call: Call) -> Call:
    """Return a call whose XML names no type elsewhere any more: it was fetched.

    Left alone where it cannot be.
    """
    body = call.body or b""
    named = _TYPE.search(body)
    if named is None:
        return call
    try:
        fetching.fetched(named[1].decode("latin-1"))
    except OSError:
        return call
    return replace(call, body=body.replace(named[0], b"", 1))


def _read(body: bytes, *, external: bool) -> bytes:
    written: list[str] = []
    parser = _writing(written)

    def opened(context: str | None, _base: object, address: str | None, _public: object) -> int:
        try:
            content = fetching.fetched(address or "") if external else b""
        except OSError:
            return 0
        if content:
            parser.ExternalEntityParserCreate(context).Parse(content, True)
        return 1

    parser.ExternalEntityRefHandler = opened
    try:
        parser.Parse(body, True)
    except expat.ExpatError:
        return body
    return "".join(written).encode()


def _writing(written: list[str]) -> expat.XMLParserType:
    """Return a parser that writes elements and texts down."""

    def start(name: str, attributes: Mapping[str, str]) -> None:
        said = "".join(f' {key}="{html.escape(value)}"' for key, value in attributes.items())
        written.append(f"<{name}{said}>")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: written.append(f"</{name}>")
    parser.CharacterDataHandler = lambda text: written.append(html.escape(text, quote=False))
    return parser
