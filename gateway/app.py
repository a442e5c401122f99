"""The composition root: from settings and a supergraph to a deployment that serves.

Everything that has a choice is chosen here and passed on; no module below knows the settings of
another, and none keeps state of its own between deployments.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor as Threads
from dataclasses import dataclass, field
from pathlib import Path

from graphql import GraphQLSchema

from auth.jwks import jwks_source
from auth.keys import read_private
from auth.signed_caller import CORRELATION_HEADER, CallerSigner, signer_from_environment
from auth.tokens import DEFAULT_ALGORITHMS, TokenVerifier, TrustedIssuer
from gateway.authorise.directives import DenialMode, DirectiveAuthoriser
from gateway.authorise.grants import RolePolicies
from gateway.authorise.port import AllowEverything, Authoriser
from gateway.authorise.requirements import read_requirements
from gateway.document.cost import DemandControl, read_weights
from gateway.document.persisted import DocumentStore, Manifest, read_manifest
from gateway.document.reader import DocumentReader
from gateway.document.validate import ValidationOptions
from gateway.execute.executor import Executor
from gateway.execute.port import ErrorPolicy, EventSource, ExecutorOptions
from gateway.explain import Explainer
from gateway.outgoing import compile_header_rules
from gateway.pipeline import Pipeline
from gateway.plan.budget import PlanBudget
from gateway.plan.planner import Planner
from gateway.plans import PlanStore
from gateway.response_cache.build import build_cache
from gateway.response_cache.identity import CallerIdentities
from gateway.response_cache.store import CacheStore
from gateway.response_cache.transport import Report
from gateway.response_headers import ResponseHeaderRules
from gateway.server.admission import ConcurrencyLimiter, RateLimiter
from gateway.server.deployment import Deployment
from gateway.server.endpoint import GraphQLEndpoint
from gateway.server.identity import BearerTokens, Identifier, NobodyAsks
from gateway.server.subscriptions import Subscriptions
from gateway.settings import Settings
from gateway.settings.serving import SubgraphSubscription
from gateway.settings.subgraphs import SubgraphShaping
from gateway.subscription.http_source import HttpEventSource
from gateway.subscription.routing import EventSources
from gateway.subscription.websocket_source import WebSocketEventSource
from gateway.supergraph.model import Supergraph
from gateway.supergraph.public import public_schema
from gateway.supergraph.read import read_supergraph
from gateway.telemetry.metrics import Metrics
from gateway.telemetry.request import Telemetry
from gateway.telemetry.shaping import ShapingMetrics
from gateway.telemetry.usage import UsageCoordinates
from gateway.transport.factory import create_transports
from gateway.transport.port import StreamingTransport
from gateway.transport.settings import TlsSettings, TransportSettings
from gateway.transport.shaping.chain import ShapedTransport
from gateway.transport.shaping.events import ShapingEvents
from gateway.transport.shaping.policy import (
    Balancing,
    BreakerPolicy,
    RetryPolicy,
    SubgraphPolicy,
    UrlsPolicy,
)
from gateway.transport.tls import client_context
from gateway.uploads.forwarding import UploadTransport

LOGGER = logging.getLogger("gateway")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What outlives deployments and is given to each: threads for parsing and planning, the
    environment, and what makes the transport to subgraphs (tests pass one of their own, and a
    source of events)."""

    threads: Threads
    environment: Mapping[str, str]
    transport: Callable[[Settings], StreamingTransport] | None = None
    telemetry: Telemetry = field(default_factory=Telemetry)
    event_source: EventSource | None = None


