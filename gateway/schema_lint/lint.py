"""Runs the rules over a schema."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from graphql import GraphQLSchema

from gateway.schema_lint.finding import Finding, Level
from gateway.schema_lint.rules import RULES, Element, elements


class UnknownRuleError(ValueError):
    """The configuration names a rule that does not exist; the message names the nearest one."""


def lint(schema: GraphQLSchema, levels: Mapping[str, Level] | None = None) -> list[Finding]:
    """All findings in a stable order. `levels` overrides the rules' own levels by rule name.

    Raises `UnknownRuleError` for a name that is no rule's.
    """
    chosen = {rule.name: rule.level for rule in RULES}
    for name, level in (levels or {}).items():
        if name not in chosen:
            raise UnknownRuleError(_unknown(name, list(chosen)))
        chosen[name] = level
    active = [rule for rule in RULES if chosen[rule.name] is not Level.OFF]
    findings = []
    for element in elements(schema):
        for rule in active:
            message = rule.check(element) if element.kind in rule.kinds else None
            if message is not None:
                findings.append(
                    Finding(
                        _line(element), element.coordinate, rule.name, message, chosen[rule.name]
                    )
                )
    return sorted(findings)


def _line(element: Element) -> int:
    node = getattr(element.item, "ast_node", None)
    return node.loc.start_token.line if node is not None and node.loc is not None else 0


def _unknown(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    hint = f' Did you mean "{near[0]}"?' if near else f" Known rules: {', '.join(known)}."
    return f'There is no lint rule "{name}".{hint}'
