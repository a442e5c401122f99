"""Sections about the client's side: the listener, protocol, documents, limits and browsers."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from gateway.settings.section import Section
from gateway.settings.values import Duration, Size


class Mode(StrEnum):
    """How much the gateway shows of itself."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class QueryPlanning(Section):
    """The plan cache and the planner's budget."""

    cache_size: int = Field(default=512, ge=1)
    """How many plans are kept."""
    cache_bytes: Size = 32 * 1024 * 1024
    """How much memory plans may take, about."""
    timeout: Duration = 2.0
    """The longest that planning one operation may take."""
    warmed_up_queries: int = Field(default=100, ge=0)
    """How many of the most used operations are planned again before a new supergraph serves."""
    expose: bool | None = None
    """Whether clients may ask for the query plan (`explain`). Unset: in development only."""


class ListenTls(Section):
    """TLS towards clients, where no proxy in front does it. PEM files."""

    certificate_file: str
    key_file: str
    key_password: str | None = None


class Supergraph(Section):
    """What is served, and where."""

    path: str | None = None
    """The supergraph file. `c2c serve --supergraph` takes precedence."""
    listen: str = Field(default="127.0.0.1:4000", pattern=r"^.*:[0-9]{1,5}$")
    """Host and port."""
    tls: ListenTls | None = None
    endpoint: str = Field(default="/graphql", pattern=r"^/[A-Za-z0-9/_.-]*$")
    """The path of the GraphQL endpoint."""
    introspection: bool | None = None
    """Whether clients may read the schema. Unset: in development only."""
    defer_support: bool = True
    """Whether `@defer` is served by incremental delivery."""
    override_labels: tuple[str, ...] = ()
    """Labels of progressive overrides that are on; `percent(x)` labels need no mention."""
    watch: bool = True
    """Whether a changed file is loaded without a restart."""
    query_planning: QueryPlanning = QueryPlanning()
    document_cache_bytes: Size = 16 * 1024 * 1024
    """How much memory parsed and validated operations may take, about."""


class Batching(Section):
    """Several operations in one HTTP request, as a JSON array. Off by default."""

    enabled: bool = False
    maximum_size: int = Field(default=10, ge=1)


class FileUploads(Section):
    """Files in multipart/form-data requests, passed on to subgraphs. Off by default."""

    enabled: bool = False
    max_files: int = Field(default=4, ge=1)
    max_file_bytes: Size = 10_000_000


class Graphiql(Section):
    """The in-browser tool, served from files that set-up has built."""

    enabled: bool | None = None
    """Unset: in development only."""
    header_presets: str | None = None
    """A JSON file `{"name": {"header": "value"}}` of header sets to choose from (development)."""


class Compression(Section):
    """gzip of answers, for clients that ask for it."""

    enabled: bool = True
    minimum_bytes: Size = 1400
    """Smaller answers fit into one packet as they are."""
    level: int = Field(default=1, ge=1, le=9)


class HealthCheck(Section):
    """Liveness and readiness for load balancers and orchestrators."""

    enabled: bool = True
    path: str = Field(default="/health", pattern=r"^/[A-Za-z0-9/_.-]*$")
    """`<path>/live` and `<path>/ready`."""


class Limits(Section):
    """Bounds of a single request. `null` lifts a bound."""

    max_depth: int | None = Field(default=15, ge=1)
    """Fields within fields, fragments included."""
    max_height: int | None = Field(default=200, ge=1)
    """Fields in the whole operation, fragments expanded, repeated response names counted once."""
    max_aliases: int | None = Field(default=30, ge=0)
    """Aliased fields, fragments expanded."""
    max_root_fields: int | None = Field(default=20, ge=1)
    """Fields of the operation's root type."""
    max_directives: int | None = Field(default=50, ge=0)
    """Directive uses, fragments expanded."""
    max_introspection_depth: int = Field(default=20, ge=1)
    """Depth of introspection queries, which `max_depth` does not bind (tools need 15)."""
    parser_max_tokens: int = Field(default=15_000, ge=1)
    """Lexical tokens and comments of a document."""
    parser_max_bytes: Size = 500_000
    """UTF-8 bytes of a document."""
    http_max_request_bytes: Size = 2_000_000
    """Bytes of a request's body."""
    http_max_query_string_bytes: Size = 64 * 1024
    """Bytes of a GET request's query string."""
    http_max_headers: int = Field(default=100, ge=1)
    """Header lines of a request."""
    http_max_header_bytes: Size = 32 * 1024
    """Bytes of all header lines of a request."""
    http_header_timeout: Duration = 10.0
    """How long a client may take to send a request's head."""
    http_body_timeout: Duration = 20.0
    """How long a client may take to send a request's body."""
    http_write_timeout: Duration = 60.0
    """How long a client may read nothing of an answer, or of a WebSocket, that waits for it."""
    max_variables_depth: int = Field(default=64, ge=1)
    """Nesting of the values of variables."""