async def deploy(settings: Settings, sdl: str, surroundings: Surroundings) -> Deployment:
    """Make a deployment ready to serve; nothing serves yet.

    Raises `GatewayError` for an unusable supergraph, `ValueError` or `OSError` for settings that
    name unusable files.
    """
    loop = asyncio.get_running_loop()
    supergraph, schema = await loop.run_in_executor(surroundings.threads, _read, sdl)
    identifier, verifier = _identifier(settings)
    if verifier is not None:
        await verifier.start()
    metrics = surroundings.telemetry.metrics
    if surroundings.transport is not None:
        transport = surroundings.transport(settings)
    else:
        transport = create_shaped_transport(settings, ShapingMetrics(metrics) if metrics else None)
    store: CacheStore | None = None
    if settings.response_cache.enabled:
        report = _cache_report(metrics) if metrics else None
        transport, store = build_cache(settings.response_cache, supergraph, transport, report)
    if settings.file_uploads.enabled:
        transport = UploadTransport(transport)
    pipeline = _pipeline(settings, supergraph, schema, transport, surroundings)
    router = settings.traffic_shaping.router
    subscriptions = Subscriptions(settings.subscription, metrics)
    rates, concurrency = RateLimiter(router, loop.time), ConcurrencyLimiter(router)
    endpoint = GraphQLEndpoint(
        settings,
        pipeline,
        identifier,
        rates,
        concurrency,
        subscriptions,
        surroundings.telemetry,
        loop,
    )
    deployment = Deployment(
        version=hashlib.sha256((sdl + settings.model_dump_json()).encode()).hexdigest()[:16],
        target=settings.supergraph.endpoint.encode(),
        settings=settings,
        subgraphs=tuple(graph.name for graph in supergraph.graphs.values()),
        pipeline=pipeline,
        endpoint=endpoint,
        identifier=identifier,
        rates=rates,
        concurrency=concurrency,
        subscriptions=subscriptions,
        store=store,
        close=_closing(transport, verifier),
    )
    trusted = [document.body for document in pipeline.store.manifest.documents.values()]
    await deployment.warm_up(trusted[: settings.supergraph.query_planning.warmed_up_queries])
    return deployment


def _read(sdl: str) -> tuple[Supergraph, GraphQLSchema]:
    supergraph = read_supergraph(sdl)
    return supergraph, public_schema(supergraph)


def _pipeline(
    settings: Settings,
    supergraph: Supergraph,
    schema: GraphQLSchema,
    transport: StreamingTransport,
    surroundings: Surroundings,
) -> Pipeline:
    errors = settings.include_subgraph_errors
    metrics = surroundings.telemetry.metrics
    endpoints = {**supergraph.urls(), **settings.override_subgraph_url}
    options = ExecutorOptions(trusting=not settings.verify_subgraph_answers)
    executor = Executor(endpoints, transport, schema, options)
    planning = settings.supergraph.query_planning
    return Pipeline(
        store=DocumentStore(
            settings.persisted_documents,
            _manifest(settings),
            _log_unknown if settings.persisted_documents.log_unknown else None,
        ),
        documents=DocumentReader(
            schema,
            settings.limits,
            ValidationOptions(introspection=settings.introspection),
            surroundings.threads,
            settings.supergraph.document_cache_bytes,
            _look_ups(metrics, "document"),
        ),
        authoriser=_authoriser(settings, supergraph, schema),
        plans=PlanStore(
            Planner(supergraph, PlanBudget(seconds=planning.timeout)),
            executor,
            surroundings.threads,
            planning.cache_size,
            max_bytes=planning.cache_bytes,
            labels_on=settings.supergraph.override_labels,
            report=_look_ups(metrics, "plan"),
        ),
        demand=DemandControl(settings.demand_control, schema, read_weights(supergraph)),
        explainer=Explainer(settings.plan_exposed),
        outgoing=compile_header_rules(
            settings.headers, _signer(settings, surroundings.environment)
        ),
        response_headers=ResponseHeaderRules(settings.headers),
        errors=ErrorPolicy(all=errors.all, subgraphs=errors.subgraphs),
        event_source=_event_source(settings, transport, surroundings),
        usage=UsageCoordinates(schema) if surroundings.telemetry.usage else None,
        identities=CallerIdentities() if settings.response_cache.enabled else None,
    )


def _event_source(
    settings: Settings, transport: StreamingTransport, surroundings: Surroundings
) -> EventSource | None:
    given = settings.subscription
    if not given.enabled:
        return None
    if surroundings.event_source is not None:
        return surroundings.event_source
    over_http = HttpEventSource(transport, given.max_event_bytes)

    def source(subgraph: str | None, way: SubgraphSubscription) -> EventSource:
        if way.protocol == "http":
            return over_http
        shaping = settings.traffic_shaping
        own = shaping.all if subgraph is None else shaping.of(subgraph)
        return WebSocketEventSource(
            path=way.path,
            connect_timeout=own.connect_timeout,
            max_event_bytes=given.max_event_bytes,
            tls=lambda: client_context(_transport_settings(own).tls),
        )

    return EventSources(
        source(None, given.all), {name: source(name, way) for name, way in given.subgraphs.items()}
    )


def _look_ups(metrics: Metrics | None, cache: str) -> Callable[[str], None] | None:
    """Tells the metrics of a cache's hits and misses; nobody where there are no metrics."""
    if metrics is None:
        return None
    hit, miss = (metrics.cache_requests.labels(cache, result) for result in ("hit", "miss"))
    return lambda result: (hit if result == "hit" else miss).inc()


def _cache_report(metrics: Metrics) -> Report:
    def report(subgraph: str, result: str, count: int) -> None:
        metrics.cache(f"response:{subgraph}", result, count)

    return report


