"""Check a trail from its first entry to its last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from auth.audit.entry import GENESIS, ChainedEntry, NotCanonicalError, chain


@dataclass(frozen=True, slots=True)
class Breach:
    """Where a trail is broken and how."""

    sequence: int
    problem: str


@dataclass(frozen=True, slots=True)
class Verification:
    """How far a trail is sound. `head` is the last entry's hash; keep it elsewhere as an anchor."""

    entries: int
    head: str
    breach: Breach | None

    @property
    def sound(self) -> bool:
        """Whether nothing was found to be wrong."""
        return self.breach is None


def verify_chain(
    entries: Iterable[ChainedEntry], *, expected_length: int, anchors: Iterable[str] = ()
) -> Verification:
    """Recompute every hash and link.

    `expected_length` is what the store counted itself. Neither it nor the chain can show that
    somebody who controls the store cut off the end and counted anew, or rewrote everything:
    for that, pass `anchors`, heads that were noted outside the store; each must occur.
    """
    previous, count = GENESIS, 0
    missing = set(anchors)
    for placed in entries:
        problem = _problem(placed, count + 1, previous)
        if problem:
            return Verification(count, previous, Breach(count + 1, problem))
        previous, count = placed.hash, count + 1
        missing.discard(previous)
    if count != expected_length:
        problem = f"{expected_length} entries were written, {count} are there"
        return Verification(count, previous, Breach(count + 1, problem))
    if missing:
        problem = f"the noted head {min(missing)} does not occur"
        return Verification(count, previous, Breach(count + 1, problem))
    return Verification(count, previous, None)


def _problem(placed: ChainedEntry, sequence: int, previous: str) -> str | None:
    if placed.sequence != sequence:
        return f"expected entry {sequence}, found {placed.sequence}"
    if placed.previous_hash != previous:
        return "does not continue the entry before it"
    try:
        again = chain(
            placed.entry,
            sequence=placed.sequence,
            recorded_at=placed.recorded_at,
            previous_hash=placed.previous_hash,
        )
    except NotCanonicalError as error:
        return f"cannot have been written by this trail: {error}"
    return None if again.hash == placed.hash else "its content does not match its hash"
