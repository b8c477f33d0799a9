"""What is said of documents that people wrote wrongly: in both languages, without the library's."""

import json
import re
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from conformance import documents, malformed, misfits, target, yaml_tree
from conformance.errors import DocumentError, TargetError

ENGLISH = re.compile(
    r"\b(?:is|are|not|the|found|expected|unexpected|required|property|values?|of type|stands)\b"
)
BASE = {"target": "x", "base_url": "https://x.example.vn"}


@pytest.fixture(params=["libyaml", "python"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "python":
        monkeypatch.setattr(yaml_tree, "_LOADER", yaml.SafeLoader)


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    ("content", "place", "vi", "en"),
    [
        ("base_url: https: //x", "1:16", "dấu hai chấm thì đặt trong nháy", "a value with a colon"),
        ("a: 1\n b: 2\n", "2:3", "ở khoá `b`", "at the key `b`"),
        ("a: - 1\n", "1:4", "dấu `- ` ở chỗ không được phép", "`- ` where none may be"),
        ("a:\n\tb: 1\n", "2:1", "phím Tab", "by a tab"),
        ("a: 'x\n", None, "thiếu dấu nháy đóng", "the closing quotation mark"),
        ("a: [1, 2\nb: 3\n", None, "dấu phẩy hoặc dấu đóng ngoặc", "a closing bracket"),
        ("a: @x\n", "1:4", "đọc thấy `@`, ở khoá `a`", "read: `@`, at the key `a`"),
        ("a: %x\n", "1:4", "không mở đầu được một giá trị", "no value begins with this sign"),
        ('a: "\\q"\n', None, "dấu thoát", "an escape"),
        ("a: *nobody\n", "1:4", "bí danh 'nobody' không trỏ tới đâu", "names nothing"),
        ("a: 1\nb: 2\na: 3\n", "3:1", "khoá 'a' xuất hiện hai lần", "'a' stands twice"),
        ("a: 1\n---\nb: 2\n", "2:1", "tài liệu thứ hai", "a second document"),
        ("? [a]\n: b\n", None, "khoá phải là một giá trị đơn", "a key is no scalar"),
        ("a: !mine x\n", "1:4", "JSON không có kiểu '!mine'", "the tag '!mine'"),
        ("a:\n  <<: 1\n", None, "`<<` chỉ gộp được", "only mappings"),
        ("a: 1\nb: \x07\n", "2:4", "ký tự điều khiển", "a control character"),
        ("a: " + "1" * 5000, None, "quá nhiều chữ số", "too many digits"),
        ('{"a": 1,}', None, None, None),
        ('{"a": [1,\n 2, , 3]}', "2:5", "thiếu giá trị", "a value is missing"),
        ('{"a" 1}', None, "thiếu", "is missing"),
        ('{"a": 1, "a": 2}', None, "khoá 'a' xuất hiện hai lần", "'a' stands twice"),
    ],
)
def test_bytes_that_cannot_be_parsed_are_told_in_both_languages(
    content: str, place: str | None, vi: str | None, en: str | None
) -> None:
    if vi is None or en is None:
        # Flow style of YAML, which takes it.
        assert documents.parse(content.encode(), place="p.yaml")
        return
    with pytest.raises(DocumentError) as caught:
        documents.parse(content.encode(), place="p.yaml")
    error = caught.value
    assert vi in error.what.vi
    assert en in error.what.en
    assert not ENGLISH.search(re.sub(r"'[^']*'|`[^`]*`", "", error.what.vi)), error.what.vi
    if place:
        assert error.place == f"p.yaml:{place}"


def test_a_sentence_nobody_knows_is_marked_as_the_librarys() -> None:
    said = malformed.told("something unheard of")
    assert "nguyên văn của thư viện: something unheard of" in said.vi
    assert "in the library's words: something unheard of" in said.en


def test_what_follows_a_key_is_not_repeated() -> None:
    with pytest.raises(DocumentError) as caught:
        documents.parse(b"a:\n  bearer: canary: secret\n", place="p.yaml")
    assert "canary" not in caught.value.into("vi") + caught.value.into("en")
    assert "`bearer`" in caught.value.what.vi


@pytest.mark.parametrize(
    ("document", "place", "vi", "en"),
    [
        (
            BASE | {"identites": {}},
            "",
            ("khoá `identites`", "`identities`"),
            "perhaps `identities`",
        ),
        (BASE | {"Allow": ["read"]}, "", ("khoá `Allow`", "`allow`"), "perhaps `allow`"),
        (BASE | {"zzz": 1}, "", ("khoá `zzz`", "các khoá có ở đây"), "the keys here"),
        (BASE | {"environment": "sanbox"}, "environment", ("`sandbox`",), "perhaps `sandbox`"),
        (
            BASE | {"allow": "read"},
            "allow",
            ("đang là một chuỗi ký tự, cần một danh sách",),
            "list",
        ),
        (BASE | {"identities": None}, "identities", ("để trống, cần một nhóm",), "nothing"),
        (None, "", ("tệp trống",), "the file is empty"),
        (["x"], "", ("đang là một danh sách",), "this is a list"),
        ({"target": "x"}, "", ("thiếu khoá `base_url`", "thêm `base_url`"), "add `base_url`"),
        (BASE | {"base_url": "ftp://x"}, "base_url", ('"ftp://x"', "http(s)://"), "http(s)://"),
        (BASE | {"target": "Có Dấu"}, "target", ("chữ thường không dấu",), "lower-case"),
        (
            BASE | {"authorisation": {"reference": "r", "by": "b", "until": "mai"}},
            "authorisation.until",
            ("không phải ngày dạng YYYY-MM-DD",),
            "a day YYYY-MM-DD",
        ),
        (BASE | {"identities": {"A B": {}}}, "identities", ('tên "A B"',), 'the name "A B"'),
        (BASE | {"allow": ["read", "read"]}, "allow", ("mục lặp lại",), "comes twice"),
        (BASE | {"pace": {"failures": 1}}, "pace.failures", ("nhỏ hơn 2",), "less than 2"),
        (
            BASE | {"identities": {"a": {}}},
            "identities.a",
            ("không có khoá nào", "một trong bearer"),
            "one of bearer",
        ),
    ],
)
def test_what_does_not_fit_is_told_with_what_would(
    document: Any, place: str, vi: tuple[str, ...], en: str
) -> None:
    with pytest.raises(TargetError) as caught:
        target.of(document, place="t.yaml")
    error = caught.value
    assert error.mend is not None
    for said in vi:
        assert said in error.into("vi")
    assert en in error.into("en")
    assert error.place == (f"t.yaml: {place}" if place else "t.yaml")
    told = re.sub(
        r"'[^']*'|`[^`]*`|\"[^\"]*\"|/\S*|{[^}]*}", "", f"{error.what.vi} {error.mend.vi}"
    )
    assert not ENGLISH.search(told), told


@pytest.mark.parametrize(
    "document",
    [
        BASE | {"identities": {"a": {"bearer": "canary-secret"}}},
        BASE | {"identities": {"a": {"basic": {"username": "u", "password": "canary-secret"}}}},
        BASE | {"network": {"proxy": "http://u:canary-secret@proxy:1"}},
        BASE | {"base_url": "https://u:canary-secret@x.example.vn"},
        BASE | {"identities": {"a": {"bearer": "env:A", "login": {"x": "canary-secret"}}}},
    ],
)
def test_a_secret_in_the_wrong_place_is_not_repeated(document: dict[str, Any]) -> None:
    with pytest.raises(TargetError) as caught:
        target.of(document, place="t.yaml")
    assert "canary" not in caught.value.into("vi") + caught.value.into("en")


@pytest.mark.parametrize(
    ("schema", "value", "vi", "en"),
    [
        ({"const": 3}, 4, "4, cần đúng 3", "wanted exactly 3"),
        ({"minItems": 2}, [1], "ít hơn 2 mục", "fewer than 2 entries"),
        ({"maxLength": 1}, "ab", "dài hơn 1 ký tự", "longer than 1 signs"),
        ({"type": ["string", "null"]}, 1, "một chuỗi ký tự hoặc để trống", "a text or nothing"),
        ({"pattern": "^a"}, "b", "theo mẫu `^a`", "of the form `^a`"),
        ({"anyOf": [{"type": "string"}, {"type": "array"}]}, 1, "dạng nào", "none of the"),
        ({"properties": {"a": False}}, {"a": 1}, "không được có ở đây", "may not be here"),
        ({"multipleOf": 5}, 3, "nguyên văn của thư viện: 3 is not", "in the library's words"),
        (
            {"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": False},
            {"a": 1, "b": 2},
            "không có khoá `b`",
            "no key `b`",
        ),
    ],
)
def test_each_kind_is_worded(schema: dict[str, Any], value: Any, vi: str, en: str) -> None:
    error = documents.best_match(Draft202012Validator(schema).iter_errors(value))
    assert error is not None
    what, mend = misfits.told(error)
    assert vi in what.vi + (mend.vi if mend else "")
    assert en in what.en + (mend.en if mend else "")


def test_a_document_that_is_no_openapi_is_told_so_in_both_languages() -> None:
    from conformance import contract  # noqa: PLC0415  # only here
    from conformance.errors import ContractError  # noqa: PLC0415  # only here

    with pytest.raises(ContractError) as caught:
        contract.load(json.dumps({"paths": {}}).encode(), "c.json")
    assert "tìm thấy: không có khoá `openapi`" in caught.value.what.vi
    assert "found: no `openapi` key" in caught.value.what.en