def _manifest(settings: Settings) -> Manifest:
    path = settings.persisted_documents.manifest
    return Manifest() if path is None else read_manifest(Path(path))


def _log_unknown(digest: str) -> None:
    LOGGER.info("an operation is not in the manifest: sha256:%s", digest)


def _authoriser(settings: Settings, supergraph: Supergraph, schema: GraphQLSchema) -> Authoriser:
    directives = settings.authorization.directives
    requirements = read_requirements(supergraph)
    if not directives.enabled or not requirements:
        return AllowEverything()
    mode = DenialMode.FILTER
    if directives.reject_unauthorized:
        mode = DenialMode.REJECT
    if directives.dry_run:
        mode = DenialMode.DRY_RUN
    policies = {
        policy: frozenset(roles) for policy, roles in settings.authorization.policies.items()
    }
    return DirectiveAuthoriser(requirements, schema, RolePolicies(policies), mode)


def _identifier(settings: Settings) -> tuple[Identifier, TokenVerifier | None]:
    jwt = settings.authentication.jwt
    if jwt is None:
        return NobodyAsks(), None
    verifier = TokenVerifier(
        [
            TrustedIssuer(
                jwks_source(source.url, refresh_interval=source.poll_interval),
                issuers=frozenset(source.issuers),
                audiences=frozenset(source.audiences),
                algorithms=frozenset(source.algorithms) or DEFAULT_ALGORITHMS,
            )
            for source in jwt.jwks
        ]
    )
    required = settings.authorization.require_authentication
    return BearerTokens(jwt, verifier, required=required), verifier


def _signer(settings: Settings, environment: Mapping[str, str]) -> CallerSigner | None:
    """The key of the settings, or else the one that the environment names."""
    given = settings.authentication.signed_caller
    if given is None:
        return signer_from_environment(environment)
    if given.key_file is not None:
        return CallerSigner(read_private(Path(given.key_file).read_bytes()))
    if given.secret is not None:
        return CallerSigner(given.secret.encode())
    raise ValueError("authentication.signed_caller needs a key_file or a secret")


def create_shaped_transport(
    settings: Settings, events: ShapingEvents | None = None
) -> StreamingTransport:
    """The transport to subgraphs with deadlines, retries, breakers and sharing around it."""
    shaping = settings.traffic_shaping
    base = create_transports(
        _transport_settings(shaping.all),
        {name: _transport_settings(shaping.of(name)) for name in shaping.subgraphs},
    )
    return ShapedTransport(
        base,
        _policy(shaping.all),
        {name: _policy(shaping.of(name)) for name in shaping.subgraphs},
        events=events,
        ignored_headers=frozenset({"traceparent", "tracestate", CORRELATION_HEADER}),
    )


def _transport_settings(given: SubgraphShaping) -> TransportSettings:
    return TransportSettings(
        connect_timeout=given.connect_timeout,
        timeout=given.timeout,
        max_response_bytes=given.max_response_bytes,
        max_connections=given.max_connections,
        compression=given.compression,
        http2=given.http2,
        tls=TlsSettings(
            ca_file=given.tls.ca_file,
            certificate_file=given.tls.certificate_file,
            key_file=given.tls.key_file,
            key_password=given.tls.key_password,
            verify=given.tls.verify,
        ),
    )


def _policy(given: SubgraphShaping) -> SubgraphPolicy:
    retry, breaker = given.retry, given.circuit_breaker
    return SubgraphPolicy(
        share_queries=given.deduplicate_query,
        concurrency_limit=given.concurrency_limit,
        retry=RetryPolicy(
            max_attempts=retry.max_attempts,
            interval=retry.interval,
            max_duration=retry.max_duration,
            retry_mutations=retry.retry_mutations,
            budget=retry.budget,
        )
        if retry.enabled
        else None,
        breaker=BreakerPolicy(
            error_threshold=breaker.error_threshold,
            volume_threshold=breaker.volume_threshold,
            reset_timeout=breaker.reset_timeout,
            half_open_attempts=breaker.half_open_attempts,
        )
        if breaker.enabled
        else None,
        urls=UrlsPolicy(
            urls=given.failover.urls,
            balancing=Balancing(given.failover.balancing),
            failures=given.failover.failures,
            cool_down=given.failover.cool_down,
        )
        if given.failover is not None
        else None,
    )


def _closing(
    transport: StreamingTransport, verifier: TokenVerifier | None
) -> Callable[[], Awaitable[None]]:
    async def close() -> None:
        await transport.close()
        if verifier is not None:
            await verifier.close()

    return close
