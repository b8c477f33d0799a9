"""A call of an operation in parts, so that one part can be bent and the others stay good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from conformance import nesting
from conformance.contract import parts
from conformance.contract.operations import Operation
from conformance.generation import bodies
from conformance.probe.questions import Question


def fits_a_segment(text: str) -> bool:
    """Whether a text, encoded, is one segment of a path to every server.

    Nothing, a dot and two are another path altogether (RFC 3986, section 5.2.4); so are strokes to
    the many servers that decode before they take a path apart, or refuse such a path.
    """
    return text not in {"", ".", ".."} and not {"/", "\\"} & set(text)


@dataclass(frozen=True)
class Body:
    """What is sent as content.

    Attributes:
        media_type: what its Content-Type says, as the contract writes it; empty for no such field.
        value: what it says, where that can be bent member by member.
        content: the bytes themselves, where they are not to be made from the value.
        root: the outermost element of XML.
        files: of members that are files, the file names.
    """

    media_type: str
    value: Any = None
    content: bytes | None = None
    root: str = "request"
    files: Mapping[str, str] = field(default_factory=dict)

    def written(self) -> tuple[str, bytes]:
        """Return the Content-Type and the bytes."""
        if self.content is not None:
            return self.media_type, self.content
        return bodies.written(self.media_type, self.value, self.root, self.files)


@dataclass(frozen=True)
class Call:
    """A request to an operation in its parts, nothing percent-encoded."""

    operation: Operation
    path: Mapping[str, str] = field(default_factory=dict)
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    body: Body | None = None

    def question(self, base_url: str, identity: str | None) -> Question:
        """Return the question that makes this call.

        Args:
            base_url: where the target is.
            identity: who calls.
        """
        path = self.operation.path
        for name, value in self.path.items():
            path = path.replace("{" + name + "}", quote(value, safe="", errors="surrogatepass"))
        query = urlencode(self.query, errors="surrogatepass")
        headers, content = list(self.headers), b""
        if self.body is not None:
            media_type, content = self.body.written()
            if media_type:
                headers.append(("Content-Type", media_type))
        url = f"{base_url}{path}?{query}" if query else base_url + path
        unit = self.operation.unit
        return Question(
            self.operation.method, url, tuple(headers), content, identity, operation=unit
        )

    def with_query(self, name: str, *values: str) -> Call:
        """Return the call with these values of a query parameter, or none, and no others of it."""
        kept = tuple(pair for pair in self.query if pair[0] != name)
        return replace(self, query=(*kept, *((name, value) for value in values)))

    def with_header(self, name: str, *values: str) -> Call:
        """Return the call with these fields of a header name, or none, and no others of it."""
        kept = tuple(pair for pair in self.headers if pair[0].lower() != name.lower())
        return replace(self, headers=(*kept, *((name, value) for value in values)))

    def with_path(self, name: str, value: str) -> Call:
        """Return the call with another value of a path parameter."""
        return replace(self, path={**self.path, name: value})

    def with_value(self, value: Any) -> Call:
        """Return the call with another value of its body."""
        assert self.body is not None  # noqa: S101  # whoever bends a body has one
        return replace(self, body=replace(self.body, value=value, content=None))

    def with_content(self, content: bytes, media_type: str | None = None) -> Call:
        """Return the call with these bytes as its body."""
        body = self.body or Body("")
        named = self.written_type() if media_type is None else media_type
        return replace(self, body=replace(body, media_type=named, content=content))

    def written_type(self) -> str:
        """Return the Content-Type as it is sent; empty where there is none."""
        return self.body.written()[0] if self.body else ""


def taken_apart(operation: Operation, question: Question, base_url: str) -> Call | None:
    """Return the parts of a question that calls an operation; None where it is none of its path."""
    address = urlsplit(question.url)
    texts = operation.in_path(address.path.removeprefix(urlsplit(base_url).path))
    if texts is None:
        return None
    media_type = next((v for k, v in question.headers if k.lower() == "content-type"), "")
    return Call(
        operation,
        {name: unquote(text) for name, text in texts.items()},
        tuple(parse_qsl(address.query, keep_blank_values=True)),
        tuple(pair for pair in question.headers if pair[0].lower() != "content-type"),
        _body(media_type, question.body) if question.body or media_type else None,
    )


def said(body: Body) -> Any:
    """Return the value that a body says, where it can be read; None where it cannot."""
    return body.value if body.content is None else _read(body.media_type, body.content).value


def _body(media_type: str, content: bytes) -> Body:
    read = _read(media_type, content)
    # What the value would not be written as, such as a member twice, stays as it came.
    return read if read.written()[1] == content else replace(read, content=content)


def _read(media_type: str, content: bytes) -> Body:
    if parts.is_json(media_type):
        try:
            return Body(media_type, nesting.loads(content))
        except ValueError:
            return Body(media_type, content=content)
    if bodies.is_xml(media_type):
        elements = bodies.elements_of(content.decode("utf-8", "replace"))
        if elements is not None:
            return Body(media_type, elements[1], root=elements[0])
    if media_type.startswith(bodies.FORM):
        pairs = parse_qsl(content.decode("utf-8", "replace"), keep_blank_values=True)
        return Body(media_type, dict(pairs))
    return Body(media_type, content=content)
