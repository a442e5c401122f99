"""The trail in a SQLite file.

One writer at a time, across threads and processes: the previous hash is read and the new entry
written in one BEGIN IMMEDIATE transaction, so that two writers can never chain to the same
entry. Triggers refuse every UPDATE and DELETE; whoever goes around them is found by `verify`.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from auth.audit.entry import GENESIS, ChainedEntry, Entry, canonical_json, chain
from auth.audit.trail import KeyReusedError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS audit_entry (
  sequence INTEGER PRIMARY KEY,
  recorded_at TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  about TEXT NOT NULL,
  details TEXT NOT NULL,
  entry_key TEXT NOT NULL UNIQUE,
  previous_hash TEXT NOT NULL UNIQUE,
  hash TEXT NOT NULL UNIQUE
) STRICT;
CREATE INDEX IF NOT EXISTS audit_entry_about ON audit_entry (about, sequence);
CREATE TABLE IF NOT EXISTS audit_length (one INTEGER PRIMARY KEY CHECK (one = 1), entries INTEGER);
INSERT OR IGNORE INTO audit_length VALUES (1, 0);
CREATE TRIGGER IF NOT EXISTS audit_entry_is_final BEFORE UPDATE ON audit_entry
  BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER IF NOT EXISTS audit_entry_stays BEFORE DELETE ON audit_entry
  BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER IF NOT EXISTS audit_length_grows BEFORE UPDATE ON audit_length
  WHEN new.entries <> old.entries + 1
  BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
"""
_COLUMNS = "sequence, recorded_at, kind, subject, about, details, entry_key, previous_hash, hash"


def _now() -> datetime:
    return datetime.now(UTC)


class SqliteAuditTrail:
    """An `AuditTrail` in the file `path`; several may be open on one file at a time."""

    def __init__(self, path: Path, *, now: Callable[[], datetime] = _now) -> None:
        self._path = path
        self._now = now
        self._connections = threading.local()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(self._open()) as connection:
            connection.executescript(_SCHEMA)

    def append(self, entry: Entry) -> ChainedEntry:
        """See `AuditTrail.append`."""
        details = canonical_json(dict(entry.details))
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            placed = self._held(connection, entry, details)
            if placed is None:
                placed = self._write(connection, entry, details)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
        return placed

    def entries(self, *, about: str | None = None) -> Iterator[ChainedEntry]:
        """See `AuditTrail.entries`."""
        where, arguments = ("", ()) if about is None else (" WHERE about = ?", (about,))
        query = f"SELECT {_COLUMNS} FROM audit_entry{where} ORDER BY sequence"  # noqa: S608
        with closing(self._open()) as connection:
            for row in connection.execute(query, arguments):
                yield _placed(row)

    def length(self) -> int:
        """See `AuditTrail.length`."""
        row = self._connection().execute("SELECT entries FROM audit_length").fetchone()
        return int(row[0])

    def _held(
        self, connection: sqlite3.Connection, entry: Entry, details: str
    ) -> ChainedEntry | None:
        query = f"SELECT {_COLUMNS} FROM audit_entry WHERE entry_key = ?"  # noqa: S608
        row = connection.execute(query, (entry.key,)).fetchone()
        if row is None:
            return None
        if (row[2], row[3], row[4], row[5]) != (entry.kind, entry.subject, entry.about, details):
            raise KeyReusedError(f"the key {entry.key!r} stands for another entry")
        return _placed(row)

    def _write(self, connection: sqlite3.Connection, entry: Entry, details: str) -> ChainedEntry:
        last = connection.execute(
            "SELECT sequence, hash FROM audit_entry ORDER BY sequence DESC LIMIT 1"
        ).fetchone()
        sequence, previous = (last[0] + 1, last[1]) if last else (1, GENESIS)
        recorded_at = self._now().isoformat(timespec="microseconds")
        placed = chain(entry, sequence=sequence, recorded_at=recorded_at, previous_hash=previous)
        row = (sequence, recorded_at, entry.kind, entry.subject, entry.about, details, entry.key)
        connection.execute(
            "INSERT INTO audit_entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*row, previous, placed.hash),
        )
        connection.execute("UPDATE audit_length SET entries = entries + 1")
        return placed

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._connections, "value", None)
        if connection is None:
            connection = self._connections.value = self._open()
        return connection

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=30, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        # FULL, not NORMAL: an entry that was acknowledged must survive a loss of power.
        connection.execute("PRAGMA synchronous = FULL")
        return connection


def _placed(row: tuple[int, str, str, str, str, str, str, str, str]) -> ChainedEntry:
    sequence, recorded_at, kind, subject, about, details, key, previous_hash, digest = row
    entry = Entry(kind, subject, about, json.loads(details), key)
    return ChainedEntry(sequence, recorded_at, entry, previous_hash, digest)
