"""DISALLOWED_INACCESSIBLE: what every GraphQL schema has cannot be hidden."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.accessibility import Visibility, hidden
from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.supergraph.definitions import BUILT_IN_SCALARS, EXECUTABLE_PLACES

RULE = Rule(
    Code.DISALLOWED_INACCESSIBLE,
    meaning="`@inaccessible` is applied to something built in.",
    why="Every GraphQL schema has these elements, so no public schema can do without them.",
    mend="Remove the `@inaccessible`.",
)


def check(view: Visibility) -> Iterator[CompositionError]:
    """Hidden built-in scalars, and hidden arguments of directives."""
    for name in sorted(BUILT_IN_SCALARS):
        if view.hidden_type(name):
            yield error(
                RULE,
                f'The built-in type "{name}" cannot be @inaccessible.',
                *view.places(name),
            )
    for directive in view.schema.directives.values():
        if EXECUTABLE_PLACES.intersection(directive.places):
            continue  # The reference says nothing about these.
        for arg in directive.args.values():
            if hidden(arg.directives):
                yield error(
                    RULE,
                    f'The argument "@{directive.name}({arg.name}:)" cannot be @inaccessible.',
                    *view.directive_places(directive.name, arg.name),
                )
