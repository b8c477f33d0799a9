"""Content-Type: present and true."""

from __future__ import annotations

from conformance.check import ABSENT, law, require
from conformance.evidence import Exchange
from conformance.formats.markup import is_xml
from conformance.text import Text
from conformance.verdict import NotApplicable


@law(catalogue="SEC-006", per="target", on="all")
def content_type_is_true(answer: Exchange) -> None:
    """A body is what its Content-Type says (RFC 9110, section 8.3).

    JSON and XML bodies are read as such; a JSON document must not call itself HTML. There is no
    charset parameter for JSON, and one that stands there is no fault (RFC 8259, section 11).
    """
    if answer.request.method == "HEAD" or not answer.has_body:
        raise NotApplicable(Text(vi="không có nội dung", en="no body"))
    require(
        answer.header("Content-Type"),
        expected=Text(vi="có Content-Type", en="a Content-Type"),
        observed=ABSENT,
    )
    if answer.is_json:
        require(
            answer.json() is not None or answer.shown_body.strip() == b"null",
            expected=Text(vi="nội dung là JSON như đã nêu", en="a body that is JSON, as it says"),
            observed=Text(vi="không đọc được như JSON", en="it cannot be read as JSON"),
        )
    elif answer.media_type.endswith(("/xml", "+xml")):
        require(
            answer.fact("xml") if answer.body_is_hidden else is_xml(answer.body),
            expected=Text(vi="nội dung là XML như đã nêu", en="a body that is XML, as it says"),
            observed=Text(vi="không đọc được như XML", en="it cannot be read as XML"),
        )
    elif answer.media_type == "text/html":
        require(
            not isinstance(answer.json(), dict | list),
            expected=Text(vi="JSON được gọi là JSON", en="JSON to be called JSON"),
            observed=Text(vi="JSON dưới tên text/html", en="JSON under the name text/html"),
        )
