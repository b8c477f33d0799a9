"""Where a body breaks its schema, as a sentence says it in each language."""

from __future__ import annotations

from collections.abc import Iterable

from conformance.contract.breaches import Breach
from conformance.text import Text

_SHOWN = 5
_TYPES = {
    "string": Text(vi="chuỗi ký tự", en="a string"),
    "integer": Text(vi="số nguyên", en="an integer"),
    "number": Text(vi="số", en="a number"),
    "boolean": Text(vi="true hoặc false", en="true or false"),
    "array": Text(vi="mảng", en="an array"),
    "object": Text(vi="đối tượng", en="an object"),
}
_UNDECLARED = Text(
    vi="có thành phần mà lược đồ không cho phép", en="has members that the schema does not allow"
)
# What the keywords of JSON Schema (2020-12, core and validation) demand; {} is their value.
_SAID = {
    "required": Text(vi="thiếu {}", en="lacks {}"),
    "enum": Text(vi="không phải một trong {}", en="is none of {}"),
    "const": Text(vi="không phải {}", en="is not {}"),
    "format": Text(vi="không đúng dạng {}", en="is not of the format {}"),
    "pattern": Text(vi="không khớp mẫu {}", en="does not match {}"),
    "minLength": Text(vi="ngắn hơn {} ký tự", en="is shorter than {} characters"),
    "maxLength": Text(vi="dài hơn {} ký tự", en="is longer than {} characters"),
    "minimum": Text(vi="nhỏ hơn {}", en="is less than {}"),
    "maximum": Text(vi="lớn hơn {}", en="is greater than {}"),
    "multipleOf": Text(vi="không phải bội số của {}", en="is no multiple of {}"),
    "minItems": Text(vi="có ít hơn {} phần tử", en="has fewer than {} items"),
    "maxItems": Text(vi="có nhiều hơn {} phần tử", en="has more than {} items"),
    "uniqueItems": Text(vi="có các phần tử trùng nhau", en="has equal items"),
    "minProperties": Text(vi="có ít hơn {} thành phần", en="has fewer than {} members"),
    "maxProperties": Text(vi="có nhiều hơn {} thành phần", en="has more than {} members"),
    "additionalProperties": _UNDECLARED,
    "unevaluatedProperties": _UNDECLARED,
    "oneOf": Text(
        vi="không khớp đúng một lược đồ trong oneOf", en="does not fit exactly one schema of oneOf"
    ),
    "anyOf": Text(vi="không khớp lược đồ nào trong anyOf", en="fits no schema of anyOf"),
    "not": Text(vi="khớp lược đồ mà not loại trừ", en="fits what `not` excludes"),
}


def told(breaches: Iterable[Breach]) -> Text:
    """Return what is wrong with a body, each thing once."""
    said = list(dict.fromkeys((breach.path, _demand(breach)) for breach in breaches))
    more = "; …" if len(said) > _SHOWN else ""
    return Text(
        vi="; ".join(f"{path} {text.vi}" for path, text in said[:_SHOWN]) + more,
        en="; ".join(f"{path} {text.en}" for path, text in said[:_SHOWN]) + more,
    )


def _demand(breach: Breach) -> Text:
    if breach.rule == "type":
        types = [_TYPES.get(name) or Text(vi=name, en=name) for name in breach.wanted.split(", ")]
        wanted = Text(vi=" hoặc ".join(t.vi for t in types), en=" or ".join(t.en for t in types))
        return Text(vi=f"không phải {wanted.vi}", en=f"is not {wanted.en}")
    said = _SAID.get(breach.rule) or Text(vi="trái với {}", en="is against {}")
    value = breach.wanted if breach.rule in _SAID else f"{breach.rule} {breach.wanted}".strip()
    return Text(vi=said.vi.replace("{}", value), en=said.en.replace("{}", value))
