"""`@override`: which subgraph a field moves from, and what stays behind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gateway.composition.diagnostics import suggestion
from gateway.composition.hints import HintCode
from gateway.composition.merge.context import Merge, Sources, present
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
    sources: Sources[FieldDef],
    owners: Mapping[str, TypeDef],
) -> Overrides:
    """Judge every `@override` on one field. `owners` maps subgraph names to the parent type."""
    applications = {
        subgraph.name: applied
        for subgraph, item in present(sources)
        if (applied := find(item.directives, "override")) is not None
    }
    if not applications:
        return NONE
    result = Overrides()
    fields = {subgraph.name: (subgraph, item) for subgraph, item in present(sources)}
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
    if all(other.name != use.origin for other in use.merge.subgraphs):
        result.unknown_source.add(use.subgraph.name)
        _hint_unknown_source(use)
        return
    if override_from_self_error.check(use):
        return
    if override_source_has_override.check(use, applications):
        return
    if not override_collision_with_another_directive.check_target(use):
        _settle(use, fields.get(use.origin), result)


def _hint_unknown_source(use: OverrideUse) -> None:
    near = suggestion(use.origin, (subgraph.name for subgraph in use.merge.subgraphs))
    use.merge.report.hint(
        HintCode.FROM_SUBGRAPH_DOES_NOT_EXIST,
        f'The field {use.element} is overridden from "{use.origin}", which is no subgraph.{near}',
        use.applied.location,
    )


def _settle(use: OverrideUse, source: tuple[Subgraph, FieldDef] | None, result: Overrides) -> None:
    target = use.subgraph.name
    if source is None or not use.merge.ownership[source[0].name].resolves(use.coordinate):
        result.idle.add(target)
        why = "does not have it" if source is None else "only has it as external"
        use.merge.report.hint(
            HintCode.OVERRIDE_DIRECTIVE_CAN_BE_REMOVED,
            f'@override on {use.element} in subgraph "{target}" can be removed: "'
            f'{use.origin}" {why}.',
            use.applied.location,
        )
        return
    subgraph, definition = source
    if override_collision_with_another_directive.check_source(use, definition):
        return
    facts = use.merge.ownership[subgraph.name]
    kept = use.coordinate in facts.used or use.coordinate in facts.in_interface
    (result.used if kept else result.unused).add(subgraph.name)
    label = use.applied.args.get("label")
    if isinstance(label, str) and label and not override_label_invalid.check(use, label):
        result.labels[target] = result.labels[subgraph.name] = label
        use.merge.report.hint(
            HintCode.OVERRIDE_MIGRATION_IN_PROGRESS,
            f'The field {use.element} is moving from "{subgraph.name}" to "{target}" by the label '
            f'"{label}".',
            use.applied.location,
            definition.location,
        )
        return
    advice = (
        "it is still used by other directives there, so it can be marked @external"
        if kept
        else "it can be removed there"
    )
    use.merge.report.hint(
        HintCode.OVERRIDDEN_FIELD_CAN_BE_REMOVED,
        f'The field {use.element} of subgraph "{subgraph.name}" is overridden by "{target}"; '
        f"{advice}.",
        definition.location,
    )
