# ruff: noqa: N818  (the names say what a caller may do; "Error" would add nothing)
"""How a call to a system of record can fail, in the terms that callers act on.

    SystemOfRecordError
    ├── Retryable            nothing was changed; later it may work (down, time-out while reading)
    │   └── Throttled        the system asks for patience; `retry_after` in seconds
    ├── Refused              the system understood and said no; trying again changes nothing
    │   └── Missing          the object to be changed does not exist
    ├── Conflict             the object is at another version than the caller named
    └── OutcomeUnknown       the write may or may not have happened and a look-up cannot tell

Reads raise only Retryable, Throttled and Refused. Every error knows its system and operation;
none holds a credential or a payload, so that each may be logged and stored with a run.
"""

from __future__ import annotations

from subgraphs.systems_of_record.records.common import System


class SystemOfRecordError(Exception):
    """A call to a system of record failed. Subclasses say what may be done about it."""

    def __init__(self, system: System, operation: str, reason: str) -> None:
        super().__init__(f"{system.value} {operation}: {reason}")
        self.system = system
        self.operation = operation
        self.reason = reason


class Retryable(SystemOfRecordError):
    """The call had no effect, and may succeed later."""


class Throttled(Retryable):
    """The account's quota is spent; the system names a wait in seconds, or None."""

    def __init__(
        self, system: System, operation: str, reason: str, retry_after: float | None = None
    ) -> None:
        super().__init__(system, operation, reason)
        self.retry_after = retry_after


class Refused(SystemOfRecordError):
    """The system rejected the request itself; `code` is the system's own error code."""

    def __init__(self, system: System, operation: str, reason: str, code: str = "") -> None:
        super().__init__(system, operation, reason)
        self.code = code


class Missing(Refused):
    """The object that the write names does not exist there."""


class Conflict(SystemOfRecordError):
    """A precondition failed. `current_version` is the token to read and decide upon anew.

    For contract and amendment operations it is the contract's business version.
    """

    def __init__(
        self, system: System, operation: str, reason: str, current_version: str | None
    ) -> None:
        super().__init__(system, operation, reason)
        self.current_version = current_version


class OutcomeUnknown(SystemOfRecordError):
    """The request was sent and the answer lost. `key` is the idempotency key to resolve it by.

    Repeating the call with the same key is safe: the system answers with what was done.
    """

    def __init__(self, system: System, operation: str, reason: str, key: str) -> None:
        super().__init__(system, operation, reason)
        self.key = key
