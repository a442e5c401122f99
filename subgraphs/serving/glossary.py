"""What the words mean that the whole graph shares, filled in where nothing more precise is said.

A field, argument, input or enum value is described where it is declared if its meaning is its
own. Words that mean the same wherever they occur (`id`, `region`, `first`) are described here,
once: two subgraphs that share a type then cannot tell it differently.
"""

from __future__ import annotations

from collections.abc import Mapping

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
)

TYPES: Mapping[str, str] = {
    "Query": "What can be read. All of it needs a signed-in caller.",
    "Mutation": "What can be done. A refusal is an error with a code, at the mutation's path.",
}
FIELDS: Mapping[str, str] = {
    "actualHours": "Hours booked so far, rejected ones left out.",
    "approvedBy": "Who approved it; null until somebody has.",
    "billable": "Whether the customer is charged for it.",
    "contract": "The contract that it belongs to.",
    "country": "ISO 3166 code of the country.",
    "currency": "ISO 4217 code.",
    "customer": "The customer that it belongs to.",
    "cursor": "Where the item stands: pass it as `after` to continue behind it.",
    "edges": "The items of the page, each with its cursor.",
    "endCursor": "The last item's cursor: pass it as `after` for the next page. Null for no item.",
    "endDate": "The last day, included.",
    "engagement": "The engagement that it belongs to.",
    "hasNextPage": "Whether items follow behind the page.",
    "hasPreviousPage": "Whether the page was asked for with `after`.",
    "id": "Opaque and stable; the same in every subgraph.",
    "legalEntity": "The company of the firm that it belongs to.",
    "name": "Its name, as people know it.",
    "node": "The item.",
    "number": "Its number, as documents print it.",
    "pageInfo": "Whether there is more, and where to continue.",
    "paymentTermsDays": "Days from an invoice's issue until it is due.",
    "plannedHours": "Hours planned.",
    "region": "EMEA, AMER or APAC.",
    "resource": "The person; null where the caller may not see them.",
    "role": "The role, as rate cards name it.",
    "source": "The system that owns the record, with its id, version and times there.",
    "startCursor": "The first item's cursor; null for no item.",
    "startDate": "The first day.",
    "state": "Where it stands in its life.",
    "title": "What it is about, in a few words.",
}
ARGUMENTS: Mapping[str, str] = {
    "after": "The cursor behind which to continue; from the beginning without one.",
    "end": "The last day, included.",
    "filter": "What to narrow the list to; the caller's scope narrows it in any case.",
    "first": "How many items at most, 1 to 100.",
    "id": "The object's id.",
    "includeRemoved": "Whether milestones that an amendment removed are listed too.",
    "input": "What is asked for.",
    "on": "The day on which the rates apply.",
    "orderBy": "The order of the list; by id without one.",
    "quote": "ISO 4217 code of the currency to convert into.",
    "start": "The first day.",
    "states": "Only those in one of these states; all of them without.",
}
INPUTS: Mapping[str, str] = {
    "active": "Only those in use, or only those that are not.",
    "amendmentId": "The amendment.",
    "baseVersion": "The contract's version that the caller has seen. Another one is refused with "
    "`STALE_VERSION` and the current one.",
    "billable": "Only what the customer is charged for, or only what they are not.",
    "closesFrom": "Expected to be decided on this day or later.",
    "closesTo": "Expected to be decided on this day or earlier.",
    "comment": "Kept with the approval.",
    "commitments": "Of one of these commitments.",
    "contractId": "The contract.",
    "contractIds": "Of one of these contracts.",
    "contractVersion": "The contract's version that the caller has seen. Another one is refused "
    "with `STALE_VERSION` and the current one.",
    "creditStatuses": "Of one of these credit statuses.",
    "currencies": "In one of these currencies (ISO 4217 codes).",
    "customerIds": "Of one of these customers.",
    "direction": "Upwards or downwards.",
    "dueBefore": "Due before this day.",
    "endsFrom": "Ending on this day or later.",
    "endsTo": "Ending on this day or earlier.",
    "engagementTypes": "Charged in one of these ways.",
    "field": "What to order by.",
    "idempotencyKey": "Chosen by the client, 1 to 128 characters: the same key returns the same "
    "run, however often it is sent.",
    "issuedFrom": "Issued on this day or later.",
    "issuedTo": "Issued on this day or earlier.",
    "kinds": "Of one of these kinds.",
    "lead": "Led by this person (the subject of their token).",
    "legalEntities": "Of one of these legal entities (their ids).",
    "nameContains": "With this text in the name.",
    "overlapsFrom": "Ending on this day or later.",
    "overlapsTo": "Starting on this day or earlier.",
    "parentId": "Directly below this customer.",
    "reason": "Why; kept in the audit trail.",
    "regions": "Of one of these regions (EMEA, AMER, APAC).",
    "resourceIds": "Of one of these people.",
    "roles": "In one of these roles.",
    "runId": "The run.",
    "skillIds": "With one of these skills.",
    "stages": "In one of these stages.",
    "states": "In one of these states.",
    "statuses": "Of one of these statuses.",
    "titleContains": "With this text in the title.",
    "ultimateParentId": "With this customer at the top of the hierarchy.",
    "workedFrom": "Worked on this day or later.",
    "workedTo": "Worked on this day or earlier.",
}
_SUFFIXES: tuple[tuple[str, str], ...] = (
    ("Filter", "Narrows a list: what is given must hold, what is left out does not narrow."),
    ("Order", "The order of a list; ties are ordered by id."),
    ("OrderField", "What a list can be ordered by."),
    ("Input", "What the operation of this name needs to know."),
)


def complete(schema: GraphQLSchema) -> None:
    """Describe what has no description of its own and a word of the glossary for a name."""
    for declared in schema.type_map.values():
        if declared.name.startswith("__"):
            continue
        _complete_type(declared)
        match declared:
            case GraphQLObjectType() | GraphQLInterfaceType():
                for name, field in declared.fields.items():
                    field.description = field.description or FIELDS.get(name)
                    for key, argument in field.args.items():
                        argument.description = argument.description or ARGUMENTS.get(key)
            case GraphQLInputObjectType():
                for name, value in declared.fields.items():
                    value.description = value.description or INPUTS.get(name)
            case GraphQLEnumType() if declared.name.endswith("OrderField"):
                for name, value in declared.values.items():
                    words = name.lower().replace("_", " ")
                    value.description = value.description or f"By {words}."


def _complete_type(declared: GraphQLNamedType) -> None:
    text = TYPES.get(declared.name)
    for suffix, meaning in _SUFFIXES:
        if declared.name.endswith(suffix):
            text = meaning
    declared.description = declared.description or text
