"""Turn a group of fetch nodes into one request: its operation text and its plan data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graphql import DirectiveNode, VariableDefinitionNode, print_ast

from gateway.plan.conditions import either
from gateway.plan.fetch_graph import CONCRETE, FetchNode
from gateway.plan.nodes import (
    Condition,
    EntityCall,
    Fetch,
    KeyField,
    OperationKind,
    Path,
    Representation,
    RootCall,
    WireField,
)
from gateway.plan.operation import variables_in
from gateway.plan.render import SelectionPrinter
from gateway.plan.schema import PlannerSchema


@dataclass(slots=True)
class OperationInfo:
    """What requests take over from the client's operation.

    `directives` go with every request of the same kind: composition lets clients use only those
    that all subgraphs know. Others than `@skip` and `@include` on fields and fragments do not go.
    """

    kind: OperationKind
    name: str | None
    variables: Mapping[str, VariableDefinitionNode] = field(default_factory=dict)
    directives: Sequence[DirectiveNode] = ()


@dataclass(slots=True)
class _Call:
    """One `_entities` field to be, with every path at which its objects are collected."""

    text: str
    fields: tuple[WireField, ...]
    representations: tuple[Representation, ...]
    targets: list[Path]
    when: Condition | None
    node: FetchNode


class RequestPrinter:
    """Prints requests for one operation."""

    def __init__(self, schema: PlannerSchema, operation: OperationInfo) -> None:
        self._schema = schema
        self._operation = operation

    def request(
        self, number: int, nodes: Sequence[FetchNode], depends_on: tuple[int, ...]
    ) -> Fetch:
        """The request for nodes of one subgraph; a root node stands alone."""
        printer = SelectionPrinter(self._schema, nodes[0].graph)
        if nodes[0].root:
            return self._root(number, nodes[0], depends_on, printer)
        return self._entities(number, nodes, depends_on, printer)

    def _root(
        self, number: int, node: FetchNode, depends_on: tuple[int, ...], printer: SelectionPrinter
    ) -> Fetch:
        kind = self._operation.kind if not node.path else OperationKind.QUERY
        ((_static, selection),) = node.selections.items()
        text, fields = printer.print(selection, node.when)
        document, name, variables = self._document(number, kind, node.graph, text, printer, {})
        return Fetch(
            id=number,
            subgraph=self._schema.supergraph.graphs[node.graph].name,
            kind=kind,
            document=document,
            operation_name=name,
            variables=variables,
            root=RootCall(node.path, fields),
            depends_on=depends_on,
            when=node.when,
        )

    def _entities(
        self,
        number: int,
        nodes: Sequence[FetchNode],
        depends_on: tuple[int, ...],
        printer: SelectionPrinter,
    ) -> Fetch:
        when: Condition | None = nodes[0].when
        for node in nodes[1:]:
            when = either(when, node.when)
        calls: list[_Call] = []
        for node in nodes:
            self._add(calls, self._call(node, printer))
        single = len(calls) == 1
        taken = set(self._operation.variables)
        declared: dict[str, str] = {}
        known: dict[tuple[object, ...], str] = {}
        parts: list[str] = []
        entities: list[EntityCall] = []
        for order, call in enumerate(calls):
            alias = "_entities" if single else f"_e{order}"
            key = (call.representations, tuple(call.targets), call.when)
            variable = known.get(key)
            if variable is None:
                wanted = "representations" if single else f"representations{order}"
                variable = known[key] = _fresh(wanted, taken)
                declared[variable] = "[_Any!]!"
            include = None
            if call.when is not None and call.when != when:
                include = _fresh(f"include{order}", taken)
                declared[include] = "Boolean!"
            head = alias if single else f"{alias}: _entities"
            condition = f" @include(if: ${include})" if include else ""
            parts.append(f"{head}(representations: ${variable}){condition} {{ {call.text} }}")
            entities.append(
                EntityCall(
                    alias=alias,
                    variable=variable,
                    representations=call.representations,
                    targets=tuple(call.targets),
                    selection=call.fields,
                    when=call.when,
                    include_variable=include,
                    contexts=tuple(call.node.contexts),
                )
            )
        text = " ".join(parts)
        document, name, variables = self._document(
            number, OperationKind.QUERY, nodes[0].graph, text, printer, declared
        )
        return Fetch(
            id=number,
            subgraph=self._schema.supergraph.graphs[nodes[0].graph].name,
            kind=OperationKind.QUERY,
            document=document,
            operation_name=name,
            variables=variables,
            entities=tuple(entities),
            depends_on=depends_on,
            when=when,
        )

    def _call(self, node: FetchNode, printer: SelectionPrinter) -> _Call:
        concrete = sorted(name for name in node.representations if name is not None)
        parts: list[str] = []
        fields: list[WireField] = []
        for static, selection in node.selections.items():
            text, below = printer.print(selection, node.when, concrete)
            parts.append(text if static == CONCRETE else f"... on {static} {{ {text} }}")
            fields += below
        return _Call(
            " ".join(parts),
            tuple(fields),
            _representations(node),
            [node.path],
            node.when,
            node,
        )

    @staticmethod
    def _add(calls: list[_Call], call: _Call) -> None:
        """Append a call, or its path to an equal one."""
        for known in calls:
            if (
                known.text == call.text
                and known.representations == call.representations
                and known.when == call.when
                and not known.node.contexts
                and not call.node.contexts
            ):
                known.targets += call.targets
                return
        calls.append(call)

    def _document(
        self,
        number: int,
        kind: OperationKind,
        graph: str,
        text: str,
        printer: SelectionPrinter,
        declared: Mapping[str, str],
    ) -> tuple[str, str | None, tuple[str, ...]]:
        directives = self._operation.directives if kind is self._operation.kind else ()
        used = printer.variables.keys() | variables_in(
            argument for each in directives for argument in each.arguments or ()
        )
        variables = tuple(name for name in self._operation.variables if name in used)
        definitions = [f"${name}: {text}" for name, text in {**declared, **printer.given}.items()]
        definitions += [_definition(self._operation.variables[name]) for name in variables]
        name = None
        if self._operation.name is not None:
            slug = "".join(c if c.isalnum() and c.isascii() else "_" for c in graph.lower())
            name = f"{self._operation.name}__{slug}__{number}"
        head = str(kind)
        if name is not None:
            head += f" {name}"
        if definitions:
            head += ("" if name is not None else " ") + f"({', '.join(definitions)})"
        for each in directives:
            head += f" {print_ast(each)}"
        if head == "query":
            return f"{{ {text} }}", name, variables
        return f"{head} {{ {text} }}", name, variables


def _definition(node: VariableDefinitionNode) -> str:
    text = f"${node.variable.name.value}: {print_ast(node.type)}"
    if node.default_value is not None:
        text += f" = {print_ast(node.default_value)}"
    return text


def _fresh(name: str, taken: set[str]) -> str:
    while name in taken:
        name = f"_{name}"
    taken.add(name)
    return name


def _representations(node: FetchNode) -> tuple[Representation, ...]:
    """One representation for all concrete types that are identified alike."""
    groups: dict[tuple[str | None, tuple[KeyField, ...]], list[str]] = {}
    for name, draft in node.representations.items():
        typename = draft.typename
        if name is None:
            return (Representation(None, typename, tuple(draft.fields)),)
        if not node.abstract and typename is None:
            typename = name
        groups.setdefault((typename, tuple(draft.fields)), []).append(name)
    return tuple(
        Representation(tuple(names) if node.abstract else None, typename, fields)
        for (typename, fields), names in groups.items()
    )
