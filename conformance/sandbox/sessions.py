"""Sessions that a cookie keeps (RFC 6265): who logged in, until when."""

from __future__ import annotations

import secrets
import time
from http.cookies import CookieError, SimpleCookie

from conformance.sandbox.demonstration import PEOPLE, Person
from conformance.sandbox.messages import Call

SECONDS = 1800
MOST_SESSIONS = 1000


def cookie_name(scheme: str) -> str:
    """Return the name of the cookie; the prefix binds it to one host (RFC 6265bis, 4.1.3.2)."""
    return "__Host-phien" if scheme == "https" else "phien"


class Sessions:
    """The sessions of one agency, at most `MOST_SESSIONS`."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[Person, float]] = {}

    def begin(self, username: str, password: str) -> tuple[Person, str] | None:
        """Return who logged in and the id of the new session, or None for a wrong password."""
        for person in PEOPLE:
            # Every password is compared: how long it takes does not tell which names there are.
            right = secrets.compare_digest(person.password.encode(), password.encode())
            if person.username == username and right:
                while len(self._open) >= MOST_SESSIONS:
                    del self._open[next(iter(self._open))]
                session = secrets.token_urlsafe(32)
                self._open[session] = person, time.monotonic() + SECONDS
                return person, session
        return None

    def whose(self, call: Call) -> Person | None:
        """Return who a call's cookie stands for; None without one that is valid."""
        person, ends = self._open.get(carried(call) or "", (None, 0.0))
        return person if time.monotonic() < ends else None

    def end(self, call: Call) -> None:
        """End the session that a call carries, if there is one."""
        self._open.pop(carried(call) or "", None)


def carried(call: Call) -> str | None:
    """Return the session id that a call carries."""
    jar = SimpleCookie()
    try:
        jar.load("; ".join(call.values_of("cookie")))
    except CookieError:
        return None
    found = jar.get(cookie_name(call.scheme))
    return found.value if found else None


def cookie(call: Call, session: str) -> str:
    """Return the value of Set-Cookie that begins a session."""
    return f"{cookie_name(call.scheme)}={session}; Max-Age={SECONDS}; {_attributes(call)}"


def no_cookie(call: Call) -> str:
    """Return the value of Set-Cookie that makes a browser forget the session."""
    return f"{cookie_name(call.scheme)}=; Max-Age=0; {_attributes(call)}"


def _attributes(call: Call) -> str:
    """Return the attributes: hidden from scripts and from other sites; Secure where TLS is."""
    if call.scheme == "https":
        return "Path=/; Secure; HttpOnly; SameSite=Strict"
    return f"Path={call.base or '/'}; HttpOnly; SameSite=Strict"
