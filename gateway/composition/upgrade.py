"""Federation 1 schemas, rewritten to mean the same in Federation 2.

Federation 1 left much implicit: value types were shared without saying so, extensions marked key
fields as external, and unused externals did no harm. Each step below makes one of these explicit.
They build on each other, so their order matters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.composition.diagnostics import CompositionError
from gateway.composition.fieldset import FieldNode, FieldSet, FragmentNode, show
from gateway.composition.ownership import analyse
from gateway.composition.rules import (
    extension_with_no_base,
    interface_object_usage_error,
    type_with_only_unused_external,
)
from gateway.composition.selections import Role, Selection, read_selections, walk
from gateway.composition.subgraph import (
    UPGRADED,
    Coordinate,
    Subgraph,
    keys,
)
from gateway.supergraph.definitions import (
    ROOT_NAMES,
    Applied,
    EnumLiteral,
    FieldDef,
    Kind,
    TypeDef,
    Value,
    find,
    named_type,
)

_ROOTS = frozenset(ROOT_NAMES.values())
_FIELD_SET_DIRECTIVES = frozenset(Role)
_Rewrite = Callable[[Applied], Applied | None]


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The subgraphs at Federation 2, and what could not be upgraded."""

    subgraphs: tuple[Subgraph, ...]
    errors: tuple[CompositionError, ...]


def upgrade(subgraphs: Sequence[Subgraph]) -> Upgrade:
    """Upgrade the Federation 1 schemas among the subgraphs; the others stay as they are."""
    if not any(subgraph.federation1 for subgraph in subgraphs):
        return Upgrade(tuple(subgraphs), ())
    errors = [
        item
        for s in subgraphs
        if s.federation1
        for item in extension_with_no_base.check(s, subgraphs)
    ]
    errors += interface_object_usage_error.check_federation1(subgraphs)
    if errors:
        return Upgrade(tuple(subgraphs), tuple(errors))
    result = list(subgraphs)
    for index, subgraph in enumerate(subgraphs):
        if subgraph.federation1:
            changed = _without_field_set_literals(subgraph)
            changed = _without_needless_external(changed)
            changed = _owning_extension_keys(changed, subgraphs)
            changed = _trimmed(changed)
            changed = _without_extensions(changed)
            changed, problems = _without_unused_externals(changed)
            errors += problems
            result[index] = replace(changed, version=UPGRADED)
    result = [
        _tags_of_owner_only(_sharing(item, result), result) if original.federation1 else item
        for item, original in zip(result, subgraphs, strict=True)
    ]
    return Upgrade(tuple(result), tuple(errors))


# --- the steps --------------------------------------------------------------------------------


def _without_field_set_literals(subgraph: Subgraph) -> Subgraph:
    """`fields: ["id", name]` was tolerated; write it as a string."""

    def rewrite(applied: Applied) -> Applied:
        given = applied.args.get("fields")
        if applied.spec not in _FIELD_SET_DIRECTIVES or isinstance(given, str):
            return applied
        text = _as_text(given)
        return applied if text is None else replace(applied, args={**applied.args, "fields": text})

    return _map_directives(subgraph, rewrite, rewrite)


def _as_text(value: Value) -> str | None:
    if isinstance(value, EnumLiteral):
        return value.name
    if isinstance(value, str):
        return value
    if isinstance(value, tuple) and value:
        parts = [_as_text(item) for item in value]
        return None if None in parts else " ".join(part for part in parts if part)
    return None


def _without_needless_external(subgraph: Subgraph) -> Subgraph:
    """`@external` on types and on fields of interfaces meant nothing."""
    types = dict(subgraph.types)
    for name, definition in types.items():
        if definition.kind is Kind.INTERFACE:
            types[name] = _map_type(definition, _same, _unless("external"))
        elif find(definition.directives, "external") is not None:
            types[name] = _map_type(definition, _unless("external"), _unless_inherited_external)
    return _with_types(subgraph, types)


