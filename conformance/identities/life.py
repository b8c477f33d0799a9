"""The identities of a run while it lives: each logs in when it has to, and again when it must.

`logins` forms the request and reads its answer; here is decided when one is made, and what is
remembered of it.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable

from conformance.errors import UnreachableError
from conformance.evidence import Response
from conformance.identities import logins
from conformance.identities.credentials import Credentials
from conformance.identities.logins import Issued
from conformance.privacy.redaction import Redactor
from conformance.probe.questions import Question
from conformance.target import Identity, Target
from conformance.verdict import Reason

# A token that ends while a request is under way would make a refusal of it.
_MARGIN_SECONDS = 10.0
_MOST_LOGINS = 50
_MOST_AWAY = 5

# Sends the log-in of an identity and has its answer read before anything of it is kept.
Errand = Callable[[Question, Identity, Callable[[Response | None], Issued]], Issued]


class Identities:
    """Knows who holds a credential, and obtains one where it has to be obtained.

    Args:
        target: whose identities they are.
        credentials: the opened identities, which take in what is issued.
        redactor: told of every secret that is issued.
        errand: what sends a log-in.
    """

    def __init__(
        self, target: Target, credentials: Credentials, redactor: Redactor, errand: Errand
    ) -> None:
        self._target = target
        self._credentials = credentials
        self._redactor = redactor
        self._errand = errand
        self._ends_at: dict[str, float] = {}
        self._logins = self._away = 0
        self._turned_away: dict[str, UnreachableError] = {}
        self._renewed: Counter[str] = Counter()
        # Several workers may find at the same time that somebody has to log in.
        self._turn = threading.RLock()

    def renewed(self, name: str) -> int:
        """Return how many times an identity's credential was obtained."""
        return self._renewed[name]

    def log_in(self, name: str, *, renew: bool = False) -> None:
        """Obtain the credential of an identity, where it has to be obtained.

        Raises:
            UnreachableError: it is refused, or is not where the target file says.
        """
        identity = self._target.identities.get(name)
        if identity is None or not identity.logs_in:
            return
        with self._turn:
            self._log_in(name, renew=renew)

    def _log_in(self, name: str, *, renew: bool) -> None:
        ends = time.monotonic() > self._ends_at.get(name, float("inf")) - _MARGIN_SECONDS
        if self._credentials.has_issued(name) and not renew and not ends:
            return
        if name in self._turned_away:
            raise self._turned_away[name]
        try:
            issued = self._issued(name)
        except logins.AwayError as error:
            # It may be back for the next question; who is away for long is not asked for ever.
            self._away += 1
            if self._away >= _MOST_AWAY:
                self._turned_away[name] = error
            raise
        except UnreachableError as error:
            # Asked once: a server that refuses is not to be asked again with every question.
            self._turned_away[name] = error
            raise
        self._away = 0
        self._credentials.issue(name, issued.value, issued.scopes, issued.told)
        self._renewed[name] += 1
        if issued.seconds is not None:
            self._ends_at[name] = time.monotonic() + issued.seconds

    def throwaway(self, name: str) -> str:
        """Return a credential of its own, for a request that ends the session it is asked in.

        Raises:
            UnreachableError: it is refused, or is not where the target file says.
        """
        return self._issued(name).value

    def can_log_in(self, name: str) -> bool:
        """Whether an identity's credential can be had anew."""
        return self._target.identities[name].logs_in

    def _issued(self, name: str) -> Issued:
        identity = self._target.identities[name]
        question = logins.asked(identity, self._credentials, self._target)
        self._logins += 1
        if self._logins > _MOST_LOGINS:
            raise logins.refused(identity, str(Reason.OUT_OF_BUDGET))

        def read(response: Response | None) -> Issued:
            issued = logins.read(identity, response)
            # Before anything of the answer is kept: what it hands out is a secret.
            for value in filter(None, (issued.value, issued.refresh_token)):
                self._redactor.hide(f"{name}.issued", value)
            # Whatever the log-in is for: the refresh token that it was made with is used up.
            if issued.refresh_token is not None:
                self._credentials.rotate(name, issued.refresh_token)
            return issued

        return self._errand(question, identity, read)
