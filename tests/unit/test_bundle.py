"""Bundling: what lies in other documents travels with the contract, and nothing else is read."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from making import Reply, Seen, agency, answers, goal, openapi

from conformance import contract as contracts
from conformance import documents, engine
from conformance.contract import Contract, bundle
from conformance.contract.bundle import Folder, Origin
from conformance.errors import ContractError, UnreachableError
from conformance.text import Text

NAME = {"type": "string"}


def write(folder: Path, **files: Any) -> Path:
    """Write files by name, `__` for a folder; return the contract's path."""
    for name, content in files.items():
        path = folder / (name.replace("__", "/") + ".json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")
    return folder / "api.json"


def to(reference: str) -> dict[str, Any]:
    return openapi({"/x": {"get": answers({"$ref": reference})}, "/y": {"get": answers(NAME)}})


def loaded(path: Path) -> Contract:
    return contracts.load(path.read_bytes(), str(path), Folder(path))


def rules(made: Contract, body: Any) -> list[str]:
    pointer = made.operations[0].schema_at(200, "application/json")
    assert pointer is not None
    return [breach.rule for breach in made.breaches(pointer, body)]


def test_a_schema_in_another_file_is_found(tmp_path: Path) -> None:
    pet = {"type": "object", "required": ["name"], "properties": {"name": {"$ref": "name.json"}}}
    made = loaded(
        write(
            tmp_path,
            api=to("parts/pet.json#/Pet"),
            parts__pet={"Pet": pet},
            parts__name={"$id": "https://elsewhere.example/name.json", **NAME},
        )
    )
    assert rules(made, {}) == ["required"]
    assert rules(made, {"name": 5}) == ["type"]
    assert rules(made, {"name": "Lan"}) == []
    assert made.flaws == ()


def test_what_was_bundled_needs_no_files_afterwards(tmp_path: Path) -> None:
    path = write(tmp_path, api=to("parts/pet.json"), parts__pet=NAME)
    made = loaded(path)
    (tmp_path / "parts" / "pet.json").unlink()
    again = Contract(json.loads(json.dumps(made.original)), "api.json")
    assert rules(again, 5) == ["type"]
    assert again.digest == made.digest
    assert str(tmp_path) not in json.dumps(made.original)


def test_the_digest_follows_what_was_bundled(tmp_path: Path) -> None:
    first = loaded(write(tmp_path, api=to("a.json"), a=NAME)).digest
    assert loaded(write(tmp_path, a={"type": "integer"})).digest != first


def test_a_document_that_refers_to_nothing_outward_stays_as_it_is(tmp_path: Path) -> None:
    document = openapi({"/x": {"get": answers(NAME)}})
    assert loaded(write(tmp_path, api=document)).original == document


def test_files_that_refer_to_each_other_and_back_end(tmp_path: Path) -> None:
    tree = {"type": "object", "properties": {"down": {"$ref": "b.json"}}}
    back = {
        "type": "object",
        "properties": {"up": {"$ref": "a.json"}, "top": {"$ref": "api.json#/components/schemas/T"}},
    }
    document = {**to("a.json"), "components": {"schemas": {"T": NAME}}}
    made = loaded(write(tmp_path, api=document, a=tree, b=back))
    assert rules(made, {"down": {"up": {"down": {"top": "x"}}}}) == []
    assert rules(made, {"down": {"up": {"down": {"top": 5}}}}) == ["type"]


def test_a_path_item_and_its_parts_in_another_file_are_found(tmp_path: Path) -> None:
    item = {
        "parameters": [{"$ref": "#/q"}],
        "get": {"responses": {"200": {"$ref": "answers.json#/ok"}}},
    }
    document = openapi({"/x": {"$ref": "item.json#/item"}})
    query = {"name": "q", "in": "query", "example": "v"}
    ok = {"content": {"application/json": {"schema": NAME}}}
    made = loaded(
        write(tmp_path, api=document, item={"item": item, "q": query}, answers={"ok": ok})
    )
    assert [p.example for p in made.operations[0].parameters] == ["v"]
    assert rules(made, 5) == ["type"]


def test_names_and_examples_are_not_taken_for_references(tmp_path: Path) -> None:
    schema = {
        "type": "object",
        "example": {"$ref": "example.json"},
        "properties": {"default": {"$ref": "a.json"}, "example": NAME},
    }
    document = openapi({"/x": {"get": answers(schema)}})
    made = loaded(write(tmp_path, api=document, a=NAME))
    assert rules(made, {"default": 5}) == ["type"]
    assert "example.json" in json.dumps(made.original)
    assert made.flaws == ()


