"""All rules of composition, for the document that lists them: `schema/error_codes.md`."""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module

from gateway.composition import rules
from gateway.composition.codes import Rule


def all_rules() -> list[Rule]:
    """Every rule, by the alphabet of their codes."""
    names = sorted(module.name for module in pkgutil.iter_modules(rules.__path__))
    found = [import_module(f"{rules.__name__}.{name}").RULE for name in names]
    return [rule for rule in found if isinstance(rule, Rule)]


def render_markdown() -> str:
    """Return the rules as a Markdown document."""
    lines = [
        "# Composition error codes",
        "",
        "Generated from `gateway/composition/rules`; `c2c compose` prints these codes.",
        "",
        "| Code | Meaning | Why | How to mend it |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{rule.code.name}` | {rule.meaning} | {rule.why} | {rule.mend} |"
        for rule in all_rules()
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(render_markdown())
