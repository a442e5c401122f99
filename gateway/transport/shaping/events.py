"""What shaping tells to whoever measures it."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol


class BreakerState(StrEnum):
    """The states of a circuit breaker."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class ShapingEvents(Protocol):
    """Called as things happen; implementations must be quick and must not raise."""

    def shared(self, subgraph: str) -> None:
        """A query was answered by an identical one already under way."""

    def shed(self, subgraph: str) -> None:
        """A request was refused because too many are under way."""

    def retried(self, subgraph: str, attempt: int) -> None:
        """A request is sent again; `attempt` is 2 for the first repetition."""

    def breaker_changed(self, subgraph: str, state: BreakerState) -> None:
        """A circuit breaker has a new state."""

    def url_changed(self, subgraph: str, url: str, healthy: bool) -> None:
        """A URL is passed over from now on, or used again."""


class NoEvents:
    """Nobody measures."""

    def shared(self, subgraph: str) -> None: ...

    def shed(self, subgraph: str) -> None: ...

    def retried(self, subgraph: str, attempt: int) -> None: ...

    def breaker_changed(self, subgraph: str, state: BreakerState) -> None: ...

    def url_changed(self, subgraph: str, url: str, healthy: bool) -> None: ...
