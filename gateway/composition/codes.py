"""Every composition error code, registered once with what it means and how to mend it.

The codes are those of the Federation tool chain, so that existing dashboards and habits keep
working. `schema/error_codes.md` is generated from this register (`render_markdown`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Entry:
    """What a code means, and what its reader should do about it."""

    meaning: str
    mend: str


class Code(Enum):
    """Codes of composition errors. `code.name` is the text that users see."""

    # The documents as such
    INVALID_GRAPHQL = Entry(
        "A subgraph's schema is not valid GraphQL.",
        "Correct the schema at the place shown; any GraphQL tool will confirm the mend.",
    )
    DIRECTIVE_DEFINITION_INVALID = Entry(
        "A subgraph defines a directive of a specification differently from the specification.",
        "Delete the local definition; the linked specification provides it.",
    )
    TYPE_DEFINITION_INVALID = Entry(
        "A subgraph defines a type of a specification differently from the specification.",
        "Delete the local definition; the linked specification provides it.",
    )
    INVALID_SUBGRAPH_NAME = Entry(
        "A subgraph has a name that is reserved, or two subgraphs share one.",
        "Give every subgraph a name of its own other than `_`.",
    )
    ROOT_QUERY_USED = Entry(
        "A type that is not the query root is called `Query`.",
        "Rename the type, or make it the query root.",
    )
    ROOT_MUTATION_USED = Entry(
        "A type that is not the mutation root is called `Mutation`.",
        "Rename the type, or make it the mutation root.",
    )
    ROOT_SUBSCRIPTION_USED = Entry(
        "A type that is not the subscription root is called `Subscription`.",
        "Rename the type, or make it the subscription root.",
    )
    # Links
    UNKNOWN_FEDERATION_LINK_VERSION = Entry(
        "A subgraph links a version of the federation specification that is not known.",
        "Link a released version, for example https://specs.apollo.dev/federation/v2.9.",
    )
    UNKNOWN_LINK_VERSION = Entry(
        "A subgraph links a version of the link specification that is not known.",
        "Link https://specs.apollo.dev/link/v1.0, or leave that link out.",
    )
    UNSUPPORTED_LINKED_FEATURE = Entry(
        "A link uses an option that its specification does not have.",
        "Link by https://specs.apollo.dev/link/v1.0, or leave the option out.",
    )
    UNSUPPORTED_FEATURE = Entry(
        "A schema is itself a supergraph, which cannot be a subgraph of another one.",
        "Compose the subgraphs that it was made of.",
    )
    INVALID_LINK_DIRECTIVE_USAGE = Entry(
        "A `@link` is malformed, imports what the feature lacks, or clashes with another name.",
        "Correct the arguments of the `@link` shown.",
    )
    INVALID_LINK_IDENTIFIER = Entry(
        "The URL of a `@link` does not name a feature and a version.",
        "Write the URL as https://host/path/name/vMAJOR.MINOR.",
    )
    LINK_IMPORT_NAME_MISMATCH = Entry(
        "Subgraphs import one directive of a specification under different names.",
        "Import the directive under the same name everywhere.",
    )
    # Field sets
    KEY_INVALID_FIELDS_TYPE = Entry(
        "The `fields` argument of `@key` is not a string.",
        'Write the selection as a string, for example `@key(fields: "id")`.',
    )
    PROVIDES_INVALID_FIELDS_TYPE = Entry(
        "The `fields` argument of `@provides` is not a string.",
        'Write the selection as a string, for example `@provides(fields: "name")`.',
    )
    REQUIRES_INVALID_FIELDS_TYPE = Entry(
        "The `fields` argument of `@requires` is not a string.",
        'Write the selection as a string, for example `@requires(fields: "weight")`.',
    )
    KEY_INVALID_FIELDS = Entry(
        "The selection of a `@key` does not parse, or selects something that does not exist.",
        "Select existing fields, with a sub-selection exactly where a field has a composite type.",
    )
    PROVIDES_INVALID_FIELDS = Entry(
        "The selection of a `@provides` does not parse, or selects something that does not exist.",
        "Select existing fields of the type that the field returns.",
    )
    REQUIRES_INVALID_FIELDS = Entry(
        "The selection of a `@requires` does not parse, or selects something that does not exist.",
        "Declare the required fields in this subgraph, marked `@external`, and select those.",
    )
    KEY_DIRECTIVE_IN_FIELDS_ARG = Entry(
        "A directive is applied inside the selection of a `@key`.",
        "Remove the directive from the selection.",
    )
    PROVIDES_DIRECTIVE_IN_FIELDS_ARG = Entry(
        "A directive is applied inside the selection of a `@provides`.",
        "Remove the directive from the selection.",
    )
    REQUIRES_DIRECTIVE_IN_FIELDS_ARG = Entry(
        "A directive is applied inside the selection of a `@requires`.",
        "Remove the directive from the selection.",
    )
    KEY_FIELDS_HAS_ARGS = Entry(
        "A `@key` selects a field that takes arguments.",
        "Use a field without arguments as key: a key has to mean the same everywhere.",
    )
    PROVIDES_FIELDS_HAS_ARGS = Entry(
        "A `@provides` selects a field that takes arguments.",
        "Provide fields without arguments only.",
    )
    KEY_FIELDS_SELECT_INVALID_TYPE = Entry(
        "A `@key` selects a field whose type is an interface or a union.",
        "Use fields of scalar, enum or object type as keys.",
    )
    PROVIDES_FIELDS_MISSING_EXTERNAL = Entry(
        "A `@provides` selects a field that this subgraph can always resolve.",
        "Mark the field `@external`, or remove it from the selection.",
    )
    REQUIRES_FIELDS_MISSING_EXTERNAL = Entry(
        "A `@requires` selects a field that this subgraph resolves itself.",
        "Mark the field `@external`, or remove it from the selection.",
    )
    KEY_UNSUPPORTED_ON_INTERFACE = Entry(
        "`@key` on an interface needs federation 2.3.",
        "Link federation v2.3 or later, or put the key on the implementations.",
    )
    PROVIDES_UNSUPPORTED_ON_INTERFACE = Entry(
        "`@provides` is applied to a field of an interface.",
        "Apply it to the fields of the implementations.",
    )
    REQUIRES_UNSUPPORTED_ON_INTERFACE = Entry(
        "`@requires` is applied to a field of an interface.",
        "Apply it to the fields of the implementations.",
    )
    PROVIDES_ON_NON_OBJECT_FIELD = Entry(
        "`@provides` is applied to a field whose type has no fields.",
        "Remove the `@provides`.",
    )
    # External
    EXTERNAL_UNUSED = Entry(
        "A field is marked `@external`, but nothing in the subgraph refers to it.",
        "Remove the field, or the `@external`, or use it in a key, requires or provides.",
    )
    TYPE_WITH_ONLY_UNUSED_EXTERNAL = Entry(
        "All fields of a type are `@external` and unused.",
        "Remove the type, or use its fields.",
    )
    EXTERNAL_ON_INTERFACE = Entry(
        "`@external` is applied to a field of an interface.",
        "Apply it to the fields of the implementations.",
    )
    EXTERNAL_MISSING_ON_BASE = Entry(
        "A field is `@external` in every subgraph that has it.",
        "Let one subgraph resolve the field.",
    )
    EXTERNAL_TYPE_MISMATCH = Entry(
        "An `@external` field has another type than where it is resolved.",
        "Declare the field with the type that the resolving subgraph gives it.",
    )
    EXTERNAL_ARGUMENT_MISSING = Entry(
        "An `@external` field lacks an argument that it has where it is resolved.",
        "Declare the argument.",
    )
    EXTERNAL_ARGUMENT_TYPE_MISMATCH = Entry(
        "An argument of an `@external` field has another type than where it is resolved.",
        "Declare the argument with the same type.",
    )
    EXTERNAL_ARGUMENT_DEFAULT_MISMATCH = Entry(
        "An argument of an `@external` field has another default than where it is resolved.",
        "Declare the argument with the same default.",
    )
    EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE = Entry(
        "An `@external` field carries a directive that only makes sense where it is resolved.",
        "Remove one of the two directives.",
    )
    MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL = Entry(
        "A directive that is merged into the supergraph is applied to an `@external` field.",
        "Apply the directive where the field is resolved.",
    )
    EXTENSION_WITH_NO_BASE = Entry(
        "A type is extended, but no subgraph defines it.",
        "Define the type in one subgraph, or drop the `extend`.",
    )
    # Sharing and override
    INVALID_SHAREABLE_USAGE = Entry(
        "`@shareable` is applied where it has no meaning.",
        "Remove the `@shareable`.",
    )
    INVALID_FIELD_SHARING = Entry(
        "Several subgraphs resolve a field, and not all of them agree to share it.",
        "Mark the field `@shareable` in all of them, or let one of them own it.",
    )
    SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES = Entry(
        "A shared field can return different object types in different subgraphs.",
        "Let the subgraphs have at least one possible object type in common.",
    )
    OVERRIDE_FROM_SELF_ERROR = Entry(
        "An `@override` names the subgraph that it stands in.",
        "Name the subgraph that the field comes from.",
    )
    OVERRIDE_SOURCE_HAS_OVERRIDE = Entry(
        "A field is overridden from a subgraph that itself overrides the field.",
        "Keep a single `@override` for each field.",
    )
    OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE = Entry(
        "`@override` is combined with a directive that says the field comes from elsewhere.",
        "Remove one of the two directives.",
    )
    OVERRIDE_ON_INTERFACE = Entry(
        "`@override` is applied to a field of an interface or an interface object.",
        "Apply it to the fields of the implementations.",
    )
    OVERRIDE_LABEL_INVALID = Entry(
        "The label of an `@override` is malformed.",
        "Write `percent(x)` with x from 0 to 100, or a word of letters, digits and `_-:./`.",
    )
    # Merging
    TYPE_KIND_MISMATCH = Entry(
        "A type is of different kinds in different subgraphs.",
        "Give it the same kind everywhere, or rename one of them.",
    )
    FIELD_TYPE_MISMATCH = Entry(
        "A field has types that do not fit together in different subgraphs.",
        "Give the field types of which one includes the others.",
    )
    FIELD_ARGUMENT_TYPE_MISMATCH = Entry(
        "An argument has types that do not fit together in different subgraphs.",
        "Give the argument types of which one includes the others.",
    )
    INPUT_FIELD_DEFAULT_MISMATCH = Entry(
        "An input field has different defaults in different subgraphs.",
        "Use the same default everywhere.",
    )
    FIELD_ARGUMENT_DEFAULT_MISMATCH = Entry(
        "An argument has different defaults in different subgraphs.",
        "Use the same default everywhere.",
    )
    REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH = Entry(
        "An argument is required in one subgraph and unknown to another.",
        "Add the argument everywhere, or make it optional.",
    )
    REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH = Entry(
        "An input field is required in one subgraph and unknown to another.",
        "Add the field everywhere, or make it optional.",
    )
    EMPTY_MERGED_INPUT_TYPE = Entry(
        "No field of an input type is common to all subgraphs that have it.",
        "Let the subgraphs share at least one field.",
    )
    EMPTY_MERGED_ENUM_TYPE = Entry(
        "No value of an enum used as input is common to all subgraphs that have it.",
        "Let the subgraphs share at least one value.",
    )
    ENUM_VALUE_MISMATCH = Entry(
        "An enum is used both as input and as output, and its values differ.",
        "Add the value everywhere, or mark it `@inaccessible` until it is.",
    )
    INTERFACE_FIELD_NO_IMPLEM = Entry(
        "After merging, a type lacks a field of an interface that it implements.",
        "Add the field to the type in some subgraph.",
    )
    NO_QUERIES = Entry(
        "No subgraph has a query.",
        "Define at least one field of `Query`.",
    )
    # Interface objects
    INTERFACE_OBJECT_USAGE_ERROR = Entry(
        "`@interfaceObject` is used against its rules.",
        "Give it a key of the interface, which another subgraph defines with its implementations.",
    )
    INTERFACE_KEY_NOT_ON_IMPLEMENTATION = Entry(
        "A key of an interface is missing on one of its implementations.",
        "Add the same `@key` to the implementation.",
    )
    INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE = Entry(
        "A subgraph has a key on an interface without knowing all of its implementations.",
        "Define the missing implementation in that subgraph, or drop the interface's key.",
    )
    # Composed directives
    DIRECTIVE_COMPOSITION_ERROR = Entry(
        "A `@composeDirective` cannot be followed.",
        "Name a directive, with its @, that is imported by a `@link` of this subgraph.",
    )
    # Accessibility
    REFERENCED_INACCESSIBLE = Entry(
        "A visible element refers to an `@inaccessible` type.",
        "Hide the referring element as well, or show the type.",
    )
    REQUIRED_INACCESSIBLE = Entry(
        "A required argument or input field is `@inaccessible`, so nobody could give it.",
        "Give it a default, or make it optional, or show it.",
    )
    IMPLEMENTED_BY_INACCESSIBLE = Entry(
        "An `@inaccessible` element is demanded by a visible interface.",
        "Hide the element of the interface as well, or show this one.",
    )
    ONLY_INACCESSIBLE_CHILDREN = Entry(
        "A visible type has only `@inaccessible` members.",
        "Hide the type as well, or show a member.",
    )
    DEFAULT_VALUE_USES_INACCESSIBLE = Entry(
        "The default of a visible element uses something `@inaccessible`.",
        "Change the default, or show what it uses.",
    )
    QUERY_ROOT_TYPE_INACCESSIBLE = Entry(
        "The query root is `@inaccessible`.",
        "Hide single fields of it instead.",
    )
    DISALLOWED_INACCESSIBLE = Entry(
        "`@inaccessible` is applied to something built in.",
        "Remove the `@inaccessible`.",
    )
    # Contexts
    CONTEXT_NAME_INVALID = Entry(
        "The name of a context is malformed.",
        "Use letters and digits only, beginning with a letter.",
    )
    CONTEXT_NOT_SET = Entry(
        "A `@fromContext` names a context that nothing in its subgraph sets.",
        "Put `@context` with that name on a type above the field.",
    )
    NO_CONTEXT_IN_SELECTION = Entry(
        "A `@fromContext` names no context.",
        'Write it as `@fromContext(field: "$name { selection }")`.',
    )
    CONTEXT_INVALID_SELECTION = Entry(
        "The selection of a `@fromContext` does not give one value of the argument's type.",
        "Select exactly one field from each type that sets the context.",
    )
    CONTEXT_NO_RESOLVABLE_KEY = Entry(
        "A type with a `@fromContext` argument has no resolvable key.",
        "Add a `@key` to the type.",
    )
    CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS = Entry(
        "An argument comes from a context in one subgraph and is required in another.",
        "Take it from a context everywhere, or make it optional where it is not.",
    )
    # Cost
    COST_APPLIED_TO_INTERFACE_FIELD = Entry(
        "`@cost` is applied to a field of an interface.",
        "Apply it to the fields of the implementations.",
    )
    LIST_SIZE_APPLIED_TO_NON_LIST = Entry(
        "`@listSize` is applied to a field that is no list.",
        "Remove it, or name the lists below the field in `sizedFields`.",
    )
    LIST_SIZE_INVALID_ASSUMED_SIZE = Entry(
        "The `assumedSize` of a `@listSize` is negative.",
        "Use zero or more.",
    )
    LIST_SIZE_INVALID_SLICING_ARGUMENT = Entry(
        "A slicing argument of a `@listSize` is missing, or is no integer.",
        "Name arguments of the field that are of type Int.",
    )
    LIST_SIZE_INVALID_SIZED_FIELD = Entry(
        "A sized field of a `@listSize` is missing, or is no list.",
        "Name fields of the returned type that are lists.",
    )
    # Authorisation
    AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE = Entry(
        "An authorisation requirement is applied to an interface or an interface object.",
        "Apply it to the implementations; the interface inherits it.",
    )
    MISSING_TRANSITIVE_AUTH_REQUIREMENTS = Entry(
        "A field uses data under `@requires` or `@fromContext` whose requirements it lacks.",
        "State at least the requirements of the data that the field uses.",
    )
    # Whole graph
    SATISFIABILITY_ERROR = Entry(
        "A query that the API allows could not be answered by any way through the subgraphs.",
        "Add a key, share the field, or move it, as the reasons shown suggest.",
    )
    MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED = Entry(
        "The search for unanswerable queries was given up at its limit.",
        "Raise the limit, or make it simpler to reach the types named.",
    )
    # Contracts
    CONTRACT_EMPTY = Entry(
        "The tags of a contract leave no query.",
        "Include a tag that a field of `Query` carries, or exclude less.",
    )


def render_markdown() -> str:
    """Return the register as a Markdown document, for `schema/error_codes.md`."""
    lines = [
        "# Composition error codes",
        "",
        "Generated from `gateway/composition/codes.py`; `c2c compose` prints these codes.",
        "",
        "| Code | Meaning | How to mend it |",
        "|---|---|---|",
    ]
    lines += [
        f"| `{code.name}` | {code.value.meaning} | {code.value.mend} |" for code in sorted_codes()
    ]
    return "\n".join(lines) + "\n"


def sorted_codes() -> list[Code]:
    """Every code, in alphabetical order."""
    return sorted(Code, key=lambda code: code.name)
