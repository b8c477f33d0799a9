"""What a verification is asked, what its steps have found so far, and how a step ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from conformance.certificate.envelope import Envelope
from conformance.certificate.material import Material
from conformance.certificate.proof import Proof
from conformance.certificate.registry import publication
from conformance.certificate.trust import Issuer, Trust
from conformance.text import Text

# A file of a certificate but the bundle, which is never read as a whole.
LARGEST = 32 * 2**20


class Answer(StrEnum):
    """What a step came to."""

    VALID = "valid"
    NOT_VALID = "not_valid"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Question:
    """What is verified, and by what.

    Attributes:
        folder: where the certificate lies, with what it rests on.
        trusted: whom the verifier trusts; None trusts nobody.
        at: as of when.
        published: fetches what the registry shows; None where nobody gave it.
        rejudge: whether every verdict is to be recomputed from the bundle.
    """

    folder: Path
    trusted: Trust | None
    at: datetime
    published: publication.Fetch | None = None
    rejudge: bool = False


class Stop(Exception):  # noqa: N818  # how a step says what it came to, if not to valid
    """A step ends here.

    Args:
        answer: not valid, or unknown.
        because: why, in words.
    """

    def __init__(self, answer: Answer, because: Text) -> None:
        super().__init__(because.en)
        self.answer, self.because = answer, because


@dataclass
class Case:
    """What the steps have found so far; each step reads what those before it put here."""

    asked: Question
    statement: Mapping[str, Any] = field(default_factory=dict)
    content: bytes = b""
    signed: Envelope | None = None
    vouching: Material | None = None
    shown: Proof | None = None
    signed_at: datetime | None = None
    current: Mapping[str, Any] | None = None

    def file(self, name: str) -> bytes:
        """Return the content of a file of the certificate."""
        path = self.asked.folder / name
        # Nothing that has no end: a device or a pipe may stand behind a name.
        if not path.is_file():
            raise unknown(f"không có tệp {name}", f"there is no {name}")
        if path.stat().st_size > LARGEST:
            raise wrong(f"{name} quá lớn", f"{name} is too large")
        return path.read_bytes()

    @property
    def words(self) -> Mapping[str, Any]:
        """The predicate of the statement."""
        if not self.statement:
            raise unknown("chưa đọc được bản kê", "the statement was not read")
        found: Mapping[str, Any] = self.statement["predicate"]
        return found

    @property
    def trusted(self) -> Trust:
        """Whom the verifier trusts."""
        if self.asked.trusted is None:
            raise unknown("chưa có tệp tin cậy (--trust)", "no trust file was given (--trust)")
        return self.asked.trusted

    @property
    def in_registry(self) -> bool:
        """Whether the statement says that it is in a registry."""
        return self.words["status"] is not None

    @property
    def crls(self) -> list[bytes]:
        """The revocation lists at hand: those of then, and those that the verifier has."""
        return [*(self.vouching.revocation if self.vouching else ()), *self.trusted.crls]

    def issuer(self) -> Issuer:
        """Return the issuer, as the trust file knows it."""
        found = self.trusted.issuers.get(self.words["issuer"]["id"])
        if found is None:
            raise wrong("bên cấp không được tin cậy", "the issuer is not trusted")
        return found


def wrong(vi: str, en: str) -> Stop:
    """Return how a step ends that found something wrong."""
    return Stop(Answer.NOT_VALID, Text(vi=vi, en=en))


def unknown(vi: str, en: str) -> Stop:
    """Return how a step ends that cannot tell."""
    return Stop(Answer.UNKNOWN, Text(vi=vi, en=en))
