"""A step that keeps objects of one kind in one system as the contract wants them.

What such a step needs to know is a handful of functions, given by its file. The rest is the same
for every kind: an object that is missing is created, one that differs is updated at the version
that was read, one that is right is left alone.

An amendment touches an object only where what the contract wanted before and wants now differ,
and only those of its fields: whatever people have changed in the system since stays as it is.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, Protocol, TypeVar, cast

from subgraphs.engagement.model.changes import field_changes
from subgraphs.engagement.model.landscape import Landscape
from subgraphs.engagement.model.plan import Operation, PlanCase, Write
from subgraphs.engagement.steps.step import Receipt, Work
from subgraphs.systems_of_record.ports import Systems
from subgraphs.systems_of_record.records.common import Money, Source, System

D = TypeVar("D")
D_contra = TypeVar("D_contra", contravariant=True)


class Held(Protocol):
    """A record as far as steps are concerned."""

    @property
    def id(self) -> str: ...

    @property
    def source(self) -> Source: ...


class Put(Protocol[D_contra]):
    """A port's `put_*` method, given the systems."""

    def __call__(
        self, systems: Systems, draft: D_contra, *, key: str, expected_version: str | None
    ) -> Awaitable[Held]: ...


class Merge(Protocol[D]):
    """How a kind carries an amendment over to an object whose lines have a history."""

    def __call__(self, held: D, before: D, after: D, record: Any) -> D: ...


# Fields that say which version of the contract an object was made from. They follow a change
# of the object, but are no reason to touch it.
_STAMPS = frozenset({"contract_version", "rate_card_version"})


def _nothing(_: Held) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class ObjectStep(Generic[D]):
    """See the module's text. `wanted` is what the contract asks for, by external key."""

    name: str
    system: System
    object_type: str
    draft_type: type[D]
    external_key: Callable[[D], str]
    wanted: Callable[[PlanCase], tuple[D, ...]]
    held: Callable[[Landscape, str], Held | None]
    put: Put[D]
    cancel: Callable[[Systems, D, str], Awaitable[Any]]
    draft_of: Callable[[Any], D] | None = None
    merge: Merge[D] | None = None
    ids: Callable[[Held], Mapping[str, str]] = _nothing

    def plan(self, case: PlanCase) -> tuple[Write, ...]:
        """See `Step.plan`."""
        wanted = {self.external_key(draft): draft for draft in self.wanted(case)}
        if case.before is None:
            writes = [self._ensure(case, key, draft) for key, draft in wanted.items()]
            return tuple(writes)
        former = dataclasses.replace(case, after=case.before)
        before = {self.external_key(draft): draft for draft in self.wanted(former)}
        keys = [*before, *(key for key in wanted if key not in before)]
        found = (self._amend(case, key, before.get(key), wanted.get(key)) for key in keys)
        return tuple(write for write in found if write is not None)

    def rebase(self, write: Write, landscape: Landscape) -> Write | None:
        """See `Step.rebase`: the same change, made to the object as it is now."""
        key = write.external_key
        record = self._live(landscape, key)
        if write.new is None:
            old = write.old if record is None else self._draft(record)
            return self._write(key, Operation.CANCEL, old, None, record)
        if record is None:
            return self._write(key, Operation.CREATE, None, write.new, None)
        old = self._draft(record)
        new = self._merged(old, write.old, write.new, record)
        operation = Operation.UPDATE if _differs(old, new) else Operation.MATCH
        return self._write(key, operation, old, new, record)

    async def do(self, work: Work, write: Write, key: str) -> Receipt:
        """See `Step.do`."""
        if write.operation is Operation.CANCEL:
            held = await self.cancel(work.systems, write.old, key)
            version = held.source.version if held is not None else ""
            return Receipt(held.id if held is not None else "", version, {})
        draft = bound(write.new, work.ids)
        record = await self.put(work.systems, draft, key=key, expected_version=write.version)
        return Receipt(record.id, record.source.version, self.ids(record))

    async def undo(self, work: Work, write: Write, receipt: Receipt, key: str) -> None:
        """See `Step.undo`."""
        if write.operation is Operation.CREATE:
            await self.cancel(work.systems, bound(write.new, work.ids), key)
        elif write.operation is Operation.UPDATE:
            version = receipt.version
            await self.put(work.systems, write.old, key=key, expected_version=version)
        elif write.operation is Operation.CANCEL:
            await self.put(work.systems, write.old, key=key, expected_version=None)

    def _ensure(self, case: PlanCase, key: str, draft: D) -> Write:
        record = self._live(case.landscape, key)
        if record is None:
            return self._write(key, Operation.CREATE, None, draft, None)
        old = self._draft(record)
        if not _differs(old, draft):
            return self._write(key, Operation.MATCH, old, old, record)
        return self._write(key, Operation.UPDATE, old, draft, record)

    def _amend(self, case: PlanCase, key: str, before: D | None, after: D | None) -> Write | None:
        record = self._live(case.landscape, key)
        if after is None:
            if record is None:
                return None
            return self._write(key, Operation.CANCEL, self._draft(record), None, record)
        if before is not None and not _differs(before, after):
            return None
        if record is None:
            return self._write(key, Operation.CREATE, None, after, None)
        old = self._draft(record)
        new = self._merged(old, before, after, record)
        if not _differs(old, new):
            return None
        return self._write(key, Operation.UPDATE, old, new, record)

    def _merged(self, held: D, before: D | None, after: D, record: Held) -> D:
        if before is None:
            return after
        carried = carried_over(held, before, after)
        return self.merge(carried, before, after, record) if self.merge else carried

    def _live(self, landscape: Landscape, key: str) -> Held | None:
        record = self.held(landscape, key)
        state = getattr(record, "state", None)
        gone = getattr(record, "active", True) is False
        cancelled = isinstance(state, Enum) and state.value == "CANCELLED"
        return None if gone or cancelled else record

    def _draft(self, record: Any) -> D:
        return self.draft_of(record) if self.draft_of else draft_from(self.draft_type, record)

    def _write(
        self, key: str, operation: Operation, old: D | None, new: D | None, record: Held | None
    ) -> Write:
        changes = field_changes(old, new)
        version = record.source.version if record is not None else None
        return Write(self.name, self.object_type, key, operation, old, new, version, changes)


def draft_from(draft_type: type[D], record: Any) -> D:
    """The draft that would write a record as it is: its fields of the same names."""
    fields = dataclasses.fields(cast(Any, draft_type))
    return draft_type(**{field.name: getattr(record, field.name) for field in fields})


def carried_over(held: D, before: D, after: D) -> D:
    """What is held, with the fields that differ between `before` and `after` moved along.

    Amounts of money move by the difference, so that a manual correction is kept; other fields
    take the new value.
    """
    moved: dict[str, Any] = {}
    for field in dataclasses.fields(cast(Any, held)):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old != new:
            is_money = isinstance(old, Money) and isinstance(new, Money)
            current = getattr(held, field.name)
            moved[field.name] = current + (new - old) if is_money and current else new
    return cast(D, dataclasses.replace(cast(Any, held), **moved))


def bound(draft: D, ids: Mapping[str, str]) -> D:
    """The draft with every place-holder replaced by the id that a system has given since."""
    fields = dataclasses.fields(cast(Any, draft))
    values = {field.name: getattr(draft, field.name) for field in fields}
    known = {name: ids[v] for name, v in values.items() if isinstance(v, str) and v in ids}
    return cast(D, dataclasses.replace(cast(Any, draft), **known))


def _differs(one: D, other: D) -> bool:
    return any(change.path not in _STAMPS for change in field_changes(one, other))
