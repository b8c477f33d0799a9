"""Calls that depart from a good one: in one place, or in all free texts at once.

What is wrong is wrong in one place only: the first error that a validator meets hides all others.
What the contract allows is put into every place of its kind at once, so that a dozen difficult
texts cost a dozen requests, whatever the number of members; which member it was is found out
afterwards (`conformance.engine.minimising`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from conformance import members
from conformance.contract import Contract, parts
from conformance.contract.operations import Operation
from conformance.generation import bodies, values
from conformance.generation.call import Body, Call, fits_a_segment
from conformance.generation.schemas import is_read_only, kind, plain, sample
from conformance.generation.turns import in_turn
from conformance.probe.forming import OWNED_HEADERS

LEAST = "only what is required"
_DEEPEST = 4
_ODD_FIELDS = ("*x", '"', ",,")
_LEVELS = 200
_MOST_MEMBERS = 60
_MOST_EXAMPLES = 4


# Whether members of a name are left as they are.
Spared = Callable[[str], bool]


@dataclass(frozen=True)
class Bend:
    """A call that departs from a good one.

    Attributes:
        origin: where it comes from: `example`, `value`, `together`, `body`, `coverage`, `fuzzing`.
        place: what is bent: `query limit`, `body /title`, `header Accept`; empty for nothing.
        scenario: how.
        call: what is asked.
    """

    origin: str
    place: str
    scenario: str
    call: Call


# --- parameters ----------------------------------------------------------------------------------


def of_parameters(
    contract: Contract, model: Call, random: Random, spared: Spared = lambda _name: False
) -> dict[str, Iterator[Bend]]:
    """Return the bends of each parameter in path, query and header, by its place."""
    found: dict[str, Iterator[Bend]] = {}
    for part in parts.parameters(contract, model.operation):
        name, where = str(part.object["name"]), str(part.object["in"])
        owned = where == "header" and name.lower() in OWNED_HEADERS
        if where in {"path", "query", "header"} and not owned and not spared(name):
            found[f"{where} {name}"] = _parameter(contract, model, part.object, random)
    return found


def _parameter(
    contract: Contract, model: Call, described: Mapping[str, Any], random: Random
) -> Iterator[Bend]:
    name, where = str(described["name"]), str(described["in"])
    schema = _schema_of(contract, described)
    given = _given(model, where, name)
    base = _text_of(sample(contract, schema)) if given is None else given
    place = f"{where} {name}"
    if where == "path":
        for value in in_turn(values.in_text(schema, base, random), values.absent(schema, base)):
            if fits_a_segment(str(value.value)):
                call = model.with_path(name, str(value.value))
                yield Bend("value", place, value.scenario, call)
        return
    setting = model.with_query if where == "query" else model.with_header
    if described.get("required") is True:
        yield Bend("value", place, "left out", setting(name))
    if kind(schema) == "object":
        # One that is written in JSON, or spread over the query in a way that is not tried here.
        wrong = ("{", "[]", "khong phai JSON") if "content" in described else ()
        yield from (Bend("value", place, f"no such object: {t}", setting(name, t)) for t in wrong)
        return
    many = kind(schema) == "array"
    if many:
        schema = plain(contract, schema.get("items", {}))
        base = _text_of(sample(contract, schema))
    twice = [Bend("value", place, "given twice", setting(name, base, base))] if not many else []
    bent = (
        Bend("value", place, value.scenario, setting(name, str(value.value)))
        for value in values.in_text(schema, base, random)
        if where == "query" or _fits_a_field(str(value.value))
    )
    if where == "header":
        # What readers of fields take apart: lists, quoted texts, the asterisk.
        odd = (Bend("value", place, f"odd field: {t}", setting(name, t)) for t in _ODD_FIELDS)
        yield from in_turn(bent, odd)
        return
    yield from in_turn(bent, twice if where == "query" else ())
    if where == "query" and given is None:
        yield Bend("value", place, "given", setting(name, base))


def _schema_of(contract: Contract, described: Mapping[str, Any]) -> dict[str, Any]:
    content = described.get("content")
    media = next(iter(content.values()), None) if isinstance(content, Mapping) else None
    holder = media if isinstance(media, Mapping) else described
    return plain(contract, holder.get("schema", {}))


def _given(model: Call, where: str, name: str) -> str | None:
    if where == "path":
        return model.path.get(name)
    pairs = model.query if where == "query" else model.headers
    return next(
        (v for k, v in pairs if k == name or (where == "header" and k.lower() == name.lower())),
        None,
    )


def _fits_a_field(text: str) -> bool:
    """Whether a text can stand in a header field as it is (RFC 9110, section 5.5)."""
    return text.isascii() and text.isprintable() and text == text.strip()


def of_negotiation(model: Call) -> Iterator[Bend]:
    """Yield the call asking for each documented type of a success, and for one that nobody has."""
    types = dict.fromkeys(
        name
        for status, media in model.operation.responses.items()
        if status[:1] == "2"
        for name in media
        if "*" not in name
    )
    for name in list(types)[1:]:
        yield Bend("value", "header Accept", f"only {name}", model.with_header("Accept", name))
    yield Bend(
        "value",
        "header Accept",
        "a type that nobody has",
        model.with_header("Accept", "application/vnd.vnct-khong-co"),
    )


def all_parameters(contract: Contract, model: Call) -> Iterator[Bend]:
    """Yield the call with every optional parameter of the query given, as far as made up."""
    call = model
    for part in parts.parameters(contract, model.operation):
        name = str(part.object["name"])
        if part.object.get("in") == "query" and _given(model, "query", name) is None:
            schema = _schema_of(contract, part.object)
            shown = sample(contract, schema)
            if not isinstance(shown, dict | list) and kind(schema) != "object":
                call = call.with_query(name, _text_of(part.object.get("example", shown)))
    if call != model:
        yield Bend("together", "query", "every optional parameter", call)


def _text_of(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


# --- bodies --------------------------------------------------------------------------------------


def body_schema(operation: Operation, media_type: str) -> Any:
    """Return the schema of a request body of a media type; None where there is none."""
    essence = media_type.partition(";")[0].strip().lower()
    for name, content in operation.request_types.items():
        if name.partition(";")[0].strip().lower() == essence and isinstance(content, Mapping):
            return content.get("schema")
    return None


def of_examples(contract: Contract, model: Call) -> Iterator[Bend]:
    """Yield the call with each example of a body that the contract gives."""
    for name, content in model.operation.request_types.items():
        if not isinstance(content, Mapping) or not parts.is_json(name) or model.body is None:
            continue
        schema = plain(contract, content.get("schema"))
        given = content.get("examples")
        entries = list(given.values()) if isinstance(given, Mapping) else []
        shown = [e["value"] for e in entries if isinstance(e, Mapping) and "value" in e]
        shown += [content["example"]] if "example" in content else []
        shown += [schema["example"]] if "example" in schema else []
        for number, value in enumerate(shown[:_MOST_EXAMPLES], 1):
            call = replace(model, body=Body(name, value))
            yield Bend("example", "body", f"example {number} of the contract", call)


def of_members(
    contract: Contract, model: Call, random: Random, spared: Spared
) -> dict[str, Iterator[Bend]]:
    """Return the bends of each member of the body, one place at a time, by its place.

    Args:
        contract: what describes the body.
        model: the good call.
        random: what is chosen by chance is chosen by it.
        spared: whether members of a name are left as they are.
    """
    if model.body is None or model.body.value is None:
        return {}
    schema = body_schema(model.operation, model.body.media_type)
    if schema is None:
        return {}
    found: dict[str, Iterator[Bend]] = {}
    for spot in _spots(contract, schema, model.body.value, spared):
        found[f"body {spot.pointer}"] = _member(contract, model, spot, random)
    return found


@dataclass(frozen=True)
class _Spot:
    """A place in a body: where, its plain schema, what stands there and whether anything does.

    `whole` is the body in which everything above it is there.
    """

    keys: tuple[str | int, ...]
    schema: Mapping[str, Any]
    value: Any
    there: bool
    required: bool
    whole: Any

    @property
    def pointer(self) -> str:
        steps = (str(key).replace("~", "~0").replace("/", "~1") for key in self.keys)
        return "".join("/" + step for step in steps)


def _spots(contract: Contract, schema: Any, value: Any, spared: Spared) -> Iterator[_Spot]:
    waiting = [_Spot((), plain(contract, schema), value, there=True, required=True, whole=value)]
    for _ in range(_MOST_MEMBERS):
        if not waiting:
            return
        spot = waiting.pop(0)
        yield spot
        if len(spot.keys) >= _DEEPEST:
            continue
        whole = spot.whole if spot.there else members.put(spot.whole, spot.keys, spot.value)
        if kind(spot.schema) == "object" and isinstance(spot.value, Mapping):
            for name, part in spot.schema.get("properties", {}).items():
                if is_read_only(contract, part) or spared(name):
                    continue
                inner = plain(contract, part)
                there = name in spot.value
                inside = spot.value[name] if there else sample(contract, part, 1)
                required = name in spot.schema.get("required", ())
                waiting.append(_Spot((*spot.keys, name), inner, inside, there, required, whole))
        elif kind(spot.schema) == "array" and isinstance(spot.value, list) and spot.value:
            inner = plain(contract, spot.schema.get("items", {}))
            waiting.append(
                _Spot((*spot.keys, 0), inner, spot.value[0], spot.there, required=True, whole=whole)
            )


def _member(contract: Contract, model: Call, spot: _Spot, random: Random) -> Iterator[Bend]:
    assert model.body is not None  # noqa: S101  # `of_members` looked
    place, whole = f"body {spot.pointer}", spot.whole

    def bent(scenario: str, value: Any) -> Bend:
        call = model.with_value(members.put(whole, spot.keys, value))
        if isinstance(model.body, Body) and spot.keys and spot.keys[-1] in model.body.files:
            return _file(model, place, scenario, str(spot.keys[-1]), value)
        return Bend("value", place, scenario, call)

    if not spot.there:
        yield bent("given", spot.value)
    if spot.required and spot.keys and isinstance(spot.keys[-1], str):
        yield Bend("value", place, "left out", model.with_value(members.without(whole, spot.keys)))
    others: list[Bend] = []
    if kind(spot.schema) == "object" and isinstance(spot.value, Mapping):
        undeclared = {**spot.value, "vnctThem": "x"}
        others.append(bent("an undeclared member", undeclared))
        others += [bent("ends exchanged", turned) for turned in _turned(contract, spot)]
        others += [bent(f"nested {_LEVELS} levels", deep) for deep in _nested(contract, spot)]
        if not spot.schema.get("properties"):
            others.append(bent("a long list of members", {f"k{n}": n for n in range(500)}))
    difficult = (
        bent(value.scenario, value.value)
        for value in values.in_json(spot.schema, spot.value, random)
    )
    yield from in_turn(difficult, others)


def _file(model: Call, place: str, scenario: str, member: str, value: Any) -> Bend:
    """Return a call whose file has a difficult name, or none of its own content."""
    assert model.body is not None  # noqa: S101  # whoever has files has a body
    names = {**model.body.files, member: f"{value}.txt"[:120]}
    call = replace(model, body=replace(model.body, files=names))
    return Bend("value", place, f"file name: {scenario}", call)


def _turned(contract: Contract, spot: _Spot) -> Iterator[dict[str, Any]]:
    """Yield an object whose two members of a same format, begin and end perhaps, are exchanged."""
    by_format: dict[str, list[str]] = {}
    for name, part in spot.schema.get("properties", {}).items():
        node = plain(contract, part)
        if name in spot.value and node.get("format") in {"date", "date-time"}:
            by_format.setdefault(str(node["format"]), []).append(name)
    for names in by_format.values():
        first, *others = names
        for second in others[:1]:
            if spot.value[first] == spot.value[second]:
                continue
            yield {**spot.value, first: spot.value[second], second: spot.value[first]}


def _nested(contract: Contract, spot: _Spot) -> Iterator[Any]:
    """Yield a value nested deep by the schema's own recursion, where it has one."""
    for name, part in spot.schema.get("properties", {}).items():
        inner = plain(contract, part)
        inside = plain(contract, inner.get("items", {})) if kind(inner) == "array" else inner
        if inside.get("properties") and inside.get("properties") == spot.schema.get("properties"):
            deep = dict(spot.value)
            for _ in range(_LEVELS):
                deep = {**spot.value, name: [deep] if kind(inner) == "array" else deep}
            yield deep
            return


