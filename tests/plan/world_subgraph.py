"""The subgraphs of a scenario as strict servers of their part of its data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import (
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    InlineFragmentNode,
    OperationType,
    SelectionSetNode,
    StringValueNode,
    execute,
    parse,
    validate,
)

from gateway.transport.port import SubgraphRequest, SubgraphResponse
from tests.kit.subgraph_sdl import EntityRules, executable_schema, read_subgraph
from tests.plan.world import Case, Own, ScriptedError, Thing


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
    schema: GraphQLSchema = field(init=False)
    rules: EntityRules = field(init=False)
    provides: dict[tuple[str, str], SelectionSetNode] = field(init=False)
    roots: dict[str, str] = field(init=False)
    """The usual names of its root types."""
    own: Own = field(init=False)

    def __post_init__(self) -> None:
        self.own = self.case.own.get(self.name, Own())
        self.schema, self.rules = executable_schema(self.sdl)
        self.provides = _provides(self.sdl)
        usual = {kind: kind.value.capitalize() for kind in OperationType}
        roots = {name: self.schema.get_root_type(kind) for kind, name in usual.items()}
        self.roots = {own.name: name for name, own in roots.items() if own is not None}

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
            if isinstance(error.original_error, ScriptedError):
                continue
            self.violations.append(f"{self.name}: {error.message}")
        return dict(result.formatted)

    def _resolve(self, source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        name, owner = info.field_name, info.parent_type.name
        if name == "_entities":
            return [self._entity(each) for each in arguments["representations"]]
        if not isinstance(source, View):
            owner = self.roots[owner]
            if owner == "Mutation":
                self.case.session.log.append(name)
            values = {**self.case.root.get(owner, {}), **self.own.root.get(owner, {})}
            return self._seen(self._called(values, name, arguments), info, None)
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
        value = self._called(self._values(source.thing), name, arguments)
        return self._seen(value, info, below)

    def _called(self, values: Mapping[str, Any], name: str, arguments: Mapping[str, Any]) -> Any:
        return self.case.session.resolved(values.get(name), arguments)

    def _values(self, thing: Thing) -> Mapping[str, Any]:
        """The fields of a thing as this subgraph knows it."""
        own = self.own.world.get((thing.type, thing.name))
        return {**thing.values, **own} if own else thing.values

    def _knows(self, thing: Thing) -> bool:
        return self.own.world.get((thing.type, thing.name), thing.values) is not None

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
        if "__typename" in self._values(thing):
            return str(self._values(thing)["__typename"])
        if thing.type in self.schema.type_map:
            return thing.type
        for name, kinds in self.case.possible.items():
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
            kinds = self.case.possible.get(name, (name,))
            for kind in kinds:
                for thing in self.case.things.get(kind, {}).values():
                    if self._knows(thing) and any(
                        self._matches(key.selections, representation, thing) for key in complete
                    ):
                        return View(thing, self._shown_as(thing), representation)
        except GraphQLError as error:
            return error
        return None

    def _demand(
        self, selections: SelectionSetNode, given: Mapping[str, Any], thing: Thing, what: str
    ) -> None:
        if not self._matches(selections, given, thing):
            raise self._violation(f"{what} was given {given}")

    def _matches(self, selections: SelectionSetNode, given: Any, thing: Any) -> bool:
        if isinstance(thing, list):
            return (
                isinstance(given, list)
                and len(given) == len(thing)
                and all(self._matches(selections, a, b) for a, b in zip(given, thing, strict=True))
            )
        if given is None or thing is None:
            return given is None and thing is None
        for node in selections.selections:
            if isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                if (condition is None or condition.name.value == thing.type) and not self._matches(
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
            actual = self._called(self._values(thing), name, arguments)
            if node.selection_set is not None:
                if not self._matches(node.selection_set, given[name], actual):
                    return False
            elif str(given[name]) != str(actual):
                return False
        return True

    def _violation(self, message: str) -> GraphQLError:
        return GraphQLError(message)


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
    for node in read_subgraph(sdl).definitions:
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
