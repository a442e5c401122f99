"""Showing a client how its operation is answered: the plan, and how long each fetch took.

A client asks with the header `graphql-explain`, or the request extension `explain`, whose value is
`plan` or `dry-run`; the second plans without fetching. The answer is in `extensions.queryPlan`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from gateway.errors import ClientError, Code
from gateway.exchange import GraphQLRequest, RequestContext
from gateway.execute.port import FetchDescription, FetchOutcome, PreparedPlan
from gateway.plan.explain import explained
from gateway.plan.nodes import QueryPlan
from gateway.plan.print import plan_as_json, print_plan

HEADER = "graphql-explain"
EXTENSION = "explain"


class Wanted(StrEnum):
    """The two ways of asking."""

    PLAN = "plan"
    DRY_RUN = "dry-run"


@dataclass(slots=True)
class FetchTimings:
    """Watches the fetches of one request; times are milliseconds since it was made."""

    start: float = field(default_factory=time.perf_counter)
    fetches: list[dict[str, Any]] = field(default_factory=list)

    def started(self, fetch: FetchDescription) -> Any:
        """Note when a fetch left."""
        del fetch
        return self._now()

    def ended(self, token: Any, fetch: FetchDescription, outcome: FetchOutcome) -> None:
        """Note how a fetch went."""
        entry: dict[str, Any] = {
            "id": fetch.id,
            "subgraph": fetch.subgraph,
            "path": fetch.path,
            "startedMs": token,
            "tookMs": round(self._now() - token, 3),
            "status": outcome.status,
            "requestBytes": outcome.request_bytes,
            "responseBytes": outcome.response_bytes,
            "representations": outcome.representations,
            "errors": outcome.errors,
        }
        if outcome.code is not None:
            entry["code"] = str(outcome.code)
        self.fetches.append(entry)

    def _now(self) -> float:
        return round((time.perf_counter() - self.start) * 1000, 3)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What will be shown of one request."""

    plan: QueryPlan
    dry_run: bool
    timings: FetchTimings

    def extensions(self) -> dict[str, Any]:
        """The entry of the response's `extensions`."""
        plan = explained(self.plan)
        shown = {"text": print_plan(plan), **plan_as_json(plan)}
        if not self.dry_run:
            shown["timings"] = self.timings.fetches
        return {"queryPlan": shown}


class Explainer:
    """Decides whether a request gets its plan. `enabled` comes from the settings."""

    def __init__(self, enabled: bool) -> None:
        self._enabled = enabled

    def explain(
        self, request: GraphQLRequest, context: RequestContext, plan: PreparedPlan
    ) -> Explanation | None:
        """What to show. None when nothing was asked for.

        Raises `ClientError` for a dry run where plans are not shown: running the operation after
        all would surprise whoever asked for it not to be run.
        """
        wanted = _wanted(request.extensions, context.headers)
        if wanted is None or (wanted is Wanted.PLAN and not self._enabled):
            return None
        if not self._enabled:
            raise ClientError("Query plans are not shown here.", Code.BAD_REQUEST)
        return Explanation(plan.plan, wanted is Wanted.DRY_RUN, FetchTimings())


def _wanted(extensions: Mapping[str, Any], headers: Mapping[str, str]) -> Wanted | None:
    asked = headers.get(HEADER) or (extensions and extensions.get(EXTENSION))
    if not asked:
        return None
    if asked is True:
        return Wanted.PLAN
    try:
        return Wanted(str(asked))
    except ValueError:
        raise ClientError("`explain` is `plan` or `dry-run`.", Code.BAD_REQUEST) from None
