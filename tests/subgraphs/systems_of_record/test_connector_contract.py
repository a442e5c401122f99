"""What every connector promises, held against each system, with every fault that it can have."""

from __future__ import annotations

import asyncio
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from subgraphs.systems_of_record.connect import ConnectedSystems, connect
from subgraphs.systems_of_record.correlation import correlated
from subgraphs.systems_of_record.errors import (
    Conflict,
    OutcomeUnknown,
    Refused,
    Retryable,
    Throttled,
)
from subgraphs.systems_of_record.http import ClientSettings
from subgraphs.systems_of_record.records.common import OrderBy, PageRequest
from subgraphs.systems_of_record.sandbox.faults import FaultKind
from subgraphs.systems_of_record.settings import read_systems_file
from tests.kit.sandbox import IMPATIENT, RunningSandbox, running, systems
from tests.subgraphs.systems_of_record.probes import PROBES, Probe

WRITES = ("POST", "PUT", "PATCH")


@pytest.fixture(scope="module")
def served(
    seeded_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningSandbox]:
    folder = tmp_path_factory.mktemp("contract") / "systems"
    with running(shutil.copytree(seeded_folder, folder)) as started:
        yield started


@pytest.fixture
async def connected(served: RunningSandbox) -> AsyncIterator[ConnectedSystems]:
    served.heal()
    async with systems(served) as found:
        # Tokens and connections are had before faults are switched on.
        await asyncio.gather(*(s.ping() for s in (found.crm, found.clm, found.erp, found.psa)))
        served.reset_calls()
        yield found
    served.heal()


@pytest.fixture(params=PROBES, ids=lambda probe: probe.system.value)
def probe(request: pytest.FixtureRequest) -> Probe:
    found: Probe = request.param
    return found


def new_key() -> str:
    return f"test-{uuid.uuid4()}"


async def variant_to_write(probe: Probe, connected: ConnectedSystems) -> int:
    """A variant that the target is not at, so that writing it has an effect."""
    await probe.write(connected, 0, new_key(), None)
    return 1


def number(version: str) -> int:
    return int(version.removeprefix("W/").strip('"'))


async def test_many_keys_cost_one_call(
    probe: Probe, connected: ConnectedSystems, served: RunningSandbox
) -> None:
    page = await probe.page(connected, PageRequest(first=30))
    ids = [item.id for item in page.items]
    async with systems(served, ClientSettings()) as patient:  # a repetition would be counted
        await probe.read(patient, ids[:1])
        served.reset_calls()
        found = await probe.read(patient, [*ids, "XXX-999999", ids[0]])
        assert served.calls()[probe.system] == 1
    assert sorted(found) == sorted(ids)


async def test_keys_are_data_and_never_query(probe: Probe, connected: ConnectedSystems) -> None:
    hostile = ["' OR ''='", "x') or ('1' eq '1", "\\'", "%", "a,b", "ü\n", "x]) , Or("]
    assert await probe.read(connected, hostile) == {}


async def test_a_record_says_where_it_comes_from(probe: Probe, connected: ConnectedSystems) -> None:
    target = await probe.target(connected)
    assert target.source.system is probe.system
    assert target.source.external_id == target.id
    assert target.source.modified_at.tzinfo is not None
    assert target.source.fetched_at >= target.source.modified_at


@pytest.mark.parametrize("descending", [False, True])
async def test_a_list_is_walked_completely_and_in_order(
    probe: Probe, connected: ConnectedSystems, descending: bool
) -> None:
    order = replace(probe.order, descending=descending)
    whole = await probe.page(connected, PageRequest(first=200, order_by=order, with_total=True))
    walked: list[str] = []
    after, more = None, True
    while more:
        request = PageRequest(first=17, after=after, order_by=order, with_total=True)
        page = await probe.page(connected, request)
        assert page.total == whole.total == len(whole.items)
        walked += [item.id for item in page.items]
        after, more = page.end_cursor, page.has_next
    assert walked == [item.id for item in whole.items]
    assert len(set(walked)) == len(walked)
    values = [getattr(item, order.field) for item in whole.items]
    keyed = [getattr(value, "amount", value) for value in values]
    assert keyed == sorted(keyed, reverse=descending)


async def test_a_cursor_in_the_middle_continues_there(
    probe: Probe, connected: ConnectedSystems
) -> None:
    page = await probe.page(connected, PageRequest(first=10, order_by=probe.order))
    middle = PageRequest(first=6, after=page.cursors[3], order_by=probe.order)
    rest = await probe.page(connected, middle)
    assert [item.id for item in rest.items] == [item.id for item in page.items[4:]]
    assert page.total is None
    assert rest.total is None


@pytest.mark.parametrize(
    "cursor", ["", "???", "bm9wZQ", "W10", "e30", "bnVsbA", "ü", "W1tdLFtdLFtdXQ"]
)
async def test_a_cursor_that_is_none_is_refused(
    probe: Probe, connected: ConnectedSystems, cursor: str
) -> None:
    with pytest.raises(Refused) as caught:
        await probe.page(connected, PageRequest(after=cursor))
    assert caught.value.code == "INVALID_CURSOR"


