"""What a request says, read strictly: parameters, JSON, forms, XML; and what is wrong with it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes
from xml.parsers import expat

MAX_DEPTH = 64
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)", re.ASCII)
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_LONGEST_NUMBER = 400


class UnreadableError(Exception):
    """What was sent is not of the form that it says it has."""


class DoctypeError(UnreadableError):
    """An XML document brings a document type declaration."""


@dataclass(frozen=True)
class Flaw:
    """One thing that is wrong with a request.

    Attributes:
        place: path, query, header or body.
        at: the name of the parameter, or a JSON pointer.
        rule: which rule is broken: a keyword of JSON Schema, `required`, `single` or `type`.
        value: what was sent; None where nothing was.
    """

    place: str
    at: str
    rule: str
    value: Any = None


@dataclass(frozen=True)
class Part:
    """One part of a form (RFC 7578)."""

    content: bytes
    file_name: str | None


def decoded(text: str, *, form: bool) -> str:
    """Return a percent-encoded text decoded.

    Args:
        text: as it was sent.
        form: whether a plus is a blank.

    Raises:
        UnreadableError: it is no UTF-8.
    """
    try:
        return unquote_to_bytes(text.replace("+", " ") if form else text).decode()
    except UnicodeError:
        # Bytes above 0x7F came as they are: `latin-1` gives them back.
        try:
            raw = (text.replace("+", " ") if form else text).encode("latin-1")
            return unquote_to_bytes(raw).decode()
        except UnicodeError:
            raise UnreadableError("Địa chỉ không phải UTF-8.") from None


def query(text: str) -> list[tuple[str, str]]:
    """Return the names and values of a query, in order."""
    pairs = (piece.partition("=") for piece in text.split("&") if piece)
    return [(decoded(name, form=True), decoded(value, form=True)) for name, _, value in pairs]


def value_of(text: str, kind: str | None) -> Any:
    """Return the value that a parameter says; the text itself where it is not of the type."""
    if kind == "integer" and _INTEGER.fullmatch(text) and len(text) < _LONGEST_NUMBER:
        return int(text)
    if kind == "number" and _NUMBER.fullmatch(text) and len(text) < _LONGEST_NUMBER:
        number = float(text)
        return number if number not in (float("inf"), float("-inf")) else text
    return text


def depth(body: bytes) -> int:
    """Return how deep brackets stand in each other in a JSON text, whether it is well formed."""
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return 0
    deepest = level = 0
    for byte in _STRINGS.sub(b"", body):
        if byte in b"[{":
            level += 1
            deepest = max(deepest, level)
        elif byte in b"]}":
            level -= 1
    return deepest


def strict_json(body: bytes) -> Any:
    """Return a JSON value (RFC 8259), with unique names and whole characters (RFC 7493).

    Raises:
        UnreadableError: it is none.
    """
    if depth(body) > MAX_DEPTH:
        raise UnreadableError(f"JSON lồng nhau quá {MAX_DEPTH} mức.")
    try:
        value = json.loads(
            body.decode(), object_pairs_hook=_unique, parse_constant=_refused, parse_float=_finite
        )
        if _SURROGATE.search(body):
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise UnreadableError("Nội dung không phải JSON hợp lệ.") from None
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a name stands twice")
    return made


def _refused(constant: str) -> Any:
    raise ValueError(constant)


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(text)
    return number


def form(body: bytes, media_type: str) -> dict[str, list[Part]]:
    """Return the parts of a multipart form by name (RFC 7578).

    Raises:
        UnreadableError: it is none.
    """
    found = re.search(r'boundary="?([^";]{1,70})"?', media_type)
    if not found:
        raise UnreadableError("Thiếu boundary.")
    fence = b"--" + found[1].encode("latin-1")
    pieces = (b"\r\n" + body).split(b"\r\n" + fence)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise UnreadableError("Biểu mẫu không kết thúc.")
    parts: dict[str, list[Part]] = {}
    for piece in pieces[1:-1]:
        head, blank, content = piece.lstrip(b" \t").partition(b"\r\n\r\n")
        if not blank:
            raise UnreadableError("Phần của biểu mẫu không có nội dung.")
        name, file_name = _disposition(head)
        parts.setdefault(name, []).append(Part(content, file_name))
    return parts


def _disposition(head: bytes) -> tuple[str, str | None]:
    try:
        lines = head.decode().split("\r\n")
    except UnicodeError:
        raise UnreadableError("Tên của phần không phải UTF-8.") from None
    for line in lines:
        name, _, value = line.partition(":")
        if name.strip().lower() == "content-disposition":
            named = _parameter("name", value)
            if named is None:
                break
            extended = re.search(r"filename\*=(?i:utf-8)''([^;\s]*)", value)
            if extended:
                return named, decoded(extended[1], form=False)
            return named, _parameter("filename", value)
    raise UnreadableError("Phần của biểu mẫu không có tên.")


def _parameter(name: str, value: str) -> str | None:
    found = re.search(rf'(?:^|[;\s]){name}=(?:"((?:[^"\\]|\\.)*)"|([^;\s"]+))', value)
    if not found:
        return None
    # Browsers write a quotation mark as %22; others put a backslash before it.
    quoted = found[1] if found[1] is not None else found[2]
    return re.sub(r'\\(["\\])', r"\1", quoted).replace("%22", '"')


def xml(body: bytes, *, root: str) -> dict[str, str]:
    """Return the texts of the children of a flat XML document.

    Raises:
        DoctypeError: it declares a document type; nothing of it is fetched or unfolded.
        UnreadableError: it is not well formed, or of another shape.
    """
    parser = expat.ParserCreate()
    found: dict[str, str] = {}
    open_now: list[str] = []
    texts: list[str] = []

    def begin(name: str, attributes: Mapping[str, str]) -> None:
        if attributes or len(open_now) > 1 or (not open_now and name != root) or name in found:
            raise UnreadableError("XML không đúng cấu trúc.")
        open_now.append(name)
        texts.clear()

    def end(name: str) -> None:
        open_now.pop()
        if open_now:
            found[name] = "".join(texts)
        texts.clear()

    def text(piece: str) -> None:
        if len(open_now) == 1 and piece.strip():
            raise UnreadableError("XML không đúng cấu trúc.")
        texts.append(piece)

    def doctype(*_: object) -> None:
        raise DoctypeError("Không nhận khai báo DOCTYPE.")

    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(body, True)  # how expat is told that this is all
    except (expat.ExpatError, ValueError, LookupError):
        raise UnreadableError("Nội dung không phải XML hợp lệ.") from None
    return found