def together(contract: Contract, model: Call, spared: Spared) -> Iterator[Bend]:
    """Yield the call with a difficult value in every place of its kind at once.

    First the one with nothing that may be left out: what is not there is told wrong more often.
    """
    if model.body is None or model.body.value is None:
        return
    schema = body_schema(model.operation, model.body.media_type)
    required = plain(contract, schema).get("required", ())
    if isinstance(model.body.value, Mapping) and required:
        least = {name: part for name, part in model.body.value.items() if name in required}
        yield Bend("together", "body", LEAST, model.with_value(least))
    spots = (
        []
        if schema is None
        else [s for s in _spots(contract, schema, model.body.value, spared) if s.keys]
    )
    texts = [
        s
        for s in spots
        if values.is_free(s.schema) and isinstance(s.value, str) and (s.there or len(s.keys) == 1)
    ]
    files = model.body.files
    for difficult in values.TEXTS if texts else ():
        if difficult.apart and not parts.is_json(model.body.media_type):
            continue
        value, names = model.body.value, dict(files)
        for spot in texts:
            value = members.put(value, spot.keys, _cut(difficult.value, spot.schema))
        for name in files:
            names[name] = f"{difficult.value}.txt".replace("/", "")
        body = replace(model.body, value=value, content=None, files=names)
        yield Bend(
            "together", "body", f"{difficult.scenario} in every text", replace(model, body=body)
        )
    if texts:
        value = model.body.value
        for spot in texts:
            value = members.put(value, spot.keys, values.long_text(spot.schema).value)
        yield Bend("together", "body", "as long as allowed in every text", model.with_value(value))
    yield from _numbers_and_days(model, spots)


