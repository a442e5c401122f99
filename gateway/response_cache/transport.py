"""The cache as a transport around the one that goes out.

A request for entities is looked up entity by entity and only what is missing is sent; a root query
is looked up as a whole. An answer is kept as its headers and the settings allow, under a key of the
caller's rights unless it says that it is public. When a subgraph fails, entries that may still
serve then do, and say in the answer's extensions that they are stale.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from typing import Any

from gateway.execute import wire_json
from gateway.response_cache import tags
from gateway.response_cache.analysis import Analyser
from gateway.response_cache.cache_control import Freshness, Scope, freshness
from gateway.response_cache.entities import (
    Entities,
    completed,
    faulty_entities,
    fill,
    graphql_response,
    partial,
    rescue,
)
from gateway.response_cache.keys import entity_key, query_key
from gateway.response_cache.origins import below, records_of
from gateway.response_cache.rebuild import entities_response, whole_response
from gateway.response_cache.store import CacheStore, Entry
from gateway.transport.port import (
    StreamingTransport,
    SubgraphRequest,
    SubgraphResponse,
    SubgraphStream,
    TransportError,
)

Report = Callable[[str, str, int], None]
"""Told of look-ups: subgraph, result (`hit`, `miss`, `stale`) and how many."""

_MAX_REFRESHES = 100


@dataclass(frozen=True, slots=True)
class CachePolicy:
    """What is kept of which subgraph. `defaults` counts where an answer has no `Cache-Control`.

    A subgraph that is in neither mapping is not cached. `None` as a default keeps only what the
    subgraph says may be kept.
    """

    enabled: frozenset[str]
    defaults: Mapping[str, Freshness | None]
    types: Mapping[tuple[str, str], Freshness]
    templates: tags.TagTemplates = field(default_factory=tags.TagTemplates)

    def default(self, subgraph: str, type_name: str = "") -> Freshness | None:
        """What to assume of an answer that says nothing itself."""
        return self.types.get((subgraph, type_name)) or self.defaults.get(subgraph)


class ResponseCache:
    """A `Transport` that keeps answers."""

    def __init__(
        self,
        inner: StreamingTransport,
        store: CacheStore,
        policy: CachePolicy,
        *,
        report: Report | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._inner = inner
        self._store = store
        self._policy = policy
        self._report = report
        self._clock = clock
        self._analyser = Analyser()
        self._refreshing: dict[str, asyncio.Task[None]] = {}

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        """Answer from what is kept, as far as it goes."""
        if not request.idempotent or request.subgraph not in self._policy.enabled:
            return await self._inner.send(request)
        payload = wire_json.decode(request.body)
        text, variables = payload.get("query"), payload.get("variables") or {}
        analysis = self._analyser.analyse(text)
        if analysis is None:
            return await self._inner.send(request)
        if not analysis.entities:
            query = _Query(text, variables, analysis.root_fields)
            return await self._send_query(request, query)
        entities = Entities(payload, variables, analysis.entities)
        return await self._send_entities(request, entities)

    def stream(self, request: SubgraphRequest) -> AbstractAsyncContextManager[SubgraphStream]:
        """Streams are never kept."""
        return self._inner.stream(request)

    async def close(self) -> None:
        """End what is being refreshed, then the store and the transport."""
        for task in list(self._refreshing.values()):
            task.cancel()
        await asyncio.gather(*self._refreshing.values(), return_exceptions=True)
        await self._store.close()
        await self._inner.close()

    # --- root queries ---------------------------------------------------------------------------

    async def _send_query(self, request: SubgraphRequest, query: _Query) -> SubgraphResponse:
        keys = [query_key(request, query.text, query.variables, scope) for scope in Scope]
        entry = _first(await self._store.get(keys))
        now = self._clock()
        if entry is not None and entry.fresh_until > now:
            self._tell(request, "hit", 1)
            return whole_response(entry.value, "cached", now - entry.stored, entry.lineage)
        if entry is not None and entry.revalidate_until > now:
            self._tell(request, "stale", 1)
            self._refresh(keys[0], self._fetch_query(request, query))
            return whole_response(entry.value, "stale", now - entry.stored, entry.lineage)
        self._tell(request, "miss", 1)
        try:
            response = await self._fetch_query(request, query)
        except TransportError:
            if entry is None or entry.error_until <= now:
                raise
        else:
            if not _failed(response) or entry is None or entry.error_until <= now:
                return response
        self._tell(request, "stale", 1)
        return whole_response(entry.value, "stale", now - entry.stored, entry.lineage)

    async def _fetch_query(self, request: SubgraphRequest, query: _Query) -> SubgraphResponse:
        response = await self._inner.send(request)
        fresh = freshness(response, self._policy.default(request.subgraph))
        if fresh is None or not 200 <= response.status < 300:
            return response
        answer = graphql_response(response)
        if answer is None or answer.get("errors") or answer.get("data") is None:
            return response
        key = query_key(request, query.text, query.variables, fresh.scope)
        named = tags.root_tags(
            self._policy.templates, request.subgraph, query.root_fields, query.variables
        )
        named += tags.sent_tags(answer.get("extensions"))
        lineage = below(records_of(answer), ())
        entry = self._entry(wire_json.encode(answer["data"]), fresh, named, lineage)
        await self._store.put({key: entry})
        return response

    # --- entities -------------------------------------------------------------------------------

    async def _send_entities(
        self, request: SubgraphRequest, entities: Entities
    ) -> SubgraphResponse:
        if not entities.well_formed():
            return await self._inner.send(request)
        kept = await self._look_up(request, entities)
        now = self._clock()
        states = {
            part.alias: fill(entities.of(part), kept[part.alias], now) for part in entities.parts
        }
        stale = any("stale" in state.states for state in states.values())
        missing = entities.together({alias: state.missing() for alias, state in states.items()})
        wanted = sum(map(len, missing.values()))
        self._tell(request, "miss", wanted)
        self._tell(request, "hit", sum(len(s.values) for s in states.values()) - wanted)
        if wanted == 0:
            if stale:
                name = entity_key(request, entities.parts[0], entities.body, {}, Scope.PRIVATE)
                every = {alias: range(len(state.values)) for alias, state in states.items()}
                self._refresh(name, self._fetch_entities(request, entities, every))
            return entities_response(states)
        failure: SubgraphResponse | TransportError
        try:
            failure, answer = await self._fetch_entities(request, entities, missing)
        except TransportError as error:
            failure, answer = error, None
        else:
            if answer is not None:
                return completed(states, missing, answer, failure)
        if isinstance(failure, TransportError) or _failed(failure):
            self._tell(request, "stale", rescue(states, kept, now))
        whole = partial(states, missing, failure)
        if whole is not None:
            return whole
        if isinstance(failure, TransportError):
            raise failure
        return failure

    async def _look_up(
        self, request: SubgraphRequest, entities: Entities
    ) -> dict[str, list[Entry | None]]:
        """The entry of each representation, public or private, in one call to the store."""
        keys = [
            entity_key(request, part, representation, entities.variables, scope)
            for part in entities.parts
            for representation in entities.of(part)
            for scope in Scope
        ]
        found = await self._store.get(keys)
        pairs = [_first(found[index : index + 2]) for index in range(0, len(found), 2)]
        kept: dict[str, list[Entry | None]] = {}
        for part in entities.parts:
            count = len(entities.of(part))
            kept[part.alias], pairs = pairs[:count], pairs[count:]
        return kept

    async def _fetch_entities(
        self, request: SubgraphRequest, entities: Entities, wanted: Mapping[str, Any]
    ) -> tuple[SubgraphResponse, dict[str, Any] | None]:
        """Send for some of the representations and keep what comes.

        The answer is `None` where the response is not a GraphQL answer with all entities in place.
        """
        body = wire_json.encode(entities.reduced(wanted))
        response = await self._inner.send(replace(request, body=body))
        answer = graphql_response(response) if not _failed(response) else None
        if answer is None or not entities.complete(answer, wanted):
            return response, None
        await self._keep(request, entities, wanted, answer, response)
        return response, answer

    async def _keep(
        self,
        request: SubgraphRequest,
        entities: Entities,
        wanted: Mapping[str, Any],
        answer: Mapping[str, Any],
        response: SubgraphResponse,
    ) -> None:
        faulty = faulty_entities(answer.get("errors"))
        if faulty is None:
            return
        sent = tags.sent_tags(answer.get("extensions"))
        records = records_of(answer)
        entries: dict[str, Entry] = {}
        for part in entities.parts:
            representations = entities.of(part)
            for position, index in enumerate(wanted[part.alias]):
                if (part.alias, position) in faulty:
                    continue
                representation = representations[index]
                type_name = str(representation.get("__typename"))
                default = self._policy.default(request.subgraph, type_name)
                fresh = freshness(response, default)
                if fresh is None:
                    continue
                key = entity_key(request, part, representation, entities.variables, fresh.scope)
                named = tags.entity_tags(self._policy.templates, request.subgraph, representation)
                value = wire_json.encode(answer["data"][part.alias][position])
                lineage = below(records, (part.alias, position))
                entries[key] = self._entry(value, fresh, named + sent, lineage)
        if entries:
            await self._store.put(entries)

    # --- both -----------------------------------------------------------------------------------

    def _entry(self, value: bytes, fresh: Freshness, named: list[str], lineage: str = "") -> Entry:
        now = self._clock()
        until = now + fresh.ttl
        return Entry(
            value,
            now,
            until,
            until + fresh.stale_while_revalidate,
            until + fresh.stale_if_error,
            tuple(dict.fromkeys(named)),
            lineage,
        )

    def _refresh(self, name: str, fetch: Any) -> None:
        """Fetch again behind an answer that was given; once at a time, and not without bound."""
        if name in self._refreshing or len(self._refreshing) >= _MAX_REFRESHES:
            fetch.close()
            return

        async def run() -> None:
            try:
                await fetch
            except TransportError:
                return  # the entry serves on for as long as it may; the next request tries again
            finally:
                del self._refreshing[name]

        self._refreshing[name] = asyncio.create_task(run())

    def _tell(self, request: SubgraphRequest, result: str, count: int) -> None:
        if self._report is not None and count:
            self._report(request.subgraph, result, count)


@dataclass(frozen=True, slots=True)
class _Query:
    text: str
    variables: Mapping[str, Any]
    root_fields: tuple[str, ...]


def _first(entries: list[Entry | None]) -> Entry | None:
    return next((entry for entry in entries if entry is not None), None)


def _failed(response: SubgraphResponse) -> bool:
    return response.status >= 500 or response.status == 429
