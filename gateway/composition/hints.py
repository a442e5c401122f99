"""Every hint code, registered once with its level and what it tells."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum


class Level(StrEnum):
    """How urgent a hint is."""

    WARN = "warn"
    INFO = "info"
    DEBUG = "debug"


@dataclass(frozen=True, slots=True)
class Entry:
    """The level of a hint and what it tells."""

    level: Level
    meaning: str


def _warn(meaning: str) -> Entry:
    return Entry(Level.WARN, meaning)


def _info(meaning: str) -> Entry:
    return Entry(Level.INFO, meaning)


def _debug(meaning: str) -> Entry:
    return Entry(Level.DEBUG, meaning)


class HintCode(Enum):
    """Codes of hints; `code.name` is the text that users see."""

    INCONSISTENT_DEFAULT_VALUE_PRESENCE = _warn("A default is given in some subgraphs only.")
    INCONSISTENT_INPUT_OBJECT_FIELD = _warn("An input field is missing somewhere, so dropped.")
    INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM = _warn(
        "A value of an input enum is missing somewhere, so dropped."
    )
    INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE = _warn(
        "An executable directive is missing somewhere, so dropped."
    )
    INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE = _warn(
        "An executable directive is repeatable in some subgraphs only."
    )
    INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS = _warn(
        "An executable directive has different locations."
    )
    NO_EXECUTABLE_DIRECTIVE_INTERSECTION = _warn(
        "An executable directive has no location that all subgraphs allow, so it is dropped."
    )
    INCONSISTENT_DESCRIPTION = _warn("An element is described differently.")
    INCONSISTENT_ARGUMENT_PRESENCE = _warn(
        "An optional argument is missing somewhere, so it is dropped."
    )
    FROM_SUBGRAPH_DOES_NOT_EXIST = _warn("An override names a subgraph that does not exist.")
    INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS = _warn(
        "A directive is applied with different arguments; the most frequent ones are kept."
    )
    INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN = _warn(
        "A shared field can return other object types in other subgraphs."
    )
    DIRECTIVE_COMPOSITION_WARN = _warn("A composed directive may not do what was meant.")
    UNPLANNABLE_INTERFACE_SELECTION = _warn(
        "Some selections on an interface pass composition, but cannot be planned."
    )
    INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE = _info("A field has different but fitting types.")
    INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE = _info(
        "An argument has different but fitting types."
    )
    INCONSISTENT_ENTITY = _info("A type is an entity in some subgraphs only.")
    OVERRIDDEN_FIELD_CAN_BE_REMOVED = _info("An overridden field is no longer needed.")
    OVERRIDE_DIRECTIVE_CAN_BE_REMOVED = _info("An override has nothing left to override.")
    OVERRIDE_MIGRATION_IN_PROGRESS = _info("A field is moving to another subgraph by label.")
    MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS = _info(
        "The different arguments of a directive were merged."
    )
    DIRECTIVE_COMPOSITION_INFO = _info("A directive composes less than it could.")
    IMPLICITLY_UPGRADED_FEDERATION_VERSION = _info(
        "A subgraph was read at a later federation version than it links."
    )
    CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS = _info(
        "An argument is contextual in some subgraphs only."
    )
    INCONSISTENT_OBJECT_VALUE_TYPE_FIELD = _debug("A field of a value type is missing somewhere.")
    INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD = _debug(
        "A field of an interface is missing somewhere."
    )
    INCONSISTENT_UNION_MEMBER = _debug("A member of a union is missing somewhere.")
    INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM = _debug(
        "A value of an output enum is missing somewhere."
    )
    UNUSED_ENUM_TYPE = _debug("An enum is used nowhere.")
    INCONSISTENT_TYPE_SYSTEM_DIRECTIVE_REPEATABLE = _debug(
        "A type system directive is repeatable in some subgraphs only."
    )
    INCONSISTENT_TYPE_SYSTEM_DIRECTIVE_LOCATIONS = _debug(
        "A type system directive has different locations."
    )
