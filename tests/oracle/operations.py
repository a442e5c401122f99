"""Random valid operations over a public schema."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_composite_type,
    is_leaf_type,
    is_required_argument,
    parse,
    validate,
)

from tests.oracle.model import OBJECTS_PER_TYPE

RARE = frozenset({"c0", "k0", "top", "query"})
"""Fields that are chosen more often than others."""


@dataclass(slots=True)
class Operation:
    """A document and the variables to run it with."""

    text: str
    variables: dict[str, Any]


@dataclass(slots=True)
class _Writer:
    random: Random
    schema: GraphQLSchema
    variables: dict[str, tuple[str, Any]] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)
    budget: int = 40

    def selection(self, parent: GraphQLNamedType, depth: int) -> str:
        fields: list[str] = []
        for _ in range(self.random.randint(1, 4)):
            self.budget -= 1
            fields.append(self.item(parent, depth))
        return "{ " + " ".join(fields) + " }"

    def item(self, parent: GraphQLNamedType, depth: int) -> str:
        roll = self.random.random()
        if roll < 0.08:
            return "__typename" if self.random.random() < 0.7 else "kind: __typename"
        possible = self.conditions(parent)
        if (roll < 0.3 or isinstance(parent, GraphQLUnionType)) and possible and depth > 0:
            return self.fragment(self.random.choice(possible), depth)
        if isinstance(parent, GraphQLUnionType):
            return "__typename"
        assert isinstance(parent, GraphQLObjectType | GraphQLInterfaceType)
        candidates = [
            (name, item)
            for name, item in parent.fields.items()
            if is_leaf_type(get_named_type(item.type)) or (depth > 0 and self.budget > 0)
        ]
        if not candidates:
            return "__typename"
        # Few types have these fields, and few ways lead there.
        candidates += [each for each in candidates if each[0] in RARE] * 2
        return self.field(*self.random.choice(candidates), depth)

    def conditions(self, parent: GraphQLNamedType) -> list[GraphQLNamedType]:
        if isinstance(parent, GraphQLInterfaceType | GraphQLUnionType):
            return [*self.schema.get_possible_types(parent), parent]
        assert isinstance(parent, GraphQLObjectType)
        return [parent, *parent.interfaces]

    def fragment(self, condition: GraphQLNamedType, depth: int) -> str:
        body = self.selection(condition, depth - 1)
        if self.random.random() < 0.3:
            name = f"F{len(self.fragments)}"
            self.fragments.append(f"fragment {name} on {condition.name} {body}")
            return f"...{name}{self.condition()}"
        return f"... on {condition.name}{self.condition()} {body}"

    def field(self, name: str, item: GraphQLField, depth: int) -> str:
        alias = (
            f"{self.random.choice(['a', 'b', 'id', 's0', 'r0'])}: "
            if self.random.random() < 0.15
            else ""
        )
        text = f"{alias}{name}{self.arguments(item)}{self.condition()}"
        named = get_named_type(item.type)
        if is_composite_type(named):
            text += " " + self.selection(named, depth - 1)
        return text

    def arguments(self, item: GraphQLField) -> str:
        written = []
        for name, argument in item.args.items():
            if not is_required_argument(argument) and self.random.random() < 0.4:
                continue
            value: Any = self.random.randint(0, 3)
            if name == "id":
                targets = [get_named_type(item.type).name]
                value = f"{targets[0]}-{self.random.randint(0, OBJECTS_PER_TYPE)}"
            if self.random.random() < 0.4:
                variable = f"v{len(self.variables)}"
                self.variables[variable] = (str(argument.type), value)
                written.append(f"{name}: ${variable}")
            else:
                literal = f'"{value}"' if isinstance(value, str) else str(value)
                written.append(f"{name}: {literal}")
        return f"({', '.join(written)})" if written else ""

    def condition(self) -> str:
        if self.random.random() > 0.08:
            return ""
        directive = self.random.choice(["include", "skip"])
        if self.random.random() < 0.3:
            return f" @{directive}(if: {self.random.choice(['true', 'false'])})"
        names = [name for name, (kind, _) in self.variables.items() if kind == "Boolean!"]
        name = self.random.choice(names) if names and self.random.random() < 0.5 else None
        if name is None:
            name = f"v{len(self.variables)}"
            self.variables[name] = ("Boolean!", self.random.random() < 0.5)
        return f" @{directive}(if: ${name})"


def random_operation(schema: GraphQLSchema, seed: int) -> Operation | None:
    """A valid operation of a seed, or None if none was found in a few tries."""
    random = Random(seed)
    for _ in range(20):
        operation = _attempt(schema, random)
        if not validate(schema, parse(operation.text)):
            return operation
    return None


def _attempt(schema: GraphQLSchema, random: Random) -> Operation:
    writer = _Writer(random, schema)
    if schema.mutation_type is not None and random.random() < 0.2:
        kind, body = "mutation", _mutation(writer, schema.mutation_type)
    elif schema.subscription_type is not None and random.random() < 0.1:
        kind, body = "subscription", _subscription(writer, schema.subscription_type)
    else:
        assert schema.query_type is not None
        kind, body = "query", writer.selection(schema.query_type, random.randint(2, 5))
    declared = ", ".join(f"${name}: {kind_}" for name, (kind_, _) in writer.variables.items())
    head = kind + (f" Q({declared})" if declared else " Q")
    text = "\n".join([f"{head} {body}", *writer.fragments])
    return Operation(text, {name: value for name, (_, value) in writer.variables.items()})


def _mutation(writer: _Writer, root: GraphQLObjectType) -> str:
    fields = []
    for index in range(writer.random.randint(1, 4)):
        name = writer.random.choice(sorted(root.fields))
        target = get_named_type(root.fields[name].type)
        below = writer.selection(target, writer.random.randint(0, 3))
        fields.append(f"m{index}: {name}(n: {writer.random.randint(0, 99)}) {below}")
    return "{ " + " ".join(fields) + " }"


def _subscription(writer: _Writer, root: GraphQLObjectType) -> str:
    name = writer.random.choice(sorted(root.fields))
    target = get_named_type(root.fields[name].type)
    return f"{{ {name} {writer.selection(target, writer.random.randint(1, 4))} }}"