def _numbers_and_days(model: Call, spots: list[_Spot]) -> Iterator[Bend]:
    assert model.body is not None  # noqa: S101  # `together` looked
    numbers = [s for s in spots if kind(s.schema) in {"integer", "number"} and s.there]
    for scenario, keyword in (("maximum", "maximum"), ("minimum", "minimum")):
        bounded = [s for s in numbers if isinstance(s.schema.get(keyword), int | float)]
        value = model.body.value
        for spot in bounded:
            value = members.put(value, spot.keys, spot.schema[keyword])
        if bounded:
            yield Bend(
                "together", "body", f"the {scenario} as every number", model.with_value(value)
            )
    for number in (2**24 + 1, 2**31, 2**53 - 1):
        fitting = [s for s in numbers if _within(number, s.schema)]
        value = model.body.value
        for spot in fitting:
            value = members.put(value, spot.keys, number)
        if fitting:
            yield Bend("together", "body", f"{number} as every number", model.with_value(value))
    days = [s for s in spots if s.schema.get("format") == "date" and s.there]
    for day in ("2024-02-29", "2026-12-31", "2100-01-01"):
        value = model.body.value
        for spot in days:
            value = members.put(value, spot.keys, day)
        if days:
            yield Bend("together", "body", f"{day} as every date", model.with_value(value))


