"""Which processes the demo consists of, on which ports, and where their files are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from auth.issuer import AUDIENCE, ISSUER, DevelopmentIssuer
from subgraphs.demo.supervisor import DemoError, Service, command
from subgraphs.engagement.places import audit_path
from subgraphs.registry import NAMES
from subgraphs.serving.backends import AUDIT_FILE_VARIABLE

HOST = "127.0.0.1"
SCHEMA = Path(__file__).parents[2] / "schema"
GATEWAY_PORT = 4000
_SYSTEMS = ("crm", "clm", "erp", "psa")
_LAST_OFFSET = 101 + len(_SYSTEMS) - 1


@dataclass(frozen=True, slots=True)
class Layout:
    """The demo's ports and files. Subgraphs follow the gateway's port; systems are 101 above.

    `scale` multiplies the firm that a new data folder is filled with.
    """

    port: int
    data: Path
    scale: int = 1

    @property
    def url(self) -> str:
        """The gateway's GraphQL endpoint, also GraphiQL's address."""
        return f"http://{HOST}:{self.port}/graphql"

    @property
    def subgraph_ports(self) -> dict[str, int]:
        """Each subgraph's port."""
        return {name: self.port + 1 + index for index, name in enumerate(NAMES)}

    @property
    def system_ports(self) -> dict[str, int]:
        """Each system of record's port."""
        return {name: self.port + 101 + index for index, name in enumerate(_SYSTEMS)}

    @property
    def systems_file(self) -> Path:
        """Addresses and credentials of the systems of record."""
        return self.data / "systems" / "systems.json"

    @property
    def identity(self) -> Path:
        """The folder of the development issuer and of the gateway's key."""
        return self.data / "identity"

    @property
    def presets(self) -> Path:
        """The header sets that GraphiQL offers."""
        return self.identity / "header-presets.json"

    def checked(self) -> Layout:
        """The layout itself. Raises `DemoError` if its ports do not exist."""
        if not 1024 <= self.port <= 65_535 - _LAST_OFFSET:
            raise DemoError(f"--port must lie between 1024 and {65_535 - _LAST_OFFSET}.")
        return self


def write_gateway_config(layout: Layout, issuer: DevelopmentIssuer) -> Path:
    """Write the gateway's configuration into the data folder; it serves as an example too."""
    config = {
        "mode": "development",
        "supergraph": {
            "path": str(SCHEMA / "supergraph.graphql"),
            "listen": f"{HOST}:{layout.port}",
        },
        "override_subgraph_url": {
            name: f"http://{HOST}:{port}/graphql" for name, port in layout.subgraph_ports.items()
        },
        "authentication": {
            "jwt": {
                "jwks": [
                    {
                        "url": issuer.jwks_file.resolve().as_uri(),
                        "issuers": [ISSUER],
                        "audiences": [AUDIENCE],
                    }
                ]
            },
            "signed_caller": {"key_file": str(layout.identity / "gateway.pem")},
        },
        # A subgraph that was killed is back within seconds; nobody wants to wait longer to see it.
        "traffic_shaping": {"all": {"circuit_breaker": {"reset_timeout": "1s"}}},
        "include_subgraph_errors": {"all": True},
    }
    path = layout.data / "gateway.yaml"
    path.write_text(yaml.safe_dump(config, sort_keys=False))
    return path


def services(layout: Layout, config: Path) -> list[list[Service]]:
    """The demo's processes, those that need others behind them.

    The engagement subgraph, which drives the durable runs, is a process of its own: whoever kills
    it sees the runs go on after the restart.
    """
    ports = layout.subgraph_ports
    environment = {
        "C2C_SYSTEMS_FILE": str(layout.systems_file),
        "C2C_CALLER_PUBLIC_KEY_FILE": str(layout.identity / "gateway.pub.pem"),
        "C2C_DATA_DIR": str(layout.data),
    }
    environment[AUDIT_FILE_VARIABLE] = str(audit_path(environment))
    readers = [name for name in NAMES if name != "engagement"]
    systems = Service(
        "systems of record",
        command(
            "systems",
            *("--port", str(layout.port + 101)),
            *("--data", str(layout.systems_file.parent)),
            *("--scale", str(layout.scale)),
        ),
        tuple(layout.system_ports.values()),
        tuple(f"http://{HOST}:{port}/sandbox/health" for port in layout.system_ports.values()),
    )
    subgraphs = Service(
        "subgraphs",
        command("subgraph", *readers, "--port", str(layout.port + 1)),
        tuple(ports[name] for name in readers),
        tuple(f"http://{HOST}:{ports[name]}/health/ready" for name in readers),
        environment,
    )
    engagement = Service(
        "engagement",
        command("subgraph", "engagement", "--port", str(ports["engagement"])),
        (ports["engagement"],),
        (f"http://{HOST}:{ports['engagement']}/health/ready",),
        environment,
    )
    gateway = Service(
        "gateway",
        command("serve", "--config", str(config), "--header-presets", str(layout.presets)),
        (layout.port,),
        (f"http://{HOST}:{layout.port}/health/ready",),
    )
    return [[systems], [subgraphs, engagement, gateway]]