def _owning_extension_keys(subgraph: Subgraph, others: Sequence[Subgraph]) -> Subgraph:
    """An extension resolves its key fields, although it had to mark them as external."""
    types = dict(subgraph.types)
    selections = read_selections(subgraph)
    owned: dict[str, set[str]] = {}
    for selection in selections:
        if selection.role is Role.KEY and _is_extension(selection.owner):
            owned.setdefault(selection.owner.name, set()).update(_top_fields(selection))
    for name, definition in types.items():
        if not _is_extension(definition) or definition.kind is not Kind.OBJECT:
            continue
        fields = owned.get(name) or _borrowed_key(name, others)
        changed = {
            field: replace(item, directives=_filtered(item.directives, _unless("external")))
            for field, item in definition.fields.items()
            if field in fields
        }
        types[name] = replace(definition, fields={**definition.fields, **changed})
    return _with_types(subgraph, types)


def _is_extension(definition: TypeDef) -> bool:
    return definition.extended and not definition.defined


def _top_fields(selection: Selection) -> set[str]:
    return {node.name for node in selection.tree or () if isinstance(node, FieldNode)}


def _borrowed_key(name: str, others: Sequence[Subgraph]) -> set[str]:
    for other in others:
        for selection in read_selections_of(other, name):
            return _top_fields(selection)
    return set()


def read_selections_of(subgraph: Subgraph, name: str) -> list[Selection]:
    """The keys of one type."""
    definition = subgraph.types.get(name)
    if definition is None or not keys(definition):
        return []
    schema = replace(subgraph.schema, types={name: definition})
    found = read_selections(replace(subgraph, schema=schema))
    return [selection for selection in found if selection.role is Role.KEY]


def _trimmed(subgraph: Subgraph) -> Subgraph:
    """Requires and provides keep only what is external; empty or misplaced ones go."""
    facts = analyse(subgraph)
    texts: dict[tuple[str, str, str], str | None] = {}
    for selection in facts.selections:
        if selection.field is None or selection.tree is None or selection.directives:
            continue
        place = (selection.owner.name, selection.field, selection.role.value)
        target = subgraph.types.get(selection.target)
        if selection.owner.kind is Kind.INTERFACE or target is None or not _has_fields(target):
            texts[place] = None
            continue
        if any(
            subgraph.field(step.coordinate) is None
            for step in walk(subgraph.types, selection.target, selection.tree)
            if step.node.name != "__typename"
        ):
            continue  # Not valid; the rules say why.
        kept = _external_part(subgraph, facts.external, selection.target, selection.tree)
        if kept != selection.tree:
            texts[place] = show(kept) if kept else None
    if not texts:
        return subgraph
    types = dict(subgraph.types)
    for owner, name in dict.fromkeys((owner, name) for owner, name, _ in texts):
        field = types[owner].fields[name]
        directives = _filtered(field.directives, _new_text(texts, owner, name))
        fields = {**types[owner].fields, name: replace(field, directives=directives)}
        types[owner] = replace(types[owner], fields=fields)
    return _with_types(subgraph, types)


def _new_text(texts: Mapping[tuple[str, str, str], str | None], owner: str, name: str) -> _Rewrite:
    def rewrite(applied: Applied) -> Applied | None:
        place = (owner, name, applied.spec or "")
        if place not in texts:
            return applied
        text = texts[place]
        return None if text is None else replace(applied, args={**applied.args, "fields": text})

    return rewrite


def _has_fields(definition: TypeDef) -> bool:
    return definition.kind in (Kind.OBJECT, Kind.INTERFACE, Kind.UNION)


def _external_part(
    subgraph: Subgraph, external: frozenset[Coordinate], target: str, tree: FieldSet
) -> FieldSet:
    kept: list[FieldNode | FragmentNode] = []
    for node in tree:
        if isinstance(node, FragmentNode):
            children = _external_part(subgraph, external, node.on or target, node.children)
            if children:
                kept.append(FragmentNode(node.on, children))
            continue
        field = subgraph.field((target, node.name))
        if (target, node.name) in external or field is None:
            kept.append(node)
        elif node.children:
            children = _external_part(subgraph, external, named_type(field.type), node.children)
            if children:
                kept.append(replace(node, children=children))
    return tuple(kept)


def _without_extensions(subgraph: Subgraph) -> Subgraph:
    """In Federation 2 an extension is a definition like any other."""

    def rewrite(applied: Applied) -> Applied | None:
        return replace(applied, extension=False) if applied.extension else applied

    types = {
        name: replace(_map_type(item, rewrite, _same), defined=True, extended=False)
        for name, item in subgraph.types.items()
    }
    return _with_types(subgraph, types)


