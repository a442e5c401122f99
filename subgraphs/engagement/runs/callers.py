"""The requester as a run remembers them, so that policy can be judged again later."""

from __future__ import annotations

import json
from typing import Any

from auth.caller import Caller, CallerKind

_SETS = ("roles", "scopes", "regions", "legal_entities")


def dump_caller(caller: Caller) -> str:
    """The caller as JSON text."""
    sets = {name: sorted(getattr(caller, name)) for name in _SETS}
    plain = {
        "subject": caller.subject,
        "kind": caller.kind.value,
        "name": caller.name,
        "all_regions": caller.all_regions,
        "all_legal_entities": caller.all_legal_entities,
        "client": caller.client,
    }
    return json.dumps({**plain, **sets})


def load_caller(text: str) -> Caller:
    """The caller of `dump_caller`."""
    held: dict[str, Any] = json.loads(text)
    sets = {name: frozenset(held[name]) for name in _SETS}
    return Caller(**{**held, **sets, "kind": CallerKind(held["kind"])})
