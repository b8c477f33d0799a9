"""The agency's own reader of its contract: operations, parameters, validators."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.validators import extend

_OTHER_KINDS = frozenset({"application/xml", "application/ld+json", "text/csv"})
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
PACKAGE = Path(__file__).resolve().parent.parent
# The same language, read in C where PyYAML was built with it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ContractMissingError(Exception):
    """No contract of this system is shipped."""


@dataclass(frozen=True)
class Parameter:
    """One declared parameter."""

    name: str
    place: str
    required: bool
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class Operation:
    """One operation with everything resolved.

    Attributes:
        id: the operationId.
        method: the method in upper case.
        template: the path template.
        secured: whether credentials are demanded.
        personal: whether its answers carry personal data.
        parameters: its parameters, those of the path included.
        body: the schema of the JSON request body, or None.
        privileged: whether administrators alone may call it.
        form: whether the body may come as a form too.
        services: the schemas of the packets that it takes, by the service that they name.
        listing: how the list that it answers is declared.
        also_xml: whether what it answers in JSON can be had in XML, too.
        answers: the media type in which it answers when all is well.
    """

    id: str
    method: str
    template: str
    secured: bool
    personal: bool
    parameters: tuple[Parameter, ...]
    body: Mapping[str, Any] | None
    privileged: bool = False
    form: bool = False
    services: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    listing: Mapping[str, Any] = field(default_factory=dict)
    also_xml: bool = False
    answers: str = "application/json"


@dataclass(frozen=True)
class Contract:
    """A contract as the agency uses it."""

    system: str
    document: Mapping[str, Any]
    operations: tuple[Operation, ...]

    def find(self, path: str) -> tuple[str, dict[str, str]] | None:
        """Return the template that a path matches and the values of its variables."""
        for template in dict.fromkeys(operation.template for operation in self.operations):
            match = _pattern(template).fullmatch(path)
            if match:
                return template, match.groupdict()
        return None

    def methods(self, template: str) -> dict[str, Operation]:
        """Return the operations of a path template by method."""
        return {o.method: o for o in self.operations if o.template == template}

    def described(self, base_url: str) -> dict[str, Any]:
        """Return the document as it is true at one address."""
        described = {**self.document, "servers": [{"url": base_url}]}
        schemes = described["components"].get("securitySchemes", {})
        if base_url.startswith("http:") and "cookie" in schemes:
            # Without TLS there is no cookie with the prefix (RFC 6265bis, section 4.1.3.2).
            plain = {**schemes["cookie"], "name": schemes["cookie"]["name"].removeprefix("__Host-")}
            parts = {**described["components"], "securitySchemes": {**schemes, "cookie": plain}}
            described["components"] = parts
        return described


def read(system: str) -> Contract:
    """Read the contract of a system.

    Raises:
        ContractMissingError: there is none of this name.
    """
    return _of(system, loaded(_file(system).read_bytes()))


def loaded(document: bytes) -> Any:
    """Return what a YAML document says."""
    return yaml.load(document, _LOADER)  # noqa: S506  # a safe one


def systems() -> tuple[str, ...]:
    """Return the ids of the systems whose contracts are shipped."""
    found = (file.stem for folder in _folders() for file in folder.glob("*.yaml"))
    return tuple(sorted(dict.fromkeys(found)))


def problems(schema: Mapping[str, Any], value: Any) -> list[tuple[str, str]]:
    """Return what is wrong with a value: JSON pointers and short reasons, at most ten."""
    found: list[tuple[str, str]] = []
    for error in _validator(schema).iter_errors(value):
        found.append(("".join(f"/{part}" for part in error.absolute_path), _reason(error)))
        if len(found) == 10:
            break
    return found


def _reason(error: ValidationError) -> str:
    """Say which rule is broken without repeating the value, which may be personal data."""
    if error.validator == "required":
        return "thiếu thành phần bắt buộc"
    if error.validator == "additionalProperties":
        return "có thành phần không được định nghĩa"
    return f"không thỏa mãn ràng buộc «{error.validator}»"


def _folders() -> Iterator[Path]:
    """Yield where contracts lie: inside an installed wheel, or beside the package."""
    for folder in (PACKAGE / "shipped" / "openapi", PACKAGE.parent / "openapi"):
        if folder.is_dir():
            yield folder


def _file(system: str) -> Path:
    if re.fullmatch(r"[a-z0-9-]+", system):
        for folder in _folders():
            if (folder / f"{system}.yaml").is_file():
                return folder / f"{system}.yaml"
    raise ContractMissingError(f"no contract for {system!r}; there are: {', '.join(systems())}")


def _of(system: str, document: Mapping[str, Any]) -> Contract:
    """Return the contract with every local reference put in place."""
    resolved = _resolve(document, document)
    operations = tuple(
        _operation(template, method, item, resolved)
        for template, item in resolved["paths"].items()
        for method in METHODS
        if method in item
    )
    return Contract(system=system, document=document, operations=operations)


def _operation(
    template: str, method: str, item: Mapping[str, Any], document: Mapping[str, Any]
) -> Operation:
    entry = item[method]
    content = entry.get("requestBody", {}).get("content", {})
    body = content.get("application/json", {})
    return Operation(
        id=entry["operationId"],
        method=method.upper(),
        template=template,
        secured=bool(entry.get("security", document.get("security", []))),
        personal=bool(entry.get("x-vnda-personal", False)),
        parameters=tuple(
            Parameter(p["name"], p["in"], bool(p.get("required", False)), p.get("schema", {}))
            for p in (*item.get("parameters", ()), *entry.get("parameters", ()))
        ),
        body=body.get("schema"),
        privileged=bool(entry.get("x-vnda-privileged", False)),
        form="application/x-www-form-urlencoded" in content,
        services={
            # What SOAP messages hold, an XML Schema says.
            name: service.get("request", {})
            for name, service in entry.get("x-vnda-services", {}).get("values", {}).items()
        },
        listing=entry.get("x-vnda-list", {}),
        also_xml={"application/json", "application/xml"} <= set(_answered_in(entry["responses"])),
        answers=_answers(entry["responses"]),
    )


def _answers(responses: Mapping[str, Any]) -> str:
    kinds = _answered_in(responses)
    alone = kinds[0] if len(kinds) == 1 else ""
    return alone if alone in _OTHER_KINDS else "application/json"


def _answered_in(responses: Mapping[str, Any]) -> list[str]:
    """Return the media types of the successes of an operation."""
    return [name for code, told in responses.items() if code[0] == "2" for name in _content(told)]


def _content(told: Mapping[str, Any]) -> list[str]:
    return list(told.get("content", {}))


def _resolve(node: Any, document: Mapping[str, Any]) -> Any:
    """Replace local references; our contracts have neither cycles nor remote ones."""
    if isinstance(node, list):
        return [_resolve(part, document) for part in node]
    if not isinstance(node, dict):
        return node
    reference = node.get("$ref")
    if isinstance(reference, str):
        target: Any = document
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]
        return _resolve(target, document)
    return {key: _resolve(value, document) for key, value in node.items()}


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """Return a path template as an expression; a variable is one segment that is not empty."""
    parts = re.split(r"\{([^}]+)\}", template)
    return re.compile(
        "".join(
            f"(?P<{part}>[^/]+)" if index % 2 else re.escape(part)
            for index, part in enumerate(parts)
        )
    )


def _ecma_pattern(
    _validator: Any, pattern: str, instance: Any, _schema: Any
) -> Iterator[ValidationError]:
    r"""Match as ECMA-262 does: there `$` never stands before a final line feed."""
    if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), instance):
        yield ValidationError("pattern")


# jsonschema leaves `extend` without types.
_Validator: Any = extend(Draft202012Validator, {"pattern": _ecma_pattern})  # type: ignore[no-untyped-call]
_FORMATS = FormatChecker()
_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]{1,64}"
_ADDRESS = re.compile(rf"{_ATOM}(\.{_ATOM})*@[\w-]{{1,63}}(\.[\w-]{{1,63}})+", re.ASCII)


@_FORMATS.checks("email")
def _is_address(value: object) -> bool:
    """Whether a text is an address of mail (RFC 5321, 4.1.2); the library is content with an @."""
    return not isinstance(value, str) or _ADDRESS.fullmatch(value) is not None


def _validator(schema: Mapping[str, Any]) -> Any:
    return _Validator(schema, format_checker=_FORMATS)
