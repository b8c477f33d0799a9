"""A real database behind the procedures: what an injection does to it is not acted."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from conformance.sandbox import demonstration
from conformance.sandbox.agency import PROBLEM
from conformance.sandbox.messages import Answer, Call

PLACE = "/procedures/"
Query = Callable[[sqlite3.Connection, str], list[tuple[str]]]
JSON = (("Content-Type", "application/json"),)


def reading(
    query: Query, *, on_error: Callable[[sqlite3.Error], str]
) -> Callable[[Call], Answer | None]:
    """Return a hook that reads one procedure from a database.

    Args:
        query: makes the rows of a code.
        on_error: says what the detail of the refusal is when the database refuses a statement.
    """

    def hook(call: Call) -> Answer | None:
        code = call.path.removeprefix(PLACE)
        if call.method not in ("GET", "HEAD") or code == call.path:
            return None
        with _filled() as database:
            try:
                rows = query(database, code)
            except sqlite3.Error as error:
                return refused(400, on_error(error))
        if not rows:
            return refused(404, "Không tìm thấy thủ tục.")
        return Answer(200, JSON, rows[0][0].encode("utf-8"))

    return hook


def by_text(database: sqlite3.Connection, code: str) -> list[tuple[str]]:
    """Ask with the code inside the statement, as must never be done."""
    statement = f"SELECT content FROM procedures WHERE code = '{code}'"  # noqa: S608  # the fault itself
    return database.execute(statement).fetchall()


def by_parameter(database: sqlite3.Connection, code: str) -> list[tuple[str]]:
    """Ask with the code beside the statement."""
    return database.execute("SELECT content FROM procedures WHERE code = ?", (code,)).fetchall()


def by_words(database: sqlite3.Connection, text: str) -> list[tuple[str]]:
    """Search for any of the words of a text, quotes and signs apart, as a full-text search does."""
    words = "".join(c if c.isalnum() or c in "._" else " " for c in text).split()
    found = [row for word in words for row in by_parameter(database, word)]
    # How well it fits depends on all the words, those of an attacker too.
    return found if len(set(words)) < len(words) or len(words) == 1 else []


def waited(statement: str) -> float:
    """Return for how many seconds a statement has the database asleep; nobody really waits.

    What PostgreSQL and MySQL call it is said in words that SQLite knows.
    """
    spelt = re.sub(r"FROM PG_SLEEP\((\d+)\)", r"WHERE SLEEP(\1) IS NOT NULL", statement)
    spelt = re.sub(r"FROM \(SELECT\(SLEEP\((\d+)\)\)\)\w+", r"WHERE SLEEP(\1) IS NOT NULL", spelt)
    asleep: list[float] = []
    with _filled() as database:
        database.create_function("SLEEP", 1, asleep.append)
        try:
            database.execute(spelt).fetchall()
        except sqlite3.Error:
            return 0.0
    return sum(asleep)


def shown(entry: Mapping[str, Any]) -> Answer:
    """Return the answer that is one entry."""
    body = json.dumps(entry, ensure_ascii=False, default=_written)
    return Answer(200, JSON, body.encode("utf-8"))


def refused(status: int, detail: str) -> Answer:
    """Return a problem document."""
    title = {400: "Bad Request", 404: "Not Found"}[status]
    members = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    body = json.dumps(members, ensure_ascii=False).encode("utf-8")
    return Answer(status, (("Content-Type", PROBLEM),), body)


def _filled() -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE procedures (code TEXT PRIMARY KEY, content TEXT)")
    database.executemany(
        "INSERT INTO procedures VALUES (?, ?)",
        [
            (entry["maThuTuc"], json.dumps(entry, ensure_ascii=False, default=_written))
            for entry in demonstration.procedures()
        ],
    )
    return database


def _written(value: date) -> str:
    return value.isoformat()
