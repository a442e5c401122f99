"""Random plans and subgraphs that answer them, for comparing one way of execution with another.

Everything is drawn from one seeded generator. Plans are consistent (what a fetch needs is fetched
before); answers conform to the types of the selection, unless garbage is asked for.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field, replace
from typing import Any

from gateway.errors import Code
from gateway.plan.nodes import (
    ContextArgument,
    ContextSource,
    Each,
    EntityCall,
    Fetch,
    Key,
    KeyField,
    Literal,
    OfType,
    OperationKind,
    Output,
    OutputField,
    Path,
    QueryPlan,
    Representation,
    RootCall,
    TypeKind,
    TypeShape,
    WireField,
)
from gateway.transport.port import SubgraphRequest, SubgraphResponse, TransportError

ENUMS = {"Colour": frozenset({"RED", "BLUE"})}
VARIABLES = ("yes", "no")


@dataclass
class Built:
    """A field in the making: how it is asked for and how it is shown."""

    wire: WireField
    shown: OutputField | None


@dataclass
class PlanBuilder:
    """Builds one plan."""

    rng: random.Random
    fetches: list[Fetch] = field(default_factory=list)
    numbers: int = 0
    size: int = 0
    plain: bool = False
    """Whether the client asks for things as the subgraphs call and order them."""

    def build(self) -> QueryPlan:
        """A whole plan."""
        self.plain = self.chance(0.5)
        shown: list[OutputField] = []
        for _ in range(self.rng.randint(1, 2)):
            number = self.reserve()
            built = self.fields(number, (), "Query", ("Query",), 0)
            selection = tuple(dict.fromkeys(one.wire for one in built))
            self.fetches[number] = Fetch(
                number,
                f"s{number % 3}",
                OperationKind.QUERY,
                f"fetch {number}",
                variables=("a", "b") if self.chance(0.3) else (),
                root=RootCall((), selection),
            )
            shown += [one.shown for one in built if one.shown is not None]
        if self.chance(0.3):
            shown.append(self.typename("Query").shown_as("t"))
        output = Output("Query", ("Query",), tuple(shown))
        return QueryPlan(
            OperationKind.QUERY,
            tuple(self.fetches),
            output,
            primary=tuple(range(len(self.fetches))),
            enums=ENUMS,
        )

    # --- drawing ------------------------------------------------------------------------------

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.rng.random() < probability

    def name(self, prefix: str) -> str:
        """A name that is new, sometimes an awkward one."""
        self.numbers += 1
        return f"{prefix}{self.numbers}"

    def reserve(self) -> int:
        """The number of a fetch that will be made."""
        self.fetches.append(Fetch(len(self.fetches), "", OperationKind.QUERY, ""))
        return len(self.fetches) - 1

    def partner(self, needed: int) -> int:
        """A fetch to add a call to: sometimes one that waits for the same fetch already."""
        for number, fetch in enumerate(self.fetches):
            if fetch.entities and fetch.depends_on == (needed,) and self.chance(0.4):
                return number
        return self.reserve()

    def nullable(self, depth: int) -> tuple[bool, ...]:
        """Which layers of a type may be null."""
        return tuple(self.chance(0.85) for _ in range(depth + 1))

    def condition(self) -> Any:
        """Sometimes a condition on a variable."""
        if self.plain or self.chance(0.9):
            return None
        return ((Literal(self.rng.choice(VARIABLES), self.chance(0.5)),),)

    def typename(self, type_name: str, on: tuple[str, ...] | None = None) -> Typename:
        """A `__typename`."""
        return Typename(type_name, on)

    # --- fields -------------------------------------------------------------------------------

    def fields(
        self, fetch: int, path: Path, owner: str, possible: tuple[str, ...], depth: int
    ) -> list[Built]:
        """Fields of one object that `fetch` gives."""
        count = self.rng.randint(1, 4)
        built: list[Built] = []
        for _ in range(count):
            if depth < 4 and self.size < 14 and self.chance(0.5 if depth else 0.8):
                self.size += 1
                built += self.composite(fetch, path, possible, depth)
            else:
                built.append(self.leaf(possible))
        return built

    def on(self, possible: tuple[str, ...]) -> tuple[str, ...] | None:
        """Sometimes a limit to one of the possible types."""
        if len(possible) == 1 or self.chance(0.6):
            return None
        return (self.rng.choice(possible),)

    def leaf(self, possible: tuple[str, ...]) -> Built:
        """A scalar or enum, or a list of them."""
        key = self.name("f")
        enum = self.chance(0.15)
        layers = self.nullable(self.rng.choice([0, 0, 0, 0, 1, 2]))
        named = "Colour" if enum else self.rng.choice(["String", "Int", "ID", "Decimal"])
        shape = TypeShape(named, TypeKind.ENUM if enum else TypeKind.SCALAR, layers)
        return self.shaped(key, shape, possible, (), None)

    def shaped(
        self,
        key: str,
        shape: TypeShape,
        possible: tuple[str, ...],
        children: tuple[WireField, ...],
        below: Output | None,
    ) -> Built:
        """A field of a type, with the odds of a field: aliases, limits, laxer subgraphs."""
        on, when = self.on(possible), self.condition()
        lax_odds = 0.03 if self.plain else 0.2
        lax = replace(shape, nullable=tuple(True for _ in shape.nullable))
        internal = below is None and not self.plain and self.chance(0.1)
        wire = WireField(
            key, key, shape, children, on, when, internal, lax if self.chance(lax_odds) else None
        )
        aliased = self.chance(0.06 if self.plain else 0.2)
        shown_key = self.name("alias") if aliased else key
        shown = OutputField(shown_key, key, key, shape, below, on, when)
        return Built(wire, None if internal else shown)

    def composite(
        self, fetch: int, path: Path, possible: tuple[str, ...], depth: int
    ) -> list[Built]:
        """A field with objects, perhaps completed by entity calls; perhaps with a twin."""
        key = self.name("o")
        layers = self.nullable(self.rng.choice([0, 1, 1, 1, 2]))
        types = (self.name("T"),) if self.chance(0.7) else (self.name("T"), self.name("U"))
        kind = TypeKind.OBJECT if len(types) == 1 else TypeKind.ABSTRACT
        named = types[0] if len(types) == 1 else self.name("Abstract")
        here: Path = (*path, Key(key), *(Each() for _ in layers[1:]))
        before = len(self.fetches)
        wires, output = self.content(fetch, here, named, types, depth)
        shape = TypeShape(named, kind, layers)
        one = self.shaped(key, shape, possible, tuple(wires), output)
        if one.shown is not None and self.chance(0.2):
            return [one, self.echo(one)]
        if not self.chance(0.25):
            return [one]
        twin = self.name("o")
        skip = self.chance(0.3)
        for number in range(before, len(self.fetches)):
            self.fetches[number] = self.also_at(self.fetches[number], here, key, twin, skip)
        shown = one.shown and replace(one.shown, response_key=twin, source=twin, name=twin)
        return [one, Built(replace(one.wire, key=twin, name=twin), shown)]

    def echo(self, one: Built) -> Built:
        """The same value once more, under another key and in part."""
        assert one.shown is not None
        assert one.shown.shape is not None
        fields = one.shown.shape.fields
        some = tuple(self.rng.sample(fields, self.rng.randint(1, len(fields))))
        below = replace(one.shown.shape, fields=some)
        again = replace(one.shown, response_key=self.name("again"), shape=below)
        return Built(one.wire, again)

    def also_at(self, fetch: Fetch, here: Path, key: str, twin: str, skip: bool) -> Fetch:
        """The fetch with its targets below one key repeated below another."""
        calls = []
        for call in fetch.entities:
            more = tuple(
                tuple(Key(twin) if step == Key(key) else step for step in target)
                for target in call.targets
                if target[: len(here)] == here and not (skip and len(target) > len(here))
            )
            calls.append(replace(call, targets=call.targets + more))
        return replace(fetch, entities=tuple(calls))

    def content(
        self, fetch: int, here: Path, named: str, types: tuple[str, ...], depth: int
    ) -> tuple[list[WireField], Output]:
        """What an object has, from its own fetch and from entity calls."""
        entity = self.chance(0.6)
        wires: list[WireField] = []
        shown: list[OutputField] = []
        if entity or len(types) > 1:
            wires.append(Typename(named).wire)
        if entity:
            visible = self.chance(0.4)
            id_shape = TypeShape("ID", TypeKind.SCALAR, (False,))
            wires.append(WireField("id", "id", id_shape, internal=not visible))
            if visible:
                shown.append(OutputField("id", "id", "id", id_shape))
        if self.chance(0.2) and (entity or len(types) > 1):
            shown.append(Typename(named).shown_as(self.name("type")))
        if not entity or self.chance(0.5):
            for built in self.fields(fetch, here, named, types, depth + 1):
                wires += [built.wire] if built.wire not in wires else []
                shown += [built.shown] if built.shown else []
        if entity:
            for _ in range(self.rng.choice([1, 1, 2])):
                shown += self.entity_call(fetch, here, types, depth, wires)
        if not self.plain:
            self.rng.shuffle(shown)
        if not shown:
            shown.append(Typename(named).shown_as("__typename"))
            if len(types) > 1 and not entity:
                pass  # `__typename` is selected above
        return wires, Output(named, types, tuple(shown))

    def entity_call(
        self,
        fetch: int,
        here: Path,
        types: tuple[str, ...],
        depth: int,
        wires: list[WireField],
    ) -> list[OutputField]:
        """Complete the objects at a path by another fetch."""
        number = self.partner(fetch)
        entered = types if len(types) == 1 or self.chance(0.6) else types[:1]
        target = here if entered == types else (*here, OfType(entered))
        fields = [KeyField("id", "id", is_key=True)]
        needs = [wire for wire in wires if not wire.children and wire.key.startswith("f")]
        if needs and self.chance(0.3):
            need = self.rng.choice(needs)
            fields.append(KeyField(f"r_{need.name}", need.key))
        choices = tuple(Representation((name,), name, tuple(fields)) for name in entered)
        built = self.fields(number, here, entered[0], entered, depth + 1)
        selection = list(dict.fromkeys(one.wire for one in built))
        if self.chance(0.3):
            selection = [w for w in wires if w.key in ("id", "__typename")] + selection
        self.numbers += 1
        contexts: tuple[ContextArgument, ...] = ()
        if self.chance(0.05) and len(here) > 1:
            contexts = (ContextArgument(f"ctx{self.numbers}", (ContextSource(1, ("id",)),)),)
        call = EntityCall(
            f"_e{self.numbers}",
            f"r{self.numbers}",
            choices,
            (target,),
            tuple(selection),
            self.condition(),
            f"i{self.numbers}" if self.chance(0.5) else None,
            contexts,
        )
        known = self.fetches[number]
        if known.entities:
            self.fetches[number] = replace(known, entities=(*known.entities, call))
        else:
            self.fetches[number] = Fetch(
                number,
                f"s{number % 3}",
                OperationKind.QUERY,
                f"fetch {number}",
                variables=("a",) if self.chance(0.3) else (),
                entities=(call,),
                depends_on=(fetch,),
                when=self.condition(),
            )
        limited = None if entered == types else entered
        shown = [one.shown for one in built if one.shown is not None]
        if limited is None:
            return shown
        return [one if one.on else replace(one, on=limited) for one in shown]


@dataclass(frozen=True)
class Typename:
    """`__typename` of a type."""

    type_name: str
    on: tuple[str, ...] | None = None

    @property
    def wire(self) -> WireField:
        """As it is asked for."""
        shape = TypeShape("String", TypeKind.SCALAR, (False,))
        return WireField("__typename", "__typename", shape, internal=True)

    def shown_as(self, key: str) -> OutputField:
        """As it is shown."""
        shape = TypeShape("String", TypeKind.SCALAR, (False,))
        return OutputField(key, "__typename", "__typename", shape, on=self.on)


def random_plan(seed: int) -> QueryPlan:
    """The plan of a seed; its fetches are numbered in order."""
    return PlanBuilder(random.Random(seed)).build()


@dataclass(eq=False)
class RandomSubgraphs:
    """A transport whose answers are a function of the seed and of the request alone."""

    plan: QueryPlan
    seed: int
    faults: bool = False
    garbage: bool = False
    bodies: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._possible: dict[str, tuple[str, ...]] = {}
        pending = [self.plan.output]
        while pending:
            output = pending.pop()
            self._possible[output.type_name] = output.possible
            pending += [entry.shape for entry in output.fields if entry.shape]
        self._fetches = {fetch.document: fetch for fetch in self.plan.fetches}

    async def close(self) -> None:
        """Nothing is open."""

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        """Answer, or fail."""
        payload = json.loads(request.body)
        text = json.dumps(payload, sort_keys=True)
        self.bodies.append(text)
        rng = random.Random(f"{self.seed} {text}")
        if self.faults and rng.random() < 0.15:
            return self._failure(rng)
        fetch = self._fetches[payload["query"]]
        variables = payload.get("variables", {})
        if fetch.root is not None:
            data = self._object(fetch.root.selection, "Query", rng)
        else:
            data = {}
            for call in fetch.entities:
                if variables.get(call.include_variable or "", True):
                    data[call.alias] = self._entities(call, variables, rng)
        answer: dict[str, Any] = {"data": data}
        if self.faults and rng.random() < 0.3:
            answer["errors"] = [self._error(data, rng) for _ in range(rng.randint(1, 3))]
        if self.garbage:
            answer = self._spoilt(answer, rng)
        body = json.dumps(answer).encode()
        if self.garbage and rng.random() < 0.1:
            body = body[: rng.randint(0, len(body))]
        return SubgraphResponse(rng.choice([200, 200, 200, 500]) if self.faults else 200, body)

    def _failure(self, rng: random.Random) -> SubgraphResponse:
        if rng.random() < 0.5:
            raise TransportError(Code.GATEWAY_TIMEOUT, "slow")
        return (
            SubgraphResponse(503, b"<html>") if rng.random() < 0.5 else SubgraphResponse(200, b"")
        )

    def _entities(self, call: EntityCall, variables: Any, rng: random.Random) -> Any:
        entities = [
            None
            if rng.random() < 0.1
            else self._object(call.selection, item["__typename"], rng, item)
            for item in variables[call.variable]
        ]
        if self.faults and rng.random() < 0.1:
            return rng.choice([None, entities[:-1], [*entities, None]])
        return entities

    def _object(
        self, selection: Any, type_name: str, rng: random.Random, known: Any = None
    ) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for wire in selection:
            if wire.on is not None and type_name not in wire.on:
                continue
            if not self._wanted(wire.when):
                continue
            if wire.key == "__typename":
                result[wire.key] = type_name
            elif wire.key == "id":
                result[wire.key] = (known or {}).get("id", rng.choice(["1", "2", "3", 1]))
            else:
                result[wire.key] = self._value(wire, rng, 0)
        return result

    def _wanted(self, when: Any) -> bool:
        return when is None or all(CHOSEN[literal.variable] is literal.value for literal in when[0])

    def _value(self, wire: WireField, rng: random.Random, depth: int) -> Any:
        shape = wire.subgraph_type or wire.type
        if shape.nullable[depth] and rng.random() < 0.15:
            return None
        if depth < shape.list_depth:
            return [self._value(wire, rng, depth + 1) for _ in range(rng.randint(0, 3))]
        if shape.kind in (TypeKind.OBJECT, TypeKind.ABSTRACT):
            possible = self._possible.get(shape.named, (shape.named,))
            return self._object(wire.children, rng.choice(possible), rng)
        if shape.kind is TypeKind.ENUM:
            return rng.choice(["RED", "BLUE", "RED", "HIDDEN" if self.faults else "RED"])
        if shape.named == "Decimal":
            return rng.choice([1, "1.50", {"a": {"b": None}}, [1, [2]], 2**63])
        return rng.randint(0, 9) if shape.named == "Int" else rng.choice(["x", 'y"\\', "é"])

    def _error(self, data: Any, rng: random.Random) -> dict[str, Any]:
        path: list[Any] = []
        value = data
        while isinstance(value, dict | list) and value and rng.random() < 0.8:
            step = rng.choice(list(value) if isinstance(value, dict) else range(len(value)))
            path.append(step)
            value = value[step]
        return {"message": f"m{rng.randint(0, 9)}", "path": path}

    def _spoilt(self, value: Any, rng: random.Random) -> Any:
        if rng.random() < 0.05:
            odd = [None, 0, "text", True, [], {}, [[]], {"x": 1}, [{"id": [1]}], 1e300]
            return rng.choice(odd)
        if isinstance(value, dict):
            return {
                key: self._spoilt(item, rng) for key, item in value.items() if rng.random() < 0.97
            }
        return [self._spoilt(item, rng) for item in value] if isinstance(value, list) else value


CHOSEN = {"yes": True, "no": False}
