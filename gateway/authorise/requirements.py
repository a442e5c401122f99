"""What the schema demands of a caller: `@authenticated`, `@requiresScopes`, `@policy`.

Read once from a supergraph. A demand on a type holds for every field that returns it and for every
selection on it; a demand on a field holds for that field. Both must be met.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from graphql import DirectiveNode, ListValueNode, StringValueNode, ValueNode

from gateway.supergraph.features import Features
from gateway.supergraph.model import Supergraph

AUTHENTICATED = "https://specs.apollo.dev/authenticated"
REQUIRES_SCOPES = "https://specs.apollo.dev/requiresScopes"
POLICY = "https://specs.apollo.dev/policy"

Alternatives = tuple[frozenset[str], ...]
"""A disjunction of conjunctions: one of the sets must be held in full."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """What one element demands. An empty tuple of alternatives demands nothing of that kind."""

    authenticated: bool = False
    scopes: Alternatives = ()
    policies: Alternatives = ()

    def __bool__(self) -> bool:
        return self.authenticated or bool(self.scopes) or bool(self.policies)


@dataclass(frozen=True, slots=True)
class Requirements:
    """All demands of a supergraph, by type name and by (type name, field name)."""

    types: Mapping[str, Requirement] = field(default_factory=dict)
    fields: Mapping[tuple[str, str], Requirement] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.types or self.fields)

    def policies(self) -> frozenset[str]:
        """Every policy that the schema names."""
        return frozenset(
            policy
            for requirement in (*self.types.values(), *self.fields.values())
            for alternative in requirement.policies
            for policy in alternative
        )


def read_requirements(supergraph: Supergraph) -> Requirements:
    """Collect the demands of a supergraph's types and fields."""
    features = Features(supergraph.features)
    names = _Names(
        features.local(AUTHENTICATED, "authenticated"),
        features.local(REQUIRES_SCOPES, "requiresScopes"),
        features.local(POLICY, "policy"),
    )
    types: dict[str, Requirement] = {}
    fields: dict[tuple[str, str], Requirement] = {}
    for definition in supergraph.types.values():
        if requirement := _read(definition.directives, names):
            types[definition.name] = requirement
        for item in definition.fields.values():
            if requirement := _read(item.directives, names):
                fields[definition.name, item.name] = requirement
    return Requirements(types, fields)


@dataclass(frozen=True, slots=True)
class _Names:
    authenticated: str
    scopes: str
    policy: str


def _read(directives: Iterable[DirectiveNode], names: _Names) -> Requirement:
    authenticated = False
    scopes: Alternatives = ()
    policies: Alternatives = ()
    for directive in directives:
        name = directive.name.value
        if name == names.authenticated:
            authenticated = True
        elif name == names.scopes:
            scopes = _alternatives(directive, "scopes")
        elif name == names.policy:
            policies = _alternatives(directive, "policies")
    return Requirement(authenticated, scopes, policies)


def _alternatives(directive: DirectiveNode, argument: str) -> Alternatives:
    value = next((a.value for a in directive.arguments or () if a.name.value == argument), None)
    return tuple(frozenset(_strings(item)) for item in _items(value))


def _items(value: ValueNode | None) -> Iterable[ValueNode]:
    if value is None:
        return ()
    # A list of one item may be written without brackets.
    return value.values if isinstance(value, ListValueNode) else (value,)


def _strings(value: ValueNode) -> Iterable[str]:
    return (item.value for item in _items(value) if isinstance(item, StringValueNode))
