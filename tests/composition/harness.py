"""One data-driven `check` for all composition tests.

A case is a set of subgraphs and what composing them must give: an error of one code with its
message, or a supergraph. Subgraphs that link nothing themselves get a link to the federation
specification with everything imported, so that a case shows only what matters; those wrapped in
`Federation1` stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.composition.codes import Code
from gateway.composition.compose import Composition, compose
from gateway.composition.contract import EVERYTHING, Contract
from gateway.composition.diagnostics import CompositionError, Hint
from gateway.composition.hints import HintCode
from gateway.composition.source import DEFAULT_LIMITS, Limits, SubgraphSource

LATEST = "v2.9"
_IMPORTS = {
    0: "@key @requires @provides @external @extends @shareable @override @tag @inaccessible",
    1: "@composeDirective",
    3: "@interfaceObject",
    5: "@authenticated @requiresScopes",
    6: "@policy",
    8: "@context @fromContext",
    9: "@cost @listSize",
    12: "@cacheTag",
}


class Federation1(str):
    """A schema without any link: Federation 1."""


@dataclass(frozen=True, slots=True)
class Case:
    """Subgraphs and the outcome; `code` is None where they must compose.

    `at` names the places that the error has to show, as `subgraph:line:column, ...`. The link that
    a case gets from here is line 1, so the first line of its own text is line 2.
    """

    subgraphs: Mapping[str, str]
    code: Code | None = None
    message: str = ""
    at: str = ""
    version: str = LATEST
    limits: Limits = DEFAULT_LIMITS
    contract: Contract = EVERYTHING


def raises(
    code: Code,
    message: str,
    *,
    at: str = "",
    version: str = LATEST,
    limits: Limits = DEFAULT_LIMITS,
    contract: Contract = EVERYTHING,
    **graphs: str,
) -> Case:
    """A case that has to raise an error with exactly this message at these places."""
    return Case(graphs, code, message, at, version, limits, contract)


def composes(*, version: str = LATEST, contract: Contract = EVERYTHING, **graphs: str) -> Case:
    """A case that has to compose without errors."""
    return Case(graphs, version=version, contract=contract)


def header(version: str = LATEST) -> str:
    """A link to the federation specification that imports all that the version has."""
    minor = int(version.partition(".")[2])
    names = [name for since, text in _IMPORTS.items() if since <= minor for name in text.split()]
    imports = ", ".join(f'"{name}"' for name in names)
    url = f"https://specs.apollo.dev/federation/{version}"
    return f'extend schema @link(url: "{url}", import: [{imports}])\n'


def source(name: str, sdl: str, version: str = LATEST) -> SubgraphSource:
    """A subgraph as composition takes it."""
    plain = isinstance(sdl, Federation1) or "@link" in sdl
    text = sdl if plain else header(version) + sdl
    return SubgraphSource(name, f"http://{name}.test", text, f"{name}.graphql")


def run(case: Case) -> Composition:
    """Compose the subgraphs of a case."""
    sources = [source(name, sdl, case.version) for name, sdl in case.subgraphs.items()]
    return compose(sources, limits=case.limits, contract=case.contract)


def check(case: Case) -> None:
    """Compose, and compare with what the case expects."""
    result = run(case)
    found = [(problem.code.name, problem.message) for problem in result.errors]
    if case.code is None:
        assert found == []
        assert result.supergraph_sdl is not None
        return
    assert result.supergraph_sdl is None
    assert (case.code.name, case.message) in found
    places = {shown(item) for item in result.errors if item.message == case.message}
    assert case.at in places
    for problem in result.errors:
        assert problem.why
        assert problem.mend
        assert all(place.line >= 1 and place.file for place in problem.locations)
        if problem.locations:
            assert set(problem.subgraphs) == {place.subgraph for place in problem.locations}


def shown(problem: CompositionError | Hint) -> str:
    """The places of an error or a hint as a case names them."""
    return ", ".join(f"{at.subgraph}:{at.line}:{at.column}" for at in problem.locations)


@dataclass(frozen=True, slots=True)
class HintCase:
    """Subgraphs that compose, and whether they give a hint of this code with this message."""

    code: HintCode
    case: Case
    message: str | None = None


def hints(
    code: HintCode,
    message: str,
    *,
    at: str,
    version: str = LATEST,
    contract: Contract = EVERYTHING,
    **graphs: str,
) -> HintCase:
    """A case that has to give one hint of the code, with this message at these places."""
    return HintCase(code, Case(graphs, at=at, version=version, contract=contract), message)


def gives_none(
    code: HintCode, *, version: str = LATEST, contract: Contract = EVERYTHING, **graphs: str
) -> HintCase:
    """A case that has to compose without a hint of this code."""
    return HintCase(code, Case(graphs, version=version, contract=contract))


def check_hint(expected: HintCase) -> None:
    """Compose, and compare the hints of the code with what the case expects."""
    result = run(expected.case)
    assert result.errors == ()
    found = [hint for hint in result.hints if hint.code is expected.code]
    if expected.message is None:
        assert found == []
        return
    assert [(hint.message, shown(hint)) for hint in found] == [(expected.message, expected.case.at)]
    assert found[0].mend
    assert set(found[0].subgraphs) == {place.subgraph for place in found[0].locations}
