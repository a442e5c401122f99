"""What of a merged schema the public sees, as the rules about `@inaccessible` ask it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from gateway.composition.merge.context import Merge
from gateway.supergraph.definitions import (
    Applied,
    FieldDef,
    InputDef,
    Location,
    SchemaDef,
    TypeDef,
)


def hidden(directives: tuple[Applied, ...]) -> bool:
    """Whether an element of a merged schema is itself marked `@inaccessible`."""
    return any(applied.spec == "inaccessible" for applied in directives)


@dataclass(frozen=True, slots=True)
class InputUse:
    """A visible argument or input field, with its coordinate."""

    coordinate: str
    item: InputDef
    find_places: Callable[[], tuple[Location, ...]]

    @property
    def places(self) -> tuple[Location, ...]:
        """Its places in the sources: looked for when asked, as most uses are in order."""
        return self.find_places()


@dataclass(frozen=True, slots=True)
class Visibility:
    """A merged schema and who wrote it."""

    schema: SchemaDef
    merge: Merge
    hidden_types: frozenset[str]
    """Names of the types that are hidden themselves."""

    @classmethod
    def of(cls, schema: SchemaDef, merge: Merge) -> Visibility:
        """What is visible of this schema."""
        types = schema.types.values()
        return cls(schema, merge, frozenset(t.name for t in types if hidden(t.directives)))

    def visible_types(self) -> Iterator[TypeDef]:
        """The visible types of the subgraphs, in name order."""
        for name in sorted(self.merge.types):
            definition = self.schema.types.get(name)
            if definition is not None and name not in self.hidden_types:
                yield definition

    def hidden_type(self, name: str) -> bool:
        """Whether a type is hidden."""
        return name in self.hidden_types

    def visible_fields(self) -> Iterator[tuple[TypeDef, FieldDef]]:
        """The visible fields of visible objects and interfaces."""
        for owner in self.visible_types():
            for field in owner.fields.values():
                if not hidden(field.directives):
                    yield owner, field

    def visible_inputs(self) -> Iterator[InputUse]:
        """The visible arguments and input fields of visible elements and of directives."""
        for owner, field in self.visible_fields():
            for arg in field.args.values():
                if not hidden(arg.directives):
                    coordinate = f"{owner.name}.{field.name}({arg.name}:)"
                    where = partial(self.places, owner.name, field.name, arg.name)
                    yield InputUse(coordinate, arg, where)
        for owner in self.visible_types():
            for item in owner.inputs.values():
                if not hidden(item.directives):
                    coordinate = f"{owner.name}.{item.name}"
                    yield InputUse(coordinate, item, partial(self.places, owner.name, item.name))
        for name, directive in self.schema.directives.items():
            declared = any(name in subgraph.schema.directives for subgraph in self.merge.subgraphs)
            for arg in directive.args.values() if declared else ():
                if not hidden(arg.directives):
                    where = partial(self.directive_places, name, arg.name)
                    yield InputUse(f"@{name}({arg.name}:)", arg, where)

    def directive_places(self, name: str, arg: str) -> tuple[Location, ...]:
        """Where the subgraphs declare an argument of a directive of their own."""
        found = (subgraph.schema.directives.get(name) for subgraph in self.merge.subgraphs)
        items = (directive.args.get(arg) for directive in found if directive is not None)
        places = (item.location for item in items if item is not None)
        return tuple(place for place in places if place is not None)

    def places(self, owner: str, member: str = "", arg: str = "") -> tuple[Location, ...]:
        """Where the subgraphs declare a type, a member of it, or an argument."""
        found: list[Location | None] = []
        for _, definition in self.merge.types.get(owner, ()):
            if not member:
                found.append(definition.location)
                continue
            field = definition.fields.get(member)
            if arg:
                item = field.args.get(arg) if field is not None else None
                found.append(item.location if item is not None else None)
                continue
            for candidate in (field, definition.inputs.get(member), definition.values.get(member)):
                found.append(candidate.location if candidate is not None else None)
        return tuple(place for place in found if place is not None)
