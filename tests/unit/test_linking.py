"""Links and redirections of public hosts, which a sandbox on loopback cannot show."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest
from making import contract, exchange, goal

from conformance.checks.http import linking, routing
from conformance.evidence import Exchange, Request
from conformance.verdict import NotApplicable, Violation

BASE = "https://api.example.vn/v1"
PUBLIC = goal(BASE)
CONTRACT = contract({"/dossiers/{id}": {"get": {"responses": {"200": {"description": "ok"}}}}})


def answer(
    body: object = None, *, status: int = 200, method: str = "GET", **fields: str
) -> Exchange:
    told = tuple((name.replace("_", "-"), value) for name, value in fields.items())
    made = exchange(
        status=status,
        headers=(("Content-Type", "application/json"), *told),
        body=json.dumps(body).encode(),
    )
    return replace(made, request=Request(method, f"{BASE}/dossiers/1"))


@pytest.mark.parametrize(
    "place",
    [
        "http://api.example.vn/v1/dossiers/2",
        "http://localhost:8080/dossiers/2",
        "https://10.1.2.3/v1/dossiers/2",
        "http://[fd00::1]/dossiers/2",
        "http://ho-so.default.svc:8080/dossiers/2",
        "https://backend/dossiers/2",
    ],
)
def test_addresses_of_the_inside_are_for_nobody(place: str) -> None:
    with pytest.raises(Violation):
        linking.fields_name_public_addresses(answer(Location=place, status=201), PUBLIC)
    with pytest.raises(Violation):
        linking.fields_name_public_addresses(answer(Link=f"<{place}>; rel=next"), PUBLIC)
    with pytest.raises(Violation):
        linking.bodies_link_to_public_addresses(answer([{"href": place}]), PUBLIC, CONTRACT)


@pytest.mark.parametrize(
    "place",
    [
        "https://api.example.vn/v1/dossiers/2",
        "https://API.example.vn:443/v1/dossiers/2",
        "http://other.example.vn/dossiers/2",
        "https://203.113.0.1/dossiers/2",
    ],
)
def test_addresses_outside_are_for_everybody(place: str) -> None:
    linking.fields_name_public_addresses(answer(Location=place, status=201), PUBLIC)
    linking.bodies_link_to_public_addresses(answer({"self": place}), PUBLIC, CONTRACT)


def test_what_is_reached_inside_may_name_the_inside() -> None:
    inner = goal("http://10.0.0.5:8080")
    linking.fields_name_public_addresses(answer(Location="http://10.0.0.6/x"), inner)


@pytest.mark.parametrize(
    "body",
    [
        {"website": "http://10.1.2.3/dossiers/2"},
        {"url": "http://10.1.2.3/about"},
        {"@context": "http://api.example.vn/v1/dossiers/2"},
        {"href": "/dossiers/2"},
        {"href": "http://[broken/dossiers/2"},
    ],
)
def test_data_and_names_are_no_links(body: object) -> None:
    with pytest.raises(NotApplicable):
        linking.bodies_link_to_public_addresses(answer(body), PUBLIC, CONTRACT)


@pytest.mark.parametrize(
    "field", ["", "<a>;rel=x", ' , <a,b;c> ; rel="x y"; title="<,;>" ,<b>;rel=z;;']
)
def test_links_are_read(field: str) -> None:
    linking.link_fields_are_readable(answer(Link=field))


@pytest.mark.parametrize(
    "field", ["a; rel=x", "<a; rel=x", "<a> rel=x", "<a>", "<a>; rel=", "<a>;=x"]
)
def test_what_is_no_link_is_not(field: str) -> None:
    with pytest.raises(Violation):
        linking.link_fields_are_readable(answer(Link=field))


@pytest.mark.parametrize("part", [" ", ";", '"', "<a>;", ";a=", ',"', "\\"])
def test_long_fields_are_read_in_no_time(part: str) -> None:
    begun = time.process_time()
    with pytest.raises(Violation):
        linking.link_fields_are_readable(answer(Link="<a>" + part * 30_000 + "<"))
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("method", "status", "place"),
    [
        ("GET", 301, ""),
        ("GET", 302, "1#part"),
        ("GET", 308, "http://api.example.vn/v1/dossiers/1/"),
        ("POST", 301, "1/"),
        ("PUT", 302, "https://www.example.vn/v1/dossiers/1"),
        ("GET", 302, "https://[broken"),
    ],
)
def test_redirections_that_lead_nowhere(method: str, status: int, place: str) -> None:
    fields = {"Location": place} if place else {}
    with pytest.raises(Violation):
        routing.redirections_lead_on(answer(status=status, method=method, **fields), PUBLIC)


@pytest.mark.parametrize(
    ("method", "status", "place"),
    [
        ("GET", 301, "1/"),
        ("POST", 302, "1"),
        ("POST", 302, "../dossiers/2"),
        ("POST", 308, "1/"),
        ("POST", 303, "1/"),
        ("GET", 302, "http://files.example.vn/1"),
    ],
)
def test_redirections_that_lead_on(method: str, status: int, place: str) -> None:
    made = answer(status=status, method=method, Location=place)
    routing.redirections_lead_on(made, PUBLIC)
    session = answer(status=302, Location="1", Set_Cookie="a=b")
    routing.redirections_lead_on(session, PUBLIC)
