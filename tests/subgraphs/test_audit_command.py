"""`c2c audit`: what it says of a sound trail, of a tampered one, and of none."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from auth.audit.entry import Entry
from auth.audit.sqlite import SqliteAuditTrail
from gateway.cli.main import build


def command(*arguments: str, **environment: str) -> Result:
    given = ["audit", *arguments]
    return CliRunner().invoke(build(given), given, env={"COLUMNS": "200", **environment})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "engagement").mkdir()
    trail = SqliteAuditTrail(tmp_path / "engagement" / "audit.db")
    for number in range(3):
        trail.append(Entry("decision", "lena", f"run-{number % 2}", {"n": number}, str(number)))
    return tmp_path / "engagement" / "audit.db"


def test_a_sound_trail_is_told_with_its_head(path: Path):
    done = command("verify", "--file", str(path))
    assert done.exit_code == 0
    head = done.stdout.split()[-1]
    assert done.stdout == f"sound: 3 entries, head {head}\n"
    assert command("verify", "--file", str(path), "--anchor", head).exit_code == 0
    assert command("verify", "--file", str(path), "--anchor", "0" * 64).exit_code == 1


def test_the_trail_is_found_in_the_data_folder(path: Path):
    found = command("verify", C2C_DATA_DIR=str(path.parent.parent), C2C_AUDIT_FILE="")
    assert found.exit_code == 0


def test_a_tampered_trail_is_an_error_that_names_the_entry(path: Path):
    connection = sqlite3.connect(path)
    connection.execute("DROP TRIGGER audit_entry_is_final")
    connection.execute("UPDATE audit_entry SET subject = 'eve' WHERE sequence = 2")
    connection.commit()
    connection.close()
    done = command("verify", "--file", str(path))
    assert done.exit_code == 1
    assert "entry 2: its content does not match its hash" in done.stderr


def test_a_missing_trail_is_an_error_and_is_not_made(tmp_path: Path):
    done = command("verify", "--file", str(tmp_path / "none.db"))
    assert done.exit_code == 2
    assert not (tmp_path / "none.db").exists()


def test_what_is_about_one_thing_is_printed_as_json_lines(path: Path):
    done = command("show", "run-0", "--file", str(path))
    assert [json.loads(line)["details"] for line in done.stdout.splitlines()] == [
        {"n": 0},
        {"n": 2},
    ]
