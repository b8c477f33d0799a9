"""Agencies that are data: files read, rules kept, answers bent; and all systems on one port."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from sandbox_process import Running

from conformance.sandbox import authorisation, contract, service, systems, variations
from conformance.sandbox.agency import Agency
from conformance.sandbox.declared import bending, reading
from conformance.sandbox.declared import service as declared_service
from conformance.sandbox.declared.reading import DeclarationError
from conformance.sandbox.declared.store import Store
from conformance.sandbox.demonstration import CITIZEN_A, CITIZEN_B, OFFICIAL, Person
from conformance.sandbox.messages import Answer, Call
from conformance.sandbox.sessions import Sessions
from conformance.sandbox.tokens import Keys

SMALL: dict[str, Any] = {
    "system": "small",
    "collections": {
        "cards": {
            "key": "ma",
            "owner": "so",
            "records": [
                {"ma": "T-1", "so": {"person": "citizen_a"}, "tt": "1", "xa": "19789"},
                {"ma": "T-2", "so": {"person": "citizen_b"}, "tt": "2", "xa": "19789"},
            ],
        },
        "places": {"key": "xa", "records": [{"xa": "19789"}]},
    },
    "operations": {
        "list": {"does": "list", "of": "cards"},
        "read": {"does": "read", "of": "cards"},
        "make": {
            "does": "create",
            "of": "cards",
            "issue": "T-{day}-{serial}",
            "set": {"tt": "1"},
            "now": ["luc"],
            "known": {"xa": "places"},
            "unique": ["ghiChu"],
        },
        "end": {"does": "change", "of": "cards", "when": {"tt": ["1"]}, "set": {"tt": "9"}},
        "move": {
            "does": "change",
            "of": "cards",
            "by": "official",
            "moves": {"member": "tt", "allowed": {"1": ["2"], "2": ["9"]}},
        },
    },
}
_PATHS = {
    "/cards": {"get": ("list", None), "post": ("make", ["xa"])},
    "/cards/{ma}": {"get": ("read", None)},
    "/cards/{ma}/end": {"post": ("end", None)},
    "/cards/{ma}/move": {"post": ("move", ["tt"])},
}


@pytest.fixture
def written(tmp_path: Path) -> Path:
    file = tmp_path / "small.yaml"
    file.write_text(yaml.safe_dump(SMALL), encoding="utf-8")
    return file


def a_contract() -> contract.Contract:
    """Return a contract that gives each operation of the small agency an address."""
    page = [
        {"name": name, "in": "query", "schema": {"type": "integer", "default": default}}
        for name, default in (("page", 1), ("size", 20))
    ]
    paths: dict[str, Any] = {}
    for path, methods in _PATHS.items():
        paths[path] = {}
        for method, (name, body) in methods.items():
            entry: dict[str, Any] = {"operationId": name, "security": [{"bearer": []}]}
            named = [{"name": "ma", "in": "path", "schema": {}}] if "{ma}" in path else []
            entry["parameters"] = named + (page if name == "list" else [])
            if body:
                schema = {"type": "object", "required": body}
                entry["requestBody"] = {"content": {"application/json": {"schema": schema}}}
            paths[path][method] = entry
    document = {"paths": paths, "components": {"securitySchemes": {}}}
    return contract._of("small", document)


class Small:
    """The small agency, and who calls it."""

    def __init__(self, file: Path, *forgotten: str) -> None:
        self.declared = reading.read(file)
        self.agency = Agency(contract=a_contract(), rules_forgotten=frozenset(forgotten))
        authority = authorisation.Server(Keys(), ("http://small",))
        self.state = service.State(Store(self.declared), Sessions(), authority)
        self.answering = declared_service.answering(self.declared)

    def ask(self, method: str, path: str, who: Person, body: str = "") -> Answer:
        token = self.state.authority.access_token(self.agency, who)
        headers = (("authorization", f"Bearer {token}"), ("content-type", "application/json"))
        call = Call(method, path, headers=headers, body=body.encode())
        return self.answering(self.agency, self.state, call)


def test_citizens_see_their_own_and_officials_all(written: Path) -> None:
    small = Small(written)
    assert b'"total": 1' in small.ask("GET", "/cards", CITIZEN_A).body
    assert b'"total": 2' in small.ask("GET", "/cards", OFFICIAL).body
    assert small.ask("GET", "/cards/T-1", CITIZEN_A).status == 200
    assert small.ask("GET", "/cards/T-1", CITIZEN_B).status == 404
    assert small.ask("GET", "/cards/T-9", CITIZEN_A).status == 404


def test_what_is_made_has_a_key_an_owner_and_a_place(written: Path) -> None:
    small = Small(written)
    made = small.ask("POST", "/cards", CITIZEN_A, '{"xa": "19789", "ghiChu": "a"}')
    assert made.status == 201
    place = str(made.get("Location"))
    assert small.ask("GET", place, CITIZEN_A).status == 200
    assert small.ask("GET", place, CITIZEN_B).status == 404
    assert small.ask("POST", "/cards", CITIZEN_A, '{"xa": "19789", "ghiChu": "a"}').status == 409
    assert small.ask("POST", "/cards", CITIZEN_A, '{"xa": "00000", "ghiChu": "b"}').status == 400
    other = f'{{"xa": "19789", "ghiChu": "c", "so": "{CITIZEN_B.personal_id}"}}'
    assert small.ask("POST", "/cards", CITIZEN_A, other).status == 403


def test_states_are_kept(written: Path) -> None:
    small = Small(written)
    assert small.ask("POST", "/cards/T-1/end", CITIZEN_A).status == 200
    assert small.ask("POST", "/cards/T-1/end", CITIZEN_A).status == 409
    assert small.ask("POST", "/cards/T-2/move", CITIZEN_B, '{"tt": "9"}').status == 403
    assert small.ask("POST", "/cards/T-2/move", OFFICIAL, '{"tt": "1"}').status == 409
    assert small.ask("POST", "/cards/T-2/move", OFFICIAL, '{"tt": "9"}').status == 200


def test_a_rule_can_be_forgotten(written: Path) -> None:
    small = Small(written, "end.when")
    assert small.ask("POST", "/cards/T-1/end", CITIZEN_A).status == 200
    assert small.ask("POST", "/cards/T-1/end", CITIZEN_A).status == 200


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("operations", "list", "does"), "delete", "/operations/list/does"),
        (("operations", "list", "of"), "papers", "there is no collection 'papers'"),
        (("collections", "cards", "key"), "khoa", "there is no khoa"),
        (("system",), "other", "it has to be 'small'"),
        (("collections", "places", "records"), [{"xa": "1"}] * 2, "xa 1 stands twice"),
        (("faults",), {"Bad Name": {}}, "/faults"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(
    tmp_path: Path, place: tuple[str, ...], value: Any, said: str
) -> None:
    document = yaml.safe_load(yaml.safe_dump(SMALL))
    node = document
    for part in place[:-1]:
        node = node[part]
    node[place[-1]] = value
    file = tmp_path / "small.yaml"
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    with pytest.raises(DeclarationError) as raised:
        reading.read(file)
    assert str(raised.value).startswith("small.yaml")
    assert said in str(raised.value)


def test_answers_are_bent_where_and_how_a_fault_says() -> None:
    said = {
        "answers": ["list"],
        "at": ["/items/*"],
        "only": "last",
        "where": {"tt": "1"},
        "set": {"a": 1},
        "copy": {"b": "tt"},
        "add": {"n": 2},
        "drop": ["x"],
        "as_numbers": ["so"],
        "repeat": ["l"],
    }
    item = {"tt": "1", "n": 1, "x": 0, "so": "07", "l": ["p", "q"]}
    value = {"items": [dict(item), dict(item), {"tt": "2", "x": 0}]}
    hook = bending.bend(said)(Agency(contract=a_contract())).values[-1]
    call = Call("GET", "/cards", operation=a_contract().operations[0])
    bent = hook(call, value)["items"]
    changed = {"tt": "1", "n": 3, "so": 7, "l": ["p", "p", "q"], "a": 1, "b": "1"}
    assert bent == [item, changed, {"tt": "2", "x": 0}]
    other = Call("GET", "/cards/T-1", operation=a_contract().operations[2])
    assert hook(other, {"items": [dict(item)]}) == {"items": [item]}


def test_every_declared_agency_does_what_its_contract_has() -> None:
    for name, declared in reading.every().items():
        if set(declared.operations):
            assert declared_service.missing(declared, contract.read(name)) == []
            assert set(declared.collections), name


def test_forgotten_rules_are_rules_of_the_operation() -> None:
    for declared in reading.every().values():
        for said in (*declared.faults.values(), *declared.near_misses.values()):
            for rule in said.get("forgets", ()):
                operation, _, word = rule.partition(".")
                assert word in declared.operations[operation], rule


@pytest.fixture(scope="module")
def country() -> Iterator[Running]:
    running = Running("--all", system="")
    yield running
    assert running.stop() == 0


def test_every_system_answers_below_its_id(country: Running) -> None:
    told = country.ask("GET", "/").json()["systems"]
    assert set(told) == set(systems.SYSTEMS)
    for name, found in told.items():
        assert found["target"] == country.ready["targets"][name]
        target = yaml.safe_load(country.session.get(found["target"], timeout=10).content)
        assert target["base_url"] == found["base_url"] == f"{country.base_url}/{name}"
        document = country.session.get(target["contract"], timeout=10).json()
        assert document["servers"] == [{"url": found["base_url"]}]


def test_issuers_have_their_metadata_and_tokens_stay_at_home(country: Running) -> None:
    issuer = f"{country.base_url}/procedure-system"
    place = "/.well-known/oauth-authorization-server/procedure-system"
    assert country.ask("GET", place).json()["issuer"] == issuer
    assert country.ask("GET", "/no-such-system/x").status_code == 404


@pytest.mark.parametrize(
    "arguments", [["serve"], ["serve", "--tls", "--all"], ["serve", "--fault", "x", "--all"]]
)
def test_all_systems_are_served_with_all_alone(arguments: list[str]) -> None:
    from conformance.sandbox.__main__ import main  # noqa: PLC0415  # named like a script

    if "x" in arguments:
        arguments = [*arguments[:2], next(iter(variations.every())), "--all"]
    assert main(arguments) == 2
