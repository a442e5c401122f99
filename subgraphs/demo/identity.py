"""The demo's keys and callers: who may knock, and with which token."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from auth import keys
from auth.caller import Caller
from auth.issuer import DevelopmentIssuer, demonstration_callers, further_approvers
from subgraphs.demo.layout import Layout

REGION = "EMEA"
LEGAL_ENTITY = "MER-DE"


@dataclass(frozen=True, slots=True)
class DemoTokens:
    """Bearer tokens by the caller's name: of the demonstration callers, and of those beside them.

    Some runs wait for an approval that none of the demonstration callers may give.
    """

    callers: Mapping[str, str]
    approvers: Mapping[str, str]


def prepare_identity(layout: Layout) -> tuple[DevelopmentIssuer, DemoTokens]:
    """Make (or find) the keys in the data folder; return the issuer and a token for each caller.

    The tokens are also written as header sets for GraphiQL, readable by their owner alone.
    """
    layout.identity.mkdir(parents=True, exist_ok=True)
    issuer = DevelopmentIssuer.open(layout.identity)
    gateway = keys.load_or_create(layout.identity / "gateway.pem")
    (layout.identity / "gateway.pub.pem").write_text(gateway.public.pem())
    tokens = DemoTokens(
        _minted(issuer, demonstration_callers(REGION, LEGAL_ENTITY)),
        _minted(issuer, further_approvers()),
    )
    _write_private(layout.presets, json.dumps(_presets(tokens), indent=2))
    return issuer, tokens


def _minted(issuer: DevelopmentIssuer, callers: Mapping[str, Caller]) -> dict[str, str]:
    return {name: issuer.mint(caller) for name, caller in callers.items()}


def _presets(tokens: DemoTokens) -> dict[str, dict[str, str]]:
    return {
        name: {"Authorization": f"Bearer {token}"}
        for name, token in {**tokens.callers, **tokens.approvers}.items()
    }


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(text)
