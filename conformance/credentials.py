"""Identities with their secrets opened: held in memory, shown to nobody."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from conformance import packets
from conformance.errors import TargetError
from conformance.evidence import header_values
from conformance.probe import INVALID, Question, is_stranger
from conformance.redaction import SHORTEST
from conformance.target import Identity, Target, is_secret, secret
from conformance.text import Text

_INVALID_WORD = "vnct-invalid-credential"


class Credentials:
    """The opened secrets of a target's identities, and how each is put on a question."""

    def __init__(self, target: Target) -> None:
        self._identities = target.identities
        self._base_url = target.base_url
        self._secrets: dict[str, str] = {}
        for identity in target.identities.values():
            for key, reference in {**identity.detail, **_members(identity)}.items():
                if key in {"token", "password", "value"} or key in _members(identity):
                    place = f"{target.place}: identities.{identity.name}.{identity.scheme}"
                    value = secret(reference, place=place)
                    _long_enough(value, place)
                    self._secrets[f"{identity.name}.{key}"] = value

    def secrets(self) -> dict[str, str]:
        """Return every secret by a name that may be shown, for the redactor."""
        found = dict(self._secrets)
        for identity in self._identities.values():
            if identity.scheme == "basic":
                pair = f"{identity.detail['username']}:{self._secrets[f'{identity.name}.password']}"
                found[f"{identity.name}.basic"] = pair
        return found

    def apply(self, name: str, question: Question) -> Question:
        """Return the question with an identity's credentials, or with invalid ones."""
        if is_stranger(name):
            return self._invalid(name, question)
        identity = self._identities[name]
        return _with(question, identity, lambda key: self._secrets[f"{name}.{key}"])

    def log_in(self, name: str) -> Question | None:
        """Return the question that opens a session for an identity; None where none is needed."""
        identity = self._identities.get(name)
        if identity is None or identity.scheme != "login" or f"{name}.session" in self._secrets:
            return None
        detail = identity.detail
        media_type = detail.get("media_type", packets.JSON)
        body = {
            key: self._secrets.get(f"{name}.body.{key}", value)
            for key, value in detail["body"].items()
        }
        headers = (("Accept", media_type), ("Content-Type", media_type))
        url = self._base_url + detail["path"]
        return Question("POST", url, headers, packets.written(body, media_type))

    def logged_in(self, name: str, answer: bytes, media_type: str) -> str | None:
        """Keep the session that an answer hands out; return it, or None where there is none."""
        value: Any = packets.parsed(answer, media_type)
        for part in self._identities[name].detail["take"]["member"].split("/")[1:]:
            value = value.get(part) if isinstance(value, Mapping) else None
        if not isinstance(value, str) or len(value) < SHORTEST:
            return None
        self._secrets[f"{name}.session"] = value
        return value

    def _invalid(self, name: str, question: Question) -> Question:
        # Of the same scheme as the identity that may, so that only the value is wrong.
        stand_in = Identity(INVALID, "bearer", {"token": ""})
        identity = self._identities.get(name.partition(":")[2], stand_in)
        return _with(question, identity, lambda _: _INVALID_WORD)


def _long_enough(value: str, place: str) -> None:
    """Refuse a secret that could not be told from chance in an answer, so not be hidden."""
    if len(value) < SHORTEST:
        raise TargetError(
            Text(
                vi=f"bí mật ngắn hơn {SHORTEST} ký tự, không che giấu được trong bằng chứng",
                en=f"the secret has fewer than {SHORTEST} characters and could not be hidden",
            ),
            mend=Text(vi="cấp một bí mật dài hơn", en="have a longer one issued"),
            place=place,
        )


def _members(identity: Identity) -> dict[str, str]:
    """Return the secrets of a log-in by the place where they stand."""
    body = identity.detail.get("body", {}) if identity.scheme == "login" else {}
    return {f"body.{key}": value for key, value in body.items() if is_secret(value)}


def _with_session(question: Question, identity: Identity, session: str) -> Question:
    """Return the question with a session in its packet; as it is where its body is none."""
    media_type = ",".join(header_values(question.headers, "Content-Type"))
    packet = packets.parsed(question.body, media_type)
    if packet is None:
        return question
    carried = {identity.detail["put"]["member"]: session, **packet}
    return replace(question, body=packets.written(carried, media_type))


def _with(question: Question, identity: Identity, value_of: Callable[[str], str]) -> Question:
    """Return the question with the credentials of one scheme."""
    headers, url = list(question.headers), question.url
    if identity.scheme == "login":
        return _with_session(question, identity, value_of("session"))
    if identity.scheme == "bearer":
        headers.append(("Authorization", f"Bearer {value_of('token')}"))
    elif identity.scheme == "basic":
        pair = f"{identity.detail['username']}:{value_of('password')}"
        headers.append(("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}"))
    else:
        name, value = identity.detail["name"], value_of("value")
        if identity.detail["in"] == "header":
            headers.append((name, value))
        elif identity.detail["in"] == "cookie":
            headers.append(("Cookie", f"{name}={value}"))
        else:
            url += ("&" if "?" in url else "?") + urlencode({name: value}, quote_via=quote)
    return replace(question, url=url, headers=tuple(headers))
