"""The verdicts, and the outcomes that a check may raise.

A verdict is one word of architecture's closed list; why it is not `pass` is a `Reason` or a
sentence. A check returns nothing when the property holds and raises one of the outcomes below
when it does not, when its condition is false, or when it cannot tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from conformance.text import Text


class Verdict(StrEnum):
    """What was found out about one requirement, or about one check on one unit."""

    PASS = "pass"  # noqa: S105  # the word of the verdict, not a password
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"
    NOT_TESTED = "not_tested"
    WAIVED = "waived"
    ERROR = "error"


class Reason(StrEnum):
    """Why something could not be decided."""

    NO_CREDENTIALS = "no_credentials"
    NO_SECOND_IDENTITY = "no_second_identity"
    NO_TEST_DATA = "no_test_data"
    NO_MAPPING = "no_mapping"
    NOT_AUTHORISED = "not_authorised"
    TOOL_MISSING = "tool_missing"
    BLOCKED = "blocked"
    THROTTLED = "throttled"
    FLAKY = "flaky"
    INCONCLUSIVE = "inconclusive"
    DEPENDENCY_FAILED = "dependency_failed"
    OUT_OF_BUDGET = "out_of_budget"
    ATTESTATION = "attestation"
    REDACTED = "redacted"
    NOT_IN_RECORD = "not_in_record"
    UNREACHABLE = "unreachable"
    STOPPED = "stopped"


class Outcome(Exception):  # noqa: N818  # an outcome is a finding, not an error of the program
    """Base of what a check may raise; anything else is our own error."""


@dataclass(frozen=True)
class Offender:
    """One place of a contract that offends, by its JSON pointer, and what is wrong there."""

    pointer: str
    what: Text


class Violation(Outcome):
    """The clause is broken: what was expected and what was observed instead.

    `offenders` lists every place, where the clause is about a document rather than an answer; `by`
    is the id of the exchange that broke it, where that is not the last one that was asked for.
    """

    def __init__(
        self, expected: Text, observed: Text, offenders: tuple[Offender, ...] = (), by: str = ""
    ) -> None:
        super().__init__(f"expected {expected.en}; observed {observed.en}")
        self.expected = expected
        self.observed = observed
        self.offenders = offenders
        self.by = by


class NotApplicable(Outcome):
    """The condition of the check is false here; `because` says which."""

    def __init__(self, because: Text) -> None:
        super().__init__(because.en)
        self.because = because

    def __reduce__(self) -> tuple[Any, ...]:
        # As made: a process may hand it to another.
        return type(self), (self.because,)


class NotTested(Outcome):
    """The check cannot tell; absence of an answer is never a pass."""

    def __init__(self, reason: Reason, because: Text) -> None:
        super().__init__(f"{reason}: {because.en}")
        self.reason = reason
        self.because = because

    def __reduce__(self) -> tuple[Any, ...]:
        # As made: a process may hand it to another.
        return type(self), (self.reason, self.because)


class Unread(NotTested):
    """What there is could not be looked at whole: what was not seen may be what breaks the clause.

    So nothing that was seen makes up for it.
    """


class TurnedAway(NotTested):
    """No answer came because TLS refused the caller, for the certificate it showed or lacked.

    It says nothing to whoever wanted an answer, and all to whoever asked for a refusal.
    """
