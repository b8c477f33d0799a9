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

from conformance import malformed, misfits, shipped, yaml_tree
from conformance.errors import DocumentError
from conformance.text import Text

MAX_BYTES = 64 * 2**20
MAX_ALIASES = 1000
MAX_DEPTH = 100
MAX_NODES = 5_000_000


_UNREADABLE = {
    FileNotFoundError: Text(vi="không có tệp này", en="there is no such file"),
    PermissionError: Text(vi="không có quyền đọc", en="permission denied"),
    IsADirectoryError: Text(vi="đây là thư mục", en="this is a folder"),
}


def read(path: Path) -> Any:
    """Return the content of a YAML or JSON file.

    Raises:
        DocumentError: the file is missing, too large, not UTF-8, or malformed; the error names
            the file, the line and the mend.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        why = _UNREADABLE.get(type(error), Text(vi=str(error.strerror), en=str(error.strerror)))
        raise DocumentError(
            Text(vi=f"không đọc được tệp ({why.vi})", en=f"the file cannot be read ({why.en})"),
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
        said = yaml_tree.twice(str(json_error))
        raise _malformed(place, said.vi, said.en)
    try:
        return yaml_tree.read(text, yaml_tree.Bounds(MAX_ALIASES, MAX_DEPTH, MAX_NODES))
    except yaml.MarkedYAMLError as error:
        raise _misread(text, place, error, json_error) from error
    except (yaml.YAMLError, RecursionError, ValueError, TypeError) as error:
        control = yaml.reader.Reader.NON_PRINTABLE.search(text)
        if isinstance(error, yaml.reader.ReaderError) and control is not None:
            before = text[: control.start()]
            line, column = before.count("\n"), control.start() - before.rfind("\n") - 1
            raise _unparsed(text, place, str(error), (line, column)) from error
        said = malformed.told("recursion" if isinstance(error, RecursionError) else str(error))
        raise _malformed(place, f"cú pháp sai: {said.vi}", f"malformed: {said.en}") from error


def _misread(
    text: str, place: str, error: yaml.MarkedYAMLError, json_error: Exception | None
) -> DocumentError:
    """Return the error of a text that neither parser takes, at the place of who came further."""
    if isinstance(json_error, json.JSONDecodeError):
        return _unparsed(text, place, json_error.msg, (json_error.lineno - 1, json_error.colno - 1))
    mark = error.problem_mark or error.context_mark
    if isinstance(error, yaml_tree.TreeError):
        where = f"{place}:{mark.line + 1}:{mark.column + 1}" if mark else place
        return _malformed(where, f"cú pháp sai: {error.what.vi}", f"malformed: {error.what.en}")
    at = (mark.line, mark.column) if mark else (0, 0)
    return _unparsed(text, place, error.problem or "malformed", at)


def _unparsed(text: str, place: str, problem: str, at: tuple[int, int]) -> DocumentError:
    line, column = at
    said = malformed.told(problem, malformed.sign_at(text, line, column))
    there = malformed.read_there(text, line, column)
    return _malformed(
        f"{place}:{line + 1}:{column + 1}",
        f"cú pháp sai: {said.vi} ({there.vi})",
        f"malformed: {said.en} ({there.en})",
    )


def _bounded(document: Any, place: str) -> Any:
    """Return a document of JSON if it is of bearable size; level by level, for speed."""
    level, depth, nodes = [document], 0, 1
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            said = yaml_tree.too_deep(MAX_DEPTH)
            raise _malformed(place, said.vi, said.en)
        children = [
            child for node in level for child in (node.values() if isinstance(node, dict) else node)
        ]
        nodes += len(children)
        if nodes > MAX_NODES:
            said = yaml_tree.too_many(MAX_NODES)
            raise _malformed(place, said.vi, said.en)
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
    what, wanted = misfits.told(problem)
    if document is None:
        what = Text(vi="tệp trống", en="the file is empty")
    schema = shipped.schema(name)
    raise error(
        Text(vi=f"không đúng khuôn dạng: {what.vi}", en=f"does not have the shape: {what.en}"),
        mend=Text(vi=f"cần: {wanted.vi}", en=f"wanted: {wanted.en}")
        if wanted
        else Text(vi=f"xem lược đồ {schema}", en=f"see the schema {schema}"),
        place=f"{place}: {path}" if path else place,
    )
