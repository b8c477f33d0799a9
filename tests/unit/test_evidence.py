"""Exchanges: what checks ask of them, and their form in the record."""

import json
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import exchange

from conformance.evidence import (
    Exchange,
    Request,
    Response,
    canonical,
    digest,
    header_values,
)
from conformance.verdict import NotTested, Reason

LATIN = st.text(st.characters(max_codepoint=255), max_size=20)
HEADERS = st.lists(st.tuples(LATIN, LATIN), max_size=4).map(tuple)
BODIES = st.binary(max_size=60) | st.text(max_size=40).map(str.encode)
RESPONSES = st.builds(
    Response,
    status=st.integers(100, 599),
    reason=LATIN,
    http=st.sampled_from(["1.0", "1.1", "2"]),
    headers=HEADERS,
    body=BODIES,
    seconds=st.floats(0, 100),
    excess=BODIES,
)
EXCHANGES = st.builds(
    Exchange,
    id=st.text(max_size=10),
    at=st.text(max_size=10),
    unit=st.text(max_size=10),
    case=st.text(max_size=10),
    attempt=st.integers(1, 2),
    identity=st.none() | st.text(max_size=5),
    request=st.builds(
        Request, method=LATIN, url=st.text(max_size=20), headers=HEADERS, body=BODIES
    ),
    response=st.none() | RESPONSES,
    error=st.none() | st.text(max_size=10),
    facts=st.dictionaries(st.text(max_size=5), st.booleans() | st.text(max_size=5), max_size=3),
)


@given(EXCHANGES)
def test_every_exchange_comes_back_from_its_record_as_it_was(made: Exchange) -> None:
    line = json.dumps(made.as_json(), ensure_ascii=False)
    assert Exchange.of(json.loads(line)) == made


@given(EXCHANGES)
def test_reading_an_exchange_does_not_change_its_record(made: Exchange) -> None:
    before = made.as_json()
    made.json()
    made.json_object()
    assert made.media_type == made.media_type.lower()
    assert made.as_json() == before


def test_an_exchange_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        exchange().id = "other"  # type: ignore[misc]  # that it is refused is the test


def test_header_names_compare_without_case_and_values_keep_their_order() -> None:
    headers = (("X-A", "1"), ("x-a", "2"), ("X-B", "3"))
    assert header_values(headers, "x-A") == ["1", "2"]
    made = exchange(headers=headers)
    assert made.header("X-a") == "1"
    assert made.header_all("X-C") == []
    assert made.header("X-C", "none") == "none"


@pytest.mark.parametrize(
    ("value", "media_type", "is_json"),
    [
        ("application/json", "application/json", True),
        ("Application/JSON ; charset=utf-8", "application/json", True),
        ("application/problem+json", "application/problem+json", True),
        ("text/html", "text/html", False),
        ("application/jsonlines", "application/jsonlines", False),
        ("", "", False),
    ],
)
def test_the_media_type_is_read_without_parameters(
    value: str, media_type: str, *, is_json: bool
) -> None:
    made = exchange(headers=(("Content-Type", value),))
    assert made.media_type == media_type
    assert made.is_json is is_json


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 99])
def test_what_is_not_json_is_none(body: bytes) -> None:
    made = exchange(body=body)
    assert made.json() is None
    assert made.json_object() == {}


@pytest.mark.parametrize(("body", "content"), [(b"[1]", [1]), (b'{"a":1}', {"a": 1}), (b"1", 1)])
def test_json_is_read_and_only_objects_are_objects(body: bytes, content: Any) -> None:
    made = exchange(body=body)
    assert made.json() == content
    assert made.json_object() == (content if isinstance(content, dict) else {})


def test_a_withheld_body_is_there_and_cannot_be_read() -> None:
    made = exchange(body=b"", body_withheld=True)
    assert made.has_body
    with pytest.raises(NotTested) as caught:
        made.json()
    assert caught.value.reason is Reason.REDACTED


def test_no_answer_has_status_nought_and_no_body() -> None:
    made = replace(exchange(), response=None, error="time-out")
    assert made.status == 0
    assert not made.succeeded
    assert not made.has_body
    assert made.body == b""
    assert made.headers == ()


@pytest.mark.parametrize(
    ("status", "succeeded"), [(199, False), (200, True), (299, True), (300, False)]
)
def test_only_2xx_succeeds(status: int, *, succeeded: bool) -> None:
    assert exchange(status=status).succeeded is succeeded


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=5))
def test_the_canonical_form_does_not_depend_on_the_order_of_members(value: dict[str, Any]) -> None:
    turned = dict(reversed(value.items()))
    assert canonical(value) == canonical(turned)
    assert json.loads(canonical(value)) == value


def test_the_canonical_form_is_utf8_without_spaces() -> None:
    assert canonical({"b": "ữ", "a": [1, 2]}) == '{"a":[1,2],"b":"ữ"}'.encode()


def test_the_canonical_form_refuses_what_json_lacks() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical(float("nan"))


def test_a_digest_names_its_algorithm() -> None:
    assert digest(b"") == (
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
