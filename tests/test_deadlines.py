from __future__ import annotations

import asyncio

from gateway.deadlines import Deadlines


class Thing:
    deadline = 0.0


async def test_each_expires_at_its_own_time_and_forgotten_ones_never() -> None:
    loop = asyncio.get_running_loop()
    expired: list[tuple[Thing, float]] = []
    deadlines: Deadlines[Thing] = Deadlines(loop, lambda each: expired.append((each, loop.time())))
    late, early, forgotten, moved = Thing(), Thing(), Thing(), Thing()
    now = loop.time()
    deadlines.watch(late, now + 0.06)
    deadlines.watch(early, now + 0.02)
    deadlines.watch(forgotten, now + 0.03)
    deadlines.watch(moved, now + 0.01)
    deadlines.watch(moved, now + 0.04)
    deadlines.forget(forgotten)
    await asyncio.sleep(0.1)
    assert [each for each, _ in expired] == [early, moved, late]
    assert all(at >= each.deadline for each, at in expired)


async def test_nothing_expires_after_close() -> None:
    expired: list[Thing] = []
    deadlines: Deadlines[Thing] = Deadlines(asyncio.get_running_loop(), expired.append)
    deadlines.watch(Thing(), 0.0)
    deadlines.close()
    await asyncio.sleep(0.01)
    assert expired == []
