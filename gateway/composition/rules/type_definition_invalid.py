"""TYPE_DEFINITION_INVALID: local copies of what a specification defines."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.load import Loaded
from gateway.composition.specs import SPECS
from gateway.composition.validity import MACHINERY_KINDS
from gateway.supergraph.definitions import Kind

RULE = Rule(
    Code.TYPE_DEFINITION_INVALID,
    meaning="A subgraph defines a type of a specification differently from the specification.",
    why=(
        "The gateway reads a type by its specification, so another definition would "
        "promise what nobody does."
    ),
    mend="Delete the local definition; the linked specification provides it.",
)


_KINDS = {"Purpose": Kind.ENUM}
_UNCHECKED = ("HTTP", "Connect", "Source")


def check(loaded: Loaded) -> Iterator[CompositionError]:
    """Compare the kinds of types that a subgraph defines locally with the specifications."""
    subgraph = loaded.subgraph
    if subgraph is None:
        return
    for canonical, definition in loaded.spec_types:
        linked = subgraph.features.element(definition.name)
        if linked is not None and linked[0].url.identity not in SPECS:
            continue
        wanted = _KINDS.get(canonical, Kind.SCALAR)
        if definition.name in MACHINERY_KINDS:
            continue  # Any kind will do that its use by the machinery admits.
        if canonical.startswith(_UNCHECKED) or definition.kind is wanted:
            continue
        yield error(
            RULE,
            f'Subgraph "{subgraph.name}" defines "{definition.name}" as {definition.kind}, but '
            f"its specification makes it a {wanted}.",
            definition.location,
        )
