"""What can go wrong with us, grouped by who can act.

Each error carries the exit code that the command line promises (`docs/reference/exit-codes.md`),
says what is wrong and where, and how to mend it, in both languages.
"""

from __future__ import annotations

from enum import IntEnum
from functools import partial
from typing import Any

from conformance.text import Text


class ExitCode(IntEnum):
    """The exit codes of every command; never a count."""

    OK = 0
    NOT_CONFORMANT = 1
    USAGE = 2
    UNREACHABLE = 3
    INCOMPLETE = 4
    INVALID = 5
    INTERNAL = 70


class ConformanceError(Exception):
    """Something that stops us; the subclass says who can act.

    Args:
        what: what is wrong, in both languages.
        mend: what the reader can do about it.
        place: the file, line or key where it is wrong, if there is one.
    """

    exit_code = ExitCode.INTERNAL

    def __init__(self, what: Text, *, mend: Text | None = None, place: str | None = None) -> None:
        super().__init__(what.en)
        self.what = what
        self.mend = mend
        self.place = place

    def into(self, lang: str) -> str:
        """Return the whole message in one language: place, what, mend."""
        place = f"{self.place}: " if self.place else ""
        mend = f"\n  → {self.mend.into(lang)}" if self.mend else ""
        return f"{place}{self.what.into(lang)}{mend}"

    def __str__(self) -> str:
        return self.into("en")

    def __reduce__(self) -> tuple[Any, ...]:
        # As made: a worker process hands its errors to the one that tells them.
        return partial(type(self), self.what, mend=self.mend, place=self.place), ()


# --- whoever runs the suite can act -------------------------------------------------------------


class UsageError(ConformanceError):
    """An option or an environment variable does not fit."""

    exit_code = ExitCode.USAGE


class DocumentError(UsageError):
    """A file is not readable, not YAML or JSON, or not of the promised shape."""


class ProfileError(DocumentError):
    """A profile or the register of norms does not hold together."""


class TargetError(DocumentError):
    """A target file does not hold together."""


class ContractError(DocumentError):
    """A contract is not an OpenAPI document that can be used."""


# --- whoever runs the target can act ------------------------------------------------------------


class UnreachableError(ConformanceError):
    """The target does not answer, or a precondition of the whole run is not met."""

    exit_code = ExitCode.UNREACHABLE


# --- whoever keeps the evidence can act ---------------------------------------------------------


class RecordError(ConformanceError):
    """A record is unfinished, altered or of another make."""

    exit_code = ExitCode.INVALID


class CertificateError(ConformanceError):
    """A certificate, or what it rests on, is not valid, or may not be issued."""

    exit_code = ExitCode.INVALID


class StorageError(ConformanceError):
    """Where a run is kept nothing more can be written: what is there stays, and can go on later."""

    exit_code = ExitCode.INCOMPLETE


class StoppedError(ConformanceError):
    """Somebody stopped a run (Ctrl-C); leaves with 130, as shells expect of it."""

    exit_code = 130  # type: ignore[assignment]  # not a promise of ours, but a custom of shells


# --- we can act ---------------------------------------------------------------------------------


class InternalError(ConformanceError):
    """Our own fault."""
