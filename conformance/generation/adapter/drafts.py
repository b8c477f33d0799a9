"""A request as a generator drafted it, and how many of them are drafted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# How many cases are looked at for each that is wanted: enough for a fair sample, and no more.
LOOKED_AT = 20


@dataclass(frozen=True)
class Draft:
    """One request as a generator drafted it: its parts as texts, before anything is sent.

    Attributes:
        origin: "coverage", "fuzzing" or "examples".
        meant: "valid" or "invalid", as the generator says; nobody is judged by it.
        location: what is bent: "path", "query", "header", "cookie", "body" or "".
        parameter: its name; for a body the JSON pointer of the value (RFC 6901), "" for all of it.
        scenario: the generator's own short word of what was bent.
        path: the values of the path parameters, not percent-encoded.
        query: names and values in their order, not percent-encoded.
        headers: without those that whoever asks sets; cookies are one `Cookie`.
        media_type: the `Content-Type`, with its parameters; "" where there is none.
        body: what is sent, None where there is none.
    """

    origin: str
    meant: str
    location: str
    parameter: str
    scenario: str
    path: Mapping[str, str]
    query: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    media_type: str
    body: bytes | None

    @property
    def wire(self) -> tuple[object, ...]:
        """What two drafts share that would send the same request."""
        return (
            tuple(sorted(self.path.items())),
            self.query,
            self.headers,
            self.media_type,
            self.body,
        )


@dataclass(frozen=True)
class Limits:
    """How much is drafted for one operation.

    Attributes:
        coverage: the most coverage cases; more of them are sampled, evenly over what is bent.
        valid: the most fuzzed cases that are meant to be valid.
        invalid: the most fuzzed cases that are meant to be invalid.
        seconds: the time for one operation. It is the last resort: a draft that it cut is not
            drafted again for sure, so `Generator.cut` tells of it.
        examples: the most cases made of what the contract itself gives as examples.
        looked_at: how many coverage cases are looked at for each that is wanted.
    """

    coverage: int
    valid: int
    invalid: int
    seconds: float = 20.0
    examples: int = 4
    looked_at: int = LOOKED_AT
