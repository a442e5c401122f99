"""The rules for a single subgraph, in the order in which they are checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from gateway.composition.diagnostics import CompositionError
from gateway.composition.ownership import Ownership
from gateway.composition.rules import (
    auth_requirements_applied_on_interface,
    context_invalid_selection,
    context_name_invalid,
    context_no_resolvable_key,
    context_not_set,
    cost_applied_to_interface_field,
    external_collision_with_another_directive,
    external_on_interface,
    external_unused,
    interface_key_not_on_implementation,
    interface_object_usage_error,
    invalid_shareable_usage,
    key_directive_in_fields_arg,
    key_fields_has_args,
    key_fields_select_invalid_type,
    key_invalid_fields,
    key_invalid_fields_type,
    key_unsupported_on_interface,
    list_size_applied_to_non_list,
    list_size_invalid_assumed_size,
    list_size_invalid_sized_field,
    list_size_invalid_slicing_argument,
    merged_directive_application_on_external,
    no_context_in_selection,
    provides_directive_in_fields_arg,
    provides_fields_has_args,
    provides_fields_missing_external,
    provides_invalid_fields,
    provides_invalid_fields_type,
    provides_on_non_object_field,
    provides_unsupported_on_interface,
    requires_directive_in_fields_arg,
    requires_fields_missing_external,
    requires_invalid_fields,
    requires_invalid_fields_type,
    requires_unsupported_on_interface,
    unsupported_feature,
    unsupported_linked_feature,
)
from gateway.composition.subgraph import Subgraph

Check = Callable[[Subgraph, Ownership], Iterator[CompositionError]]

_CHECKS: Final[tuple[Check, ...]] = (
    unsupported_linked_feature.check,
    unsupported_feature.check,
    key_invalid_fields_type.check,
    provides_invalid_fields_type.check,
    requires_invalid_fields_type.check,
    key_directive_in_fields_arg.check,
    provides_directive_in_fields_arg.check,
    requires_directive_in_fields_arg.check,
    key_invalid_fields.check,
    provides_invalid_fields.check,
    requires_invalid_fields.check,
    key_fields_has_args.check,
    provides_fields_has_args.check,
    key_fields_select_invalid_type.check,
    provides_fields_missing_external.check,
    requires_fields_missing_external.check,
    key_unsupported_on_interface.check,
    provides_unsupported_on_interface.check,
    requires_unsupported_on_interface.check,
    provides_on_non_object_field.check,
    external_on_interface.check,
    external_unused.check,
    external_collision_with_another_directive.check,
    merged_directive_application_on_external.check,
    invalid_shareable_usage.check,
    interface_object_usage_error.check,
    interface_key_not_on_implementation.check,
    context_name_invalid.check,
    no_context_in_selection.check,
    context_not_set.check,
    context_invalid_selection.check,
    context_no_resolvable_key.check,
    cost_applied_to_interface_field.check,
    list_size_applied_to_non_list.check,
    list_size_invalid_assumed_size.check,
    list_size_invalid_slicing_argument.check,
    list_size_invalid_sized_field.check,
    auth_requirements_applied_on_interface.check,
)


def validate(subgraph: Subgraph, facts: Ownership) -> list[CompositionError]:
    """Everything that is wrong with a subgraph by itself."""
    return [problem for check in _CHECKS for problem in check(subgraph, facts)]
