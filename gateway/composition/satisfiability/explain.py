"""Say why a field cannot be resolved: the query that fails, and a reason for each subgraph."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.satisfiability.obtain import Obtainer
from gateway.composition.satisfiability.search import Failure, Place
from gateway.plan.schema import Entry, SubgraphType, Vertex


def witness(obtainer: Obtainer, failure: Failure) -> str:
    """The smallest operation that cannot be answered, on one line."""
    schema = obtainer.schema
    places: list[Place] = []
    place: Place | None = failure.state.place
    while place is not None and place.parent is not None:
        places.append(place)
        place = place.parent
    text = failure.field
    if text != "__typename":
        returned = schema.field_type(failure.state.type_name, failure.field).named
        text += " { __typename }" if schema.is_composite(returned) else ""
        text = _with_arguments(obtainer, failure.state.type_name, failure.field, text)
    for index, item in enumerate(places):
        if item.abstract:
            text = f"... on {item.type_name} {{ {text} }}"
        above = places[index + 1].type_name if index + 1 < len(places) else None
        owner = above or (place.type_name if place is not None else "")
        text = _with_arguments(obtainer, owner, item.field, f"{item.field} {{ {text} }}")
    return f"{failure.operation} {{ {text} }}"


def _with_arguments(obtainer: Obtainer, owner: str, name: str, text: str) -> str:
    """Mark that a field needs arguments, without inventing any."""
    definition = obtainer.schema.supergraph.types.get(owner)
    found = definition.fields.get(name) if definition is not None else None
    if found is None or all(arg.type.nullable[0] for arg in found.arguments.values()):
        return text
    return text.replace(name, f"{name}(…)", 1)


def reasons(obtainer: Obtainer, failure: Failure) -> Iterator[str]:
    """One reason for each subgraph in which the object is at hand, or which has the field."""
    schema = obtainer.schema
    type_name, name = failure.state.type_name, failure.field
    here = obtainer.closure(type_name, failure.state.frontier)
    graphs = schema.supergraph.graphs
    for vertex in sorted(here, key=lambda item: (item.graph, item.type.name)):
        yield f'from "{graphs[vertex.graph].name}": {_local_reason(obtainer, failure, vertex)}'
    reached = {vertex.graph for vertex in here}
    for graph in sorted(schema.providers(type_name, name) - reached):
        origins = ", ".join(f'"{graphs[each].name}"' for each in sorted(reached))
        reason = _entry_reason(obtainer, failure, graph)
        yield f'to "{graphs[graph].name}", which resolves it: {reason} (coming from {origins})'


def _local_reason(obtainer: Obtainer, failure: Failure, vertex: Vertex) -> str:
    schema = obtainer.schema
    type_name, name = failure.state.type_name, failure.field
    coordinate = f'"{type_name}.{name}"'
    step = schema.step(vertex, type_name, name)
    if step is None:
        return _absence(obtainer, vertex, type_name, name)
    if any(item.context not in failure.state.contexts for item in step.contexts):
        return f"{coordinate} takes a value from a context that no type on the way sets"
    if step.requires is not None:
        here = obtainer.closure(type_name, frozenset((vertex,)))
        missing = obtainer.first_missing(type_name, here, step.requires.selections)
        if missing is not None:
            return (
                f'{coordinate} needs @requires "{step.requires.text}", and "{missing}" cannot be '
                "obtained"
            )
        return f"{coordinate} needs @requires, but no key leads back to this subgraph"
    return f"{coordinate} cannot be resolved"


def _absence(obtainer: Obtainer, vertex: Vertex, type_name: str, name: str) -> str:
    coordinate = f'"{type_name}.{name}"'
    if not vertex.trusted and name not in vertex.type.fields:
        return (
            f'"{vertex.type.name}" is an interface object there, and nothing tells that the object '
            f'is a "{type_name}"'
        )
    holder: SubgraphType | None = vertex.type
    if vertex.type.name != type_name and vertex.trusted:
        holder = obtainer.schema.subgraphs[vertex.graph].get(type_name)
    own = holder.fields.get(name) if holder is not None else None
    if own is None:
        return f"{coordinate} is absent"
    if own.external:
        joins = obtainer.schema.supergraph.types[type_name].fields[name].joins
        marked = any(join.external for join in joins if join.graph == vertex.graph)
        return f"{coordinate} is {'@external' if marked else 'overridden'} there"
    return f'{coordinate} leads to a type "{own.type.named}" that is unknown there'


def _entry_reason(obtainer: Obtainer, failure: Failure, graph: str) -> str:
    type_name = failure.state.type_name
    here = obtainer.closure(type_name, failure.state.frontier)
    candidates = [entry for entry in obtainer.candidates(type_name, here) if entry.graph == graph]
    if not candidates:
        return f'it has no resolvable @key for "{type_name}" by which to enter'
    return "; ".join(_key_reason(obtainer, failure, entry) for entry in candidates)


def _key_reason(obtainer: Obtainer, failure: Failure, entry: Entry) -> str:
    type_name = failure.state.type_name
    here = obtainer.closure(type_name, failure.state.frontier)
    if entry.key is None:
        return "it cannot be entered"
    missing = obtainer.first_missing(type_name, here, entry.key.selections)
    return f'entering needs @key "{entry.key.text}", and "{missing}" cannot be obtained'
