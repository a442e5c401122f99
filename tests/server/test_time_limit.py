from __future__ import annotations

import asyncio
from typing import Any

import pytest

from gateway.server.time_limit import TimeLimits


def this_task() -> asyncio.Task[Any]:
    task = asyncio.current_task()
    assert task is not None
    return task


async def limited(limits: TimeLimits, seconds: float, work: float) -> str:
    limit = limits.start(this_task(), asyncio.get_running_loop().time() + seconds)
    try:
        await asyncio.sleep(work)
    except asyncio.CancelledError:
        if not limit.caused_cancellation():
            raise
        return "expired"
    finally:
        limits.end(limit)
    return "done"


async def test_only_the_task_whose_time_is_up_is_cancelled() -> None:
    limits = TimeLimits(asyncio.get_running_loop())
    results = await asyncio.gather(limited(limits, 0.02, 30.0), limited(limits, 30.0, 0.05))
    assert results == ["expired", "done"]


async def test_a_task_goes_on_after_its_limit() -> None:
    limits = TimeLimits(asyncio.get_running_loop())
    assert await limited(limits, 0.0, 30.0) == "expired"
    await asyncio.sleep(0)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_a_cancellation_from_outside_stays_one() -> None:
    task = asyncio.create_task(limited(TimeLimits(asyncio.get_running_loop()), 30.0, 30.0))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_limit_can_be_moved() -> None:
    limits = TimeLimits(asyncio.get_running_loop())
    loop = asyncio.get_running_loop()
    limit = limits.start(this_task(), loop.time() + 0.02)
    limits.move(limit, loop.time() + 30.0)
    await asyncio.sleep(0.05)
    limits.end(limit)
    assert not limit.expired


async def abandoned(limits: TimeLimits, *steps: str) -> bool:
    """Whether a task that is given these steps is cancelled for want of a client."""
    limit = limits.start(this_task(), asyncio.get_running_loop().time() + 30.0)
    try:
        for step in steps:
            getattr(limit, step)()
        await asyncio.sleep(0)
    except asyncio.CancelledError:
        assert limit.caused_cancellation()
    finally:
        limits.end(limit)
    return limit.abandoned


@pytest.mark.parametrize(
    ("steps", "ends"),
    [
        (["abandon"], True),
        (["hold", "abandon"], False),
        (["hold", "abandon", "release"], True),
        (["hold", "hold", "abandon", "release"], False),
        (["hold", "release", "abandon"], True),
        (["hold", "release"], False),
    ],
)
async def test_a_task_without_client_ends_when_nothing_holds_it(
    steps: list[str], ends: bool
) -> None:
    assert await abandoned(TimeLimits(asyncio.get_running_loop()), *steps) is ends


async def test_what_comes_after_the_end_of_a_limit_does_no_harm() -> None:
    limits = TimeLimits(asyncio.get_running_loop())
    limit = limits.start(this_task(), asyncio.get_running_loop().time() + 30.0)
    limits.end(limit)
    limit.abandon()
    await asyncio.sleep(0)
    assert not limit.abandoned
