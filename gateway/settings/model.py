"""The settings as one value."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from gateway.settings.section import Section
from gateway.settings.serving import (
    Batching,
    Compression,
    Cors,
    Csrf,
    DemandControl,
    FileUploads,
    Graphiql,
    HealthCheck,
    Limits,
    Mode,
    PersistedDocuments,
    Subscription,
    Supergraph,
)
from gateway.settings.subgraphs import (
    Authentication,
    Authorization,
    Headers,
    SubgraphErrors,
    TrafficShaping,
)
from gateway.settings.telemetry import ResponseCacheSettings, Telemetry


class Settings(Section):
    """Everything an operator decides. The defaults are safe; a file overrides what it names."""

    mode: Mode = Mode.PRODUCTION
    """`development` turns on introspection, GraphiQL and `explain` unless they are set."""
    supergraph: Supergraph = Supergraph()
    traffic_shaping: TrafficShaping = TrafficShaping()
    headers: Headers = Headers()
    override_subgraph_url: dict[str, str] = Field(default_factory=dict)
    """Addresses that replace those of the supergraph file."""
    verify_subgraph_answers: bool = False
    """Whether every value of every answer is checked against the schema, for subgraphs that are not
    trusted to keep to theirs. Plans are then interpreted, at several times the cost."""
    authentication: Authentication = Authentication()
    authorization: Authorization = Authorization()
    limits: Limits = Limits()
    demand_control: DemandControl = DemandControl()
    persisted_documents: PersistedDocuments = PersistedDocuments()
    batching: Batching = Batching()
    compression: Compression = Compression()
    file_uploads: FileUploads = FileUploads()
    subscription: Subscription = Subscription()
    cors: Cors = Cors()
    csrf: Csrf = Csrf()
    include_subgraph_errors: SubgraphErrors = SubgraphErrors()
    graphiql: Graphiql = Graphiql()
    health_check: HealthCheck = HealthCheck()
    response_cache: ResponseCacheSettings = ResponseCacheSettings()
    telemetry: Telemetry = Telemetry()

    @property
    def development(self) -> bool:
        """Whether what helps a developer is on by default."""
        return self.mode is Mode.DEVELOPMENT

    @property
    def introspection(self) -> bool:
        """Whether clients may read the schema."""
        given = self.supergraph.introspection
        return self.development if given is None else given

    @property
    def graphiql_enabled(self) -> bool:
        """Whether browsers get GraphiQL."""
        given = self.graphiql.enabled
        return self.development if given is None else given

    @property
    def requests_logged(self) -> bool:
        """Whether each request gets a line in the log."""
        given = self.telemetry.logging.requests
        return not self.development if given is None else given

    @property
    def plan_exposed(self) -> bool:
        """Whether clients may ask for query plans."""
        given = self.supergraph.query_planning.expose
        return self.development if given is None else given


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the configuration file, for editors and for `c2c config schema`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Gateway configuration",
        **Settings.model_json_schema(mode="validation"),
    }
