"""Plans as text and as JSON values, deterministic, for people, logs and golden tests.

The text follows the customary notation: `Sequence` and `Parallel` blocks of `Fetch` nodes, those
for entities wrapped in `Flatten` with their path. Blocks are drawn from stages; execution itself
follows the dependencies of each fetch, which are printed with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graphql import parse, print_ast

from gateway.plan.nodes import (
    Condition,
    Each,
    EntityCall,
    Fetch,
    Key,
    KeyField,
    OfType,
    Output,
    Path,
    QueryPlan,
    Representation,
)


def print_plan(plan: QueryPlan) -> str:
    """The plan as indented text, ending in a line break."""
    lines = ["QueryPlan {"]
    stages = _stages(plan)
    body: list[str] = []
    for stage in stages:
        blocks = [_fetch(plan, fetch) for fetch in stage]
        if len(blocks) == 1:
            body += blocks[0]
        else:
            body += ["Parallel {", *_indent(line for block in blocks for line in block), "}"]
    if len(stages) > 1:
        body = ["Sequence {", *_indent(body), "}"]
    lines += _indent(body)
    for part in plan.deferred:
        needs = ", ".join(str(number) for number in part.fetches)
        label = f' "{part.label}"' if part.label else ""
        condition = f" when {_condition(part.when)}" if part.when is not None else ""
        lines += _indent(
            [f"Defer{label} at {_path(part.path) or '(root)'} after [{needs}]{condition}"]
        )
    if plan.introspection is not None:
        lines += _indent(["Introspection {", *_indent(_document(plan.introspection)), "}"])
    if plan.passthrough is not None:
        lines += _indent(["Passthrough"])
    lines += [*_indent(f"# {line}" for line in plan.explanation), "}"]
    return "\n".join(lines) + "\n"


def plan_as_json(plan: QueryPlan) -> dict[str, Any]:
    """The plan as plain values, for machines and for `extensions`."""
    return {
        "kind": str(plan.kind),
        "cost": {
            "fetches": plan.cost.fetches,
            "stages": plan.cost.stages,
            "fields": plan.cost.fields,
        },
        "passthrough": plan.passthrough is not None,
        "introspection": plan.introspection,
        "fetches": [_fetch_as_json(fetch) for fetch in plan.fetches],
        "output": _output_as_json(plan.output),
        "deferred": [
            {
                "label": part.label,
                "path": _path(part.path),
                "fetches": list(part.fetches),
                "when": _condition(part.when) if part.when is not None else None,
                "reached": _condition(part.reached) if part.reached is not None else None,
                "parent": part.parent,
                "output": _output_as_json(part.output),
            }
            for part in plan.deferred
        ],
        "explanation": list(plan.explanation),
    }


def _stages(plan: QueryPlan) -> list[list[Fetch]]:
    at: dict[int, int] = {}
    stages: list[list[Fetch]] = []
    for fetch in plan.fetches:
        stage = 1 + max((at[number] for number in fetch.depends_on), default=-1)
        at[fetch.id] = stage
        while len(stages) <= stage:
            stages.append([])
        stages[stage].append(fetch)
    return stages


def _fetch(plan: QueryPlan, fetch: Fetch) -> list[str]:
    head = f"Fetch(service: {fetch.subgraph}, id: {fetch.id}"
    if fetch.depends_on:
        head += f", after: [{', '.join(str(number) for number in fetch.depends_on)}]"
    if plan.subscription == fetch.id:
        head = "Subscription " + head
    lines = [head + ") {"]
    for call in fetch.entities:
        lines += _indent(_entities(call))
    lines += [*_indent(_document(fetch.document)), "}"]
    paths = [path for call in fetch.entities for path in call.targets]
    if fetch.root is not None and fetch.root.target:
        paths.append(fetch.root.target)
    if paths:
        shown = ", ".join(dict.fromkeys(_path(path) or "(root)" for path in paths))
        lines = [f"Flatten(path: {shown}) {{", *_indent(lines), "}"]
    if fetch.when is not None:
        lines = [f"When({_condition(fetch.when)}) {{", *_indent(lines), "}"]
    return lines


def _entities(call: EntityCall) -> list[str]:
    name = "" if call.alias == "_entities" else f"{call.alias} at {_paths(call.targets)} "
    lines = [f"{name}<- {_representation(each)}" for each in call.representations]
    for argument in call.contexts:
        for source in argument.sources:
            on = f" if {'|'.join(source.on)}" if source.on is not None else ""
            keys = ".".join(source.keys)
            lines.append(f"   ${argument.variable} <- {keys} at ancestor {source.ancestor}{on}")
    if call.when is not None:
        lines.append(f"   when {_condition(call.when)}")
    return lines


def _representation(each: Representation) -> str:
    on = "|".join(each.on) if each.on is not None else ""
    sent = each.typename or ""
    kind = on if not sent or on == sent else f"{on} as {sent}" if on else sent
    return f"{kind} {{ {' '.join(_key_field(one) for one in each.fields)} }}".strip()


def _key_field(each: KeyField) -> str:
    text = each.name if each.name == each.source else f"{each.name}: {each.source}"
    if each.children:
        text += f" {{ {' '.join(_key_field(one) for one in each.children)} }}"
    return f"... on {'|'.join(each.on)} {{ {text} }}" if each.on is not None else text


def _document(text: str) -> list[str]:
    return print_ast(parse(text, no_location=True)).splitlines()


def _condition(condition: Condition) -> str:
    terms = (
        " and ".join(f"{'' if one.value else 'not '}${one.variable}" for one in term)
        for term in condition
    )
    return " or ".join(terms) or "never"


def _paths(paths: Iterable[Path]) -> str:
    return ", ".join(_path(path) or "(root)" for path in paths)


def _path(path: Path) -> str:
    parts: list[str] = []
    for step in path:
        if isinstance(step, Key):
            parts.append(step.name)
        elif isinstance(step, Each):
            parts.append("@")
        elif isinstance(step, OfType):
            parts.append(f"|[{'|'.join(step.types)}]")
    return ".".join(parts)


def _indent(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _fetch_as_json(fetch: Fetch) -> dict[str, Any]:
    return {
        "id": fetch.id,
        "subgraph": fetch.subgraph,
        "kind": str(fetch.kind),
        "operationName": fetch.operation_name,
        "document": fetch.document,
        "variables": list(fetch.variables),
        "dependsOn": list(fetch.depends_on),
        "when": _condition(fetch.when) if fetch.when is not None else None,
        "path": _path(fetch.root.target) if fetch.root is not None else None,
        "entities": [
            {
                "alias": call.alias,
                "paths": [_path(path) for path in call.targets],
                "representations": [_representation(each) for each in call.representations],
                "when": _condition(call.when) if call.when is not None else None,
            }
            for call in fetch.entities
        ],
    }


def _output_as_json(output: Output) -> dict[str, Any]:
    return {
        "type": output.type_name,
        "possible": list(output.possible),
        "fields": [
            {
                "key": each.response_key,
                "source": each.source,
                "type": each.type.named,
                "on": list(each.on) if each.on is not None else None,
                "when": _condition(each.when) if each.when is not None else None,
                "shape": _output_as_json(each.shape) if each.shape is not None else None,
            }
            for each in output.fields
        ],
    }
