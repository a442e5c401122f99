"""What other gateways call things that have another name, or another place, here."""

from __future__ import annotations

from typing import Final

HERE: Final = {
    "apq": "persisted_documents.apq",
    "coprocessor": None,
    "cors.origins": "cors.policies[].origins",
    "entity_caching": "response_cache",
    "execution_config": "supergraph.path",
    "graphql_path": "supergraph.endpoint",
    "homepage": "graphiql.enabled",
    "http": "supergraph.listen",
    "introspection_enabled": "supergraph.introspection",
    "jwt": "authentication.jwt",
    "listen_addr": "supergraph.listen",
    "log": "telemetry.logging",
    "log_level": "telemetry.logging",
    "override_routing_url": "override_subgraph_url",
    "override_subgraph_urls": "override_subgraph_url",
    "persisted_queries": "persisted_documents",
    "playground_enabled": "graphiql.enabled",
    "plugins": None,
    "preview_entity_cache": "response_cache",
    "preview_file_uploads": "file_uploads",
    "query_planner": "supergraph.query_planning",
    "rate_limit": "traffic_shaping.router.global_rate_limit and client_rate_limit",
    "rhai": None,
    "sandbox": "graphiql.enabled",
    "security": "limits",
    "subgraphs": "override_subgraph_url",
    "subscription.mode": "subscription.all.protocol and subscription.subgraphs",
    "telemetry.exporters": "telemetry.tracing.exporters and telemetry.metrics.prometheus",
    "telemetry.instrumentation": "telemetry.tracing",
    "tls": "supergraph.tls for clients, traffic_shaping.all.tls for subgraphs",
    "traffic_shaping.all.experimental_http2": "traffic_shaping.all.http2",
    "traffic_shaping.deduplicate_variables": "traffic_shaping.all.deduplicate_query",
}
"""Paths in the configuration of Apollo Router, Cosmo Router, Hive Router and Hive Gateway, and what
stands for them here; None where nothing does."""


def advice(path: str) -> str | None:
    """What to say of a key that is known elsewhere; None for any other."""
    if path not in HERE:
        return None
    here = HERE[path]
    if here is None:
        return "unknown key; this gateway runs no code of others"
    return f"unknown key; here it is {here}"
