"""Every check and law of ours is mended by example, and the examples are what they say they are."""

import ast
import json
import re
import subprocess
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import tree_sitter
import tree_sitter_c_sharp
import tree_sitter_java
import tree_sitter_javascript
import yaml
from rich.text import Text as RichText
from together import together

from conformance import check as checks
from conformance import mends, shipped
from conformance import profile as profiles
from conformance.cli.explain import explain
from conformance.errors import DocumentError
from conformance.lint import contract as contracts
from conformance.mends import Mend
from conformance.text import LANGUAGES

OURS = {
    name
    for name, found in checks.every().items()
    if found.ask.__module__.startswith("conformance.checks.")
}
EVERY = mends.every()


def named(mend: Mend) -> str:
    return f"{mend.place} {mend.checks[0]}"


def test_each_check_has_a_mend_and_each_mend_a_check() -> None:
    keys = {check_id for mend in EVERY for check_id in mend.checks}
    assert sorted(OURS - keys) == [], "these checks have no entry in conformance/mends/*.yaml"
    assert sorted(keys - OURS) == [], "these ids in conformance/mends/*.yaml are no check's"


def test_each_tool_and_language_of_the_schema_has_a_name_and_a_proof() -> None:
    schema = json.loads(shipped.schema("mends").read_text(encoding="utf-8"))
    entry = schema["items"]["properties"]
    assert set(entry["tool"]["enum"]) == set(mends.TOOLS)
    assert set(entry["language"]["enum"]) == set(IS_WRITTEN_RIGHT)


def test_no_piece_stands_twice() -> None:
    pieces = [(mend.tool, mend.code) for mend in EVERY]
    assert sorted({piece for piece in pieces if pieces.count(piece) > 1}) == []


@together("mend", EVERY, ids=named)
def test_each_text_is_one_composed_line_in_its_language(mend: Mend) -> None:
    for text in (mend.say.vi, mend.say.en, mend.code):
        assert unicodedata.is_normalized("NFC", text)
    assert mend.say.vi == " ".join(mend.say.vi.split())
    assert mend.say.en == " ".join(mend.say.en.split())
    assert not mend.say.vi.isascii()
    assert mend.say.vi != mend.say.en


