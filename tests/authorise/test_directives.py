"""`@authenticated`, `@requiresScopes` and `@policy`, decided before anything is planned."""

from __future__ import annotations

import itertools

import pytest
from graphql import parse

from auth.caller import ANONYMOUS, Caller
from gateway.authorise.directives import DenialMode, DirectiveAuthoriser
from gateway.authorise.grants import RolePolicies
from gateway.authorise.requirements import read_requirements
from gateway.document.limits import check_limits
from gateway.document.operation import Operation, fragments_of, read_operation, select_operation
from gateway.document.validate import ValidationOptions, validate_document
from gateway.errors import ClientError, Code
from gateway.settings.serving import Limits
from gateway.supergraph.public import public_schema
from gateway.supergraph.read import read_supergraph

SUPERGRAPH = """
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
  @link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)
  @link(url: "https://specs.apollo.dev/requiresScopes/v0.1", for: SECURITY)
  @link(url: "https://specs.apollo.dev/policy/v0.1", for: SECURITY)
{ query: Query }
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE
directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
directive @requiresScopes(scopes: [[requiresScopes__Scope!]!]!) on FIELD_DEFINITION | OBJECT
directive @policy(policies: [[policy__Policy!]!]!) on FIELD_DEFINITION | OBJECT
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }
scalar join__FieldSet
scalar requiresScopes__Scope
scalar policy__Policy
enum join__Graph { A @join__graph(name: "a", url: "http://a") }
type Query @join__type(graph: A) {
  open: String
  engagement: Engagement
  me: String @authenticated
}
type Engagement @join__type(graph: A) {
  id: ID!
  margin: String @requiresScopes(scopes: [["finance:read"], ["lead:read", "margin:read"]])
  cost: Cost
  forecast: String @policy(policies: [["executive_only"]]) @authenticated
}
type Cost @join__type(graph: A) @requiresScopes(scopes: [["cost:read"]]) { amount: String }
"""

GRAPH = read_supergraph(SUPERGRAPH)
SCHEMA = public_schema(GRAPH)


def authoriser(mode: DenialMode = DenialMode.FILTER) -> DirectiveAuthoriser:
    policies = RolePolicies({"executive_only": frozenset({"executive"})})
    return DirectiveAuthoriser(read_requirements(GRAPH), SCHEMA, policies, mode)


def operation(text: str) -> Operation:
    document = parse(text)
    definition = select_operation(document, None)
    measure = check_limits(definition, fragments_of(document), Limits())
    return read_operation(SCHEMA, document, definition, measure)


def caller(*scopes: str, roles: tuple[str, ...] = ()) -> Caller:
    return Caller("u1", scopes=frozenset(scopes), roles=frozenset(roles))


def denied(text: str, who: Caller) -> dict[str, str]:
    """Response path to message of each denial."""
    allowed = authoriser().allow(operation(text), who)
    return {".".join(error["path"]): error["message"] for error in allowed.denials}


def test_an_operation_without_protected_fields_is_left_alone() -> None:
    asked = operation("{ open engagement { id } }")
    assert authoriser().allow(asked, ANONYMOUS).operation is asked


def test_a_denied_field_is_marked_and_explained() -> None:
    allowed = authoriser().allow(operation("{ open who: me }"), ANONYMOUS)
    assert allowed.operation is not None
    assert "who: me @denied" in allowed.operation.text
    (error,) = allowed.denials
    assert error["path"] == ["who"]
    assert error["message"] == (
        "Not authorized to see Query.me: it needs an authenticated caller, and the request proves"
        " none."
    )
    assert error["extensions"]["code"] == "UNAUTHENTICATED"
    assert error["extensions"]["authenticated"] is True


@pytest.mark.parametrize(
    ("scopes", "allowed"),
    [
        ((), False),
        (("finance:read",), True),
        (("lead:read",), False),
        (("margin:read",), False),
        (("lead:read", "margin:read"), True),
    ],
)
def test_scopes_are_a_disjunction_of_conjunctions(scopes: tuple[str, ...], allowed: bool) -> None:
    found = denied("{ engagement { margin } }", caller(*scopes))
    assert (found == {}) is allowed


