"""Whether an object already is what a draft wants it to be."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any


def matches(record: Any, draft: Any) -> bool:
    """Whether every field of the draft has the same value in the record.

    Amounts compare by value (10.0 is 10.00); parts of a draft compare by their own fields.
    """
    return all(
        _same(getattr(record, field.name), getattr(draft, field.name)) for field in fields(draft)
    )


def _same(have: Any, want: Any) -> bool:
    if isinstance(want, tuple) and isinstance(have, tuple):
        return len(have) == len(want) and all(map(_same, have, want))
    if is_dataclass(want) and type(have) is not type(want):
        return matches(have, want)
    return bool(have == want)
