"""Switches for the faults that real systems have and connectors must survive."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from enum import StrEnum


class FaultKind(StrEnum):
    """What goes wrong.

    DOWN answers 503; DROP closes the connection before anything happens; SLOW waits first;
    THROTTLE refuses in the system's own manner; STALE_VERSION fails a conditional write's
    precondition; ERROR_AFTER_WRITE answers 500 though the write took effect; LOST_ANSWER closes
    the connection after it did; DISORDERED_EVENTS repeats and shuffles the change feed;
    MALFORMED answers 200 with half a document; EXPIRED_TOKEN forgets every token issued.
    """

    DOWN = "DOWN"
    DROP = "DROP"
    SLOW = "SLOW"
    THROTTLE = "THROTTLE"
    STALE_VERSION = "STALE_VERSION"
    ERROR_AFTER_WRITE = "ERROR_AFTER_WRITE"
    LOST_ANSWER = "LOST_ANSWER"
    DISORDERED_EVENTS = "DISORDERED_EVENTS"
    MALFORMED = "MALFORMED"
    EXPIRED_TOKEN = "EXPIRED_TOKEN"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that is switched on.

    It hits requests whose method is in `methods` (empty: any) and whose path contains `path`;
    the first `skip` of them pass; then it hits `times` requests (None: until switched off).
    `seconds` is the delay of SLOW and the Retry-After of THROTTLE (None: none is sent).
    """

    kind: FaultKind
    times: int | None = 1
    skip: int = 0
    path: str = ""
    methods: tuple[str, ...] = ()
    seconds: float | None = None


class FaultSwitches:
    """The faults of one system; safe to use from several threads."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Switch a fault on."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Switch every fault off."""
        with self._lock:
            self._faults.clear()

    def active(self) -> list[Fault]:
        """The faults that are on, with what is left of their counts."""
        with self._lock:
            return list(self._faults)

    def take(self, kind: FaultKind, method: str, path: str) -> Fault | None:
        """The fault of this kind that hits this request, used up by one; None if none does."""
        with self._lock:
            for index, fault in enumerate(self._faults):
                if fault.kind is not kind or fault.path not in path:
                    continue
                if fault.methods and method not in fault.methods:
                    continue
                if fault.skip:
                    self._faults[index] = replace(fault, skip=fault.skip - 1)
                    return None
                self._use(index, fault)
                return fault
        return None

    def _use(self, index: int, fault: Fault) -> None:
        if fault.times is None:
            return
        if fault.times <= 1:
            del self._faults[index]
        else:
            self._faults[index] = replace(fault, times=fault.times - 1)