@pytest.mark.parametrize("lang", LANGUAGES)
def test_explain_shows_who_asks_why_and_each_piece_as_it_stands(
    lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A command reads each profile once; this test would read them some three hundred times.
    monkeypatch.setattr(profiles, "read", cache(profiles.read))
    base = profiles.read("base")
    for requirement in base.requirements:
        for use in requirement.uses:
            shown = told(use.check, lang)
            assert requirement.rationale is not None
            assert requirement.mend is not None
            for text in (requirement.text, requirement.rationale, requirement.mend):
                assert text.into(lang) in shown
            assert f"{requirement.id} · " in shown
            assert f"({requirement.level}) · base, " in shown
            for mend in mends.of(use.check):
                piece = "\n".join(f"  {line}" for line in mend.code.splitlines())
                assert f"{mend.say.into(lang)}\n\n{piece}" in shown
                assert piece in told(requirement.id, lang)


def told(name: str, lang: str) -> str:
    return "\n".join(RichText.from_markup(line).plain for line in explain(name, lang))


def test_explain_asks_the_profile_that_is_named() -> None:
    shown = "\n".join(explain("formats.text.vietnamese_is_composed", "en", "procedure-system"))
    assert "TTHC-FMT-01" in shown
    assert "BASE-FMT-05" in shown
    shown = "\n".join(explain("formats.text.vietnamese_is_composed", "en", "base"))
    assert "TTHC-FMT-01" not in shown


# --- the pieces ----------------------------------------------------------------------------------


def is_python(code: str) -> None:
    compile(code, "a piece", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


def is_yaml(code: str) -> None:
    assert isinstance(yaml.safe_load(code), dict | list)


def is_properties(code: str) -> None:
    """Keys in the spelling that Spring Boot has for them, each once, each with a value."""
    lines = code.splitlines()
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9.\[\]-]+=\S.*", line)] == []
    assert len({line.partition("=")[0] for line in lines}) == len(lines)


def is_shell(code: str) -> None:
    done = subprocess.run(
        ["/bin/sh", "-n"], input=code.encode(), capture_output=True, check=False, timeout=30
    )
    assert done.returncode == 0, done.stderr


def is_sql(code: str) -> None:
    is_closed(code)
    assert code.endswith(";")


def is_closed(code: str) -> None:
    """Every bracket closes in its order; `nginx -t` has its own test, in tests/real."""
    pairs = {")": "(", "]": "[", "}": "{"}
    opened: list[str] = []
    for letter in re.sub(r"\"[^\"]*\"|'[^']*'", "", code):
        if letter in pairs.values():
            opened.append(letter)
        elif letter in pairs:
            assert opened, code
            assert opened.pop() == pairs[letter], code
    assert opened == [], code


def parses(grammar: object, *frames: str) -> Callable[[str], None]:
    """Return a test that wants code without a syntax error in one of the frames around it."""
    parser = tree_sitter.Parser(tree_sitter.Language(grammar))

    def test(code: str) -> None:
        trees = [parser.parse(frame.replace("…", code).encode()) for frame in frames]
        assert [tree for tree in trees if not tree.root_node.has_error] != [], code

    return test


IS_WRITTEN_RIGHT: dict[str, Callable[[str], object]] = {
    "nginx": is_closed,
    "apache": is_closed,
    "xml": ET.fromstring,
    "properties": is_properties,
    "java": parses(
        tree_sitter_java.language(),
        "…",
        "class A { … }",
        "class A { Object a() throws Exception { … } }",
    ),
    "csharp": parses(
        tree_sitter_c_sharp.language(),
        "…",
        "class A { … }",
        "class A { async Task<object> B() { … } }",
    ),
    "javascript": parses(tree_sitter_javascript.language(), "…"),
    "python": is_python,
    "yaml": is_yaml,
    "json": json.loads,
    "sql": is_sql,
    "sh": is_shell,
}


@together("mend", EVERY, ids=named)
def test_each_piece_is_written_right(mend: Mend) -> None:
    IS_WRITTEN_RIGHT[mend.language](mend.code)


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("nginx", "location / { return 404;"),
        ("apache", "<Location />)"),
        ("xml", "<a><b></a>"),
        ("properties", "server.error.includeStacktrace=never"),
        ("properties", "a.b=1\na.b=2"),
        ("java", "String code = ;"),
        ("java", "void a() { return }"),
        ("csharp", "builder.Services.AddControllers(o => );"),
        ("javascript", "app.disable('x-powered-by'"),
        ("python", "def a(:"),
        ("yaml", "a: [1"),
        ("yaml", "just words"),
        ("json", "{'a': 1}"),
        ("sql", "SELECT (1;"),
        ("sh", "if true; then"),
    ],
)
def test_a_piece_that_is_written_wrong_is_seen(language: str, code: str) -> None:
    with pytest.raises((AssertionError, ValueError, SyntaxError, yaml.YAMLError)):
        IS_WRITTEN_RIGHT[language](code)


# --- pieces of contracts -------------------------------------------------------------------------

# Complete as it stands, so that what is found is the piece's.
FRAME = """
openapi: 3.1.0
info:
  title: a piece
  version: 1.0.0
  description: A frame.
  contact: {email: help@example.vn}
servers: [{url: "https://localhost"}]
security: [{token: []}]
paths:
  /piece:
    post:
      operationId: piece
      summary: A piece
      responses:
        "200": {description: done}
        default: {$ref: "#/components/responses/Problem"}
components:
  securitySchemes: {token: {type: http, scheme: bearer}}
  responses:
    Problem:
      description: an error
      headers: {Retry-After: {schema: {type: integer}}}
      content: {application/problem+json: {schema: {$ref: "#/components/schemas/Problem"}}}
  schemas:
    Problem:
      type: object
      properties:
        title: {type: string}
        status: {type: integer, format: int32}
        detail: {type: string}
    Dossier: {type: object, properties: {code: {type: string, maxLength: 40}}}
    DossierSearch: {type: object, properties: {personal_id: {type: string, maxLength: 12}}}
"""


def assembled(code: str) -> dict[str, Any]:
    """Return a whole contract with one piece where it belongs, which its first key tells."""
    piece = yaml.safe_load(code)
    piece = {"parameters": piece} if isinstance(piece, list) else piece
    first = next(iter(piece))
    document: dict[str, Any] = yaml.safe_load(FRAME)
    operation = document["paths"]["/piece"]["post"]
    parts = document["components"]
    if first == "openapi":
        document = piece
    elif first in {"info", "security", "servers"}:
        parts |= piece.pop("components", {})
        document |= piece
    elif first.startswith("/"):
        document["paths"] = piece
    elif first in {"responses", "requestBody", "parameters"}:
        operation |= piece
    elif first == "securitySchemes":
        name = next(iter(piece[first]))
        document |= {"components": parts | piece, "security": [{name: []}]}
    elif first == "schema":
        operation["requestBody"] = {"content": {"application/json": piece}}
    elif first[0].isupper():
        parts["schemas"] |= piece
    else:
        schema = {"type": "object", "properties": piece}
        operation["requestBody"] = {"content": {"application/json": {"schema": schema}}}
    for path in document["paths"].values():
        for each in path.values():
            each.setdefault("responses", {"200": {"description": "done"}})
    return document


