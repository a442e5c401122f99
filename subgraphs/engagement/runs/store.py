"""Runs in a SQLite file, shared by all processes of a machine.

A run is one document; the columns beside it are what lists are filtered by. Every change is a
function applied to the current document inside one BEGIN IMMEDIATE transaction, so that two
processes never overwrite each other. Two indexes hold what must be true of the whole: an
idempotency key stands for one run, and a contract has at most one run under way.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from subgraphs.engagement.runs.run import Run, RunKind, RunState
from subgraphs.systems_of_record.codec import Codec, snake_case

_SCHEMA = """
CREATE TABLE IF NOT EXISTS run (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  contract_id TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  region TEXT NOT NULL,
  legal_entity TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  created_at TEXT NOT NULL,
  document TEXT NOT NULL,
  UNIQUE (requested_by, idempotency_key)
) STRICT;
CREATE INDEX IF NOT EXISTS run_by_contract ON run (contract_id, id);
CREATE INDEX IF NOT EXISTS run_by_state ON run (state, id);
CREATE UNIQUE INDEX IF NOT EXISTS run_one_under_way ON run (contract_id)
  WHERE state IN ('RUNNING', 'DELAYED', 'EXCEPTION', 'COMPENSATING');
CREATE UNIQUE INDEX IF NOT EXISTS run_one_waiting ON run (subject_id)
  WHERE state IN ('WAITING', 'RUNNING', 'DELAYED', 'EXCEPTION', 'COMPENSATING');
