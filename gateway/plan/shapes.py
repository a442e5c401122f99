"""Types of fields as plans carry them, and whether two may stand under one key."""

from __future__ import annotations

from gateway.plan.nodes import TypeKind, TypeShape
from gateway.plan.schema import PlannerSchema
from gateway.supergraph.model import Kind, TypeReference

_KINDS = {
    Kind.SCALAR: TypeKind.SCALAR,
    Kind.ENUM: TypeKind.ENUM,
    Kind.OBJECT: TypeKind.OBJECT,
    Kind.INTERFACE: TypeKind.ABSTRACT,
    Kind.UNION: TypeKind.ABSTRACT,
}
TYPENAME = TypeShape("String", TypeKind.SCALAR, (False,))
INTROSPECTED = {
    "__schema": TypeShape("__Schema", TypeKind.OBJECT, (False,)),
    "__type": TypeShape("__Type", TypeKind.OBJECT, (True,)),
}


def shape_of(schema: PlannerSchema, reference: TypeReference) -> TypeShape:
    """The shape of a type reference."""
    kind = schema.supergraph.types[reference.named].kind
    return TypeShape(reference.named, _KINDS[kind], reference.nullable)


def field_shape(schema: PlannerSchema, type_name: str, name: str) -> TypeShape:
    """The supergraph's shape of a field."""
    return shape_of(schema, schema.field_type(type_name, name))


def may_share_key(schema: PlannerSchema, left: str, right: str, name: str) -> bool:
    """Whether a field of two concrete types may have one response key in one operation.

    GraphQL's rule is that both have the same shape: the same list and null layers and, for
    leaves, the same type. It must hold in each subgraph that an operation may be sent to.
    """
    if left == right:
        return True
    if _outline(schema, schema.field_type(left, name)) != _outline(
        schema, schema.field_type(right, name)
    ):
        return False
    for types in schema.subgraphs.values():
        one, other = types.get(left), types.get(right)
        if one is None or other is None:
            continue
        field, twin = one.fields.get(name), other.fields.get(name)
        if field is None or twin is None:
            continue
        if _outline(schema, field.type) != _outline(schema, twin.type):
            return False
    return True


def _outline(schema: PlannerSchema, reference: TypeReference) -> tuple[str, tuple[bool, ...]]:
    composite = schema.is_composite(reference.named)
    return ("" if composite else reference.named, reference.nullable)
