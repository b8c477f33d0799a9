"""What was sent and received, in the shape in which it is judged, stored and read again.

An exchange never changes after it was made. Its JSON form is one line of the record
(`docs/reference/record.md`); `Exchange.of(exchange.as_json()) == exchange` holds for every one.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from conformance.privacy import hidden
from conformance.text import Text
from conformance.trees import TOKEN, TOO_DEEP, TREES, too_deep, with_hidden
from conformance.verdict import Reason, Unread

Headers = tuple[tuple[str, str], ...]
_CANONICAL = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
)


def canonical(value: Any) -> bytes:
    """Return the one byte form of a JSON value: sorted keys, no spaces, UTF-8."""
    return _CANONICAL.encode(value).encode("utf-8", "backslashreplace")


def digest(content: bytes) -> str:
    """Return `sha256:` and the hexadecimal digest of the bytes."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


def header_values(headers: Headers, name: str) -> list[str]:
    """Return every value of a field, in the order received; names compare without case."""
    wanted = name.lower()
    return [value for key, value in headers if key.lower() == wanted]


def media_type_of(headers: Headers) -> str:
    """Return the first media type without its parameters, in lower case; empty without one."""
    values = header_values(headers, "Content-Type")
    return values[0].partition(";")[0].strip().lower() if values else ""


def is_coded(response: Response) -> bool:
    """Whether a body is in a content coding, so that nobody can look into it."""
    codings = header_values(response.headers, "Content-Encoding")
    return any(value.strip().lower() not in {"", "identity"} for value in codings)


