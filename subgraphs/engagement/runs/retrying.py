"""How long to wait before the next attempt, and when to give up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Exponential backoff with full jitter, in seconds.

    A step that has failed for `give_up_after` becomes an exception for people to look at.
    """

    first: float = 1.0
    factor: float = 2.0
    longest: float = 60.0
    give_up_after: timedelta = timedelta(hours=24)

    def delay(self, attempt: int, random: Random, asked: float | None = None) -> float:
        """The wait after the attempt of this number (from 1); never less than a system asked."""
        ceiling = min(self.first * self.factor ** min(attempt - 1, 32), self.longest)
        waited = random.uniform(ceiling / 2, ceiling)
        return max(waited, asked or 0.0)
