"""An interface that no object implements composes, with a hint: nothing can be selected on it."""

from __future__ import annotations

from gateway.composition.compose import SubgraphSource, compose

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", '
    'import: ["@key", "@interfaceObject"])\n'
)


def test_an_interface_object_alone_composes_with_a_hint() -> None:
    composed = compose(
        [
            SubgraphSource(
                "a",
                "http://a",
                LINK + "type Query { a: Node } interface Node { id: ID! field: String }",
            ),
            SubgraphSource(
                "b",
                "http://b",
                LINK + "type Query { b: Node } "
                'type Node @key(fields: "id") @interfaceObject { id: ID! field: String }',
            ),
        ]
    )
    assert composed.errors == ()
    assert composed.supergraph_sdl is not None
    assert "UNPLANNABLE_INTERFACE_SELECTION" in {hint.code.name for hint in composed.hints}
