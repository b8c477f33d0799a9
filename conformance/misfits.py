"""What a validator of JSON Schema finds wrong, in words: what stands there, and what may.

The sentences of the library are English, and quote whatever stands there; a secret that somebody
wrote into the wrong place must not be repeated. A kind that is not worded here keeps the library's
sentence, said to be such, unless it is a place of secrets.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Mapping
from typing import Any

from jsonschema import ValidationError

from conformance.text import Text

# The Vietnamese of `description`, where our own schemas describe what they want.
DESCRIPTION_VI = "x-vi"
# The stubs call unset what each error of a validator has: the value, the schema and the keyword's.
_Error = Any
_LONGEST = 80
_LIBRARY_LONGEST = 300
_NEAR = 3

_TYPES = {
    "object": Text(vi="một nhóm `khoá: giá trị`", en="a mapping `key: value`"),
    "array": Text(vi="một danh sách", en="a list"),
    "string": Text(vi="một chuỗi ký tự", en="a text"),
    "integer": Text(vi="một số nguyên", en="a whole number"),
    "number": Text(vi="một số", en="a number"),
    "boolean": Text(vi="true hoặc false", en="true or false"),
    "null": Text(vi="để trống (null)", en="nothing (null)"),
}
_FORMATS = {
    "date": Text(vi="ngày dạng YYYY-MM-DD có trong lịch", en="a day YYYY-MM-DD of the calendar"),
    "date-time": Text(vi="ngày giờ theo RFC 3339", en="a time as in RFC 3339"),
    "uri": Text(vi="một địa chỉ URI đầy đủ", en="a whole URI"),
    "uri-reference": Text(vi="một địa chỉ URI", en="a URI reference"),
    "email": Text(vi="một địa chỉ thư điện tử", en="an e-mail address"),
    "regex": Text(vi="một biểu thức chính quy", en="a regular expression"),
}


def told(error: ValidationError) -> tuple[Text, Text | None]:
    """Return what is wrong where an error lies, and what may stand there if that can be told."""
    word = _KINDS.get(str(error.validator))
    what, mend = _unworded(error) if word is None else word(error)
    return what, mend or _described(error)


def _described(error: _Error) -> Text | None:
    """Return what our own schema says of a place, if it says so in both languages."""
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    en = schema.get("description")
    vi = schema.get(DESCRIPTION_VI)
    return Text(vi=str(vi), en=str(en)) if en and vi else None


def _quoted(error: _Error) -> str:
    """Return what stands there, in short; nothing where it may be a secret."""
    return "…" if _is_secret(error) else _short(error.instance)


def _is_secret(error: _Error) -> bool:
    """Whether a place is one of secrets, or an address there may hold a name and a password."""
    schema = error.schema
    marked = isinstance(schema, Mapping) and bool(schema.get("writeOnly"))
    return marked or (isinstance(error.instance, str) and "@" in error.instance)


def _short(value: Any) -> str:
    shown = json.dumps(value, ensure_ascii=False, default=str)
    return shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…"


def _listed(values: Any) -> str:
    return ", ".join(f"`{value}`" for value in values)


def _near(names: list[str], known: list[str]) -> Text | None:
    """Return what is proposed in place of names that nobody knows."""
    folded = {name.casefold(): name for name in known}
    near = [
        folded[found]
        for name in names
        for found in difflib.get_close_matches(name.casefold(), folded, _NEAR)
    ]
    if near:
        shown = _listed(dict.fromkeys(near))
        return Text(vi=f"có chăng là {shown}", en=f"perhaps {shown}")
    shown = _listed(sorted(known))
    return Text(vi=f"các khoá có ở đây: {shown}", en=f"the keys here: {shown}") if known else None


def _unknown_key(error: _Error) -> tuple[Text, Text | None]:
    known = sorted(error.schema.get("properties", {}))
    # Which keys are left over only the library knows, as other schemas may take some.
    extra = [name for name in error.instance if repr(name) in error.message]
    shown = _listed(extra)
    return Text(vi=f"không có khoá {shown}", en=f"there is no key {shown}"), _near(extra, known)


def _type(error: _Error) -> tuple[Text, Text | None]:
    wanted = error.validator_value
    wanted = [wanted] if isinstance(wanted, str) else list(wanted)
    names = [_TYPES.get(name, Text(vi=name, en=name)) for name in wanted]
    needed = Text(
        vi=" hoặc ".join(name.vi for name in names), en=" or ".join(name.en for name in names)
    )
    if error.instance is None:
        what = Text(vi="để trống", en="there is nothing")
    else:
        there = _TYPES[_type_of(error.instance)]
        what = Text(vi=f"đang là {there.vi}", en=f"this is {there.en}")
    return Text(vi=f"{what.vi}, cần {needed.vi}", en=f"{what.en}, wanted: {needed.en}"), None


def _type_of(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, str):
        return "string"
    if isinstance(value, Mapping):
        return "object"
    return "array" if isinstance(value, list | tuple) else "number"


def _enum(error: _Error) -> tuple[Text, Text | None]:
    value, allowed = _quoted(error), list(error.validator_value)
    shown = _listed(allowed)
    texts = [each for each in allowed if isinstance(each, str)]
    close = difflib.get_close_matches(str(error.instance).casefold(), texts, 1)
    perhaps = Text(
        vi="".join(f"; có chăng là `{each}`" for each in close),
        en="".join(f"; perhaps `{each}`" for each in close),
    )
    return (
        Text(
            vi=f"{value} không nằm trong các giá trị được phép",
            en=f"{value} is none of the values that may stand here",
        ),
        Text(vi=f"một trong: {shown}{perhaps.vi}", en=f"one of: {shown}{perhaps.en}"),
    )


def _const(error: _Error) -> tuple[Text, Text | None]:
    value, wanted = _quoted(error), _short(error.validator_value)
    return Text(vi=f"{value}, cần đúng {wanted}", en=f"{value}, wanted exactly {wanted}"), None


def _required(error: _Error) -> tuple[Text, Text | None]:
    missing = [name for name in error.validator_value if name not in error.instance]
    shown = _listed(missing)
    return (
        Text(vi=f"thiếu khoá {shown}", en=f"the key {shown} is missing"),
        Text(vi=f"thêm {shown}", en=f"add {shown}"),
    )


def _pattern(error: _Error) -> tuple[Text, Text | None]:
    value, pattern = _quoted(error), error.validator_value
    mend = _described(error) or Text(vi=f"theo mẫu `{pattern}`", en=f"of the form `{pattern}`")
    if "propertyNames" in error.absolute_schema_path:
        return Text(
            vi=f"tên {value} không đúng dạng", en=f"the name {value} is not formed so"
        ), mend
    return Text(vi=f"{value} không đúng dạng", en=f"{value} is not of the form"), mend


def _format(error: _Error) -> tuple[Text, Text | None]:
    value, name = _quoted(error), str(error.validator_value)
    wanted = _FORMATS.get(name, Text(vi=f"dạng `{name}`", en=f"the format `{name}`"))
    return (
        Text(vi=f"{value} không phải {wanted.vi}", en=f"{value} is not {wanted.en}"),
        _described(error),
    )


def _bound(vi: str, en: str) -> Callable[[_Error], tuple[Text, Text | None]]:
    def word(error: _Error) -> tuple[Text, Text | None]:
        limit = str(error.validator_value)
        return Text(vi=vi.replace("N", limit), en=en.replace("N", limit)), _described(error)

    return word


def _least(vi: str, en: str, empty: Text) -> Callable[[_Error], tuple[Text, Text | None]]:
    bound = _bound(vi, en)

    def word(error: _Error) -> tuple[Text, Text | None]:
        return (empty, _described(error)) if error.validator_value == 1 else bound(error)

    return word


def _said(vi: str, en: str) -> Callable[[_Error], tuple[Text, Text | None]]:
    return lambda error: (Text(vi=vi, en=en), _described(error))


def _unworded(error: _Error) -> tuple[Text, Text | None]:
    if error.schema is False:
        return Text(vi="không được có ở đây", en="may not be here"), None
    keyword, said = str(error.validator), error.message
    if _is_secret(error) or len(said) > _LIBRARY_LONGEST:
        said = keyword
    return (
        Text(
            vi=f"không đúng khuôn dạng ({keyword}; nguyên văn của thư viện: {said})",
            en=f"does not have the shape ({keyword}; in the library's words: {said})",
        ),
        None,
    )


_KINDS: Mapping[str, Callable[[_Error], tuple[Text, Text | None]]] = {
    "additionalProperties": _unknown_key,
    "unevaluatedProperties": _unknown_key,
    "type": _type,
    "enum": _enum,
    "const": _const,
    "required": _required,
    "pattern": _pattern,
    "format": _format,
    "minLength": _least(
        "ngắn hơn N ký tự", "shorter than N signs", Text(vi="chuỗi rỗng", en="an empty text")
    ),
    "maxLength": _bound("dài hơn N ký tự", "longer than N signs"),
    "minItems": _least(
        "danh sách có ít hơn N mục",
        "the list has fewer than N entries",
        Text(vi="danh sách rỗng", en="an empty list"),
    ),
    "maxItems": _bound("danh sách có nhiều hơn N mục", "the list has more than N entries"),
    "minProperties": _least(
        "có ít hơn N khoá",
        "there are fewer than N keys",
        Text(vi="không có khoá nào", en="there is no key"),
    ),
    "maxProperties": _bound("có nhiều hơn N khoá", "there are more than N keys"),
    "minimum": _bound("nhỏ hơn N", "less than N"),
    "maximum": _bound("lớn hơn N", "more than N"),
    "exclusiveMinimum": _bound("không lớn hơn N", "not more than N"),
    "exclusiveMaximum": _bound("không nhỏ hơn N", "not less than N"),
    "uniqueItems": _said("danh sách có mục lặp lại", "an entry of the list comes twice"),
    "anyOf": _said("không thuộc dạng nào được phép", "of none of the forms that may stand here"),
    "oneOf": _said(
        "phải thuộc đúng một trong các dạng được phép",
        "has to be of exactly one of the forms that may stand here",
    ),
    "not": _said("thuộc một dạng không được phép", "of a form that may not stand here"),
    "dependentRequired": _said(
        "thiếu khoá phải đi kèm", "a key is missing that has to go with another"
    ),
}
