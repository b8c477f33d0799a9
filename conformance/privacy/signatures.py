"""Signatures of what an answer must not hold, looked for in what really came.

The door notes what it found (`marks`) where a body is not kept as it came, so that whoever judges
needs not see it. A note holds for the very signatures that it was made with.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from conformance.evidence import Exchange, Request, Response, canonical
from conformance.privacy import revelations
from conformance.privacy.hidden import redacted

_ERROR = 400  # RFC 9110, section 15.5
# Structural signatures: a word such as "SQL" alone is no proof. Whatever repeats in one does so a
# bounded number of times: a body of a million beginnings of a trace must not take hours.
LEAKS = {
    "Java stack trace": r"(?:\b|\\[nrt])at [\w.$]{1,200}\([\w$]{1,100}\.java:\d+\)",
    "Python traceback": r"Traceback \(most recent call last\):?\s{0,100}(?:\\n|\n|<br)",
    ".NET stack trace": (
        r"(?:\b|\\[nrt])at [\w.<>`]{1,300}\([^)\n]{0,300}\) in [^\n]{1,300}:line \d+"
    ),
    "PHP error": (
        r"(?:Fatal error|Warning|Notice)(?:</b>)?: .{1,300}"
        r" in (?:<b>)?/[^\s<]+(?:</b>)? on line"
    ),
    "Node stack trace": r"(?:\b|\\[nrt])at [\w.<>\[\] ]{1,120} \((?:file://)?/?[^()\n]{1,300}\.[cm]?js:\d+:\d+\)",
    "Go stack trace": r"goroutine \d+ \[running\]",
    "Ruby stack trace": r"\.rb:\d+:in [`']",
    "Oracle error": r"\bORA-\d{5}\b",
    "SQLSTATE": r"\bSQLSTATE\[",
    "PostgreSQL error": r"\bPG::\w+Error\b|\bsyntax error at or near \"",
    "MySQL error": r"You have an error in your SQL syntax",
    "SQL Server error": (
        r"Unclosed quotation mark after the character string|Microsoft OLE DB Provider"
    ),
    "SQLite error": r"\bSQLITE_ERROR\b",
    "MongoDB error": r"\bMongoServerError\b",
    "server path": (
        r"(?:^|[\s\"'(=:>])(?:/var/www/|/usr/src/app/|/home/\w+/)[\w./-]+"
        r"|\b[A-Z]:\\{1,2}inetpub\\"
    ),
    "framework debug page": (
        r"Whitelabel Error Page|Django Version:|Werkzeug Debugger|Laravel .{0,80}Ignition"
    ),
}
# What every text that bears a signature holds: looked for first, because it is found, or not, a
# hundred times sooner.
_NEEDLES = {
    "Java stack trace": (".java:",),
    ".NET stack trace": (":line ",),
    "PHP error": (" on line",),
    "Node stack trace": ("js:",),
    "Oracle error": ("ORA-",),
    "SQLSTATE": ("SQLSTATE[",),
    "PostgreSQL error": ("PG::", "syntax error at or near"),
    "SQLite error": ("SQLITE_ERROR",),
    "MongoDB error": ("MongoServerError",),
    "server path": ("/var/www/", "/usr/src/app/", "/home/", "inetpub"),
}

# Path below the base URL, and the signature without which an answer proves nothing.
EXPOSED = {
    "/.git/HEAD": rb"\A(?:ref: refs/|[0-9a-f]{40}\s{0,9}\Z)",
    "/.env": rb"\A(?:#[^\n]*+\n)*+[A-Z][A-Z0-9_]*+=",
    "/.svn/entries": rb"\A\d{1,9}\s{0,9}?\n\s{0,9}dir\b",
    "/.DS_Store": rb"\A\x00\x00\x00\x01Bud1",
    "/actuator": rb'"_links"\s{0,9}:\s{0,9}\{[^}]{0,4000}actuator',
    "/actuator/env": rb'"propertySources"',
    "/actuator/beans": rb'"contexts"\s{0,9}:\s{0,9}\{.{0,200}?"beans"',
    "/metrics": rb"(?m)^# (?:HELP|TYPE) [a-zA-Z_:]",
    "/debug/pprof/": rb"(?i)<title>/debug/pprof/?</title>|Types of profiles available",
    "/debug/vars": rb'"memstats"\s{0,9}:',
    "/server-status": rb"Apache Server Status for",
    "/phpinfo.php": rb"<title>(?:PHP [\d.]+ - )?phpinfo\(\)</title>",
    "/elmah.axd": rb"Error Log for .{0,300} on |ELMAH",
    "/trace.axd": rb"<h1>Application Trace</h1>|Requests to this Application",
    "/h2-console": rb"<title>H2 Console</title>",
    "/console": rb"(?i)Werkzeug|<title>.{0,300}Interactive Console",
    "/WEB-INF/web.xml": rb"<web-app[\s>]",
    "/web.config": rb"<configuration[\s>].{0,1000}?<(?:system\.web|system\.webServer|appSettings)",
    "/backup.zip": rb"\APK\x03\x04",
}


def marks(request: Request, response: Response) -> dict[str, Any]:
    """Return what the signatures find in an answer as it came."""
    path = urlsplit(request.url).path
    return {
        "edition": _edition(),
        # Only errors are asked for them, and looking through long bodies takes time.
        "leaks": _leaks(request, response) if response.status >= _ERROR else None,
        "exposed": [known for known in EXPOSED if path.endswith(known) and _is(known, response)],
        "firewall": _blocks(response),
        "revealed": revelations.noted(request, response),
    }


def leaks(answer: Exchange) -> list[str]:
    """Return the names of inner details that an answer tells; echoes of the request are none."""
    answer.be_decoded()
    if answer.body_is_hidden or "marks" in answer.facts:
        noted = _noted(answer)["leaks"]
        if noted is None:
            raise redacted()
        return list(noted)
    return _leaks(answer.request, answer.response) if answer.response else []


def is_exposed(answer: Exchange, path: str) -> bool:
    """Whether an answer holds what bears the signature of a path."""
    answer.be_decoded()
    if answer.body_is_hidden:
        return path in _noted(answer)["exposed"]
    return answer.response is not None and _is(path, answer.response)


def blocks(answer: Exchange) -> bool:
    """Whether a body is the page of a known firewall."""
    if answer.body_is_hidden:
        return bool(answer.facts.get("marks", {}).get("firewall"))
    return answer.response is not None and _blocks(answer.response)


def _noted(answer: Exchange) -> dict[str, Any]:
    noted: dict[str, Any] = answer.fact("marks")
    if noted["edition"] != _edition():
        raise redacted()  # nobody looked for what is a signature today
    return noted


@cache
def _edition() -> str:
    known = [sorted(LEAKS.items()), [[path, str(sign)] for path, sign in EXPOSED.items()]]
    return hashlib.sha256(canonical(known)).hexdigest()[:12]


def _leaks(request: Request, response: Response) -> list[str]:
    told = response.body.decode("utf-8", "replace")
    told += "\n".join(value for _, value in response.headers)
    asked = request.url + request.body.decode("utf-8", "replace")
    found = {
        name: re.search(signature, told)
        for name, signature in LEAKS.items()
        if name not in _NEEDLES or any(needle in told for needle in _NEEDLES[name])
    }
    return [name for name, hit in found.items() if hit and hit[0] not in asked]


def _is(path: str, response: Response) -> bool:
    return re.search(EXPOSED[path], response.body, re.DOTALL) is not None


def _blocks(response: Response) -> bool:
    return b"The requested URL was rejected" in response.body and b"support ID" in response.body
