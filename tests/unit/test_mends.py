"""Every check and law of ours is mended by example, and the examples are what they say they are."""

import ast
import json
import re
import shutil
import subprocess
import unicodedata
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from conformance import check as checks
from conformance import mends
from conformance.errors import DocumentError
from conformance.mends import Mend

OURS = {
    name
    for name, found in checks.every().items()
    if found.ask.__module__.startswith("conformance.checks.")
}
EVERY = mends.every()


def in_language(*languages: str) -> list[Mend]:
    return [mend for mend in EVERY if mend.language in languages]


def named(mend: Mend) -> str:
    return f"{mend.place} {mend.checks[0]}"


def test_each_check_has_a_mend_and_each_mend_a_check() -> None:
    keys = {check_id for mend in EVERY for check_id in mend.checks}
    assert sorted(OURS - keys) == [], "these checks have no entry in conformance/mends/*.yaml"
    assert sorted(keys - OURS) == [], "these ids in conformance/mends/*.yaml are no check's"


def test_no_piece_stands_twice() -> None:
    pieces = [(mend.tool, mend.code) for mend in EVERY]
    assert sorted({piece for piece in pieces if pieces.count(piece) > 1}) == []


@pytest.mark.parametrize("mend", EVERY, ids=named)
def test_each_text_is_one_composed_line_in_its_language(mend: Mend) -> None:
    for text in (mend.say.vi, mend.say.en, mend.code):
        assert unicodedata.is_normalized("NFC", text)
    assert mend.say.vi == " ".join(mend.say.vi.split())
    assert mend.say.en == " ".join(mend.say.en.split())
    assert not mend.say.vi.isascii()
    assert mend.say.vi != mend.say.en


# --- the pieces ----------------------------------------------------------------------------------


@pytest.mark.parametrize("mend", in_language("python"), ids=named)
def test_python_compiles(mend: Mend) -> None:
    compile(mend.code, mend.place, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


@pytest.mark.parametrize("mend", in_language("yaml"), ids=named)
def test_yaml_is_a_mapping_or_a_list(mend: Mend) -> None:
    assert isinstance(yaml.safe_load(mend.code), dict | list)


@pytest.mark.parametrize("mend", in_language("json"), ids=named)
def test_json_is_read(mend: Mend) -> None:
    json.loads(mend.code)


@pytest.mark.parametrize("mend", in_language("xml"), ids=named)
def test_xml_is_well_formed(mend: Mend) -> None:
    ElementTree.fromstring(mend.code)  # noqa: S314  # our own text


@pytest.mark.parametrize("mend", in_language("properties"), ids=named)
def test_properties_are_keys_with_values_that_stand_once(mend: Mend) -> None:
    lines = mend.code.splitlines()
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9.\[\]-]+=\S.*", line)] == []
    assert len({line.partition("=")[0] for line in lines}) == len(lines)


@pytest.mark.parametrize("mend", in_language("sh"), ids=named)
def test_shell_can_be_read(mend: Mend) -> None:
    done = subprocess.run(
        ["/bin/sh", "-n"], input=mend.code.encode(), capture_output=True, check=False, timeout=30
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("mend", in_language("javascript"), ids=named)
def test_javascript_can_be_read(mend: Mend, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not there")
    piece = tmp_path / "piece.js"
    piece.write_text(mend.code, encoding="utf-8")
    done = subprocess.run(
        [node, "--check", str(piece)], capture_output=True, check=False, timeout=30
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("mend", in_language("nginx", "java", "csharp", "javascript"), ids=named)
def test_brackets_close_in_their_order(mend: Mend) -> None:
    pairs = {")": "(", "]": "[", "}": "{"}
    code = re.sub(r'"(?:\\.|[^"\\\n])*"' + r"|'(?:\\.|[^'\\\n])*'", '""', mend.code)
    opened: list[str] = []
    for letter in code:
        if letter in pairs.values():
            opened.append(letter)
        elif letter in pairs:
            assert opened, code
            assert opened.pop() == pairs[letter], code
    assert opened == [], code


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
