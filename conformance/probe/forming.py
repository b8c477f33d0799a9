"""How an operation is called: the question that contract and target file make of it.

Values come from the target file's examples, else from the contract's; an example may take its
value from the answer of another operation. Nothing is sent from here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from conformance import advice, soap
from conformance.contract.operations import Operation, Parameter
from conformance.contract.samples import example
from conformance.evidence import Exchange, Headers
from conformance.probe.questions import Question
from conformance.probe.scene import Scene
from conformance.text import Text
from conformance.verdict import NotTested, Reason

ACCEPT = ("Accept", "application/json, */*;q=0.5")
_NOTHING: Mapping[str, Any] = MappingProxyType({})
# The door and the probe own these; a contract that lists them as parameters means the same.
OWNED_HEADERS = frozenset({"accept", "content-type", "authorization", "cookie", "host"})


@dataclass(frozen=True)
class Forming:
    """Forms the questions that call the operations of a scene.

    Attributes:
        scene: the target and its contract.
        source: asked for the answer of an operation (the second) from which another (the first)
            takes a value.
        word: asked for a word that this call of an operation is to have for itself.
    """

    scene: Scene
    source: Callable[[Operation, Operation], Exchange]
    word: Callable[[Operation], str]

    def question(
        self,
        operation: Operation,
        identity: str | None,
        values: Mapping[str, Any] = _NOTHING,
        members: Mapping[str, Any] = _NOTHING,
    ) -> Question:
        """Return the question that calls an operation, as contract and examples mean it.

        Args:
            operation: what to call.
            identity: who calls.
            values: values of parameters that take the place of the target's examples.
            members: members to set in the JSON object of the body.

        Raises:
            NotTested: there is no test data for it.
        """
        examples = {**self._given(operation), **values}
        path, query, headers = operation.path, [], [ACCEPT]
        for parameter in operation.parameters:
            value = self._value(operation, parameter, examples)
            if value is None:
                continue
            if parameter.place == "path":
                path = path.replace("{" + parameter.name + "}", quote(_plain(value), safe=""))
            elif parameter.place == "query":
                query.append((parameter.name, _plain(value)))
            elif parameter.place == "querystring":
                # OpenAPI 3.2: the whole query, under a name that is not sent.
                pairs = value.items() if isinstance(value, Mapping) else parse_qsl(str(value))
                query += [(str(name), _plain(part)) for name, part in pairs]
            elif parameter.place == "header" and parameter.name.lower() not in OWNED_HEADERS:
                headers.append((parameter.name, _plain(value)))
        path = self._filled(operation, path, examples)
        body = b""
        if operation.request_types:
            media_type, body = self._body(operation, examples, members)
            if media_type:
                headers += _typed(operation, media_type, headers)
        url = self.scene.target.base_url + path + ("?" + urlencode(query) if query else "")
        return Question(operation.method, url, tuple(headers), body, identity)

    def example_body(self, operation: Operation) -> Mapping[str, Any]:
        """Return the members of the body with which an operation is called.

        Raises:
            NotTested: there is no test data for it, or its body is no object.
        """
        body = self._body_value(operation, self.scene.examples(operation) or {})
        if isinstance(body, Mapping):
            return body
        raise _no_body(operation)

    def _given(self, operation: Operation) -> Mapping[str, Any]:
        """Return the target file's values for an operation, unless it is not to be called."""
        if operation.broken is not None:
            raise NotTested(Reason.INCONCLUSIVE, operation.broken)
        examples = self.scene.examples(operation)
        if examples is None and operation.method == "DELETE":
            line = advice.line("examples", operation.id, "{…}")
            raise NotTested(
                Reason.NO_TEST_DATA,
                Text(
                    vi=f"chỉ xoá khi tệp đích nói rõ xoá gì: thêm {line}",
                    en=f"nothing is deleted unless the target file says what: add {line}",
                ),
            )
        if examples is None and _changes(operation) and not operation.request_types:
            # No value in it says that the owner has thought of it: it may empty a cache or a table.
            line = advice.line("examples", operation.id, "{…}" if operation.parameters else "{}")
            raise NotTested(
                Reason.NO_TEST_DATA,
                Text(
                    vi="thao tác thay đổi mà không cần nội dung gửi chỉ được gọi khi tệp đích nêu"
                    f" tên nó: thêm {line}",
                    en="a change that takes no body is only made where the target file names it:"
                    f" add {line}",
                ),
            )
        return examples or {}

    def _filled(self, operation: Operation, path: str, examples: Mapping[str, Any]) -> str:
        """Fill in what the contract's path names and its parameters do not declare."""
        for name in re.findall(r"\{([^}]*)\}", path):
            declared = Parameter(name, "path", required=True, schema={})
            value = self._value(operation, declared, examples)
            path = path.replace("{" + name + "}", quote(_plain(value), safe=""))
        return path

    def _value(
        self, operation: Operation, parameter: Parameter, examples: Mapping[str, Any]
    ) -> Any:
        value = examples.get(parameter.name, parameter.example)
        if isinstance(value, Mapping) and "from" in value:
            return self._taken(operation, value)
        value = self._freshened(operation, value)
        if value is None and parameter.required:
            name = advice.scalar(parameter.name)
            line = advice.line("examples", operation.id, f"{{{name}: …}}")
            raise NotTested(
                Reason.NO_TEST_DATA,
                Text(
                    vi=f"thiếu giá trị cho {parameter.name}: thêm vào tệp đích {line}",
                    en=f"no value for {parameter.name}: add to the target file {line}",
                ),
            )
        # An optional parameter is sent only where the owner of the target gave its value.
        return value if parameter.required or parameter.name in examples else None

    def _body(
        self, operation: Operation, examples: Mapping[str, Any], members: Mapping[str, Any]
    ) -> tuple[str, bytes]:
        media_type = _request_type(operation)
        value = self._body_value(operation, examples)
        if members and not isinstance(value, Mapping):
            raise _no_object(operation)
        value = {**value, **members} if members else value
        if value is None:
            # An optional body, left out, makes a change that nobody has seen: an empty account.
            if operation.request_required or _changes(operation):
                raise _no_body(operation)
            return "", b""
        if isinstance(value, str) and "json" not in media_type.lower():
            return media_type, value.encode()
        if "json" not in media_type.lower():
            raise NotTested(
                Reason.NO_TEST_DATA,
                Text(
                    vi=f"cần nội dung mẫu kiểu {media_type} dưới dạng văn bản",
                    en=f"a body of type {media_type} must be given as text",
                ),
            )
        return media_type, json.dumps(value, ensure_ascii=False).encode()

    def _body_value(self, operation: Operation, examples: Mapping[str, Any]) -> Any:
        value = self._freshened(operation, examples.get("body"))
        if value is None and operation.request_types:
            content = operation.request_types[_request_type(operation)]
            schema = content.get("schema") if isinstance(content, Mapping) else None
            value = example(content, self.scene.contract.followed(schema))
        if not isinstance(value, Mapping):
            return value
        named = dict([operation.discriminator] if operation.discriminator else [])
        taken = {key: self._taken_or_plain(operation, item) for key, item in value.items()}
        return {**named, **taken, **named}

    def _freshened(self, operation: Operation, value: Any) -> Any:
        """Return a value with a word of its own wherever `{fresh: "…{}…"}` stands in it."""
        if isinstance(value, Mapping):
            form = value.get("fresh") if len(value) == 1 else None
            if isinstance(form, str):
                return form.replace("{}", self.word(operation))
            return {key: self._freshened(operation, part) for key, part in value.items()}
        if isinstance(value, list):
            return [self._freshened(operation, part) for part in value]
        return value

    def _taken_or_plain(self, operation: Operation, value: Any) -> Any:
        if isinstance(value, Mapping) and "from" in value and "take" in value:
            return self._taken(operation, value)
        return value

    def _taken(self, operation: Operation, reference: Mapping[str, Any]) -> Any:
        """Return a value from the answer of another operation of this run."""
        source = self.scene.operation(str(reference["from"]))
        if source is None or source.unit == operation.unit:
            raise NotTested(
                Reason.NO_TEST_DATA,
                Text(
                    vi=f"`from: {reference['from']}` không phải một thao tác khác",
                    en=f"`from: {reference['from']}` is not another operation of the contract",
                ),
            )
        answer = self.source(operation, source)
        value: Any = answer.shown_json()
        for part in str(reference.get("take", "")).split("/")[1:]:
            value = _step(value, part.replace("~1", "/").replace("~0", "~"))
        if value is None or not source.succeeded(answer):
            raise NotTested(
                Reason.DEPENDENCY_FAILED,
                Text(
                    vi=f"{source.unit} trả lời {answer.status}, không có {reference.get('take')}",
                    en=f"{source.unit} answered {answer.status}, no {reference.get('take')}",
                ),
            )
        return value