@dataclass(frozen=True)
class Request:
    """A request as it left: the URL as sent, header list in order, body bytes."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""


@dataclass(frozen=True)
class Response:
    """An answer as it came: nothing merged, decoded or guessed.

    `excess` holds bytes that came after the message had ended, such as a body after HEAD; they
    are seen only by requests that went over the raw wire.
    """

    status: int
    reason: str
    http: str
    headers: Headers
    body: bytes
    seconds: float
    excess: bytes = b""


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, or the error that came instead of one.

    `case` names what the request was for: `baseline`, a check's id, or `again:` and the id of
    the exchange whose request was sent once more. `facts` is what the probe knew at the door and
    a reader of the record could no longer find out.
    """

    id: str
    at: str
    unit: str
    case: str
    attempt: int
    identity: str | None
    request: Request
    response: Response | None
    error: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    kind: str = "http"

    # --- what checks ask ------------------------------------------------------------------------

    @property
    def status(self) -> int:
        """The status code; 0 where no answer came."""
        return self.response.status if self.response else 0

    @property
    def succeeded(self) -> bool:
        """Whether the status is 2xx (RFC 9110, section 15.3)."""
        return 200 <= self.status < 300  # noqa: PLR2004  # the class of statuses itself

    @property
    def body(self) -> bytes:
        """The body bytes of the answer, as they came.

        Raises:
            NotTested: values in it are hidden, it was withheld, or it came in a content coding
                that the request had not accepted.
        """
        if self.facts.get("body_tokens"):
            raise hidden.redacted()
        return self.shown_body

    @property
    def shown_body(self) -> bytes:
        """The body bytes with tokens in the place of hidden values, all other bytes as they came.

        Its JSON is as strict, as unique in its names and as well encoded as the original; for
        everything else ask `json()`, whose hidden values know what may be told of them.

        Raises:
            NotTested: it was withheld, or came in a content coding.
        """
        self.be_decoded()
        if self.facts.get("body_withheld"):
            raise Unread(
                Reason.REDACTED,
                Text(
                    vi="nội dung không được lưu vì có thể chứa dữ liệu cá nhân",
                    en="the body was withheld: it may hold personal data",
                ),
            )
        return self.response.body if self.response else b""

    def be_decoded(self) -> None:
        """Do nothing, or raise `NotTested` where the body is in a content coding."""
        coding = self._coding
        if coding not in {"", "identity"}:
            raise Unread(
                Reason.INCONCLUSIVE,
                Text(
                    vi=f"nội dung bị nén ({coding}) dù yêu cầu là identity",
                    en=f"the body is coded ({coding}) although identity was asked for",
                ),
            )

    @cached_property
    def _coding(self) -> str:
        return self.header("Content-Encoding").lower()

    @property
    def body_is_hidden(self) -> bool:
        """Whether the body, or values in it, are not shown; facts may tell of them."""
        return bool(self.facts.get("body_tokens") or self.facts.get("body_withheld"))

    def fact(self, name: str) -> Any:
        """Return what the door noted of a body that is not shown.

        Raises:
            NotTested: it was not noted.
        """
        if name not in self.facts:
            raise hidden.redacted()
        return self.facts[name]

    @property
    def excess_bytes(self) -> int:
        """How many bytes came after the message had ended; known also where they are withheld."""
        return int(self.facts.get("excess_bytes", 0))

    @property
    def fetched(self) -> bool:
        """Whether the target asked our collector for the address that the request had told it."""
        return int(self.facts.get("collected", 0)) > 0

    @property
    def seen_to_its_end(self) -> bool:
        """Whether it was looked for bytes after the message: only over a bare connection."""
        return "excess_bytes" in self.facts

    @property
    def has_body(self) -> bool:
        """Whether the answer had a body, also where it was withheld."""
        return bool(self.facts.get("body_withheld") or (self.response and self.response.body))

    @property
    def is_a_page(self) -> bool:
        """Whether a browser that is led to the answer shows it: no redirection, no download."""
        led = 300 <= self.status < 400  # noqa: PLR2004  # RFC 9110, section 15.4
        saved = self.header("Content-Disposition").lower().startswith("attachment")
        return self.has_body and not led and not saved

    @property
    def headers(self) -> Headers:
        """The header list of the answer."""
        return self.response.headers if self.response else ()

    def header(self, name: str, default: str = "") -> str:
        """Return the first value of a field, stripped, or `default`."""
        values = self.header_all(name)
        return values[0].strip() if values else default

    def header_all(self, name: str) -> list[str]:
        """Return every value of a field in the order received."""
        return list(self._fields.get(name.lower(), ()))

    @cached_property
    def _fields(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, value in self.headers:
            found.setdefault(name.lower(), []).append(value)
        return found

    @cached_property
    def media_type(self) -> str:
        """The media type without parameters, in lower case; empty where there is none."""
        return media_type_of(self.headers)

    @property
    def is_json(self) -> bool:
        """Whether the answer says it is JSON (`application/json` or a `+json` type)."""
        return self.media_type == "application/json" or self.media_type.endswith("+json")

    @property
    def tls(self) -> Mapping[str, Any]:
        """What was seen of a TLS handshake; `docs/reference/record.md` lists it."""
        seen: Mapping[str, Any] = self.facts.get("tls", {})
        return seen

    @property
    def dns(self) -> Mapping[str, Any]:
        """What the DNS said of a name; `docs/reference/record.md` lists it."""
        said: Mapping[str, Any] = self.facts.get("dns", {})
        return said

    @property
    def accepted(self) -> bool:
        """Whether this was a TLS handshake that the server took part in to its end."""
        return self.tls.get("outcome") == "accepted"

    @property
    def _parsed(self) -> Any:
        return None if self.facts.get("json") is False else TREES.of(self.shown_body)

    def shown_json(self) -> Any:
        """Return the body as JSON with plain tokens: to be sent on, not to be judged.

        Raises:
            NotTested: it is nested deeper than we read; whether it is JSON is not known.
        """
        if self._parsed is TOO_DEEP:
            raise too_deep()
        return self._parsed

    @cached_property
    def _valued(self) -> Any:
        return with_hidden(self.shown_json(), self.facts.get("tokens") or {})

    @cached_property
    def member_names(self) -> frozenset[str]:
        """The names of all members of a JSON body, at any depth; none where it is not JSON.

        Raises:
            NotTested: it is nested deeper than we read.
        """
        found: set[str] = set()
        waiting = [self.shown_json()]
        while waiting:
            node = waiting.pop()
            if isinstance(node, dict):
                found.update(node)
                waiting += node.values()
            elif isinstance(node, list):
                waiting += node
        return frozenset(found)

    def json(self) -> Any:
        """Return the body as JSON, read leniently; None where it is not JSON at all.

        Strictness is asked by the laws of `formats.json`; everybody else wants the content.
        Hidden values are of the types of `conformance.privacy.hidden`.

        Raises:
            NotTested: it is nested deeper than we read.
        """
        return self._valued if self.facts.get("body_tokens") else self.shown_json()

    def hidden_numbers(self) -> list[hidden.Hidden]:
        """Return the hidden numbers of the body, in order, repeated members included."""
        if not self.facts.get("body_tokens"):
            return []
        facts = self.facts.get("tokens") or {}
        tokens = TOKEN.findall(self.shown_body.decode("latin-1"))
        found = [hidden.of(token, facts.get(token)) for token in tokens]
        return [one for one in found if not isinstance(one, hidden.HiddenText)]

    def json_object(self) -> Mapping[str, Any]:
        """Return the body if it is a JSON object, else an empty mapping."""
        parsed = self.json()
        return parsed if isinstance(parsed, dict) else {}

    # --- the form in the record -----------------------------------------------------------------

    def as_json(self) -> dict[str, Any]:
        """Return the shape of one `exchange` line of the record."""
        response = self.response
        answer = None
        if response is not None:
            answer = {
                "status": response.status,
                "reason": response.reason,
                "http": response.http,
                "headers": [list(pair) for pair in response.headers],
                "body": _body_as_json(response.body),
                "seconds": response.seconds,
            }
            if response.excess:
                answer["excess"] = _body_as_json(response.excess)
        return {
            "id": self.id,
            "kind": self.kind,
            "at": self.at,
            "identity": self.identity,
            "case": self.case,
            "attempt": self.attempt,
            "unit": self.unit,
            "request": {
                "method": self.request.method,
                "url": self.request.url,
                "headers": [list(pair) for pair in self.request.headers],
                "body": _body_as_json(self.request.body),
            },
            "response": answer,
            "facts": dict(self.facts),
            "error": self.error,
        }

    @classmethod
    def of(cls, line: Mapping[str, Any]) -> Exchange:
        """Read the shape that `as_json` writes; bodies in files are put in before."""
        request, response = line["request"], line["response"]
        return cls(
            id=line["id"],
            kind=line["kind"],
            at=line["at"],
            unit=line["unit"],
            case=line["case"],
            attempt=line["attempt"],
            identity=line["identity"],
            request=Request(
                method=request["method"],
                url=request["url"],
                headers=_pairs(request["headers"]),
                body=_body_of(request["body"]),
            ),
            response=None
            if response is None
            else Response(
                status=response["status"],
                reason=response["reason"],
                http=response["http"],
                headers=_pairs(response["headers"]),
                body=_body_of(response["body"]),
                seconds=response["seconds"],
                excess=_body_of(response["excess"]) if "excess" in response else b"",
            ),
            error=line["error"],
            facts=line["facts"],
        )


def _pairs(headers: Iterable[Sequence[str]]) -> Headers:
    return tuple(field_of(name, value) for name, value in headers)


@lru_cache(maxsize=4096)
def field_of(name: str, value: str) -> tuple[str, str]:
    """Return a field of a header list: one and the same where it is repeated.

    Most fields are alike in every answer, and a long run keeps a hundred thousand of them.
    """
    return name, value


def _body_as_json(body: bytes) -> dict[str, str]:
    try:
        return {"text": body.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode("ascii")}


def _body_of(body: Mapping[str, str]) -> bytes:
    if "text" in body:
        return body["text"].encode("utf-8")
    return base64.b64decode(body["base64"], validate=True)
