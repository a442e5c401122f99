"""What a write changes, field by field, as people read it in a preview and in a run."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from subgraphs.systems_of_record.records.common import Money


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field's old and new value as text; None where there is, or will be, no value.

    `path` names the field in the record's own terms; an element of a list is addressed by its
    identifying value, as in `lines[L-3].amount`.
    """

    path: str
    old: str | None
    new: str | None


def field_changes(old: Any, new: Any) -> tuple[FieldChange, ...]:
    """The differences between two drafts of one class; `old` or `new` may be None."""
    before = dict(_flat("", old)) if old is not None else {}
    after = dict(_flat("", new)) if new is not None else {}
    paths = [*before, *(path for path in after if path not in before)]
    return tuple(
        FieldChange(path, before.get(path), after.get(path))
        for path in paths
        if before.get(path) != after.get(path)
    )


def _flat(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if value is None or value == ():
        return
    if isinstance(value, Money):
        yield path, f"{_plain(value.amount)} {value.currency}"
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            inner = f"{path}.{field.name}" if path else field.name
            yield from _flat(inner, getattr(value, field.name))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _flat(f"{path}[{_identity(item, index)}]", item)
    else:
        yield path, _text(value)


def _identity(item: Any, index: int) -> str:
    """What tells an element of a list from its neighbours, so that a diff is no shift."""
    if not dataclasses.is_dataclass(item):
        return str(index)
    names = [field.name for field in dataclasses.fields(item)]
    if "month" in names and "role" in names:
        return f"{getattr(item, 'role')} {getattr(item, 'month').isoformat()}"  # noqa: B009
    return str(getattr(item, names[0]))


def _text(value: Any) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    return _plain(value) if isinstance(value, Decimal) else str(value)


def _plain(value: Decimal) -> str:
    """Without insignificant zeros, so that 10.0 and 10.00 are no difference."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
