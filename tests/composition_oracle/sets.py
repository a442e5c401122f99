"""Sets of subgraphs to compose: valid ones, and valid ones that were spoilt a little."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from random import Random

from graphql import DirectiveNode, DocumentNode, Visitor, parse, print_ast, visit

from gateway.composition.source import SubgraphSource
from tests.composition.corpus_files import corpus
from tests.composition_oracle.directive_mutations import DIRECTIVE_MUTATIONS
from tests.composition_oracle.mutations import ELEMENT_MUTATIONS, Mutation
from tests.composition_oracle.set_mutations import SET_MUTATIONS
from tests.oracle.partition import random_partition
from tests.oracle.render import subgraph_sdl
from tests.oracle.world import random_world

Subgraphs = dict[str, str]
"""Subgraph name -> SDL."""

_WORLDS = 400
_UNKNOWN_TO_OTHERS = {"inputs/one_of"}
"""Cases that the other composers refuse in any case: there is nothing to compare."""


def sources(subgraphs: Subgraphs) -> tuple[SubgraphSource, ...]:
    """The subgraphs as composers take them."""
    return tuple(
        SubgraphSource(name, f"http://{name}.test", text, f"{name}.graphql")
        for name, text in sorted(subgraphs.items())
    )


def without_labels(subgraphs: Iterable[SubgraphSource]) -> tuple[SubgraphSource, ...]:
    """The same subgraphs with every override in force at once, without a label."""
    return tuple(
        replace(each, sdl=print_ast(visit(parse(each.sdl), _Unlabelled()))) for each in subgraphs
    )


class _Unlabelled(Visitor):
    def enter_directive(self, node: DirectiveNode, *_: object) -> DirectiveNode | None:
        """Without the label, if it is an override under whatever name."""
        names = {argument.name.value for argument in node.arguments or ()}
        if names != {"from", "label"}:
            return None
        kept = tuple(each for each in node.arguments if each.name.value != "label")
        return DirectiveNode(name=node.name, arguments=kept)


_INSTEAD = {249: 10_249}
"""Worlds on whose queries @apollo/composition spends more than 4 GB of memory, and what stands in."""


def valid_set(seed: int) -> Subgraphs:
    """The subgraphs of a random world: they compose, and every query can be answered."""
    partition = random_partition(random_world(_INSTEAD.get(seed, seed)))
    return {name: subgraph_sdl(partition, plan) for name, plan in partition.subgraphs.items()}


def mutated_set(seed: int) -> Subgraphs:
    """A valid set after one to three random changes to its syntax trees.

    The set comes from a random world, or from the corpus, in which each feature occurs.
    """
    random = Random(seed)
    documents = dict(_world(seed % _WORLDS) if random.random() < 0.25 else _corpus_set(random))
    for _ in range(random.randint(1, 3)):
        if random.random() < 0.1:
            documents = random.choice(SET_MUTATIONS)(documents, random)
            continue
        name = random.choice(sorted(documents))
        documents[name] = _mutation(random)(documents[name], random)
    return {name: print_ast(document) for name, document in documents.items()}


def _mutation(random: Random) -> Mutation:
    return random.choice(random.choice((ELEMENT_MUTATIONS, DIRECTIVE_MUTATIONS)))


@lru_cache(maxsize=_WORLDS)
def _world(seed: int) -> dict[str, DocumentNode]:
    return {name: parse(text, no_location=True) for name, text in valid_set(seed).items()}


def _corpus_set(random: Random) -> dict[str, DocumentNode]:
    return random.choice(_corpus_documents())


@lru_cache(maxsize=1)
def _corpus_documents() -> list[dict[str, DocumentNode]]:
    return [
        {item.name: parse(item.sdl, no_location=True) for item in case.subgraphs}
        for case in corpus()
        if case.name not in _UNKNOWN_TO_OTHERS
    ]
