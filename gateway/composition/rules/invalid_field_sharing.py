"""INVALID_FIELD_SHARING: who else resolves a field has to be agreed by all who do."""

from __future__ import annotations

from gateway.composition.codes import Code, Rule, Standing
from gateway.composition.diagnostics import in_subgraphs
from gateway.composition.merge.context import Merge
from gateway.composition.merge.interface_objects import resolved_through_interface_objects
from gateway.composition.merge.override_uses import Overrides
from gateway.composition.subgraph import Coordinate, Subgraph
from gateway.supergraph.definitions import FieldDef, Location

RULE = Rule(
    Code.INVALID_FIELD_SHARING,
    meaning="Several subgraphs resolve a field, and not all of them agree to share it.",
    why=(
        "The gateway takes the field from any of them, so each has to declare that all "
        "give the same."
    ),
    mend="Mark the field `@shareable` in all of them, or let one of them own it.",
    standing=Standing.UNLESS_DECLARED,
    keeps_resolution=True,
)


def check(
    merge: Merge,
    coordinate: Coordinate,
    having: list[tuple[Subgraph, FieldDef]],
    overrides: Overrides,
) -> None:
    """Raise the error if several subgraphs resolve the field and one did not mark it shareable."""
    resolvers: list[tuple[Subgraph, Location | None, bool]] = []
    # Where others know the type as an interface, only its interface objects resolve fields of it.
    objects = {subgraph.name for subgraph, _ in merge.interface_objects.get(coordinate[0], ())}
    for subgraph, item in having:
        if objects and subgraph.name not in objects:
            continue
        facts = merge.ownership[subgraph.name]
        if facts.fully_external(coordinate) or overrides.overridden(subgraph):
            continue
        resolvers.append((subgraph, item.location, coordinate in facts.shareable))
    through = resolved_through_interface_objects(merge, coordinate)
    resolvers += [
        (
            subgraph,
            item.location,
            (interface, coordinate[1]) in merge.ownership[subgraph.name].shareable,
        )
        for subgraph, interface, item in through
    ]
    if coordinate[0] == "Subscription":
        _check_subscription(merge, coordinate, having)
    selfish = [subgraph.name for subgraph, _, shareable in resolvers if not shareable]
    if len(resolvers) < 2 or not selfish:
        return
    names = sorted({subgraph.name for subgraph, _, _ in resolvers})
    note = ""
    if overrides.unknown_source:
        note = " Its @override names a subgraph that does not exist; was another one meant?"
    if through:
        note += " An interface object resolves it for all implementations of its interface."
    merge.report.error(
        RULE,
        f'The field "{coordinate[0]}.{coordinate[1]}" is resolved by {in_subgraphs(names)}, but it '
        f"is not marked @shareable in {in_subgraphs(selfish)}.{note}",
        *(place for _, place, _ in resolvers),
    )


def _check_subscription(
    merge: Merge, coordinate: Coordinate, having: list[tuple[Subgraph, FieldDef]]
) -> None:
    """A stream of events cannot be switched between subgraphs, so it is never shared."""
    marked = [
        applied.location
        for _, item in having
        for applied in item.directives
        if applied.spec == "shareable" and not applied.inherited
    ]
    if marked:
        merge.report.error(
            RULE,
            f'The subscription "{coordinate[1]}" is marked @shareable, but a subscription cannot '
            "be shared.",
            *marked,
        )
