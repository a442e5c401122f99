"""DIRECTIVE_DEFINITION_INVALID: local copies of what a specification defines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.load import Loaded
from gateway.composition.specs import SPECS
from gateway.composition.subgraph import Subgraph
from gateway.composition.vocabulary import LENIENT_ARGUMENTS, spec_directive
from gateway.supergraph.definitions import (
    DirectiveDef,
    InputDef,
    ListOf,
    Named,
    NonNull,
    TypeRef,
    named_type,
)
from gateway.supergraph.write import write_value

RULE = Rule(
    Code.DIRECTIVE_DEFINITION_INVALID,
    meaning="A subgraph defines a directive of a specification differently from the specification.",
    why=(
        "The gateway reads a directive by its specification, so another definition would "
        "promise what nobody does."
    ),
    mend="Delete the local definition; the linked specification provides it.",
)


_UNCHECKED = frozenset({"connect", "source"})
_UNCHECKED_TYPES = LENIENT_ARGUMENTS | {"Purpose"}


def check(loaded: Loaded) -> Iterator[CompositionError]:
    """Compare the directives that a subgraph defines locally with the linked specifications."""
    subgraph = loaded.subgraph
    if subgraph is None:
        return
    for canonical, directive in loaded.spec_directives:
        expected = spec_directive(subgraph.features, directive.name, subgraph.version)
        if expected is None or canonical in _UNCHECKED:
            continue
        for problem in _problems(_localised(subgraph, expected), directive):
            yield error(
                RULE,
                f'Subgraph "{subgraph.name}" defines @{directive.name} differently from its '
                f"specification: {problem}.",
                directive.location,
            )


def _localised(subgraph: Subgraph, definition: DirectiveDef) -> DirectiveDef:
    """The definition with its specification's types under the names they have in the schema."""
    found = subgraph.features.element(f"@{definition.name}")
    if found is None:
        return definition
    feature = found[0]
    elements = SPECS[feature.url.identity].elements_at(feature.url.version)
    names = {name: feature.local(name) for name in elements if not name.startswith("@")}
    args = {
        name: replace(arg, type=_renamed(arg.type, names)) for name, arg in definition.args.items()
    }
    return replace(definition, args=args)


def _renamed(ref: TypeRef, names: Mapping[str, str]) -> TypeRef:
    if isinstance(ref, Named):
        # Types whose values have rules of their own are written in several ways in the wild.
        return ref if ref.name in _UNCHECKED_TYPES else Named(names.get(ref.name, ref.name))
    if isinstance(ref, ListOf):
        return ListOf(_renamed(ref.of, names))
    inner = _renamed(ref.of, names)
    return inner if isinstance(inner, NonNull) else NonNull(inner)


def _problems(expected: DirectiveDef, actual: DirectiveDef) -> Iterator[str]:
    for name, wanted in expected.args.items():
        given = actual.args.get(name)
        if given is None:
            if wanted.required:
                yield f'it lacks the required argument "{name}"'
        else:
            yield from _argument_problems(wanted, given)
    for name in actual.args:
        if name not in expected.args:
            yield f'it has the unknown argument "{name}"'
    if actual.repeatable and not expected.repeatable:
        yield "it is repeatable"
    extra = [place for place in actual.places if place not in expected.places]
    if extra:
        yield f"it allows {' | '.join(extra)}, but only {' | '.join(expected.places)} may be"


def _argument_problems(wanted: InputDef, given: InputDef) -> Iterator[str]:
    if named_type(wanted.type) == "Import" and not isinstance(given.type, ListOf):
        yield f'its argument "{wanted.name}" is "{given.type}" instead of a list'
    if named_type(wanted.type) not in _UNCHECKED_TYPES:
        actual: TypeRef = given.type
        if isinstance(actual, NonNull) and not isinstance(wanted.type, NonNull):
            actual = actual.of  # Demanding an optional argument does no harm.
        if actual != wanted.type:
            yield f'its argument "{wanted.name}" is "{given.type}" instead of "{wanted.type}"'
    if given.default is not None and given.default != wanted.default:
        expected = "none" if wanted.default is None else write_value(wanted.default[0])
        yield (
            f'the default of its argument "{wanted.name}" is {write_value(given.default[0])} '
            f"instead of {expected}"
        )
