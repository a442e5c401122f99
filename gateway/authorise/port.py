"""What the pipeline asks of authorisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from auth.caller import Caller
from gateway.document.operation import Operation


# Not frozen, though nobody changes it: a frozen value takes several times as long to make, and one
# is made for every request.
@dataclass(slots=True)
class Allowed:
    """What of an operation a caller may run, and the errors that tell of the rest.

    `operation` is None when nothing is left of it; the answer's `data` is then null. `reported` are
    denials that were not enforced (dry run): they go to the answer's extensions.
    """

    operation: Operation | None
    denials: tuple[dict[str, Any], ...] = ()
    reported: tuple[dict[str, Any], ...] = ()


class Authoriser(Protocol):
    """Decides before planning. Pure, and fast for operations without protected fields."""

    def allow(self, operation: Operation, caller: Caller) -> Allowed:
        """Cut an operation down to what the caller may see.

        Raises:
            ClientError: the operation is refused as a whole.
        """


class AllowEverything:
    """The authoriser of supergraphs whose schema protects nothing."""

    def allow(self, operation: Operation, caller: Caller) -> Allowed:
        """The operation as it is."""
        del caller
        return Allowed(operation)
