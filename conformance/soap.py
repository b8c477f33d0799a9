"""SOAP messages: envelopes of SOAP 1.1 and 1.2, what stands in header and body, faults.

Read with expat and nothing else: a document type is refused before anything of it is looked at
(SOAP 1.1, section 3; SOAP 1.2 part 1, section 5), so no entity is ever unfolded or fetched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from xml.parsers import expat

from conformance.evidence import Exchange

PROTOCOL = "soap"
# In the place of a member's name, where a discriminator is not a member of a JSON or XML packet.
BODY, ACTION = "soap:Body", "SOAPAction"
KINDS: Mapping[str, str] = {"body": BODY, "action": ACTION}
NAMESPACES: Mapping[str, str] = {
    "http://schemas.xmlsoap.org/soap/envelope/": "1.1",
    "http://www.w3.org/2003/05/soap-envelope": "1.2",
}
MEDIA_TYPES: Mapping[str, str] = {"1.1": "text/xml", "1.2": "application/soap+xml"}
_DEEPEST = 100
# A sign that stands in no name and no namespace.
_BETWEEN = "\n"


class NotSoapError(ValueError):
    """Bytes are no SOAP message; the text says why."""


@dataclass
class Element:
    """One element: its namespace, its local name, what it holds; comments are left out."""

    namespace: str
    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its own text, without white space around it."""
        return "".join(self.pieces).strip()

    def child(self, name: str) -> Element | None:
        """Return the first child of a local name."""
        return next((part for part in self.children if part.name == name), None)


@dataclass(frozen=True)
class Fault:
    """What a fault says: its code and its reason, each empty where it says none."""

    code: str
    reason: str


@dataclass(frozen=True)
class Envelope:
    """A SOAP message: its version, its header blocks, what stands in its body."""

    version: str
    header: Sequence[Element]
    body: Sequence[Element]

    @property
    def fault(self) -> Fault | None:
        """The fault in the body; None where there is none."""
        namespace = next(name for name, version in NAMESPACES.items() if version == self.version)
        found = next((e for e in self.body if e.name == "Fault" and e.namespace == namespace), None)
        if found is None:
            return None
        # SOAP 1.1, section 4.4: unqualified; SOAP 1.2 part 1, section 5.4: with parts of their own.
        code, reason = found.child("faultcode"), found.child("faultstring")
        if self.version == "1.2":
            code, reason = _within(found, "Code", "Value"), _within(found, "Reason", "Text")
        return Fault(code.text if code else "", reason.text if reason else "")

    @property
    def named(self) -> str:
        """The local name of the first element in the body; empty where there is none."""
        return self.body[0].name if self.body else ""


def read(body: bytes) -> Envelope:
    """Return the message that bytes hold.

    Raises:
        NotSoapError: they hold none.
    """
    root = _tree(body)
    version = NAMESPACES.get(root.namespace)
    if root.name != "Envelope" or version is None:
        message = f"{{{root.namespace}}}{root.name}"
        raise NotSoapError(message)
    parts = [part for part in root.children if part.namespace == root.namespace]
    bodies = [part for part in parts if part.name == "Body"]
    if len(bodies) != 1:
        message = f"Body × {len(bodies)}"
        raise NotSoapError(message)
    header = next((part.children for part in parts if part.name == "Header"), [])
    return Envelope(version, header, bodies[0].children)


def of(answer: Exchange) -> Envelope | None:
    """Return the message in an answer; None where there is none.

    Names and structure are there also where values are hidden.

    Raises:
        NotTested: the body was withheld.
    """
    body = answer.body if answer.facts.get("body_withheld") else answer.shown_body
    try:
        return read(body)
    except NotSoapError:
        return None


def speaks(member: str) -> bool:
    """Whether a discriminator is one of SOAP, and not the member of a packet."""
    return member in {BODY, ACTION}


def succeeded(answer: Exchange) -> bool:
    """Whether an answer is a message, with a status of success, and without a fault."""
    message = of(answer) if answer.succeeded else None
    return message is not None and message.fault is None


def asked_for(body: bytes, media_type: str, action: Sequence[str], member: str) -> str | None:
    """Return the service that a request asks for; None where that is not beyond doubt.

    Args:
        body: the message.
        media_type: the value of Content-Type, with its parameters.
        action: the values of SOAPAction.
        member: which of the two decides, `BODY` or `ACTION`.
    """
    try:
        message = read(body)
    except NotSoapError:
        return None
    if len(message.body) != 1:
        return None
    if member == BODY:
        return message.named
    told = [value.strip().strip('"') for value in action]
    if message.version == "1.2":
        told = [_action_in(media_type)]
    return told[0] if len(told) == 1 else None


def headers(media_type: str, member: str, service: str) -> tuple[tuple[str, str], ...]:
    """Return the fields that name a service: SOAPAction in SOAP 1.1 (section 6.1.1)."""
    if media_type.partition(";")[0].strip().lower() != MEDIA_TYPES["1.1"]:
        return ()
    return ((ACTION, f'"{service}"' if member == ACTION else '""'),)


def media_type(declared: str, member: str, service: str) -> str:
    """Return the media type to send, with the action in SOAP 1.2 (RFC 3902) where it decides."""
    is_later = declared.partition(";")[0].strip().lower() == MEDIA_TYPES["1.2"]
    named = f'{declared}; action="{service}"'
    return named if is_later and member == ACTION and "action=" not in declared else declared


def _action_in(media_type: str) -> str:
    for parameter in media_type.split(";")[1:]:
        name, _, value = parameter.strip().partition("=")
        if name.strip().lower() == "action":
            return value.strip().strip('"')
    return ""


def _within(element: Element, *names: str) -> Element | None:
    found: Element | None = element
    for name in names:
        found = found.child(name) if found else None
    return found


@lru_cache(maxsize=256)
def _tree(body: bytes) -> Element:
    top = Element("", "")
    open_ = [top]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(open_) > _DEEPEST:
            message = "too deep"
            raise NotSoapError(message)
        namespace, _, local = name.rpartition(_BETWEEN)
        element = Element(namespace, local, attributes)
        open_[-1].children.append(element)
        open_.append(element)

    parser = expat.ParserCreate(namespace_separator=_BETWEEN)
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _name: open_.pop()
    # The innermost element changes: what is open is looked up each time.
    parser.CharacterDataHandler = lambda text: open_[-1].pieces.append(text)  # noqa: PLW0108
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError) as error:
        raise NotSoapError(str(error)) from None
    return top.children[0]


def _refuse(*_: object) -> None:
    message = "DOCTYPE"
    raise NotSoapError(message)
