"""The supergraph's text: what it says, and that it depends on nothing but the schemas."""

from __future__ import annotations

from itertools import permutations

from graphql import parse

from gateway.composition.compose import compose
from gateway.supergraph.read import read_supergraph
from tests.composition.harness import Case, Federation1, composes, run, source

_GRAPHS = {
    "accounts": """
        type Query { me: User }
        "Somebody"
        type User @key(fields: "id") { id: ID! name: String @shareable @tag(name: "x") }
        enum Role { ADMIN USER }
    """,
    "reviews": """
        type User @key(fields: "id") {
          id: ID!
          name: String @external
          role: Role
          greeting: String @requires(fields: "name")
        }
        enum Role { ADMIN USER GUEST }
        type Query { reviews(first: Int = 5): [Review!]! }
        type Review { text: String author: User @provides(fields: "name") }
    """,
    "roles-2": 'type User @key(fields: "id", resolvable: false) { id: ID! }',
}


def _type(case: Case, name: str) -> str:
    text = run(case).supergraph_sdl
    assert text is not None, run(case).errors
    start = next(
        i
        for i, line in enumerate(text.splitlines())
        if line[:1].isalpha() and line.split()[1:2] == [name]
    )
    lines = text.splitlines()[start:]
    end = lines.index("") if "" in lines else len(lines)
    return "\n".join(lines[:end])


def test_an_entity_in_three_subgraphs() -> None:
    assert _type(Case(_GRAPHS), "User") == (
        "type User\n"
        '  @join__type(graph: ACCOUNTS, key: "id")\n'
        '  @join__type(graph: REVIEWS, key: "id")\n'
        '  @join__type(graph: ROLES_2_, key: "id", resolvable: false)\n'
        "{\n"
        "  id: ID!\n"
        "  name: String @join__field(graph: ACCOUNTS) @join__field(graph: REVIEWS, external: true)"
        ' @tag(name: "x")\n'
        "  role: Role @join__field(graph: REVIEWS)\n"
        '  greeting: String @join__field(graph: REVIEWS, requires: "name")\n'
        "}"
    )


def test_the_order_of_subgraphs_changes_no_byte() -> None:
    sources = [source(name, sdl) for name, sdl in _GRAPHS.items()]
    results = {compose(list(order)) for order in permutations(sources)}
    assert len({result.supergraph_sdl for result in results}) == 1
    assert len(results) == 1


def test_the_order_of_subgraphs_changes_no_error() -> None:
    graphs = {
        "a": "type Query { q: Int x: Int } type T { f: Int }",
        "b": "type Query { q: Int x: String } interface T { f: Int }",
        "c": "type Query { q: Int } enum T { A }",
    }
    sources = [source(name, sdl) for name, sdl in graphs.items()]
    outcomes = {compose(list(order)).errors for order in permutations(sources)}
    assert len(outcomes) == 1
    assert len(outcomes.pop()) == 4


def test_the_text_parses_and_reads_back() -> None:
    text = run(Case(_GRAPHS)).supergraph_sdl
    assert text is not None
    parse(text)
    supergraph = read_supergraph(text)
    assert {graph.name for graph in supergraph.graphs.values()} == set(_GRAPHS)
    assert supergraph.urls()["roles-2"] == "http://roles-2.test"


def test_names_of_graphs_stay_apart() -> None:
    case = Case({name: f"type Query {{ q{i}: Int }}" for i, name in enumerate(_NAMES)})
    text = run(case).supergraph_sdl
    assert text is not None
    assert {graph.name: key for key, graph in read_supergraph(text).graphs.items()} == _NAMES


_NAMES = {"a-b": "A_B_1", "a_b": "A_B_2", "1x": "_1X", "c_3": "C_3_", "plain": "PLAIN"}


