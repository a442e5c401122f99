"""Types of fields as plans carry them, and what decides whether two may stand under one key."""

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


Outline = tuple[str, tuple[bool, ...]]
"""What values under one response key must have in common: for leaves the type, and its layers."""


def outlines(schema: PlannerSchema, type_name: str, name: str) -> dict[str, Outline]:
    """The outline of a field of a concrete type: the public one, under "", and each subgraph's.

    GraphQL's rule is that fields under one key have the same shape: the same list and null layers
    and, for leaves, the same type. It must hold in each subgraph that an operation may be sent to,
    so fields may share a key if their outlines agree wherever both have one.
    """
    found = {"": _outline(schema, schema.field_type(type_name, name))}
    for graph, types in schema.subgraphs.items():
        own = types.get(type_name)
        field = own.fields.get(name) if own is not None else None
        if field is not None:
            found[graph] = _outline(schema, field.type)
    return found


def _outline(schema: PlannerSchema, reference: TypeReference) -> Outline:
    composite = schema.is_composite(reference.named)
    return ("" if composite else reference.named, reference.nullable)
