"""Keyset pages over lists at hand: complete, without repetition, stable under change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.serving.connection import page_of
from subgraphs.serving.errors import BadInputError
from subgraphs.systems_of_record.records.common import PageRequest, Source, System

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Item:
    id: str
    day: str
    source: Source = Source(System.ERP, "x", "1", NOW, NOW)  # noqa: RUF009  (frozen)


def day(item: Item) -> str:
    return item.day


ITEMS = st.lists(
    st.builds(Item, id=st.text(min_size=1, max_size=4), day=st.sampled_from(["a", "b", "c"])),
    unique_by=lambda item: item.id,
)


@given(ITEMS, st.integers(min_value=1, max_value=5), st.booleans())
def test_pages_put_together_are_the_list(items: list[Item], first: int, descending: bool) -> None:
    seen: list[Item] = []
    after: str | None = None
    while True:
        page = page_of(items, day, PageRequest(first, after), descending=descending)
        assert page.total == len(items)
        seen += page.items
        if not page.has_next:
            break
        after = page.end_cursor
    assert seen == sorted(items, key=lambda item: (item.day, item.id), reverse=descending)


def test_an_item_removed_in_between_loses_none_of_the_others() -> None:
    items = [Item(str(number), "a") for number in range(6)]
    page = page_of(items, day, PageRequest(3))
    rest = page_of(items[:2] + items[3:], day, PageRequest(10, page.end_cursor))
    assert [item.id for item in rest.items] == ["3", "4", "5"]


@given(st.text(max_size=60))
def test_a_strange_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(BadInputError):
        page_of([Item("1", "a")], day, PageRequest(3, cursor or "x"))