def _within(number: int, schema: Mapping[str, Any]) -> bool:
    low, high = schema.get("minimum", 0), schema.get("maximum", number)
    return bool(low <= number <= high)


def _cut(text: str, schema: Mapping[str, Any]) -> str:
    return text[: int(schema.get("maxLength", len(text)))]


def of_bodies(model: Call) -> Iterator[Bend]:
    """Yield the call with bodies that are none of their media type, or of another one."""
    if model.body is None:
        return
    media_type, content = model.body.written()
    malformed = bodies.malformed(media_type, content)
    first = next(malformed, None)
    if first is not None:
        yield Bend("body", "body", f"malformed: {first[0]}", model.with_content(first[1]))
    other = "text/plain" if parts.is_json(media_type) else "application/json"
    yield Bend(
        "body", "header Content-Type", f"the same as {other}", model.with_content(content, other)
    )
    yield Bend("body", "body", "empty", model.with_content(b""))
    for name, made in malformed:
        yield Bend("body", "body", f"malformed: {name}", model.with_content(made))
    if bodies.is_xml(media_type):
        doctype = bodies.with_doctype(content)
        yield Bend("body", "body", "a document type declaration", model.with_content(doctype))
    if parts.is_json(media_type):
        for name, made in (("null", b"null"), ("an empty list", b"[]"), ("a text", b'"x"')):
            yield Bend("body", "body", f"{name} in place of the value", model.with_content(made))
        deep = b"[" * 5_000 + b"]" * 5_000
        yield Bend("body", "body", "nested 5000 levels", model.with_content(deep))
        yield Bend("body", "body", "a member twice", model.with_content(_twice(content)))


def _twice(content: bytes) -> bytes:
    """Return an object in JSON whose first member stands in it once more."""
    head, colon, rest = content.partition(b":")
    end = rest.find(b",")
    first = head.lstrip(b" {") + colon + (rest[:end] if end > 0 else rest.rstrip(b" }"))
    return content.rstrip()[:-1] + b", " + first + b"}" if colon else content
