"""OVERRIDE_LABEL_INVALID: the gateway has to understand the label."""

from __future__ import annotations

import re
from typing import Final

from gateway.composition.codes import Code, Rule, Standing
from gateway.composition.merge.override_uses import OverrideUse

RULE = Rule(
    Code.OVERRIDE_LABEL_INVALID,
    meaning="The label of an `@override` is malformed.",
    why=(
        "The gateway decides by the label which requests use the new subgraph, so it has "
        "to understand it."
    ),
    mend="Write `percent(x)` with x from 0 to 100, or a word of letters, digits and `_-:./`.",
    standing=Standing.SETTLED,
)


_WORD: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9_\-:./]*")
_PERCENT: Final = re.compile(r"percent\((\d{1,3}(?:\.\d{1,8})?)\)")


def check(use: OverrideUse, label: str) -> bool:
    """Report a label that is neither a share of requests nor a word; return whether it is."""
    percent = _PERCENT.fullmatch(label)
    if _WORD.fullmatch(label) or (percent and float(percent[1]) <= 100):
        return False
    use.merge.report.error(
        RULE,
        f'The label "{label}" of @override on {use.element} is neither percent(x) with x from 0 '
        "to 100 and at most 8 decimals, nor a word that begins with a letter and goes on with "
        "letters, digits or any of _-:./",
        use.applied.location,
    )
    return True
