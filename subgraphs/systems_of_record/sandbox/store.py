"""Versioned JSON documents on SQLite: the ground that the four sandbox systems share.

Every object has an id, a version that counts its changes, and the time of the last one; a
write may demand a version and is refused otherwise. A write, the receipt of its idempotency
key and the events that it causes are one transaction that takes the write lock at its start,
so that two processes on one folder cannot both pass the same precondition.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from subgraphs.systems_of_record.codec import format_instant, parse_instant
from subgraphs.systems_of_record.query.predicates import Order, Predicate
from subgraphs.systems_of_record.sandbox.conditions import (
    CASEFOLD,
    column,
    extracted,
    order_clause,
    where_clause,
)
from subgraphs.systems_of_record.sandbox.kinds import Catalogue, Kind

Document = dict[str, Any]


class StaleVersionError(Exception):
    """The object is not at the version that the write demanded."""

    def __init__(self, current: StoredObject) -> None:
        super().__init__(f"{current.id} is at version {current.version}")
        self.current = current


class DuplicateKeyError(Exception):
    """An object with this id or external key exists already."""

    def __init__(self, current: StoredObject) -> None:
        super().__init__(f"{current.id} exists")
        self.current = current


class KeyReusedError(Exception):
    """An idempotency key came again with another request."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as it is stored; `doc` must not be changed."""

    kind: str
    id: str
    version: int
    modified_at: str
    doc: Document


