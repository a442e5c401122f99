"""Whether a subgraph's schema is valid by the GraphQL specification.

Written on our own definitions rather than on graphql-core's validation, which builds a schema and
visits the tree once per rule: too slow for tens of thousands of fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from gateway.composition.diagnostics import Violation
from gateway.composition.subgraph import Subgraph, keys
from gateway.composition.values import fits
from gateway.composition.vocabulary import built_in_directive, spec_directive
from gateway.supergraph.definitions import (
    BUILT_IN_SCALARS,
    EXECUTABLE_PLACES,
    ROOT_NAMES,
    Applied,
    DirectiveDef,
    FieldDef,
    InputDef,
    Kind,
    Location,
    Named,
    NonNull,
    TypeDef,
    TypeRef,
    is_subtype,
    named_type,
)

_OUTPUT: Final = frozenset({Kind.SCALAR, Kind.OBJECT, Kind.INTERFACE, Kind.UNION, Kind.ENUM})
_INPUT: Final = frozenset({Kind.SCALAR, Kind.ENUM, Kind.INPUT})
MACHINERY_KINDS: Final[Mapping[str, frozenset[Kind]]] = {
    "_Any": _INPUT,
    "_Entity": _OUTPUT,
    "_Service": _OUTPUT,
}
"""The types that every federation server adds to its schema, and the kinds they may be of."""
_PLACE: Final[Mapping[Kind, str]] = {
    Kind.SCALAR: "SCALAR",
    Kind.OBJECT: "OBJECT",
    Kind.INTERFACE: "INTERFACE",
    Kind.UNION: "UNION",
    Kind.ENUM: "ENUM",
    Kind.INPUT: "INPUT_OBJECT",
}


def violations(
    subgraph: Subgraph,
    spec_types: Iterable[str],
    spec_directives: Iterable[DirectiveDef] = (),
    local_types: Iterable[TypeDef] = (),
) -> Iterator[Violation]:
    """Every way in which the schema breaks the GraphQL specification.

    `spec_types` are names of types that specifications define and their directives may refer to,
    `spec_directives` and `local_types` the schema's own definitions of what is in specifications.
    """
    # A query root that the schema does not declare is there for entities, not for its fields.
    kinds = {
        name: definition.kind
        for name, definition in subgraph.types.items()
        if definition.locations or name != ROOT_NAMES["query"]
    }
    foreign = frozenset(spec_types)
    kinds |= dict.fromkeys((*BUILT_IN_SCALARS, *foreign), Kind.SCALAR)
    defined = frozenset(definition.name for definition in local_types)
    return _Check(subgraph, kinds, foreign, defined, tuple(spec_directives), {}).run()


def machinery_violations(subgraph: Subgraph, definitions: Iterable[TypeDef]) -> Iterator[Violation]:
    """Types of the federation machinery that a schema defines as something unusable."""
    has_entities = any(keys(definition) for definition in subgraph.types.values())
    for definition in definitions:
        kinds = MACHINERY_KINDS.get(definition.name)
        used = has_entities or definition.name == "_Service"
        if kinds is not None and used and definition.kind not in kinds:
            where = (
                'the field "_service"'
                if definition.name == "_Service"
                else 'the field "_entities", which the schema has because of its @key'
            )
            yield Violation(
                f'"{definition.name}" is defined as {definition.kind}, which cannot serve {where}.',
                (definition.location,),
            )


@dataclass(frozen=True, slots=True)
class _Check:
    subgraph: Subgraph
    kinds: Mapping[str, Kind]
    foreign: frozenset[str]
    """Types of specifications: their directives use them, but nothing in the graph may."""
    defined: frozenset[str]
    """Those of them that the schema defines as well."""
    spec_directives: tuple[DirectiveDef, ...]
    known: dict[str, DirectiveDef | None]
    """Directive definitions looked up so far."""

    def run(self) -> Iterator[Violation]:
        schema = self.subgraph.schema
        for definition in schema.types.values():
            yield from self._type(definition)
        for directive in (*schema.directives.values(), *self.spec_directives):
            yield from self._directive(directive)
        yield from self._applied(schema.applied, "SCHEMA", "the schema")
        yield from self._endless_inputs()
        for operation, name in schema.roots.items():
            if schema.types[name].kind is not Kind.OBJECT:
                at = schema.types[name].location
                yield self._error(f"The {operation} root has to be an object type.", at)

    def _error(self, message: str, *places: Location | None) -> Violation:
        return Violation(message, places)

    def _name(self, element: str, name: str, at: Location | None) -> Iterator[Violation]:
        if name.startswith("__"):
            yield self._error(f'"{element}" begins with "__", which is reserved.', at)

    def _directive(self, directive: DirectiveDef) -> Iterator[Violation]:
        yield from self._name(f"@{directive.name}", directive.name, directive.location)
        merged = not EXECUTABLE_PLACES.isdisjoint(directive.places)
        own = directive.name in self.subgraph.schema.directives
        barred = frozenset[str]()
        if own:
            barred = self.foreign if merged else self.foreign - self.defined
        for arg in directive.args.values():
            element = f"@{directive.name}({arg.name}:)"
            yield from self._input(arg, element, "ARGUMENT_DEFINITION", barred)

    # --- types --------------------------------------------------------------------------------

    def _type(self, definition: TypeDef) -> Iterator[Violation]:
        name, at = definition.name, definition.location
        yield from self._name(name, name, at)
        if name in BUILT_IN_SCALARS and definition.kind is not Kind.SCALAR:
            yield self._error(f'"{name}" is built in and cannot be defined as a type.', at)
        yield from self._applied(definition.directives, _PLACE[definition.kind], name)
        match definition.kind:
            case Kind.OBJECT | Kind.INTERFACE:
                yield from self._composite(definition)
            case Kind.UNION:
                yield from self._members(definition)
            case Kind.ENUM:
                if not definition.values:
                    yield self._error(f'The enum "{name}" has no values.', at)
                for value in definition.values.values():
                    yield from self._applied(value.directives, "ENUM_VALUE", f"{name}.{value.name}")
            case Kind.INPUT:
                if not definition.inputs:
                    yield self._error(f'The input type "{name}" has no fields.', at)
                for item in definition.inputs.values():
                    yield from self._input(item, f"{name}.{item.name}", "INPUT_FIELD_DEFINITION")
            case Kind.SCALAR:
                pass

    def _composite(self, definition: TypeDef) -> Iterator[Violation]:
        name = definition.name
        if not definition.fields and name != "Query":
            yield self._error(f'The type "{name}" has no fields.', definition.location)
        for field in definition.fields.values():
            coordinate = f"{name}.{field.name}"
            if field.name.startswith("__"):
                yield from self._name(coordinate, field.name, field.location)
            yield from self._reference(field.type, coordinate, _OUTPUT, field.location)
            if field.directives:
                yield from self._applied(field.directives, "FIELD_DEFINITION", coordinate)
            for arg in field.args.values():
                yield from self._input(arg, f"{coordinate}({arg.name}:)", "ARGUMENT_DEFINITION")
        for interface, at in definition.interfaces.items():
            yield from self._implements(definition, interface, at)

    def _members(self, definition: TypeDef) -> Iterator[Violation]:
        if not definition.members:
            yield self._error(f'The union "{definition.name}" has no members.', definition.location)
        for member, at in definition.members.items():
            kind = self.kinds.get(member)
            if kind is None:
                yield self._error(f'Unknown type "{member}" in union "{definition.name}".', at)
            elif kind is not Kind.OBJECT:
                yield self._error(f'"{member}" cannot be a member of a union: it is no object.', at)

    def _endless_inputs(self) -> Iterator[Violation]:
        """Input types that would need an infinite value, found without recursion."""
        inputs = {n: d for n, d in self.subgraph.types.items() if d.kind is Kind.INPUT}
        demands = {
            name: {
                item.type.of.name
                for item in definition.inputs.values()
                if isinstance(item.type, NonNull) and isinstance(item.type.of, Named)
            }
            & inputs.keys()
            for name, definition in inputs.items()
        }
        finite = [name for name, wanted in demands.items() if not wanted]
        users: dict[str, list[str]] = {}
        for name, wanted in demands.items():
            for other in wanted:
                users.setdefault(other, []).append(name)
        open_demands = {name: len(wanted) for name, wanted in demands.items()}
        while finite:
            for user in users.get(finite.pop(), ()):
                open_demands[user] -= 1
                if not open_demands[user]:
                    finite.append(user)
        for name, count in open_demands.items():
            if count:
                message = f'The input type "{name}" requires itself, so it can have no value.'
                yield self._error(message, inputs[name].location)

    def _reference(
        self,
        ref: TypeRef,
        element: str,
        allowed: frozenset[Kind],
        at: Location | None,
        barred: frozenset[str] | None = None,
    ) -> Iterator[Violation]:
        """Check a reference; `barred` are the types that exist, but not for this element."""
        name = named_type(ref)
        kind = self.kinds.get(name)
        if kind is None:
            yield self._error(f'Unknown type "{name}" of "{element}".', at)
        elif name in (self.foreign if barred is None else barred):
            message = f'"{element}" cannot be of type "{name}", which is not part of the graph.'
            yield self._error(message, at)
        elif kind not in allowed:
            use = "output" if allowed is _OUTPUT else "input"
            yield self._error(f'The type of "{element}" has to be an {use} type, not "{ref}".', at)

    def _input(
        self, item: InputDef, element: str, place: str, barred: frozenset[str] | None = None
    ) -> Iterator[Violation]:
        if item.name.startswith("__"):
            yield from self._name(element, item.name, item.location)
        yield from self._reference(item.type, element, _INPUT, item.location, barred)
        if item.default is not None and not fits(item.default[0], item.type, self.subgraph.types):
            message = f'The default of "{element}" is no value of type "{item.type}".'
            yield self._error(message, item.location)
        if item.directives:
            yield from self._applied(item.directives, place, element)
            if item.required and any(applied.name == "deprecated" for applied in item.directives):
                yield self._error(
                    f'"{element}" is required, so it cannot be deprecated.', item.location
                )

    # --- interfaces ---------------------------------------------------------------------------

    def _implements(
        self, definition: TypeDef, interface: str, at: Location | None
    ) -> Iterator[Violation]:
        demanded = self.subgraph.types.get(interface)
        name = definition.name
        if demanded is None:
            yield self._error(f'"{name}" implements the unknown type "{interface}".', at)
            return
        if demanded.kind is not Kind.INTERFACE:
            yield self._error(f'"{name}" implements "{interface}", which is no interface.', at)
            return
        if interface == name:
            yield self._error(f'The interface "{name}" implements itself.', at)
            return
        for other in demanded.interfaces:
            if other == name:
                yield self._error(
                    f'The interface "{name}" implements "{interface}", which implements "{name}".',
                    at,
                )
            elif other not in definition.interfaces:
                yield self._error(
                    f'"{name}" has to implement "{other}", because "{interface}" does.', at
                )
        for wanted in demanded.fields.values():
            field = definition.fields.get(wanted.name)
            if field is None:
                yield self._error(
                    f'"{name}" lacks the field "{wanted.name}" of its interface "{interface}".',
                    at,
                    wanted.location,
                )
            else:
                yield from self._implements_field(name, interface, wanted, field)

    def _implements_field(
        self, name: str, interface: str, wanted: FieldDef, field: FieldDef
    ) -> Iterator[Violation]:
        coordinate = f"{name}.{field.name}"
        if not is_subtype(field.type, wanted.type, self._is_below):
            yield self._error(
                f'"{coordinate}" has type "{field.type}", but its interface "{interface}" demands '
                f'"{wanted.type}".',
                field.location,
                wanted.location,
            )
        for arg in wanted.args.values():
            own = field.args.get(arg.name)
            if own is None or own.type != arg.type:
                yield self._error(
                    f'"{coordinate}" has to take the argument "{arg.name}: {arg.type}" of its '
                    f'interface "{interface}".',
                    field.location,
                    arg.location,
                )
        for arg in field.args.values():
            if arg.name not in wanted.args and arg.required and not _contextual(arg):
                yield self._error(
                    f'"{coordinate}" requires the argument "{arg.name}", which its interface '
                    f'"{interface}" does not have.',
                    arg.location,
                    wanted.location,
                )

    def _is_below(self, one: str, other: str) -> bool:
        lower, upper = self.subgraph.types.get(one), self.subgraph.types.get(other)
        return (lower is not None and other in lower.interfaces) or (
            upper is not None and one in upper.members
        )

    # --- directives ---------------------------------------------------------------------------

    def _definition(self, name: str) -> DirectiveDef | None:
        if name not in self.known:
            subgraph = self.subgraph
            self.known[name] = (
                spec_directive(subgraph.features, name, subgraph.version)
                or subgraph.schema.directives.get(name)
                or built_in_directive(name)
            )
        return self.known[name]

    def _applied(
        self, directives: tuple[Applied, ...], place: str, element: str
    ) -> Iterator[Violation]:
        seen: set[str] = set()
        for applied in directives:
            if applied.inherited:
                continue
            definition = self._definition(applied.name)
            if definition is None:
                message = f"Unknown directive @{applied.name}.{self._advice(applied.name)}"
                yield self._error(message, applied.location)
                continue
            if place not in definition.places:
                message = f"@{applied.name} cannot be applied to {place} ({element})."
                yield self._error(message, applied.location)
            if applied.name in seen and not definition.repeatable and place != "SCHEMA":
                message = f'@{applied.name} is applied to "{element}" more than once.'
                yield self._error(message, applied.location)
            seen.add(applied.name)
            if applied.args or definition.args:
                yield from self._applied_arguments(applied, definition)

    def _applied_arguments(self, applied: Applied, definition: DirectiveDef) -> Iterator[Violation]:
        if applied.spec in ("connect", "source"):
            return  # Their arguments are large and only carried through.
        for name, value in applied.args.items():
            argument = definition.args.get(name)
            if argument is None:
                message = f'@{applied.name} has no argument "{name}".'
                yield self._error(message, applied.location)
            elif not fits(value, argument.type, self.subgraph.types):
                message = f'The argument "{name}" of @{applied.name} has to be a {argument.type}.'
                yield self._error(message, applied.location)
        for argument in definition.args.values():
            if argument.required and argument.name not in applied.args:
                message = f'@{applied.name} needs its argument "{argument.name}".'
                yield self._error(message, applied.location)

    def _advice(self, name: str) -> str:
        federation = self.subgraph.features.federation
        if federation is None:
            return " If it is a directive of Federation 2, link the federation specification first."
        local = federation.local(f"@{name}")
        if local != f"@{name}" and self._definition(local[1:]) is not None:
            return f' Import it from the federation specification, or write "{local}".'
        return ""


def _contextual(arg: InputDef) -> bool:
    return any(applied.spec == "fromContext" for applied in arg.directives)
