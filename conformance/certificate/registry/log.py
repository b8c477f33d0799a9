"""The log itself: entries and the hashes of full subtrees in one SQLite file, append-only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from conformance.certificate import merkle
from conformance.errors import CertificateError
from conformance.text import Text

_TABLES = """
create table entries (number integer primary key, certificate text not null, kind text not null,
                      body blob not null);
create index entries_of on entries (certificate);
create table nodes (level integer, place integer, hash blob not null,
                    primary key (level, place)) without rowid;
create table places (place integer primary key, certificate text not null unique);
create trigger entries_stay before update on entries begin select raise(abort, 'append-only'); end;
create trigger entries_go before delete on entries begin select raise(abort, 'append-only'); end;
create trigger nodes_stay before update on nodes begin select raise(abort, 'append-only'); end;
create trigger nodes_go before delete on nodes begin select raise(abort, 'append-only'); end;
create trigger places_stay before update on places begin select raise(abort, 'append-only'); end;
create trigger places_go before delete on places begin select raise(abort, 'append-only'); end;
"""


class Log:
    """An append-only log of entries, with the Merkle tree over them (RFC 9162)."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        (self.size,) = database.execute("select count(*) from entries").fetchone()

    def append(self, entry: bytes, certificate: str, kind: str, place: int | None = None) -> int:
        """Append an event of a certificate and return its number; done whole or not at all.

        Args:
            entry: its bytes.
            certificate: the id.
            kind: of the event.
            place: with the first event, the certificate's place in the status lists.

        Raises:
            LookupError: the place, or the id, is another's.
        """
        number: int = self.size
        row = number, certificate, kind, entry
        hashes = merkle.grown(merkle.leaf_hash(entry), number, self.node)
        try:
            with self._database as database:
                if place is not None:
                    database.execute("insert into places values (?, ?)", (place, certificate))
                database.execute("insert into entries values (?, ?, ?, ?)", row)
                database.executemany("insert into nodes values (?, ?, ?)", hashes)
        except sqlite3.IntegrityError as error:
            message = "the place or the id is taken"
            raise LookupError(message) from error
        self.size += 1
        return number

    def is_free(self, place: int) -> bool:
        """Whether no certificate has a place."""
        question = "select count(*) from places where place = ?"
        return bool(self._database.execute(question, (place,)).fetchone()[0] == 0)

    def place_of(self, certificate: str) -> int | None:
        """Return the place of a certificate in the status lists, if it was given one."""
        question = "select place from places where certificate = ?"
        found = self._database.execute(question, (certificate,)).fetchone()
        return None if found is None else int(found[0])

    def places(self, kinds: Iterable[str]) -> list[int]:
        """Return the places of the certificates whose last event is of one of these kinds."""
        question = """
            select places.place, entries.kind from places join entries using (certificate)
            group by certificate having entries.number = max(entries.number)
        """
        wanted = set(kinds)
        return sorted(place for place, kind in self._database.execute(question) if kind in wanted)

    def kinds(self, certificate: str) -> list[str]:
        """Return the kinds of a certificate's events, in order."""
        question = "select kind from entries where certificate = ? order by number"
        return [kind for (kind,) in self._database.execute(question, (certificate,))]

    def rows(self) -> Iterator[tuple[int, str, str, bytes]]:
        """Yield each entry as the file tells it: number, certificate, kind and body."""
        yield from self._database.execute(
            "select number, certificate, kind, cast(body as blob) from entries order by number"
        )

    @property
    def leaves(self) -> int:
        """How many entries the tree has; as many as there are, unless somebody took one away."""
        question = "select count(*) from nodes where level = 0"
        return int(self._database.execute(question).fetchone()[0])

    def entries(self, certificate: str | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield each entry, or each of one certificate, with its number, in order."""
        if certificate is None:
            yield from self._database.execute("select number, body from entries order by number")
            return
        question = "select number, body from entries where certificate = ? order by number"
        yield from self._database.execute(question, (certificate,))

    def certificates_since(self, number: int) -> list[str]:
        """Return the certificates that have events from a number on."""
        question = "select distinct certificate from entries where number >= ?"
        return [name for (name,) in self._database.execute(question, (number,))]

    def node(self, level: int, place: int) -> bytes:
        """Return the hash of a full subtree of 2^level entries.

        Raises:
            IndexError: the tree has no such subtree.
        """
        question = "select hash from nodes where level = ? and place = ?"
        found = self._database.execute(question, (level, place)).fetchone()
        if found is None:
            message = f"no subtree {place} of level {level}"
            raise IndexError(message)
        return bytes(found[0])

    def root(self, size: int | None = None) -> bytes:
        """Return the root hash of the log as it is, or as it was at an earlier size."""
        return merkle.root(self.size if size is None else size, self.node)

    def inclusion(self, number: int, size: int | None = None) -> list[bytes]:
        """Return the proof that an entry is in the log."""
        return merkle.inclusion(number, self.size if size is None else size, self.node)


def create(path: Path) -> None:
    """Make an empty log.

    Raises:
        CertificateError: there is one.
    """
    if path.exists():
        raise CertificateError(
            Text(vi="sổ đăng ký đã có ở đây", en="there is a registry here already"),
            mend=Text(vi="chọn thư mục khác", en="choose another folder"),
            place=str(path),
        )
    with sqlite3.connect(path) as database:
        database.executescript(_TABLES)
    database.close()


@contextmanager
def opened(path: Path) -> Iterator[Log]:
    """Open a log until the block is left.

    Raises:
        CertificateError: there is none, or the file is no log.
    """
    try:
        database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)
        # What a checkpoint was signed over is on disk: the log outlives the power.
        database.execute("pragma journal_mode = wal")
        database.execute("pragma synchronous = full")
        log = Log(database)
    except sqlite3.Error as error:
        raise CertificateError(
            Text(vi="không mở được sổ đăng ký", en="the registry does not open"),
            mend=Text(
                vi="lập sổ bằng `conformance registry init`",
                en="make one: `conformance registry init`",
            ),
            place=str(path),
        ) from error
    try:
        yield log
    finally:
        database.close()