@dataclass(frozen=True, slots=True)
class Rows:
    """A stretch of a list; `total` is None unless it was asked for."""

    objects: list[StoredObject]
    total: int | None


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An entry of the change feed; `sequence` orders the feed."""

    sequence: int
    type: str
    subject: str
    contract_id: str | None
    version: str
    occurred_at: str


class Store:
    """The documents of one system. Not for use by several threads at once."""

    def __init__(
        self,
        path: Path,
        catalogue: Catalogue,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.catalogue = catalogue
        self.now = now
        self._db = sqlite3.connect(path, isolation_level=None, timeout=10, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.create_function(
            CASEFOLD, 1, lambda value: str(value).casefold(), deterministic=True
        )
        self._create_tables()

    def close(self) -> None:
        """Close the file; the write-ahead log is folded in."""
        self._db.close()

    # -- reading ---------------------------------------------------------------------------

    def get(self, kind: str, id: str) -> StoredObject | None:
        """An object by id."""
        found = self.get_many(kind, [id])
        return found[0] if found else None

    def get_many(self, kind: str, ids: Sequence[str]) -> list[StoredObject]:
        """The objects that exist, in the order of the ids."""
        rows = self._db.execute(
            f'SELECT id, version, modified_at, doc FROM "{self.catalogue[kind].name}" '  # noqa: S608
            "WHERE id IN (SELECT value FROM json_each(?))",
            (orjson.dumps(list(ids)).decode(),),
        )
        by_id = {row[0]: _stored(kind, row) for row in rows}
        return [by_id[id] for id in dict.fromkeys(ids) if id in by_id]

    def find(self, kind: str, external_key: str) -> StoredObject | None:
        """An object by its external key."""
        row = self._db.execute(
            f'SELECT id, version, modified_at, doc FROM "{self.catalogue[kind].name}" '  # noqa: S608
            "WHERE external_key = ?",
            (external_key,),
        ).fetchone()
        return None if row is None else _stored(kind, row)

    def query(
        self,
        kind: str,
        where: Predicate | None = None,
        order: Sequence[Order] = (),
        *,
        limit: int = -1,
        offset: int = 0,
        count: bool = False,
    ) -> Rows:
        """A stretch of a filtered, ordered list. Raises UnknownFieldError."""
        declared = self.catalogue[kind]
        condition, values = where_clause(declared, where)
        table = f'FROM "{declared.name}" WHERE {condition}'
        rows = self._db.execute(
            f"SELECT id, version, modified_at, doc {table} "
            f"ORDER BY {order_clause(declared, order)} LIMIT ? OFFSET ?",
            (*values, limit, offset),
        ).fetchall()
        total = None
        if count:
            total = self._db.execute(f"SELECT COUNT(*) {table}", values).fetchone()[0]
        return Rows([_stored(kind, row) for row in rows], total)

    # -- writing ---------------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside happen, or none; the write lock is held from the start."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def insert(self, kind: str, doc: Document, id: str | None = None) -> StoredObject:
        """Create an object. Raises DuplicateKeyError."""
        declared = self.catalogue[kind]
        external_key = declared.external_key_of(doc)
        existing = self.get(kind, id) if id is not None else None
        if existing is None and external_key is not None:
            existing = self.find(kind, external_key)
        if existing is not None:
            raise DuplicateKeyError(existing)
        new_id = id or self._next_id(declared)
        stored = StoredObject(
            kind, new_id, 1, self._instant(""), {**doc, declared.id_field: new_id}
        )
        self._db.execute(
            f'INSERT INTO "{declared.name}" (id, external_key, version, modified_at, doc) '  # noqa: S608
            "VALUES (?, ?, 1, ?, ?)",
            (new_id, external_key, stored.modified_at, orjson.dumps(stored.doc).decode()),
        )
        return stored

    def update(
        self,
        kind: str,
        id: str,
        changes: Mapping[str, Any],
        *,
        expected_version: int | None = None,
    ) -> StoredObject:
        """Set some fields. Raises KeyError if there is no such object, StaleVersionError.

        Changes that change nothing leave the version as it is.
        """
        current = self.get(kind, id)
        if current is None:
            raise KeyError(id)
        if expected_version is not None and current.version != expected_version:
            raise StaleVersionError(current)
        doc = {**current.doc, **changes}
        if doc == current.doc:
            return current
        declared = self.catalogue[kind]
        changed = StoredObject(
            kind, id, current.version + 1, self._instant(current.modified_at), doc
        )
        self._db.execute(
            f'UPDATE "{declared.name}" SET external_key = ?, version = ?, modified_at = ?, doc = ? '  # noqa: S608
            "WHERE id = ?",
            (
                declared.external_key_of(doc),
                changed.version,
                changed.modified_at,
                orjson.dumps(doc).decode(),
                id,
            ),
        )
        return changed

    def load(self, kind: str, objects: Iterable[tuple[str, str, Document]]) -> None:
        """Insert many new objects at version 1: (id, modified_at, doc). For seeding."""
        declared = self.catalogue[kind]
        self._db.executemany(
            f'INSERT INTO "{declared.name}" (id, external_key, version, modified_at, doc) '  # noqa: S608
            "VALUES (?, ?, 1, ?, ?)",
            (
                (id, declared.external_key_of(doc), modified_at, orjson.dumps(doc).decode())
                for id, modified_at, doc in objects
            ),
        )

    # -- idempotency -----------------------------------------------------------------------

    def receipt(self, key: str, request: bytes | None = None) -> StoredObject | None:
        """What the write with this idempotency key made or changed, as it is now.

        Raises KeyReusedError if `request` is given and is not what the key was used for.
        """
        row = self._db.execute(
            "SELECT request, kind, object_id FROM receipts WHERE key = ?", (key,)
        ).fetchone()
        if row is None:
            return None
        if request is not None and row[0] != hashlib.sha256(request).hexdigest():
            raise KeyReusedError(key)
        return self.get(row[1], row[2])

    def keep_receipt(self, key: str, request: bytes, written: StoredObject) -> None:
        """Remember, in the write's own transaction, what a key was used for."""
        self._db.execute(
            "INSERT INTO receipts (key, request, kind, object_id, at) VALUES (?, ?, ?, ?, ?)",
            (
                key,
                hashlib.sha256(request).hexdigest(),
                written.kind,
                written.id,
                self._instant(""),
            ),
        )

    # -- events ----------------------------------------------------------------------------

    def record_event(self, type: str, subject: str, contract_id: str | None, version: str) -> None:
        """Append to the change feed, in the transaction of the change."""
        self._db.execute(
            "INSERT INTO events (type, subject, contract_id, version, occurred_at) "
            "VALUES (?, ?, ?, ?, ?)",
            (type, subject, contract_id, version, self._instant("")),
        )

    def events(self, after: int, limit: int) -> list[StoredEvent]:
        """The entries of the feed behind a sequence number."""
        rows = self._db.execute(
            "SELECT sequence, type, subject, contract_id, version, occurred_at FROM events "
            "WHERE sequence > ? ORDER BY sequence LIMIT ?",
            (after, limit),
        )
        return [StoredEvent(*row) for row in rows]

    # -- the rest --------------------------------------------------------------------------

    def aggregate(self, sql: str, keys: Sequence[str]) -> list[tuple[Any, ...]]:
        """Rows of a report; `sql` is a constant with one placeholder for a JSON list of keys."""
        return self._db.execute(sql, (orjson.dumps(list(keys)).decode(),)).fetchall()

    def meta(self, name: str) -> str | None:
        """A fact about the data set, such as what it was seeded with."""
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def set_meta(self, name: str, value: str) -> None:
        """Note a fact about the data set."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def create_indexes(self) -> None:
        """Create the declared indexes; after a bulk load this is faster than before it."""
        for kind in self.catalogue.kinds.values():
            for path in kind.indexes:
                name = f"{kind.name}_{path}".replace(".", "_")
                self._db.execute(
                    f'CREATE INDEX IF NOT EXISTS "{name}" ON "{kind.name}" ({column(kind, path)})'
                )
            if kind.report:
                columns = [column(kind, kind.report[0]), *map(extracted, kind.report[1:])]
                self._db.execute(
                    f'CREATE INDEX IF NOT EXISTS "{kind.name}_report" '
                    f'ON "{kind.name}" ({", ".join(columns)})'
                )

    def _create_tables(self) -> None:
        for kind in self.catalogue.kinds.values():
            self._db.execute(
                f'CREATE TABLE IF NOT EXISTS "{kind.name}" (id TEXT PRIMARY KEY, '
                "external_key TEXT UNIQUE, version INTEGER NOT NULL, modified_at TEXT NOT NULL, "
                "doc TEXT NOT NULL)"
            )
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS receipts (key TEXT PRIMARY KEY, request TEXT NOT NULL, "
            "kind TEXT NOT NULL, object_id TEXT NOT NULL, at TEXT NOT NULL)"
        )
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS events (sequence INTEGER PRIMARY KEY AUTOINCREMENT, "
            "type TEXT NOT NULL, subject TEXT NOT NULL, contract_id TEXT, version TEXT NOT NULL, "
            "occurred_at TEXT NOT NULL)"
        )
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)"
        )

    def _next_id(self, kind: Kind) -> str:
        name = f"sequence:{kind.name}"
        last = int(self.meta(name) or 0)
        if not last:
            highest = self._db.execute(f'SELECT MAX(id) FROM "{kind.name}"').fetchone()[0]  # noqa: S608
            last = int(highest.rpartition("-")[2]) if highest else 0
        self.set_meta(name, str(last + 1))
        return f"{kind.prefix}-{last + 1:06d}"

    def _instant(self, previous: str) -> str:
        """The present, but later than `previous`: an object's times always grow."""
        text = format_instant(self.now())
        if text > previous:
            return text
        return format_instant(parse_instant(previous) + timedelta(microseconds=1))


def _stored(kind: str, row: Sequence[Any]) -> StoredObject:
    return StoredObject(kind, row[0], row[1], row[2], orjson.loads(row[3]))
