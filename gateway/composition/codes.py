"""The codes of composition errors, and what a rule that raises one has to say about it.

The codes are those of the Federation tool chain, so that existing dashboards and habits keep
working. Each code has one rule: the module of its name in `gateway/composition/rules`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Code(Enum):
    """Codes of composition errors. `code.name` is the text that users see."""

    # The documents as such
    INVALID_GRAPHQL = auto()
    DIRECTIVE_DEFINITION_INVALID = auto()
    TYPE_DEFINITION_INVALID = auto()
    INVALID_SUBGRAPH_NAME = auto()
    ROOT_QUERY_USED = auto()
    ROOT_MUTATION_USED = auto()
    ROOT_SUBSCRIPTION_USED = auto()
    # Links
    UNKNOWN_FEDERATION_LINK_VERSION = auto()
    UNKNOWN_LINK_VERSION = auto()
    UNSUPPORTED_LINKED_FEATURE = auto()
    UNSUPPORTED_FEATURE = auto()
    INVALID_LINK_DIRECTIVE_USAGE = auto()
    INVALID_LINK_IDENTIFIER = auto()
    LINK_IMPORT_NAME_MISMATCH = auto()
    # Field sets
    KEY_INVALID_FIELDS_TYPE = auto()
    PROVIDES_INVALID_FIELDS_TYPE = auto()
    REQUIRES_INVALID_FIELDS_TYPE = auto()
    KEY_INVALID_FIELDS = auto()
    PROVIDES_INVALID_FIELDS = auto()
    REQUIRES_INVALID_FIELDS = auto()
    KEY_DIRECTIVE_IN_FIELDS_ARG = auto()
    PROVIDES_DIRECTIVE_IN_FIELDS_ARG = auto()
    REQUIRES_DIRECTIVE_IN_FIELDS_ARG = auto()
    KEY_FIELDS_HAS_ARGS = auto()
    PROVIDES_FIELDS_HAS_ARGS = auto()
    KEY_FIELDS_SELECT_INVALID_TYPE = auto()
    PROVIDES_FIELDS_MISSING_EXTERNAL = auto()
    REQUIRES_FIELDS_MISSING_EXTERNAL = auto()
    KEY_UNSUPPORTED_ON_INTERFACE = auto()
    PROVIDES_UNSUPPORTED_ON_INTERFACE = auto()
    REQUIRES_UNSUPPORTED_ON_INTERFACE = auto()
    PROVIDES_ON_NON_OBJECT_FIELD = auto()
    # External
    EXTERNAL_UNUSED = auto()
    TYPE_WITH_ONLY_UNUSED_EXTERNAL = auto()
    EXTERNAL_ON_INTERFACE = auto()
    EXTERNAL_MISSING_ON_BASE = auto()
    EXTERNAL_TYPE_MISMATCH = auto()
    EXTERNAL_ARGUMENT_MISSING = auto()
    EXTERNAL_ARGUMENT_TYPE_MISMATCH = auto()
    EXTERNAL_ARGUMENT_DEFAULT_MISMATCH = auto()
    EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE = auto()
    MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL = auto()
    EXTENSION_WITH_NO_BASE = auto()
    # Sharing and override
    INVALID_SHAREABLE_USAGE = auto()
    INVALID_FIELD_SHARING = auto()
    SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES = auto()
    OVERRIDE_FROM_SELF_ERROR = auto()
    OVERRIDE_SOURCE_HAS_OVERRIDE = auto()
    OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE = auto()
    OVERRIDE_ON_INTERFACE = auto()
    OVERRIDE_LABEL_INVALID = auto()
    # Merging
    TYPE_KIND_MISMATCH = auto()
    FIELD_TYPE_MISMATCH = auto()
    FIELD_ARGUMENT_TYPE_MISMATCH = auto()
    INPUT_FIELD_DEFAULT_MISMATCH = auto()
    FIELD_ARGUMENT_DEFAULT_MISMATCH = auto()
    REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH = auto()
    REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH = auto()
    EMPTY_MERGED_INPUT_TYPE = auto()
    EMPTY_MERGED_ENUM_TYPE = auto()
    ENUM_VALUE_MISMATCH = auto()
    INTERFACE_FIELD_NO_IMPLEM = auto()
    NO_QUERIES = auto()
    # Interface objects
    INTERFACE_OBJECT_USAGE_ERROR = auto()
    INTERFACE_KEY_NOT_ON_IMPLEMENTATION = auto()
    INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE = auto()
    # Composed directives
    DIRECTIVE_COMPOSITION_ERROR = auto()
    # Accessibility
    REFERENCED_INACCESSIBLE = auto()
    REQUIRED_INACCESSIBLE = auto()
    IMPLEMENTED_BY_INACCESSIBLE = auto()
    ONLY_INACCESSIBLE_CHILDREN = auto()
    DEFAULT_VALUE_USES_INACCESSIBLE = auto()
    QUERY_ROOT_TYPE_INACCESSIBLE = auto()
    DISALLOWED_INACCESSIBLE = auto()
    # Contexts
    CONTEXT_NAME_INVALID = auto()
    CONTEXT_NOT_SET = auto()
    NO_CONTEXT_IN_SELECTION = auto()
    CONTEXT_INVALID_SELECTION = auto()
    CONTEXT_NO_RESOLVABLE_KEY = auto()
    CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS = auto()
    # Cost
    COST_APPLIED_TO_INTERFACE_FIELD = auto()
    LIST_SIZE_APPLIED_TO_NON_LIST = auto()
    LIST_SIZE_INVALID_ASSUMED_SIZE = auto()
    LIST_SIZE_INVALID_SLICING_ARGUMENT = auto()
    LIST_SIZE_INVALID_SIZED_FIELD = auto()
    # Authorisation
    AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE = auto()
    MISSING_TRANSITIVE_AUTH_REQUIREMENTS = auto()
    # Whole graph
    SATISFIABILITY_ERROR = auto()
    MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED = auto()
    # Contracts
    CONTRACT_EMPTY = auto()


class Standing(Enum):
    """What may take an error of merging away: whether it stands while subgraphs are left out."""

    OPEN = auto()
    """A further subgraph may, by whatever it declares."""
    UNLESS_DECLARED = auto()
    """A further subgraph may, but only one that declares the same element."""
    SETTLED = auto()
    """No further subgraph may: those at hand contradict each other, or one of them itself."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of composition, as told to whoever breaks it.

    `meaning` says what is wrong, `why` what it is wrong for, and `mend` what to do about it; each
    is one sentence or a few. `keeps_resolution` tells that the merged schema, although the rule is
    broken, says correctly who resolves which field, so that queries can be proved on it.
    """

    code: Code
    meaning: str
    why: str
    mend: str
    standing: Standing = Standing.OPEN
    keeps_resolution: bool = False
