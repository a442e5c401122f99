"""KEY_, PROVIDES_ and REQUIRES_UNSUPPORTED_ON_INTERFACE."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.ownership import Ownership
from gateway.composition.selections import Role
from gateway.composition.specs import Version
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import Kind

_CODES = {
    Role.KEY: Code.KEY_UNSUPPORTED_ON_INTERFACE,
    Role.PROVIDES: Code.PROVIDES_UNSUPPORTED_ON_INTERFACE,
    Role.REQUIRES: Code.REQUIRES_UNSUPPORTED_ON_INTERFACE,
}
_INTERFACE_KEYS_SINCE = Version(2, 3)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every key, provides or requires on an interface that may not have it."""
    for selection in facts.selections:
        if selection.owner.kind is not Kind.INTERFACE:
            continue
        if selection.role is Role.KEY and subgraph.version >= _INTERFACE_KEYS_SINCE:
            continue
        yield error(
            _CODES[selection.role],
            f'{selection.where} in subgraph "{subgraph.name}": @{selection.role} is not supported '
            "on interfaces" + (" before federation 2.3." if selection.role is Role.KEY else "."),
            selection.location,
        )
