from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from gateway.server import collector


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


class Deployment:
    def __init__(self) -> None:
        self.cycle = self


def test_what_stays_is_left_out_of_collections() -> None:
    kept = Deployment()
    collector.settle()
    assert gc.get_freeze_count() > 0
    assert not any(one is kept for one in gc.get_objects())


def test_what_was_left_out_is_freed_once_it_is_replaced() -> None:
    first = Deployment()
    gone = weakref.ref(first)
    collector.settle()
    del first
    gc.collect()
    assert gone() is not None
    collector.settle()
    assert gone() is None
