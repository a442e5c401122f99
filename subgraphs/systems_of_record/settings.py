"""Where the systems of record are and how to authenticate: a JSON file that only we may read.

The file's shape: `{"crm": {"url", "client_id", "client_secret"}, "clm": …, "erp": …, "psa": …}`
and, for the sandbox, `"admin_key"`. `C2C_SYSTEMS_FILE` in the environment names it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from subgraphs.systems_of_record.records.common import System

SYSTEMS_FILE_VARIABLE = "C2C_SYSTEMS_FILE"


class SystemsFileError(Exception):
    """The file is missing or not of the shape; the message names it and what is wrong."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One system's base URL and client credentials."""

    url: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SystemsFile:
    """What the file says; `admin_key` opens the sandbox's switchboard (empty elsewhere)."""

    endpoints: Mapping[System, Endpoint]
    admin_key: str = field(default="", repr=False)


def read_systems_file(path: Path) -> SystemsFile:
    """Read the file. Raises SystemsFileError."""
    try:
        document = json.loads(path.read_text())
        endpoints = {system: _endpoint(document[system.value.lower()]) for system in System}
        return SystemsFile(endpoints, str(document.get("admin_key", "")))
    except FileNotFoundError as error:
        raise SystemsFileError(f"{path} does not exist; `c2c systems` writes it") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        # The content may be a secret, so only the kind of error is told.
        raise SystemsFileError(f"{path} is no systems file: {type(error).__name__}") from error


def write_systems_file(path: Path, content: SystemsFile) -> None:
    """Write the file in one step, readable by its owner only."""
    document: dict[str, Any] = {
        system.value.lower(): {
            "url": endpoint.url,
            "client_id": endpoint.client_id,
            "client_secret": endpoint.client_secret,
        }
        for system, endpoint in content.endpoints.items()
    }
    if content.admin_key:
        document["admin_key"] = content.admin_key
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(document, indent=2) + "\n")
    draft.replace(path)


def _endpoint(document: Mapping[str, str]) -> Endpoint:
    return Endpoint(document["url"].rstrip("/"), document["client_id"], document["client_secret"])
