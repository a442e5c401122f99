"""CONTEXT_NOT_SET: a contextual argument where no context can reach it."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.contexts import ContextUse, context_types, context_uses
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.ownership import Ownership
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import Kind, find

RULE = Rule(
    Code.CONTEXT_NOT_SET,
    meaning="A `@fromContext` names a context that nothing in its subgraph sets.",
    why="The argument gets its value from a type above the field, and none of them could give it.",
    mend="Put `@context` with that name on a type above the field.",
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Contexts that nothing sets, and arguments that cannot be contextual at all."""
    types = context_types(subgraph)
    for use in context_uses(subgraph):
        reason = _reason(subgraph, use)
        if reason is None and use.name is not None and use.name not in types:
            reason = f'no type of the subgraph sets the context "{use.name}"'
        if reason is not None:
            yield error(
                RULE,
                f'@fromContext on "{use.where}" in subgraph "{subgraph.name}" cannot work: '
                f"{reason}.",
                use.applied.location,
            )
    for directive in subgraph.schema.directives.values():
        for arg in directive.args.values():
            applied = find(arg.directives, "fromContext")
            if applied is not None:
                yield error(
                    RULE,
                    f'@fromContext on "@{directive.name}({arg.name}:)" in subgraph '
                    f'"{subgraph.name}" cannot work: a directive has no context.',
                    applied.location,
                )


def _reason(subgraph: Subgraph, use: ContextUse) -> str | None:
    if use.owner.kind is Kind.INTERFACE:
        return "its field belongs to an interface"
    for interface in use.owner.interfaces:
        demanded = subgraph.types.get(interface)
        if demanded is not None and use.field.name in demanded.fields:
            return f'its field implements "{interface}.{use.field.name}"'
    if use.arg.default is not None:
        return "the argument has a default"
    return None
