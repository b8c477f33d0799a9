"""Whatever a contract holds: read or refused in bounded time, and nothing else is read."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from measure import costs
from wires import says, serving

from conformance.contract import Contract, bounds, examples, load, patterns
from conformance.contract.bundle import Folder, Origin
from conformance.errors import ContractError

SECONDS = 8.0
MEMORY = 600 * 2**20
AT = "/paths/~1x/get/responses/200/content/application~1json/schema"


def document(schema: Any, **more: Any) -> dict[str, Any]:
    media = {"application/json": {"schema": schema}}
    responses = {"200": {"description": "ok", "content": media}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "x", "version": "1"},
        "paths": {"/x": {"get": {"operationId": "x", "responses": responses}}},
        **more,
    }


def written(schema: Any = None, **more: Any) -> bytes:
    return json.dumps(document({} if schema is None else schema, **more)).encode()


def schemas(**named: Any) -> dict[str, Any]:
    return {"components": {"schemas": named}}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


HEAD = written()[:-1].decode()
LEAF = "&l0 [x, x, x, x, x, x, x, x, x]"
LAUGHS = "\n".join(
    f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" if n else f"l0: {LEAF}" for n in range(10)
)
YAML = "openapi: 3.1.0\ninfo: {title: x, version: '1'}\npaths: {/x: {get: {responses: {}}}}\n"
REFUSED: dict[str, bytes] = {
    "billion laughs": (YAML + LAUGHS).encode(),
    "an alias of itself": (YAML + "x: &a [*a]\n").encode(),
    "ten thousand aliases": (YAML + "a: &a 1\nx: [" + "*a, " * 10_000 + "1]\n").encode(),
    "merges upon merges": (
        YAML
        + "a0: &a0 {k: v}\n"
        + "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], k{n}: v}}\n" for n in range(1, 600))
    ).encode(),
    "deep flow YAML": (YAML + "x: " + "[" * 100_000).encode(),
    "deep block YAML": (YAML + "".join(" " * n + "x:\n" for n in range(2_000))).encode(),
    "deep JSON": (HEAD + ', "x":' + "[" * 100_000 + "]" * 100_000 + "}").encode(),
    "a key twice": (HEAD + ', "x": 1, "x": 2}').encode(),
    "the last of 100,000 keys twice": (
        HEAD + ', "x": {' + ",".join(f'"a{n}":1' for n in [*range(100_000), 99_999]) + "}}"
    ).encode(),
    "NaN": (HEAD + ', "x": NaN}').encode(),
    "a number of 100,000 digits": (HEAD + ', "x": ' + "9" * 100_000 + "}").encode(),
    "UTF-16": written().decode().encode("utf-16"),
    "no UTF-8": b'{"openapi": "\xff\xfe"}',
    "NUL": b"openapi: 3.1.0\n\x00",
    "a tag that makes objects": b"!!python/object/apply:os.system ['true']",
    "HTML": b"<html>" * 100_000,
    "nothing": b"",
    "a number": b"1",
    "binary": bytes(range(256)) * 1000,
}
# Schemas that hold themselves or explode, with a body that leads into them.
NESTED: Any = "x"
for _ in range(80):
    NESTED = {"a": NESTED, "b": 1}
EXPLODING: dict[str, tuple[dict[str, Any], Any]] = {
    "a reference to itself": (schemas(A=ref("A")), 1),
    "references to each other": (schemas(A=ref("B"), B=ref("A")), 1),
    "a reference to itself in allOf": (schemas(A={"allOf": [ref("A")]}), 1),
    "references to each other in anyOf": (
        schemas(A={"anyOf": [ref("B"), ref("B")]}, B={"anyOf": [ref("A"), ref("A")]}),
        1,
    ),
    "a tree of a list": (
        schemas(A={"type": "object", "properties": {"a": ref("A"), "b": {"type": "integer"}}}),
        NESTED,
    ),
    "anyOf of anyOf": (
        schemas(
            **{("A" if n == 0 else f"A{n}"): {"anyOf": [ref(f"A{n + 1}")] * 4} for n in range(30)},
            A30={"type": "boolean"},
        ),
        1,
    ),
    "branches that all lead back": (
        schemas(
            A={
                "anyOf": [
                    {"type": "object", "properties": {"a": ref("A"), "b": {"type": "string"}}},
                    {"type": "object", "properties": {"a": ref("A"), "b": {"type": "null"}}},
                ]
            }
        ),
        NESTED,
    ),
    "a dynamic reference": (
        schemas(A={"$dynamicAnchor": "x", "allOf": [{"$dynamicRef": "#x"}]}),
        1,
    ),
}
READ: dict[str, bytes] = {
    "a BOM": b"\xef\xbb\xbf" + written(),
    "a text of 10 MB": written(info={"title": "x" * 10**7, "version": "1"}),
    "an example of 10 MB": written({"type": "string", "maxLength": 3, "example": "x" * 10**7}),
    "an example of 100,000 items": written({"type": "array", "examples": [[1] * 100_000]}),
    "escapes in its words": written(info={"title": "\x1b[31m\u202e<script>", "version": "=1+1"}),
    "a discriminator to nowhere": written(
        {"discriminator": {"propertyName": "a", "mapping": {"b": "file:///etc/passwd"}}}
    ),
    **{name: written(ref("A"), **more) for name, (more, _) in EXPLODING.items()},
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_contract_is_refused_in_time(name: str) -> None:
    with costs() as cost, pytest.raises(ContractError) as refused:
        load(REFUSED[name], "hostile.yaml")
    assert cost.seconds < SECONDS
    assert cost.bytes < MEMORY
    assert len(str(refused.value)) < 2_000


@pytest.mark.parametrize("name", READ)
def test_a_hostile_contract_is_read_in_time(name: str) -> None:
    with costs() as cost:
        made = load(READ[name], "hostile.yaml")
        # Whatever walks a whole document, as lint and the checks of contracts do.
        examples.offences(made)
        bounds.of(made)
    assert made.operations
    assert cost.seconds < SECONDS
    assert cost.bytes < MEMORY


@pytest.mark.parametrize("name", EXPLODING)
def test_a_body_is_held_against_a_schema_without_end_in_time(name: str) -> None:
    more, body = EXPLODING[name]
    made = load(written(ref("A"), **more), "hostile.yaml")
    with costs() as cost:
        try:
            found: Any = made.breaches(AT, body)
        except ContractError as error:
            found = str(error)
    assert cost.seconds < 5 * SECONDS
    assert cost.bytes < MEMORY
    # The same again: what a run found a rejudgement has to find.
    try:
        again: Any = made.breaches(AT, body)
    except ContractError as error:
        again = str(error)
    assert again == found


# --- patterns -------------------------------------------------------------------------------------

ENDLESS = {
    "^(a+)+$": "a" * 5_000 + "!",
    "^(a|a)*$": "a" * 5_000 + "!",
    "^(a|aa)+$": "a" * 5_000 + "!",
    "^([a-zA-Z0-9]+\\s?)*$": "a" * 5_000 + "!",
    "^(.*,){20}x$": "a," * 5_000,
    "a*a*a*a*a*a*b": "a" * 5_000,
    "^\\s*\\s*\\s*$": " " * 50_000 + "!",
    "^(?:\\w+\\.)+\\w+@$": "a." * 5_000,
}
TRIED = """
import json, sys
from conformance.contract import load
document, body = json.loads(sys.stdin.read())
made = load(json.dumps(document).encode(), "x")
print(bool(made.breaches(sys.argv[1], body)))
"""


def held(schema: Mapping[str, Any], body: Any) -> str:
    """Hold a body against a schema in a process that is ended where it hangs."""
    done = subprocess.run(
        [sys.executable, "-c", TRIED, AT],
        input=json.dumps([document(schema), body]),
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return done.stdout.strip()


def test_a_pattern_never_hangs() -> None:
    for pattern, text in ENDLESS.items():
        assert held({"pattern": pattern}, text) == "True", pattern


def test_a_pattern_of_names_never_hangs() -> None:
    named = {"patternProperties": {"^(a+)+$": True}, "additionalProperties": False}
    assert held(named, {"a" * 5_000 + "!": 1}) == "True"
    assert held(named, {"a" * 5_000: 1}) == "False"


def test_what_no_engine_can_bound_is_said_to_be_open() -> None:
    made = load(written({"pattern": "^(?=(a+)+$)"}), "x")
    with pytest.raises(ContractError, match="for ever"):
        made.breaches(AT, "a" * 5_000 + "!")
    # A short text takes no time in any engine.
    assert made.breaches(AT, "aaa!")
    assert not made.breaches(AT, "aaa")


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("^[A-Z]{2}[0-9]+$", "AB12", "AB12\n"),
        ("^(ab|cd)+$", "abcd" * 30, "abc" * 30),
        ("^([a-z]+[.])*[a-z]+$", "a.b." * 20 + "c", "a.b." * 20),
        ("^\\d+$", "12", "٣"),
        ("^(\\d{3})+$", "123" * 20, "٣٣٣" * 20),
        ("a$b|c$", "c", "c\n"),
        ("^(x|[$])+$", "x$" * 20, "x$" * 20 + "\n"),
        ("^(.)+$", "\ud800" * 30, "\n" * 30),
    ],
)
def test_both_engines_mean_the_same(pattern: str, yes: str, no: str) -> None:
    assert patterns.matches(pattern, yes)
    assert not patterns.matches(pattern, no)
    linear = patterns._linear(pattern)
    assert linear.search(yes.encode("utf-8", "surrogatepass")) is not None or "\ud800" in yes
    assert linear.search(no.encode("utf-8", "surrogatepass")) is None


def test_multiples_of_endless_fractions_are_not_reckoned() -> None:
    made = load(written({"multipleOf": 3}), "x")
    with costs() as cost:
        assert made.breaches(AT, Decimal("0." + "3" * 10**6)) == []
    assert cost.seconds < 2
    assert made.breaches(AT, Decimal("4.5"))


# --- references -----------------------------------------------------------------------------------


def outward(reference: str) -> bytes:
    return written({"$ref": reference})


def test_no_file_but_those_beside_the_contract_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    (tmp_path / "secret.json").write_text('{"const": "a secret"}', encoding="utf-8")
    (folder / "link.json").symlink_to(tmp_path / "secret.json")
    (folder / "beside.json").write_text('{"const": "beside"}', encoding="utf-8")
    contract = folder / "contract.json"
    for reference in (
        "file:///etc/passwd",
        (tmp_path / "secret.json").as_uri(),
        "../secret.json",
        "%2e%2e/secret.json",
        "x/../../secret.json",
        str(tmp_path / "secret.json"),
        "link.json",
        "//127.0.0.1/secret.json",
        "\\\\127.0.0.1\\secret.json",
        "secret.json\x00",
        "/dev/zero",
        "/proc/self/environ",
    ):
        contract.write_bytes(outward(reference))
        made = load(contract.read_bytes(), "contract.json", Folder(contract))
        assert made.flaws, reference
        assert "a secret" not in json.dumps(made.original), reference
        assert "root:" not in json.dumps(made.original), reference
    contract.write_bytes(outward("beside.json"))
    assert "beside" in json.dumps(
        load(contract.read_bytes(), "contract.json", Folder(contract)).original["x-bundled"]
    )


def test_no_other_host_is_asked() -> None:
    with serving(says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")) as elsewhere:
        asked: list[str] = []

        def fetch(location: str) -> bytes:
            asked.append(location)
            return b"{}"

        origin = "http://127.0.0.1:9/contract.json"
        for reference in (
            f"{elsewhere.base_url}/things",
            elsewhere.base_url.replace("http:", "") + "/things",
            "http://127.0.0.1:9@127.0.0.1:80/x",
            "https://127.0.0.1:9/x",
            "ftp://127.0.0.1:9/x",
            "file:///etc/passwd",
        ):
            made = load(outward(reference), "contract.json", Origin(origin, fetch))
            assert made.flaws, reference
            made.breaches(AT, 1) if made.flaws == () else None
        assert asked == []
        assert elsewhere.connections == 0


@pytest.mark.parametrize("name", ["a reference to itself", "anyOf of anyOf"])
def test_a_contract_made_of_itself_is_the_same_contract(name: str) -> None:
    made = Contract(json.loads(READ[name]), "hostile.yaml")
    assert made == load(READ[name], "hostile.yaml")
