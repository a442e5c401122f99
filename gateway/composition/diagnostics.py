"""What composition reports: errors and hints, as values."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from gateway.composition.codes import Code, Rule
from gateway.composition.hints import HintCode, HintRule, Level
from gateway.supergraph.definitions import Location


@dataclass(frozen=True, slots=True)
class CompositionError:
    """Why the subgraphs do not compose: one fault, and every place that takes part in it."""

    rule: Rule
    message: str
    subgraphs: tuple[str, ...] = ()
    locations: tuple[Location, ...] = ()

    @property
    def code(self) -> Code:
        """The code of the rule that is broken."""
        return self.rule.code

    @property
    def why(self) -> str:
        """What the rule is there for."""
        return self.rule.why

    @property
    def mend(self) -> str:
        """What its reader should do."""
        return self.rule.mend

    def as_dict(self) -> dict[str, Any]:
        """The error for machine-readable output."""
        return {
            "code": self.code.name,
            "message": self.message,
            "why": self.why,
            "mend": self.mend,
            "subgraphs": list(self.subgraphs),
            "locations": [place._asdict() for place in self.locations],
        }


@dataclass(frozen=True, slots=True)
class Hint:
    """Something worth knowing about subgraphs that do compose."""

    rule: HintRule
    message: str
    subgraphs: tuple[str, ...] = ()
    locations: tuple[Location, ...] = ()

    @property
    def code(self) -> HintCode:
        """The code of the rule that gives it."""
        return self.rule.code

    @property
    def level(self) -> Level:
        """How urgent it is."""
        return self.rule.level

    @property
    def mend(self) -> str:
        """What its reader may do."""
        return self.rule.mend

    def as_dict(self) -> dict[str, Any]:
        """The hint for machine-readable output."""
        return {
            "code": self.code.name,
            "level": self.level.value,
            "message": self.message,
            "mend": self.mend,
            "subgraphs": list(self.subgraphs),
            "locations": [place._asdict() for place in self.locations],
        }


Diagnostic = CompositionError | Hint


class Violation(NamedTuple):
    """What is wrong at which places, before a rule makes an error of it."""

    message: str
    places: tuple[Location | None, ...]


_MOST_SUGGESTIONS: Final = 300


def error(rule: Rule, message: str, *locations: Location | None) -> CompositionError:
    """An error about these places; their subgraphs are the subgraphs concerned."""
    known = _known(locations)
    return CompositionError(rule, message, _subgraphs(known), known)


def hint(rule: HintRule, message: str, *locations: Location | None) -> Hint:
    """A hint about these places."""
    known = _known(locations)
    return Hint(rule, message, _subgraphs(known), known)


def _known(locations: Iterable[Location | None]) -> tuple[Location, ...]:
    return tuple(dict.fromkeys(place for place in locations if place is not None))


def _subgraphs(locations: Iterable[Location]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(place.subgraph for place in locations))


def suggestion(name: str, known: Iterable[str]) -> str:
    """The nearest known name as a question, or nothing. Long lists are not searched."""
    names = list(known)
    if len(names) > _MOST_SUGGESTIONS:
        return ""
    near = difflib.get_close_matches(name, names, n=1)
    return f' Did you mean "{near[0]}"?' if near else ""


def quoted(names: Iterable[str]) -> str:
    """Names for a sentence: `"a", "b" and "c"`."""
    items = [f'"{name}"' for name in names]
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def in_subgraphs(names: Iterable[str]) -> str:
    """`subgraph "a"` or `subgraphs "a" and "b"`."""
    items = list(names)
    return f"{'subgraph' if len(items) == 1 else 'subgraphs'} {quoted(items)}"
