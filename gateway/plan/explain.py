"""Say why a plan is as it is, in sentences for people."""

from __future__ import annotations

from dataclasses import replace

from gateway.plan.budget import Spending
from gateway.plan.nodes import EntityCall, Fetch, KeyField, QueryPlan, WireField


def explained(plan: QueryPlan, spending: Spending | None = None) -> QueryPlan:
    """The plan with its explanation: cost, what was looked at, then one line for each fetch.

    What planning looked at is known only right after it: a plan that was kept has no `spending`.
    """
    lines = [
        (
            f"{plan.cost.fetches} request(s) in {plan.cost.stages} stage(s), "
            f"{plan.cost.fields} fields asked for"
        )
    ]
    if spending is not None:
        lines.append(
            f"{spending.positions} place(s) solved, {spending.nodes} alternative(s) looked at, "
            f"{spending.selections} selection(s) read"
        )
    lines += [_reason(fetch) for fetch in plan.fetches]
    if plan.passthrough is not None:
        lines.append("one subgraph answers everything: its answer may be passed through as it is")
    return replace(plan, explanation=tuple(lines))


def _reason(fetch: Fetch) -> str:
    parts: list[str] = []
    if fetch.root is not None:
        parts.append(f"resolves {_wanted(fetch.root.selection)}")
    parts += [_entity_reason(call) for call in fetch.entities]
    if len(fetch.entities) > 1:
        parts.append(f"{len(fetch.entities)} entity look-ups share the request")
    if fetch.depends_on:
        waits = ", ".join(str(number) for number in fetch.depends_on)
        parts.append(f"waits for {waits}")
    if fetch.when is not None:
        parts.append("is sent only under the operation's conditions")
    return f"fetch {fetch.id} ({fetch.subgraph}): " + "; ".join(parts)


def _entity_reason(call: EntityCall) -> str:
    types = sorted(
        {name for each in call.representations for name in each.on or (each.typename or "",)}
    )
    keys: dict[str, None] = {}
    required: dict[str, None] = {}
    for each in call.representations:
        for field in each.fields:
            (keys if _is_key(field) else required)[field.name] = None
    text = f"adds {_wanted(call.selection)} to {'/'.join(types)} by {', '.join(keys) or 'type'}"
    if required:
        text += f", given {', '.join(required)}"
    if len(call.targets) > 1:
        text += f", at {len(call.targets)} places"
    return text


def _is_key(field: KeyField) -> bool:
    return field.is_key


def _wanted(fields: tuple[WireField, ...]) -> str:
    names = list(dict.fromkeys(each.name for each in fields if each.name != "__typename"))
    shown = ", ".join(names[:6]) + (", ..." if len(names) > 6 else "")
    return shown or "the concrete type"