def with_query(question: Question, query: Mapping[str, str]) -> Question:
    """Return a question with query parameters set, in the place of those of the same names."""
    if not query:
        return question
    address, _, before = question.url.partition("?")
    kept = [pair for pair in parse_qsl(before, keep_blank_values=True) if pair[0] not in query]
    return replace(question, url=f"{address}?{urlencode([*kept, *query.items()])}")


def _typed(operation: Operation, media_type: str, given: Sequence[tuple[str, str]]) -> Headers:
    """Return the fields that say what a body is, and of SOAP which service it asks for."""
    member, service = operation.discriminator or ("", "")
    if not soap.speaks(member):
        return (("Content-Type", media_type),)
    named = {name.lower() for name, _ in given}
    told = soap.headers(media_type, member, service)
    own = tuple(pair for pair in told if pair[0].lower() not in named)
    return (("Content-Type", soap.media_type(media_type, member, service)), *own)


def _request_type(operation: Operation) -> str:
    types = list(operation.request_types)
    return next((t for t in types if "json" in t.lower()), types[0])


def _changes(operation: Operation) -> bool:
    """Whether calling an operation changes more than a session that was had for the purpose."""
    return not operation.reads and not operation.ends_session


def _no_object(operation: Operation) -> NotTested:
    line = advice.line("examples", operation.id, "{body: {…}}")
    return NotTested(
        Reason.NO_TEST_DATA,
        Text(
            vi=f"không có đối tượng JSON mẫu để thay đổi: thêm vào tệp đích {line}",
            en=f"there is no JSON object to vary: add to the target file {line}",
        ),
    )


def _no_body(operation: Operation) -> NotTested:
    line = advice.line("examples", operation.id, "{body: …}")
    return NotTested(
        Reason.NO_TEST_DATA,
        Text(
            vi=f"thiếu nội dung mẫu: thêm vào tệp đích {line}",
            en=f"no body: add to the target file {line}",
        ),
    )


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ",".join(_plain(item) for item in value)
    return str(value)


def _step(value: Any, part: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(part)
    if isinstance(value, list) and part.isdigit() and int(part) < len(value):
        return value[int(part)]
    return None
