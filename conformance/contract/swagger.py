"""Swagger 2.0 read as OpenAPI 3.0: the same statements in the other's words.

A pure function of the document: a rejudgement converts again what travelled with the run. What is
malformed is handed on as it stands, so that whoever reads the operations tells it in its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from conformance.contract.bundle import BUNDLED
from conformance.contract.walking import changed

VERSION = "3.0.3"
_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch"})
_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"
_MAX_REFERENCES = 50
# Parameter Object: what a non-body parameter says beside its schema.
_OF_PARAMETER = frozenset({"name", "in", "description", "required", "allowEmptyValue"})
_MOVED = {
    "#/definitions/": "#/components/schemas/",
    "#/securityDefinitions/": "#/components/securitySchemes/",
}
_FLOWS = {
    "implicit": "implicit",
    "password": "password",
    "application": "clientCredentials",
    "accessCode": "authorizationCode",
}
_STYLES = {"csv": False, "multi": True, "ssv": False, "pipes": False, "tsv": False}
_DELIMITED = {"ssv": "spaceDelimited", "pipes": "pipeDelimited"}


def is_swagger(document: Mapping[str, Any]) -> bool:
    """Whether a document is Swagger 2.0; YAML may have read its version as a number."""
    return str(document.get("swagger")) in {"2.0", "2"}


def converted(document: Mapping[str, Any], source: str) -> dict[str, Any]:
    """Return the document in the shape of OpenAPI 3.0.

    Args:
        document: Swagger 2.0, bundled or not.
        source: where it came from; its scheme is meant where `schemes` is missing.
    """
    return _Conversion(document, source).made()


class _Conversion:
    def __init__(self, document: Mapping[str, Any], source: str) -> None:
        self._document = document
        self._source = source
        self._consumes = document.get("consumes")
        self._produces = document.get("produces")

    def made(self) -> dict[str, Any]:
        document = self._document
        kept = {
            key: value
            for key, value in document.items()
            if key in {"info", "tags", "externalDocs", "security"} or key.startswith("x-")
        }
        if BUNDLED in kept:
            kept[BUNDLED] = changed({BUNDLED: kept[BUNDLED]}, _schema_change)[BUNDLED]
        paths = document.get("paths")
        return {
            "openapi": VERSION,
            **kept,
            "servers": [{"url": url} for url in self._servers()],
            "paths": {path: self._path(item) for path, item in paths.items()}
            if isinstance(paths, Mapping)
            else paths,
            "components": {
                "schemas": _each(document.get("definitions"), _schema),
                "securitySchemes": _each(document.get("securityDefinitions"), _scheme),
            },
        }

    def _servers(self) -> Iterator[str]:
        host, base = self._document.get("host"), self._document.get("basePath")
        path = base if isinstance(base, str) else ""
        if not isinstance(host, str):
            if path:
                yield path
            return
        schemes = self._document.get("schemes")
        if not isinstance(schemes, list) or not schemes:
            # "The scheme used to access the Swagger definition itself"; a file has none.
            schemes = [urlsplit(self._source).scheme] if "://" in self._source else [""]
        for scheme in schemes:
            yield f"{scheme}://{host}{path}" if scheme else f"//{host}{path}"

    def _path(self, item: Any) -> Any:
        item = self._behind(item)
        if not isinstance(item, Mapping):
            return item
        shared = item.get("parameters")
        made: dict[str, Any] = {}
        for key, node in item.items():
            if key in _METHODS:
                made[key] = self._operation(node, shared)
            elif key != "parameters":
                made[key] = node
        return made

    def _operation(self, node: Any, shared: Any) -> Any:
        if not isinstance(node, Mapping):
            return node
        moved = {"parameters", "responses", "consumes", "produces", "schemes"}
        made = {key: value for key, value in node.items() if key not in moved}
        own = node.get("parameters")
        both = [part for part in (shared, own) if part is not None]
        if all(isinstance(part, list) for part in both):
            self._parameters(
                made, _overridden([self._behind(entry) for part in both for entry in part]), node
            )
        else:
            made["parameters"] = next(part for part in both if not isinstance(part, list))
        if "responses" in node:
            produces = node.get("produces", self._produces)
            made["responses"] = _each(
                node["responses"], lambda entry: self._response(entry, produces)
            )
        return made

    def _parameters(
        self, made: dict[str, Any], parameters: list[Any], node: Mapping[str, Any]
    ) -> None:
        plain: list[Any] = []
        bodies: list[Any] = []
        fields: list[Any] = []
        for parameter in parameters:
            place = parameter.get("in") if isinstance(parameter, Mapping) else None
            # A parameter that cannot be read is left where it will be told.
            {"body": bodies, "formData": fields}.get(str(place), plain).append(parameter)
        if plain:
            made["parameters"] = [_parameter(parameter) for parameter in plain]
        consumes = _types(node.get("consumes", self._consumes))
        if bodies:
            made["requestBody"] = _body(bodies[0], consumes or ["application/json"])
        elif fields:
            made["requestBody"] = _form(fields, consumes)

    def _response(self, entry: Any, produces: Any) -> Any:
        response = self._behind(entry)
        if not isinstance(response, Mapping):
            return response
        made = {k: v for k, v in response.items() if k not in {"schema", "headers", "examples"}}
        headers = response.get("headers")
        if headers is not None:
            made["headers"] = _each(headers, _header)
        schema, examples = response.get("schema"), response.get("examples")
        shown = examples if isinstance(examples, Mapping) else {}
        if schema is not None or shown:
            # Where nobody says what is produced, any type is as documented as another.
            types = _types(produces) or list(shown) or ["*/*"]
            made["content"] = {name: _media(schema, name, shown) for name in types}
        return made

    def _behind(self, node: Any) -> Any:
        """Return what a reference leads to; the reference itself where it leads nowhere.

        Parameters change their place by what they are, and responses their types by who uses
        them: neither can stay shared.
        """
        found = node
        for _ in range(_MAX_REFERENCES):
            reference = found.get("$ref") if isinstance(found, Mapping) else None
            if not isinstance(reference, str):
                return found
            found = self._at(reference)
            if found is None:
                break
        return node

    def _at(self, reference: str) -> Any:
        pointer = unquote(reference[1:]) if reference.startswith("#/") else None
        node: Any = self._document if pointer else None
        for part in (pointer or "").split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            if isinstance(node, list) and key.isdecimal() and int(key) < len(node):
                node = node[int(key)]
            else:
                node = node.get(key) if isinstance(node, Mapping) else None
        return node


def _each(node: Any, convert: Any) -> Any:
    """Return a map with every entry converted; what is no map, as it stands."""
    if not isinstance(node, Mapping):
        return {} if node is None else node
    return {
        name: entry if str(name).startswith("x-") else convert(entry)
        for name, entry in node.items()
    }


def _overridden(parameters: list[Any]) -> list[Any]:
    """Return the parameters with those of the path that the operation says anew left out."""
    found: dict[Any, Any] = {}
    for number, parameter in enumerate(parameters):
        named = isinstance(parameter, Mapping) and "name" in parameter
        key = (str(parameter["name"]), str(parameter.get("in"))) if named else number
        found[key] = parameter
    return list(found.values())


def _parameter(parameter: Any) -> Any:
    if not isinstance(parameter, Mapping) or "$ref" in parameter:
        return parameter
    made = {k: v for k, v in parameter.items() if k in _OF_PARAMETER or k.startswith("x-")}
    if "x-example" in parameter:
        made["example"] = parameter["x-example"]
    made["schema"] = _inline_schema(parameter)
    how = str(parameter.get("collectionFormat", "csv"))
    if parameter.get("type") == "array" and how in _STYLES and parameter.get("in") == "query":
        made["style"] = _DELIMITED.get(how, "form")
        made["explode"] = _STYLES[how]
    return made


def _header(header: Any) -> Any:
    if not isinstance(header, Mapping):
        return header
    kept = {k: v for k, v in header.items() if k == "description" or k.startswith("x-")}
    return {**kept, "schema": _inline_schema(header)}


def _inline_schema(node: Mapping[str, Any]) -> Any:
    """Return the schema that a parameter, header or form field is in Swagger 2.0."""
    left_out = (_OF_PARAMETER - {"description"}) | {"collectionFormat", "description"}
    return _schema({k: v for k, v in node.items() if k not in left_out and k != "x-example"})


def _body(parameter: Mapping[str, Any], consumes: list[str]) -> dict[str, Any]:
    schema = _schema(parameter.get("schema", {}))
    made: dict[str, Any] = {"content": {name: {"schema": schema} for name in consumes}}
    for key in ("description", "required"):
        if key in parameter:
            made[key] = parameter[key]
    return made


def _form(fields: list[Mapping[str, Any]], consumes: list[str]) -> dict[str, Any]:
    files = any(field.get("type") == "file" for field in fields)
    types = [name for name in consumes if name in {_FORM, _MULTIPART}]
    if files:
        types = [_MULTIPART]
    properties = {str(field.get("name")): _inline_schema(field) for field in fields}
    required = [str(field.get("name")) for field in fields if field.get("required") is True]
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    if required:
        schema["required"] = required
    return {
        "content": {name: {"schema": schema} for name in types or [_FORM]},
        "required": bool(required),
    }


def _media(schema: Any, name: str, examples: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    # A file is whatever its media type says: a file of JSON is no string.
    is_file = isinstance(schema, Mapping) and schema.get("type") == "file"
    if schema is not None and not is_file:
        made["schema"] = _schema(schema)
    if name in examples:
        made["example"] = examples[name]
    return made


def _types(listed: Any) -> list[str]:
    return [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []


def _schema(node: Any) -> Any:
    return changed(node, _schema_change)


def _schema_change(schema: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref")
    if isinstance(reference, str):
        for old, new in _MOVED.items():
            if reference.startswith(old):
                schema["$ref"] = new + reference.removeprefix(old)
    if "x-nullable" in schema and "nullable" not in schema:
        schema["nullable"] = schema["x-nullable"] is True
    if schema.get("type") == "file":
        schema |= {"type": "string", "format": "binary"}
    if isinstance(schema.get("discriminator"), str):
        schema["discriminator"] = {"propertyName": schema["discriminator"]}
    return schema


def _scheme(scheme: Any) -> Any:
    if not isinstance(scheme, Mapping):
        return scheme
    kept = {k: v for k, v in scheme.items() if k == "description" or k.startswith("x-")}
    kind = scheme.get("type")
    if kind == "basic":
        return {"type": "http", "scheme": "basic", **kept}
    if kind == "oauth2":
        told = ("authorizationUrl", "tokenUrl", "scopes")
        flow = {key: scheme[key] for key in told if key in scheme}
        name = _FLOWS.get(str(scheme.get("flow")), str(scheme.get("flow")))
        return {"type": "oauth2", "flows": {name: {"scopes": {}, **flow}}, **kept}
    return dict(scheme)