def test_the_error_names_each_way_in() -> None:
    allowed = authoriser().allow(operation("{ engagement { margin } }"), caller("lead:read"))
    (error,) = allowed.denials
    assert sorted(error["extensions"]["missingScopes"]) == [["finance:read"], ["margin:read"]]
    assert "the caller lacks the scope" in error["message"]


def test_a_protected_type_protects_every_field_that_returns_it() -> None:
    found = denied("{ engagement { id cost { amount } } }", caller())
    assert list(found) == ["engagement.cost"]


@pytest.mark.parametrize(("roles", "allowed"), [((), False), (("executive",), True)])
def test_policies_are_asked_of_the_engine(roles: tuple[str, ...], allowed: bool) -> None:
    assert (denied("{ engagement { forecast } }", caller(roles=roles)) == {}) is allowed


def test_fields_behind_fragments_are_found() -> None:
    text = "{ engagement { ...F ... on Engagement { c: cost { amount } } } } fragment F on Engagement { margin }"
    assert set(denied(text, caller())) == {"engagement.margin", "engagement.c"}


def test_rejecting_refuses_the_whole_operation() -> None:
    with pytest.raises(ClientError) as refused:
        authoriser(DenialMode.REJECT).allow(operation("{ open me }"), ANONYMOUS)
    assert (refused.value.code, refused.value.status) == (Code.UNAUTHENTICATED, 401)
    with pytest.raises(ClientError) as refused:
        authoriser(DenialMode.REJECT).allow(operation("{ engagement { margin } }"), caller())
    assert (refused.value.code, refused.value.status) == (Code.UNAUTHORIZED_FIELD_OR_TYPE, 403)


def test_a_dry_run_only_reports() -> None:
    asked = operation("{ open me }")
    allowed = authoriser(DenialMode.DRY_RUN).allow(asked, ANONYMOUS)
    assert allowed.operation is asked
    assert allowed.denials == ()
    assert [error["path"] for error in allowed.reported] == [["me"]]


def test_callers_who_lack_the_same_share_a_plan_and_others_do_not() -> None:
    judge = authoriser()
    asked = operation("{ engagement { margin cost { amount } } }")
    hashes = {}
    for scopes in itertools.chain.from_iterable(
        itertools.combinations(("finance:read", "cost:read"), size) for size in range(3)
    ):
        allowed = judge.allow(asked, caller(*scopes))
        assert allowed.operation is not None
        hashes[scopes] = allowed.operation.hash
    assert len(set(hashes.values())) == 4
    again = judge.allow(asked, Caller("somebody-else"))
    assert again.operation is not None
    assert again.operation.hash == hashes[()]


def test_a_client_cannot_write_the_mark_itself() -> None:
    with pytest.raises(ClientError):
        validate_document(SCHEMA, parse("{ open @denied }"), ValidationOptions())


def test_what_is_kept_of_pruned_operations_is_bounded_by_its_size() -> None:
    authoriser = DirectiveAuthoriser(
        read_requirements(GRAPH), SCHEMA, RolePolicies({}), DenialMode.FILTER, cached_bytes=40_000
    )
    small = [operation(f"query Q{number} {{ open me }}") for number in range(3)]
    large = operation(
        "{ open me " + " ".join(f"{'a' * 80}{number}: open" for number in range(15)) + " }"
    )

    def pruned(each: Operation) -> Operation | None:
        return authoriser.allow(each, ANONYMOUS).operation

    before = [pruned(each) for each in small]
    assert [pruned(each) for each in small] == before  # operations are equal only to themselves
    for number in range(20):
        pruned(operation(f"query R{number} {{ open me }}"))
    assert all(new is not old for new, old in zip(map(pruned, small), before, strict=True))
    assert pruned(large) is not pruned(large)
