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
    directive_in_fields_arg,
    external_collision_with_another_directive,
    external_on_interface,
    external_unused,
    fields_has_args,
    fields_missing_external,
    interface_key_not_on_implementation,
    interface_object_usage_error,
    invalid_fields,
    invalid_fields_type,
    invalid_shareable_usage,
    key_fields_select_invalid_type,
    list_size_applied_to_non_list,
    list_size_invalid_assumed_size,
    list_size_invalid_sized_field,
    list_size_invalid_slicing_argument,
    merged_directive_application_on_external,
    no_context_in_selection,
    provides_on_non_object_field,
    unsupported_feature,
    unsupported_linked_feature,
    unsupported_on_interface,
)
from gateway.composition.subgraph import Subgraph

Rule = Callable[[Subgraph, Ownership], Iterator[CompositionError]]

RULES: Final[tuple[Rule, ...]] = (
    unsupported_linked_feature.check,
    unsupported_feature.check,
    invalid_fields_type.check,
    directive_in_fields_arg.check,
    invalid_fields.check,
    fields_has_args.check,
    key_fields_select_invalid_type.check,
    fields_missing_external.check,
    unsupported_on_interface.check,
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
    return [problem for rule in RULES for problem in rule(subgraph, facts)]
