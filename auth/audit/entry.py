"""Entries of the trail, and the hash that chains them.

An entry's hash is SHA-256 over the canonical JSON of everything in it, the previous entry's hash
included. Changing, removing, inserting or reordering entries breaks the chain behind that place.
Canonical JSON here means: keys sorted by code point, no insignificant white space, UTF-8, no
numbers but integers (amounts are text), as in RFC 8785 for that subset of values.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

GENESIS = "0" * 64


class NotCanonicalError(ValueError):
    """A value has no single canonical form (a float, or something that is not JSON)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact to be remembered.

    `kind` says what happened (`decision`, `write.intended`, `write.done`, ...), `subject` who
    caused it, `about` what it concerns (a run, an object), `details` anything that is JSON without
    floats. `key` makes appending idempotent: a key that the trail holds is not appended again.
    """

    kind: str
    subject: str
    about: str
    details: Mapping[str, Any]
    key: str


@dataclass(frozen=True, slots=True)
class ChainedEntry:
    """An entry at its place: sequence from 1, ISO 8601 UTC time, both hashes in hex."""

    sequence: int
    recorded_at: str
    entry: Entry
    previous_hash: str
    hash: str


def canonical_json(value: Any) -> str:
    """The one text for a JSON value. Raises `NotCanonicalError`."""
    _check(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def chain(entry: Entry, *, sequence: int, recorded_at: str, previous_hash: str) -> ChainedEntry:
    """Place an entry behind the one with `previous_hash` (`GENESIS` for the first)."""
    content = {
        "about": entry.about,
        "details": dict(entry.details),
        "key": entry.key,
        "kind": entry.kind,
        "previous": previous_hash,
        "recordedAt": recorded_at,
        "sequence": sequence,
        "subject": entry.subject,
    }
    try:
        digest = hashlib.sha256(canonical_json(content).encode("utf-8")).hexdigest()
    except UnicodeEncodeError as error:
        raise NotCanonicalError("text with a lone surrogate") from error
    return ChainedEntry(sequence, recorded_at, entry, previous_hash, digest)


def _check(value: Any) -> None:
    if value is None or isinstance(value, (str, bool, int)):
        return
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise NotCanonicalError("a key that is not text")
        for item in value.values():
            _check(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _check(item)
    else:
        raise NotCanonicalError(f"{type(value).__name__} has no canonical form")
