"""CONTRACT_EMPTY: a contract leaves something to ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gateway.composition.accessibility import hidden
from gateway.composition.codes import Code, Rule
from gateway.composition.contract import Contract
from gateway.composition.diagnostics import quoted
from gateway.composition.merge.context import Merge
from gateway.supergraph.definitions import TypeDef, Value, find_all

RULE = Rule(
    Code.CONTRACT_EMPTY,
    meaning="The tags of a contract leave no query.",
    why="GraphQL demands a query root with at least one field, in a contract too.",
    mend="Include a tag that a field of `Query` carries, or exclude less.",
)


def check(merge: Merge, types: Mapping[str, TypeDef], contract: Contract) -> None:
    """Report a contract that hides the whole query root, and included tags that nothing carries."""
    if "Query" not in types or not hidden(types["Query"].directives):
        return
    unknown = sorted(contract.include - {tag for item in types.values() for tag in _tags(item)})
    note = f" No element carries the tag {quoted(unknown)}." if unknown else ""
    merge.report.error(
        RULE,
        f"The tags of the contract leave no field of Query.{note}",
        *(definition.location for _, definition in merge.types["Query"]),
    )


def _tags(definition: TypeDef) -> Iterator[Value]:
    groups = [definition.directives]
    groups += [field.directives for field in definition.fields.values()]
    groups += [item.directives for item in definition.inputs.values()]
    groups += [value.directives for value in definition.values.values()]
    for directives in groups:
        for applied in find_all(directives, "tag"):
            yield applied.args.get("name")