CREATE TABLE IF NOT EXISTS outbox (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  event_key TEXT NOT NULL UNIQUE,
  event TEXT NOT NULL,
  published_at TEXT
) STRICT;
"""


class RunUnderWayError(Exception):
    """The contract has a run under way; `run_id` names it if it is known."""

    def __init__(self, run_id: str | None) -> None:
        super().__init__(f"run {run_id} is under way")
        self.run_id = run_id


class UnknownRunError(KeyError):
    """There is no run of this id."""


@dataclass(frozen=True, slots=True)
class RunFilter:
    """What a list of runs is restricted to; None and empty do not restrict.

    `regions` and `legal_entities` are the reach of the caller: None is no bound, an empty tuple
    is nothing at all.
    """

    states: tuple[RunState, ...] = ()
    kinds: tuple[RunKind, ...] = ()
    contract_id: str | None = None
    regions: tuple[str, ...] | None = None
    legal_entities: tuple[str, ...] | None = None


class RunStore:
    """Safe to share between threads; several may be open on one file."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._codec = Codec(snake_case)
        self._connections = threading.local()
        self._connection().executescript(_SCHEMA)

    def add(self, run: Run) -> Run:
        """Store a new run, or return the one that its caller's idempotency key stands for.

        Raises `RunUnderWayError`.
        """
        with self._transaction() as connection:
            held = self._by_key(connection, run.requested_by, run.idempotency_key)
            if held is not None:
                return held
            try:
                connection.execute(
                    "INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", self._row(run)
                )
            except sqlite3.IntegrityError as error:
                raise RunUnderWayError(self._under_way(connection, run)) from error
        return run

    def change(self, run_id: str, function: Callable[[Run], Run]) -> Run:
        """Apply a pure function to a run, atomically; returns what is stored then.

        Raises `UnknownRunError`, `RunUnderWayError`, and whatever the function raises (then
        nothing is changed).
        """
        with self._transaction() as connection:
            held = self._read(connection, "id = ?", (run_id,))
            if not held:
                raise UnknownRunError(run_id)
            changed = function(held[0])
            try:
                connection.execute(
                    "UPDATE run SET state = ?, document = ? WHERE id = ?",
                    (changed.state.value, self._document(changed), run_id),
                )
            except sqlite3.IntegrityError as error:
                raise RunUnderWayError(self._under_way(connection, changed)) from error
        return changed

    def get(self, run_id: str) -> Run | None:
        """The run of this id."""
        return next(iter(self._read(self._connection(), "id = ?", (run_id,))), None)

    def by_key(self, requested_by: str, idempotency_key: str) -> Run | None:
        """The run that a caller's idempotency key stands for."""
        return self._by_key(self._connection(), requested_by, idempotency_key)

    def by_contracts(self, contract_ids: Sequence[str]) -> Mapping[str, tuple[Run, ...]]:
        """The runs of each contract, the newest first."""
        marks = ",".join("?" * len(contract_ids))
        runs = self._read(
            self._connection(), f"contract_id IN ({marks}) ORDER BY id DESC", tuple(contract_ids)
        )
        return {key: tuple(run for run in runs if run.contract_id == key) for key in contract_ids}

    def list(self, where: RunFilter, *, first: int, after: str | None) -> tuple[Run, ...]:
        """Up to `first` runs, the newest first, behind the run of id `after`."""
        terms, values = _conditions(where)
        if after is not None:
            terms.append("id < ?")
            values.append(after)
        condition = " AND ".join(terms) or "1"
        return self._read(
            self._connection(), f"{condition} ORDER BY id DESC LIMIT ?", (*values, first)
        )

    def count(self, where: RunFilter) -> int:
        """How many runs there are."""
        terms, values = _conditions(where)
        query = f"SELECT count(*) FROM run WHERE {' AND '.join(terms) or '1'}"  # noqa: S608
        return int(self._connection().execute(query, values).fetchone()[0])

    def add_event(self, key: str, event: Mapping[str, Any]) -> None:
        """Lay a business event into the outbox, once for a key."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO outbox (event_key, event) VALUES (?, ?)",
                (key, json.dumps(event, sort_keys=True)),
            )

    def events(self) -> tuple[Mapping[str, Any], ...]:
        """All events of the outbox in order."""
        rows = self._connection().execute("SELECT event FROM outbox ORDER BY position")
        return tuple(json.loads(row[0]) for row in rows)

    def _by_key(self, connection: sqlite3.Connection, subject: str, key: str) -> Run | None:
        found = self._read(connection, "requested_by = ? AND idempotency_key = ?", (subject, key))
        return found[0] if found else None

    def _under_way(self, connection: sqlite3.Connection, run: Run) -> str | None:
        row = connection.execute(
            "SELECT id FROM run WHERE (contract_id = ? OR subject_id = ?) AND id <> ? AND state IN"
            " ('WAITING', 'RUNNING', 'DELAYED', 'EXCEPTION', 'COMPENSATING') ORDER BY id",
            (run.contract_id, run.subject_id, run.id),
        ).fetchone()
        return row[0] if row else None

    def _read(
        self, connection: sqlite3.Connection, condition: str, values: tuple[Any, ...]
    ) -> tuple[Run, ...]:
        query = f"SELECT document FROM run WHERE {condition}"  # noqa: S608
        rows = connection.execute(query, values).fetchall()
        return tuple(self._codec.decode(Run, json.loads(row[0])) for row in rows)

    def _document(self, run: Run) -> str:
        return json.dumps(self._codec.encode(run))

    def _row(self, run: Run) -> tuple[Any, ...]:
        return (
            run.id,
            run.kind.value,
            run.state.value,
            run.contract_id,
            run.subject_id,
            run.region,
            run.legal_entity,
            run.requested_by,
            run.idempotency_key,
            run.created_at.isoformat(),
            self._document(run),
        )

    def _connection(self) -> sqlite3.Connection:
        held: sqlite3.Connection | None = getattr(self._connections, "value", None)
        if held is None:
            held = sqlite3.connect(self._path, timeout=30, isolation_level=None)
            held.execute("PRAGMA journal_mode = WAL")
            held.execute("PRAGMA synchronous = NORMAL")
            self._connections.value = held
        return held

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


def _conditions(where: RunFilter) -> tuple[list[str], list[Any]]:
    terms: list[str] = []
    values: list[Any] = []
    choices: list[tuple[str, Sequence[str] | None]] = [
        ("state", [state.value for state in where.states] or None),
        ("kind", [kind.value for kind in where.kinds] or None),
        ("region", where.regions),
        ("legal_entity", where.legal_entities),
        ("contract_id", None if where.contract_id is None else [where.contract_id]),
    ]
    for column, allowed in choices:
        if allowed is not None:
            terms.append(f"{column} IN ({','.join('?' * len(allowed))})")
            values.extend(allowed)
    return terms, values
