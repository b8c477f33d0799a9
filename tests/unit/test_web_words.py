"""Words of HTTP that laws read: dates, tags of languages, limits, ends, codings, and partners."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from making import exchange

from conformance import target
from conformance.checks.http.deprecation import deprecation_is_of_the_standard, ends_are_dated
from conformance.checks.http.negotiation import content_languages_are_tags
from conformance.checks.http.throttling import (
    rate_limits_are_readable,
    throttled_callers_are_told_when,
)
from conformance.checks.operation.resting import resting_systems_say_until_when
from conformance.errors import TargetError
from conformance.formats.codings import unpacks
from conformance.formats.dates import http_date
from conformance.verdict import NotApplicable, NotTested, Violation

MINIMAL = {"target": "t", "base_url": "https://t.example"}
HELD, BROKEN, OTHER = "held", "broken", "other"


def outcome(law: Callable[..., None], *given: Any) -> str:
    try:
        law(*given)
    except Violation:
        return BROKEN
    except (NotApplicable, NotTested):
        return OTHER
    return HELD


@pytest.mark.parametrize(
    "told",
    [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
    ],
)
def test_a_date_of_http_has_three_forms(told: str) -> None:
    assert http_date(told) == datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)


def test_a_date_of_http_may_fall_on_a_leap_second() -> None:
    assert http_date("Sat, 31 Dec 2016 23:59:60 GMT") is not None


@pytest.mark.parametrize(
    "told",
    ["", "30", "1994-11-06", "Sun, 06 Nov 1994 08:49:37 +0700", "Sun, 32 Nov 1994 08:49:37 GMT"],
)
def test_what_is_no_date_of_http(told: str) -> None:
    assert http_date(told) is None


@pytest.mark.parametrize(
    ("status", "headers", "wanted"),
    [
        (200, {}, OTHER),
        (429, {}, BROKEN),
        (429, {"Retry-After": "30"}, HELD),
        (429, {"Retry-After": "-1"}, BROKEN),
        (429, {"RateLimit-Reset": "30"}, HELD),
        (429, {"Server": "AkamaiGHost"}, OTHER),
        (503, {"Retry-After": "soon"}, BROKEN),
        (202, {"Retry-After": "٣٠"}, BROKEN),
    ],
)
def test_who_throttles_says_until_when(status: int, headers: dict[str, str], wanted: str) -> None:
    answer = exchange(status=status, headers=tuple(headers.items()))
    assert outcome(throttled_callers_are_told_when, answer) == wanted


@pytest.mark.parametrize(
    ("status", "headers", "network", "wanted"),
    [
        (500, (), {}, OTHER),
        (503, (), {}, BROKEN),
        (503, (), {"proxy": "http://127.0.0.1:3128"}, OTHER),
        (503, (("Retry-After", "120"),), {"proxy": "http://127.0.0.1:3128"}, HELD),
    ],
)
def test_who_rests_says_until_when(status: int, headers: Any, network: Any, wanted: str) -> None:
    document = {**MINIMAL, "base_url": "http://t.example", "network": network}
    goal = target.of(document, place="target.yaml")
    answer = exchange(status=status, headers=headers)
    assert outcome(resting_systems_say_until_when, answer, goal) == wanted


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("Server", "nginx", OTHER),
        ("RateLimit", '"a";r=1;t=2, "b";r=0', HELD),
        ("RateLimit", "limit=10, remaining=1", HELD),
        ("RateLimit", '"a";r=1.5', BROKEN),
        ("RateLimit", "remaining=?1", BROKEN),
        ("RateLimit", "ten", BROKEN),
        ("RateLimit-Policy", '"a";q=10;w=60', HELD),
        ("RateLimit-Policy", "10;w=60", HELD),
        ("RateLimit-Policy", '"a";w=60', BROKEN),
        ("RateLimit-Limit", "10, 10;w=60", HELD),
        ("RateLimit-Reset", "in 3 s", BROKEN),
        ("X-RateLimit-Limit", "100;w=21600", HELD),
        ("X-RateLimit-Reset", "6m0s", HELD),
    ],
)
def test_limits_are_numbers(name: str, value: str, wanted: str) -> None:
    answer = exchange(headers=((name, value),))
    assert outcome(rate_limits_are_readable, answer) == wanted


@pytest.mark.parametrize(
    ("headers", "dated", "standard"),
    [
        ({}, OTHER, OTHER),
        ({"Deprecation": "@1688169599"}, HELD, HELD),
        ({"Deprecation": "true"}, HELD, BROKEN),
        ({"Deprecation": "@1688169599.5"}, BROKEN, BROKEN),
        ({"Sunset": "Sun, 30 Jun 2024 23:59:59 GMT"}, HELD, OTHER),
        ({"Deprecation": "@1719791999", "Sunset": "Sun, 30 Jun 2024 23:59:59 GMT"}, HELD, HELD),
        ({"Deprecation": "@1719792000", "Sunset": "Sun, 30 Jun 2024 23:59:59 GMT"}, BROKEN, HELD),
    ],
)
def test_ends_are_dates_in_order(headers: dict[str, str], dated: str, standard: str) -> None:
    answer = exchange(headers=tuple(headers.items()))
    assert outcome(ends_are_dated, answer) == dated
    assert outcome(deprecation_is_of_the_standard, answer) == standard


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ("vi", HELD),
        ("vi-VN, en-US", HELD),
        ("zh-Hant-TW", HELD),
        ("x-own", HELD),
        ("vi_VN", BROKEN),
        ("Vietnamese", BROKEN),
        ("utf-8", BROKEN),
        ("*", BROKEN),
    ],
)
def test_languages_have_tags(told: str, wanted: str) -> None:
    answer = exchange(headers=(("Content-Language", told),))
    assert outcome(content_languages_are_tags, answer) == wanted


def test_gzip_is_looked_at_to_its_end() -> None:
    packed = gzip.compress(bytes(range(256)) * 1000)
    assert unpacks(packed) is True
    assert unpacks(packed + bytes(16)) is True
    assert unpacks(packed[:-1]) is False
    assert unpacks(packed[:-5] + b"\0\0\0\0" + packed[-1:]) is False
    assert unpacks(b"{}") is False
    assert unpacks(gzip.compress(bytes(2**25))) is None


def test_partners_and_limits_are_declared() -> None:
    said = {
        "allowed_origins": ["https://a.example:8443"],
        "rate_limit": {"requests": 5, "seconds": 60},
    }
    goal = target.of({**MINIMAL, **said}, place="target.yaml")
    assert goal.allowed_origins == ("https://a.example:8443",)
    assert goal.rate_limit == target.RateLimit(requests=5, seconds=60)


@pytest.mark.parametrize("origin", ["https://a.example/", "a.example", "*", "https://a.example/x"])
def test_an_origin_ends_with_its_host(origin: str) -> None:
    with pytest.raises(TargetError):
        target.of({**MINIMAL, "allowed_origins": [origin]}, place="target.yaml")
