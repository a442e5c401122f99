"""`@override`: which subgraph a field moves from, and what stays behind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from gateway.composition.codes import Code
from gateway.composition.diagnostics import suggestion
from gateway.composition.hints import HintCode
from gateway.composition.merge.context import Merge, Sources, present
from gateway.composition.subgraph import Subgraph, is_interface_object
from gateway.supergraph.definitions import Applied, FieldDef, Kind, TypeDef, find

_AT_TARGET: Final = frozenset({"external"})
_AT_SOURCE: Final = frozenset({"requires", "provides"})
_WORD: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9_\-:./]*")
_PERCENT: Final = re.compile(r"percent\((\d{1,3}(?:\.\d{1,8})?)\)")


@dataclass(slots=True)
class Overrides:
    """What overriding does to one field, by subgraph name."""

    unused: set[str] = field(default_factory=set)
    """The field is overridden there, and nothing there needs it."""
    used: set[str] = field(default_factory=set)
    """The field is overridden there, but kept because that subgraph needs it itself."""
    labels: dict[str, str] = field(default_factory=dict)
    """On both sides of an override that depends on a label."""

    unknown_source: set[str] = field(default_factory=set)
    """The override names a subgraph that does not exist."""
    idle: set[str] = field(default_factory=set)
    """The override has nothing to take over, as the named subgraph does not resolve the field."""

    def overridden(self, subgraph: Subgraph) -> bool:
        """Whether the field is overridden there, label or not."""
        return subgraph.name in self.unused or subgraph.name in self.used

    def left_out(self, subgraph: Subgraph) -> bool:
        """Whether the field is gone from the subgraph for good."""
        return subgraph.name in self.unused and subgraph.name not in self.labels


NONE: Final = Overrides()


def read_overrides(
    merge: Merge,
    coordinate: tuple[str, str],
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
        subgraph, _ = fields[name]
        origin = applied.args.get("from")
        if not isinstance(origin, str):
            continue
        element = f'"{coordinate[0]}.{coordinate[1]}"'
        if not _allowed(merge, subgraph, owners[name], element, applied):
            continue
        if all(other.name != origin for other in merge.subgraphs):
            result.unknown_source.add(name)
            _unknown_source(merge, origin, element, applied)
        elif origin == name:
            merge.report.error(
                Code.OVERRIDE_FROM_SELF_ERROR,
                f'The field {element} in subgraph "{name}" overrides itself: its source subgraph '
                f'is "{name}" as well.',
                applied.location,
            )
        elif origin in applications:
            merge.report.error(
                Code.OVERRIDE_SOURCE_HAS_OVERRIDE,
                f'The field {element} is overridden from "{origin}" in subgraph "{name}", but '
                f'"{origin}" overrides it too.',
                applied.location,
                applications[origin].location,
            )
        elif not _collides(
            merge, element, applied, fields[name][1], _AT_TARGET, f'subgraph "{name}"'
        ):
            _settle(merge, coordinate, applied, name, fields.get(origin), result)
    return result


def _allowed(
    merge: Merge, subgraph: Subgraph, owner: TypeDef, element: str, applied: Applied
) -> bool:
    if owner.kind is Kind.INTERFACE:
        code, what = Code.OVERRIDE_ON_INTERFACE, "an interface"
    elif is_interface_object(owner):
        code, what = Code.OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE, "an @interfaceObject"
    else:
        return True
    merge.report.error(
        code,
        f'@override cannot be used on {element} in subgraph "{subgraph.name}": its parent is '
        f"{what}.",
        applied.location,
    )
    return False


def _collides(
    merge: Merge,
    element: str,
    applied: Applied,
    definition: FieldDef,
    colliding: frozenset[str],
    where: str,
) -> bool:
    for other in definition.directives:
        if other.spec in colliding:
            merge.report.error(
                Code.OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE,
                f"{element} cannot be overridden, as it carries @{other.spec} in {where}.",
                applied.location,
                other.location,
            )
            return True
    return False


def _label(merge: Merge, applied: Applied, element: str) -> str | None:
    label = applied.args.get("label")
    if not isinstance(label, str) or not label:
        return None
    percent = _PERCENT.fullmatch(label)
    if _WORD.fullmatch(label) or (percent and float(percent[1]) <= 100):
        return label
    merge.report.error(
        Code.OVERRIDE_LABEL_INVALID,
        f'The label "{label}" of @override on {element} is neither percent(x) with x from 0 to '
        "100 and at most 8 decimals, nor a word that begins with a letter and goes on with "
        "letters, digits or any of _-:./",
        applied.location,
    )
    return None


def _unknown_source(merge: Merge, origin: str, element: str, applied: Applied) -> None:
    near = suggestion(origin, (subgraph.name for subgraph in merge.subgraphs))
    merge.report.hint(
        HintCode.FROM_SUBGRAPH_DOES_NOT_EXIST,
        f'The field {element} is overridden from "{origin}", which is no subgraph.{near}',
        applied.location,
    )


def _settle(
    merge: Merge,
    coordinate: tuple[str, str],
    applied: Applied,
    target: str,
    source: tuple[Subgraph, FieldDef] | None,
    result: Overrides,
) -> None:
    element = f'"{coordinate[0]}.{coordinate[1]}"'
    if source is None or not merge.ownership[source[0].name].resolves(coordinate):
        result.idle.add(target)
        why = "does not have it" if source is None else "only has it as external"
        merge.report.hint(
            HintCode.OVERRIDE_DIRECTIVE_CAN_BE_REMOVED,
            f'@override on {element} in subgraph "{target}" can be removed: "'
            f'{applied.args["from"]}" {why}.',
            applied.location,
        )
        return
    subgraph, definition = source
    where = f'its source, subgraph "{subgraph.name}"'
    if _collides(merge, element, applied, definition, _AT_SOURCE, where):
        return
    facts = merge.ownership[subgraph.name]
    kept = coordinate in facts.used or coordinate in facts.in_interface
    (result.used if kept else result.unused).add(subgraph.name)
    label = _label(merge, applied, element)
    if label is not None:
        result.labels[target] = result.labels[subgraph.name] = label
        merge.report.hint(
            HintCode.OVERRIDE_MIGRATION_IN_PROGRESS,
            f'The field {element} is moving from "{subgraph.name}" to "{target}" by the label '
            f'"{label}".',
            applied.location,
            definition.location,
        )
        return
    advice = (
        "it is still used by other directives there, so it can be marked @external"
        if kept
        else "it can be removed there"
    )
    merge.report.hint(
        HintCode.OVERRIDDEN_FIELD_CAN_BE_REMOVED,
        f'The field {element} of subgraph "{subgraph.name}" is overridden by "{target}"; {advice}.',
        definition.location,
    )