def test_the_join_version_is_no_higher_than_needed() -> None:
    for version, join in (("v2.6", "v0.3"), ("v2.7", "v0.4"), ("v2.8", "v0.5"), ("v2.12", "v0.5")):
        text = run(composes(version=version, a="type Query { q: Int }")).supergraph_sdl
        assert text is not None
        assert f"https://specs.apollo.dev/join/{join}" in text


def test_an_interface_object_gives_its_fields_to_all_implementations() -> None:
    case = composes(
        a="""
            type Query { media: [Media] }
            interface Media @key(fields: "id") { id: ID! }
            type Book implements Media @key(fields: "id") { id: ID! }
        """,
        b='type Media @interfaceObject @key(fields: "id") { id: ID! stars: Int @authenticated }',
    )
    assert "  stars: Int @join__field @authenticated" in _type(case, "Book").splitlines()
    assert "  stars: Int @join__field(graph: B) @authenticated" in _type(case, "Media").splitlines()


def test_interfaces_demand_what_their_implementations_demand() -> None:
    case = composes(
        a="""
            type Query { i: I }
            interface I { f: Int }
            type A implements I @requiresScopes(scopes: [["a"], ["b"]]) { f: Int @authenticated }
            type B implements I @requiresScopes(scopes: [["b", "c"]]) {
              f: Int @policy(policies: [["p"]])
            }
        """
    )
    lines = _type(case, "I").splitlines()
    assert '  @requiresScopes(scopes: [["b", "c"]])' not in lines[:1]
    assert '  @requiresScopes(scopes: [["a", "b", "c"], ["b", "c"]])' not in lines
    assert '  @requiresScopes(scopes: [["b", "c"]])' in lines
    assert '  f: Int @authenticated @policy(policies: [["p"]])' in lines


def test_a_federation_1_graph_is_shared_and_owned_as_it_used_to_be() -> None:
    case = composes(
        a=Federation1("""
            type Query { top: Product }
            type Product @key(fields: "id") { id: ID! size: Size weight: Int }
            type Size { cm: Int }
        """),
        b=Federation1("""
            extend type Product @key(fields: "id") {
              id: ID! @external
              weight: Int @external
              unused: Int @external
              shipping: Int @requires(fields: "weight id")
            }
            type Size { cm: Int }
            extend type Query { largest: Size }
        """),
        c='type Product @key(fields: "id") { id: ID! unused: Int }',
    )
    assert _type(case, "Product").splitlines() == [
        "type Product",
        '  @join__type(graph: A, key: "id")',
        '  @join__type(graph: B, key: "id")',
        '  @join__type(graph: C, key: "id")',
        "{",
        "  id: ID!",
        "  size: Size @join__field(graph: A)",
        "  weight: Int @join__field(graph: A) @join__field(graph: B, external: true)",
        '  shipping: Int @join__field(graph: B, requires: "weight")',
        "  unused: Int @join__field(graph: C)",
        "}",
    ]


def test_connectors_and_cache_tags_are_carried_as_they_are() -> None:
    case = composes(
        a="""
            extend schema
              @link(
                url: "https://specs.apollo.dev/federation/v2.12", import: ["@key", "@cacheTag"])
              @link(url: "https://specs.apollo.dev/connect/v0.2", import: ["@connect", "@source"])
              @source(name: "s", http: {baseURL: "http://x"})
            type Query {
              q: Int @connect(source: "s", http: {GET: "/x"}, selection: "$")
              r: Int @cacheTag(format: "r")
            }
        """
    )
    text = run(case).supergraph_sdl
    assert text is not None
    for expected in (
        '@join__directive(graphs: [A], name: "source", args: {name: "s", http: {baseURL: ',
        '@join__directive(graphs: [A], name: "connect", args: {source: "s", http: {GET: "/x"}, ',
        '@join__directive(graphs: [A], name: "federation__cacheTag", args: {format: "r"})',
        '@link(url: "https://specs.apollo.dev/cacheTag/v0.1", for: EXECUTION)',
    ):
        assert expected in text
