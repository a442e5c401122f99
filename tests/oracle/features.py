"""Which features of Federation and of GraphQL a random case uses.

A generator that never makes some case proves nothing about it, so what it makes is counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from gateway.plan.nodes import OperationKind, QueryPlan
from tests.oracle.operations import Operation
from tests.oracle.parts import Partition
from tests.oracle.render import subgraph_sdl

_KEY = r'@key\(fields: "([^"]*)"'
_PROVIDES = r'@provides\(fields: "'
_REQUIRES = r'@requires\(fields: "'


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern, re.DOTALL)
    return lambda text: compiled.search(text) is not None


_IN_SCHEMAS: Mapping[str, Callable[[str], bool]] = {
    "several keys": _matches(rf"{_KEY}\) {_KEY}"),
    "composite key": _matches(r'@key\(fields: "\w+ \w+"'),
    "nested key": _matches(r'@key\(fields: "ref \{'),
    "nested composite key": _matches(r'@key\(fields: "ref \{ no \} id"'),
    "non-resolvable key": _matches("resolvable: false"),
    "non-resolvable key beside another": _matches(
        rf"(resolvable: false\) {_KEY}\)|{_KEY}\) {_KEY}, resolvable: false)"
    ),
    "key of parts from different subgraphs": _matches(rf'{_KEY[:-8]}ka kb"'),
    "nested key of parts from different subgraphs": _matches(rf"{_KEY[:-8]}ka kb \{{"),
    "@requires": _matches(r"@requires"),
    "@requires with arguments": _matches(r'@requires\(fields: "[^"]*\(x:'),
    "@requires with fragments": _matches(r'@requires\(fields: "[^"]*\.\.\.'),
    "@requires of an object's field": _matches(r'@requires\(fields: "[^"]*\w \{ [^.]'),
    "@requires of what all implementations have": _matches(
        rf"{_REQUIRES}[^\"]*\w \{{ (id|common\d) \}}"
    ),
    "@requires of what all and what some implementations have": _matches(
        rf"{_REQUIRES}[^\"]*\w \{{ (id|common\d) \.\.\."
    ),
    "@requires of a hidden argument": _matches(rf'{_REQUIRES}[^"]*\(z:'),
    "@requires of what requires": _matches(r'@requires\(fields: "[^"]*\bq\d'),
    "@provides": _matches("@provides"),
    "@provides on a list": _matches(r"\]!? +(@shareable +)?@provides"),
    "@provides on an interface": _matches(r": \[*I0[\]!]* [^\n]*@provides"),
    "@provides on a union": _matches(r": \[*[UP]0[\]!]* [^\n]*@provides"),
    "@provides of an object's field": _matches(rf'{_PROVIDES}[^"]*\w \{{ [^"]*"\)'),
    "@provides three levels deep": _matches(rf'{_PROVIDES}[^"]*\w \{{ [^"}}]*\w \{{'),
    "@provides below a fragment": _matches(rf'{_PROVIDES}[^"]*on \w+ \{{ [^"}}]*\w \{{'),
    "@provides of what all implementations have": _matches(
        rf"{_PROVIDES}[^\"]*\w \{{ ([^\"]* )?common"
    ),
    "@override": _matches(r'@override\(from: "\w+"\)'),
    "@override with a label": _matches("label:"),
    "interface object": _matches("@interfaceObject"),
    "chain of interface objects": _matches(r'y0: Int @requires\(fields: "x0"\)'),
    "@requires in an interface object": _matches(r'x2: Int @requires\(fields: "common'),
    "@context": _matches("@context"),
    "@fromContext with other fields of other types": _matches(r"\$near \.\.\. "),
    "@fromContext below an object": _matches(r'\$near [^"]*h\d \{'),
    "entity interface": _matches(r"interface I0 @key"),
    "@shareable": _matches("@shareable"),
    "@inaccessible field": _matches(r"  \w+(\([^)]*\))?: [^\n]*@inaccessible"),
    "@inaccessible type": _matches(r"type \w+ [^{\n]*@inaccessible"),
    "@inaccessible argument": _matches(r"\w+: Int @inaccessible\)"),
    "hidden enum value": _matches("_HIDDEN @inaccessible"),
    "shared root field": _matches(r"  all\w+: [^\n]*@shareable"),
    "lists of lists": _matches(r": \[\["),
    "subscription": _matches("type Subscription"),
    "namespace": _matches(r"type Namespace"),
    "Query below a mutation": _matches(r"query: Query"),
    "Query below an entity": _matches(r"top: Query"),
}

_IN_OPERATIONS: Mapping[str, Callable[[str], bool]] = {
    "@skip with a variable": _matches(r"@skip\(if: \$"),
    "@include with a variable": _matches(r"@include\(if: \$"),
    "@skip or @include with a constant": _matches(r"\(if: (true|false)\)"),
    "mutation of several fields": _matches(r"^mutation .*m0: .*m1: "),
    "named fragment": _matches(r"fragment F"),
    "fragment on an interface": _matches(r"on I0"),
    "fragment on a union": _matches(r"on [UP]0"),
    "alias that is another field's name": _matches(r"\b(id|s0|r0): "),
    "argument from a variable": _matches(r"\((x|id|n): \$"),
    "__typename under an alias": _matches("kind: __typename"),
    "field of an interface object": _matches(r"\b[xy][012]\b"),
    "field with an argument from context": _matches(r"\bk0\b"),
    "root reached again": _matches(r"\b(top|query)( @[^{]*)? \{"),
}

_IN_PLANS: Mapping[str, Callable[[QueryPlan], bool]] = {
    "subscription with entity fetches": lambda plan: (
        plan.kind is OperationKind.SUBSCRIPTION and len(plan.fetches) > 1
    ),
    "mutation with entity fetches": lambda plan: (
        plan.kind is OperationKind.MUTATION and any(each.entities for each in plan.fetches)
    ),
    "argument from context": lambda plan: any(
        call.contexts for each in plan.fetches for call in each.entities
    ),
    "root fetch below": lambda plan: any(
        each.root is not None and each.root.target for each in plan.fetches
    ),
}


def schema_features(partition: Partition) -> set[str]:
    """The features that the subgraphs of a case use."""
    sdls = [
        subgraph_sdl(partition, plan).partition("\n")[2] for plan in partition.subgraphs.values()
    ]
    found = {name for name, holds in _IN_SCHEMAS.items() if any(map(holds, sdls))}
    members = [plan.members.get("P0") for plan in partition.subgraphs.values()]
    if len({frozenset(each) for each in members if each}) > 1:
        found.add("union with other members elsewhere")
    return found


def operation_features(operation: Operation) -> set[str]:
    """The features that an operation uses."""
    return {name for name, holds in _IN_OPERATIONS.items() if holds(operation.text)}


def plan_features(plan: QueryPlan) -> set[str]:
    """What a plan has to do that could not be seen in the operation."""
    return {name for name, holds in _IN_PLANS.items() if holds(plan)}


PLAN_FEATURES = frozenset(_IN_PLANS)
SCHEMA_FEATURES = frozenset({*_IN_SCHEMAS, "union with other members elsewhere"})
OPERATION_FEATURES = frozenset(_IN_OPERATIONS)
