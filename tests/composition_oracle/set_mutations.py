"""Random changes to a set of subgraphs as a whole."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from graphql import (
    ConstDirectiveNode,
    DocumentNode,
    ObjectTypeDefinitionNode,
    SchemaExtensionNode,
    TypeDefinitionNode,
)

from tests.composition_oracle.trees import changed, nodes, pick, replaced

Documents = dict[str, DocumentNode]


def copy_type(documents: Documents, random: Random) -> Documents:
    """Let a subgraph declare a type of another one in the same way."""
    source, target = random.choice(sorted(documents)), random.choice(sorted(documents))
    definition = pick(random, documents[source], TypeDefinitionNode)
    if definition is None:
        return documents
    kept = [
        node
        for node in documents[target].definitions
        if not isinstance(node, TypeDefinitionNode) or node.name.value != definition.name.value
    ]
    return documents | {target: DocumentNode(definitions=(*kept, definition))}


def copy_field(documents: Documents, random: Random) -> Documents:
    """Let a subgraph declare a field of another one's type in the same way."""
    source, target = random.choice(sorted(documents)), random.choice(sorted(documents))
    owner = pick(random, documents[source], ObjectTypeDefinitionNode)
    if owner is None or not owner.fields:
        return documents
    field = random.choice(owner.fields)
    for node in nodes(documents[target], ObjectTypeDefinitionNode):
        if node.name.value == owner.name.value:
            others = [each for each in node.fields or () if each.name.value != field.name.value]
            new = changed(node, fields=(*others, field))
            return documents | {target: replaced(documents[target], node, new)}
    return documents


def drop_subgraph(documents: Documents, random: Random) -> Documents:
    """Leave a subgraph out."""
    if len(documents) < 2:
        return documents
    gone = random.choice(sorted(documents))
    return {name: document for name, document in documents.items() if name != gone}


def make_federation_1(documents: Documents, random: Random) -> Documents:
    """Let a subgraph link nothing, which makes it one of Federation 1."""
    name = random.choice(sorted(documents))
    kept = [
        node
        for node in documents[name].definitions
        if not isinstance(node, SchemaExtensionNode)
        or not any(item.name.value == "link" for item in nodes(node, ConstDirectiveNode))
    ]
    return documents | {name: DocumentNode(definitions=tuple(kept))}


SET_MUTATIONS: tuple[Callable[[Documents, Random], Documents], ...] = (
    copy_type,
    copy_field,
    copy_field,
    drop_subgraph,
    make_federation_1,
)
