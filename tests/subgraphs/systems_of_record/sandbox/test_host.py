"""Serving the sandbox: access, switchboard, persistence, ports, the command."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from subgraphs.systems_of_record.connect import connect_environment, connect_file
from subgraphs.systems_of_record.records.common import System
from subgraphs.systems_of_record.records.crm import CreditStatus
from subgraphs.systems_of_record.sandbox.host import PortInUseError, bind, open_sandbox
from subgraphs.systems_of_record.settings import (
    Endpoint,
    SystemsFile,
    SystemsFileError,
    read_systems_file,
    write_systems_file,
)
from tests.kit.sandbox import RunningSandbox, running, systems

DATA_PATHS = {
    System.CRM: "/services/data/v62.0/query?q=SELECT+Id+FROM+Account",
    System.CLM: "/public/api/v1/records?types=contract",
    System.ERP: "/data/Projects",
    System.PSA: "/api/v1/projects.json",
}


@pytest.fixture(scope="module")
def served(
    seeded_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningSandbox]:
    folder = tmp_path_factory.mktemp("host") / "systems"
    with running(shutil.copytree(seeded_folder, folder)) as started:
        yield started


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client() as opened:
        yield opened


@pytest.mark.parametrize("system", System)
@pytest.mark.parametrize("header", [None, "Bearer nonsense", "Basic eDp5", "Bearer"])
def test_nothing_is_told_without_a_token(
    served: RunningSandbox, client: httpx.Client, system: System, header: str | None
) -> None:
    url = read_systems_file(served.systems_file).endpoints[system].url
    headers = {} if header is None else {"authorization": header}
    assert client.get(url + DATA_PATHS[system], headers=headers).status_code == 401
    assert client.get(url + "/anything", headers=headers).status_code == 401


@pytest.mark.parametrize("system", System)
def test_the_switchboard_opens_to_its_key_only(
    served: RunningSandbox, client: httpx.Client, system: System
) -> None:
    content = read_systems_file(served.systems_file)
    url = content.endpoints[system].url
    key = {"x-sandbox-key": content.admin_key}
    assert client.get(f"{url}/sandbox/health").json()["system"] == system.value
    fault = {"kind": "DOWN", "times": 1}
    for wrong in ({}, {"x-sandbox-key": b""}, {"x-sandbox-key": b"\xc3\xbc"}):
        assert client.post(f"{url}/sandbox/faults", json=fault, headers=wrong).status_code == 403
        assert client.get(f"{url}/sandbox/calls", headers=wrong).status_code == 403
    assert client.post(f"{url}/sandbox/faults", json=fault, headers=key).status_code == 204
    assert client.get(f"{url}/sandbox/faults", headers=key).json()[0]["kind"] == "DOWN"
    assert client.get(url + DATA_PATHS[system]).status_code == 503
    assert client.get(url + DATA_PATHS[system]).status_code == 401
    client.delete(f"{url}/sandbox/calls", headers=key)
    client.get(url + DATA_PATHS[system])
    assert client.get(f"{url}/sandbox/calls", headers=key).json()["total"] == 1
    for bad in ({"kind": "NO"}, {}, [], {"kind": "DOWN", "x": 1}):
        assert client.post(f"{url}/sandbox/faults", json=bad, headers=key).status_code == 400
    assert client.delete(f"{url}/sandbox/faults", headers=key).status_code == 204
    assert client.get(f"{url}/sandbox/nothing", headers=key).status_code == 404


async def test_data_and_credentials_survive_a_restart(
    seeded_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(seeded_folder, tmp_path / "systems")
    with running(folder) as first:
        before = read_systems_file(first.systems_file)
        async with systems(first) as connected:
            await connected.crm.set_credit_status("CUS-000001", CreditStatus.WATCH, key="k")
    with running(folder) as second:
        after = read_systems_file(second.systems_file)
        monkeypatch.setenv("C2C_SYSTEMS_FILE", str(second.systems_file))
        found = connect_environment()
        customers = await found.crm.customers(["CUS-000001"])
        await found.aclose()
    assert customers["CUS-000001"].credit_status is CreditStatus.WATCH
    assert customers["CUS-000001"].source.version == "2"
    assert after.admin_key == before.admin_key
    for system in System:
        assert after.endpoints[system].client_secret == before.endpoints[system].client_secret


def test_filling_that_was_interrupted_is_completed_with_the_same_firm(tmp_path: Path) -> None:
    folder, day = tmp_path / "systems", date(2026, 3, 15)
    open_sandbox(folder, scale=1, time_entries=300, today=day).close()
    for left in folder.glob("psa.db*"):
        left.unlink()
    told: list[str] = []
    again = open_sandbox(folder, scale=2, time_entries=5, progress=told.append)
    projects = {stored.id for stored in again.stores[System.ERP].query("Projects").objects}
    found = again.stores[System.PSA].query("projects").objects
    entries = again.stores[System.PSA].query("time_entries", count=True, limit=0)
    again.close()
    assert {stored.doc["project_id"] for stored in found} == projects
    assert entries.total == 300
    assert [line.split()[:2] for line in told[:1]] == [["seeding", "PSA:"]]
    assert "scale 1" in told[-1]


def test_the_systems_file_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "systems.json"
    endpoints = {system: Endpoint("http://x.test/", "id", "secret") for system in System}
    write_systems_file(path, SystemsFile(endpoints, "key"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    read = read_systems_file(path)
    assert read.endpoints[System.CRM].url == "http://x.test"
    assert "secret" not in repr(read)
    assert "key" not in repr(read).replace("admin_key", "")


@pytest.mark.parametrize("content", ["", "{}", "[]", "null", '{"crm": "x"}', '{"crm": {"url": 1}}'])
def test_a_file_that_is_none_is_told_so(tmp_path: Path, content: str) -> None:
    path = tmp_path / "systems.json"
    path.write_text(content)
    with pytest.raises(SystemsFileError, match="is no systems file"):
        read_systems_file(path)
    with pytest.raises(SystemsFileError, match="does not exist"):
        read_systems_file(tmp_path / "none.json")


def test_a_port_in_use_is_told_and_the_others_are_given_back() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortInUseError, match=f"port {port} is in use"):
            bind(port)
    sockets = bind(port)
    for each in sockets.values():
        each.close()


def command(*arguments: str) -> list[str]:
    program = "import sys; from gateway.cli.main import main; main()"
    return [sys.executable, "-c", program, "systems", *arguments]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_serves_until_it_is_told_to_stop(
    seeded_folder: Path, tmp_path: Path, client: httpx.Client, number: signal.Signals
) -> None:
    folder = shutil.copytree(seeded_folder, tmp_path / "systems")
    process = subprocess.Popen(
        command("--port", "0", "--data", str(folder)),
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stdout is not None
        lines = [process.stdout.readline().split() for _ in range(4)]
        assert [line[0] for line in lines] == ["CRM", "CLM", "ERP", "PSA"]
        for name, url in lines:
            assert client.get(f"{url}/sandbox/health").json() == {"system": name, "status": "ok"}
        process.send_signal(number)
        rest = process.communicate(timeout=15)[0]
        assert process.returncode == 0
        assert "have stopped" in rest
    finally:
        process.kill()
        process.wait()
    # The write-ahead logs are folded in: the folder can be copied as it is.
    assert not list(folder.glob("*-wal"))


async def change_credit_status(systems_file: Path, times: int) -> None:
    connected = connect_file(systems_file)
    for number in range(times):
        status = (CreditStatus.WATCH, CreditStatus.ON_HOLD)[number % 2]
        await connected.crm.set_credit_status("CUS-000001", status, key=f"k{number}")
    await connected.aclose()


def test_what_was_answered_survives_a_kill(seeded_folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(seeded_folder, tmp_path / "systems")
    process = subprocess.Popen(
        command("--port", "0", "--data", str(folder)),
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stdout is not None
        for _ in range(4):
            process.stdout.readline()
        asyncio.run(change_credit_status(folder / "systems.json", 5))
    finally:
        process.kill()
        process.communicate()
    sandbox = open_sandbox(folder)
    customer = sandbox.stores[System.CRM].get("Account", "CUS-000001")
    sandbox.close()
    assert customer is not None
    assert (customer.doc["CreditStatus__c"], customer.version) == ("WATCH", 6)


def test_the_command_says_that_a_port_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            command("--port", port, "--data", str(tmp_path / "none")),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert f"port {port} is in use" in done.stderr
    assert not (tmp_path / "none").exists()


def test_a_new_folder_is_filled_as_of_today(seeded_folder: Path) -> None:
    import sqlite3

    database = sqlite3.connect(f"file:{seeded_folder / 'clm.db'}?mode=ro", uri=True)
    doc = database.execute("SELECT doc FROM contract WHERE id = 'CTR-000011'").fetchone()[0]
    database.close()
    assert json.loads(doc)["startDate"][:7] == date.today().isoformat()[:7]
