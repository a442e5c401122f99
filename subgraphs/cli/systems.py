"""`c2c systems`: the embedded systems of record, alone."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from pathlib import Path
from typing import Annotated

import typer

from subgraphs.systems_of_record.sandbox.host import (
    DEFAULT_PORT,
    ORDER,
    Host,
    PortInUseError,
    bind,
    open_sandbox,
)
from subgraphs.systems_of_record.settings import SYSTEMS_FILE_VARIABLE

DEFAULT_DATA = Path(".c2c") / "systems"


def systems(
    port: Annotated[
        int, typer.Option(help="First of four ports: CRM, CLM, ERP, PSA (0: free ones).")
    ] = DEFAULT_PORT,
    data: Annotated[
        Path, typer.Option(help="Folder of the data; a new one is filled first.")
    ] = DEFAULT_DATA,
    scale: Annotated[
        int, typer.Option(min=1, max=1000, help="Multiplies the firm; for a new folder only.")
    ] = 1,
) -> None:
    """Serve the embedded CRM, CLM, ERP and PSA with seeded data until Ctrl-C."""
    try:
        sockets = bind(port)
    except PortInUseError as error:
        typer.secho(f"Error: {error}", err=True, fg=typer.colors.RED)
        raise typer.Exit(1) from error
    sandbox = open_sandbox(data, scale=scale, progress=typer.echo)
    host = Host.of(sandbox, sockets)
    asyncio.run(_serve(host))
    typer.echo("The systems have stopped.")


async def _serve(host: Host) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # no signal handlers in loops on Windows
            loop.add_signal_handler(number, host.stop)
    # The sockets listen already: who calls before the servers are up waits for them.
    for system in ORDER:
        typer.echo(f"{system.value}  {host.urls[system]}")
    typer.echo(f"Credentials: {SYSTEMS_FILE_VARIABLE}={host.sandbox.systems_file}")
    await host.serve()
