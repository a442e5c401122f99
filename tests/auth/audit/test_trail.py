"""The trail is complete, in one chain whoever writes, and every tampering is found."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.audit.entry import Entry, NotCanonicalError, canonical_json
from auth.audit.sqlite import SqliteAuditTrail
from auth.audit.trail import KeyReusedError
from auth.audit.verify import Verification, verify_chain

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def entry(number: int, **details: object) -> Entry:
    return Entry("write.done", "lena", f"run-{number % 2}", {"n": number, **details}, f"k{number}")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit.db"


@pytest.fixture
def trail(path: Path) -> SqliteAuditTrail:
    return SqliteAuditTrail(path)


def check(trail: SqliteAuditTrail, *anchors: str) -> Verification:
    return verify_chain(trail.entries(), expected_length=trail.length(), anchors=anchors)


def tamper(path: Path, *statements: str) -> None:
    """What somebody with the file can do: drop the triggers first."""
    connection = sqlite3.connect(path)
    for name in ("audit_entry_is_final", "audit_entry_stays", "audit_length_grows"):
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_an_empty_trail_is_sound(trail):
    assert check(trail).sound


def test_entries_come_back_in_order_and_sound(trail):
    for number in range(5):
        trail.append(entry(number))
    assert [placed.entry for placed in trail.entries()] == [entry(n) for n in range(5)]
    assert [p.entry.details["n"] for p in trail.entries(about="run-1")] == [1, 3]
    assert check(trail).sound


def test_the_same_key_is_appended_once(trail):
    first = trail.append(entry(1))
    assert trail.append(entry(1)) == first
    assert trail.length() == 1


def test_a_key_that_stands_for_another_entry_is_refused(trail):
    trail.append(entry(1))
    with pytest.raises(KeyReusedError):
        trail.append(entry(1, more="x"))
    assert check(trail).sound


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET kind = 'x'", "DELETE FROM audit_entry"]
)
def test_the_store_itself_refuses_changes(trail, path, statement):
    trail.append(entry(1))
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        sqlite3.connect(path).execute(statement)


@pytest.mark.parametrize(
    ("statements", "sequence"),
    [
        (["""UPDATE audit_entry SET details = '{"n":99}' WHERE sequence = 3"""], 3),
        (["UPDATE audit_entry SET subject = 'eve' WHERE sequence = 1"], 1),
        (["UPDATE audit_entry SET recorded_at = '2020-01-01' WHERE sequence = 2"], 2),
        (["UPDATE audit_entry SET details = '{\"n\":1.5}' WHERE sequence = 2"], 2),
        (["DELETE FROM audit_entry WHERE sequence = 3"], 3),
        (["DELETE FROM audit_entry WHERE sequence = 1"], 1),
        (["DELETE FROM audit_entry WHERE sequence = 5"], 5),
        (
            [
                "UPDATE audit_entry SET sequence = 99 WHERE sequence = 2",
                "UPDATE audit_entry SET sequence = 2 WHERE sequence = 3",
                "UPDATE audit_entry SET sequence = 3 WHERE sequence = 99",
            ],
            2,
        ),
    ],
)
def test_tampering_is_found_where_it_happened(trail, path, statements, sequence):
    for number in range(5):
        trail.append(entry(number))
    tamper(path, *statements)
    breach = check(trail).breach
    assert breach is not None
    assert breach.sequence == sequence


def test_a_cut_end_with_a_forged_count_is_found_by_an_anchor(trail, path):
    for number in range(5):
        head = trail.append(entry(number)).hash
    assert check(trail, head).sound
    tamper(
        path, "DELETE FROM audit_entry WHERE sequence > 3", "UPDATE audit_length SET entries = 3"
    )
    assert check(trail).sound
    assert not check(trail, head).sound


def test_many_threads_write_one_chain(trail):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: trail.append(entry(number)), range(80)))
    assert trail.length() == 80
    assert check(trail).sound


def test_many_processes_write_one_chain(trail, path):
    program = (
        "import sys; from pathlib import Path\n"
        "from auth.audit.entry import Entry\n"
        "from auth.audit.sqlite import SqliteAuditTrail\n"
        "trail = SqliteAuditTrail(Path(sys.argv[1]))\n"
        "for n in range(25): trail.append(Entry('k', 's', 'a', {}, f'{sys.argv[2]}-{n}'))\n"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", program, str(path), str(number)])
        for number in range(3)
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert trail.length() == 75
    assert check(trail).sound


@pytest.mark.parametrize("value", [1.5, {1: "x"}, {"x": {1, 2}}, b"x"])
def test_values_without_a_canonical_form_are_refused(trail, value):
    with pytest.raises(NotCanonicalError):
        trail.append(entry(1, value=value))
    assert trail.length() == 0


def test_a_lone_surrogate_is_refused_and_leaves_the_trail_usable(trail):
    with pytest.raises(NotCanonicalError):
        trail.append(entry(1, value="\ud800"))
    trail.append(entry(2))
    assert check(trail).sound


@given(JSON, JSON)
def test_canonical_json_is_equal_exactly_for_equal_values(one, other):
    def typed(value):  # True == 1 in Python, not in JSON
        if isinstance(value, dict):
            return {key: typed(item) for key, item in value.items()}
        return [typed(v) for v in value] if isinstance(value, list) else (type(value), value)

    assert (canonical_json(one) == canonical_json(other)) == (typed(one) == typed(other))
