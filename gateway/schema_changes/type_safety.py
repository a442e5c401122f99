"""When may the type of a field or an input value change without breaking anybody?"""

from __future__ import annotations

from graphql import (
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLType,
    is_abstract_type,
    is_interface_type,
    is_named_type,
    is_object_type,
)


def is_safe_for_output(old: GraphQLType, new: GraphQLType, schema: GraphQLSchema) -> bool:
    """Readers stay content when the new type promises at least what the old one did.

    `schema` is the new schema: an object may replace an interface or union it belongs to there.
    """
    if isinstance(new, GraphQLNonNull):
        inner = old.of_type if isinstance(old, GraphQLNonNull) else old
        return is_safe_for_output(inner, new.of_type, schema)
    if isinstance(old, GraphQLNonNull):
        return False
    if isinstance(old, GraphQLList):
        return isinstance(new, GraphQLList) and is_safe_for_output(old.of_type, new.of_type, schema)
    if not (is_named_type(old) and is_named_type(new)):
        return False
    return str(old) == str(new) or _narrows(str(old), str(new), schema)


def is_safe_for_input(old: GraphQLType, new: GraphQLType) -> bool:
    """Writers stay content when the new type accepts all that the old one did."""
    if isinstance(old, GraphQLNonNull):
        inner = new.of_type if isinstance(new, GraphQLNonNull) else new
        return is_safe_for_input(old.of_type, inner)
    if isinstance(new, GraphQLNonNull):
        return False
    if isinstance(old, GraphQLList):
        return isinstance(new, GraphQLList) and is_safe_for_input(old.of_type, new.of_type)
    return is_named_type(old) and is_named_type(new) and str(old) == str(new)


def _narrows(old: str, new: str, schema: GraphQLSchema) -> bool:
    abstract, concrete = schema.type_map.get(old), schema.type_map.get(new)
    return (
        is_abstract_type(abstract)
        and (is_object_type(concrete) or is_interface_type(concrete))
        and schema.is_sub_type(abstract, concrete)
    )