def found_in(document: dict[str, Any], folder: Path) -> set[str]:
    """Return the ids of the checks that find something in a contract."""
    path = folder / "openapi.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    linted = contracts.lint(str(path), "base", as_of=date(2026, 7, 1))
    base = profiles.read("base")
    demands = [base.requirement(finding.requirement) for finding in linted.findings]
    return {use.check for demand in demands if demand for use in demand.uses}


@pytest.mark.parametrize("mend", [m for m in EVERY if m.tool == "openapi"], ids=named)
def test_a_piece_of_a_contract_mends_what_it_says(mend: Mend, tmp_path: Path) -> None:
    found = found_in(assembled(mend.code), tmp_path)
    assert found & {*mend.checks, "document.structure.document_is_valid"} == set()


@pytest.mark.parametrize(
    ("check_id", "code"),
    [
        ("document.structure.document_is_valid", "schema: {type: text}"),
        ("document.samples.examples_match_their_schemas", "schema: {type: string}\nexample: 1"),
        ("document.servers.servers_use_https", "servers: [{url: 'http://api.example.gov.vn'}]"),
        ("document.inputs.inputs_are_bounded", "subject: {type: string}"),
        (
            "document.security.schemes_are_secure",
            "securitySchemes: {a: {type: http, scheme: basic}}",
        ),
        ("document.responses.success_is_described", "responses: {default: {description: all}}"),
    ],
)
def test_a_piece_that_mends_nothing_is_seen(check_id: str, code: str, tmp_path: Path) -> None:
    assert check_id in found_in(assembled(code), tmp_path)


def test_the_frame_of_pieces_is_complete(tmp_path: Path) -> None:
    assert found_in(yaml.safe_load(FRAME), tmp_path) == set()


# --- the reader ----------------------------------------------------------------------------------

GOOD = """\
- checks: [http.errors.problem_details]
  tool: nginx
  context: server
  language: nginx
  say: {vi: "Ẩn phiên bản.", en: "Hides the version."}
  code: |
    server_tokens off;
"""


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "good.yaml"
    path.write_text(GOOD, encoding="utf-8")
    (found,) = mends.read(path)
    assert found.checks == ("http.errors.problem_details",)
    assert found.code == "server_tokens off;"
    assert found.where.en == "nginx, in the server block"


@pytest.mark.parametrize(
    ("good", "bad", "tells"),
    [
        ("- checks: [http.errors.problem_details]", "- checks: []", "[0].checks"),
        ("http.errors.problem_details", "problem_details", "[0].checks[0]"),
        ("tool: nginx", "tool: ngnix", "[0].tool"),
        ("  context: server\n", "", "context"),
        ("context: server", "context: upstream", "[0].context"),
        ("tool: nginx", "tool: spring", "[0]"),
        ('en: "Hides the version."', 'en: "Hides the version"', "[0].say.en"),
        (', en: "Hides the version."', "", "[0].say"),
        ("    server_tokens off;\n", "    \n", "[0].code"),
        ("server_tokens off;", "server_tokens " + "f" * 70, "[0].code"),
        ("    server_tokens off;\n", "    server_tokens off;\n" * 9, "[0].code"),
        ("  language: nginx\n", "  language: nginx\n  lang: nginx\n", "lang"),
        ("  tool: nginx\n", "  tool: nginx\n  tool: nginx\n", "bad.yaml:3"),
    ],
)
def test_what_is_wrong_is_named_with_its_place_and_its_mend(
    tmp_path: Path, good: str, bad: str, tells: str
) -> None:
    path = tmp_path / "bad.yaml"
    assert good in GOOD
    path.write_text(GOOD.replace(good, bad), encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        mends.read(path)
    for lang in ("vi", "en"):
        said = caught.value.into(lang)
        assert "bad.yaml" in said
        assert tells in said
        assert "\n  → " in said
