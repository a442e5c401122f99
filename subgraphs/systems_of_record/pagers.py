"""Ways that systems hand out long lists, each as an iterator over the pages' bodies."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeAlias

Body: TypeAlias = Any
MAX_PAGES = 1000


class EndlessListError(RuntimeError):
    """A list went on for more pages than any sane list has."""


async def by_opaque_url(
    fetch: Callable[[str | None], Awaitable[Body]], next_url: Callable[[Body], str | None]
) -> AsyncIterator[Body]:
    """Pages that name the URL of the next one; `fetch(None)` gets the first."""
    url: str | None = None
    for _ in range(MAX_PAGES):
        body = await fetch(url)
        yield body
        url = next_url(body)
        if url is None:
            return
    raise EndlessListError


async def by_page_number(
    fetch: Callable[[int], Awaitable[Body]], page_count: Callable[[Body], int], first: int
) -> AsyncIterator[Body]:
    """Pages counted from `first`; each body tells how many there are at that moment."""
    for number in range(first, first + MAX_PAGES):
        body = await fetch(number)
        yield body
        if number - first + 1 >= page_count(body):
            return
    raise EndlessListError
