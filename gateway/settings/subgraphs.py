"""Sections about the way to subgraphs, and about who may ask: traffic, headers, identity, errors.

Settings of subgraphs come as `all` and, by name, as `subgraphs.<name>`, whose values count where
they are given.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from gateway.settings.section import Section
from gateway.settings.values import Duration, Percentage, Size


class RateLimit(Section):
    """Requests allowed in a window."""

    capacity: int = Field(ge=1)
    interval: Duration


class RouterShaping(Section):
    """Traffic from clients."""

    timeout: Duration = 60.0
    """The deadline of a whole request; subgraphs are given what is left of it."""
    concurrency_limit: int = Field(default=200, ge=1)
    """Requests executed at once in one worker."""
    queue_limit: int = Field(default=1000, ge=0)
    """Requests that may wait for their turn; further ones get 503 with Retry-After."""
    queue_timeout: Duration = 5.0
    """How long a request waits for its turn."""
    global_rate_limit: RateLimit | None = None
    client_rate_limit: RateLimit | None = None
    """For each client: the caller's subject, or the address of an unknown one."""
    drain_timeout: Duration = 30.0
    """How long requests in flight may take after the signal to stop."""


class Retry(Section):
    """Sending a failed query again."""

    enabled: bool = True
    max_attempts: int = Field(default=3, ge=1)
    interval: Duration = 0.1
    """The first pause; it doubles, with jitter."""
    max_duration: Duration = 5.0
    retry_mutations: bool = False
    budget: Percentage = 0.2
    """Retries that are allowed, as a share of the requests."""


class CircuitBreaker(Section):
    """Refusing calls to a subgraph that keeps failing."""

    enabled: bool = True
    error_threshold: Percentage = 0.5
    volume_threshold: int = Field(default=20, ge=1)
    reset_timeout: Duration = 30.0
    half_open_attempts: int = Field(default=5, ge=1)


class Tls(Section):
    """How an `https` subgraph is verified, and how the gateway identifies itself."""

    ca_file: str | None = None
    certificate_file: str | None = None
    key_file: str | None = None
    key_password: str | None = None
    verify: bool = True


class Failover(Section):
    """Further addresses of a subgraph, used when the first one fails (or in turn)."""

    urls: tuple[str, ...] = Field(min_length=1)
    balancing: Literal["failover", "round_robin"] = "failover"
    failures: int = Field(default=3, ge=1)
    """After how many failures in a row an address is passed over."""
    cool_down: Duration = 10.0
    """For how long it is."""


class SubgraphShaping(Section):
    """Traffic to a subgraph."""

    timeout: Duration = 30.0
    connect_timeout: Duration = 5.0
    deduplicate_query: bool = True
    """Whether identical queries of the same caller in flight are sent once."""
    compression: bool = True
    http2: bool = False
    max_connections: int = Field(default=100, ge=1)
    concurrency_limit: int = Field(default=1000, ge=1)
    max_response_bytes: Size = 64 * 1024 * 1024
    retry: Retry = Retry()
    circuit_breaker: CircuitBreaker = CircuitBreaker()
    tls: Tls = Tls()
    failover: Failover | None = None


class SubgraphShapingOverride(Section):
    """Traffic to one subgraph, where it differs from `all`."""

    timeout: Duration | None = None
    connect_timeout: Duration | None = None
    deduplicate_query: bool | None = None
    compression: bool | None = None
    http2: bool | None = None
    max_connections: int | None = Field(default=None, ge=1)
    concurrency_limit: int | None = Field(default=None, ge=1)
    max_response_bytes: Size | None = None
    retry: Retry | None = None
    circuit_breaker: CircuitBreaker | None = None
    tls: Tls | None = None
    failover: Failover | None = None


