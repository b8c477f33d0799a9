"""Lines of JSON pointers, in YAML and in JSON."""

import json

import pytest

from conformance import places

YAML = b"""openapi: 3.1.0
paths:
  /x/{id}:
    get: &op
      responses:
        200: {description: ok}
      parameters:
      - name: id
      - name: page
  /y:
    get: *op
  /z:
    <<: {summary: merged}
"""


@pytest.mark.parametrize(
    ("pointer", "line"),
    [
        ("", 1),
        ("/paths", 2),
        ("/paths/~1x~1{id}/get/responses/200", 6),
        ("/paths/~1x~1{id}/get/parameters/1", 9),
        ("/paths/~1x~1{id}/get/security", 4),
        ("/paths/~1y/get", 11),
        ("/paths/~1y/get/responses", 5),
        ("/paths/~1z/summary", 13),
        ("/paths/~1x~1{id}/get/parameters/7", 7),
    ],
)
def test_yaml(pointer: str, line: int) -> None:
    assert places.lines(YAML, [pointer]) == {pointer: line}


def test_json_indented_with_tabs() -> None:
    content = json.dumps({"a": {"b": [1, 2]}}, indent="\t").encode()
    assert places.lines(content, ["/a/b/1"]) == {"/a/b/1": 5}


@pytest.mark.parametrize("content", [b"", b"a: [", b"\xff"])
def test_what_cannot_be_read_has_no_lines(content: bytes) -> None:
    assert places.lines(content, ["/a"]) == {}
