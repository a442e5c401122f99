"""The rules about the public schema: what remains when everything `@inaccessible` is hidden."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from gateway.composition.accessibility import Visibility
from gateway.composition.diagnostics import CompositionError
from gateway.composition.merge.context import Merge
from gateway.composition.rules import (
    default_value_uses_inaccessible,
    disallowed_inaccessible,
    implemented_by_inaccessible,
    only_inaccessible_children,
    query_root_type_inaccessible,
    referenced_inaccessible,
    required_inaccessible,
)
from gateway.supergraph.definitions import SchemaDef

_RULES: Final[tuple[Callable[[Visibility], Iterator[CompositionError]], ...]] = (
    referenced_inaccessible.check,
    required_inaccessible.check,
    implemented_by_inaccessible.check,
    only_inaccessible_children.check,
    default_value_uses_inaccessible.check,
    query_root_type_inaccessible.check,
    disallowed_inaccessible.check,
)


def check_public_schema(schema: SchemaDef, merge: Merge) -> list[CompositionError]:
    """Everything that prevents a public schema."""
    view = Visibility.of(schema, merge)
    return [problem for rule in _RULES for problem in rule(view)]
