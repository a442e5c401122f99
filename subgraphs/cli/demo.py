"""`c2c demo`: the whole product on one machine."""

from __future__ import annotations

import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from subgraphs.demo.identity import DemoTokens, prepare_identity
from subgraphs.demo.layout import GATEWAY_PORT, Layout, services, write_gateway_config
from subgraphs.demo.occupancy import occupied
from subgraphs.demo.operations import demo_operations
from subgraphs.demo.supervisor import DemoError, Supervisor, require_free

START_SECONDS = 90.0
SECONDS_PER_SCALE = 30.0


def demo(
    port: Annotated[
        int,
        typer.Option(
            help="The gateway's port. The subgraphs take the next five; the systems of record "
            "take four from 101 above it."
        ),
    ] = GATEWAY_PORT,
    data: Annotated[Path, typer.Option(help="Folder for all data; it survives a restart.")] = Path(
        ".c2c"
    ),
    scale: Annotated[
        int, typer.Option(min=1, max=1000, help="Multiplies the firm; for a new folder only.")
    ] = 1,
) -> None:
    """Start systems of record, subgraphs and gateway, and print how to use them.

    Everything listens on 127.0.0.1 only. Ctrl-C ends every process.
    """
    console = Console(highlight=False, soft_wrap=True)
    supervisor = Supervisor(data / "logs", lambda line: console.print(f"  {line}"))
    # A closed terminal hangs up, and whoever starts us in the background may have SIGINT ignored:
    # all three end the services in order, because none of them would end on its own.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        layout = Layout(port, data, scale).checked()
        with occupied(data):
            _run(console, supervisor, layout)
    except KeyboardInterrupt:
        console.print("\nEnding ...")
    except DemoError as error:
        console.print(f"[red]Error:[/] {escape(str(error))}")
        raise typer.Exit(1) from None
    except OSError as error:
        reason = f"The data folder {data} cannot be used: {error.strerror or error}"
        where = f" ({error.filename})" if error.filename else ""
        advice = "Choose another with --data (make run DATA=...)."
        console.print(f"[red]Error:[/] {escape(reason + where)}. {advice}")
        raise typer.Exit(1) from None


def _run(console: Console, supervisor: Supervisor, layout: Layout) -> None:
    began = time.monotonic()
    try:
        issuer, tokens = prepare_identity(layout)
        groups = services(layout, write_gateway_config(layout, issuer))
        require_free(service for group in reversed(groups) for service in reversed(group))
        console.print(f"Starting the contract-to-cash graph (data in {layout.data}) ...")
        for group in groups:
            supervisor.start(group, START_SECONDS + layout.scale * SECONDS_PER_SCALE)
        console.print(f"Ready after {time.monotonic() - began:.1f} s.\n")
        _introduce(console, layout, tokens)
        supervisor.watch()
    finally:
        supervisor.stop()


def _introduce(console: Console, layout: Layout, tokens: DemoTokens) -> None:
    """Print addresses, tokens and operations, plainly, so that they can be copied."""
    console.print(f"GraphQL and GraphiQL: {layout.url}")
    for name, number in layout.subgraph_ports.items():
        console.print(f"  subgraph {name}: http://127.0.0.1:{number}/graphql")
    for name, number in layout.system_ports.items():
        console.print(f"  {name.upper()}: http://127.0.0.1:{number}")
    console.print(f"Logs: {layout.data / 'logs'}\n")
    console.print("Demonstration callers, as bearer tokens and as header sets in GraphiQL:\n")
    _print_tokens(console, tokens.callers)
    console.print("Further approvers, whom some runs wait for (see the README):\n")
    _print_tokens(console, tokens.approvers)
    for operation in demo_operations():
        console.print(f"--- {operation.name} (as {operation.caller})", markup=False)
        console.print(operation.text + "\n", markup=False)
    console.print("Ctrl-C ends everything.")


def _print_tokens(console: Console, tokens: Mapping[str, str]) -> None:
    for name, token in tokens.items():
        console.print(f"{name}:\n{token}\n", markup=False)
