"""CONTEXT_NAME_INVALID: the name becomes part of names in the supergraph."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.ownership import Ownership
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import find_all

RULE = Rule(
    Code.CONTEXT_NAME_INVALID,
    meaning="The name of a context is malformed.",
    why=(
        "The name becomes part of names in the supergraph, where `_` separates it from "
        "the subgraph's."
    ),
    mend="Use letters and digits only, beginning with a letter.",
)

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every context whose name is not made of letters and digits."""
    for definition in subgraph.types.values():
        for applied in find_all(definition.directives, "context"):
            name = applied.args.get("name")
            if not isinstance(name, str) or not _NAME.fullmatch(name):
                yield error(
                    RULE,
                    f'The context "{name}" on "{definition.name}" in subgraph "{subgraph.name}" '
                    "may only have letters and digits in its name.",
                    applied.location,
                )
