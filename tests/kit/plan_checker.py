"""A static check of query plans: what must hold of any plan, without running it.

- every document validates against its subgraph's own schema, and declares what it uses;
- the graph of fetches is acyclic and numbered in order;
- every representation is made of fields that the fetches it waits for bring to the places it is for,
  and so is every argument from a context;
- everything the answer is made of is brought by some fetch;
- nothing is asked for again that has been brought (`refetched`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from graphql import GraphQLSchema, parse, validate

from gateway.plan.fetch_graph import contradict
from gateway.plan.nodes import (
    Each,
    EntityCall,
    Fetch,
    Key,
    KeyField,
    OfType,
    Output,
    Path,
    QueryPlan,
    WireField,
)
from tests.kit.refetch_checker import refetched

Types = frozenset[str]


@dataclass
class _Tree:
    """What is known to be fetched under a place: wire key to (types, fetch, subtree) uses."""

    fields: dict[str, list[tuple[Types | None, int, _Tree]]] = field(default_factory=dict)

    def add(self, each: WireField, on: Types | None, fetch: int) -> None:
        limited = frozenset(each.on) if each.on is not None else None
        if on is not None:
            limited = on if limited is None else limited & on
        below = _Tree()
        self.fields.setdefault(each.key, []).append((limited, fetch, below))
        for child in each.children:
            below.add(child, None, fetch)

    def has(self, key: str, type_name: str | None, done: Collection[int]) -> list[_Tree]:
        return [
            below
            for types, fetch, below in self.fields.get(key, ())
            if fetch in done and (types is None or type_name is None or type_name in types)
        ]


def check_plan(
    plan: QueryPlan,
    schemas: Mapping[str, GraphQLSchema] | None = None,
    *,
    complete: bool = True,
) -> None:
    """Raise AssertionError with what is wrong with a plan.

    `schemas` are the executable schemas of the subgraphs by name; without them documents are only
    parsed. Without `complete` concrete types may lack fields, as they may where no serving subgraph
    knows the type.
    """
    root = _Tree()
    before: list[frozenset[int]] = []
    for index, fetch in enumerate(plan.fetches):
        assert fetch.id == index, f"fetch {fetch.id} stands at {index}"
        assert all(each < index for each in fetch.depends_on), (
            f"fetch {index} waits for a later one"
        )
        done = frozenset(fetch.depends_on).union(*(before[each] for each in fetch.depends_on))
        before.append(done)
        _check_document(fetch, schemas)
        for call in fetch.entities:
            _check_call(root, fetch, call, done)
        _record(root, fetch)
    again = refetched(plan)
    assert not again, again
    if complete and not plan.deferred:
        _check_output(plan.output, [root], frozenset(range(len(plan.fetches))))


def _check_call(root: _Tree, fetch: Fetch, call: EntityCall, done: frozenset[int]) -> None:
    for representation in call.representations:
        assert representation.fields, f"fetch {fetch.id}: an empty representation"
        for one, other in combinations(representation.fields, 2):
            assert not contradict((one,), (other,)), f"fetch {fetch.id}: {one.name} has two values"
        for path in call.targets:
            places = _places(root, path, done)
            assert places, f"fetch {fetch.id}: nothing is at {path}"
            names: Iterable[str | None] = representation.on or (None,)
            for name in names:
                for one in representation.fields:
                    assert _brings(places, one, name, done), (
                        f"fetch {fetch.id} ({fetch.subgraph}): {one.name} of {name} at {path} "
                        "is not fetched before"
                    )
    for argument in call.contexts:
        for path in call.targets:
            for source in argument.sources:
                keys = tuple(Key(key) for key in source.keys)
                way = (*path[: source.ancestor], *([OfType(source.on)] if source.on else []), *keys)
                assert _places(root, way, done), (
                    f"fetch {fetch.id} ({fetch.subgraph}): nothing is at {way} for "
                    f"${argument.variable}"
                )


def _check_document(fetch: Fetch, schemas: Mapping[str, GraphQLSchema] | None) -> None:
    document = parse(fetch.document)
    if schemas is not None:
        errors = validate(schemas[fetch.subgraph], document)
        assert not errors, f"{fetch.subgraph}: {errors[0].message} in {fetch.document}"


def _record(root: _Tree, fetch: Fetch) -> None:
    if fetch.root is not None:
        for place, _types in _places(root, fetch.root.target, None):
            for each in fetch.root.selection:
                place.add(each, None, fetch.id)
    for call in fetch.entities:
        names = [name for each in call.representations for name in each.on or ()]
        limited = frozenset(names) if all(each.on for each in call.representations) else None
        for path in call.targets:
            for place, types in _places(root, path, None):
                on = limited if types is None else types if limited is None else limited & types
                for each in call.selection:
                    place.add(each, on, fetch.id)


def _places(
    root: _Tree, path: Path, done: Collection[int] | None
) -> list[tuple[_Tree, Types | None]]:
    """The places at a path, as far as these fetches bring what leads there (`None`: all)."""
    places: list[tuple[_Tree, Types | None]] = [(root, None)]
    for step in path:
        if isinstance(step, Each):
            continue
        if isinstance(step, OfType):
            places = [(tree, frozenset(step.types)) for tree, _types in places]
        elif isinstance(step, Key):
            places = [
                (below, None)
                for tree, types in places
                for limited, fetch, below in tree.fields.get(step.name, ())
                if (done is None or fetch in done)
                and (types is None or limited is None or types & limited)
            ]
    return places


def _brings(
    places: list[tuple[_Tree, Types | None]],
    one: KeyField,
    name: str | None,
    done: Collection[int],
) -> bool:
    found = [below for tree, _types in places for below in tree.has(one.source, name, done)]
    if not found:
        return False
    below: list[tuple[_Tree, Types | None]] = [(tree, None) for tree in found]
    return all(
        _brings(below, child, child_type, done)
        for child in one.children
        for child_type in (child.on or (None,))
    )


def _check_output(output: Output, places: list[_Tree], done: Collection[int]) -> None:
    for each in output.fields:
        # Under contradicting conditions along the path nothing needs to be brought.
        if each.verbatim or each.name == "__typename" or each.when is not None:
            continue
        for name in each.on or output.possible:
            found = [below for tree in places for below in tree.has(each.source, name, done)]
            known = any(tree.fields for tree in places)
            assert found or not known, f"nothing brings {output.type_name}.{each.name} of {name}"
            if each.shape is not None and found:
                _check_output(each.shape, found, done)
