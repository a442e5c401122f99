"""Scenarios: subgraphs over one consistent world, so that any right plan has one right answer.

A case file is YAML: `subgraphs` (name to SDL), `world` (type to name to fields; `"@Type/name"`
refers to another object), `root` (root type to fields) and `operations` (name to text, or to a
mapping with `query`, `variables`, `labels`). A field that is asked with arguments and whose value
is a string answers with the arguments appended, so that mixed-up arguments show.

Each subgraph sees its part of the world and is strict: an external field that was neither sent nor
provided, an incomplete key and a requirement that was not sent, or sent wrong, are errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import yaml
from graphql import (
    REMOVE,
    DirectiveNode,
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    StringValueNode,
    Visitor,
    execute,
    parse,
    specified_directives,
    validate,
    visit,
)

from gateway.transport.port import SubgraphRequest, SubgraphResponse
from tests.kit.subgraph_sdl import EntityRules, executable_schema

FEDERATION = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", '
    '"@external", "@requires", "@provides", "@shareable", "@override", "@context", '
    '"@fromContext", "@interfaceObject", "@inaccessible", "@tag", "@extends"])\n'
)


NEVER = "!never"
"""The value of a field that no right plan asks for."""


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
    errors: bool = False
    """Answered with data and errors."""
    expected: dict[str, Any] | None = None
    """The answer where the world cannot tell it (context)."""


@dataclass
class Case:
    """A scenario: subgraphs, their world and operations on it."""

    name: str
    subgraphs: dict[str, str]
    things: dict[str, dict[str, Thing]]
    root: dict[str, dict[str, Any]]
    operations: list[Operation]

    @classmethod
    def read(cls, path: Path) -> Case:
        """Read a case file and resolve the references in it."""
        raw = yaml.safe_load(path.read_text("utf-8"))
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
            return value

        for each in things.values():
            for thing in each.values():
                thing.values = {key: resolve(value) for key, value in thing.values.items()}
        root = {
            kind: {key: resolve(value) for key, value in (fields or {}).items()}
            for kind, fields in (raw.get("root") or {}).items()
        }
        operations = []
        for name, text in raw["operations"].items():
            if isinstance(text, str):
                operations.append(Operation(name, text))
            else:
                operations.append(Operation(name, **text))
        subgraphs = {
            name: sdl if "@link(" in sdl or sdl.startswith("#") else FEDERATION + sdl
            for name, sdl in raw["subgraphs"].items()
        }
        return cls(path.stem, subgraphs, things, root, operations)

    def monolith(self, schema: GraphQLSchema, operation: Operation) -> ExecutionResult:
        """The right answer: one schema over the whole world."""

        def resolve(source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
            if isinstance(source, Thing):
                return _called(source.values.get(info.field_name), arguments)
            return _called(self.root[info.parent_type.name].get(info.field_name), arguments)

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
        return result


class _NoDefer(Visitor):
    def enter_directive(self, node: DirectiveNode, *_args: object) -> Any:
        return REMOVE if node.name.value == "defer" else None


def _called(value: Any, arguments: Mapping[str, Any]) -> Any:
    if value == NEVER:
        raise GraphQLError("this must never be asked for")
    if isinstance(value, str) and arguments:
        return f"{value}({', '.join(f'{k}={arguments[k]}' for k in sorted(arguments))})"
    return value


@dataclass(frozen=True)
class View:
    """A thing as a subgraph sees it: with what it was sent, and what is provided here."""

    thing: Thing
    shown_as: str
    given: Mapping[str, Any] = field(default_factory=dict)
    provided: SelectionSetNode | None = None


@dataclass
class WorldSubgraph:
    """One subgraph over the world of a case."""

    name: str
    sdl: str
    case: Case
    violations: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    schema: GraphQLSchema = field(init=False)
    rules: EntityRules = field(init=False)
    provides: dict[tuple[str, str], SelectionSetNode] = field(init=False)
    _documents: dict[str, DocumentNode] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.schema, self.rules = executable_schema(self.sdl)
        self.provides = _provides(self.sdl)

    def answer(self, body: bytes) -> dict[str, Any]:
        """Answer a request."""
        request = orjson.loads(body)
        text = request["query"]
        document = parse(text)
        errors = validate(self.schema, document)
        if errors:
            self.violations += [f"{self.name}: {error.message} in {text}" for error in errors]
            return {"errors": [error.formatted for error in errors]}
        result = execute(
            self.schema,
            document,
            variable_values=request.get("variables"),
            operation_name=request.get("operationName"),
            field_resolver=self._resolve,
            type_resolver=lambda value, _info, _type: value.shown_as,
        )
        assert isinstance(result, ExecutionResult)
        for error in result.errors or ():
            self.violations.append(f"{self.name}: {error.message}")
        return dict(result.formatted)

    def _resolve(self, source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        name, owner = info.field_name, info.parent_type.name
        if name == "_entities":
            return [self._entity(each) for each in arguments["representations"]]
        if not isinstance(source, View):
            if owner == "Mutation":
                self.log.append(f"{self.name}.{name}")
            value = _called(self.case.root[owner].get(name), arguments)
            return self._seen(value, info, None)
        below = None
        required = self.rules.requires.get((owner, name))
        if required is not None:
            self._demand(required.selections, source.given, source.thing, f"{owner}.{name}")
        if name in self.rules.external.get(owner, ()) and not self._is_key(owner, name):
            if name in source.given:
                return source.given[name]
            found, below = _find(source.provided, source.thing.type, name)
            if not found:
                raise self._violation(f"{owner}.{name} is external and was not provided")
        elif source.provided is not None:
            _found, below = _find(source.provided, source.thing.type, name)
        return self._seen(_called(source.thing.values.get(name), arguments), info, below)

    def _is_key(self, owner: str, name: str) -> bool:
        return any(
            isinstance(node, FieldNode) and node.name.value == name
            for key in self.rules.all_keys.get(owner, ())
            for node in key.selections.selections
        )

    def _seen(self, value: Any, info: GraphQLResolveInfo, below: SelectionSetNode | None) -> Any:
        provided = self.provides.get((info.parent_type.name, info.field_name))
        if provided is not None and below is not None:
            provided = SelectionSetNode(selections=(*provided.selections, *below.selections))
        provided = provided or below
        if isinstance(value, list):
            return [self._seen(each, info, below) for each in value]
        if isinstance(value, Thing):
            return View(value, self._shown_as(value), {}, provided)
        return value

    def _shown_as(self, thing: Thing) -> str:
        if thing.type in self.schema.type_map:
            return thing.type
        for name, kinds in INTERFACES[self.case.name].items():
            if thing.type in kinds and name in self.schema.type_map:
                return name
        return thing.type

    def _entity(self, representation: Any) -> Any:
        try:
            name = representation["__typename"]
            keys = self.rules.keys.get(name)
            if not keys:
                raise self._violation(f"no entity {name!r}")
            known = {*self.schema.type_map[name].fields, "__typename"}  # type: ignore[attr-defined]
            if unknown := set(representation) - known:
                raise self._violation(f"{name} has no {sorted(unknown)}")
            complete = [key for key in keys if key.satisfied_by(representation, keyed=True)]
            if not complete:
                raise self._violation(f"no key of {name} in {representation}")
            kinds = INTERFACES[self.case.name].get(name, (name,))
            for kind in kinds:
                for thing in self.case.things.get(kind, {}).values():
                    if any(_matches(key.selections, representation, thing) for key in complete):
                        return View(thing, self._shown_as(thing), representation)
        except GraphQLError as error:
            return error
        return None

    def _demand(
        self, selections: SelectionSetNode, given: Mapping[str, Any], thing: Thing, what: str
    ) -> None:
        if not _same(selections, given, thing):
            raise self._violation(f"{what} was given {given}")

    def _violation(self, message: str) -> GraphQLError:
        return GraphQLError(message)


INTERFACES: dict[str, dict[str, tuple[str, ...]]] = {}
"""By case: the concrete types of each abstract type of the supergraph."""


@dataclass
class WorldTransport:
    """A gateway transport to the subgraphs of a case."""

    subgraphs: dict[str, WorldSubgraph]
    requests: list[str] = field(default_factory=list)

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        self.requests.append(request.subgraph)
        answer = self.subgraphs[request.subgraph].answer(request.body)
        return SubgraphResponse(200, orjson.dumps(answer), (("content-type", "application/json"),))

    async def close(self) -> None:
        """Nothing is held open."""


def _provides(sdl: str) -> dict[tuple[str, str], SelectionSetNode]:
    found: dict[tuple[str, str], SelectionSetNode] = {}
    for node in parse(sdl).definitions:
        for each in getattr(node, "fields", None) or ():
            for directive in each.directives or ():
                if directive.name.value == "provides":
                    value = directive.arguments[0].value
                    assert isinstance(value, StringValueNode)
                    operation = parse("{" + value.value + "}").definitions[0]
                    found[(node.name.value, each.name.value)] = operation.selection_set  # type: ignore[attr-defined]
    return found


def _find(
    provided: SelectionSetNode | None, type_name: str, name: str
) -> tuple[bool, SelectionSetNode | None]:
    for node in provided.selections if provided is not None else ():
        if isinstance(node, FieldNode) and node.name.value == name:
            return True, node.selection_set
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition
            if condition is None or condition.name.value == type_name:
                found = _find(node.selection_set, type_name, name)
                if found[0]:
                    return found
    return False, None


def _matches(selections: SelectionSetNode, given: Any, thing: Any) -> bool:
    if isinstance(thing, list):
        return (
            isinstance(given, list)
            and len(given) == len(thing)
            and all(_matches(selections, a, b) for a, b in zip(given, thing, strict=True))
        )
    if given is None or thing is None:
        return given is None and thing is None
    for node in selections.selections:
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition
            if (condition is None or condition.name.value == thing.type) and not _matches(
                node.selection_set, given, thing
            ):
                return False
            continue
        if not isinstance(node, FieldNode) or node.name.value == "__typename":
            continue
        name = node.name.value
        if name not in given:
            return False
        arguments = {
            each.name.value: getattr(each.value, "value", None) for each in node.arguments or ()
        }
        actual = _called(thing.values.get(name), arguments)
        if node.selection_set is not None:
            if not _matches(node.selection_set, given[name], actual):
                return False
        elif str(given[name]) != str(actual):
            return False
    return True


_same = _matches