async def test_a_cursor_of_another_order_is_refused(
    probe: Probe, connected: ConnectedSystems
) -> None:
    page = await probe.page(connected, PageRequest(first=1))
    with pytest.raises(Refused) as caught:
        await probe.page(connected, PageRequest(after=page.end_cursor, order_by=probe.order))
    assert caught.value.code == "INVALID_CURSOR"


async def test_an_unknown_order_is_refused(probe: Probe, connected: ConnectedSystems) -> None:
    with pytest.raises(Refused) as caught:
        await probe.page(connected, PageRequest(order_by=OrderBy("client_secret")))
    assert caught.value.code == "INVALID_ORDER"


async def test_an_empty_scope_sees_nothing_and_asks_nothing(
    probe: Probe, connected: ConnectedSystems, served: RunningSandbox
) -> None:
    page = await probe.page(connected, PageRequest(), nowhere=True)
    assert (page.items, page.has_next) == ((), False)
    assert served.calls()[probe.system] == 0


PASSING = [
    FaultKind.DOWN,
    FaultKind.DROP,
    FaultKind.THROTTLE,
    FaultKind.MALFORMED,
    FaultKind.EXPIRED_TOKEN,
]


@pytest.mark.parametrize("kind", PASSING)
async def test_a_read_survives_a_passing_fault(
    probe: Probe, connected: ConnectedSystems, served: RunningSandbox, kind: FaultKind
) -> None:
    served.fail(probe.system, kind, seconds=0)
    assert (await probe.page(connected, PageRequest(first=3))).items


@pytest.mark.parametrize("kind", [FaultKind.DOWN, FaultKind.DROP, FaultKind.MALFORMED])
async def test_a_read_gives_up_on_a_lasting_fault(
    probe: Probe, connected: ConnectedSystems, served: RunningSandbox, kind: FaultKind
) -> None:
    served.fail(probe.system, kind, times=None)
    with pytest.raises(Retryable) as caught:
        await probe.page(connected, PageRequest(first=3))
    assert caught.value.system is probe.system


async def test_lasting_throttling_is_told_apart(
    probe: Probe, connected: ConnectedSystems, served: RunningSandbox
) -> None:
    served.fail(probe.system, FaultKind.THROTTLE, times=None, seconds=0)
    with pytest.raises(Throttled):
        await probe.page(connected, PageRequest(first=3))


async def test_a_slow_answer_is_not_waited_for_beyond_the_deadline(
    probe: Probe, served: RunningSandbox
) -> None:
    served.heal()
    hasty = replace(IMPATIENT, deadline=0.3, attempt=0.1)
    async with systems(served, hasty) as connected:
        served.fail(probe.system, FaultKind.SLOW, times=None, seconds=0.5)
        with pytest.raises(Retryable):
            await probe.page(connected, PageRequest(first=3))
    served.heal()


async def test_wrong_credentials_are_refused_and_not_told(
    probe: Probe, served: RunningSandbox
) -> None:
    endpoints = read_systems_file(served.systems_file).endpoints
    wrong = {s: replace(e, client_secret="wrong-secret") for s, e in endpoints.items()}
    connected = connect(wrong, IMPATIENT)
    try:
        with pytest.raises(Refused) as caught:
            await probe.page(connected, PageRequest(first=3))
        assert "secret" not in str(caught.value)
        assert "wrong-secret" not in repr(wrong)
    finally:
        await connected.aclose()


async def test_a_write_answers_with_the_object_as_it_is_then(
    probe: Probe, connected: ConnectedSystems
) -> None:
    variant = await variant_to_write(probe, connected)
    before = await probe.target(connected)
    written = await probe.write(connected, variant, new_key(), before.source.version)
    after = await probe.target(connected)
    assert replace(written, source=after.source) == after
    assert written.source.version == after.source.version
    assert number(after.source.version) == number(before.source.version) + 1
    assert after.source.modified_at > before.source.modified_at


AFTER_EFFECT = [FaultKind.ERROR_AFTER_WRITE, FaultKind.LOST_ANSWER]
BEFORE_EFFECT = [
    FaultKind.DOWN,
    FaultKind.DROP,
    FaultKind.THROTTLE,
    FaultKind.EXPIRED_TOKEN,
    FaultKind.MALFORMED,
]


@pytest.mark.parametrize("kind", AFTER_EFFECT + BEFORE_EFFECT)
@pytest.mark.parametrize("conditional", [True, False])
async def test_a_write_happens_once_whatever_becomes_of_its_answer(
    probe: Probe,
    connected: ConnectedSystems,
    served: RunningSandbox,
    kind: FaultKind,
    conditional: bool,
) -> None:
    variant = await variant_to_write(probe, connected)
    before = await probe.target(connected)
    served.fail(probe.system, kind, path=probe.write_path, methods=WRITES, seconds=0)
    version = before.source.version if conditional else None
    written = await probe.write(connected, variant, new_key(), version)
    after = await probe.target(connected)
    assert replace(written, source=after.source) == after
    assert number(after.source.version) == number(before.source.version) + 1


