"""How the body of a request is written, by its media type, and how one is written wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET  # reads only what the tester's own files say
from xml.sax.saxutils import escape

from conformance.contract.parts import is_json

# A boundary that no text of ours holds (RFC 2046, section 5.1.1).
BOUNDARY = "vnct-ranh-gioi-7f3a9c"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
# A text that is the value of a member, or an item.
_TEXT = re.compile(rb'[:\[,]\s*"((?:[^"\\]|\\.)*+)"(?!\s*:)')
_FILE_NAME = "kiem-thu.txt"


def is_xml(media_type: str) -> bool:
    """Whether a media type is XML (RFC 7303, section 9)."""
    essence = media_type.partition(";")[0].strip().lower()
    return essence in {"application/xml", "text/xml"} or essence.endswith("+xml")


def can_write(media_type: str) -> bool:
    """Whether a value can be written in a media type here."""
    essence = media_type.partition(";")[0].strip().lower()
    return is_json(essence) or is_xml(essence) or essence in {FORM, MULTIPART}


def written(media_type: str, value: Any, root: str, files: Mapping[str, str]) -> tuple[str, bytes]:
    """Return the Content-Type and the bytes of a value in a media type.

    Args:
        media_type: what the contract names.
        value: what is sent; an object for forms and XML.
        root: the name of the outermost element of XML.
        files: of members that are files, the file names.
    """
    essence = media_type.partition(";")[0].strip().lower()
    if is_json(essence):
        return media_type, as_json(value)
    members = value if isinstance(value, Mapping) else {"value": value}
    if essence == FORM:
        return media_type, urlencode(list(_pairs(members)), errors="surrogatepass").encode()
    if essence == MULTIPART:
        return f"{MULTIPART}; boundary={BOUNDARY}", _multipart(members, files)
    if is_xml(essence):
        return media_type, f"<{root}>{_elements(members)}</{root}>".encode("utf-8", "replace")
    return media_type, str(value).encode("utf-8", "replace")


def as_json(value: Any) -> bytes:
    """Return a value in JSON; half a surrogate pair, which UTF-8 cannot say, as an escape."""
    try:
        return json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(value).encode()


def elements_of(text: str) -> tuple[str, dict[str, str]] | None:
    """Return the name of the outermost element of XML and its members; None where not so flat."""
    try:
        top = ET.fromstring(text)  # noqa: S314  # the same
    except ET.ParseError:
        return None
    if any(len(child) for child in top) or "}" in top.tag:
        return None
    return top.tag, {child.tag: child.text or "" for child in top}


def malformed(media_type: str, body: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield ways in which a body is none of its media type, each with its name."""
    if is_json(media_type):
        cut = body[: max(1, len(body) * 2 // 3)].rstrip(b" }]\"'0123456789") or b"{"
        yield "cut off", cut
        yield "no JSON at all", b"<p>khong phai JSON</p>"
        # Sound but for one thing: a lenient reader takes them, and nothing else refuses them.
        end = body.rstrip()[-1:]
        comma = body.rstrip()[:-1] + b"," + end if end in {b"}", b"]"} else body + b","
        yield "a comma too many", comma
        yield "half a letter of UTF-8", _in_a_text(body, b"\xc3")
        yield "two values", body + b" {}"
        yield "Latin-1", _in_a_text(body, "à ".encode("latin-1"))
        yield "single quotes", body.replace(b'"', b"'") if b"'" not in body else b"{'a': 1}"
    elif is_xml(media_type):
        yield "cut off", body[: max(1, len(body) * 2 // 3)]
        yield "no XML at all", b'{"a": 1}'
        yield "an undefined entity", body.replace(b"</", b"&vnct;</", 1)
        yield "an attribute without quotes", body.replace(b">", b" a=1>", 1)
    elif media_type.startswith(MULTIPART):
        yield "without its end", body[: max(1, len(body) - len(BOUNDARY) - 6)]
        yield "no parts at all", b"khong phai multipart"


def _in_a_text(body: bytes, raw: bytes) -> bytes:
    """Return JSON with these bytes at the beginning of its longest text, as a rule a free one."""
    longest = max(_TEXT.finditer(body), key=lambda found: len(found[1]), default=None)
    if longest is None:
        return b'{"a":"' + raw + b'"}'
    return body[: longest.start(1)] + raw + body[longest.start(1) :]


def with_doctype(body: bytes) -> bytes:
    """Return an XML document with a document type declaration before it, of nothing in particular.

    What is hardened refuses it (OWASP XXE prevention); nothing outside is named.
    """
    return b"<!DOCTYPE kiemthu [<!ELEMENT kiemthu ANY>]>" + body


def _pairs(members: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in members.items():
        for item in value if isinstance(value, list) else [value]:
            yield name, _said(item)


def _multipart(members: Mapping[str, Any], files: Mapping[str, str]) -> bytes:
    lines: list[bytes] = []
    for name, value in members.items():
        for item in value if isinstance(value, list) else [value]:
            said = f'Content-Disposition: form-data; name="{_quoted(name)}"'
            if name in files:
                said += (
                    f'; filename="{_quoted(files[name])}"\r\nContent-Type: application/octet-stream'
                )
            head = f"--{BOUNDARY}\r\n{said}\r\n\r\n"
            content = item if isinstance(item, bytes) else _said(item).encode("utf-8", "replace")
            lines += [head.encode("utf-8", "replace"), content, b"\r\n"]
    return b"".join([*lines, f"--{BOUNDARY}--\r\n".encode()])


def file_name() -> str:
    """Return the name under which a file is sent."""
    return _FILE_NAME


def _quoted(text: str) -> str:
    # As browsers do it (HTML, multipart/form-data encoding algorithm).
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _elements(members: Mapping[str, Any]) -> str:
    made = []
    for name, value in members.items():
        for item in value if isinstance(value, list) else [value]:
            inner = _elements(item) if isinstance(item, Mapping) else escape(_said(item))
            made.append(f"<{name}>{inner}</{name}>")
    return "".join(made)


def _said(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None or isinstance(value, Mapping | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
