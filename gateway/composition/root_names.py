"""What the rules about the names of root types have in common."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.composition.codes import Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.supergraph.definitions import ROOT_NAMES, Location


def name_taken(
    rule: Rule,
    operation: str,
    roots: Mapping[str, str],
    places: Mapping[str, Location | None],
    subgraph: str,
) -> CompositionError | None:
    """The error for a type with a root's standard name that is not that root.

    `roots` maps operations to the root types that the schema declares, `places` the names of all
    its types to where they are.
    """
    default = ROOT_NAMES[operation]
    if default not in places or roots.get(operation, default) == default:
        return None
    message = f'Subgraph "{subgraph}" calls a type "{default}" that is not its {operation} root.'
    return error(rule, message, places[default])
