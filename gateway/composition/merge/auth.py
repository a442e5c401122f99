"""Authorisation requirements flow between interfaces and what implements them.

Whoever may not read a field on one implementation must not learn it through an interface, so an
interface and its fields demand all that their implementations demand. A field that an interface
object resolves brings its requirements down to every implementation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from gateway.composition.merge.context import Merge
from gateway.composition.merge.strategies import Alternatives, alternatives, as_value, both, implies
from gateway.supergraph.definitions import Applied, FieldDef, Kind, TypeDef

_SPECS = ("authenticated", "requiresScopes", "policy")


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
        field.name: requirements
        for field in types[interface].fields.values()
        if (requirements := Requirements.of(field.directives)) != NOTHING
    }
    for name in merge.hierarchy.objects_below.get(interface, ()) if demanded else ():
        if name in types:
            _add(merge, types, name, NOTHING, demanded)


def _spread_up(merge: Merge, types: dict[str, TypeDef], interface: str) -> None:
    own = NOTHING
    demanded: dict[str, Requirements] = {}
    for name in merge.hierarchy.objects_below.get(interface, ()):
        implementation = types.get(name)
        if implementation is None:
            continue
        own = own.both(Requirements.of(implementation.directives))
        for field in types[interface].fields:
            found = implementation.fields.get(field)
            if found is not None and found.directives:
                found_here = Requirements.of(found.directives)
                demanded[field] = demanded.get(field, NOTHING).both(found_here)
    _add(merge, types, interface, own, demanded)


def _add(
    merge: Merge,
    types: dict[str, TypeDef],
    name: str,
    own: Requirements,
    demanded: dict[str, Requirements],
) -> None:
    definition = types[name]
    changed: dict[str, FieldDef] = {}
    for field, requirements in demanded.items():
        found = definition.fields.get(field)
        if found is not None and requirements != NOTHING:
            directives = _with(merge, found.directives, requirements)
            if directives != found.directives:
                changed[field] = replace(found, directives=directives)
    directives = _with(merge, definition.directives, own)
    if changed or directives != definition.directives:
        fields = {**definition.fields, **changed}
        types[name] = replace(definition, directives=directives, fields=fields)


def _with(
    merge: Merge, directives: tuple[Applied, ...], requirements: Requirements
) -> tuple[Applied, ...]:
    total = Requirements.of(directives).both(requirements)
    if total == NOTHING:
        return directives
    kept = tuple(applied for applied in directives if applied.spec not in _SPECS)
    return kept + total.as_directives(merge)