def _without_unused_externals(subgraph: Subgraph) -> tuple[Subgraph, list[CompositionError]]:
    """Unused external fields did no harm; types left without fields go as well."""
    facts = analyse(subgraph)
    unused = facts.external - facts.used - facts.in_interface
    if not unused:
        return subgraph, []
    types = dict(subgraph.types)
    for owner in {owner for owner, _ in unused}:
        fields = {k: v for k, v in types[owner].fields.items() if (owner, k) not in unused}
        types[owner] = replace(types[owner], fields=fields)
    empty = [
        name
        for name in types
        if name not in _ROOTS
        and (types[name].kind is Kind.OBJECT and not types[name].fields and name in subgraph.types)
    ]
    errors: list[CompositionError] = []
    for name in empty:
        problem = type_with_only_unused_external.check(subgraph, types, name)
        if problem is None:
            del types[name]
        else:
            errors.append(problem)
    return _with_types(subgraph, types), errors


def _sharing(subgraph: Subgraph, others: Sequence[Subgraph]) -> Subgraph:
    """What several subgraphs resolve was shared without a word; subscriptions never were."""
    facts = analyse(subgraph)
    types = dict(subgraph.types)
    for name, definition in types.items():
        if definition.kind is not Kind.OBJECT or name == ROOT_NAMES["subscription"]:
            continue
        rivals = [
            other.types[name]
            for other in others
            if other.name != subgraph.name and name in other.types
        ]
        changed: dict[str, FieldDef] = {}
        for field in definition.fields.values() if rivals else ():
            shared = any(field.name in rival.fields for rival in rivals)
            if shared and not facts.fully_external((name, field.name)):
                mark = Applied("shareable", {}, "shareable", field.location)
                changed[field.name] = replace(field, directives=(*field.directives, mark))
        if changed:
            types[name] = replace(definition, fields={**definition.fields, **changed})
    return _with_types(subgraph, types)


def _tags_of_owner_only(subgraph: Subgraph, others: Sequence[Subgraph]) -> Subgraph:
    """A tag on an external field is needless where the owner has it too."""
    facts = analyse(subgraph)
    types = dict(subgraph.types)
    for owner, name in sorted(facts.external):
        field = types[owner].fields[name]
        elsewhere = {
            tag.args.get("name")
            for other in others
            if other.name != subgraph.name and (found := other.field((owner, name))) is not None
            for tag in found.directives
            if tag.spec == "tag"
        }
        kept = tuple(
            item
            for item in field.directives
            if item.spec != "tag" or item.args.get("name") not in elsewhere
        )
        if kept != field.directives:
            fields = {**types[owner].fields, name: replace(field, directives=kept)}
            types[owner] = replace(types[owner], fields=fields)
    return _with_types(subgraph, types)


# --- rewriting --------------------------------------------------------------------------------


def _same(applied: Applied) -> Applied:
    return applied


def _unless(spec: str) -> _Rewrite:
    return lambda applied: None if applied.spec == spec else applied


def _unless_inherited_external(applied: Applied) -> Applied | None:
    return None if applied.spec == "external" and applied.inherited else applied


def _filtered(directives: tuple[Applied, ...], rewrite: _Rewrite) -> tuple[Applied, ...]:
    return tuple(changed for applied in directives if (changed := rewrite(applied)) is not None)


def _map_type(definition: TypeDef, on_type: _Rewrite, on_field: _Rewrite) -> TypeDef:
    fields = definition.fields
    if on_field is not _same:
        fields = {
            name: replace(field, directives=_filtered(field.directives, on_field))
            if field.directives
            else field
            for name, field in fields.items()
        }
    directives = _filtered(definition.directives, on_type)
    return replace(definition, directives=directives, fields=fields)


def _map_directives(subgraph: Subgraph, on_type: _Rewrite, on_field: _Rewrite) -> Subgraph:
    types = {name: _map_type(item, on_type, on_field) for name, item in subgraph.types.items()}
    return _with_types(subgraph, types)


def _with_types(subgraph: Subgraph, types: Mapping[str, TypeDef]) -> Subgraph:
    return replace(subgraph, schema=replace(subgraph.schema, types=types))