class TrafficShaping(Section):
    """Deadlines, retries and bounds in both directions."""

    router: RouterShaping = RouterShaping()
    all: SubgraphShaping = SubgraphShaping()
    subgraphs: dict[str, SubgraphShapingOverride] = Field(default_factory=dict)

    def of(self, subgraph: str) -> SubgraphShaping:
        """The settings that apply to a subgraph."""
        override = self.subgraphs.get(subgraph)
        if override is None:
            return self.all
        given = {name: getattr(override, name) for name in override.model_fields_set}
        return self.all.model_copy(update=given)


class Propagate(Section):
    """Pass on a header of the request (or of the answer)."""

    named: str | None = None
    matching: str | None = None
    """A regular expression that must match a header's name in full."""
    rename: str | None = None
    default: str | None = None
    """Sent when the header is missing."""
    algorithm: Literal["first", "last", "append"] = "last"
    """Which value counts when several subgraphs answer (responses)."""

    @model_validator(mode="after")
    def _names_something(self) -> Propagate:
        if (self.named is None) == (self.matching is None):
            raise ValueError("give exactly one of `named` and `matching`")
        return self


class Insert(Section):
    """Set a header to a fixed value."""

    name: str
    value: str


class Remove(Section):
    """Drop a header."""

    named: str | None = None
    matching: str | None = None


class HeaderRule(Section):
    """One step; the steps of a list are applied in order."""

    propagate: Propagate | None = None
    insert: Insert | None = None
    remove: Remove | None = None

    @model_validator(mode="after")
    def _is_one_step(self) -> HeaderRule:
        if sum(step is not None for step in (self.propagate, self.insert, self.remove)) != 1:
            raise ValueError("a rule is exactly one of `propagate`, `insert` and `remove`")
        return self


class HeaderRules(Section):
    """Rules for requests to a subgraph and for its answers."""

    request: tuple[HeaderRule, ...] = ()
    response: tuple[HeaderRule, ...] = ()


class Headers(Section):
    """Which headers pass between clients and subgraphs. Without a rule none does."""

    all: HeaderRules = HeaderRules()
    subgraphs: dict[str, HeaderRules] = Field(default_factory=dict)
    """Added after the rules of `all`."""


class Jwks(Section):
    """One source of keys, and what tokens signed by them must say."""

    url: str
    """An `https` (or `file`) URL of a JSON Web Key Set."""
    issuers: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    algorithms: tuple[str, ...] = ()
    poll_interval: Duration = 60.0


class Jwt(Section):
    """Bearer tokens."""

    jwks: tuple[Jwks, ...]
    header_name: str = "authorization"
    header_value_prefix: str = "Bearer"
    cookie_name: str | None = None
    """A cookie that is read where the header is missing."""


class SignedCaller(Section):
    """How the gateway proves to subgraphs who is asking."""

    key_file: str | None = None
    """A PEM file with an Ed25519 private key."""
    secret: str | None = None
    """A shared secret of at least 32 bytes, where keys cannot be dealt out."""


class Authentication(Section):
    """Who is asking."""

    jwt: Jwt | None = None
    signed_caller: SignedCaller | None = None


class AuthorizationDirectives(Section):
    """`@authenticated`, `@requiresScopes` and `@policy`."""

    enabled: bool = True
    reject_unauthorized: bool = False
    """Whether an operation with a forbidden field is refused as a whole."""
    dry_run: bool = False
    """Whether denials are only reported."""


class Authorization(Section):
    """What the caller may see."""

    require_authentication: bool = False
    directives: AuthorizationDirectives = AuthorizationDirectives()
    policies: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """For each name that `@policy` uses, the roles of which one is enough."""


class SubgraphErrors(Section):
    """Whether the text of subgraphs' errors reaches clients. By default it does not."""

    all: bool = False
    subgraphs: dict[str, bool] = Field(default_factory=dict)

    def of(self, subgraph: str) -> bool:
        """Whether a subgraph's errors are passed on."""
        return self.subgraphs.get(subgraph, self.all)
