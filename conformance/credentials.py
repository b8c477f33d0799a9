"""Identities with their secrets opened: held in memory, shown to nobody."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote, urlencode

from conformance.errors import TargetError
from conformance.probe import INVALID, Question, is_stranger
from conformance.redaction import SHORTEST
from conformance.target import Identity, Target, secret
from conformance.text import Text

_INVALID_WORD = "vnct-invalid-credential"


class Credentials:
    """The opened secrets of a target's identities, and how each is put on a question."""

    def __init__(self, target: Target) -> None:
        self._identities = target.identities
        self._secrets: dict[str, str] = {}
        for identity in target.identities.values():
            for key, reference in identity.detail.items():
                if key in {"token", "password", "value"}:
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


def _with(question: Question, identity: Identity, value_of: Callable[[str], str]) -> Question:
    """Return the question with the credentials of one scheme."""
    headers, url = list(question.headers), question.url
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
