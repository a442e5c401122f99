"""The demo's keys and callers: who may knock, and with which token."""

from __future__ import annotations

import json
from pathlib import Path

from auth import keys
from auth.issuer import DevelopmentIssuer, demonstration_callers
from subgraphs.demo.layout import Layout

REGION = "EMEA"
LEGAL_ENTITY = "MER-DE"


def prepare_identity(layout: Layout) -> tuple[DevelopmentIssuer, dict[str, str]]:
    """Make (or find) the keys in the data folder; return the issuer and a token for each caller.

    The tokens are also written as header sets for GraphiQL, readable by their owner alone.
    """
    layout.identity.mkdir(parents=True, exist_ok=True)
    issuer = DevelopmentIssuer.open(layout.identity)
    gateway = keys.load_or_create(layout.identity / "gateway.pem")
    (layout.identity / "gateway.pub.pem").write_text(gateway.public.pem())
    callers = demonstration_callers(REGION, LEGAL_ENTITY)
    tokens = {name: issuer.mint(caller) for name, caller in callers.items()}
    _write_private(layout.presets, json.dumps(_presets(tokens), indent=2))
    return issuer, tokens


def _presets(tokens: dict[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"Authorization": f"Bearer {token}"} for name, token in tokens.items()}


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(text)
