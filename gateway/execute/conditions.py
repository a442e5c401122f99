"""Conditions of the plan, judged by the request's variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.plan.nodes import Condition


def holds(condition: Condition | None, variables: Mapping[str, Any]) -> bool:
    """Whether a condition is met; `None` always is, and an absent variable meets no literal."""
    if condition is None:
        return True
    return any(
        all(variables.get(literal.variable) is literal.value for literal in conjunction)
        for conjunction in condition
    )
