"""Documents from people: YAML 1.2 scalars, bounds, and the place of a mistake."""

import json
import unicodedata
from pathlib import Path

import pytest
import yaml

from conformance import contract as contracts
from conformance import documents, yaml_tree
from conformance.errors import ContractError, DocumentError, ExitCode, ProfileError


@pytest.fixture(autouse=True, params=["libyaml", "python"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read everything by both parsers: what is refused must not depend on the machine."""
    if request.param == "python":
        monkeypatch.setattr(yaml_tree, "_LOADER", yaml.SafeLoader)
    elif not yaml.__with_libyaml__:
        pytest.skip("PyYAML was built without libyaml")


def refused(content: bytes) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        documents.parse(content, place="p.yaml")
    return caught.value


@pytest.mark.parametrize("word", ["no", "No", "NO", "yes", "on", "off", "y", "n"])
def test_words_that_yaml_1_1_reads_as_booleans_stay_words(word: str) -> None:
    assert documents.parse(f"a: {word}".encode(), place="p") == {"a": word}
    assert documents.parse(f"{word}: 1".encode(), place="p") == {word: 1}


@pytest.mark.parametrize("word", ["true", "True", "TRUE", "false", "False", "FALSE"])
def test_only_true_and_false_are_booleans(word: str) -> None:
    assert documents.parse(f"a: {word}".encode(), place="p") == {"a": word.lower() == "true"}


@pytest.mark.parametrize("value", ["2025-07-01", "2025-07-01T10:00:00Z", "2025-07-01 10:00:00"])
def test_dates_stay_text(value: str) -> None:
    assert documents.parse(f"a: {value}".encode(), place="p") == {"a": value}


@pytest.mark.parametrize("value", ["22:30", "1:30:00"])
def test_clock_times_stay_text(value: str) -> None:
    assert documents.parse(f"a: {value}".encode(), place="p") == {"a": value}


@pytest.mark.parametrize("code", ["046", "0777", "08", "-01"])
def test_a_code_with_a_leading_zero_stays_text(code: str) -> None:
    assert documents.parse(f"maTinh: {code}".encode(), place="p") == {"maTinh": code}


@pytest.mark.parametrize("number", [".nan", ".inf", "-.inf"])
def test_a_number_that_json_lacks_stays_text(number: str) -> None:
    assert documents.parse(f"a: {number}".encode(), place="p") == {"a": number}


def test_json_and_yaml_of_one_content_are_equal() -> None:
    content = {"a": [1, 2.5, None, True, "chữ"], "b": {"c": ""}}
    as_json = json.dumps(content, ensure_ascii=False).encode()
    as_yaml = 'a: [1, 2.5, null, true, "chữ"]\nb: {c: ""}\n'.encode()
    assert documents.parse(as_json, place="p") == documents.parse(as_yaml, place="p") == content


def test_flow_style_that_is_not_json_is_yaml() -> None:
    assert documents.parse(b"{a: no, b: [x, y]}", place="p") == {"a": "no", "b": ["x", "y"]}


@pytest.mark.parametrize("content", [b"a: 1\nb: 2\na: 3\n", b"x:\n  - {k: 1, k: 2}\n"])
def test_a_repeated_key_in_yaml_is_refused_with_its_place(content: bytes) -> None:
    error = refused(content)
    assert "stands twice" in error.what.en
    assert "xuất hiện hai lần" in error.what.vi or "stands twice" in error.what.vi
    assert error.place in {"p.yaml:3:1", "p.yaml:2:12"}


@pytest.mark.parametrize("content", [b'{"a": 1, "a": 2}', b'{"x": [{"k": 1, "\\u006b": 2}]}'])
def test_a_repeated_key_in_json_is_refused(content: bytes) -> None:
    error = refused(content)
    assert "stands twice" in error.what.en
    assert "hai lần" in error.what.vi


def test_merge_keys_are_merged_and_are_no_repetition() -> None:
    content = b"base: &b {x: 1}\nuse:\n  <<: *b\n  y: 2\n"
    assert documents.parse(content, place="p") == {"base": {"x": 1}, "use": {"x": 1, "y": 2}}


def test_what_a_mapping_says_itself_stands_over_what_it_merges() -> None:
    content = b"a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nuse: {<<: [*a, *b], x: 3}\n"
    assert documents.parse(content, place="p")["use"] == {"x": 3, "y": 1, "z": 2}


def test_a_quoted_merge_key_is_a_key() -> None:
    assert documents.parse(b'"<<": 1', place="p") == {"<<": 1}


@pytest.mark.parametrize("content", [b"<<: 1", b"<<: [1]", b"a: *absent"])
def test_what_cannot_be_merged_or_found_is_refused(content: bytes) -> None:
    refused(content)


def test_keys_are_the_text_that_stands_there() -> None:
    content = b"200: a\n1.10: b\ntrue: c\n~: d\n"
    wanted = {"200": "a", "1.10": "b", "true": "c", "~": "d"}
    assert documents.parse(content, place="p") == wanted


@pytest.mark.parametrize("content", [b"a: 1e999", b'{"a": 1e999}'])
def test_a_number_beyond_every_float_stays_text(content: bytes) -> None:
    assert documents.parse(content, place="p") == {"a": "1e999"}


@pytest.mark.parametrize("content", [b"a: " + b"1" * 5000, b'{"a": ' + b"1" * 5000 + b"}"])
def test_an_integer_of_thousands_of_digits_is_refused(content: bytes) -> None:
    refused(content)


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b"!!str 1", "1"),
        (b"!!int 1", 1),
        (b"!!float 1", 1.0),
        (b"!!bool true", True),
        (b"!!null ~", None),
        (b"! 1", "1"),
        (b"!!seq [1]", [1]),
        (b"!!map {a: 1}", {"a": 1}),
    ],
)
def test_the_tags_of_json_are_read(content: bytes, value: object) -> None:
    assert documents.parse(content, place="p") == value


@pytest.mark.parametrize(
    "content",
    [
        b"!!binary aGk=",
        b"!!set {a}",
        b"!!omap [a: 1]",
        b"!!timestamp 2025-01-01",
        b"!!int x",
        b"!!bool 1",
        b"!!null x",
        b"!!float x",
        b"!mine 1",
    ],
)
def test_tags_that_json_lacks_are_refused(content: bytes) -> None:
    assert "malformed" in refused(content).what.en


def test_aliases_that_fit_their_bounds_one_by_one_do_not_fit_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(documents, "MAX_NODES", 100)
    content = b"a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9]\nb: [" + b"*a, " * 10 + b"]\n"
    assert "nodes" in refused(content).what.en


def test_json_of_too_many_nodes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_NODES", 100)
    assert documents.parse(json.dumps([0] * 99).encode(), place="p")
    assert "nodes" in refused(json.dumps([0] * 101).encode()).what.en


def test_too_many_aliases_are_refused() -> None:
    content = b"a: &a 1\nb: [" + b"*a, " * (documents.MAX_ALIASES + 1) + b"]\n"
    assert "aliases" in refused(content).what.en


def test_few_aliases_are_welcome() -> None:
    assert documents.parse(b"a: &a [1]\nb: [*a, *a]\n", place="p")["b"] == [[1], [1]]


def test_a_document_whose_aliases_multiply_is_refused() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    refused("\n".join(rows).encode())


def test_a_document_that_holds_itself_is_refused() -> None:
    refused(b"a: &a\n  b: *a\n")


def test_yaml_nested_too_deep_is_refused() -> None:
    assert "deep" in refused(b"- " * (documents.MAX_DEPTH + 1) + b"x").what.en


def test_yaml_within_the_depth_is_read() -> None:
    assert documents.parse(b"- " * (documents.MAX_DEPTH - 2) + b"x", place="p")


def test_json_nested_too_deep_is_refused() -> None:
    depth = documents.MAX_DEPTH + 1
    refused(b"[" * depth + b"]" * depth)


@pytest.mark.parametrize(
    "depth",
    [
        600,
        900,
        5000,
    ],
)
def test_a_contract_nested_very_deep_is_refused_as_a_contract(depth: int) -> None:
    inner = b'{"a":' * depth + b"1" + b"}" * depth
    with pytest.raises(ContractError):
        contracts.load(b'{"openapi": "3.0.3", "x-deep": ' + inner + b', "paths": {}}', "c.json")


@pytest.mark.parametrize("content", [b"<!DOCTYPE html><p>", b"\n  <html>", b"<?xml version='1'?>"])
def test_html_instead_of_yaml_is_named(content: bytes) -> None:
    error = refused(content)
    assert "HTML or XML" in error.what.en
    assert "HTML hoặc XML" in error.what.vi


def test_bytes_that_are_not_utf8_are_placed() -> None:
    error = refused("tên: Huế".encode("cp1258", "replace").replace(b"?", b"\xea"))
    assert "not UTF-8 (byte " in error.what.en
    assert error.place == "p.yaml"


def test_utf16_is_refused_as_not_utf8() -> None:
    assert "not UTF-8" in refused("a: 1".encode("utf-16")).what.en


def test_a_byte_order_mark_is_no_part_of_the_content() -> None:
    assert documents.parse(b"\xef\xbb\xbfa: 1", place="p") == {"a": 1}
    assert documents.parse(b'\xef\xbb\xbf{"a": 1}', place="p") == {"a": 1}


def test_a_mistake_in_yaml_is_placed_by_line_and_column() -> None:
    assert refused(b"a: 1\nb: [1, 2\nc: 3\n").place == "p.yaml:3:2"


def test_a_mistake_in_json_is_placed_by_line_and_column() -> None:
    assert refused(b'{"a": [1,\n 2, , 3]}').place == "p.yaml:2:5"


def test_a_tag_of_another_program_is_refused() -> None:
    assert "malformed" in refused(b"a: !!python/object:os.system x").what.en


def test_two_documents_in_one_file_are_refused() -> None:
    refused(b"a: 1\n---\nb: 2\n")


@pytest.mark.parametrize("content", [b"a: \x07", b"a: \x00b"])
def test_a_control_character_is_refused(content: bytes) -> None:
    refused(content)


@pytest.mark.parametrize("content", [b"? [a, b]\n: c\n", b"? {a: b}\n: c\n"])
def test_a_key_that_is_no_scalar_is_refused(content: bytes) -> None:
    refused(content)


def test_a_document_beyond_the_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_BYTES", 2**20)
    assert "larger than 1 MiB" in refused(b"a: " + b"x" * 2**20).what.en


def test_a_missing_file_is_named_in_both_languages(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        documents.read(tmp_path / "absent.yaml")
    error = caught.value
    assert error.exit_code is ExitCode.USAGE
    assert str(tmp_path / "absent.yaml") in error.into("vi")
    assert "không đọc được tệp" in error.into("vi")
    assert "cannot be read" in error.into("en")


def test_a_file_is_read_and_placed_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: [\n")
    with pytest.raises(DocumentError, match="malformed") as caught:
        documents.read(path)
    assert str(caught.value.place).startswith(f"{path}:")


def test_a_shape_that_does_not_fit_names_path_and_wish() -> None:
    with pytest.raises(ProfileError) as caught:
        documents.conform(
            {"profile": "x", "version": "1", "title": {"vi": "a", "en": "b"}, "requirements": []},
            "profile",
            place="p.yaml",
            error=ProfileError,
        )
    error = caught.value
    assert error.place == "p.yaml: version"
    assert error.mend is not None
    assert "three numbers" in error.mend.en


def test_a_long_message_of_a_shape_is_cut() -> None:
    with pytest.raises(ProfileError) as caught:
        documents.conform(["x" * 5000], "profile", place="p", error=ProfileError)
    assert len(caught.value.what.en) < 400


@pytest.mark.parametrize(
    "content", [b"<p>", b"\xff", b"a: 1\na: 2", b'{"a":1,"a":2}', b"a: [", b"- " * 200]
)
def test_every_refusal_speaks_both_languages_and_says_a_mend(content: bytes) -> None:
    error = refused(content)
    assert error.mend is not None
    assert error.into("vi") != error.into("en")
    assert unicodedata.is_normalized("NFC", error.into("vi"))
