"""Reading YAML and JSON from people: strict, bounded, and exact about the place of a mistake.

YAML 1.2 habits are kept where YAML 1.1 surprises: `no` and `on` stay words, dates stay text, a
repeated key is an error, and aliases cannot blow a document up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from conformance import shipped
from conformance.errors import DocumentError
from conformance.text import Text

MAX_BYTES = 64 * 2**20
MAX_ALIASES = 1000
MAX_DEPTH = 100
MAX_NODES = 5_000_000


class _Loader(yaml.SafeLoader):
    """Safe loader with YAML 1.2 scalars, unique keys and bounds on aliases and depth."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._aliases = 0
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # PyYAML has no types here
        if self.check_event(yaml.AliasEvent):
            self._aliases += 1
            if self._aliases > MAX_ALIASES:
                raise yaml.composer.ComposerError(None, None, f"over {MAX_ALIASES} aliases", mark)
        if self._depth >= MAX_DEPTH:
            raise yaml.composer.ComposerError(None, None, f"nested over {MAX_DEPTH} deep", mark)
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002  # PyYAML's own signature
        seen: set[str] = set()
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            if key_node.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key_node.value!r} stands twice", key_node.start_mark
                )
            seen.add(key_node.value)
        return super().construct_mapping(node, deep=deep)


# YAML 1.1 reads `no` as false, 2025-07-01 as a date, 22:30 and 046 as other numbers; JSON knows
# none of these, and a code that begins with zero is no number at all.
_REPLACED = {"timestamp", "bool", "int", "float"}
_Loader.yaml_implicit_resolvers = {
    first: [rule for rule in rules if rule[0].rpartition(":")[2] not in _REPLACED]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]*)$"), list("-0123456789")
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$"),
    list("-0123456789"),
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)


def read(path: Path) -> Any:
    """Return the content of a YAML or JSON file.

    Raises:
        DocumentError: the file is missing, too large, not UTF-8, or malformed; the error names
            the file, the line and the mend.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DocumentError(
            Text(
                vi=f"không đọc được tệp ({error.strerror})",
                en=f"the file cannot be read ({error.strerror})",
            ),
            mend=Text(
                vi="kiểm tra đường dẫn và quyền đọc", en="check the path and the read permission"
            ),
            place=str(path),
        ) from error
    return parse(content, place=str(path))


def parse(content: bytes, *, place: str) -> Any:
    """Return the content of a YAML or JSON document held in memory; `place` names it in errors."""
    if len(content) > MAX_BYTES:
        raise _malformed(place, f"quá {MAX_BYTES >> 20} MiB", f"larger than {MAX_BYTES >> 20} MiB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _malformed(
            place,
            f"không phải UTF-8 (byte thứ {error.start + 1})",
            f"not UTF-8 (byte {error.start + 1})",
        ) from error
    if text.lstrip()[:1] == "<":
        raise _malformed(
            place,
            "đây là HTML hoặc XML, không phải YAML hay JSON",
            "this is HTML or XML, not YAML or JSON",
        )
    if text.lstrip()[:1] in {"{", "["}:
        try:
            document = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_number)
            return _bounded(document, place)
        except _NoNumberError as error:
            raise _malformed(place, f"{error} không phải JSON", f"{error} is not JSON") from error
        except (json.JSONDecodeError, _RepeatedKeyError, RecursionError) as error:
            json_error = error
        # YAML's flow style also begins with a brace: only if both refuse it is the file broken.
    else:
        json_error = None
    return _parse_yaml(text, place, json_error)


def _parse_yaml(text: str, place: str, json_error: Exception | None) -> Any:
    if isinstance(json_error, _RepeatedKeyError):
        raise _malformed(place, *_twice(str(json_error)))
    loader = None
    try:
        loader = _Loader(text)
        return _bounded(loader.get_single_data(), place)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = f"{place}:{mark.line + 1}:{mark.column + 1}" if mark else place
        problem = error.problem or "malformed"
        if isinstance(json_error, json.JSONDecodeError):
            at, problem = f"{place}:{json_error.lineno}:{json_error.colno}", json_error.msg
        raise _malformed(at, f"cú pháp sai: {problem}", f"malformed: {problem}") from error
    except (yaml.YAMLError, RecursionError, ValueError, TypeError) as error:
        raise _malformed(place, f"cú pháp sai: {error}", f"malformed: {error}") from error
    finally:
        if loader is not None:
            loader.dispose()


def _bounded(document: Any, place: str) -> Any:
    """Return a document that is a tree of bearable size, however its aliases multiply."""
    sizes: dict[int, int] = {}
    open_: set[int] = set()

    def size(node: Any, depth: int) -> int:
        if not isinstance(node, dict | list):
            return 1
        key = id(node)
        if key in open_ or depth >= MAX_DEPTH:
            raise _malformed(place, f"lồng quá {MAX_DEPTH} tầng", f"nested over {MAX_DEPTH} deep")
        if key not in sizes:
            open_.add(key)
            inner = node.values() if isinstance(node, dict) else node
            sizes[key] = 1 + sum(size(child, depth + 1) for child in inner)
            open_.remove(key)
            if sizes[key] > MAX_NODES:
                raise _malformed(place, f"quá {MAX_NODES} nút", f"over {MAX_NODES} nodes")
        return sizes[key]

    size(document, 0)
    return document


class _NoNumberError(ValueError):
    pass


def _no_number(constant: str) -> None:
    raise _NoNumberError(constant)


class _RepeatedKeyError(ValueError):
    pass


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        names = [name for name, _ in pairs]
        raise _RepeatedKeyError(next(name for name in names if names.count(name) > 1))
    return result


def _twice(key: str) -> tuple[str, str]:
    return f"khoá {key!r} xuất hiện hai lần", f"the key {key!r} stands twice"


def _malformed(place: str, vi: str, en: str) -> DocumentError:
    return DocumentError(
        Text(vi=vi, en=en),
        mend=Text(
            vi="sửa tệp tại chỗ đã nêu rồi chạy lại",
            en="mend the file at that place and run again",
        ),
        place=place,
    )


@cache
def validator(name: str) -> Draft202012Validator:
    """Return the validator of one of our file formats, with formats asserted."""
    schema = json.loads(shipped.schema(name).read_text(encoding="utf-8"))
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def conform(
    document: Any, name: str, *, place: str, error: type[DocumentError]
) -> Mapping[str, Any]:
    """Return `document` if it has the shape of `schemas/NAME.schema.json`, else raise `error`.

    The error names the file, the path inside it, and what the schema wants there.
    """
    problem = best_match(validator(name).iter_errors(document))
    if problem is None:
        result: Mapping[str, Any] = document
        return result
    path = problem.json_path.removeprefix("$").removeprefix(".")
    wanted = problem.schema.get("description") if isinstance(problem.schema, Mapping) else None
    message = problem.message if len(problem.message) <= 300 else problem.message[:300] + "…"  # noqa: PLR2004  # what fits a terminal
    raise error(
        Text(vi=f"không đúng khuôn dạng: {message}", en=f"does not have the shape: {message}"),
        mend=Text(
            vi=f"cần: {wanted}" if wanted else f"xem lược đồ {name}.schema.json",
            en=f"wanted: {wanted}" if wanted else f"see the schema {name}.schema.json",
        ),
        place=f"{place}: {path}" if path else place,
    )
