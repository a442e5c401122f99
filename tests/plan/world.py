"""Scenarios: subgraphs, the data behind them, operations, and what their answers are.

A case file is YAML that begins with a comment of what it is about:

- `subgraphs`: name to SDL. A text that neither links Federation itself nor begins with `#` (a
  Federation 1 schema) gets `FEDERATION` in front.
- `world`: type to name to fields, the data that all subgraphs share. `"@Type/name"` refers to
  another object.
- `root`: root type to fields.
- `own`: subgraph to a `world` and a `root` of its own: values that this subgraph alone gives, for
  subgraphs that contradict each other. `null` in place of an object's fields: it does not know the
  object. `__typename` says as which type it shows the object.
- `operations`: name to text, or to a mapping with the fields of `Operation`. The expected answer is
  that of one schema over the whole shared world, unless `expected` gives it; where the data of one
  subgraph contradicts that world it must be given.

A field that is asked with arguments and whose value is a string answers with the arguments
appended, so that mixed-up arguments show. Some values do something:

- `"!never"`: no right plan asks for it;
- `"!error TEXT"`: the resolver fails;
- `{"!by": argument, VALUE: result, ...}`: a result for each value of an argument, otherwise null;
- `"!count OPERATOR argument"` with `=`, `+=`, `*=` or `clear`: changes a counter, which each value
  of the argument `requestId` has of its own, and answers with it.

Each subgraph sees its part of the world and is strict: an external field that was neither sent nor
provided, an incomplete key and a requirement that was not sent, or sent wrong, are errors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from graphql import (
    REMOVE,
    DirectiveNode,
    ExecutionResult,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    Visitor,
    execute,
    parse,
    specified_directives,
    visit,
)

FEDERATION = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", '
    '"@external", "@requires", "@provides", "@shareable", "@override", "@context", '
    '"@fromContext", "@interfaceObject", "@inaccessible", "@tag", "@extends"])\n'
)


@dataclass(eq=False)
class Thing:
    """An object of the world."""

    type: str
    name: str
    values: dict[str, Any]


@dataclass
class Operation:
    """One operation of a case."""

    name: str
    query: str
    variables: dict[str, Any] = field(default_factory=dict)
    labels: dict[str, bool] = field(default_factory=dict)
    fails: bool = False
    """Valid, and cannot be planned."""
    invalid: bool = False
    """Refused before planning: the public schema does not allow it."""
    partial: bool = False
    """Asks for types that no subgraph which serves the place knows there."""
    errors: bool | list[str] = False
    """Whether it is answered with errors as well, or the paths of them, written `field.0.field`."""
    expected: dict[str, Any] | None = None
    """The answer where the shared world cannot tell it."""

    def has_expected_errors(self, errors: Sequence[Mapping[str, Any]] | None) -> bool:
        """Whether these errors of an answer (in the form of the response) are those expected."""
        if isinstance(self.errors, bool):
            return bool(errors) is self.errors
        paths = [".".join(map(str, each.get("path") or ())) for each in errors or ()]
        return sorted(paths) == sorted(self.errors)


@dataclass
class Own:
    """What one subgraph says differently from the shared world; `None`: it knows no such object."""

    world: dict[tuple[str, str], dict[str, Any] | None] = field(default_factory=dict)
    root: dict[str, dict[str, Any]] = field(default_factory=dict)


class ScriptedError(Exception):
    """The failure of a resolver that the data of a case asks for."""


@dataclass
class Session:
    """What happens while one operation runs: the mutations in order, and counters by request id."""

    log: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def resolved(self, value: Any, arguments: Mapping[str, Any]) -> Any:
        """The result of a field whose value in the data is given, called with arguments."""
        if isinstance(value, dict) and "!by" in value:
            return self.resolved(value.get(str(arguments.get(value["!by"]))), {})
        if not isinstance(value, str):
            return value
        if value == "!never":
            raise GraphQLError("this must never be asked for")
        if value.startswith("!error "):
            raise ScriptedError(value.removeprefix("!error "))
        if value.startswith("!count "):
            return self._counted(value, arguments)
        if arguments:
            return f"{value}({', '.join(f'{k}={arguments[k]}' for k in sorted(arguments))})"
        return value

    def _counted(self, value: str, arguments: Mapping[str, Any]) -> int:
        _count, operator, *operand = value.split()
        request = arguments["requestId"]
        if operator == "clear":
            return self.counts.pop(request)
        number = arguments[operand[0]]
        count = self.counts.get(request, 0)
        self.counts[request] = {"=": number, "+=": count + number, "*=": count * number}[operator]
        return self.counts[request]


@dataclass
class Case:
    """A scenario: subgraphs, their world and operations on it."""

    name: str
    subgraphs: dict[str, str]
    things: dict[str, dict[str, Thing]]
    root: dict[str, dict[str, Any]]
    operations: list[Operation]
    own: dict[str, Own]
    contradicts: bool
    """Whether a subgraph answers otherwise than the shared world does."""
    possible: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The concrete types of each abstract type of the supergraph; set by who reads that."""
    session: Session = field(default_factory=Session)

    @classmethod
    def read(cls, path: Path) -> Case:
        """Read a case file and resolve the references in it."""
        text = path.read_text("utf-8")
        assert text.startswith("# "), f"say in its first line what {path.name} is about"
        raw = yaml.safe_load(text)
        things = {
            kind: {name: Thing(kind, name, dict(values or {})) for name, values in each.items()}
            for kind, each in (raw.get("world") or {}).items()
        }

        def resolve(value: Any) -> Any:
            if isinstance(value, str) and value.startswith("@"):
                kind, _, name = value[1:].partition("/")
                return things[kind][name]
            if isinstance(value, list):
                return [resolve(each) for each in value]
            if isinstance(value, dict) and "!by" in value:
                return {str(key): resolve(each) for key, each in value.items()}
            return value

        def resolved(fields: dict[str, Any] | None) -> dict[str, Any]:
            return {key: resolve(value) for key, value in (fields or {}).items()}

        for each in things.values():
            for thing in each.values():
                thing.values = resolved(thing.values)
        own = {
            subgraph: Own(
                {
                    (kind, name): None if values is None else resolved(values)
                    for kind, each in (given.get("world") or {}).items()
                    for name, values in each.items()
                },
                {kind: resolved(fields) for kind, fields in (given.get("root") or {}).items()},
            )
            for subgraph, given in (raw.get("own") or {}).items()
        }
        operations = [
            Operation(name, text) if isinstance(text, str) else Operation(name, **text)
            for name, text in raw["operations"].items()
        ]
        subgraphs = {
            name: sdl if "@link(" in sdl or sdl.startswith("#") else FEDERATION + sdl
            for name, sdl in raw["subgraphs"].items()
        }
        assert own.keys() <= subgraphs.keys(), path
        given = [each for one in own.values() for each in (*one.world.values(), *one.root.values())]
        contradicts = any(
            each is None or any(value != "!never" for value in each.values()) for each in given
        )
        root = {kind: resolved(fields) for kind, fields in (raw.get("root") or {}).items()}
        return cls(path.stem, subgraphs, things, root, operations, own, contradicts)

    def monolith(
        self, schema: GraphQLSchema, operation: Operation
    ) -> tuple[ExecutionResult, Session]:
        """The right answer, of one schema over the whole shared world, and what it took."""
        session = Session()

        def resolve(source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
            name, owner = info.field_name, info.parent_type.name
            if owner == "Mutation":
                session.log.append(name)
            values = source.values if isinstance(source, Thing) else self.root[owner]
            return session.resolved(values.get(name), arguments)

        keywords = schema.to_kwargs()
        keywords["directives"] = specified_directives
        result = execute(
            GraphQLSchema(**keywords),
            visit(parse(operation.query), _NoDefer()),
            variable_values=operation.variables,
            field_resolver=resolve,
            type_resolver=lambda value, _info, _type: value.type,
        )
        assert isinstance(result, ExecutionResult)
        return result, session


class _NoDefer(Visitor):
    def enter_directive(self, node: DirectiveNode, *_args: object) -> Any:
        return REMOVE if node.name.value == "defer" else None
