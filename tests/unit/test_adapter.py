"""Requests drafted from a contract: the same everywhere, bounded, and written down as they go."""

import contextlib
import json
import os
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

from conformance.formats.national import ALL
from conformance.generation import knots
from conformance.generation.adapter import Draft, Generator, Limits
from conformance.generation.adapter.isolation import HOME, apart, ended
from conformance.generation.adapter.libraries import CHARACTERS, imported
from conformance.generation.adapter.preparing import loaded

ROOT = Path(__file__).parents[2]
LIMITS = Limits(coverage=20, valid=6, invalid=6, seconds=60)


def contract(**operations: Any) -> dict[str, Any]:
    return {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {f"/{name}": {"post": each} for name, each in operations.items()},
    }


def taking(media_type: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    body = {"required": True, "content": {media_type: {"schema": schema}}}
    return {"requestBody": body, "responses": {"200": {"description": "ok"}}, **more}


def parameter(name: str, where: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": where, "required": True, "schema": schema}


def thing(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def drafted(document: dict[str, Any], path: str, limits: Limits = LIMITS) -> list[Draft]:
    return list(Generator(document, 1).drafts("post", path, limits))


PERSON = thing(
    name={"type": "string", "minLength": 1, "maxLength": 20},
    age={"type": "integer", "minimum": 0, "maximum": 150},
    tax={"type": "string", "format": "vn-tax-code"},
)
PEOPLE = contract(
    people=taking(
        "application/json",
        PERSON,
        parameters=[
            parameter("page", "query", {"type": "integer", "minimum": 1}),
            parameter("X-Trace", "header", {"type": "string", "pattern": "^[a-z]{8}$"}),
            parameter("Authorization", "header", {"type": "string"}),
            parameter("visit", "cookie", {"type": "string", "pattern": "^[a-z]{4}$"}),
        ],
    ),
    offices=taking("application/json", thing(code={"type": "string", "maxLength": 5})),
)
PEOPLE["paths"]["/people/{id}"] = {
    "post": {
        "parameters": [parameter("id", "path", {"type": "string", "maxLength": 6})],
        "responses": {"200": {"description": "ok"}},
    }
}


# --- what of other people's libraries is not promised ---------------------------------------------


def test_the_names_that_are_not_promised_are_there_and_behave() -> None:
    tools = imported()
    schema = loaded(tools, PEOPLE)
    operation = schema["/people"]["POST"]
    config = schema.config.generation_for(operation=operation, phase="coverage")
    assert config.with_security_parameters is False
    assert schema.config.phases_for(operation=operation).coverage.unexpected_methods == set()
    made = tools.CoverageGenerator(
        operation=operation,
        generation_modes=[tools.GenerationMode("negative")],
        generation_config=config,
        auth_storage=None,
        override=tools.Override(),
        feedback=tools.NO_FEEDBACK,
        session=tools.GenerationSession(),
    )
    case = next(iter(made))
    assert case.method == "POST"
    assert case.path == "/people"
    assert case.meta.generation.mode.value == "negative"
    assert case.meta.phase.name.value == "coverage"
    assert case.meta.phase.data.parameter_location.value in {"query", "header", "cookie", "body"}
    assert case.meta.phase.data.scenario.value
    assert {"url", "params", "headers", "cookies"} <= set(case.as_transport_kwargs())
    assert made.controller.deferred_errors == []
    assert made.controller.unserializable_media_types == set()


def test_hypothesis_is_put_back_as_it_was() -> None:
    tools = imported()
    names = ("_get_local_constants", "CONSTANTS_CACHE")
    before = [getattr(tools.providers, name) for name in names]
    home = getattr(tools.configuration, HOME)
    codec = tools.charmap.intervals_from_codec

    def failing() -> None:
        with apart(tools):
            assert len(tools.providers._get_local_constants()) == 0
            assert tools.charmap.intervals_from_codec is not codec
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert [getattr(tools.providers, name) for name in names] == before
    assert getattr(tools.configuration, HOME) == home
    assert tools.charmap.intervals_from_codec is codec


def test_the_characters_of_utf_8_are_all_but_surrogates() -> None:
    encoded = {
        number
        for first, last in CHARACTERS
        for number in (first, (first + last) // 2, last)
        if chr(number).encode("utf-8")
    }
    assert len(encoded) == 6
    for surrogate in ("\ud800", "\udfff"):
        with pytest.raises(UnicodeEncodeError):
            surrogate.encode("utf-8")


def test_the_pin_is_of_a_minor_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert "schemathesis>=4.32,<4.33" in project["optional-dependencies"]["generation"]


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    said = run(
        "import sys; sys.modules['schemathesis'] = None\n"
        "from conformance.generation import adapter\n"
        "from conformance.errors import UsageError\n"
        "try: adapter.Generator({}, 1)\n"
        "except UsageError as error: print(type(error).__name__, error.into('vi'))\n",
        tmp_path,
    )
    assert said.startswith("ToolMissingError")
    assert "pip install 'vnda-conformance[generation]'" in said


def test_it_is_imported_only_when_a_generator_is_made(tmp_path: Path) -> None:
    said = run(
        "import sys; from conformance.generation import adapter\n"
        "print([name for name in ('schemathesis', 'hypothesis') if name in sys.modules])",
        tmp_path,
    )
    assert said == "[]"


# --- the same everywhere --------------------------------------------------------------------------


SCRIPT = """
import hashlib, json, sys
from conformance.generation.adapter import Generator, Limits
document, order, local = json.loads(sys.argv[1]), sys.argv[2], sys.argv[3]
if local == "local":
    import weird
    import hypothesis
    hypothesis.settings.register_profile("other", max_examples=3, derandomize=True)
    hypothesis.settings.load_profile("other")
generator = Generator(document, 5)
paths = sorted(document["paths"], reverse=order == "back")
told = {}
for path in paths:
    drafts = list(generator.drafts("POST", path, Limits(15, 8, 8, 60)))
    told[path] = hashlib.sha256(repr(drafts).encode()).hexdigest(), len(drafts)
print(json.dumps(told, sort_keys=True))
"""


def run(script: str, folder: Path, *words: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), **environment},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("order", "local", "environment"),
    [
        ("back", "no", {"PYTHONHASHSEED": "1"}),
        ("there", "local", {"PYTHONHASHSEED": "2", "CI": "true", "GITHUB_ACTIONS": "true"}),
    ],
)
def test_drafts_are_the_same_in_every_process_and_leave_nothing(
    order: str, local: str, environment: dict[str, str], tmp_path: Path
) -> None:
    # Constants of local modules get into what hypothesis draws, unless it is kept from them.
    words = ", ".join(f"'word-{number}', {number * 7919}" for number in range(400))
    (tmp_path / "weird.py").write_text(f"WORDS = [{words}]\n", "utf-8")
    # A configuration that would turn everything round if it were looked for.
    (tmp_path / "schemathesis.toml").write_text('seed = 9\n[generation]\nmode = "positive"\n')
    (tmp_path / "plain").mkdir()
    document = json.dumps(PEOPLE)
    one = run(SCRIPT, tmp_path / "plain", document, "there", "no", PYTHONHASHSEED="0")
    other = run(
        SCRIPT, tmp_path, document, order, local, PYTHONDONTWRITEBYTECODE="1", **environment
    )
    assert json.loads(one) == json.loads(other)
    assert all(count > 10 for _, count in json.loads(one).values())
    assert list((tmp_path / "plain").iterdir()) == []
    assert {each.name for each in tmp_path.iterdir()} == {"weird.py", "schemathesis.toml", "plain"}


def test_the_seed_changes_what_is_drawn() -> None:
    one, other = (
        {draft.wire for draft in Generator(PEOPLE, seed).drafts("POST", "/people", LIMITS)}
        for seed in (1, 2)
    )
    assert one != other


def test_multipart_boundaries_follow_from_the_parts() -> None:
    schema = thing(note={"type": "string"}, file={"type": "string", "format": "binary"})
    document = contract(x=taking("multipart/form-data", schema))
    first, second = (drafted(document, "/x") for _ in range(2))
    assert first == second
    assert any(b"form-data" in (draft.body or b"") for draft in first)
    for draft in first:
        if "boundary=" in draft.media_type:
            boundary = draft.media_type.partition("boundary=")[2].encode()
            assert boundary in (draft.body or b"")


# --- what a draft says ----------------------------------------------------------------------------


def test_parts_are_texts_and_what_the_asker_sets_is_left_out() -> None:
    drafts = drafted(PEOPLE, "/people", Limits(200, 10, 10))
    assert {draft.origin for draft in drafts} == {"coverage", "fuzzing"}
    assert {draft.meant for draft in drafts} == {"valid", "invalid"}
    assert {"query", "header", "body", "cookie"} <= {draft.location for draft in drafts}
    names = {name.lower() for draft in drafts for name, _ in draft.headers}
    assert "x-trace" in names
    assert not names & {"authorization", "user-agent", "accept", "content-type", "host"}
    assert not [name for name in names if name.startswith("x-schemathesis")]
    assert any(dict(draft.query).get("page") == "0" for draft in drafts)
    assert {"/age", "/name"} <= {draft.parameter for draft in drafts if draft.location == "body"}
    assert len({draft.wire for draft in drafts}) == len(drafts)


def test_values_of_the_path_are_not_encoded() -> None:
    values = {draft.path["id"] for draft in drafted(PEOPLE, "/people/{id}", Limits(40, 40, 20))}
    assert any(not value.isascii() for value in values)
    assert not [value for value in values if "%C3" in value]


def test_national_formats_are_drawn_right() -> None:
    formats = {name: {"type": "string", "format": name} for name in ALL}
    document = contract(x=taking("application/json", thing(**formats)))
    drafts = drafted(document, "/x", Limits(0, 10, 0))
    assert len(drafts) == 10
    for draft in drafts:
        for name, value in json.loads(draft.body or b"").items():
            if name in ALL:
                assert ALL[name].holds(value), (name, value)


def test_a_member_may_be_called_format() -> None:
    """Of a document of many systems: files have a format, images too."""
    document = contract(x=taking("application/json", thing(format={"type": "string"})))
    assert drafted(document, "/x", Limits(0, 4, 0))


def test_a_pattern_may_narrow_a_format_to_few_of_its_values() -> None:
    code = {
        "type": "string",
        "format": "vn-dossier-code",
        "pattern": r"^H26\.12-[0-9]{6}-[0-9]{4}$",
    }
    document = contract(x=taking("application/json", thing(code=code)))
    drafts = drafted(document, "/x", Limits(0, 10, 0))
    codes = {json.loads(draft.body or b"")["code"] for draft in drafts}
    assert len(codes) > 1
    assert all(code.startswith("H26.12-") for code in codes)
    assert all(ALL["vn-dossier-code"].holds(code) for code in codes)


@pytest.mark.parametrize(
    ("media_type", "piece"),
    [
        ("application/json", b"{"),
        ("application/merge-patch+json", b"{"),
        ("application/xml", b"<"),
        ("application/x-www-form-urlencoded", b"name="),
        ("multipart/form-data", b"--"),
    ],
)
def test_bodies_of_each_media_type_are_written(media_type: str, piece: bytes) -> None:
    schema = thing(name={"type": "string", "pattern": "^[a-z]{3}$"})
    generator = Generator(contract(x=taking(media_type, schema)), 1)
    drafts = list(generator.drafts("POST", "/x", LIMITS))
    bodies = [draft.body or b"" for draft in drafts if draft.meant == "valid"]
    assert bodies
    assert all(piece in body for body in bodies)
    assert {draft.media_type.partition(";")[0] for draft in drafts if draft.meant == "valid"} == {
        media_type
    }


@pytest.mark.parametrize("media_type", ["application/octet-stream", "text/plain"])
def test_bodies_that_are_no_objects_are_written(media_type: str) -> None:
    document = contract(x=taking(media_type, {"type": "string", "minLength": 4}))
    bodies = {draft.body for draft in drafted(document, "/x") if draft.meant == "valid"}
    assert len(bodies) > 2


def test_what_cannot_be_written_is_told_and_kills_nothing() -> None:
    document = contract(
        bad=taking("application/x-what-is-this", {"type": "string"}),
        none=taking("application/json", {"allOf": [{"type": "string"}, {"type": "integer"}]}),
        broken=taking("application/json", {"$ref": "#/components/schemas/nowhere"}),
        good=taking("application/json", PERSON),
    )
    generator = Generator(document, 1)
    for path in ("/bad", "/none", "/broken", "/absent"):
        list(generator.drafts("POST", path, LIMITS))
        assert generator.troubles, path
        assert not generator.cut
    assert len(list(generator.drafts("POST", "/good", LIMITS))) > 20
    assert generator.troubles == []


@pytest.mark.parametrize("version", ["3.0.3", "3.1", "3.1.0", "3.2.0"])
def test_every_version_is_read(version: str) -> None:
    assert drafted({**PEOPLE, "openapi": version}, "/people")


def test_swagger_is_read() -> None:
    document = {
        "swagger": "2.0",
        "info": {"title": "t", "version": "1"},
        "paths": {
            "/x": {
                "post": {
                    "parameters": [{"name": "b", "in": "body", "required": True, "schema": PERSON}],
                    "consumes": ["application/json"],
                    "responses": {"200": {"description": "ok"}},
                }
            }
        },
    }
    before = json.dumps(document)
    assert drafted(document, "/x")
    assert json.dumps(document) == before


# --- bounds ---------------------------------------------------------------------------------------


def test_a_sample_reaches_everything_that_is_bent() -> None:
    many = {f"field{number}": {"type": "string", "maxLength": 9} for number in range(40)}
    parameters = [parameter("page", "query", {"type": "integer", "minimum": 1, "maximum": 9})]
    document = contract(x=taking("application/json", thing(**many), parameters=parameters))
    drafts = drafted(document, "/x", Limits(30, 0, 0))
    assert len(drafts) == 30
    assert {draft.location for draft in drafts} >= {"query", "body"}
    assert {draft.meant for draft in drafts} == {"valid", "invalid"}
    assert len({draft.scenario for draft in drafts}) > 6


def knot(size: int) -> dict[str, Any]:
    names = [f"S{number}" for number in range(size)]
    document = contract(
        x=taking("application/json", {"$ref": "#/components/schemas/S0"}),
        good=taking("application/json", PERSON),
    )
    document["components"] = {
        "schemas": {
            name: {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string"},
                    "a": {"$ref": f"#/components/schemas/{names[(number + 1) % size]}"},
                    "b": {"$ref": f"#/components/schemas/{names[(number + 2) % size]}"},
                },
            }
            for number, name in enumerate(names)
        }
    }
    return document


@pytest.mark.parametrize("size", [20, 100, 400])
def test_knots_of_schemas_are_walked_one_step(size: int) -> None:
    generator = Generator(knot(size), 1)
    begun = time.process_time()
    drafts = list(generator.drafts("POST", "/x", LIMITS))
    assert time.process_time() - begun < 4
    assert not generator.cut
    assert len(drafts) > 20
    assert any(b'"a":' in (draft.body or b"").replace(b" ", b"") for draft in drafts)


def test_small_knots_stay_as_they_are() -> None:
    document = knot(5)
    assert knots.untied(document) is document
    assert knots.untied(knot(20)) != knot(20)


def test_time_is_the_last_resort_and_is_told() -> None:
    generator = Generator(PEOPLE, 1)
    list(generator.drafts("POST", "/people", Limits(500, 5000, 5000, seconds=0.3)))
    assert generator.cut
    list(generator.drafts("POST", "/people", Limits(3, 0, 0)))
    assert not generator.cut


def test_a_case_that_does_not_come_is_ended() -> None:
    begun = time.monotonic()

    def endless() -> None:
        while True:
            with contextlib.suppress(Exception):  # as libraries do
                time.sleep(0.001)

    assert ended(0.2, endless)
    assert time.monotonic() - begun < 3
    assert not ended(5, lambda: None)
