"""`@override`: which subgraph a field moves from, and what stays behind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gateway.composition.hint_rules import (
    from_subgraph_does_not_exist,
    overridden_field_can_be_removed,
    override_directive_can_be_removed,
    override_migration_in_progress,
)
from gateway.composition.merge.context import Merge
from gateway.composition.merge.override_uses import Overrides, OverrideUse
from gateway.composition.rules import (
    override_collision_with_another_directive,
    override_from_self_error,
    override_label_invalid,
    override_on_interface,
    override_source_has_override,
)
from gateway.composition.subgraph import Coordinate, Subgraph
from gateway.supergraph.definitions import Applied, FieldDef, TypeDef, find

NONE: Final = Overrides()


def read_overrides(
    merge: Merge,
    coordinate: Coordinate,
    having: list[tuple[Subgraph, FieldDef]],
    owners: Mapping[str, TypeDef],
) -> Overrides:
    """Judge every `@override` on one field. `owners` maps subgraph names to the parent type."""
    applications = {
        subgraph.name: applied
        for subgraph, item in having
        if (applied := find(item.directives, "override")) is not None
    }
    if not applications:
        return NONE
    result = Overrides()
    fields = {subgraph.name: (subgraph, item) for subgraph, item in having}
    for name, applied in applications.items():
        subgraph, item = fields[name]
        origin = applied.args.get("from")
        if isinstance(origin, str):
            use = OverrideUse(merge, coordinate, subgraph, owners[name], item, applied, origin)
            _judge(use, fields, applications, result)
    return result


def _judge(
    use: OverrideUse,
    fields: Mapping[str, tuple[Subgraph, FieldDef]],
    applications: Mapping[str, Applied],
    result: Overrides,
) -> None:
    if override_on_interface.check(use):
        return
    if override_collision_with_another_directive.check_owner(use):
        return
    if from_subgraph_does_not_exist.check(use):
        result.unknown_source.add(use.subgraph.name)
        return
    if override_from_self_error.check(use):
        return
    if override_source_has_override.check(use, applications):
        return
    if not override_collision_with_another_directive.check_target(use):
        _settle(use, fields.get(use.origin), result)


def _settle(use: OverrideUse, source: tuple[Subgraph, FieldDef] | None, result: Overrides) -> None:
    if source is None:
        result.idle.add(use.subgraph.name)
        override_directive_can_be_removed.report(use, None)
        return
    subgraph, definition = source
    if not use.merge.ownership[subgraph.name].resolves(use.coordinate):
        override_directive_can_be_removed.report(use, definition)
        if not _has_label(use, subgraph, definition, result):
            result.idle.add(use.subgraph.name)
        return
    if override_collision_with_another_directive.check_source(use, definition):
        return
    facts = use.merge.ownership[subgraph.name]
    kept = use.coordinate in facts.used or use.coordinate in facts.in_interface
    (result.used if kept else result.unused).add(subgraph.name)
    if not _has_label(use, subgraph, definition, result):
        overridden_field_can_be_removed.report(use, definition, kept=kept)


def _has_label(use: OverrideUse, source: Subgraph, definition: FieldDef, result: Overrides) -> bool:
    """Note the label of an override for both subgraphs; return whether it has a valid one."""
    label = use.applied.args.get("label")
    if not isinstance(label, str) or not label or override_label_invalid.check(use, label):
        return False
    result.labels[use.subgraph.name] = result.labels[source.name] = label
    override_migration_in_progress.report(use, definition, label)
    return True