class StaticEstimated(Section):
    """Costs from `@cost` and `@listSize`, and from the schema alone where there are none."""

    list_size: int = Field(default=10, ge=0)
    """Assumed length of a list that no directive speaks of."""
    max: int = Field(default=1000, ge=0)
    """The highest estimate that is executed in the mode `enforce`."""
    actual_cost: bool = True
    """Whether the cost of the answer is computed as well (where the cost is reported)."""


class DemandControlStrategy(Section):
    """The way in which costs are found."""

    static_estimated: StaticEstimated = StaticEstimated()


class DemandControl(Section):
    """What an operation may cost."""

    enabled: bool = False
    mode: Literal["measure", "enforce"] = "measure"
    strategy: DemandControlStrategy = DemandControlStrategy()
    expose: Literal["none", "headers", "extensions"] = "none"
    """Where clients see the cost: nowhere, `x-graphql-cost-*` headers, or `extensions.cost`."""
    max_by_subgraph: dict[str, int] = Field(default_factory=dict)
    """Upper bounds of the estimated cost that one operation may put on a subgraph."""


class AutomaticPersistedQueries(Section):
    """The handshake in which a client sends a document once and its hash from then on."""

    enabled: bool = True
    cache_bytes: Size = 16 * 1024 * 1024
    """How much document text is remembered."""


class PersistedDocuments(Section):
    """Documents that are known beforehand."""

    apq: AutomaticPersistedQueries = AutomaticPersistedQueries()
    manifest: str | None = None
    """The file that `c2c documents build` wrote."""
    strict: bool = False
    """Whether only documents of the manifest are served; client text is then never parsed."""
    log_unknown: bool = False
    """Whether requests outside the manifest are logged (to prepare the strict mode)."""


class CorsPolicy(Section):
    """What some origins may do."""

    origins: tuple[str, ...] = ()
    """Origins, exactly: scheme, host and port."""
    match_origins: tuple[str, ...] = ()
    """Regular expressions that must match an origin in full."""
    allow_credentials: bool = False
    allow_headers: tuple[str, ...] = ()
    """Request headers that scripts may send. None: the ones they ask for."""
    expose_headers: tuple[str, ...] = ()
    """Response headers that scripts may read."""
    methods: tuple[str, ...] = ("GET", "POST", "OPTIONS")
    max_age: Duration = 7200.0


class Cors(Section):
    """Cross-origin access from browsers. Without a policy none is given."""

    allow_any_origin: bool = False
    """Any origin, without credentials."""
    policies: tuple[CorsPolicy, ...] = ()
    """The first policy that knows the origin applies."""


class Csrf(Section):
    """Refusal of requests that a browser would send for a foreign page without a preflight."""

    enabled: bool = True
    required_headers: tuple[str, ...] = (
        "x-apollo-operation-name",
        "apollo-require-preflight",
        "graphql-require-preflight",
    )
    """Any one of these proves that the request was preflighted."""


class SubgraphSubscription(Section):
    """How a subgraph sends events."""

    protocol: Literal["http", "websocket"] = "http"
    """`http`: server-sent events or multipart/mixed. `websocket`: graphql-transport-ws."""
    path: str | None = None
    """The WebSocket's path, where it is another than the URL's."""


class Subscription(Section):
    """Subscriptions to clients, and at subgraphs."""

    enabled: bool = True
    all: SubgraphSubscription = SubgraphSubscription()
    subgraphs: dict[str, SubgraphSubscription] = Field(default_factory=dict)
    heartbeat_interval: Duration = 12.0
    max_opened: int = Field(default=1000, ge=1)
    """Subscriptions open at once in one worker."""
    max_opened_by_client: int = Field(default=50, ge=1)
    """Of one client: the caller's subject, or the address of an unknown one."""
    max_event_bytes: Size = 4 * 1024 * 1024
    """Bytes of one event from a subgraph."""
    connection_init_timeout: Duration = 5.0
    """How long a WebSocket client may take to introduce itself."""