@pytest.mark.parametrize(
    ("reference", "why"),
    [
        ("../secret.json", "outside"),
        ("%2e%2e/secret.json", "outside"),
        ("/etc/passwd", "outside"),
        ("link.json", "outside"),
        ("file:///etc/passwd", "not fetched"),
        ("//elsewhere.example/a.json", "not fetched"),
        ("https://elsewhere.example/a.json#/A", "not fetched"),
        ("absent.json", "cannot be read"),
        ("a%00b.json", "cannot be read"),
        (".", "cannot be read"),
        ("broken.json", "malformed"),
    ],
)
def test_what_may_not_or_cannot_be_read_is_told_and_spoils_its_operation_alone(
    reference: str, why: str, tmp_path: Path
) -> None:
    (tmp_path / "secret.json").write_text('{"type": "string"}')
    folder = tmp_path / "contract"
    path = write(folder, api=to(reference))
    (folder / "link.json").symlink_to(tmp_path / "secret.json")
    (folder / "broken.json").write_text("{")
    made = loaded(path)
    (flaw,) = made.flaws
    assert why in flaw.what.en
    assert flaw.what.vi != flaw.what.en
    assert flaw.place == f"api.json: $ref {reference}"
    with pytest.raises(ContractError):
        rules(made, {})
    other = made.operations[1].schema_at(200, "application/json")
    assert other is not None
    assert [b.rule for b in made.breaches(other, 5)] == ["type"]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = write(tmp_path, api=to("pipe.json"))
    os.mkfifo(tmp_path / "pipe.json")
    assert "cannot be read" in loaded(path).flaws[0].what.en


def test_documents_levels_and_sizes_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {f"f{n}": {"properties": {"a": {"$ref": f"f{n + 1}.json"}}} for n in range(30)}
    path = write(tmp_path, api=to("f0.json"), **files)
    assert "levels" in loaded(path).flaws[0].what.en
    monkeypatch.setattr(bundle, "MAX_DOCUMENTS", 3)
    assert len(loaded(path).original[bundle.BUNDLED]) == 3
    monkeypatch.setattr(documents, "MAX_BYTES", len(path.read_bytes()) // 10)
    with pytest.raises(ContractError):
        loaded(path)


def test_a_swagger_document_in_parts_is_read(tmp_path: Path) -> None:
    body = {"name": "b", "in": "body", "schema": {"$ref": "#/definitions/Name"}}
    document = {
        "swagger": "2.0",
        "produces": ["application/json"],
        "paths": {
            "/x": {
                "post": {
                    "parameters": [{"$ref": "parts.json#/parameters/body"}],
                    "responses": {"200": {"schema": {"$ref": "parts.json#/definitions/Name"}}},
                }
            }
        },
    }
    named = {"type": "string", "x-nullable": True}
    parts = {"parameters": {"body": body}, "definitions": {"Name": named}}
    made = loaded(write(tmp_path, api=document, parts=parts))
    assert list(made.operations[0].request_types) == ["application/json"]
    assert rules(made, None) == []
    assert rules(made, 5) == ["type"]


def test_a_discriminator_leads_into_the_bundle(tmp_path: Path) -> None:
    choice = {
        "oneOf": [{"$ref": "cat.json"}],
        "discriminator": {"propertyName": "kind", "mapping": {"cat": "cat.json", "dog": "Dog"}},
    }
    document = openapi({"/x": {"get": answers(choice)}})
    cat = {"type": "object", "properties": {"kind": NAME, "lives": {"type": "integer"}}}
    made = loaded(write(tmp_path, api=document, cat=cat))
    assert rules(made, {"kind": "cat", "lives": 9}) == []
    assert rules(made, {"kind": "cat", "lives": "nine"}) == ["type"]


# --- from a URL ----------------------------------------------------------------------------------


def test_a_fetched_contract_is_bundled_from_its_own_origin_alone() -> None:
    asked = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        return json.dumps(NAME).encode()

    url = "https://api.example/v1/openapi.json"
    paths = {
        "/a": {"get": answers({"$ref": "schemas/a.json"})},
        "/b": {"get": answers({"$ref": "https://api.example/b.json?token=t"})},
        "/c": {"get": answers({"$ref": "https://api.example:444/c.json"})},
        "/d": {"get": answers({"$ref": "http://api.example/d.json"})},
    }
    content = json.dumps(openapi(paths)).encode()
    made = contracts.load(content, url, Origin(url, fetch))
    assert asked == ["https://api.example/v1/schemas/a.json", "https://api.example/b.json?token=t"]
    assert len(made.flaws) == 2
    assert set(made.original[bundle.BUNDLED]) == {"v1/schemas/a.json", "b.json"}


def test_what_the_origin_does_not_give_stays_open() -> None:
    def fetch(url: str) -> bytes:
        raise UnreachableError(Text(vi="không có", en="not there"), place=url)

    url = "https://api.example/openapi.json"
    content = json.dumps(to("a.json")).encode()
    made = contracts.load(content, url, Origin(url, fetch))
    assert [flaw.what.en for flaw in made.flaws] == ["not there"]


def test_a_contract_served_in_parts_is_loaded_over_http() -> None:
    parts = {"/openapi.json": to("parts/a.json"), "/parts/a.json": NAME}

    def answer(seen: Seen) -> Reply:
        return Reply(body=json.dumps(parts[seen.path]).encode())

    with agency(answer) as served:
        made = engine.load_contract(goal(served.base_url), f"{served.base_url}/openapi.json")
        assert [seen.path for seen in served.seen] == ["/openapi.json", "/parts/a.json"]
    assert rules(made, 5) == ["type"]
