"""What an error must not tell."""

from __future__ import annotations

import re

from conformance.check import law, require
from conformance.evidence import Exchange
from conformance.text import Text

# Structural signatures: a word such as "SQL" alone is no proof.
SIGNATURES = {
    "Java stack trace": r"(?:\b|\\[nrt])at [\w.$]+\([\w$]+\.java:\d+\)",
    "Python traceback": r"Traceback \(most recent call last\):?\s*(?:\\n|\n|<br)",
    ".NET stack trace": r"(?:\b|\\[nrt])at [\w.<>`]+\([^)\n]*\) in [^\n]{1,300}:line \d+",
    "PHP error": (
        r"(?:Fatal error|Warning|Notice)(?:</b>)?: .{1,300}"
        r" in (?:<b>)?/[^\s<]+(?:</b>)? on line"
    ),
    "Node stack trace": r"(?:\b|\\[nrt])at [\w.<>\[\] ]+ \((?:file://)?/?[^()\n]{1,300}\.[cm]?js:\d+:\d+\)",
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


@law(catalogue="SEC-007", per="target", on="errors", hostile=True)
def errors_do_not_leak(answer: Exchange) -> None:
    """An error keeps traces, statements and server paths to itself (ASVS 5.0, 16.5.1).

    Looks for structural signatures in body and headers of every error; what only repeats our own
    request is an echo, not a leak.
    """
    told = answer.body.decode("utf-8", "replace")
    told += "\n".join(value for _, value in answer.headers)
    asked = answer.request.url + answer.request.body.decode("utf-8", "replace")
    for name, signature in SIGNATURES.items():
        found = re.search(signature, told)
        require(
            found is None or found[0] in asked,
            expected=Text(
                vi="lỗi không lộ chi tiết bên trong", en="an error without inner details"
            ),
            observed=name,
        )
