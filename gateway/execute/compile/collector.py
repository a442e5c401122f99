"""Generating the code that finds a call's targets and writes its representations."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Final

from gateway.execute import wire_json
from gateway.execute.compile.analysis import (
    Analysis,
    Likeness,
    Origin,
    Slot,
    is_plain_list,
    promises,
    untyped,
)
from gateway.execute.compile.source import Source
from gateway.execute.interpreter.collect import ABSENT, write_fields
from gateway.plan.nodes import (
    Each,
    EntityCall,
    Key,
    KeyField,
    OfType,
    Path,
    PathStep,
    Representation,
    TypeKind,
    WireField,
)


def atom(value: Any) -> Any:
    """A hashable that tells values of different classes apart; strings are their own."""
    if value.__class__ is str:
        return value
    if value.__class__ in (dict, list, wire_json.Fragment):
        return (value.__class__, wire_json.encode(value))
    if value.__class__ is float:
        return (float, repr(value))  # 0.0 and -0.0 are equal
    return (value.__class__, value)


RUNTIME: Final = {
    "ABSENT": ABSENT,
    "atom": atom,
    "encode": wire_json.encode,
    "int": int,
    "write_fields": write_fields,
}


@dataclass(slots=True)
class Gatherer:
    """A generated function that lists the objects at a path.

    `shared`: equal objects have been made one, so each is listed (and merged into) once.
    """

    name: str
    shared: bool


class Collectors:
    """Generates the collectors of one plan; a path is walked by one function for all calls."""

    def __init__(self, source: Source, analysis: Analysis) -> None:
        self._source = source
        self._analysis = analysis
        self._gatherers: dict[Path, Gatherer] = {}
        self._users: dict[Path, set[int]] = {}
        for fetch in analysis.plan.fetches:
            for call in fetch.entities:
                for path in call.targets:
                    self._users.setdefault(path, set()).add(fetch.id)

    def is_shared(self, path: Path) -> bool:
        """Whether objects at this path are made one where they are alike."""
        return path in self._gatherers and self._gatherers[path].shared

    def shared_paths(self) -> list[Path]:
        """The paths where alike objects are made one."""
        return [path for path, gatherer in self._gatherers.items() if gatherer.shared]

    # --- finding ------------------------------------------------------------------------------

    def gatherer(self, path: Path) -> Gatherer:
        """The function that lists the objects at a path: `(root, N) -> list`.

        `N` holds the run's notes: a path that cannot change any more is walked once.
        """
        known = self._gatherers.get(path)
        if known is not None:
            return known
        settled = self._analysis.settled(path, self._users.get(path, set()))
        start = self._start(path) if settled else ()
        begun = self.gatherer(start).name if start else None
        source, name = self._source, self._source.fresh("gather_")
        may_repeat = settled and not is_plain_list(path) and self._alone(path)
        likeness = self._analysis.likeness(path) if may_repeat else None
        gatherer = self._gatherers[path] = Gatherer(name, likeness is not None)
        with source.block(f"def {name}(root, N):"):
            if settled:
                source.line(f"found = N.get({name!r})")
                with source.block("if found is not None:"):
                    source.line("return found")
            source.line("found = []")
            source.line("add = found.append")
            if likeness is not None:
                source.line("alike = {}")
                source.line("get_alike = alike.get")

            def target(value: str, holder: str, place: str) -> None:
                if likeness is None:
                    source.line(f"add({value})")
                else:
                    self._share(value, holder, place, likeness)

            self._walk(path, start, begun, target, replaces=likeness is not None)
            if settled:
                source.line(f"N[{name!r}] = found")
            source.line("return found")
        return gatherer

    def _start(self, path: Path) -> Path:
        """The longest beginning of a path that some call has its objects at anyway."""
        for length in range(len(path) - 1, 0, -1):
            start = path[:length]
            users = self._users.get(start)
            if users is not None and self._analysis.settled(start, users):
                return start
        return ()

    def _alone(self, path: Path) -> bool:
        """Whether no other path finds the same objects: it would hold on to those put aside."""
        plain = untyped(path)
        return plain == path and all(
            other == path or untyped(other) != plain for other in self._users
        )

    def _share(self, value: str, holder: str, place: str, likeness: Likeness) -> None:
        source = self._source
        names: list[str] = []
        for key in likeness.keys:
            name = source.fresh("k")
            source.line(f"{name} = {value}.get({key!r}, ABSENT)")
            with source.block(f"if {name}.__class__ is not str:"):
                source.line(f"{name} = atom({name})")
            names.append(name)
        whole = names[0] if len(names) == 1 else f"({', '.join(names)})"
        source.line(f"known = get_alike({whole})")
        with source.block("if known is None:"):
            source.line(f"alike[{whole}] = {value}")
            source.line(f"add({value})")
        with source.block(f"elif known is not {value}:"):
            if not likeness.deep:
                source.line(f"{holder}[{place}] = known")
                return
            test = f"known == {value}"
            if likeness.exact:
                test += f" and encode(known) == encode({value})"
            with source.block(f"if {test}:"):
                source.line(f"{holder}[{place}] = known")
            with source.block("else:"):
                source.line(f"add({value})")

    def _walk(
        self,
        path: Path,
        start: Path,
        begun: str | None,
        target: Callable[[str, str, str], None],
        *,
        replaces: bool,
    ) -> None:
        """Nested loops along a path; `target` writes what is done with each object.

        It is told the object, what holds it and the key or index that it is held by. `begun` is the
        function that lists the objects at the path's beginning, `start`.
        """
        slots = [slot for _, slot in self._analysis.along(path)]
        walk = _Walk(self._source, slots, target, replaces)
        if begun is None:
            walk.go(path, "root", "", "")
            return
        done = sum(isinstance(step, Key) for step in start)
        with self._source.block(f"for o in {begun}(root, N):"):
            walk.go(path[len(start) :], "o", "", "", done)

    # --- representations ----------------------------------------------------------------------

    def collector(self, origin: Origin, call: EntityCall) -> str:
        """The function that collects a call: `(root, N) -> (representations, owners)`."""
        source = self._source
        gatherers = [self.gatherer(path) for path in call.targets]
        kinds = [self._static_type(path) for path in call.targets]
        static = kinds[0] if len(set(kinds)) == 1 else None
        name = source.fresh(f"collect_{origin[0]}_")
        with source.block(f"def {name}(root, N):"):
            source.line("index = {}")
            source.line("representations = []")
            source.line("owners = []")
            lists = [f"{gatherer.name}(root, N)" for gatherer in gatherers]
            found = lists[0] if len(lists) == 1 else "(" + " + ".join(lists) + ")"
            with source.block(f"for o in {found}:"):
                self._represent(call, static)
            source.line("return representations, owners")
        return name

    def _static_type(self, path: Path) -> str | None:
        """The type that all objects at a path have, where the schema alone says so."""
        slots = [slot for _, slot in self._analysis.along(path)]
        keys = sum(isinstance(step, Key) for step in path)
        if not slots or len(slots) != keys or slots[-1].only is None:
            return None
        shape = slots[-1].only[1].type
        return shape.named if shape.kind is TypeKind.OBJECT else None

    def _represent(self, call: EntityCall, static: str | None) -> None:
        source = self._source
        needs_type = static is None or any(
            choice.typename is None for choice in call.representations
        )
        if needs_type:
            source.line("t = o.get('__typename')")
        for number, choice in enumerate(call.representations):
            word = "if" if number == 0 else "elif"
            test = _serves(choice, static)
            with source.block(f"{word} {test}:"):
                self._representation(choice, number if len(call.representations) > 1 else None)
            if test == "True":
                break

    def _representation(self, choice: Representation, number: int | None) -> None:
        source = self._source
        conditions = ["t.__class__ is str"] if choice.typename is None else []
        values: list[tuple[KeyField, str]] = []
        for entry in choice.fields:
            if entry.on is not None:
                # A field of some types only: the rare case keeps to the interpreter's way.
                self._written_whole(choice)
                return
            name = source.fresh("k")
            source.line(f"{name} = o.get({entry.source!r}, ABSENT)")
            if entry.children:
                fields = source.bind("fields", entry.children)
                source.line(f"{name} = write_fields({name}, {fields}, keyed={entry.is_key!r})")
            conditions.append(f"{name} is not ABSENT")
            if entry.is_key:
                conditions.append(f"{name} is not None")
            values.append((entry, name))
        with source.block(f"if {' and '.join(conditions) or 'True'}:"):
            keys = [f"({name} if {name}.__class__ is str else atom({name}))" for _, name in values]
            sent = "t" if choice.typename is None else repr(choice.typename)
            if number is not None or choice.typename is None:
                keys += [sent, repr(tuple(entry.name for entry, _ in values))]
            pairs = [f"'__typename': {sent}"]
            pairs += [f"{entry.name!r}: {name}" for entry, name in values]
            self._note(keys, "{" + ", ".join(pairs) + "}")

    def _written_whole(self, choice: Representation) -> None:
        source = self._source
        fields = source.bind("fields", choice.fields)
        sent = "t" if choice.typename is None else repr(choice.typename)
        source.line(f"w = write_fields(o, {fields}, keyed=False)")
        with source.block(f"if w is not ABSENT and {sent}.__class__ is str:"):
            self._note(["atom(w)", sent], f"{{'__typename': {sent}, **w}}")

    def _note(self, keys: list[str], representation: str) -> None:
        source = self._source
        key = keys[0] if len(keys) == 1 else f"({', '.join(keys)},)"
        source.line(f"key = {key}")
        source.line("i = index.get(key)")
        with source.block("if i is None:"):
            source.line("index[key] = len(owners)")
            source.line(f"representations.append({representation})")
            source.line("owners.append([o])")
        with source.block("else:"):
            source.line("owners[i].append(o)")


def _serves(choice: Representation, static: str | None) -> str:
    if choice.on is None:
        return "True"
    if static is not None:
        return repr(static in choice.on)
    if len(choice.on) == 1:
        return f"t == {choice.on[0]!r}"
    return f"t in {set(choice.on)!r}" if choice.on else "False"


class _Walk:
    """The nested loops of one path."""

    def __init__(
        self,
        source: Source,
        slots: list[Slot],
        target: Callable[[str, str, str], None],
        replaces: bool,
    ) -> None:
        self._source = source
        self._replaces = replaces
        self._slots = slots
        self._target = target

    def go(
        self, path: Path, value: str, holder: str, place: str, at: int = 0, depth: int = 0
    ) -> None:
        """Write the code for the steps of `path`, all of which start at `value`.

        `at` keys and, since the last of them, `depth` list levels have been passed already.
        """
        source = self._source
        if not path:
            self._target(value, holder, place)
            return
        step, rest = path[0], path[1:]
        if isinstance(step, Key):
            name = source.fresh("v")
            given = self._given(at)
            key = repr(step.name)
            source.line(f"{name} = {value}[{key}]" if given else f"{name} = {value}.get({key})")
            sure = given and self._promised(at + 1, 0)
            with self._check(name, rest, sure=sure):
                self.go(rest, name, value, key, at + 1)
        elif isinstance(step, Each):
            name, index = source.fresh("v"), source.fresh("n")
            loop = f"for {name} in {value}:"
            if self._replaces and not rest:
                loop = f"for {index}, {name} in enumerate({value}):"
            sure = self._promised(at, depth + 1)
            with source.block(loop), self._check(name, rest, sure=sure):
                self.go(rest, name, value, index, at, depth + 1)
        elif self._always(at, step):
            self.go(rest, value, holder, place, at, depth)
        else:
            with source.block(f"if {_of_type(value, step)}:"):
                self.go(rest, value, holder, place, at, depth)

    def _check(
        self, name: str, rest: tuple[PathStep, ...], *, sure: bool
    ) -> AbstractContextManager[None]:
        """The test that a value is there; what is promised is tested only at the path's end."""
        return nullcontext() if sure and rest else self._source.block(_present(name, rest))

    def _writer(self, at: int) -> tuple[Origin, WireField] | None:
        """Who alone writes the slot of the `at`-th key, counted from one."""
        return self._slots[at - 1].only if 0 < at <= len(self._slots) else None

    def _given(self, at: int) -> bool:
        """Whether the key after `at` keys comes along with the object that it is in."""
        parent, own = self._writer(at), self._writer(at + 1)
        if parent is None or own is None or parent[0] != own[0]:
            return False
        return own[1].on is None and own[1].when is None

    def _promised(self, at: int, depth: int) -> bool:
        writer = self._writer(at)
        return writer is not None and promises(writer[1], depth)

    def _always(self, at: int, step: OfType) -> bool:
        """Whether the schema alone says that the objects are of these types."""
        writer = self._writer(at)
        shape = writer[1].type if writer is not None else None
        return shape is not None and shape.kind is TypeKind.OBJECT and shape.named in step.types


def _present(name: str, rest: tuple[PathStep, ...]) -> str:
    kind = "list" if rest and isinstance(rest[0], Each) else "dict"
    return f"if {name}.__class__ is {kind}:"


def _of_type(value: str, step: OfType) -> str:
    return f"{value}.get('__typename') in {tuple(step.types)!r}"
