"""Authorisation requirements flow between interfaces and what implements them.

Whoever may not read a field on one implementation must not learn it through an interface, so an
interface and its fields demand all that their implementations demand. A field that an interface
object resolves brings its requirements down to every implementation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.composition.hint_rules import merged_non_repeatable_directive_arguments
from gateway.composition.merge.context import Merge
from gateway.composition.merge.strategies import Alternatives, alternatives, as_value, both, implies
from gateway.supergraph.definitions import Applied, FieldDef, Kind, Location, TypeDef

SPECS = ("authenticated", "requiresScopes", "policy")
"""The directives that state requirements."""


@dataclass(frozen=True, slots=True)
class Requirements:
    """What a caller needs: to be known, scopes, and policies; each may be absent."""

    authenticated: bool = False
    scopes: Alternatives = frozenset()
    policies: Alternatives = frozenset()

    @classmethod
    def of(cls, directives: Iterable[Applied]) -> Requirements:
        """Read the requirements of an element."""
        result = cls()
        for applied in directives:
            match applied.spec:
                case "authenticated":
                    result = result.both(cls(authenticated=True))
                case "requiresScopes":
                    result = result.both(cls(scopes=alternatives(applied.args.get("scopes"))))
                case "policy":
                    result = result.both(cls(policies=alternatives(applied.args.get("policies"))))
        return result

    def both(self, other: Requirements) -> Requirements:
        """What satisfies these and the other requirements."""
        return Requirements(
            self.authenticated or other.authenticated,
            both(self.scopes, other.scopes),
            both(self.policies, other.policies),
        )

    def satisfy(self, other: Requirements) -> bool:
        """Whether a caller who meets these meets the other ones too."""
        return (
            (self.authenticated or not other.authenticated)
            and implies(self.scopes, other.scopes)
            and implies(self.policies, other.policies)
        )

    def as_directives(self, merge: Merge) -> tuple[Applied, ...]:
        """The requirements as a supergraph states them."""
        result: list[Applied] = []
        if self.authenticated:
            result.append(Applied(merge.carried.name("authenticated"), {}, "authenticated"))
        if self.scopes:
            name = merge.carried.name("requiresScopes")
            result.append(Applied(name, {"scopes": as_value(self.scopes)}, "requiresScopes"))
        if self.policies:
            name = merge.carried.name("policy")
            result.append(Applied(name, {"policies": as_value(self.policies)}, "policy"))
        return tuple(result)


NOTHING = Requirements()


def spread_requirements(merge: Merge, types: dict[str, TypeDef]) -> None:
    """Let requirements flow, in place: down from interface objects, then up to interfaces."""
    interfaces = [
        name for name in sorted(types) if types[name].kind is Kind.INTERFACE and name in merge.types
    ]
    for name in interfaces:
        if name in merge.interface_objects:
            _spread_down(merge, types, name)
    for name in interfaces:
        _spread_up(merge, types, name)


def _spread_down(merge: Merge, types: dict[str, TypeDef], interface: str) -> None:
    demanded = {
        field.name: [requirements]
        for field in types[interface].fields.values()
        if (requirements := Requirements.of(field.directives)) != NOTHING
    }
    for name in merge.hierarchy.objects_below.get(interface, ()) if demanded else ():
        if name in types:
            _add(merge, types, name, [], demanded)


def _spread_up(merge: Merge, types: dict[str, TypeDef], interface: str) -> None:
    own: list[Requirements] = []
    demanded: dict[str, list[Requirements]] = {}
    for name in merge.hierarchy.objects_below.get(interface, ()):
        implementation = types.get(name)
        if implementation is None:
            continue
        own.append(Requirements.of(implementation.directives))
        for field in types[interface].fields:
            found = implementation.fields.get(field)
            if found is not None and found.directives:
                demanded.setdefault(field, []).append(Requirements.of(found.directives))
    _add(merge, types, interface, own, demanded)


def _add(
    merge: Merge,
    types: dict[str, TypeDef],
    name: str,
    own: Sequence[Requirements],
    demanded: Mapping[str, Sequence[Requirements]],
) -> None:
    definition = types[name]
    changed: dict[str, FieldDef] = {}
    for field, requirements in demanded.items():
        found = definition.fields.get(field)
        if found is not None:
            places = [
                owner.fields[field].location
                for _, owner in merge.types[name]
                if field in owner.fields
            ]
            directives = _with(merge, f"{name}.{field}", found.directives, requirements, places)
            if directives != found.directives:
                changed[field] = replace(found, directives=directives)
    places = [owner.location for _, owner in merge.types[name]]
    directives = _with(merge, name, definition.directives, own, places)
    if changed or directives != definition.directives:
        fields = {**definition.fields, **changed}
        types[name] = replace(definition, directives=directives, fields=fields)


def _with(
    merge: Merge,
    element: str,
    directives: tuple[Applied, ...],
    requirements: Sequence[Requirements],
    places: Iterable[Location | None],
) -> tuple[Applied, ...]:
    """An element's directives with its own requirements and these ones taken together."""
    if all(item == NOTHING for item in requirements):
        return directives
    items = [Requirements.of(directives), *requirements]
    total = NOTHING
    for item in items:
        total = total.both(item)
    merged = total.as_directives(merge)
    different = {
        "requiresScopes": len({item.scopes for item in items if item.scopes}) > 1,
        "policy": len({item.policies for item in items if item.policies}) > 1,
    }
    for applied in merged:
        if different.get(applied.spec or ""):
            merged_non_repeatable_directive_arguments.report_inherited(
                merge, element, applied, places
            )
    return tuple(applied for applied in directives if applied.spec not in SPECS) + merged
