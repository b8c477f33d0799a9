"""Reading YAML and JSON from people: strict, bounded, and exact about the place of a mistake.

YAML 1.2 habits are kept where YAML 1.1 surprises: `no` and `on` stay words, dates stay text, a
repeated key is an error, and aliases cannot blow a document up.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from conformance import shipped, yaml_tree
from conformance.errors import DocumentError
from conformance.text import Text

MAX_BYTES = 64 * 2**20
MAX_ALIASES = 1000
MAX_DEPTH = 100
MAX_NODES = 5_000_000


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
            document = json.loads(
                text,
                object_pairs_hook=_unique,
                parse_constant=_no_number,
                parse_float=yaml_tree.number,
            )
            return _bounded(document, place)
        except _NoNumberError as error:
            raise _malformed(place, f"{error} không phải JSON", f"{error} is not JSON") from error
        except (ValueError, RecursionError) as error:
            json_error = error
        # YAML's flow style also begins with a brace: only if both refuse it is the file broken.
    else:
        json_error = None
    return _parse_yaml(text, place, json_error)


def _parse_yaml(text: str, place: str, json_error: Exception | None) -> Any:
    if isinstance(json_error, _RepeatedKeyError):
        raise _malformed(place, *_twice(str(json_error)))
    try:
        return yaml_tree.read(text, yaml_tree.Bounds(MAX_ALIASES, MAX_DEPTH, MAX_NODES))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = f"{place}:{mark.line + 1}:{mark.column + 1}" if mark else place
        problem = error.problem or "malformed"
        if isinstance(json_error, json.JSONDecodeError):
            at, problem = f"{place}:{json_error.lineno}:{json_error.colno}", json_error.msg
        raise _malformed(at, f"cú pháp sai: {problem}", f"malformed: {problem}") from error
    except (yaml.YAMLError, RecursionError, ValueError, TypeError) as error:
        raise _malformed(place, f"cú pháp sai: {error}", f"malformed: {error}") from error


def _bounded(document: Any, place: str) -> Any:
    """Return a document of JSON if it is of bearable size; level by level, for speed."""
    level, depth, nodes = [document], 0, 1
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise _malformed(place, f"lồng quá {MAX_DEPTH} tầng", f"nested over {MAX_DEPTH} deep")
        children = [
            child for node in level for child in (node.values() if isinstance(node, dict) else node)
        ]
        nodes += len(children)
        if nodes > MAX_NODES:
            raise _malformed(place, f"quá {MAX_NODES} nút", f"over {MAX_NODES} nodes")
        level = [child for child in children if isinstance(child, dict | list)]
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
        counted = Counter(name for name, _ in pairs)
        raise _RepeatedKeyError(next(name for name, times in counted.items() if times > 1))
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
