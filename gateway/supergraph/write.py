"""Print definitions as schema text, deterministically.

The text is the only thing that composition hands to planning, so it is written for reading and
for stable diffs: definitions in name order, each applied directive in the order given, two spaces
of indentation, and no line that depends on the order in which subgraphs were listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from graphql.language.block_string import is_printable_as_block_string, print_block_string
from graphql.language.print_string import print_string

from gateway.supergraph.definitions import (
    ROOT_NAMES,
    Applied,
    DirectiveDef,
    EnumLiteral,
    FieldDef,
    InputDef,
    Kind,
    NumberLiteral,
    ObjectLiteral,
    SchemaDef,
    TypeDef,
    Value,
)


def write_schema(schema: SchemaDef) -> str:
    """Return the schema as text that ends in a newline."""
    parts = [_schema_block(schema)]
    parts += [_directive(schema.directives[name]) for name in sorted(schema.directives)]
    parts += [_type(schema.types[name]) for name in sorted(schema.types)]
    return "\n\n".join(part for part in parts if part) + "\n"


def write_value(value: Value) -> str:
    """Return a constant as it is written in a document."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return print_string(value)
        case EnumLiteral():
            return value.name
        case NumberLiteral():
            return value.text
        case ObjectLiteral():
            inner = ", ".join(f"{name}: {write_value(item)}" for name, item in value.fields)
            return "{" + inner + "}"
        case tuple():
            return "[" + ", ".join(write_value(item) for item in value) + "]"


def write_applied(applied: Applied) -> str:
    """Return an applied directive as written after an element."""
    if not applied.args:
        return f"@{applied.name}"
    inner = ", ".join(f"{name}: {write_value(value)}" for name, value in applied.args.items())
    return f"@{applied.name}({inner})"


def _schema_block(schema: SchemaDef) -> str:
    lines = [_description(schema.description, "") + "schema"]
    lines += [f"  {write_applied(applied)}" for applied in schema.applied]
    lines.append("{")
    lines += [f"  {op}: {schema.roots[op]}" for op in ROOT_NAMES if op in schema.roots]
    lines.append("}")
    plain = all(schema.roots.get(op, name) == name for op, name in ROOT_NAMES.items())
    if plain and not schema.applied and schema.description is None:
        return ""
    return "\n".join(lines)


def _directive(definition: DirectiveDef) -> str:
    repeatable = " repeatable" if definition.repeatable else ""
    places = " | ".join(definition.places)
    head = _description(definition.description, "") + f"directive @{definition.name}"
    return f"{head}{_arguments(definition.args, '')}{repeatable} on {places}"


def _type(definition: TypeDef) -> str:
    head = _description(definition.description, "") + f"{definition.kind} {definition.name}"
    if definition.interfaces:
        head += " implements " + " & ".join(definition.interfaces)
    applied = [f"  {write_applied(item)}" for item in definition.directives]
    match definition.kind:
        case Kind.SCALAR:
            return "\n".join([head, *applied])
        case Kind.UNION:
            members = " | ".join(definition.members)
            if not applied:
                return f"{head} = {members}" if members else head
            return "\n".join([head, *applied, *([f" = {members}"] if members else [])])
        case Kind.ENUM:
            body: list[str] = [
                _description(value.description, "  ") + f"  {value.name}{_inline(value.directives)}"
                for value in definition.values.values()
            ]
        case Kind.INPUT:
            body = [_input(item, "  ", block=True) for item in definition.inputs.values()]
        case _:
            body = [_field(item) for item in definition.fields.values()]
    return _braced(head, applied, body)


def _braced(head: str, applied: list[str], body: list[str]) -> str:
    if not body:
        return "\n".join([head, *applied])
    if applied:
        return "\n".join([head, *applied, "{", *body, "}"])
    return "\n".join([f"{head} {{", *body, "}"])


def _field(definition: FieldDef) -> str:
    text = _description(definition.description, "  ") + f"  {definition.name}"
    return text + (
        f"{_arguments(definition.args, '  ')}: {definition.type}{_inline(definition.directives)}"
    )


def _arguments(args: Mapping[str, InputDef], indent: str) -> str:
    if not args:
        return ""
    if any(arg.description is not None for arg in args.values()):
        inner = "\n".join(_input(arg, indent + "  ", block=True) for arg in args.values())
        return f"(\n{inner}\n{indent})"
    return "(" + ", ".join(_input(arg, "", block=False) for arg in args.values()) + ")"


def _input(definition: InputDef, indent: str, *, block: bool) -> str:
    lead = _description(definition.description, indent) if block else ""
    text = f"{lead}{indent}{definition.name}: {definition.type}"
    if definition.default is not None:
        text += f" = {write_value(definition.default[0])}"
    return text + _inline(definition.directives)


def _inline(directives: Iterable[Applied]) -> str:
    return "".join(f" {write_applied(applied)}" for applied in directives)


def _description(text: str | None, indent: str) -> str:
    if text is None:
        return ""
    printed = print_block_string if is_printable_as_block_string(text) else print_string
    block = printed(text)
    return "".join(f"{indent}{line}\n" if line else "\n" for line in block.split("\n"))
