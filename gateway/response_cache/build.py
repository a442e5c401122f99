"""From settings to a cache around the transport."""

from __future__ import annotations

import logging

from gateway.response_cache.cache_control import Freshness, Scope
from gateway.response_cache.memory import MemoryStore
from gateway.response_cache.store import CacheStore
from gateway.response_cache.tags import read_templates
from gateway.response_cache.transport import CachePolicy, Report, ResponseCache
from gateway.settings.telemetry import CachedSubgraph, ResponseCacheSettings
from gateway.supergraph.model import Supergraph
from gateway.transport.port import StreamingTransport

LOGGER = logging.getLogger("gateway.response_cache")


def build_cache(
    settings: ResponseCacheSettings,
    supergraph: Supergraph,
    inner: StreamingTransport,
    report: Report | None = None,
) -> tuple[ResponseCache, CacheStore]:
    """The cache and its store, which invalidation needs."""
    names = [graph.name for graph in supergraph.graphs.values()]
    policy = CachePolicy(
        enabled=frozenset(name for name in names if settings.of(name).enabled),
        defaults={name: _freshness(settings.of(name)) for name in names},
        types={
            (name, kind): fresh
            for name in names
            for kind, ttl in settings.of(name).types.items()
            if (fresh := _freshness(settings.of(name), ttl)) is not None
        },
        templates=read_templates(supergraph),
    )
    store = _store(settings)
    return ResponseCache(inner, store, policy, report=report), store


def _store(settings: ResponseCacheSettings) -> CacheStore:
    redis = settings.redis
    if redis is None:
        return MemoryStore(settings.max_bytes)
    # Imported where it is used: the library takes more than 20 MB, and few workers share a store.
    from gateway.response_cache.redis_store import RedisStore

    return RedisStore(
        redis.url,
        redis.namespace,
        redis.timeout,
        failed=lambda kind: LOGGER.warning("the response cache's Redis failed: %s", kind),
    )


def _freshness(given: CachedSubgraph, ttl: float | None = None) -> Freshness | None:
    seconds = given.ttl if ttl is None else ttl
    if seconds is None:
        return None
    return Freshness(
        seconds, Scope(given.scope), given.stale_while_revalidate, given.stale_if_error
    )
