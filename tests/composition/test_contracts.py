"""What contracts leave of the public schema. What they must not leave: `test_contract_empty`."""

from __future__ import annotations

from gateway.composition.compose import Composition, compose
from gateway.composition.contract import Contract
from gateway.supergraph.public import public_schema
from gateway.supergraph.read import read_supergraph
from tests.composition.harness import source

_A = """
type Query {
  product: Product @tag(name: "shop")
  audit: Audit @tag(name: "internal")
  status(of: State = OPEN, secret: Int @tag(name: "internal")): State @tag(name: "shop")
}
type Product @key(fields: "id") {
  id: ID! @tag(name: "shop")
  name: String @tag(name: "shop")
  cost: Int @tag(name: "shop") @tag(name: "internal")
  audit: Audit @tag(name: "shop")
}
type Audit { at: String }
enum State { OPEN CLOSED }
"""
_B = """
type Product @key(fields: "id") {
  id: ID!
  reviews: [Review] @tag(name: "shop")
}
type Review @tag(name: "shop") { stars: Int text: String @tag(name: "internal") }
"""


def _compose(include: str = "", exclude: str = "") -> Composition:
    contract = Contract(frozenset(include.split()), frozenset(exclude.split()))
    return compose([source("a", _A), source("b", _B)], contract=contract)


def _public(result: Composition) -> dict[str, set[str]]:
    assert result.supergraph_sdl is not None, result.errors
    schema = public_schema(read_supergraph(result.supergraph_sdl))
    return {
        name: set(item.fields)
        for name, item in schema.type_map.items()
        if hasattr(item, "fields") and not name.startswith("__")
    }


def test_exclusion_hides_what_carries_the_tag() -> None:
    public = _public(_compose(exclude="internal"))
    assert public["Query"] == {"product", "status"}
    assert public["Product"] == {"id", "name", "audit", "reviews"}
    assert public["Review"] == {"stars"}


def test_inclusion_keeps_only_what_carries_a_tag_and_drops_what_that_leaves_empty() -> None:
    public = _public(_compose(include="shop"))
    assert public["Query"] == {"product", "status"}
    assert public["Product"] == {"id", "name", "cost", "reviews"}
    assert public["Review"] == {"stars", "text"}
    assert "Audit" not in public


def test_exclusion_wins_over_inclusion() -> None:
    public = _public(_compose(include="shop", exclude="internal"))
    assert public["Product"] == {"id", "name", "reviews"}
    assert public["Review"] == {"stars"}


def test_subgraphs_keep_what_the_public_does_not_see() -> None:
    text = _compose(include="shop", exclude="internal").supergraph_sdl
    assert text is not None
    product = read_supergraph(text).types["Product"]
    assert {"cost", "audit"} <= set(product.fields)
    assert product.fields["cost"].inaccessible


def test_an_empty_contract_changes_nothing() -> None:
    assert _compose() == compose([source("a", _A), source("b", _B)])
