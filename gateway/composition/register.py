"""All rules of composition, for the document that lists them: `schema/error_codes.md`."""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module
from types import ModuleType

from gateway.composition import hint_rules, rules
from gateway.composition.codes import Rule
from gateway.composition.hints import HintRule


def all_rules() -> list[Rule]:
    """Every rule that raises an error, by the alphabet of their codes."""
    return [module.RULE for module in _modules(rules)]


def all_hint_rules() -> list[HintRule]:
    """Every rule that gives a hint, by the alphabet of their codes."""
    return [module.HINT for module in _modules(hint_rules)]


def _modules(package: ModuleType) -> list[ModuleType]:
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    return [import_module(f"{package.__name__}.{name}") for name in names]


def render_markdown() -> str:
    """Return the rules as a Markdown document."""
    lines = [
        "# Composition error codes",
        "",
        "Generated from the rules in `gateway/composition`; `c2c compose` prints these codes.",
        "",
        "| Code | Meaning | Why | How to mend it |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{rule.code.name}` | {rule.meaning} | {rule.why} | {rule.mend} |"
        for rule in all_rules()
    ]
    lines += [
        "",
        "## Hints",
        "",
        "They prevent nothing; `c2c compose --hints` prints them.",
        "",
        "| Code | Level | Meaning | What may be done |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{rule.code.name}` | {rule.level} | {rule.meaning} | {rule.mend} |"
        for rule in all_hint_rules()
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(render_markdown())
