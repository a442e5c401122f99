"""How large an operation is once its fragments are expanded, without expanding them.

Each fragment is measured once and its measure added wherever it is spread, so a document whose
fragments double at every level costs no more than its own length, whatever number comes out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from gateway.errors import ClientError, Code
from gateway.settings.serving import Limits

_INTROSPECTION_ROOTS = frozenset({"__schema", "__type"})


@dataclass(frozen=True, slots=True)
class Measure:
    """Sizes of an operation, or of a part of one.

    `depth` counts fields within fields; `height` the fields, where a response name that stands
    twice in one selection set counts once; `root_fields` those of the outermost selection set.
    What is below `__schema` and `__type` counts in `introspection_depth` instead of `depth` and
    `height`, because no subgraph is asked for it.
    """

    depth: int = 0
    height: int = 0
    aliases: int = 0
    root_fields: int = 0
    directives: int = 0
    introspection_depth: int = 0


def check_limits(
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    limits: Limits,
) -> Measure:
    """Measure an operation and raise a coded `ClientError` for the first limit that it exceeds."""
    measure = measure_operation(operation, fragments)
    for name, value, limit, code in (
        ("depth", measure.depth, limits.max_depth, Code.MAX_DEPTH_LIMIT),
        ("height", measure.height, limits.max_height, Code.MAX_HEIGHT_LIMIT),
        ("number of aliases", measure.aliases, limits.max_aliases, Code.MAX_ALIASES_LIMIT),
        (
            "number of root fields",
            measure.root_fields,
            limits.max_root_fields,
            Code.MAX_ROOT_FIELDS_LIMIT,
        ),
        (
            "number of directives",
            measure.directives,
            limits.max_directives,
            Code.MAX_DIRECTIVES_LIMIT,
        ),
        (
            "depth of introspection",
            measure.introspection_depth,
            limits.max_introspection_depth,
            Code.MAX_INTROSPECTION_DEPTH_LIMIT,
        ),
    ):
        if limit is not None and value > limit:
            shown = str(value) if value < 10**9 else "more than 1000000000"
            raise ClientError(
                f"The operation's {name} is {shown}, more than the {limit} allowed.", code
            )
    return measure


def measure_operation(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> Measure:
    """Measure an operation. Unknown fragments count nothing (validation reports them).

    Raises `ClientError` (`GRAPHQL_VALIDATION_FAILED`) if a fragment spreads itself.
    """
    measure = _Measuring(fragments).selections(operation.selection_set)
    directives = len(operation.directives or ()) + sum(
        len(variable.directives or ()) for variable in operation.variable_definitions or ()
    )
    return Measure(
        measure.depth,
        measure.height,
        measure.aliases,
        measure.root_fields,
        measure.directives + directives,
        measure.introspection_depth,
    )


class _Measuring:
    """One measurement; holds what is known of the fragments so far."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._known: dict[str, Measure | None] = {}

    def selections(self, selection_set: SelectionSetNode) -> Measure:
        depth = height = aliases = roots = directives = introspection = 0
        seen: set[str] = set()
        for selection in selection_set.selections:
            directives += len(selection.directives or ())
            if isinstance(selection, FieldNode):
                part = self._field(selection)
                name = (selection.alias or selection.name).value
                if name in seen:
                    part = Measure(
                        part.depth,
                        part.height - 1,
                        part.aliases,
                        0,
                        part.directives,
                        part.introspection_depth,
                    )
                seen.add(name)
            elif isinstance(selection, InlineFragmentNode):
                part = self.selections(selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode):
                part = self._fragment(selection.name.value)
            else:
                continue
            depth = max(depth, part.depth)
            introspection = max(introspection, part.introspection_depth)
            height += part.height
            aliases += part.aliases
            roots += part.root_fields
            directives += part.directives
        return Measure(depth, height, aliases, roots, directives, introspection)

    def _field(self, field: FieldNode) -> Measure:
        aliases = 0 if field.alias is None else 1
        if field.selection_set is None:
            return Measure(1, 1, aliases, 1)
        inner = self.selections(field.selection_set)
        aliases += inner.aliases
        if field.name.value in _INTROSPECTION_ROOTS:
            return Measure(1, 1, aliases, 1, inner.directives, 1 + inner.depth)
        return Measure(
            1 + inner.depth,
            1 + inner.height,
            aliases,
            1,
            inner.directives,
            inner.introspection_depth,
        )

    def _fragment(self, name: str) -> Measure:
        if name in self._known:
            known = self._known[name]
            if known is None:
                raise ClientError(
                    f"The fragment '{name}' spreads itself.", Code.GRAPHQL_VALIDATION_FAILED
                )
            return known
        fragment = self._fragments.get(name)
        if fragment is None:
            return Measure()
        self._known[name] = None  # being measured
        measure = self.selections(fragment.selection_set)
        self._known[name] = measure
        return measure