async def test_a_repeated_key_has_no_second_effect(
    probe: Probe, connected: ConnectedSystems
) -> None:
    variant = await variant_to_write(probe, connected)
    before, key = await probe.target(connected), new_key()
    first = await probe.write(connected, variant, key, before.source.version)
    second = await probe.write(connected, variant, key, before.source.version)
    assert replace(first, source=second.source) == second
    assert number(second.source.version) == number(before.source.version) + 1


async def test_an_outcome_that_nobody_can_tell_stays_unknown_until_it_can_be_looked_up(
    probe: Probe, connected: ConnectedSystems, served: RunningSandbox
) -> None:
    variant = await variant_to_write(probe, connected)
    before, key = await probe.target(connected), new_key()
    served.fail(probe.system, FaultKind.LOST_ANSWER, path=probe.write_path, methods=WRITES)
    # The write gets through, and from then on nothing does.
    await write_then_darkness(probe, connected, served, variant, key, before.source.version)
    served.heal()
    done = await probe.write(connected, variant, key, before.source.version)
    after = await probe.target(connected)
    assert done.source.version == after.source.version
    assert number(after.source.version) == number(before.source.version) + 1


async def write_then_darkness(
    probe: Probe,
    connected: ConnectedSystems,
    served: RunningSandbox,
    variant: int,
    key: str,
    version: str,
) -> None:
    for path in ("idempotency", "RepeatableRequests", "query"):
        served.fail(probe.system, FaultKind.DOWN, times=None, path=path, methods=("GET",))
    with pytest.raises(OutcomeUnknown) as caught:
        await probe.write(connected, variant, key, version)
    assert caught.value.key == key


async def test_an_old_version_is_a_conflict_that_names_the_present_one(
    probe: Probe, connected: ConnectedSystems
) -> None:
    variant = await variant_to_write(probe, connected)
    old = await probe.target(connected)
    new = await probe.write(connected, variant, new_key(), old.source.version)
    with pytest.raises(Conflict) as caught:
        await probe.write(connected, 1 - variant, new_key(), old.source.version)
    assert caught.value.current_version == new.source.version
    assert (await probe.target(connected)).source.version == new.source.version


async def test_a_failed_precondition_is_a_conflict(
    probe: Probe, connected: ConnectedSystems, served: RunningSandbox
) -> None:
    variant = await variant_to_write(probe, connected)
    before = await probe.target(connected)
    served.fail(probe.system, FaultKind.STALE_VERSION)
    with pytest.raises(Conflict):
        await probe.write(connected, variant, new_key(), before.source.version)
    assert (await probe.target(connected)).source.version == before.source.version


async def test_of_many_writes_at_one_version_one_wins(
    probe: Probe, connected: ConnectedSystems
) -> None:
    variant = await variant_to_write(probe, connected)
    before = await probe.target(connected)

    async def attempt(_: int) -> Any:
        try:
            return await probe.write(connected, variant, new_key(), before.source.version)
        except Conflict:
            return None

    results = await asyncio.gather(*(attempt(i) for i in range(12)))
    after = await probe.target(connected)
    assert number(after.source.version) == number(before.source.version) + 1
    # The CRM knows no keys: a loser whose wish is fulfilled cannot tell, and need not.
    winners = [result for result in results if result is not None]
    assert winners
    if probe.system != "CRM":
        assert len(winners) == 1


async def test_the_change_feed_tells_of_writes_and_its_cursor_continues(
    connected: ConnectedSystems,
) -> None:
    for port in (connected.crm, connected.clm, connected.erp, connected.psa):
        start = await port.changes(None, limit=500)
        assert not (await port.changes(start.cursor)).events
    before = await connected.crm.changes(None)
    customer = await PROBES[0].target(connected)
    await PROBES[0].write(connected, await variant_to_write(PROBES[0], connected), new_key(), None)
    news = await connected.crm.changes(before.cursor)
    assert {(e.type, e.subject) for e in news.events} == {("customer.updated", customer.id)}


async def test_disordered_and_repeated_events_lose_nothing(
    connected: ConnectedSystems, served: RunningSandbox
) -> None:
    clean = await connected.clm.changes(None, limit=500)
    served.fail(PROBES[1].system, FaultKind.DISORDERED_EVENTS)
    wild = await connected.clm.changes(None, limit=500)
    assert len(wild.events) > len(clean.events)
    assert {event.id for event in wild.events} == {event.id for event in clean.events}
    assert wild.cursor == clean.cursor


async def test_a_cursor_of_another_feed_is_refused(connected: ConnectedSystems) -> None:
    page = await connected.clm.changes(None)
    for cursor in (page.cursor, "crm:-1", "crm:x", ""):
        with pytest.raises(Refused):
            await connected.crm.changes(cursor)


async def test_the_correlation_id_travels(connected: ConnectedSystems) -> None:
    with correlated("test-correlation"):
        await connected.erp.currencies()
