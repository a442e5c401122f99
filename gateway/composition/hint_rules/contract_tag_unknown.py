"""CONTRACT_TAG_UNKNOWN.

A contract names a tag that no element carries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gateway.composition.contract import Contract
from gateway.composition.diagnostics import suggestion
from gateway.composition.hints import HintCode, HintRule, Level
from gateway.composition.merge.context import Merge
from gateway.supergraph.definitions import Applied, TypeDef, find_all

HINT = HintRule(
    HintCode.CONTRACT_TAG_UNKNOWN,
    Level.WARN,
    meaning="A contract names a tag that no element carries.",
    mend="Correct the tag, if it is misspelt: what was to be hidden by it is in the public schema.",
    about_the_call=True,
)


def check(merge: Merge, types: Mapping[str, TypeDef], contract: Contract) -> None:
    """Tell of each tag, included or excluded, that nothing in the merged types carries."""
    tags = {
        str(applied.args.get("name"))
        for definition in types.values()
        for directives in _directives(definition)
        for applied in find_all(directives, "tag")
    }
    for verb, names in (("includes", contract.include), ("excludes", contract.exclude)):
        for name in sorted(names - tags):
            near = suggestion(name, sorted(tags))
            merge.report.hint(
                HINT, f'No element carries the tag "{name}", which the contract {verb}.{near}'
            )


def _directives(definition: TypeDef) -> Iterator[tuple[Applied, ...]]:
    yield definition.directives
    for field in definition.fields.values():
        yield field.directives
        for argument in field.args.values():
            yield argument.directives
    for item in definition.inputs.values():
        yield item.directives
    for value in definition.values.values():
        yield value.directives
