"""The ground of the sandbox: versions, transactions, keys, also between processes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from subgraphs.systems_of_record.query.predicates import Compare, Contains, In, Order
from subgraphs.systems_of_record.sandbox.conditions import UnknownFieldError
from subgraphs.systems_of_record.sandbox.erp.kinds import CATALOGUE
from subgraphs.systems_of_record.sandbox.store import (
    DuplicateKeyError,
    KeyReusedError,
    StaleVersionError,
    Store,
    StoredObject,
)
from subgraphs.systems_of_record.sandbox.writing import write_once


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "erp.db", CATALOGUE)
    yield opened
    opened.close()


def rule(store: Store, contract: str) -> StoredObject:
    with store.transaction():
        return store.insert("BillingRules", {"ContractId": contract, "State": "ACTIVE"})


def test_versions_and_times_grow_with_every_change_and_with_nothing_else(tmp_path: Path) -> None:
    standing = datetime(2026, 1, 1, tzinfo=UTC)
    store = Store(tmp_path / "erp.db", CATALOGUE, now=lambda: standing)
    created = rule(store, "CTR-1")
    assert (created.id, created.version) == ("BRU-000001", 1)
    times = [created.modified_at]
    for state in ("CANCELLED", "ACTIVE", "CANCELLED"):
        times.append(store.update("BillingRules", created.id, {"State": state}).modified_at)
    assert times == sorted(set(times))
    same = store.update("BillingRules", created.id, {"State": "CANCELLED"})
    assert (same.version, same.modified_at) == (4, times[-1])
    store.close()


def test_what_fails_inside_a_transaction_leaves_nothing(store: Store) -> None:
    with pytest.raises(StaleVersionError), store.transaction():
        created = store.insert("BillingRules", {"ContractId": "CTR-1"})
        store.update("BillingRules", created.id, {"State": "X"}, expected_version=7)
    assert store.find("BillingRules", "CTR-1") is None
    assert rule(store, "CTR-1").id == "BRU-000001"


def test_an_external_key_is_unique(store: Store) -> None:
    first = rule(store, "CTR-1")
    with pytest.raises(DuplicateKeyError) as caught:
        rule(store, "CTR-1")
    assert caught.value.current == first
    with pytest.raises(KeyError):
        store.update("BillingRules", "BRU-000099", {})


def test_a_key_is_for_one_request(store: Store) -> None:
    def effect() -> StoredObject:
        return store.insert("BillingRules", {"ContractId": "CTR-1"})

    first = write_once(store, "key", b"request", effect)
    assert write_once(store, "key", b"request", effect) == first
    with pytest.raises(KeyReusedError):
        write_once(store, "key", b"another", effect)
    assert store.receipt("key") == first
    assert store.receipt("unknown") is None


def test_of_two_processes_at_one_version_one_wins(store: Store, tmp_path: Path) -> None:
    id = rule(store, "CTR-1").id
    results: list[str] = []
    barrier = threading.Barrier(2)

    def race(name: str) -> None:
        # A connection of its own is to SQLite what another process is.
        mine = Store(tmp_path / "erp.db", CATALOGUE)
        for version in range(1, 41):
            barrier.wait()
            try:
                with mine.transaction():
                    mine.update(
                        "BillingRules", id, {"State": f"{name}{version}"}, expected_version=version
                    )
                results.append(name)
            except StaleVersionError:
                continue
        mine.close()

    threads = [threading.Thread(target=race, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    current = store.get("BillingRules", id)
    assert current is not None
    assert len(results) == 40
    assert current.version == 41


def test_lists_compare_numbers_as_numbers_and_place_what_is_absent_first(store: Store) -> None:
    with store.transaction():
        for index, amount in enumerate(("9", "10.5", "-1", None), start=1):
            cap = None if amount is None else {"Amount": amount, "Currency": "EUR"}
            store.insert("BillingRules", {"ContractId": f"CTR-{index}", "Cap": cap})

    def contracts(rows: list[StoredObject]) -> list[str]:
        return [row.doc["ContractId"][4:] for row in rows]

    rising = store.query("BillingRules", None, [Order("Cap.Amount")], count=True)
    assert (contracts(rising.objects), rising.total) == (["4", "3", "1", "2"], 4)
    above = store.query("BillingRules", Compare("Cap.Amount", ">", "9"))
    assert contracts(above.objects) == ["2"]
    assert contracts(store.query("BillingRules", In("ContractId", ("CTR-2",))).objects) == ["2"]
    assert store.query("BillingRules", In("ContractId", ())).objects == []
    assert len(store.query("BillingRules", Contains("ContractId", "ctr")).objects) == 4
    with store.transaction():
        store.insert("BillingRules", {"ContractId": "Straße nach Århus"})
    for part in ("STRASSE", "straße", "ÅR", "år"):
        found = store.query("BillingRules", Contains("ContractId", part)).objects
        assert contracts(found) == ["ße nach Århus"]


@pytest.mark.parametrize("path", ["Nope", "Id; DROP TABLE x", "doc", "Cap') OR 1=1 --", ""])
def test_only_declared_fields_reach_the_database(store: Store, path: str) -> None:
    with pytest.raises(UnknownFieldError):
        store.query("BillingRules", Compare(path, "=", "x"))
    with pytest.raises(UnknownFieldError):
        store.query("BillingRules", None, [Order(path)])


def test_the_feed_is_read_from_where_one_stands(store: Store) -> None:
    with store.transaction():
        for number in range(5):
            store.record_event("invoice.issued", f"INV-{number}", "CTR-1", "1")
    first = store.events(0, 3)
    assert [event.subject for event in first] == ["INV-0", "INV-1", "INV-2"]
    rest = store.events(first[-1].sequence, 10)
    assert [event.subject for event in rest] == ["INV-3", "INV-4"]
