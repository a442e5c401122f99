"""The codes of hints, and what a rule that gives one has to say about it.

Each code has one rule: the module of its name in `gateway/composition/hint_rules`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum, auto


class Level(StrEnum):
    """How urgent a hint is."""

    WARN = "warn"
    INFO = "info"
    DEBUG = "debug"


class HintCode(Enum):
    """Codes of hints; `code.name` is the text that users see."""

    INCONSISTENT_DEFAULT_VALUE_PRESENCE = auto()
    INCONSISTENT_INPUT_OBJECT_FIELD = auto()
    INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM = auto()
    INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE = auto()
    INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE = auto()
    INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS = auto()
    NO_EXECUTABLE_DIRECTIVE_INTERSECTION = auto()
    INCONSISTENT_DESCRIPTION = auto()
    INCONSISTENT_ARGUMENT_PRESENCE = auto()
    FROM_SUBGRAPH_DOES_NOT_EXIST = auto()
    INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS = auto()
    INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN = auto()
    DIRECTIVE_COMPOSITION_WARN = auto()
    UNPLANNABLE_INTERFACE_SELECTION = auto()
    LABELLED_OVERRIDE_IN_FIELD_SET = auto()
    INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE = auto()
    INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE = auto()
    INCONSISTENT_ENTITY = auto()
    OVERRIDDEN_FIELD_CAN_BE_REMOVED = auto()
    OVERRIDE_DIRECTIVE_CAN_BE_REMOVED = auto()
    OVERRIDE_MIGRATION_IN_PROGRESS = auto()
    MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS = auto()
    DIRECTIVE_COMPOSITION_INFO = auto()
    IMPLICITLY_UPGRADED_FEDERATION_VERSION = auto()
    CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS = auto()
    INCONSISTENT_OBJECT_VALUE_TYPE_FIELD = auto()
    INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD = auto()
    INCONSISTENT_UNION_MEMBER = auto()
    INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM = auto()
    UNUSED_ENUM_TYPE = auto()
    INCONSISTENT_TYPE_SYSTEM_DIRECTIVE_REPEATABLE = auto()
    INCONSISTENT_TYPE_SYSTEM_DIRECTIVE_LOCATIONS = auto()
    CONTRACT_TAG_UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class HintRule:
    """A rule that gives a hint: how urgent it is, what it tells, and what may be done about it.

    `about_the_call` tells that it speaks of what composition was asked for, not of the subgraphs.
    """

    code: HintCode
    level: Level
    meaning: str
    mend: str
    about_the_call: bool = False
